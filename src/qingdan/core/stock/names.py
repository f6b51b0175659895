"""Which list files have an entry of a code, and which point at one: in many small parts, each read when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from qingdan.model.blobs import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PARTS = 1024

_Paths = dict[str, "str | list[str]"]
"""Code to a file, or to several: nearly every code is in one, and memory is not for lists of one."""


class Names:
    """The codes of list files. ``load`` gives a part as :meth:`part` gave it; without it there is none yet."""

    def __init__(self, load: Callable[[int], Any] | None = None, parts: int = PARTS) -> None:
        """``load`` may raise DamagedError; ``parts``: one is enough for what is not kept."""
        self._load = load
        self._count = parts
        self._parts: dict[int, tuple[_Paths, _Paths]] = {}
        self.changed: set[int] = set()
        self.shared: set[str] = set()
        """The files that came with a code which was there already, and those that had it."""

    def having(self, code: str) -> list[str]:
        """The files with an entry of this code."""
        return _paths(self._of(self._number(code))[0].get(code))

    def naming(self, code: str) -> list[str]:
        """The files with an entry that points at it."""
        return _paths(self._of(self._number(code))[1].get(code))

    def add(self, path: str, codes: Iterable[str], named: Iterable[str]) -> None:
        """A file has come."""
        for code in codes:
            known = self._add(code, path, 0)
            if known:
                self.shared.update(known)
        for code in named:
            self._add(code, path, 1)

    def _add(self, code: str, path: str, side: int) -> list[str]:
        """The files with this code if it is there already; empty if the file is the first."""
        number = self._number(code)
        part = self._of(number)[side]
        known = part.get(code)
        self.changed.add(number)
        if known is None:
            part[code] = path
            return []
        paths = _paths(known)
        part[code] = paths = paths if path in paths[-1:] else [*paths, path]
        return paths

    def remove(self, path: str, codes: Iterable[str], named: Iterable[str]) -> None:
        """A file has gone; DamagedError if it was never there."""
        for side, words in enumerate((codes, named)):
            for code in dict.fromkeys(words):
                self._remove(code, path, side)

    def _remove(self, code: str, path: str, side: int) -> None:
        number = self._number(code)
        part = self._of(number)[side]
        known = _paths(part.get(code))
        left = [other for other in known if other != path]
        if len(left) == len(known):
            raise DamagedError
        self.changed.add(number)
        if left:
            part[code] = left if len(left) > 1 else left[0]
        else:
            del part[code]

    def clear(self) -> None:
        """There is none, and nothing is to be loaded."""
        self._parts.clear()
        self._load = None

    def part(self, number: int) -> Any:
        """A part, to be kept."""
        return self._of(number)

    def _number(self, code: str) -> int:
        """The part in which a code stands."""
        if self._count == 1:
            return 0
        return crc32(code.encode("utf-8", "surrogatepass")) % self._count

    def _of(self, number: int) -> tuple[_Paths, _Paths]:
        part = self._parts.get(number)
        if part is None:
            part = self._parts[number] = _read(self._load(number)) if self._load else ({}, {})
        return part


def _paths(known: str | list[str] | None) -> list[str]:
    if known is None:
        return []
    return [known] if isinstance(known, str) else known


def _read(value: Any) -> tuple[_Paths, _Paths]:
    try:
        having, naming = value
    except (TypeError, ValueError):
        raise DamagedError from None
    if not (isinstance(having, dict) and isinstance(naming, dict)):
        raise DamagedError
    return having, naming
