"""How a clock stands on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.model.clocks import Count
from qingdan.model.errors import CalendarError
from qingdan.model.limits import Deadline, Limit

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.checks.world import World


def by_limit(start: date, within: Limit, world: World) -> Count:
    """A limit that runs from ``start``; 待定 where the calendar is not published as far as its end."""
    try:
        return by_deadline(world.calendar.deadline(start, within), world)
    except CalendarError as error:
        return _beyond(start, within, error, world)


def by_deadline(deadline: Deadline, world: World) -> Count:
    """A limit whose last day is known."""
    today, last = world.today, deadline.last
    late = today > last
    near, far = (last, today) if late else (today, last)
    try:
        days = world.calendar.elapsed(near, far, deadline.limit)
        measure = str(deadline.limit).removeprefix(str(deadline.limit.amount))
    except CalendarError:
        days, measure = (far - near).days, "日"
    if today == last:
        return Count("today", "今天截止", last, deadline)
    if late:
        return Count("overdue", f"已逾期{days}{measure}", last, deadline)
    return Count("running", f"还有{days}{measure}", last, deadline)


def _beyond(start: date, within: Limit, error: CalendarError, world: World) -> Count:
    """A limit that ends in a year whose holidays nobody knows: never guessed, but it may be over for certain."""
    if within.surely_over(start, world.today):
        return Count("overdue", f"已逾期（{error.pending}）")
    return Count("pending", error.pending)


def by_date(start: date, last: date, within: Limit | None, world: World) -> Count:
    """A last day that was fixed when it was counted: by a limit from ``start``, or given as a day (None)."""
    if within is None:
        count = by_deadline(Deadline(start, Limit(1, "日"), last, ()), world)
        return replace(count, deadline=None)
    return by_deadline(world.calendar.proof(start, within, last), world)


def by_day(last: date, today: date) -> Count:
    """Something that ends with a day."""
    days = (last - today).days
    if days < 0:
        return Count("overdue", f"已到期{-days}日", last)
    return Count("running", f"还有{days}日", last) if days else Count("today", "今天到期", last)
