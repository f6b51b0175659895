"""The 季通报: its ground from the history of the main branch, its files, and what proves them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core import periods
from qingdan.core.ledger import closing
from qingdan.core.ledger.held import FOLDER, Ledger, Scope, duty_of, editions
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.reports import comparing
from qingdan.core.reports.ends import Ground, Past
from qingdan.core.reports.grids import grids
from qingdan.core.reports.quarterly import QUARTERS, bulletin
from qingdan.desk import documents, output
from qingdan.desk.opening import require_settings
from qingdan.desk.reports.periods import issuer, look, main_line, standing
from qingdan.desk.templates import QUARTER
from qingdan.desk.unseen import tell_unseen
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError, YamlRefusedError
from qingdan.model.papers import Letterhead
from qingdan.model.workspace import Texts
from qingdan.render.workbooks import workbook
from qingdan.repo import pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.periods import Span
    from qingdan.model.reports import Bulletin
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Snapshot

XLSX = "xlsx"
"""The format that is made of the tables, not of the document."""
_LONG = 500
"""From so many commits on, little of what one end holds is as it was at the end before; so many rows are slow to write."""


class Order(Struct, frozen=True):
    """Which bulletin is wanted: of which quarter, for whom (empty: everything), under which number and day.

    ``corrects``: which edition it is and what it corrects; ``conceded``: what is not held against units any more.
    """

    quarter: Span
    audience: str = ""
    number: str = ""
    dated: str = ""
    corrects: tuple[int, str] | None = None
    conceded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What its files are called, without ending."""
        return f"{self.quarter.name}-{self.audience}" if self.audience else self.quarter.name


class Made(Struct, frozen=True):
    """A bulletin, what it was made from, and its data as plain values."""

    ground: Ground
    bulletin: Bulletin
    data: dict[str, Any]


def make(opened: Opened, order: Order) -> Made:
    """The bulletin as values; RefusedError where its totals do not reconcile."""
    ground = _ground(opened, order)
    made = bulletin(ground, order.audience)
    if order.corrects:
        edition, words = order.corrects
        said = f"本通报为第{edition}版，更正第{edition - 1}版：{words.rstrip('。')}。"
        made = replace(made, opening=said + made.opening)
    head = Letterhead(made.issuer, order.number, order.dated)
    return Made(ground, made, documents.plain(made) | {"letterhead": documents.plain(head)})


def as_closed(opened: Opened, order: Order) -> tuple[Order, Doc | None]:
    """The bulletin as it was closed last, and that edition; as it was ordered where it is not closed."""
    record = _record(opened, order.quarter)
    if record is None:
        return order, None
    last = editions(record)[-1]
    words = str(last.get("corrects", ""))
    found = replace(
        order,
        number=order.number or str(last.get("reference", "")),
        dated=order.dated or str(last.get("dated", "")),
        corrects=(int(str(last["number"])), words) if words else None,
        conceded=closing.conceded(record, last),
    )
    return found, last


def _record(opened: Opened, quarter: Span) -> Doc | None:
    """The record of a closed bulletin; None if it is not closed. No other file of the work tree is judged."""
    tree, folder = opened.snapshot(), f"{FOLDER}{quarter.name}/"
    paths = [SETTINGS_PATH, *(path for path in tree.paths() if path.startswith(folder))]
    book = opened.built(Texts({path: _text(tree, path) for path in paths}))[0]
    duty = duty_of(require_settings(book), "quarter")
    return Ledger(book).report(duty, quarter, Scope()) if duty else None


def _text(tree: Snapshot, path: str) -> bytes | None:
    """The bytes of a file; None where it is gone or cannot be read."""
    try:
        return tree.read(path)
    except (KeyError, YamlRefusedError):
        return None


def corrected(opened: Opened, order: Order, words: str) -> Order:
    """A new edition of a closed bulletin; RefusedError where it is not closed."""
    _, last = as_closed(opened, order)
    record = _record(opened, order.quarter)
    if last is None or record is None:
        raise RefusedError("还没有办结，不必更正；请用 --record 办结。")
    number = int(str(last["number"])) + 1
    return replace(order, corrects=(number, words), conceded=closing.conceded(record, None))


def formats(wanted: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, each once, or all; UsageError for one that is not there."""
    known = (*documents.WRITERS, XLSX)
    for name in wanted:
        if name not in known:
            raise UsageError(f"没有“{name}”这种格式，可用：{'、'.join(known)}。")
    return tuple(dict.fromkeys(wanted)) or known


def written(opened: Opened, made: Made, forms: Sequence[str]) -> dict[str, bytes]:
    """The bulletin in each format, by ending."""
    if XLSX not in forms:
        return _documents(opened, made, forms)
    rows = len(made.bulletin.adjustments) + len(made.bulletin.problems)
    with pool.beside(lambda: workbook(grids(made.bulletin)), worth=rows > _LONG) as tables:
        contents = _documents(opened, made, [form for form in forms if form != XLSX])
        return contents | {XLSX: tables()}


def _documents(opened: Opened, made: Made, forms: Sequence[str]) -> dict[str, bytes]:
    if not forms:
        return {}
    snapshot = opened.snapshot(made.ground.end.commit)
    place = documents.office(opened.schemas, snapshot, made.ground.closing)
    done = documents.made(place, QUARTER, made.data, made.bulletin.charts)
    return documents.written(place, done, forms)


def _ground(opened: Opened, order: Order) -> Ground:
    """The ends of this quarter and of those before it, a year back."""
    opened.repository.require_whole_history()
    quarter, line = order.quarter, main_line(opened)
    wanted = [*reversed([*_before(quarter, QUARTERS)]), quarter]
    found = [(each, standing(line, each.last)) for each in wanted]
    if not found[-1][1]:
        raise CannotAnswerError(f"{quarter.title}末还没有任何提交，没有可通报的内容。")
    states = [(each, commit) for each, commit in found if commit]
    before, last = states[:-2], states[-2:]
    looked_back = partial(_past, opened, before, _earlier(opened, line, states[0][0]))
    with pool.beside(looked_back, worth=len(line) > _LONG) as past:
        seen = [look(opened, *state) for state in last]
        told, hidden = past()
    for each in (*hidden, *(excepted for _, excepted in seen)):
        output.tell_excepted(each)
    ends = [end for end, _ in seen]
    for end in ends:
        tell_unseen(opened, end)
    book = ends[-1].book
    settings = require_settings(book)
    return Ground(
        ends,
        settings,
        opened.calendar(ends[-1].commit),
        opened.schemas,
        issuer(settings, quarter, book),
        told,
        order.conceded,
    )


def _past(
    opened: Opened, states: Sequence[tuple[Span, str]], earlier: frozenset[str]
) -> tuple[Past, list[tuple[Finding, ...]]]:
    """The quarters further back as far as they are told of, and what exceptions hid at the end of each."""
    past, hidden = Past(paths=earlier), []
    for span, commit in states:
        end, excepted = look(opened, span, commit)
        past = comparing.after(past, end)
        hidden.append(excepted)
    return past, hidden


def _before(quarter: Span, count: int) -> Sequence[Span]:
    """So many quarters before this one, the last first."""
    found: list[Span] = []
    for _ in range(count):
        quarter = periods.before(quarter)
        found.append(quarter)
    return found


def _earlier(opened: Opened, line: Sequence[tuple[str, date]], first: Span) -> frozenset[str]:
    """The paths that stood before a quarter began."""
    commit = standing(line, first.first - timedelta(days=1))
    return frozenset(opened.snapshot(commit).paths()) if commit else frozenset()
