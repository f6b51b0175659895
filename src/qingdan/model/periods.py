"""Weeks, months, quarters and years as values: every day is in exactly one of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from msgspec import Struct

Kind = Literal["week", "month", "quarter", "year"]
KIND_WORDS: dict[Kind, str] = {"week": "周", "month": "月", "quarter": "季度", "year": "年"}
"""What people read for a kind."""
YEARS = range(1900, 2200)
"""The years of every day that is read, from a file or a command: beyond them no list goes, and no clock ever stops."""


if TYPE_CHECKING:

    class _Lasting(Protocol):
        """What has a first and a last day."""

        @property
        def first(self) -> date: ...
        @property
        def last(self) -> date: ...


class _Days(Struct, frozen=True):
    """Days that follow one another."""

    def holds(self: _Lasting, day: date) -> bool:
        """Whether ``day`` falls into it."""
        return self.first <= day <= self.last


class Week(_Days, frozen=True):
    """A week by ISO 8601, Monday to Sunday; ``year`` is the year that holds its Thursday."""

    kind: ClassVar[Kind] = "week"
    year: int
    number: int

    @property
    def name(self) -> str:
        """Such as ``2026W47``."""
        return f"{self.year}W{self.number:02}"

    @property
    def title(self) -> str:
        """Such as 2026年第47周."""
        return f"{self.year}年第{self.number}周"

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)


class Month(_Days, frozen=True):
    """A month of the calendar."""

    kind: ClassVar[Kind] = "month"
    year: int
    number: int

    @property
    def name(self) -> str:
        """Such as ``2026-10``."""
        return f"{self.year}-{self.number:02}"

    @property
    def title(self) -> str:
        """Such as 2026年10月."""
        return f"{self.year}年{self.number}月"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return _end_of_month(self.year, self.number)


class Quarter(_Days, frozen=True):
    """A quarter of a year; ``number`` 1 to 4."""

    kind: ClassVar[Kind] = "quarter"
    year: int
    number: int

    @property
    def name(self) -> str:
        """Such as ``2026Q3``."""
        return f"{self.year}Q{self.number}"

    @property
    def title(self) -> str:
        """Such as 2026年第三季度."""
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return _end_of_month(self.year, self.number * 3)


class Year(_Days, frozen=True):
    """A year of the calendar."""

    kind: ClassVar[Kind] = "year"
    year: int

    @property
    def name(self) -> str:
        """Such as ``2026``."""
        return f"{self.year}"

    @property
    def title(self) -> str:
        """Such as 2026年."""
        return f"{self.year}年"

    @property
    def first(self) -> date:
        """New Year's Day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """New Year's Eve."""
        return date(self.year, 12, 31)


Span = Week | Month | Quarter | Year


def _end_of_month(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)
