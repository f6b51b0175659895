"""How long the application of an adjustment took."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.model.errors import CalendarError
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from qingdan.core.calendar import Calendar
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc


def used(record: Doc, settings: Settings, calendar: Calendar) -> str:
    """Days used from the event to the application, in the limit's measure; 待定 beyond the published calendar."""
    limit = Limit.parse(str(record["within"])) if "within" in record else settings.apply_within
    start, end = (date.fromisoformat(str(record[key])) for key in ("occurred", "applied"))
    try:
        return str(Limit(calendar.elapsed(start, end, limit), limit.measure))
    except CalendarError:
        return "待定"
