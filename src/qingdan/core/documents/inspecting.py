"""The papers with which an inspection begins, from its record: the plan, and the notice with every question in an attachment."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.inspections.questions import asked, for_people, judged
from qingdan.core.ledger.inspections import NOTIFIED, SELF, drawn, parties, rows, scope
from qingdan.core.settings import cite
from qingdan.core.wording import sentence
from qingdan.model.papers import (
    Checklist,
    Drawn,
    InspectionNotice,
    InspectionPlan,
    Letterhead,
    Member,
    Question,
    Stint,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.inspections.questions import Form
    from qingdan.core.ledger.inspections import Case
    from qingdan.core.schema import Schemas
    from qingdan.model.papers import Given
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

MOST_ADDRESSED = 6
"""So many units are addressed by name; more are 各被检查单位, named in the text."""
LISTS_OF_QUESTIONS, LIST_OF_SAMPLES = "检查内容和查阅材料", "抽取的事项和案卷"
_SAMPLED = {"事项": "个", "案卷": "件"}
"""What may be drawn besides units, and how it is counted."""
_PART = re.compile(r"第（[^）]+）项$")
_DEMANDS = (
    "检查组如实反映检查情况，公道正派，廉洁自律，不影响被检查单位的正常工作。",
    "逐项填写检查表，认定有问题的写明证据的出处和日期。",
    "座谈、访谈只记人次，不记姓名；对举报人、投诉人的情况严格保密。",
)


class Inspection(Struct, frozen=True):
    """An inspection with what its papers need; ``forms`` are the sheets as they are recorded."""

    case: Case
    forms: Mapping[str, Form]
    book: Book
    schemas: Schemas

    @property
    def settings(self) -> Settings:
        """The workspace's settings."""
        return cast("Settings", self.book.settings)

    @property
    def title(self) -> str:
        """The inspection's name."""
        return str(self.case.record["title"])

    @property
    def day(self) -> date:
        """The first day of the inspection: roles are those of that day."""
        return date.fromisoformat(str(self.case.record["from"]))

    @property
    def organiser(self) -> str:
        """The unit that holds the inspection; of self-checks the one that organises inspections."""
        own = str(parties(self.case.record)[0].get("unit", ""))
        inspecting = self.settings.inspecting
        return own or (self.settings.holder(inspecting.organiser, self.day) if inspecting else "")

    def unit(self, code: str) -> str:
        """The full name of a unit; a code that the register does not know, as it is."""
        return self.book.units[code].name if code in self.book.units else code

    def cited(self, sources: Iterable[str]) -> tuple[str, ...]:
        """Articles in words, each once; what an office decided for itself is none."""
        found = (cite(text, self.settings.regulations) for text in sources)
        return tuple(dict.fromkeys(text for text in found if text.startswith("《")))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is asked at any of the units, once."""
        units = self.case.units
        found = {
            rule.key: rule for unit in units for rule in asked(self.case.record, unit, self.book)
        }
        return tuple(rule for rule in self.book.rules if rule.key in found)

    def bare(self, issuer: str, given: Given, dated: str) -> Letterhead:
        """The letterhead of a paper that is not printed and sent around; ``dated`` where nothing else is given."""
        return Letterhead(self.unit(issuer), given.number, given.dated or dated)

    def letterhead(self, issuer: str, given: Given, dated: str, copied: str) -> Letterhead:
        """The letterhead of a paper that is."""
        bare = self.bare(issuer, given, dated)
        return replace(bare, copied=copied, printer=bare.issuer, printed=bare.dated)

    def numbered(self, step: Doc | None, given: Given) -> Given:
        """What is given, or else what a step of the record says: its day, and its document if that is a number."""
        document = str(step.get("document", "")) if step else ""
        pattern = str(self.schemas["document"].node(("number",))["pattern"])
        number = document if re.search(pattern, document) else ""
        dated = given.dated or (str(step["done"]) if step else "")
        return replace(given, number=given.number or number, dated=dated)


def notice(of: Inspection, given: Given) -> InspectionNotice:
    """The notice (S2 第九条第（二）项): basis, scope, content, procedure, materials, what inspectors may do."""
    record, inspecting = of.case.record, of.settings.inspecting
    own = of.case.kind == SELF
    measures = inspecting.measures if inspecting and not own else ()
    checklists, samples = tuple(_checklists(of)), tuple(_samples(of))
    members = dict.fromkeys(str(party.get("unit", "")) for party in parties(record)[1:])
    copied = "，".join(of.unit(unit) for unit in members if unit not in {"", of.organiser})
    return InspectionNotice(
        letterhead=of.letterhead(
            of.organiser, of.numbered(of.case.step(NOTIFIED), given), "", copied
        ),
        to=_addressed(of),
        subject=of.title,
        basis=of.cited(cast("list[str]", record["basis"])),
        first=str(record["from"]),
        last=str(record["to"]),
        method=_method(of),
        units=tuple(of.unit(unit) for unit in of.case.units),
        contents=tuple(contents(of)),
        materials=tuple(map(sentence, cast("list[str]", record.get("materials") or ()))),
        materials_by=str(record["from"]),
        attachments=tuple(
            name
            for name, there in ((LISTS_OF_QUESTIONS, checklists), (LIST_OF_SAMPLES, samples))
            if there
        ),
        drawn=_lot(of),
        lists=tuple(_lists(of)),
        focus=tuple(cast("list[str]", record.get("focus") or ())),
        procedure=() if own else tuple(_procedure(of)),
        entitled=of.cited(_PART.sub("", each.source) for each in measures),
        measures=tuple(sentence(each.text) for each in measures),
        checklists=checklists,
        samples=samples,
    )


def inspection_plan(of: Inspection, given: Given) -> InspectionPlan:
    """The plan (检查方案), dated as it was planned."""
    record = of.case.record
    planned = str(record["planned"])
    return InspectionPlan(
        letterhead=of.bare(of.organiser, given, planned),
        subject=of.title,
        basis=of.cited(cast("list[str]", record["basis"])),
        units=tuple(of.unit(unit) for unit in of.case.units),
        members=tuple(_members(of)),
        stints=tuple(_stints(of)),
        contents=tuple(contents(of)),
        drawn=_repeatable(of),
        demands=_DEMANDS if of.case.kind != SELF else (),
    )


def contents(of: Inspection) -> Iterator[str]:
    """What is inspected, a sentence a regulation: how much of it the machine compares, how much people look at."""
    by = "由各单位逐项自查" if of.case.kind == SELF else "由检查组查阅材料、了解情况"
    for title, rules in _by_regulation(of):
        machine = sum(judged(rule) and not for_people(rule) for rule in rules)
        people = len(rules) - machine
        parts = [f"由系统核对数据{machine}项"] if machine else []
        parts += [f"{by}{people}项"] if people else []
        yield f"《{title}》规定的检查内容{len(rules)}项，其中{'，'.join(parts)}。"
    counts = [(what, len(drawn(of.case.record, what)), unit) for what, unit in _SAMPLED.items()]
    found = "、".join(f"{what}{count}{unit}" for what, count, unit in counts if count)
    if found:
        yield f"随机抽取的{found}，逐一核对。"


def questions(of: Inspection, rules: Iterable[Rule]) -> tuple[Question, ...]:
    """Rules as questions with their number, their article, whom they are asked of and what is to be looked at."""
    return tuple(
        Question(
            number,
            rule.key,
            rule.article,
            rule.question,
            of=_named(of, rule),
            materials=rule.materials,
        )
        for number, rule in enumerate(rules, 1)
    )


def _named(of: Inspection, rule: Rule) -> tuple[str, ...]:
    """The roles that alone are asked; none where everybody is."""
    roles = (of.settings.roles.get(name) for name in rule.of)
    return () if any(role and role.each for role in roles) else rule.of


def _by_regulation(of: Inspection) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    rules = of.rules()
    for name in dict.fromkeys(rule.regulation for rule in rules):
        title = of.settings.regulations.get(name, name)
        yield title, tuple(rule for rule in rules if rule.regulation == name)


def _checklists(of: Inspection) -> Iterator[Checklist]:
    for title, rules in _by_regulation(of):
        yield Checklist(title, questions(of, rules))


def _samples(of: Inspection) -> Iterator[Drawn]:
    names = {entry.code: entry.name for entry in of.book.entries}
    for what in _SAMPLED:
        for row in drawn(of.case.record, what):
            unit, code = str(row.get("unit", "")), str(row["member"])
            name = names.get(code, "") if what == "事项" else ""
            yield Drawn(what, code, name, of.unit(unit) if unit else "")


def _addressed(of: Inspection) -> str:
    units = of.case.units
    if len(units) > MOST_ADDRESSED:
        return "各被检查单位"
    return "、".join(of.unit(unit) for unit in units)


def _lists(of: Inspection) -> Iterator[str]:
    for name in scope(of.case.record, "lists") or tuple(of.settings.lists):
        yield of.schemas[name].title


def _method(of: Inspection) -> str:
    if of.case.kind == SELF:
        return "各单位逐项自查，填写检查表。"
    methods = cast("list[str]", of.case.record.get("methods") or [])
    return f"检查采取{'、'.join(methods)}等方式进行。" if methods else ""


def _procedure(of: Inspection) -> Iterator[str]:
    """The steps of an inspection; the feedback at its end, unless it is one of them."""
    inspecting = of.settings.inspecting
    if inspecting is None:
        return
    for each in inspecting.procedure:
        yield sentence(each.text)
    last = inspecting.feedback
    if last and last.source not in {each.source for each in inspecting.procedure}:
        yield f"检查结束后，{sentence(last.text)}"


def _last_draw(of: Inspection) -> Doc | None:
    draws = [each for each in rows(of.case.record, "draws") if each["of"] == "单位"]
    return draws[-1] if draws else None


def _lot(of: Inspection) -> str:
    """Of how many units those inspected were drawn."""
    draw = _last_draw(of)
    return f"从{cast('Doc', draw['population'])['count']}个单位中随机抽取" if draw else ""


def _repeatable(of: Inspection) -> str:
    draw = _last_draw(of)
    if draw is None:
        return ""
    seed = str(draw["seed"])[:10]
    return f"以公开在先的版本{seed}为种子，{_lot(of)}，任何人都可以重新计算验证。"


def _members(of: Inspection) -> Iterator[Member]:
    """The group by unit: who leads it, and as what each takes part."""
    roles: dict[str, list[str]] = {}
    for party in parties(of.case.record):
        unit = str(party.get("unit", ""))
        if unit:
            roles.setdefault(unit, []).extend([str(party["role"])] if "role" in party else [])
    for unit, held in roles.items():
        lead = "牵头" if unit == of.organiser else "参加"
        yield Member(of.unit(unit), "、".join(dict.fromkeys(held)), lead)


def _stints(of: Inspection) -> Iterator[Stint]:
    record, own = of.case.record, of.case.kind == SELF
    first, last, planned = (str(record[key]) for key in ("from", "to", "planned"))
    ready = "通知各单位，发放检查表。" if own else "拟定方案，发出通知，确定检查组成员。"
    yield Stint("准备", min(planned, first), first, ready)
    training = cast("Doc", record.get("training") or {})
    if training:
        day = str(training["day"])
        yield Stint("业务培训", day, day, sentence(training["what"]))
    work = _method(of) if own else f"{_method(of)}逐项填写检查表，当场记录证据。"
    yield Stint("检查", first, last, work)
    yield Stint("总结", "", "", _closing(of))


def _closing(of: Inspection) -> str:
    """What comes after: feedback, the score, and the steps of the settings."""
    inspecting = of.settings.inspecting
    stages = inspecting.stages_of(of.case.kind) if inspecting else ()
    after = [
        f"{each.by}{f'向{each.reports_to}' if each.reports_to else ''}{each.stage}"
        for each in stages
    ]
    first = "" if of.case.kind == SELF else "向被检查单位反馈情况；"
    rest = f"；{'，'.join(after)}" if after else ""
    return f"{first}评定得分，发现的问题登记入台账{rest}。"
