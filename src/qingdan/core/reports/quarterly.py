"""The 季通报: every fact of a quarter from the lists at its two ends, the records that came between, the findings at its end."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments import words
from qingdan.core.adjustments.timeliness import used
from qingdan.core.checks.periods_held import fallen_due
from qingdan.core.checks.registry import FINDINGS_OF
from qingdan.core.checks.world import World
from qingdan.core.ledger import complaints
from qingdan.core.places import ADJUSTMENTS
from qingdan.core.rectification import states as rectifications
from qingdan.core.reports import audience as editions
from qingdan.core.reports import (
    charting,
    comparing,
    moving,
    reconciling,
    scoring,
    sentences,
    serving,
    telling,
    timing,
)
from qingdan.core.reports.ends import entries
from qingdan.core.reports.words import tallies
from qingdan.core.wording import chinese_day
from qingdan.model.bulletins import Charged
from qingdan.model.codes import CODES
from qingdan.model.reports import (
    Adjusted,
    Bulletin,
    Problem,
    Published,
    Stock,
    Tally,
    UnitStock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.reports.ends import Ground
    from qingdan.model.bulletins import Agreement
    from qingdan.model.charts import Drawn
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.periods import Span
    from qingdan.model.reports import Ranked
    from qingdan.model.settings import Scoring
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

QUARTERS = 4
"""So many quarters make a year."""
IN_USE, SUSPENDED, CANCELLED = "在用", "暂停", "取消"


def bulletin(ground: Ground, audience: str = "") -> Bulletin:
    """The bulletin for an audience; RefusedError where its totals do not reconcile."""
    chosen = editions.edition(ground.settings, audience)
    whole = _whole(ground)
    return editions.for_audience(whole, chosen, ground.closing)


def _whole(ground: Ground) -> Bulletin:
    """All of it."""
    records = list(new_records(ground))
    stocks = tuple(stock(ground, name) for name in ground.settings.lists)
    known = entries(ground.closing)
    moved = tuple(adjusted(ground, known, record) for record in records)
    units = tuple(_unit_stocks(ground))
    problems = tuple(
        _problem(ground, finding) for finding in ground.findings if finding.severity != "info"
    )
    types = _types(ground)
    reconciling.refuse_unread(ground)
    reconciling.reconcile_lists(ground, stocks, units, types, records)
    terms = scoring.terms(ground.opening, ground.closing)
    weighed = _weighed(ground, known, records)
    ranking = _ranking(ground, weighed)
    made = Bulletin(
        jurisdiction=ground.settings.name,
        issuer=ground.issuer,
        period=ground.quarter.title,
        first=chinese_day(ground.quarter.first),
        last=chinese_day(ground.quarter.last),
        commit=ground.end.commit,
        opening=sentences.opening(ground.settings, ground.quarter),
        sentences=_sentences(ground, stocks, moved, ranking),
        stocks=stocks,
        types=types,
        units=units,
        adjustments=moved,
        kinds=tallies(row.kind for row in moved),
        triggers=tallies(row.trigger for row in moved),
        problems=problems,
        ranking=ranking,
        deductions=tuple(_rules(terms)),
        full=terms.full,
        publications=tuple(_publications(ground)),
        charged=tuple(_charged(ground, weighed, terms)),
    )
    return _with_ledger(_with_findings(_with_others(made, ground), ground, records), ground)


def _sentences(
    ground: Ground, stocks: Sequence[Stock], moved: Sequence[Adjusted], ranking: Sequence[Ranked]
) -> dict[str, str]:
    terms = scoring.terms(ground.opening, ground.closing)
    settings = replace(ground.settings, scoring=terms)
    said = sentences.sentences(settings, ground.quarter, stocks, moved, ranking)
    return said | {"ranking": said["ranking"] + sentences.on_terms(ground.settings, terms)}


def ranked(ground: Ground) -> tuple[Ranked, ...]:
    """The units that have items with their scores, by the terms that stood when the period began."""
    records = tuple(new_records(ground))
    return _ranking(ground, _weighed(ground, entries(ground.closing), records))


def _ranking(ground: Ground, weighed: Mapping[str, Sequence[_Weighed]]) -> tuple[Ranked, ...]:
    terms = scoring.terms(ground.opening, ground.closing)
    facts = {unit: [each.fact for each in found] for unit, found in weighed.items()}
    groups = scoring.grouped(ground.closing, terms)
    names = {unit: unit_name(ground.closing, unit) for unit in weighed}
    return scoring.rank(facts, terms, _spared(ground, terms), groups, names)


def _spared(ground: Ground, terms: Scoring) -> dict[str, frozenset[str]]:
    return scoring.spared(terms, ground.quarter, ground.conceded)


def reconciled(ground: Ground) -> tuple[Stock, ...]:
    """Every list over the period; RefusedError where the numbers would contradict one another or the ledger."""
    stocks = tuple(stock(ground, name) for name in ground.settings.lists)
    units, records = tuple(_unit_stocks(ground)), tuple(new_records(ground))
    reconciling.refuse_unread(ground)
    reconciling.reconcile_lists(ground, stocks, units, _types(ground), records)
    return stocks


def _with_others(made: Bulletin, ground: Ground) -> Bulletin:
    """The bulletin with the quarters before."""
    points = comparing.points(ground.ends, ground.past)
    before = points[-2] if len(points) > 1 else None
    year_ago = points[-1 - QUARTERS] if len(points) > QUARTERS else None
    return replace(
        made,
        points=points,
        compared=comparing.compared(points[-1], before, year_ago),
        sentences=made.sentences
        | {"comparison": telling.on_comparison(points[-1], before, year_ago)},
    )


def _with_findings(made: Bulletin, ground: Ground, records: Sequence[Doc]) -> Bulletin:
    """The bulletin with what was found at both ends, and its charts."""
    ends = [moving.judged(end.book, end.findings) for end in ground.ends[-2:]]
    new, old = ends[-1], ends[0] if len(ends) > 1 else None
    severities, units = moving.by_severity(old, new), moving.by_unit(old, new)
    reconciling.reconcile_findings(severities, units, made.problems)
    rules = moving.by_rule(old, new)
    agreements = tuple(each for end in ground.ends[-2:] for each in comparing.agreements(end))
    now, before = _halves(agreements, ground)
    counts = timing.days_used(records, ground.settings, ground.calendar)
    drawn: tuple[Drawn, ...] = (
        *charting.ranking(made.ranking, made.full),
        *charting.days(counts, str(ground.settings.apply_within)),
        *charting.trend(made.points),
        *charting.heat(new, rules),
    )
    said = {
        "agreement": telling.on_agreement(now, before, str(ground.quarter.first)),
        "problems": telling.on_movement(severities, units, opened=old is not None),
    }
    return replace(
        made,
        severities=severities,
        unit_flows=units,
        rule_flows=rules,
        agreements=agreements,
        charts={each.id: each for each in drawn},
        sentences=made.sentences | said,
    )


def _halves(
    agreements: Sequence[Agreement], ground: Ground
) -> tuple[list[Agreement], list[Agreement]]:
    """Those of this quarter's end, and those of the last one's."""
    title = ground.quarter.title
    return [a for a in agreements if a.period == title], [
        a for a in agreements if a.period != title
    ]


def _with_ledger(made: Bulletin, ground: Ground) -> Bulletin:
    """The bulletin with what the ledger tells: findings, notices, results, inspections, complaints."""
    old, new, last = ground.opening, ground.closing, str(ground.quarter.last)
    first, calendar = str(ground.quarter.first), ground.calendar
    notices_until = moving.last_days(new)
    found, served = (moving.moves(old, new, folder) for folder in (moving.FINDINGS, moving.NOTICES))
    reconciling.reconcile_ledger((*found, *served))
    kept = moving.flow("", found, last, notices_until)
    notices = moving.flow("", served, last, notices_until)
    kept_units, notice_units = (
        moving.flows(each, new, last, notices_until) for each in (found, served)
    )
    sanctions = serving.sanctions(old, new)
    results, exempt = serving.results(old, new, last, calendar), serving.exemptions(old, new)
    answered = serving.answered(old, new, last, calendar)
    held, practices = serving.held(new, first, last), serving.practices(new, first, last)
    said = {
        "kept": telling.on_kept(kept, kept_units),
        "notices": telling.on_notices(
            notices, notice_units, serving.rectified(old, new), serving.escalated(old, new)
        ),
        "accountability": telling.on_accountability(sanctions, notices),
        "results": telling.on_results(results, exempt),
        "inspections": telling.on_inspections(held, practices),
        "complaints": telling.on_complaints(answered),
        "conference": serving.conferred(new, ground.quarter),
    }
    return replace(
        made,
        kept=kept_units,
        notices=notice_units,
        sanctions=sanctions,
        results=results,
        answered=answered,
        inspections=held,
        practices=practices,
        withheld=telling.withheld(exempt, answered),
        sentences=made.sentences | said,
    )


def new_records(ground: Ground) -> Iterator[Doc]:
    """The records that reached the main branch in the quarter, by day of application."""
    before = set(ground.opening.documents) if ground.opening else set()
    fresh = [
        document
        for path, document in ground.closing.documents.items()
        if path.startswith(ADJUSTMENTS) and path not in before
    ]
    yield from sorted(fresh, key=lambda doc: (str(doc["applied"]), str(doc["id"])))


def stock(ground: Ground, name: str) -> Stock:
    """One list over the period."""
    old, new = entries(ground.opening, name), entries(ground.closing, name)

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
    found = Counter((entry.unit, entry.list) for entry in used)
    for unit in sorted({entry.unit for entry in used}):
        counts = tuple(found[unit, name] for name in ground.settings.lists)
        yield UnitStock(unit_name(ground.closing, unit), counts, sum(counts))


def unit_name(book: Book, code: str) -> str:
    """The unit's short name; its code if the register does not know it."""
    return book.units[code].short if code in book.units else code


