"""Quarters: read from words, found from a day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError
from qingdan.model.reports import Quarter

if TYPE_CHECKING:
    from datetime import date

_NAME = re.compile(r"([1-9][0-9]{3})(?:年第?|[-/]?[Qq])([1-4一二三四])(?:季度)?")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def quarter(text: str) -> Quarter:
    """``2026Q3`` or 2026年第三季度; UsageError for anything else."""
    found = _NAME.fullmatch(text.strip())
    if not found:
        raise UsageError(f"“{text}”不是季度的写法，应为 2026Q3。")
    number = _NUMBERS.get(found[2]) or int(found[2])
    return Quarter(int(found[1]), number)


def quarter_of(day: date) -> Quarter:
    """The quarter that a day falls into."""
    return Quarter(day.year, (day.month + 2) // 3)


def last_full_quarter(today: date) -> Quarter:
    """The quarter before the one that is running."""
    now = quarter_of(today)
    return Quarter(now.year - 1, 4) if now.number == 1 else Quarter(now.year, now.number - 1)
