"""The 季通报: every fact of a quarter from the lists at its two ends, the records that came between, the findings at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments import words
from qingdan.core.adjustments.timeliness import used
from qingdan.core.reports import scoring, sentences
from qingdan.core.reports.words import chinese_day, tallies
from qingdan.model.errors import RefusedError
from qingdan.model.reports import (
    Adjusted,
    Bulletin,
    Problem,
    Published,
    Stock,
    Tally,
    UnitProblems,
    UnitStock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.periods import Span
    from qingdan.model.reports import Ranked
    from qingdan.model.workspace import Book, Doc, Entry, Scoring, Settings

IN_USE, SUSPENDED, CANCELLED = "在用", "暂停", "取消"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a bulletin is made from. ``opening`` is None where the workspace is younger than the quarter.

    ``findings`` are those at the quarter's end, ``commit`` is the one that stood then. ``conceded`` are facts that
    are not held against a unit any more, because it objected to them and was right.
    """

    quarter: Span
    commit: str
    opening: Book | None
    closing: Book
    settings: Settings
    findings: Sequence[Finding]
    calendar: Calendar
    schemas: Schemas
    issuer: str
    conceded: Mapping[str, frozenset[str]] = field(default_factory=dict)


def bulletin(ground: Ground) -> Bulletin:
    """The bulletin; RefusedError where its totals do not reconcile."""
    records = list(new_records(ground))
    stocks = tuple(stock(ground, name) for name in ground.settings.lists)
    moved = tuple(adjusted(ground, record) for record in records)
    units = tuple(_unit_stocks(ground))
    problems = tuple(
        _problem(ground, finding) for finding in ground.findings if finding.severity != "info"
    )
    types = _types(ground)
    _reconcile(ground, stocks, units, types, records)
    terms = scoring.terms(ground.opening, ground.closing)
    ranking = ranked(ground, records)
    return Bulletin(
        jurisdiction=ground.settings.name,
        issuer=ground.issuer,
        period=ground.quarter.title,
        first=chinese_day(ground.quarter.first),
        last=chinese_day(ground.quarter.last),
        commit=ground.commit,
        opening=sentences.opening(ground.settings, ground.quarter),
        sentences=_said(ground, stocks, moved, problems, ranking),
        stocks=stocks,
        types=types,
        units=units,
        adjustments=moved,
        kinds=tallies(row.kind for row in moved),
        triggers=tallies(row.trigger for row in moved),
        problems=problems,
        unit_problems=tuple(_unit_problems(problems)),
        ranking=ranking,
        deductions=tuple(_rules(terms)),
        full=terms.full,
        publications=tuple(_publications(ground)),
    )


def _said(
    ground: Ground,
    stocks: Sequence[Stock],
    moved: Sequence[Adjusted],
    problems: Sequence[Problem],
    ranking: Sequence[Ranked],
) -> dict[str, str]:
    terms = scoring.terms(ground.opening, ground.closing)
    settings = replace(ground.settings, scoring=terms)
    said = sentences.sentences(settings, ground.quarter, stocks, moved, problems, ranking)
    return said | {"ranking": said["ranking"] + sentences.on_terms(ground.settings, terms)}


def new_records(ground: Ground) -> Iterator[Doc]:
    """The records that reached the main branch in the quarter, by day of application."""
    before = set(ground.opening.documents) if ground.opening else set()
    fresh = [
        document
        for path, document in ground.closing.documents.items()
        if path.startswith("ledger/adjustments/") and path not in before
    ]
    yield from sorted(fresh, key=lambda doc: (str(doc["applied"]), str(doc["id"])))


def _entries(book: Book | None, name: str = "") -> dict[str, Entry]:
    return {entry.code: entry for entry in book.entries if name in {"", entry.list}} if book else {}


