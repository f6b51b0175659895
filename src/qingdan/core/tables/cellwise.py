"""What cells of every kind of file have in common: which characters stay, and how large a sheet may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError
from qingdan.model.patterns import UNSEEN
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_ROWS = 100_000
MOST_PLAIN_ROWS = 500_000
"""Of a table whose cells are only text: registers that systems give out."""
MOST_COLUMNS = 500
MOST_LETTERS = 32_767
"""What a cell of a spreadsheet can hold at most."""

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]|_x000[Dd]_\n?")
_HIDDEN = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff{UNSEEN}]")


def tidy(text: str) -> str:
    """A text without what cannot be seen; every kind of line break as a newline."""
    if text.isprintable():
        return text.strip()
    return _HIDDEN.sub("", _BREAKS.sub("\n", text)).strip(" \r\n\u3000\xa0")


def dense(cells: Mapping[tuple[int, int], str], what: str) -> tuple[tuple[str, ...], ...]:
    """Sparse cells as rows; UsageError, naming the sheet ``what``, for more than can be a table."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in cells.items():
        if text:
            refuse_large(row, column, what)
            by_row.setdefault(row, {})[column] = text
    return tuple(_row(by_row.get(row, {})) for row in range(1, max(by_row, default=0) + 1))


def trimmed(
    rows: Iterable[Sequence[str]], what: str, most: int = MOST_ROWS
) -> tuple[tuple[str, ...], ...]:
    """Rows of cells without the empty ones at their ends; UsageError, naming ``what``, for more than ``most`` rows."""
    found: list[tuple[str, ...]] = []
    filled = 0
    for number, cells in enumerate(rows, 1):
        width = len(cells)
        while width and not cells[width - 1]:
            width -= 1
        found.append(tuple(cells[:width]))
        if width:
            refuse_large(number, width, what, most)
            filled = number
    return tuple(found[:filled])


def refuse_large(row: int, column: int, what: str, most: int = MOST_ROWS) -> None:
    """UsageError for a cell so far out that it belongs to no table."""
    if row > most:
        raise UsageError(
            f"{what}超过{most}行（{address(row, column)}还有内容），请删去多余的行或分成几个文件。"
        )
    if column > MOST_COLUMNS:
        raise UsageError(
            f"{what}超过{MOST_COLUMNS}列（{address(row, column)}还有内容），请删去表外的内容。"
        )


def _row(cells: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in range(1, max(cells, default=0) + 1))
