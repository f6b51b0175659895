"""Closing an inspection: what was found at each unit, what it costs, what goes into the ledger.

One fact counts once: what a person answers about something that the machine found too is the machine's fact, and a
fact of which the inspectors explained that it does not hold counts for nothing (what a unit explains about itself
does not take a fact away). Late adjustments of the period count as they do in the bulletin of the quarter.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.citing import articles_of
from qingdan.core.inspections.questions import VERDICTS, bad
from qingdan.core.ledger import findings as kept
from qingdan.core.ledger.inspections import SELF, facts_of, latest, rows, rules_of
from qingdan.core.periods import quarter
from qingdan.core.places import finding_path
from qingdan.core.reports import scoring
from qingdan.core.reports.quarterly import late_in
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.inspections.questions import Form
    from qingdan.core.ledger.findings import Discovery
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.reports import Ranked
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Scoring, Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book


class Result(Struct, frozen=True):
    """What an inspection came to: facts by unit, scores best first, documents to be entered by path."""

    facts: Mapping[str, tuple[Doc, ...]]
    ranking: tuple[Ranked, ...]
    entered: Mapping[str, Doc]


def refuse_open(case: Case, forms: Mapping[str, Form], without: Mapping[str, str]) -> None:
    """RefusedError naming the units and the questions that nobody has answered yet."""
    for unit in without:
        if unit not in case.units:
            raise RefusedError(f"“{unit}”不在这次检查的单位之内，不必写 --without。")
    waiting = [
        f"  {unit}：不在单位名册中，请先改正检查范围。"
        for unit in case.units
        if unit not in forms and unit not in without
    ]
    for unit, form in forms.items():
        left = form.unanswered if form.sheet else ()
        if unit in without:
            continue
        if not form.sheet:
            waiting.append(f"  {form.unit.short}（{unit}）：还没有录入检查表。")
        elif left:
            more = f"等{len(left)}项" if len(left) > 5 else ""
            waiting.append(f"  {form.unit.short}（{unit}）：没有回答{'、'.join(left[:5])}{more}。")
    if waiting:
        listed = "\n".join(waiting)
        raise RefusedError(
            f"还有{len(waiting)}个单位没有填完，不能评定：\n{listed}\n"
            "确实不再检查的，用 --without 单位编号 写明，并用 --reason 写明理由。"
        )


def result(case: Case, forms: Mapping[str, Form], book: Book, how: Discovery) -> Result:
    """Facts, scores and findings of the units that have a sheet."""
    settings = cast("Settings", book.settings)
    facts = {unit: tuple(_facts(form, book)) for unit, form in forms.items() if form.sheet}
    weighed = {
        unit: [
            *map(_weighed, found),
            *(frozenset({"late"}) for _ in range(_late(case, unit, book))),
        ]
        for unit, found in facts.items()
    }
    ranking = scoring.rank(weighed, settings.scoring)
    return Result(facts, ranking, dict(_entered(facts, book, how)))


def _weighed(fact: Doc) -> scoring.Fact:
    """What a fact matches among the deductions."""
    return frozenset({str(fact.get("code", "")), str(fact["severity"]), *rules_of(fact)})


def points(fact: Doc, by: Scoring) -> Decimal:
    """What a fact costs, as long as its deduction is not at its limit."""
    matched = _weighed(fact)
    found = [Decimal(str(line.points)) for line in by.deductions if matched & set(line.match)]
    return max(found, default=Decimal(0))


def _late(case: Case, unit: str, book: Book) -> int:
    """How many adjustments of the inspection's period the unit applied for too late."""
    period = str(case.record.get("period", ""))
    return late_in(quarter(period), unit, book) if period else 0


def _facts(form: Form, book: Book) -> Iterator[Doc]:
    """Every fact at a unit once: the machine's, people's answers, samples, and problems written freely."""
    answers = {key: entry for (key,), entry in latest(rows(form.sheet, "answers"), "rule").items()}
    standing = [fact for fact in facts_of(form.sheet) if not _rebutted(fact, answers, form)]
    yield from standing
    found = {key for fact in standing for key in rules_of(fact)}
    for rule in form.rules:
        answer = answers.get(rule.key)
        if answer and answer["answer"] == bad(rule) and rule.key not in found:
            words = str(answer.get("note", "")) or f"“{rule.question}”答“{answer['answer']}”"
            key = kept.manual_key(rule.key, form.unit.code, "")
            yield _by_person(key, words, rule, answer, form)
    for (of, member), sample in latest(rows(form.sheet, "samples"), "of", "member").items():
        if sample["answer"] == VERDICTS[1]:
            yield _of_sample(of, member, sample, form, book)
    for problem in rows(form.sheet, "problems"):
        rule_ = form.citable.get(str(problem.get("rule", "")))
        item = str(problem.get("item", ""))
        words = str(problem["what"])
        asked = rule_.key if rule_ else kept.MANUAL
        key = kept.manual_key(asked, form.unit.code, item, words)
        yield _by_person(key, words, rule_, problem, form) | ({"item": item} if item else {})


