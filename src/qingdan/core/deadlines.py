"""Last days of one limit, counted once for each day it may start on: lists of decisions ask for thousands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from qingdan.core.calendar import Calendar
    from qingdan.model.limits import Limit


class Deadlines:
    """The last days of ``within`` by a calendar; days are written ``2026-11-18``, as documents write them."""

    def __init__(self, within: Limit, calendar: Calendar) -> None:
        """``within``: working days, or natural days that roll on to the next working day."""
        self.within = within
        self._calendar = calendar
        self._known: dict[str, str] = {}

    def last(self, start: str) -> str:
        """The last day counted from ``start``; empty where the calendar is not published as far as that."""
        found = self._known.get(start)
        if found is None:
            try:
                day = self._calendar.deadline(date.fromisoformat(start), self.within).last
                found = day.isoformat()
            except CalendarError:
                found = ""
            self._known[start] = found
        return found

    def over(self, start: str, day: str) -> bool:
        """Whether ``day`` is after the last one; where that is not known, whether it is so for certain."""
        last = self.last(start)
        if last:
            return day > last
        return self.within.surely_over(date.fromisoformat(start), date.fromisoformat(day))
