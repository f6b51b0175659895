"""Whether adjustments were applied for in time, and how many days they took."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.model.errors import CalendarError
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.core.calendar import Calendar
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc

MANY = 15
"""From so many days on they are counted together."""


def is_late(record: Doc) -> bool:
    """Whether an adjustment was applied for after its deadline."""
    deadline = str(record["deadline"])
    return deadline != "none" and str(record["applied"]) > deadline


def days_used(
    records: Iterable[Doc], settings: Settings, calendar: Calendar
) -> dict[str, dict[int, tuple[int, int]]]:
    """By the measure of the limit: days used to how many came in time and how many late.

    Days beyond :data:`MANY` are counted as that many; what the published calendar does not reach is left out.
    """
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for record in records:
        if record["deadline"] == "none":
            continue
        limit = Limit.parse(str(record["within"])) if "within" in record else settings.apply_within
        start, end = (date.fromisoformat(str(record[key])) for key in ("occurred", "applied"))
        try:
            used = min(calendar.elapsed(start, end, limit), MANY)
        except CalendarError:
            continue
        counts = found.setdefault(limit.measure, {})
        in_time, late = counts.get(used, (0, 0))
        counts[used] = (in_time, late + 1) if is_late(record) else (in_time + 1, late)
    return found
