"""Weeks, months, quarters and years: read from words, found from a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from qingdan.model.errors import UsageError
from qingdan.model.periods import KIND_WORDS, YEARS, Month, Quarter, Week, Year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.periods import Kind, Span

_NAMES: Mapping[Kind, re.Pattern[str]] = {
    "week": re.compile(r"([1-9][0-9]{3})(?:年第?|[-/]?[Ww])([0-9]{1,2})周?"),
    "month": re.compile(r"([1-9][0-9]{3})[-/年]([0-9]{1,2})月?(?:份)?"),
    "quarter": re.compile(r"([1-9][0-9]{3})(?:年第?|[-/]?[Qq])([1-4一二三四])(?:季度)?"),
    "year": re.compile(r"([1-9][0-9]{3})年?(?:度)?()"),
}
_EXAMPLES: Mapping[Kind, str] = {
    "week": "2026W47",
    "month": "2026-10",
    "quarter": "2026Q3",
    "year": "2026",
}
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_LAST_MONTH = 12


def read(kind: Kind, text: str) -> Span:
    """A period of a kind as people write it; UsageError for anything else."""
    found = _NAMES[kind].fullmatch(text.strip())
    made = _made(kind, found[1], found[2]) if found else None
    if made is None:
        raise UsageError(f"“{text}”不是{KIND_WORDS[kind]}的写法，应为 {_EXAMPLES[kind]}。")
    return made


def named(name: str) -> Span | None:
    """The period that a folder of the ledger is named after; None for any other name."""
    for kind in KIND_WORDS:
        found = _NAMES[kind].fullmatch(name)
        made = _made(kind, found[1], found[2]) if found else None
        if made is not None and made.name == name:
            return made
    return None


def _made(kind: Kind, year: str, number: str) -> Span | None:
    if int(year) not in YEARS:
        return None
    count = _NUMBERS.get(number) or int(number or 0)
    if kind == "week":
        return Week(int(year), count) if 1 <= count <= _weeks(int(year)) else None
    if kind == "month":
        return Month(int(year), count) if 1 <= count <= _LAST_MONTH else None
    return Quarter(int(year), count) if kind == "quarter" else Year(int(year))


def _weeks(year: int) -> int:
    """52 or 53: the week in which the 28th of December falls is always the last one."""
    return date(year, 12, 28).isocalendar().week


def quarter(text: str) -> Quarter:
    """``2026Q3`` or 2026年第三季度; UsageError for anything else."""
    return cast("Quarter", read("quarter", text))


def span_of(kind: Kind, day: date) -> Span:
    """The period of a kind that a day falls into."""
    if kind == "week":
        year, number, _ = day.isocalendar()
        return Week(year, number)
    if kind == "month":
        return Month(day.year, day.month)
    return Quarter(day.year, (day.month + 2) // 3) if kind == "quarter" else Year(day.year)


def after(span: Span) -> Span:
    """The period of the same kind that comes next."""
    return span_of(span.kind, span.last + timedelta(days=1))


def before(span: Span) -> Span:
    """The period of the same kind that came before."""
    return span_of(span.kind, span.first - timedelta(days=1))


def last_full(kind: Kind, today: date) -> Span:
    """The period before the one that is running."""
    return before(span_of(kind, today))


def starting(kind: Kind, start: date, until: date) -> Iterator[Span]:
    """The periods of a kind that begin on or after ``start`` and not after ``until``."""
    each = span_of(kind, start)
    if each.first < start:
        each = after(each)
    while each.first <= until:
        yield each
        each = after(each)


def ending_in(kind: Kind, whole: Span) -> Iterator[Span]:
    """The periods of a kind whose last day falls into ``whole``: so each belongs to exactly one."""
    each = span_of(kind, whole.first)
    while each.last <= whole.last:
        yield each
        each = after(each)
