"""Tables in a text: commas, tabs, semicolons or “|” between the cells, whichever makes the best table."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from qingdan.core.tables.cellwise import MOST_ROWS, tidy, trimmed
from qingdan.model.errors import UsageError
from qingdan.model.tables import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

_DELIMITERS = (",", "\t", "|", ";")
_LOOKED_AT = 200
_LONGEST_HEADING = 40
_RULE = re.compile(r"[\s|:+-]*-{2,}[\s|:+-]*")
"""The line under the heading of a Markdown table."""


def sheet(text: str, name: str, most: int = MOST_ROWS) -> Sheet:
    """The one sheet of a text; UsageError for what is no table, or has more than ``most`` rows."""
    rows = _rows(text, _delimiter(text))
    return Sheet(name, trimmed(([tidy(cell) for cell in line] for line in rows), "表格", most))


def csv_reason(message: str) -> str:
    """Why Python's csv module refuses a line, in Chinese words."""
    unpaired = ("quote", "EOF", "end of data", "expected after", "field larger")
    return "引号没有成对" if any(word in message for word in unpaired) else "格式有误"


def _delimiter(text: str) -> str:
    """The delimiter that gives the widest row of headings with the most rows of that width below."""
    head = "\n".join(text.splitlines()[:_LOOKED_AT])
    return max(_DELIMITERS, key=lambda mark: _merit(head, mark))


def _merit(text: str, mark: str) -> float:
    try:
        rows = [row for row in _rows(text, mark) if any(cell.strip() for cell in row)]
    except UsageError:
        return 0.0
    place = next((place for place, row in enumerate(rows) if _heads(row)), len(rows))
    below = rows[place + 1 :]
    wide = sum(len(row) * 2 > len(rows[place]) for row in below)
    return (len(rows[place]) - 1) * (wide + 1) / (len(below) + 1) if place < len(rows) else 0.0


def _heads(row: Sequence[str]) -> bool:
    """Whether a row could be one of headings: several short words, none twice."""
    words = [cell.strip() for cell in row if cell.strip()]
    short = all(len(word) <= _LONGEST_HEADING for word in words)
    return len(words) > 1 and short and len(set(words)) == len(words)


def _rows(text: str, mark: str) -> list[list[str]]:
    if mark == "|":
        return _barred(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        if mark == "\t":  # pasted from somewhere: quotation marks are just letters
            return [line.split("\t") for line in text.splitlines()]
        raise UsageError(
            f"不是规范的 CSV 表格（第{reader.line_num}行）：{csv_reason(str(error))}。"
        ) from None


def _barred(text: str) -> list[list[str]]:
    rows = [[] if _RULE.fullmatch(line) else line.split("|") for line in text.splitlines()]
    return [_unframed(row) for row in rows] if _framed(rows) else rows


def _framed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether every row of several cells begins and ends with a bar, as Markdown's do."""
    several = [row for row in rows if len(row) > 1]
    return bool(several) and all(not row[0].strip() and not row[-1].strip() for row in several)


def _unframed(row: list[str]) -> list[str]:
    return row[1:-1] if len(row) > 1 else row
