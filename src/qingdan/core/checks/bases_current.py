"""Items in use rest on what is in force today, and were looked at since it last changed.

A basis repealed (QD417); changed after the item's last adjustment, with the time to apply still running (QD418) or
over (QD419); not in force yet (QD420). The time runs from the day the change was made public, by the workspace's
limit and calendar; where the calendar of that year is not published the deadline is 待定, never guessed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.checks.report import on_item
from qingdan.core.laws import laws
from qingdan.core.reviews import reviews
from qingdan.core.units import called
from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from qingdan.core.checks.world import World
    from qingdan.core.laws import Law
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.limits import Limit
    from qingdan.model.workspace import Book


class Case(Struct, frozen=True):
    """An item and one of its bases: where it cites it first, its last adjustment, who must apply for one.

    ``reviewed`` counts the entry of its whole list, too; ``named`` only adjustments of the item itself.
    """

    entry: Entry
    law: Law
    place: int
    reviewed: date | None
    named: date | None
    applicant: str


class _Clock(Struct, frozen=True):
    """The time to apply, from the day of a change on: whether it is over, and how it stands in words."""

    over: bool
    words: str


def check(book: Book, world: World) -> Iterator[Finding]:
    """Bases repealed, or changed without an adjustment; nothing about those that the register does not know."""
    if book.settings is None:
        return
    within = book.settings.apply_within
    clock = cache(lambda day: _started(day, within, world))
    for case in cases(book, lambda law: law.has_moved(world.today)):
        yield from _judge(case, world.today, clock)


def check_in_force(book: Book, world: World) -> Iterator[Finding]:
    """Bases that are not in force yet."""
    for case in cases(book, lambda law: not law.in_force(world.today)):
        law = case.law
        yield _on(
            "QD420",
            case,
            f"依据《{law.title}》自{law.effective}起施行，现在尚未施行。",
            "请核对施行日期；施行前不得以此为依据，原依据仍有效的改引原依据。",
        )


def cases(book: Book, about: Callable[[Law], bool]) -> Iterator[Case]:
    """Each item in use with each registered law it cites and that they are ``about``, once."""
    known = {title: law for title, law in laws(book).items() if about(law)}
    if not known:  # of hundreds of thousands of items none need be looked at
        return
    reviewed = reviews(book)
    for entry in book.entries:
        if entry.state == "在用":
            for title in dict.fromkeys(law for law in entry.laws if law in known):
                days = reviewed.of(entry), reviewed.items.get(entry.code)
                place = entry.laws.index(title)
                yield Case(entry, known[title], place, *days, _applicant(entry, book))


def _applicant(entry: Entry, book: Book) -> str:
    """Who has to apply: the role of the first stage, or the item's own unit where that is 各单位."""
    stages = book.settings.stages if book.settings else ()
    by = stages[0].by if stages else ""
    role = book.settings.roles.get(by) if book.settings else None
    return called(entry.unit, book.units) if role is None or role.each else by


def _judge(case: Case, today: date, clock: Callable[[date], _Clock]) -> Iterator[Finding]:
    law = case.law
    if law.repealed and law.repealed <= today:
        yield _repealed(case, law.repeal_known or law.repealed, clock)
        return
    since = owed_since(case, today)
    if since:
        yield _changed(case, _unreviewed(law, case.reviewed, today), clock(since))


def owed_since(case: Case, today: date) -> date | None:
    """The day from which the time to apply for an adjustment runs; None where none is owed."""
    law = case.law
    if law.repealed and law.repealed <= today:
        day = law.repeal_known
        return None if day and case.named and case.named > day else day
    changes = _unreviewed(law, case.reviewed, today)
    if not changes:
        return None
    return min(changes) if case.reviewed else max(changes)


def _unreviewed(law: Law, reviewed: date | None, today: date) -> Mapping[date, str]:
    """Days on which the law changed after the item's last adjustment, with what happened."""
    days = dict.fromkeys(law.interpreted, "解释") | dict.fromkeys(law.amended, "修改")
    if law.repealed and law.repeal_published:
        days[law.repeal_published] = f"公布自{law.repealed}起废止"
    return {
        day: what
        for day, what in sorted(days.items())
        if day <= today and (reviewed is None or reviewed < day)
    }


def _repealed(case: Case, day: date, clock: Callable[[date], _Clock]) -> Finding:
    law = case.law
    made_public = "" if day == law.repealed else f"（{day}公布）"
    heir = f"，由《{law.successor}》接替" if law.successor else ""
    duty = (
        f"该事项已于{case.named}申请过调整，实施依据仍未更换。"
        if case.named and case.named > day
        else f"{case.applicant}{clock(day).words}。"
    )
    return _on(
        "QD417",
        case,
        f"依据《{law.title}》已于{law.repealed}废止{made_public}{heir}。{duty}",
        f"请按程序改引现行依据（--trigger basis-changed --occurred {day}）；没有现行依据的，取消该事项。",
    )


def _changed(case: Case, changes: Mapping[date, str], clock: _Clock) -> Finding:
    told = "、".join(f"{day}{what}" for day, what in changes.items())
    since = (
        f"晚于该事项最近一次建库或调整（{case.reviewed}）"
        if case.reviewed
        else "台账中没有该事项的调整记录"
    )
    return _on(
        "QD419" if clock.over else "QD418",
        case,
        f"依据《{case.law.title}》{told}，{since}。{case.applicant}{clock.words}。",
        "请对照新的条文核对该事项，按程序申请调整（--trigger basis-changed）；"
        "核对后不需要调整的，登记经批准的例外。",
    )


def _on(code: str, case: Case, message: str, fix: str) -> Finding:
    return on_item(code, case.entry, message, "basis", case.place, "law", fix=fix)


def _started(day: date, within: Limit, world: World) -> _Clock:
    """The time to apply for an adjustment because of what was made public on ``day``."""
    today = world.today
    try:
        last = world.calendar.deadline(day, within).last
        left = world.calendar.elapsed(today, last, within)
    except CalendarError as error:
        over = within.surely_over(day, today)
        still = "已经逾期，" if over else ""
        return _Clock(over, f"应当自{day}起{within}内申请调整，{still}{error.pending}")
    if today > last:
        stands = "已经逾期"
    elif today == last:
        stands = "今天截止"
    else:
        stands = f"还有{left}{str(within).removeprefix(str(within.amount))}"
    return _Clock(today > last, f"最迟应于{last}申请调整（自{day}起{within}内），{stands}")