def adjusted(ground: Ground, known: Mapping[str, Entry], record: Doc) -> Adjusted:
    """An adjustment as a report tells of it; ``known`` are the items by code."""
    kind, trigger = str(record["kind"]), str(record["trigger"])
    deadline, applied = str(record["deadline"]), str(record["applied"])
    runs = deadline != "none"
    return Adjusted(
        record=str(record["id"]),
        applied=applied,
        unit=unit_name(ground.closing, unit_of(known, record)),
        kind=words.kinds(ground.schemas)[kind],
        items=tuple(_named(ground, known, record)),
        trigger=words.triggers(ground.schemas)[trigger],
        reason=str(record["reason"]),
        deadline=deadline if runs else "",
        used=used(record, ground.settings, ground.calendar) if runs else "",
        on_time=applied <= deadline if runs else None,
        late_reason=str(record.get("late_reason", "")),
    )


def late_in(quarter: Span, unit: str, book: Book) -> int:
    """How many adjustments that a unit applied for in a quarter were late."""
    known = entries(book)
    return sum(
        path.startswith(ADJUSTMENTS)
        and timing.is_late(record)
        and quarter.holds(date.fromisoformat(str(record["applied"])))
        and unit_of(known, record) == unit
        for path, record in book.documents.items()
    )


