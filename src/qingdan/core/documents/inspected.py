"""The papers of what an inspection found: score sheet, feedback, report, and what a unit says of itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from qingdan.core.checks.registry import FINDINGS_OF
from qingdan.core.documents.inspecting import questions
from qingdan.core.inspections.closing import found_at, points, ranking
from qingdan.core.inspections.papers import shown
from qingdan.core.ledger.inspections import CLOSED, SELF, latest, rows, rules_of
from qingdan.core.reports.scoring import plain
from qingdan.core.rules.packs import OWN
from qingdan.core.settings import cite
from qingdan.core.units import acting, called
from qingdan.core.wording import sentence
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.papers import (
    Feedback,
    InspectionReport,
    Letterhead,
    Question,
    ScoreSheet,
    SelfCheck,
    Trouble,
    UnitResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.core.documents.inspecting import Inspection
    from qingdan.core.inspections.questions import Form
    from qingdan.model.papers import Given
    from qingdan.model.rules import Rule
    from qingdan.model.settings import FollowUp
    from qingdan.model.values import Doc

_MAY = "可能涉及"


def score_sheet(of: Inspection, unit: str, _given: Given) -> ScoreSheet:
    """The score sheet of a unit (量化评分表): blank until its sheet is recorded, without a score until it is scored."""
    form = of.forms[unit]
    score = cast("Doc", form.sheet.get("score") or {})
    taken = rows(form.sheet, "taken")
    return ScoreSheet(
        letterhead=Letterhead(of.unit(of.organiser)),
        subject=of.title,
        unit=form.unit.name,
        full=str(score.get("full", of.settings.scoring.full)),
        questions=tuple(_scored(of, form)),
        score=str(score.get("score", "")),
        inspected=str(taken[-1]["day"]) if taken else "",
        scoring=_scoring(of, score),
    )


def feedback(of: Inspection, unit: str, given: Given) -> Feedback:
    """The feedback to a unit (情况反馈), dated as it was last given; RefusedError where nothing is recorded."""
    if of.case.kind == SELF:
        raise UsageError(f"“{of.case.id}”是自查，没有情况反馈；请生成自查报告。")
    form = of.forms[unit]
    if not form.sheet:
        raise RefusedError(
            f"{form.unit.short}的检查表还没有录入，没有可以反馈的；请先用 qingdan inspect record 录入。"
        )
    told = rows(form.sheet, "feedback")
    score = cast("Doc", form.sheet.get("score") or {})
    places = {code: str(place) for place, code, _ in ranking(of.case)}
    return Feedback(
        letterhead=of.bare(of.organiser, given, str(told[-1]["day"]) if told else ""),
        unit=form.unit.name,
        subject=of.title,
        first=str(of.case.record["from"]),
        last=str(of.case.record["to"]),
        score=str(score.get("score", "")),
        full=str(score.get("full", "")),
        rank=places.get(unit, ""),
        problems=tuple(_troubles(of, (form,), scored=bool(score))),
        merits=tuple(sentence(row["what"]) for row in rows(form.sheet, "practices")),
        opinions=tuple(dict.fromkeys(sentence(row["opinion"]) for row in told)),
    )


def report(of: Inspection, given: Given) -> InspectionReport:
    """The report (检查情况报告) by whoever reports after the inspection; RefusedError before it is closed."""
    closed = of.case.step(CLOSED)
    if closed is None:
        raise RefusedError(
            f"“{of.case.id}”还没有评定，没有检查情况报告；请先用 qingdan inspect close 评定。"
        )
    stage = _reporting(of)
    step = of.case.step(stage.stage) if stage else None
    issuer = of.settings.holder(stage.by, of.day) if stage else ""
    known = [form for form in of.forms.values() if form.sheet]
    return InspectionReport(
        letterhead=replace(
            of.letterhead(
                issuer or of.organiser, of.numbered(step, given), str(closed["done"]), ""
            ),
            signer=given.signer,
        ),
        to=_reported_to(of, stage),
        subject=of.title,
        basis=of.cited(cast("list[str]", of.case.record["basis"])),
        first=str(of.case.record["from"]),
        last=str(of.case.record["to"]),
        method=_how(of),
        results=tuple(_results(of)),
        problems=tuple(_troubles(of, known, scored=True)),
        merits=tuple(_merits(known)),
        proposals=tuple(_opinions(known)),
        without=tuple(
            f"{called(str(row['unit']), of.book.units)}没有检查：{sentence(row['reason'])}"
            for row in cast("list[Doc]", closed.get("without") or [])
        ),
    )


def self_check(of: Inspection, unit: str, given: Given) -> SelfCheck:
    """The report of a unit on itself (自查报告), blank until its sheet is recorded; UsageError for other inspections."""
    if of.case.kind != SELF:
        raise UsageError(f"“{of.case.id}”是{of.case.kind}，不是自查，没有自查报告。")
    form, taken = of.forms[unit], rows(of.forms[unit].sheet, "taken")
    counts = {
        name: sum(e.list == name and e.unit == unit and e.state != "取消" for e in of.book.entries)
        for name in of.settings.lists
    }
    return SelfCheck(
        letterhead=of.bare(unit, given, str(taken[-1]["day"]) if taken else ""),
        to=of.unit(of.organiser) if of.organiser != unit else "",
        unit=form.unit.name,
        subject=of.title,
        questions=tuple(_scored(of, form)),
        lists=tuple((of.schemas[name].title, count) for name, count in counts.items() if count),
    )


def _scored(of: Inspection, form: Form) -> Iterator[Question]:
    """The questions of a sheet with what was answered and found; then what was found besides."""
    asked = questions(of, form.rules)
    blank = [
        replace(line, article=_article(of, rule), points=_most(of, rule))
        for line, rule in zip(asked, form.rules, strict=True)
    ]
    if not form.sheet:
        yield from blank
        return
    facts, counted = found_at(form, of.book), _Counted(of)
    answers = latest(rows(form.sheet, "answers"), "rule")
    for line, rule in zip(blank, form.rules, strict=True):
        found = [fact for fact in facts if rule.key in rules_of(fact)]
        said = answers.get((rule.key,), {})
        answer = str(said.get("answer") or form.machine(rule))
        yield counted.filled(replace(line, answer=answer), said, found)
    beside = [fact for fact in facts if str(fact["key"]) not in counted.lines]
    for number, fact in enumerate(beside, len(blank) + 1):
        line = Question(number, "", "", "检查中发现的其他问题", answer="有")
        yield counted.filled(line, fact, [fact])


class _Counted:
    """The lines of a score sheet in their order: a fact that several questions ask about is deducted at the first."""

    def __init__(self, of: Inspection) -> None:
        self._of = of
        self.lines: dict[str, int] = {}

    def filled(self, line: Question, said: Doc, found: Sequence[Doc]) -> Question:
        """A line with what was found, what was said, and what that costs."""
        fresh = [fact for fact in found if str(fact["key"]) not in self.lines]
        again = {self.lines[str(fact["key"])] for fact in found if fact not in fresh}
        self.lines |= {str(fact["key"]): line.number for fact in fresh}
        taken = sum((points(fact, self._of.settings.scoring) for fact in fresh), Decimal(0))
        words = [
            *(_fact(self._of, fact) for fact in found),
            *(sentence(said[key]) for key in ("explanation", "note") if key in said),
            *(f"已在第{number}项扣分。" for number in sorted(again)),
        ]
        evidence = cast("list[Doc]", said.get("evidence") or [])
        return replace(
            line,
            deducted=plain(taken) if taken else "",
            evidence="；".join(shown(row) for row in evidence),
            note="".join(dict.fromkeys(words)),
        )


def _most(of: Inspection, rule: Rule) -> str:
    """What a problem costs at the most that is found by a rule, by a person or by its check."""
    severity = "warning" if rule.severity == "info" else rule.severity
    codes = ("", *FINDINGS_OF.get(rule.check, ()))
    facts: list[Doc] = [{"code": c, "severity": severity, "rules": [rule.key]} for c in codes]
    return plain(max(points(fact, of.settings.scoring) for fact in facts))


def _article(of: Inspection, rule: Rule) -> str:
    return f"《{of.settings.regulations.get(rule.regulation, rule.regulation)}》{rule.article}"


def _scoring(of: Inspection, score: Doc) -> str:
    """How it is scored, and the sum."""
    scoring = of.settings.scoring
    lines = [
        f"{line.title}每项扣{plain(Decimal(str(line.points)))}分、最多扣{plain(Decimal(str(line.cap)))}分"
        for line in scoring.deductions
    ]
    source = cite(scoring.source, of.settings.regulations)
    how = (
        f"满分{scoring.full}分，同一事实只按扣分最高的一项计一次；{'；'.join(lines)}（{source}）。"
    )
    return f"{how}计算过程：{score['arithmetic']}。" if "arithmetic" in score else how


def _troubles(of: Inspection, known: Iterable[Form], *, scored: bool) -> Iterator[Trouble]:
    found = [(form, fact) for form in known for fact in found_at(form, of.book)]
    for number, (form, fact) in enumerate(found, 1):
        sources = (text.removeprefix(_MAY) for text in cast("list[str]", fact.get("sources") or []))
        taken = points(fact, of.settings.scoring)
        yield Trouble(
            number,
            sentence(fact["fact"]),
            item=_item(of, fact),
            articles=tuple(dict.fromkeys(text for text in sources if not text.endswith(OWN))),
            unit=form.unit.short,
            deducted=plain(taken) if scored and taken else "",
        )


def _fact(of: Inspection, fact: Doc) -> str:
    item = _item(of, fact)
    return f"{item}：{sentence(fact['fact'])}" if item else sentence(fact["fact"])


def _item(of: Inspection, fact: Doc) -> str:
    code = str(fact.get("item", ""))
    name = next((entry.name for entry in of.book.entries if entry.code == code), "")
    return f"{name}（{code}）" if name else code


def _results(of: Inspection) -> Iterator[UnitResult]:
    for place, unit, score in ranking(of.case):
        form = of.forms.get(unit)
        count = len(found_at(form, of.book)) if form else 0
        name, note = called(unit, of.book.units), str(score["arithmetic"])
        yield UnitResult(place, name, str(score["score"]), count, note)


def _how(of: Inspection) -> str:
    """How it was inspected: the methods, the draws, whom one spoke with."""
    methods = cast("list[str]", of.case.record.get("methods") or [])
    told = [row for form in of.forms.values() for row in rows(form.sheet, "interviews")]
    counts: dict[str, int] = {}
    for row in told:
        kind = str(row["kind"])
        counts[kind] = counts.get(kind, 0) + int(str(row["count"]))
    spoken = "，".join(f"{kind}{count}人次" for kind, count in counts.items())
    parts = [f"检查采取{'、'.join(methods)}等方式进行"] if methods else []
    parts += [spoken] if spoken else []
    return (
        f"{'，其中'.join(parts)}，逐项填写检查表，量化评分。"
        if parts
        else "检查逐项填写检查表，量化评分。"
    )


def _merits(known: Iterable[Form]) -> Iterator[str]:
    for form in known:
        for row in rows(form.sheet, "practices"):
            yield f"{form.unit.short}：{sentence(row['what'])}"


def _opinions(known: Iterable[Form]) -> Iterator[str]:
    """What was proposed to the units at the end, those of whom the same was said together."""
    said: dict[str, list[str]] = {}
    for form in known:
        for row in rows(form.sheet, "feedback"):
            said.setdefault(sentence(row["opinion"]), []).append(form.unit.short)
    for opinion, units in said.items():
        yield f"{'、'.join(dict.fromkeys(units))}：{opinion}"


def _reporting(of: Inspection) -> FollowUp | None:
    """The stage in which somebody reports on the inspection."""
    inspecting = of.settings.inspecting
    stages = inspecting.stages_of(of.case.kind) if inspecting else ()
    return next((stage for stage in stages if stage.reports_to), None)


def _reported_to(of: Inspection, stage: FollowUp | None) -> str:
    """To whom it is reported: as the stage says, or else in whose name the organiser acts."""
    if stage:
        return of.unit(of.settings.holder(stage.reports_to, of.day)) or stage.reports_to
    above = acting(of.organiser, of.book.units)[-1]
    return of.unit(above) if above != of.organiser else ""
