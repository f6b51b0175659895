"""A period as it stands in the history: the main branch at its two ends, and what a report is made from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.core.ledger.held import duty_of
from qingdan.core.reports.ends import End, Ground
from qingdan.desk import output
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.unseen import tell_unseen
from qingdan.desk.world import observe
from qingdan.model.errors import CannotAnswerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.periods import Kind, Span
    from qingdan.model.settings import Settings
    from qingdan.model.workspace import Book

REPORTED = {"week": "周清", "month": "月结", "quarter": "通报", "year": "考核"}
"""What is made of a period of each kind, where the settings do not call it anything."""


def wanted(kind: Kind, text: str, today: date, dated: str = "") -> Span:
    """The period that was asked for, or the last one that is over; CannotAnswerError for one that still runs.

    UsageError where its report is to be ``dated`` before its end: nobody signs for days that are still to come.
    """
    span = periods.read(kind, text) if text else periods.last_full(kind, today)
    if span.last >= today:
        raise CannotAnswerError(
            f"{span.title}到{span.last}才结束，今天是{today}，还不能{REPORTED[kind]}。"
        )
    if dated and date.fromisoformat(dated) < span.last:
        raise UsageError(f"成文日期{dated}早于期末{span.last}；请核对 --dated。")
    return span


def ground_of(opened: Opened, span: Span) -> Ground:
    """What a report of a period is made from: the lists at its ends, and what is wrong on its last day."""
    opened.repository.require_whole_history()
    opening, closing = ends(opened, span)
    last = end(opened, span, closing)
    settings = require_settings(last.book)
    found = [End(periods.before(span), opening, opened.book(opening), ())] if opening else []
    return Ground(
        [*found, last],
        settings,
        opened.calendar(closing),
        opened.schemas,
        issuer(settings, span, last.book),
    )


def end(opened: Opened, span: Span, commit: str) -> End:
    """What stood at the end of a period, and all that was wrong on its last day."""
    seen, hidden = look(opened, span, commit)
    output.tell_excepted(hidden)
    tell_unseen(opened, seen)
    return seen


def look(opened: Opened, span: Span, commit: str) -> tuple[End, tuple[Finding, ...]]:
    """The same, and what approved exceptions hide, of which nothing is said."""
    snapshot = opened.snapshot(commit)
    book, findings = judge(opened, snapshot, keep_items=True)
    world = observe(opened, book, snapshot, span.last)
    return End(span, commit, book, (*findings, *world.shown)), (*book.excepted, *world.hidden)


def ends(opened: Opened, span: Span) -> tuple[str, str]:
    """The commits that stood before a period and at its end; CannotAnswerError where there was nothing yet."""
    line = main_line(opened)
    closing = standing(line, span.last)
    if not closing:
        raise CannotAnswerError(
            f"{span.title}末还没有任何提交，没有可{REPORTED[span.kind]}的内容。"
        )
    return standing(line, span.first - timedelta(days=1)), closing


def standing(line: Sequence[tuple[str, date]], day: date) -> str:
    """The commit that stood at the end of a day, by the main branch's first parents; empty before the first one.

    A state ends with the first later commit, so what is made afterwards never changes a period that is over.
    """
    found = ""
    for commit, made in line:
        if made > day:
            break
        found = commit
    return found


def main_line(opened: Opened) -> Sequence[tuple[str, date]]:
    """The main branch's first parents with their days; HEAD's where that branch is not here."""
    branch = opened.settings().branch
    try:
        tip = opened.repository.resolve(f"refs/heads/{branch}")
    except CannotAnswerError:
        tip = opened.repository.resolve("HEAD")
    return opened.repository.main_line(tip)


def issuer(settings: Settings, span: Span, book: Book) -> str:
    """The unit that owns the reports of this kind; the jurisdiction where its regulation knows none."""
    duty = duty_of(settings, span.kind)
    unit = settings.holder(duty.owner, span.last) if duty else ""
    return book.units[unit].name if unit in book.units else (duty.owner if duty else settings.name)
