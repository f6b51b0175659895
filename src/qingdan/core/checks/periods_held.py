"""What must be held in each period was held: inspections and conferences (QD613), reports (QD640).

S0 第十七条、第十九条、第二十一条, S3a 第十六条、第十八条, S3b 第五条第（三）项, S2 第七条. Due is the limit that ``periods`` of
``qingdan.yaml`` sets after the period's end; what is held later, and recorded, is no finding any more. Where the
calendar of that year is not known, nothing is said yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.checks.report import found
from qingdan.core.ledger.held import REPORT, due_source_of, owed, source_of, supervisor
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.settings import cite
from qingdan.core.units import called
from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.checks.world import World
    from qingdan.core.ledger.held import Owed
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.periods import Span
    from qingdan.model.settings import Settings
    from qingdan.model.workspace import Book

_FIX = "已经开展的，请补录；没有开展的，请尽快开展并录入。"
_COMMANDS = "请用 qingdan report --{kind} {name}{scope} --record 补办。"


def check(book: Book, world: World) -> Iterator[Finding]:
    """Everything that is overdue on the day and not on record."""
    for each, due in _overdue(book, world):
        if book.settings:
            yield _finding(each, due, book, book.settings, world)


def fallen_due(book: Book, world: World, span: Span) -> Iterator[Finding]:
    """Those whose last day falls into a period: each is held against whoever owes it in one period only."""
    for each, due in _overdue(book, world):
        if book.settings and span.holds(due):
            yield _finding(each, due, book, book.settings, world)


def _overdue(book: Book, world: World) -> Iterator[tuple[Owed, date]]:
    for each in owed(book, world.today):
        due = _due(each, world)
        if due and due < world.today:
            yield each, due


def _due(each: Owed, world: World) -> date | None:
    if each.span.last >= world.today:
        return None
    try:
        return world.calendar.deadline(each.span.last, each.period.due).last
    except CalendarError:
        return None


def _finding(each: Owed, due: date, book: Book, settings: Settings, world: World) -> Finding:
    report = each.period.held_by == REPORT
    part = (each.period, each.scope, settings)
    role = supervisor(*part)
    unit = each.unit or settings.holder(role, world.today)
    who = called(each.unit, book.units) if each.unit else role
    title = each.scope.about(settings)
    about = f"（{title}）" if title else ""
    limit = f"{each.period.due}，{cite(due_source_of(*part), settings.regulations)}"
    message = (
        f"{who}没有{each.span.title}“{each.period.name}”{about}的记录，应不晚于{due}完成"
        f"（{each.span.title}末起{limit}）。"
    )
    at: Pointer = ("periods", each.place, "name", each.span.name)
    apart = each.scope.key if each.scope.list else "" if each.unit else each.scope.role
    at += (apart,) if apart else ()
    made = found(
        "QD640" if report else "QD613",
        message,
        SETTINGS_PATH,
        at,
        unit=unit,
        owner=role,
        fix=_to_do(each) if report else _FIX,
    )
    return replace(made, sources=(cite(source_of(*part), settings.regulations),))


def _to_do(each: Owed) -> str:
    words = {"list": each.scope.key} if each.scope.list else {"unit": each.unit}
    scope = "".join(f" --{word} {value}" for word, value in words.items() if value)
    return _COMMANDS.format(kind=each.period.period, name=each.span.name, scope=scope)
