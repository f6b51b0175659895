"""What the ledger tells of a quarter besides adjustments and findings: who rectified, published, answered, was inspected.

What counts is what reached the main branch in the quarter: what the ledger has at its end and did not have before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from qingdan.core.ledger.inspections import CLOSED, cases, drawn, facts_of, latest, rows
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.reports.moving import NOTICES, last_days, moves
from qingdan.core.reports.words import tallies
from qingdan.core.units import called
from qingdan.model.bulletins import Answered, Held, Practice, Rectified, ResultsOf
from qingdan.model.errors import CalendarError
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.calendar import Calendar
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.reports import Tally
    from qingdan.model.workspace import Book, Doc

RESULTS, COMPLAINTS = "ledger/results/", "ledger/complaints/"
_PASSED = "核查通过"
_ON_TIME, _LATE, _OVERDUE, _WAITING, _EXEMPT, _UNTOLD = range(6)


class Days:
    """Last days by a calendar, each counted once; an empty text where the calendar is not published as far as that."""

    def __init__(self, calendar: Calendar) -> None:
        """Nothing is counted yet."""
        self._calendar = calendar
        self._known: dict[tuple[str, str], str] = {}

    def last(self, start: str, within: str) -> str:
        """The last day of a limit from ``start``."""
        if (start, within) not in self._known:
            try:
                found = str(
                    self._calendar.deadline(date.fromisoformat(start), Limit.parse(within)).last
                )
            except CalendarError:
                found = ""
            self._known[start, within] = found
        return self._known[start, within]


def rectified(old: Book | None, new: Book) -> Rectified:
    """The notices that were closed in the quarter, and how long they took."""
    last = last_days(new)
    spans, on_time = [], 0
    for move in moves(old, new, NOTICES):
        for step in move.steps:
            if str(step["move"]) == _PASSED:
                issued, done = str(move.record["issued"]), str(step["done"])
                spans.append((date.fromisoformat(done) - date.fromisoformat(issued)).days)
                on_time += done <= last[str(move.record["id"])]
    rate = f"{on_time / len(spans):.1%}" if spans else ""
    days = f"{sum(spans) / len(spans):.1f}" if spans else ""
    return Rectified(len(spans), on_time, rate, days)


def sanctions(old: Book | None, new: Book) -> tuple[Tally, ...]:
    """What came of it for those responsible, by kind: 移送 to which role, which sanction against 单位 or 责任人."""
    said = []
    for move in moves(old, new, NOTICES):
        for step in move.steps:
            if step["move"] == "移送":
                said.append(f"移送{step.get('to', '')}")
            if step["move"] == "处理":
                against = str(step.get("against", ""))
                said.append(str(step["sanction"]) + (f"（{against}）" if against else ""))
    return tallies(said)


def escalated(old: Book | None, new: Book) -> int:
    """How many notices went up in the quarter (抄报)."""
    return sum(move.count({"抄报"}) for move in moves(old, new, NOTICES))


def results(old: Book | None, new: Book, day: str, days: Days) -> tuple[ResultsOf, ...]:
    """The decisions that were entered in the quarter, by unit, as they stand on ``day``."""
    known = {key for key, _ in _decisions(old)} if old else set()
    within = _within(new)
    counts: dict[str, list[int]] = {}
    for (unit, number), row in _decisions(new):
        if (unit, number) not in known:
            counts.setdefault(unit, [0] * 6)[_standing(row, within, day, days)] += 1
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


def _within(book: Book) -> str:
    """The limit for making a decision public; empty where the settings have none."""
    own = book.documents.get(SETTINGS_PATH, {}).get("results")
    return str(own["publish_within"]) if isinstance(own, dict) else ""


def _standing(row: Doc, within: str, day: str, days: Days) -> int:
    public = str(row.get("published", ""))
    if "exempt" in row:
        return _EXEMPT
    last = days.last(str(row["served"]), within) if within else ""
    if not last:
        return _UNTOLD
    if public:
        return _ON_TIME if public <= last else _LATE
    return _WAITING if day <= last else _OVERDUE


def answered(old: Book | None, new: Book, day: str, days: Days) -> Answered:
    """Complaints and suggestions over the quarter: counts alone."""
    before = _complaints(old) if old else {}
    after = _complaints(new)
    fresh = [each for path, each in after.items() if path not in before]
    done = [
        each
        for path, each in after.items()
        if "answer" in each and "answer" not in before.get(path, {})
    ]
    waiting = [each for each in after.values() if "answer" not in each]
    late = sum(_past(each, str(cast("Doc", each["answer"])["done"]), days) for each in done)
    return Answered(
        opening=sum("answer" not in each for each in before.values()),
        received=len(fresh),
        answered=len(done),
        on_time=len(done) - late,
        late=late,
        closing=len(waiting),
        overdue=sum(_past(each, day, days) for each in waiting),
        confidential=sum("confidential" in each for each in fresh),
    )


def _complaints(book: Book) -> dict[str, Doc]:
    return {p: d for p, d in book.documents.items() if p.startswith(COMPLAINTS)}


def _past(record: Doc, day: str, days: Days) -> bool:
    """Whether a day is after the last one on which an answer was owed; where none is set or known, it is not."""
    if "within" not in record:
        return False
    last = days.last(str(record["received"]), str(record["within"]))
    return bool(last) and day > last


def held(new: Book, first: str, last: str) -> tuple[Held, ...]:
    """The inspections of the quarter: those of which a step, a draw or the closing fell into it."""
    return tuple(_held(case) for case in cases(new) if _touched(case, first, last))


def _touched(case: Case, first: str, last: str) -> bool:
    days = [str(step["done"]) for step in case.steps]
    days += [str(draw["day"]) for draw in cast("list[Doc]", case.record.get("draws") or ())]
    return any(first <= day <= last for day in (*days, str(case.record["planned"])))


def _held(case: Case) -> Held:
    closed = case.step(CLOSED)
    parts = [(what, drawn(case.record, what)) for what in ("单位", "事项", "案卷")]
    counters = {"单位": "个", "事项": "项", "案卷": "份"}
    said = "、".join(f"{what}{len(rows_)}{counters[what]}" for what, rows_ in parts if rows_)
    problems = sum(
        len(facts_of(sheet)) + len(rows(sheet, "problems")) for sheet in case.sheets.values()
    )
    return Held(
        str(case.record["title"]),
        case.kind,
        len(case.units),
        said,
        problems,
        str(closed["done"]) if closed else "",
    )


def practices(new: Book, first: str, last: str) -> tuple[Practice, ...]:
    """Good practice that was written down in the quarter (经验做法)."""
    found = []
    for case in cases(new):
        for unit, sheet in case.sheets.items():
            kept = latest(rows(sheet, "practices"), "what").values()
            found += [
                Practice(called(unit, new.units), str(each["what"]))
                for each in kept
                if first <= str(each["day"]) <= last
            ]
    return tuple(found)
