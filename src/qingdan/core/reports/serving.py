"""What the ledger tells of a quarter besides adjustments and findings: who rectified, published, answered, was inspected.

What counts is what reached the main branch in the quarter: what the ledger has at its end and did not have before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from qingdan.core import periods
from qingdan.core.deadlines import Deadlines
from qingdan.core.ledger import complaints
from qingdan.core.ledger.conferring import meetings, open_decisions
from qingdan.core.ledger.findings import kept
from qingdan.core.ledger.inspections import CLOSED, cases, drawn, facts_of, latest, rows
from qingdan.core.ledger.quarters import FOLDER as RESULTS
from qingdan.core.rectification.states import ESCALATE, HAND_OVER, PASS, SANCTION
from qingdan.core.reports.moving import NOTICES, last_days, moves
from qingdan.core.reports.words import percent, tallies
from qingdan.core.units import called
from qingdan.core.wording import chinese_day
from qingdan.model.bulletins import Answered, Held, Practice, Rectified, ResultsOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.calendar import Calendar
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.limits import Limit
    from qingdan.model.periods import Span
    from qingdan.model.reports import Tally
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_ON_TIME, _LATE, _OVERDUE, _WAITING, _EXEMPT, _UNTOLD = range(6)


def rectified(old: Book | None, new: Book) -> Rectified:
    """The notices that were closed in the quarter, and how long they took."""
    last = last_days(new)
    spans, on_time = [], 0
    for move in moves(old, new, NOTICES):
        for step in move.steps:
            if step["move"] == PASS:
                issued, done = str(move.record["issued"]), str(step["done"])
                spans.append((date.fromisoformat(done) - date.fromisoformat(issued)).days)
                on_time += done <= last[str(move.record["id"])]
    rate = percent(on_time, len(spans)) if spans else ""
    days = f"{sum(spans) / len(spans):.1f}" if spans else ""
    return Rectified(len(spans), on_time, rate, days)


def sanctions(old: Book | None, new: Book) -> tuple[Tally, ...]:
    """What came of it for those responsible, by kind: 移送 to which role, which sanction against 单位 or 责任人."""
    said = []
    for move in moves(old, new, NOTICES):
        for step in move.steps:
            if step["move"] == HAND_OVER:
                said.append(f"移送{step.get('to', '')}")
            if step["move"] == SANCTION:
                against = str(step.get("against", ""))
                said.append(str(step["sanction"]) + (f"（{against}）" if against else ""))
    return tallies(said)


def escalated(old: Book | None, new: Book) -> int:
    """How many notices went up in the quarter (抄报)."""
    return sum(move.count({ESCALATE}) for move in moves(old, new, NOTICES))


def results(old: Book | None, new: Book, day: str, calendar: Calendar) -> tuple[ResultsOf, ...]:
    """The decisions that were entered in the quarter, by unit, as they stand on ``day``."""
    known = {key for key, _ in _decisions(old)} if old else set()
    own = new.settings.results if new.settings else None
    deadlines = Deadlines(own.publish.within, calendar) if own else None
    counts: dict[str, list[int]] = {}
    for (unit, number), row in _decisions(new):
        if (unit, number) not in known:
            counts.setdefault(unit, [0] * 6)[_standing(row, day, deadlines)] += 1
    return tuple(
        ResultsOf(called(unit, new.units), sum(found), *found)
        for unit, found in sorted(counts.items())
    )


def exemptions(old: Book | None, new: Book) -> tuple[Tally, ...]:
    """On which grounds decisions of the quarter are not made public."""
    known = {key for key, _ in _decisions(old)} if old else set()
    return tallies(
        str(row["exempt"]) for key, row in _decisions(new) if key not in known and "exempt" in row
    )


def _decisions(book: Book | None) -> Iterator[tuple[tuple[str, str], Doc]]:
    for path, document in book.documents.items() if book else ():
        if path.startswith(RESULTS):
            unit = str(document["unit"])
            for row in cast("list[Doc]", document["rows"]):
                yield (unit, str(row["number"])), row


def _standing(row: Doc, day: str, deadlines: Deadlines | None) -> int:
    public = str(row.get("published", ""))
    if "exempt" in row:
        return _EXEMPT
    last = deadlines.last(str(row["served"])) if deadlines else ""
    if not last:
        return _UNTOLD
    if public:
        return _ON_TIME if public <= last else _LATE
    return _WAITING if day <= last else _OVERDUE


def answered(old: Book | None, new: Book, day: str, calendar: Calendar) -> Answered:
    """Complaints and suggestions over the quarter: counts alone."""
    before = {str(each["id"]): each for each in complaints.kept(old)} if old else {}
    after = {str(each["id"]): each for each in complaints.kept(new)}
    past = Past(calendar)
    fresh = [each for name, each in after.items() if name not in before]
    done = [
        each
        for name, each in after.items()
        if complaints.done_on(each) and not complaints.done_on(before.get(name, {}))
    ]
    waiting = [each for each in after.values() if not complaints.done_on(each)]
    late = sum(past(each, complaints.done_on(each)) for each in done)
    return Answered(
        opening=sum(not complaints.done_on(each) for each in before.values()),
        received=len(fresh),
        answered=len(done),
        on_time=len(done) - late,
        late=late,
        closing=len(waiting),
        overdue=sum(past(each, day) for each in waiting),
        confidential=sum("confidential" in each for each in fresh),
    )


class Past:
    """Whether a day is after the last one on which a complaint was to be answered; where none is set, it is not."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: dict[Limit, Deadlines] = {}

    def __call__(self, record: Doc, day: str) -> bool:
        """Whether ``day`` is past the last one of a complaint's record."""
        limit = complaints.limit_of(record)
        if limit is None:
            return False
        deadlines = self._known.setdefault(limit, Deadlines(limit, self._calendar))
        return deadlines.over(str(record["received"]), day)