def _rebutted(fact: Doc, answers: Mapping[str, Doc], form: Form) -> bool:
    """Whether the inspectors explained, for every rule that a fact answers, that it does not hold."""
    if form.case.kind == SELF:
        return False
    rules = {rule.key: rule for rule in form.rules}
    return all(
        key in rules
        and key in answers
        and answers[key]["answer"] != bad(rules[key])
        and "explanation" in answers[key]
        for key in rules_of(fact)
    )


def _of_sample(of: str, member: str, sample: Doc, form: Form, book: Book) -> Doc:
    words = str(sample.get("note", "")) or f"抽查{of}{member}不合格"
    item = member if of == "事项" and member in {entry.code for entry in book.entries} else ""
    key = kept.manual_key(kept.MANUAL, form.unit.code, item, f"{of}{member}")
    fact = _by_person(key, words, None, sample, form)
    return fact | ({"item": item} if item else {})


def _by_person(key: str, words: str, rule: Rule | None, said: Doc, form: Form) -> Doc:
    organiser = cast("Doc", form.case.record["organiser"])
    fact: Doc = {
        "key": key,
        "rules": [rule.key] if rule else "",
        "fact": words,
        "severity": rule.severity if rule and rule.severity != "info" else "warning",
        "sources": cast("Value", list(articles_of(rule, form.regulations))) if rule else "",
        "owner": rule.owner if rule else organiser.get("role", form.unit.code),
        "gravity": said.get("gravity", ""),
        "evidence": said.get("evidence", ""),
    }
    return {name: value for name, value in fact.items() if value not in ("", [])}


def _entered(
    facts: Mapping[str, Sequence[Doc]], book: Book, how: Discovery
) -> Iterator[tuple[str, Doc]]:
    """The ledger's documents of facts that are not there, and of closed ones that have come back."""
    known = kept.by_key(book)
    for unit, found in facts.items():
        own = replace(how, by=how.by or unit)
        for fact in found:
            old = known.get(str(fact["key"]))
            if old is None:
                doc = kept.registered(
                    _plain(fact),
                    unit,
                    replace(own, gravity=str(fact.get("gravity", "")), evidence=_evidence(fact)),
                )
                yield finding_path(str(doc["id"])), doc
            elif kept.state_of(old) == kept.CLOSED:
                step: Doc = {"move": "复发", "by": own.by, "done": str(how.day)}
                step |= {"reason": f"{how.source}{how.inspection}再次发现"}
                yield finding_path(str(old["id"])), kept.moved(old, step)


def _plain(fact: Doc) -> Doc:
    """A fact without what stands elsewhere in the ledger's document."""
    return {
        key: value for key, value in fact.items() if key not in {"place", "gravity", "evidence"}
    }


def _evidence(fact: Doc) -> tuple[Doc, ...]:
    given = cast("list[Doc]", fact.get("evidence") or [])
    place: tuple[Doc, ...] = ({"path": fact["place"]},) if fact.get("place") else ()
    return (*place, *given)


def scored(sheet: Doc, ranked: Ranked, full: int, day: str) -> Doc:
    """A sheet with its score."""
    lines: list[Value] = [
        {"title": line.title, "count": line.count, "taken": line.taken} for line in ranked.lines
    ]
    score: Doc = {"full": full, "score": ranked.score, "lines": lines}
    return sheet | {"score": score | {"arithmetic": ranked.arithmetic, "day": day}}


def ranking(case: Case) -> tuple[tuple[int, str, Doc], ...]:
    """(place, unit, score) of the units that were scored, best first; equal scores share a place."""
    scores = [
        (unit, cast("Doc", sheet["score"]))
        for unit, sheet in case.sheets.items()
        if "score" in sheet
    ]
    scores.sort(key=lambda row: -float(str(row[1]["score"])))
    found: list[tuple[int, str, Doc]] = []
    for place, (unit, score) in enumerate(scores, 1):
        same = bool(found) and found[-1][2]["score"] == score["score"]
        found.append((found[-1][0] if same else place, unit, score))
    return tuple(found)


def found_at(form: Form, book: Book) -> tuple[Doc, ...]:
    """Every fact at a unit, for showing."""
    return tuple(_facts(form, book))
