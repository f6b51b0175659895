"""A period as it stands in the history: the main branch at its two ends, and what a report is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.core.checks import periods_held
from qingdan.core.checks.world import World
from qingdan.core.ledger.held import duty_of
from qingdan.core.reports.quarterly import Ground
from qingdan.desk import output
from qingdan.desk.comparing import compare_systems
from qingdan.desk.opening import finish, in_the_world, judge, require_settings
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit
    from qingdan.model.periods import Kind, Span
    from qingdan.model.workspace import Book, Settings

REPORTED = {"week": "周清", "month": "月结", "quarter": "通报", "year": "考核"}
"""What is made of a period of each kind, where the settings do not call it anything."""


def wanted(kind: Kind, text: str, today: date) -> Span:
    """The period that was asked for, or the last one that is over; CannotAnswerError for one that still runs."""
    span = periods.read(kind, text) if text else periods.last_full(kind, today)
    if span.last >= today:
        raise CannotAnswerError(
            f"{span.title}到{span.last}才结束，今天是{today}，还不能{_doing(kind)}。"
        )
    return span


def _doing(kind: Kind) -> str:
    return REPORTED[kind]


def ground_of(opened: Opened, span: Span) -> Ground:
    """What a report of a period is made from: the lists at its ends, the findings at its end."""
    opened.repository.require_whole_history()
    opening, closing = ends(opened, span)
    snapshot = opened.snapshot(closing.id)
    book, findings = judge(opened, snapshot, keep_items=True)
    settings = require_settings(book)
    calendar = opened.calendar(closing.id)
    world = in_the_world(compare_systems(opened, book), book, snapshot, span.last)
    missing = periods_held.fallen_due(book, World(span.last, calendar), span)
    output.tell_excepted(book.excepted + world.hidden)
    return Ground(
        span,
        closing.id,
        opened.book(opening.id) if opening else None,
        book,
        settings,
        (*findings, *world.shown, *finish(missing, book, snapshot)),
        calendar,
        opened.schemas,
        issuer(settings, span, book),
    )


def ends(opened: Opened, span: Span) -> tuple[Commit | None, Commit]:
    """The commits that stood at a period's beginning and end, by the main branch's first parents.

    A state ends with the first later commit, so what is made afterwards never changes a period that is over.
    """
    commits = opened.repository.log(main(opened), first_parent=True)
    opening = _standing(commits, span.first, inclusive=False)
    closing = _standing(commits, span.last, inclusive=True)
    if closing is None:
        raise CannotAnswerError(f"{span.title}末还没有任何提交，没有可{_doing(span.kind)}的内容。")
    return opening, closing


def _standing(commits: list[Commit], day: date, *, inclusive: bool) -> Commit | None:
    standing = None
    for commit in commits:
        if commit.day > day or (commit.day == day and not inclusive):
            break
        standing = commit
    return standing


def main(opened: Opened) -> str:
    """The commit at the tip of the main branch; HEAD where that branch is not here."""
    branch = require_settings(opened.book()).branch
    try:
        return opened.repository.resolve(f"refs/heads/{branch}")
    except CannotAnswerError:
        return opened.repository.resolve("HEAD")


def issuer(settings: Settings, span: Span, book: Book) -> str:
    """The unit that owns the reports of this kind; the jurisdiction where its regulation knows none."""
    duty = duty_of(settings, span.kind)
    unit = settings.holder(duty.owner, span.last) if duty else ""
    return book.units[unit].name if unit in book.units else (duty.owner if duty else settings.name)
