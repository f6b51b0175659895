"""``report``: the 季通报 from the history of the main branch; the same bytes from the same commit."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.core.reports.quarterly import Ground, bulletin
from qingdan.desk import documents, output
from qingdan.desk.comparing import compare_systems
from qingdan.desk.opening import in_the_world, judge, require_settings
from qingdan.desk.templates import QUARTER
from qingdan.model.errors import CannotAnswerError
from qingdan.model.papers import Letterhead

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit
    from qingdan.model.periods import Quarter
    from qingdan.model.workspace import Book, Settings

ISSUER = "季通报"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a period, and where: ``formats`` empty for all; ``number`` and ``dated`` as the office gives them."""

    period: str
    out: Path | None = None
    formats: tuple[str, ...] = ()
    number: str = ""
    dated: str = ""
    context: bool = False


def run(opened: Opened, wanted: Wanted, today: date) -> int:
    """Make the bulletin of a quarter in each format, or print its data."""
    period = wanted.period
    quarter = periods.quarter(period or periods.last_full("quarter", today).name)
    if quarter.last >= today:
        raise CannotAnswerError(
            f"{quarter.title}到{quarter.last}才结束，今天是{today}，还不能通报。"
        )
    forms = documents.formats(wanted.formats)
    ground = _ground(opened, quarter)
    made = bulletin(ground)
    head = Letterhead(made.issuer, wanted.number, wanted.dated)
    data = documents.plain(made) | {"letterhead": documents.plain(head)}
    if wanted.context:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return 0
    place = documents.office(opened.schemas, opened.snapshot(ground.commit), ground.closing)
    folder = wanted.out or opened.root / documents.REPORTS
    target = documents.Target(folder, quarter.name, forms)
    paths = documents.deliver(place, QUARTER, data, target)
    sys.stdout.write(f"{quarter.title}通报已生成：\n{paths}")
    return 0


def _ground(opened: Opened, quarter: Quarter) -> Ground:
    opened.repository.require_whole_history()
    opening, closing = _ends(opened, quarter)
    snapshot = opened.snapshot(closing.id)
    book, findings = judge(opened, snapshot, keep_items=True)
    settings = require_settings(book)
    world = in_the_world(compare_systems(opened, book), book, snapshot, quarter.last)
    findings += world.shown
    output.tell_excepted(book.excepted + world.hidden)
    return Ground(
        quarter,
        closing.id,
        opened.book(opening.id) if opening else None,
        book,
        settings,
        findings,
        opened.calendar(closing.id),
        opened.schemas,
        _issuer(settings, quarter, book),
    )


def _ends(opened: Opened, quarter: Quarter) -> tuple[Commit | None, Commit]:
    """The commits that stood at the quarter's beginning and end, by the main branch's first parents.

    A state ends with the first later commit, so what is made afterwards never changes a quarter that is over.
    """
    commits = opened.repository.log(_main(opened), first_parent=True)
    opening = _standing(commits, quarter.first, inclusive=False)
    closing = _standing(commits, quarter.last, inclusive=True)
    if closing is None:
        raise CannotAnswerError(f"{quarter.title}末还没有任何提交，没有可通报的内容。")
    return opening, closing


def _standing(commits: list[Commit], day: date, *, inclusive: bool) -> Commit | None:
    standing = None
    for commit in commits:
        if commit.day > day or (commit.day == day and not inclusive):
            break
        standing = commit
    return standing


def _main(opened: Opened) -> str:
    branch = require_settings(opened.book()).branch
    try:
        return opened.repository.resolve(f"refs/heads/{branch}")
    except CannotAnswerError:
        return opened.repository.resolve("HEAD")


def _issuer(settings: Settings, quarter: Quarter, book: Book) -> str:
    """The unit that owns the quarterly report; the jurisdiction where its regulation knows none."""
    owner = next((period.owner for period in settings.periods if period.name == ISSUER), "")
    unit = settings.holder(owner, quarter.last) if owner else ""
    return book.units[unit].name if unit in book.units else owner or settings.name
