"""Weeks, months, quarters and years: as people write them, and every day in exactly one of each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingdan.core import periods
from qingdan.model.errors import UsageError
from qingdan.model.periods import KIND_WORDS, Kind, Month, Quarter, Span, Week, Year

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(tuple(KIND_WORDS))


@given(DAYS, KINDS)
def test_every_day_is_in_exactly_one_period_of_a_kind(day: date, kind: Kind) -> None:
    span = periods.span_of(kind, day)
    assert span.holds(day)
    earlier, later = periods.before(span), periods.after(span)
    assert earlier.last.toordinal() + 1 == span.first.toordinal()
    assert span.last.toordinal() + 1 == later.first.toordinal()
    assert not earlier.holds(day)
    assert not later.holds(day)


@given(DAYS, KINDS)
def test_a_period_is_read_back_from_its_name_and_its_title(day: date, kind: Kind) -> None:
    span = periods.span_of(kind, day)
    assert periods.read(kind, span.name) == span == periods.read(kind, span.title)
    assert periods.named(span.name) == span


@given(DAYS, KINDS, KINDS)
def test_each_period_ends_in_exactly_one_longer_one(day: date, short: Kind, long: Kind) -> None:
    span, whole = periods.span_of(short, day), periods.span_of(long, day)
    if span.last - span.first <= whole.last - whole.first:
        home = periods.span_of(long, span.last)
        assert span in list(periods.ending_in(short, home))
        assert span not in list(periods.ending_in(short, periods.before(home)))
        assert span not in list(periods.ending_in(short, periods.after(home)))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-01-01", "quarter", "2025Q4"),
        ("2026-04-01", "quarter", "2026Q1"),
        ("2026-12-31", "quarter", "2026Q3"),
        ("2026-11-22", "week", "2026W46"),
        ("2026-11-23", "week", "2026W47"),
        ("2027-01-04", "week", "2026W53"),
        ("2026-01-31", "month", "2025-12"),
        ("2026-12-31", "year", "2025"),
    ],
)
def test_the_last_full_one(day: str, kind: Kind, name: str) -> None:
    assert periods.last_full(kind, date.fromisoformat(day)).name == name


@pytest.mark.parametrize(
    ("kind", "text", "span"),
    [
        ("week", "2026w47", Week(2026, 47)),
        ("week", "2026-W47", Week(2026, 47)),
        ("week", "2026年第7周", Week(2026, 7)),
        ("month", "2026年3月", Month(2026, 3)),
        ("month", "2026/03", Month(2026, 3)),
        ("quarter", "2026年3季度", Quarter(2026, 3)),
        ("year", "2026年度", Year(2026)),
    ],
)
def test_as_people_write_them(kind: Kind, text: str, span: Span) -> None:
    assert periods.read(kind, text) == span


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("week", "2025W53"),
        ("week", "2026W00"),
        ("week", "2026Q3"),
        ("month", "2026-13"),
        ("month", "2026-00"),
        ("quarter", "2026"),
        ("year", "26"),
        ("year", "2200"),
        ("week", "1899W01"),
    ],
)
def test_what_is_no_such_period(kind: Kind, text: str) -> None:
    with pytest.raises(UsageError, match="的写法"):
        periods.read(kind, text)


@pytest.mark.parametrize("name", ["2026W7", "2026年", "2026-1", "confer", "", "2026Q5"])
def test_only_the_one_writing_names_a_folder(name: str) -> None:
    assert periods.named(name) is None
