"""The message of a commit that enters something in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable


def message(subject: str, said: str, trailers: Iterable[tuple[str, str]]) -> str:
    """Subject, what is said besides (may be empty) and the trailers; each value on one line, empty ones left out."""
    block = "\n".join(f"{key}: {one_line(value)}" for key, value in trailers if value.strip())
    parts = (one_line(subject), said.strip(), block)
    return "\n\n".join(part for part in parts if part) + "\n"