def held(new: Book, first: str, last: str) -> tuple[Held, ...]:
    """The inspections of the quarter: those of which a step, a draw or the closing fell into it."""
    found = _registered(new)
    return tuple(
        _held(case, found.get(case.id, frozenset()))
        for case in cases(new)
        if _touched(case, first, last)
    )


def _registered(book: Book) -> dict[str, frozenset[str]]:
    """Inspection to the keys of the findings that it brought into the ledger, people's answers and samples among them."""
    found: dict[str, frozenset[str]] = {}
    for record in kept(book):
        case = str(record.get("inspection", ""))
        found[case] = found.get(case, frozenset()) | {str(record["key"])}
    return found


def _touched(case: Case, first: str, last: str) -> bool:
    days = [str(step["done"]) for step in case.steps]
    days += [str(draw["day"]) for draw in cast("list[Doc]", case.record.get("draws") or ())]
    return any(first <= day <= last for day in (*days, str(case.record["planned"])))


def _held(case: Case, registered: frozenset[str]) -> Held:
    """An inspection as the bulletin tells of it; until it is closed, problems stand in its sheets alone."""
    closed = case.step(CLOSED)
    parts = [(what, drawn(case.record, what)) for what in ("单位", "事项", "案卷")]
    counters = {"单位": "个", "事项": "项", "案卷": "份"}
    said = "、".join(f"{what}{len(rows_)}{counters[what]}" for what, rows_ in parts if rows_)
    sheets = case.sheets.values()
    machine = {str(fact["key"]) for sheet in sheets for fact in facts_of(sheet)}
    free = 0 if closed else sum(len(rows(sheet, "problems")) for sheet in sheets)
    return Held(
        str(case.record["title"]),
        case.kind,
        len(case.units),
        said,
        len(machine | registered) + free,
        str(closed["done"]) if closed else "",
    )


def conferred(new: Book, span: Span) -> str:
    """The meetings held in the quarter and what of all decisions stood open at its end; empty where there is neither."""
    held = [
        record for _, record in meetings(new) if span.holds(date.fromisoformat(str(record["day"])))
    ]
    left = open_decisions(new)
    late = sum(each.due < span.last for each in left)
    said = "".join(_meeting(record) for record in held)
    if left:
        said += f"季末会商议定事项尚有{len(left)}项没有办结"
        said += f"，其中{late}项已经逾期。" if late else "，都在期限以内。"
    return said


def _meeting(record: Doc) -> str:
    day, about = date.fromisoformat(str(record["day"])), periods.named(str(record["period"]))
    count = len(rows(record, "decisions"))
    title = about.title if about else record["period"]
    said = f"{chinese_day(day)}对{title}清单运行情况召开{record['name']}会议"
    return said + (f"，议定事项{count}项。" if count else "。")


def practices(new: Book, first: str, last: str) -> tuple[Practice, ...]:
    """Good practice that was written down in the quarter (经验做法)."""
    found = []
    for case in cases(new):
        for unit, sheet in case.sheets.items():
            noted = latest(rows(sheet, "practices"), "what").values()
            found += [
                Practice(called(unit, new.units), str(each["what"]))
                for each in noted
                if first <= str(each["day"]) <= last
            ]
    return tuple(found)