def unit_of(known: Mapping[str, Entry], record: Doc) -> str:
    """The unit an adjustment counts for: that of its items, else the one that applied."""
    codes = cast("list[str]", record.get("items") or ())
    units = {known[code].unit for code in codes if code in known}
    return units.pop() if len(units) == 1 else str(cast("list[Doc]", record["steps"])[0]["by"])


def _named(ground: Ground, known: Mapping[str, Entry], record: Doc) -> Iterator[str]:
    for code in cast("list[str]", record.get("items") or ()):
        yield f"{known[code].name}（{code}）" if code in known else code
    for name in cast("list[str]", record.get("lists") or ()):
        yield words.list_titles(ground.schemas)[name]


def _problem(ground: Ground, finding: Finding) -> Problem:
    unit = unit_name(ground.closing, finding.unit) if finding.unit else ""
    return Problem(unit, finding.code, item_of(finding), told_of(finding), finding.severity)


def told_of(finding: Finding) -> str:
    """What a finding says; of a complaint no more than its kind: who complained of what is nobody else's business."""
    if finding.path.startswith(complaints.FOLDER):
        return f"{CODES[finding.code].title}。"
    return finding.message


def item_of(finding: Finding) -> str:
    """The item that a finding is about, where that may be told."""
    return "" if finding.path.startswith(complaints.FOLDER) else finding.item


