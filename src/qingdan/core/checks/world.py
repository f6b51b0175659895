"""What ``check`` knows beyond the files: the day, and the calendar by which days are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.calendar import Calendar


class World(Struct, frozen=True):
    """The day on which is judged, and the working days around it."""

    today: date
    calendar: Calendar
