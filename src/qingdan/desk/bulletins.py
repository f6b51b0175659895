"""The 季通报: its ground from the history of the main branch, its files, and what proves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qingdan.core import periods
from qingdan.core.reports.ends import End, Ground
from qingdan.core.reports.grids import grids
from qingdan.core.reports.quarterly import QUARTERS, bulletin
from qingdan.core.reports.sentences import BULLETIN
from qingdan.desk import documents, output
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.templates import QUARTER
from qingdan.desk.world import observe
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.papers import Letterhead
from qingdan.render.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.reports import Bulletin, Quarter
    from qingdan.model.workspace import Book, Settings

XLSX = "xlsx"
"""The format that is made of the tables, not of the document."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which bulletin is wanted: of which quarter, for whom (empty: everything), under which number and day."""

    quarter: Quarter
    audience: str = ""
    number: str = ""
    dated: str = ""

    @property
    def stem(self) -> str:
        """What its files are called, without ending."""
        return f"{self.quarter.name}-{self.audience}" if self.audience else self.quarter.name


@dataclass(frozen=True, slots=True)
class Made:
    """A bulletin, what it was made from, and its data as plain values."""

    ground: Ground
    bulletin: Bulletin
    data: dict[str, Any]


def make(opened: Opened, order: Order) -> Made:
    """The bulletin as values; RefusedError where its totals do not reconcile."""
    ground = _ground(opened, order.quarter)
    made = bulletin(ground, order.audience)
    head = Letterhead(made.issuer, order.number, order.dated)
    return Made(ground, made, documents.plain(made) | {"letterhead": documents.plain(head)})


def formats(wanted: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, each once, or all; UsageError for one that is not there."""
    known = (*documents.WRITERS, XLSX)
    for name in wanted:
        if name not in known:
            raise UsageError(f"没有“{name}”这种格式，可用：{'、'.join(known)}。")
    return tuple(dict.fromkeys(wanted)) or known


def written(opened: Opened, made: Made, forms: Sequence[str]) -> dict[str, bytes]:
    """The bulletin in each format, by ending."""
    contents: dict[str, bytes] = {}
    asked = [form for form in forms if form != XLSX]
    if asked:
        snapshot = opened.snapshot(made.ground.end.commit)
        place = documents.office(opened.schemas, snapshot, made.ground.closing)
        done = documents.made(place, QUARTER, made.data, made.bulletin.charts)
        contents |= documents.written(place, done, asked)
    if XLSX in forms:
        contents[XLSX] = workbook(grids(made.bulletin))
    return contents


def _ground(opened: Opened, quarter: Quarter) -> Ground:
    """The ends of this quarter and of those before it, a year back."""
    opened.repository.require_whole_history()
    line = opened.repository.main_line(_main(opened))
    wanted = [*reversed([*_before(quarter, QUARTERS)]), quarter]
    standing = [(each, _standing(line, each.last)) for each in wanted]
    if not standing[-1][1]:
        raise CannotAnswerError(f"{quarter.title}末还没有任何提交，没有可通报的内容。")
    ends = [_end(opened, each, commit) for each, commit in standing if commit]
    book = ends[-1].book
    settings = require_settings(book)
    return Ground(
        ends,
        settings,
        opened.calendar(ends[-1].commit),
        opened.schemas,
        _issuer(settings, quarter, book),
        _earlier(opened, line, ends[0].quarter),
    )


def _before(quarter: Quarter, count: int) -> Sequence[Quarter]:
    """So many quarters before this one, the last first."""
    found: list[Quarter] = []
    for _ in range(count):
        quarter = periods.quarter_of(quarter.first - timedelta(days=1))
        found.append(quarter)
    return found


def _end(opened: Opened, quarter: Quarter, commit: str) -> End:
    """What stood at the end of a quarter, and all that was wrong on its last day."""
    snapshot = opened.snapshot(commit)
    book, findings = judge(opened, snapshot, keep_items=True)
    world = observe(opened, book, snapshot, quarter.last)
    output.tell_excepted(book.excepted + world.hidden)
    return End(quarter, commit, book, (*findings, *world.shown))


def _earlier(opened: Opened, line: Sequence[tuple[str, date]], first: Quarter) -> frozenset[str]:
    """The paths that stood before a quarter began."""
    commit = _standing(line, first.first - timedelta(days=1))
    return frozenset(opened.snapshot(commit).paths()) if commit else frozenset()


def _standing(line: Sequence[tuple[str, date]], day: date) -> str:
    """The commit that stood at the end of a day, by the main branch's first parents; empty before the first one.

    A state ends with the first later commit, so what is made afterwards never changes a quarter that is over.
    """
    standing = ""
    for commit, made in line:
        if made > day:
            break
        standing = commit
    return standing


def _main(opened: Opened) -> str:
    branch = opened.settings().branch
    try:
        return opened.repository.resolve(f"refs/heads/{branch}")
    except CannotAnswerError:
        return opened.repository.resolve("HEAD")


def _issuer(settings: Settings, quarter: Quarter, book: Book) -> str:
    """The unit that owns the quarterly report; the jurisdiction where its regulation knows none."""
    owner = next((period.owner for period in settings.periods if period.name == BULLETIN), "")
    unit = settings.holder(owner, quarter.last) if owner else ""
    return book.units[unit].name if unit in book.units else owner or settings.name
