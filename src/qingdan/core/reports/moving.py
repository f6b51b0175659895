"""What came and went over a quarter: findings of the machine, findings and notices of the ledger."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.citing import articles_of
from qingdan.core.ledger import findings as kept
from qingdan.core.places import stem
from qingdan.core.rectification import states
from qingdan.core.units import called
from qingdan.model.bulletins import Flow, LedgerFlow, RuleFlow
from qingdan.model.findings import SEVERITIES, SEVERITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

FINDINGS, NOTICES = kept.FOLDER, states.FOLDER
INTO: Mapping[str, frozenset[str]] = {
    FINDINGS: frozenset(move for move, state in kept.STATES.items() if state == kept.OPEN),
    NOTICES: frozenset({states.SERVE}),
}
"""Steps that open a record of the ledger."""
_RETURNED = "复发"
_VOID = frozenset(
    move
    for moves, void in ((kept.STATES, kept.VOID), (states.STATES, states.VOID))
    for move, state in moves.items()
    if state == void
)
OUT = _VOID | {
    move
    for moves, closed in ((kept.STATES, kept.CLOSED), (states.STATES, states.CLOSED))
    for move, state in moves.items()
    if state == closed
}
"""Steps that close one."""


class Judged(Struct, frozen=True):
    """A book and what counts as wrong with it: errors and warnings."""

    book: Book
    findings: tuple[Finding, ...]
    keys: tuple[str, ...]


def judged(book: Book, findings: Iterable[Finding]) -> Judged:
    """A book with those of its findings that count."""
    counting = tuple(each for each in findings if each.severity != "info")
    return Judged(book, counting, tuple(kept.keys(counting, book)))


def by_severity(old: Judged | None, new: Judged) -> tuple[Flow, ...]:
    """Errors and warnings over the quarter."""
    flows = {flow.name: flow for flow in _flows(old, new, lambda each: (each.severity,))}
    return tuple(_named(flows[name], SEVERITY_WORDS[name]) for name in SEVERITIES if name in flows)


def by_unit(old: Judged | None, new: Judged) -> tuple[Flow, ...]:
    """Findings by unit; those of no unit stand last, without a name."""
    flows = sorted(_flows(old, new, lambda each: (each.unit,)), key=_most)
    units = {**(old.book.units if old else {}), **new.book.units}
    named = [_named(flow, called(flow.name, units)) for flow in flows if flow.name]
    return (*named, *(flow for flow in flows if not flow.name))


def by_rule(old: Judged | None, new: Judged) -> tuple[RuleFlow, ...]:
    """Findings by rule, the most at the end first."""
    flows = sorted(_flows(old, new, lambda each: each.rules), key=_most)
    known = {rule.key: rule for judged in (old, new) if judged for rule in judged.book.rules}
    settings = new.book.settings
    regulations = settings.regulations if settings else {}
    found = [(known[flow.name], flow) for flow in flows if flow.name in known]
    return tuple(
        RuleFlow(place, rule.key, next(articles_of(rule, regulations)), rule.question, flow)
        for place, (rule, flow) in enumerate(found, 1)
    )


def spread(
    findings: Sequence[Finding], units: Sequence[str], rules: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    """How many findings each unit has under each rule."""
    counts = Counter((each.unit, rule) for each in findings for rule in each.rules)
    return tuple(tuple(counts[unit, rule] for rule in rules) for unit in units)


def _most(flow: Flow) -> tuple[int, int, str]:
    return (-flow.closing, -flow.left, flow.name)


def _named(flow: Flow, name: str) -> Flow:
    return Flow(name, flow.opening, flow.entered, flow.left, flow.closing)


def _flows(
    old: Judged | None, new: Judged, kinds: Callable[[Finding], Iterable[str]]
) -> Iterator[Flow]:
    """A flow for each kind; a finding is the same one as long as its key is."""
    before, after = _counted(old, kinds), _counted(new, kinds)
    sums = [_summed(each) for each in (before, after - before, before - after, after)]
    for name in dict.fromkeys((*sums[0], *sums[3])):
        yield Flow(name, *(each[name] for each in sums))


def _summed(counts: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (name, _), count in counts.items():
        found[name] += count
    return found


def _counted(
    judged: Judged | None, kinds: Callable[[Finding], Iterable[str]]
) -> Counter[tuple[str, str]]:
    if judged is None:
        return Counter()
    pairs = zip(judged.findings, judged.keys, strict=True)
    return Counter((kind, key) for each, key in pairs for kind in kinds(each))


class Move(Struct, frozen=True):
    """A record of the ledger over the quarter: what it was, what it is, the steps that were appended."""

    path: str
    old: Doc | None
    new: Doc | None
    steps: tuple[Doc, ...]
    into: frozenset[str]

    @property
    def record(self) -> Doc:
        """The record as it is, or was."""
        return cast("Doc", self.new or self.old)

    @property
    def opened(self) -> bool:
        """Whether it was open at the beginning."""
        return self.old is not None and self._open(self.old)

    @property
    def open(self) -> bool:
        """Whether it is open at the end."""
        return self.new is not None and self._open(self.new)

    def count(self, moves: Iterable[str]) -> int:
        """How many of the appended steps are among these."""
        known = frozenset(moves)
        return sum(str(step["move"]) in known for step in self.steps)

    @property
    def reconciles(self) -> bool:
        """Whether what was appended leads from what it was to what it is."""
        if self.new is None:
            return False
        return self.opened + self.count(self.into) - self.count(OUT) == self.open

    def _open(self, record: Doc) -> bool:
        decided = [step for step in _steps(record) if str(step["move"]) in self.into | OUT]
        return bool(decided) and str(decided[-1]["move"]) in self.into


def moves(old: Book | None, new: Book, folder: str) -> tuple[Move, ...]:
    """Every record of a folder of the ledger, as it was and as it is."""
    before = {p: d for p, d in old.documents.items() if p.startswith(folder)} if old else {}
    after = {p: d for p, d in new.documents.items() if p.startswith(folder)}
    found = []
    for path in sorted(before.keys() | after.keys()):
        was, now = before.get(path), after.get(path)
        steps = _steps(now)[len(_steps(was)) :] if now else []
        found.append(Move(path, was, now, tuple(steps), INTO[folder]))
    return tuple(found)


def astray(found: Iterable[Move]) -> tuple[str, ...]:
    """The ids of records that do not reconcile: gone, or rewritten."""
    return tuple(
        str(each.record.get("id", stem(each.path))) for each in found if not each.reconciles
    )


def flow(name: str, found: Sequence[Move], day: str, notices: Mapping[str, str]) -> LedgerFlow:
    """The flow of some records until ``day``; ``notices`` are ids of notices with their last days."""
    into = found[0].into if found else frozenset()
    return LedgerFlow(
        name,
        sum(each.opened for each in found),
        sum(each.count(into - {_RETURNED}) for each in found),
        sum(each.count({_RETURNED}) for each in found),
        sum(each.count(OUT - _VOID) for each in found),
        sum(each.count(_VOID) for each in found),
        sum(each.open for each in found),
        sum(each.open and _overdue(each.record, day, notices) for each in found),
    )


def flows(
    found: Sequence[Move], book: Book, day: str, notices: Mapping[str, str]
) -> tuple[LedgerFlow, ...]:
    """A flow for each unit of which there is something to tell."""
    units = dict.fromkeys(sorted(str(each.record.get("unit", "")) for each in found))
    made = (
        flow(
            called(unit, book.units),
            [each for each in found if str(each.record.get("unit", "")) == unit],
            day,
            notices,
        )
        for unit in units
    )
    return tuple(each for each in made if each.opening or each.entered or each.returned)


def last_days(book: Book) -> dict[str, str]:
    """Notice to the last day of its rectification as it stands: an extension counts."""
    return {str(each["id"]): str(states.standing(each).due) for _, each in states.records(book)}


def _overdue(record: Doc, day: str, notices: Mapping[str, str]) -> bool:
    """Whether the last day of the notice is over: of the record itself, or of the notice that a finding is under."""
    served = [str(step["notice"]) for step in _steps(record) if "notice" in step]
    last = notices.get(served[-1] if served else str(record["id"]), "")
    return bool(last) and day > last


def _steps(record: Doc | None) -> list[Doc]:
    return cast("list[Doc]", record["steps"]) if record else []
