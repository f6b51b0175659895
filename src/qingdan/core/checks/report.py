"""How a check says what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.codes import CODES
from qingdan.model.findings import Finding

if TYPE_CHECKING:
    from qingdan.model.findings import Pointer
    from qingdan.model.items import Entry, Item


def found(  # noqa: PLR0913 a finding has that many parts
    code: str,
    message: str,
    path: str,
    at: Pointer = (),
    *,
    item: str = "",
    unit: str = "",
    owner: str = "",
    fix: str = "",
    about: tuple[str, ...] = (),
) -> Finding:
    """A finding of ``code`` with the severity that belongs to it."""
    return Finding(
        code,
        CODES[code].severity,
        message,
        path,
        at,
        item=item,
        unit=unit,
        owner=owner,
        fix=fix,
        about=about,
    )


def on_item(
    code: str, entry: Entry | Item, message: str, *at: str | int, owner: str = "", fix: str = ""
) -> Finding:
    """A finding about a list item; ``at`` is the place within the item."""
    return found(
        code,
        message,
        entry.path,
        ("items", entry.index, *at),
        item=entry.code,
        unit=entry.unit,
        owner=owner,
        fix=fix,
    )
