"""The part of a workspace that a command was asked about: a unit, a list."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from qingdan.model.workspace import Book


def refuse_unknown(unit: str, name: str, book: Book) -> None:
    """UsageError for a unit's code or a list that is not there: silence would look like success."""
    if unit and unit not in book.units:
        near = difflib.get_close_matches(unit, book.units, 1)
        raise UsageError(f"没有编号为“{unit}”的单位。" + (f"是不是“{near[0]}”？" if near else ""))
    if name and name not in LISTS:
        raise UsageError(f"没有“{name}”这类清单，可选：{'、'.join(LISTS)}。")
