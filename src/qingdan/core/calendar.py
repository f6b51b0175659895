"""Working days and deadlines.

Civil Code art. 201 (the day of the event is not counted) and 203 (a last day that is a day off moves to
the day after); working days by the State Council's yearly arrangement, 调休 counted.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.model.errors import CalendarError, UsageError
from qingdan.model.limits import Day, Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.limits import Limit
    from qingdan.model.values import Value

_WEEKDAYS = "一二三四五六日"
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class Calendar(Struct, frozen=True):
    """The published calendar, with the workspace's own additions (``registers/holidays.yaml``).

    ``years``: years entered by hand, day to whether it is worked (only the days that differ from the
    week). ``days``: local days, day to (worked, reason).
    """

    years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)
    days: Mapping[date, tuple[bool, str]] = field(default_factory=dict)

    def day(self, day: date) -> tuple[bool, str]:
        """Whether ``day`` is worked, and what kind of day it is; CalendarError if its year is unknown."""
        name = f"星期{_WEEKDAYS[day.weekday()]}"
        if day in self.days:
            works, reason = self.days[day]
            return works, f"{name}，本地{'上班' if works else '放假'}（{reason}）"
        if day.year in self.years:
            works = self.years[day.year].get(day, day.weekday() < 5)
            return works, _kind(day, name, works, "")
        off, holiday = _published(day)
        return not off, _kind(day, name, not off, _HOLIDAYS.get(holiday or "", ""))

    def works(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        return self.day(day)[0]

    def deadline(self, start: date, limit: Limit) -> Deadline:
        """The last day of ``limit`` counted from ``start``, which is not counted itself.

        工作日 counts working days only; 日 counts every day and, ending on a day off, runs to the next
        working day. Raises CalendarError beyond the published calendar, UsageError for a limit that no
        calendar day can end (小时, 即时办结, 个月).
        """
        if limit.measure not in {"工作日", "日"}:
            raise UsageError(f"时限“{limit}”不能推算到日，请用“3个工作日”或“7日”这样的写法。")
        chain: list[Day] = []
        day, number = start, 0
        while number < limit.amount:
            day = _next(day)
            works, why = self.day(day)
            counts = works or limit.measure == "日"
            number += counts
            chain.append(Day(day, counts, number if counts else 0, why))
        while not chain[-1].counts or not self.works(day):
            day = _next(day)
            chain.append(Day(day, False, 0, f"{self.day(day)[1]}，期限末日遇休息日顺延"))
            if self.works(day):
                break
        return Deadline(start, limit, day, tuple(chain))

    def proof(self, start: date, limit: Limit, last: date) -> Deadline:
        """A last day that was fixed before, with the days that prove it; none where days count otherwise now."""
        try:
            counted = self.deadline(start, limit)
        except CalendarError:
            return Deadline(start, limit, last, ())
        return counted if counted.last == last else Deadline(start, limit, last, ())

    def elapsed(self, start: date, end: date, limit: Limit) -> int:
        """Days used from ``start`` (not counted) to ``end``, in the unit of ``limit``; 0 if not after it."""
        if limit.measure == "日":
            return max((end - start).days, 0)
        day, used = start, 0
        while day < end:
            day = _next(day)
            used += self.works(day)
        return used


@lru_cache(maxsize=1 << 12)
def _published(day: date) -> tuple[bool, str | None]:
    """Whether a day is off by the published calendar, and for which holiday; CalendarError beyond it."""
    import chinese_calendar  # many commands count no days

    try:
        off, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        raise CalendarError(day.year) from None
    return off, holiday


def _next(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError:
        raise CalendarError(day.year + 1) from None


def _kind(day: date, name: str, works: bool, holiday: str) -> str:
    weekend = day.weekday() >= 5
    if works:
        return f"{name}，调休上班" if weekend else name
    if holiday:
        return f"{name}，{holiday}放假"
    return f"{name}，休息日" if weekend else f"{name}，放假"


def from_register(document: Value) -> Calendar:
    """The calendar with what ``registers/holidays.yaml`` adds; the document is valid by its schema."""
    found = cast(
        "dict[str, list[dict[str, Value]]]", document if isinstance(document, dict) else {}
    )
    years: dict[int, dict[date, bool]] = {}
    for entry in found.get("years", []):
        year = years.setdefault(int(cast("int", entry["year"])), {})
        for key, works in (("off", False), ("work", True)):
            for text in cast("list[str]", entry[key]):
                year[date.fromisoformat(text)] = works
    days = {
        date.fromisoformat(str(entry["date"])): (entry["kind"] == "上班", str(entry["reason"]))
        for entry in found.get("days", [])
    }
    return Calendar(years, days)
