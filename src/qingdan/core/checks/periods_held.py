"""What must be held in each quarter was held (QD613, S0 第十七条、第十九条, S3b 第五条第（三）项, S2 第七条).

Due is the limit that ``periods`` of ``qingdan.yaml`` sets after the quarter's end; what is held later, and recorded,
is no finding any more. Where the calendar of that year is not known, nothing is said yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.ledger.held import owed
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.settings import cite
from qingdan.core.units import called
from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.checks.world import World
    from qingdan.core.ledger.held import Owed
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def check(book: Book, world: World) -> Iterator[Finding]:
    """Everything that is overdue on the day and not on record."""
    for each in owed(book, world.today):
        due = _due(each, world)
        if due and due < world.today:
            yield _finding(each, due, book)


def _due(each: Owed, world: World) -> date | None:
    try:
        return world.calendar.deadline(each.quarter.last, each.period.due).last
    except CalendarError:
        return None


def _finding(each: Owed, due: date, book: Book) -> Finding:
    who = f"{called(each.unit, book.units)}" if each.unit else each.period.owner
    message = (
        f"{who}没有{each.quarter.title}“{each.period.name}”的记录，应不晚于{due}完成"
        f"（{each.quarter.title}末起{each.period.due}）。"
    )
    fix = "已经开展的，请补录；没有开展的，请尽快开展并录入。"
    at = ("periods", each.place, "name")
    made = found(
        "QD613", message, SETTINGS_PATH, at, unit=each.unit, owner=each.period.owner, fix=fix
    )
    regulations = book.settings.regulations if book.settings else {}
    return replace(made, sources=(cite(each.period.source, regulations),))