def stock(ground: Ground, name: str) -> Stock:
    """One list over the period."""
    old, new = _entries(ground.opening, name), _entries(ground.closing, name)

    def moved(before: set[str], after: str) -> int:
        return sum(
            (old[code].state if code in old else "") in before and entry.state == after
            for code, entry in new.items()
        )

    return Stock(
        title=ground.settings.lists[name].title,
        opening=sum(entry.state == IN_USE for entry in old.values()),
        entered=moved({""}, IN_USE),
        resumed=moved({SUSPENDED, CANCELLED}, IN_USE),
        cancelled=moved({IN_USE}, CANCELLED),
        suspended=moved({IN_USE}, SUSPENDED),
        closing=sum(entry.state == IN_USE for entry in new.values()),
    )


def _types(ground: Ground) -> tuple[Tally, ...]:
    found = Counter(
        e.type for e in ground.closing.entries if e.list == "powers" and e.state == IN_USE
    )
    order = ground.schemas["powers"].node(("items", 0, "type"))["enum"]
    return tuple(Tally(name, found[name]) for name in order if found[name])


def _unit_stocks(ground: Ground) -> Iterator[UnitStock]:
    used = [entry for entry in ground.closing.entries if entry.state == IN_USE]
    for unit in sorted({entry.unit for entry in used}):
        counts = tuple(
            sum(e.unit == unit and e.list == name for e in used) for name in ground.settings.lists
        )
        yield UnitStock(unit_name(ground.closing, unit), counts, sum(counts))


def unit_name(book: Book, code: str) -> str:
    """The unit's short name; its code if the register does not know it."""
    return book.units[code].short if code in book.units else code


def adjusted(ground: Ground, record: Doc) -> Adjusted:
    """An adjustment as a report tells of it."""
    kind, trigger = str(record["kind"]), str(record["trigger"])
    deadline, applied = str(record["deadline"]), str(record["applied"])
    runs = deadline != "none"
    return Adjusted(
        record=str(record["id"]),
        applied=applied,
        unit=unit_name(ground.closing, unit_of(ground.closing, record)),
        kind=words.kinds(ground.schemas)[kind],
        items=tuple(_named(ground, record)),
        trigger=words.triggers(ground.schemas)[trigger],
        reason=str(record["reason"]),
        deadline=deadline if runs else "",
        used=used(record, ground.settings, ground.calendar) if runs else "",
        on_time=applied <= deadline if runs else None,
        late_reason=str(record.get("late_reason", "")),
    )


def late_in(quarter: Span, unit: str, book: Book) -> int:
    """How many adjustments that a unit applied for in a quarter were late."""
    return sum(
        path.startswith("ledger/adjustments/")
        and is_late(record)
        and quarter.holds(date.fromisoformat(str(record["applied"])))
        and unit_of(book, record) == unit
        for path, record in book.documents.items()
    )


def is_late(record: Doc) -> bool:
    """Whether an adjustment was applied for after its deadline."""
    deadline = str(record["deadline"])
    return deadline != "none" and str(record["applied"]) > deadline


def unit_of(book: Book, record: Doc) -> str:
    """The unit an adjustment counts for: that of its items, else the one that applied."""
    codes = cast("list[str]", record.get("items") or ())
    known = _entries(book)
    units = {known[code].unit for code in codes if code in known}
    return units.pop() if len(units) == 1 else str(cast("list[Doc]", record["steps"])[0]["by"])


def _named(ground: Ground, record: Doc) -> Iterator[str]:
    known = _entries(ground.closing)
    for code in cast("list[str]", record.get("items") or ()):
        yield f"{known[code].name}（{code}）" if code in known else code
    for name in cast("list[str]", record.get("lists") or ()):
        yield words.list_titles(ground.schemas)[name]


def _problem(ground: Ground, finding: Finding) -> Problem:
    unit = unit_name(ground.closing, finding.unit) if finding.unit else ""
    return Problem(unit, finding.code, finding.item, finding.message, finding.severity)


def _unit_problems(problems: Sequence[Problem]) -> Iterator[UnitProblems]:
    for unit in sorted({problem.unit for problem in problems if problem.unit}):
        found = Counter(problem.severity for problem in problems if problem.unit == unit)
        yield UnitProblems(unit, found["error"], found["warning"])


