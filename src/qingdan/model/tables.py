"""Tables that people have and want: a sheet as it was read, and a grid to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from qingdan.model.values import Doc


class Region(Struct, frozen=True):
    """Cells merged into one, by the rows and columns of its corners, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(Struct, frozen=True):
    """A sheet as it was read: ``rows`` hold the text of every cell, ragged rows allowed.

    A merged region has its text in its first cell alone. ``numbers`` are the (row, column) of cells that
    the file holds as numbers. ``entries`` are the records themselves, one a row below the first, where the
    file is a list as it is kept and not a table: cells are then only for showing. ``unseen`` are rows, from 1,
    that do not show: hidden or filtered away.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Region, ...] = ()
    numbers: frozenset[tuple[int, int]] = frozenset()
    entries: tuple[Doc, ...] = ()
    unseen: frozenset[int] = frozenset()


class Column(Struct, frozen=True):
    """A column of a grid. ``width`` counts half-width characters; ``choices`` become a drop-down."""

    key: str
    title: str
    width: int = 16
    choices: tuple[str, ...] = ()
    hidden: bool = False
    note: str = ""
    open: bool = False
    """Whether people write in it, where the sheet is a form."""
    number: bool = False
    """Whether its texts are numbers wherever they look like one: a spreadsheet can reckon with them then."""


class Grid(Struct, frozen=True):
    """A sheet to be written: lines ``above``, one heading row, then ``rows`` of text in the order of ``columns``."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: frozenset[tuple[int, int]] = frozenset()
    """Cells to be highlighted, as (place of the row, place of the column) counted from 0."""
    printed: str = ""
    """The heading printed on each page, on A4; on A3 and without one where it is empty."""
    form: bool = False
    """Whether it is a form: protected but for its open columns."""
    above: tuple[str, ...] = ()
    """Lines that stand above the heading row."""


def address(row: int, column: int) -> str:
    """``(7, 3)`` as spreadsheets write it: ``C7``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