class _Weighed(Struct, frozen=True):
    """A fact that may cost points: what it matches, in words, where it can be looked up."""

    fact: scoring.Fact
    words: str
    reference: str


def _weighed(
    ground: Ground, known: Mapping[str, Entry], records: Sequence[Doc]
) -> Mapping[str, list[_Weighed]]:
    """What counts against each unit that has items: late adjustments, findings, rectifications that went up."""
    units = sorted({entry.unit for entry in ground.closing.entries if entry.state != CANCELLED})
    found: dict[str, list[_Weighed]] = {unit: [] for unit in units}
    for record in records:
        unit = unit_of(known, record)
        if timing.is_late(record) and unit in found:
            last, applied = (
                chinese_day(date.fromisoformat(str(record[key]))) for key in ("deadline", "applied")
            )
            said = f"应不晚于{last}提出申请，实际于{applied}提出"
            found[unit].append(_Weighed(frozenset({"late"}), said, str(record["id"])))
    for finding in (*_standing(ground), *_fallen_due(ground)):
        if finding.unit in found:
            fact = frozenset({finding.code, finding.severity, *finding.rules})
            reference = "　".join(text for text in (finding.code, item_of(finding)) if text)
            found[finding.unit].append(_Weighed(fact, told_of(finding), reference))
    for unit, weighed in _escalations(ground):
        if unit in found:
            found[unit].append(weighed)
    return found


def _standing(ground: Ground) -> Iterator[Finding]:
    """What was wrong at the end, but for duties of periods: each of these counts in one period only."""
    once = FINDINGS_OF["periods-held"]
    yield from (finding for finding in ground.findings if finding.code not in once)


def _fallen_due(ground: Ground) -> Iterator[Finding]:
    """The duties whose last day fell into the period and that nobody had met at its end."""
    span = ground.quarter
    cited = {(each.code, each.at, each.unit): each for each in ground.findings}
    for finding in fallen_due(ground.closing, World(span.last, ground.calendar), span):
        yield cited.get((finding.code, finding.at, finding.unit), finding)


def _charged(
    ground: Ground, weighed: Mapping[str, Sequence[_Weighed]], rules: Scoring
) -> Iterator[Charged]:
    spared = _spared(ground, rules)
    for unit, found in weighed.items():
        for each in found:
            line = rules.line(each.fact)
            if line and not each.fact & spared.get(unit, frozenset()):
                name = unit_name(ground.closing, unit)
                yield Charged(name, line.title, each.words, each.reference)


def _escalations(ground: Ground) -> Iterator[tuple[str, _Weighed]]:
    """The units whose rectification went up in the quarter, and what each costs them: 记入考核台账."""
    for _, record in rectifications.records(ground.closing):
        for step in rectifications.steps_of(record):
            done = date.fromisoformat(str(step["done"]))
            if "ground" in step and ground.quarter.holds(done):
                fact = frozenset({rectifications.COSTS[str(step["ground"])], "error"})
                said = f"{step['ground']}，{chinese_day(done)}抄报"
                yield str(record["unit"]), _Weighed(fact, said, str(record["id"]))


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
