"""``deadline``: the last day of a limit, with the chain of days that proves it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from qingdan.core.calendar import Calendar
from qingdan.render import days

if TYPE_CHECKING:
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.limits import Limit


def run(opened: Opened | None, start: date, within: Limit, form: str) -> int:
    """Print the last day, then the chain; within a workspace its ``registers/holidays.yaml`` counts."""
    calendar = opened.calendar() if opened else Calendar()
    deadline = calendar.deadline(start, within)
    if form == "json":
        sys.stdout.write(json.dumps(days.as_dict(deadline), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(f"{deadline.last}\n" + days.chain(deadline))
    return 0