def ranked(ground: Ground, records: Sequence[Doc]) -> tuple[Ranked, ...]:
    """The units that have items with their scores, by the terms that stood when the period began."""
    terms = scoring.terms(ground.opening, ground.closing)
    spared = scoring.spared(terms, ground.quarter, ground.conceded)
    groups = scoring.grouped(ground.closing, terms)
    names = {unit: unit_name(ground.closing, unit) for unit in groups}
    return scoring.rank(_facts(ground, records), terms, spared, groups, names)


def reconciled(ground: Ground) -> tuple[Stock, ...]:
    """Every list over the period; RefusedError where the numbers would contradict one another or the ledger."""
    stocks = tuple(stock(ground, name) for name in ground.settings.lists)
    records = tuple(new_records(ground))
    _reconcile(ground, stocks, tuple(_unit_stocks(ground)), _types(ground), records)
    return stocks


def _facts(ground: Ground, records: Sequence[Doc]) -> Mapping[str, list[scoring.Fact]]:
    """What counts against each unit that has items: its late adjustments and its findings."""
    units = sorted({entry.unit for entry in ground.closing.entries if entry.state != CANCELLED})
    facts: dict[str, list[scoring.Fact]] = {unit: [] for unit in units}
    for record in records:
        unit = unit_of(ground.closing, record)
        if is_late(record) and unit in facts:
            facts[unit].append(frozenset({"late"}))
    for finding in ground.findings:
        if finding.unit in facts:
            facts[finding.unit].append(frozenset({finding.code, finding.severity, *finding.rules}))
    return facts


def _publications(ground: Ground) -> Iterator[Published]:
    titles = words.list_titles(ground.schemas)
    documents = [
        d for path, d in ground.closing.documents.items() if path.startswith("ledger/publications/")
    ]
    for document in sorted(documents, key=lambda doc: str(doc["published"])):
        if ground.quarter.holds(date.fromisoformat(str(document["published"]))):
            lists = tuple(titles[name] for name in cast("list[str]", document["lists"]))
            channels = tuple(
                str(channel["channel"]) for channel in cast("list[Doc]", document["channels"])
            )
            yield Published(str(document["published"]), lists, channels)


def _rules(terms: Scoring) -> Iterator[str]:
    for line in terms.deductions:
        yield f"{line.title}：每项扣{scoring.plain(Decimal(str(line.points)))}分，最多扣{scoring.plain(Decimal(str(line.cap)))}分"


def _reconcile(
    ground: Ground,
    stocks: Sequence[Stock],
    units: Sequence[UnitStock],
    types: Sequence[Tally],
    records: Sequence[Doc],
) -> None:
    """Raise RefusedError where the numbers of the bulletin would contradict one another or the ledger."""
    for place, stock in enumerate(stocks):
        moved = stock.opening + stock.entered + stock.resumed - stock.cancelled - stock.suspended
        by_unit = sum(unit.counts[place] for unit in units)
        if not moved == stock.closing == by_unit:
            raise RefusedError(
                f"{stock.title}的数目对不上：期初加减本期变动为{moved}项，期末为{stock.closing}项，各单位合计{by_unit}项。"
            )
    powers = next(
        (
            s.closing
            for name, s in zip(ground.settings.lists, stocks, strict=True)
            if name == "powers"
        ),
        0,
    )
    if sum(tally.count for tally in types) != powers:
        raise RefusedError("行政权责清单按类别的合计与总数对不上。")
    loose = [f"{entry.name}（{entry.code}）" for entry in _unaccounted(ground, records)]
    if loose:
        raise RefusedError(
            f"以下事项本季度有列入、取消或暂停、恢复，却没有调整记录，通报的数目与台账对不上：{'、'.join(loose)}。"
            "请先用 qingdan validate --commits 查明并补办手续。"
        )


def _unaccounted(ground: Ground, records: Sequence[Doc]) -> Iterator[Entry]:
    """Items whose state changed in the quarter without a record that names them or their list."""
    old = _entries(ground.opening)
    codes = {code for record in records for code in cast("list[str]", record.get("items") or ())}
    lists = {name for record in records for name in cast("list[str]", record.get("lists") or ())}
    for code, entry in _entries(ground.closing).items():
        before = old[code].state if code in old else ""
        if (
            before != entry.state
            and code not in codes
            and not (before == "" and entry.list in lists)
        ):
            yield entry
