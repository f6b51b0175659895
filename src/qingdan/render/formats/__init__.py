"""Findings as text, one module a format; chosen from :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qingdan.model.findings import Verdict

_NAMES = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown")


class _Formats(Mapping[str, "Callable[[Verdict], str]"]):
    """Each is loaded when it is asked for."""

    def __getitem__(self, name: str) -> Callable[[Verdict], str]:
        if name not in _NAMES:
            raise KeyError(name)
        return cast("Callable[[Verdict], str]", import_module(f"{__name__}.{name}").render)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


FORMATS: Mapping[str, Callable[[Verdict], str]] = _Formats()
"""Name of an output format to the function that writes a verdict in it; each ends with a line break."""
