"""What the documents of rectification are filled with, from its record; how they look is the template's business."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.ledger import findings as kept
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.rectification import states
from qingdan.core.settings import cite
from qingdan.core.units import lineage
from qingdan.core.wording import chinese_day
from qingdan.model.errors import UsageError
from qingdan.model.limits import Limit
from qingdan.model.papers import (
    Escalation,
    JointLedger,
    JointLine,
    Letterhead,
    PerformanceLedger,
    PerformanceLine,
    RectificationNotice,
    Trouble,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.core.rectification.ground import Ground
    from qingdan.core.rectification.stepping import Case
    from qingdan.model.limits import Deadline
    from qingdan.model.papers import Given
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_LEDGER = "目标绩效考核台账"


class Filled(Struct, frozen=True):
    """A template and the value that fills it."""

    template: str
    value: object


def notice(case: Case, given: Given) -> Filled:
    """整改通知书: without number and day as long as it has none."""
    _refuse_signer(given, "整改通知书")
    record, ground = case.record, case.ground
    number = given.number or str(record.get("official") or record.get("number") or "")
    rules = ground.rules
    after = f"将抄报{rules.escalate_to}，记入{rules.assessment or _LEDGER}，并告知相关部门和单位。"
    by = str(states.steps_of(record)[0]["by"])
    value = RectificationNotice(
        letterhead=Letterhead(
            _full(by, ground.book),
            number,
            given.dated or (str(record["issued"]) if number else ""),
            copied="，".join(map(ground.named, cast("list[str]", record.get("cc") or []))),
        ),
        unit=_unit(record, ground.book),
        occasion="、".join(dict.fromkeys(str(finding["source"]) for finding in _known(case))),
        basis=_articles(ground),
        problems=tuple(_required(case)),
        deadline=str(record["deadline"]),
        within=str(record.get("within", "")),
        reply_to=_full(by, ground.book),
        consequence=after,
        days=tuple(_days(record, ground)),
        same_office=by == record["unit"],
    )
    return Filled("rectification-notice.md", value)


def escalation(case: Case, given: Given) -> Filled:
    """抄报: a report to a superior, a letter to an equal; UsageError where nobody has escalated, or to itself."""
    step = _escalation(case)
    if step.get("internal") == "是":
        entry = cast("Doc", step["assessment"])
        raise UsageError(
            f"“{case.id}”的发文单位就是抄报对象（{step['to']}），不另行文；已直接记入{entry['ledger']}。"
        )
    book, recipient = case.ground.book, str(step.get("unit", ""))
    above = recipient in lineage(str(step["by"]), book.units)[1:] or recipient not in book.units
    to = _full(recipient, book) if recipient in book.units else str(step["to"])
    value = _overdue(case, step, to, given)
    if above:
        return Filled("escalation-report.md", replace(value, letterhead=_upward(value, given)))
    _refuse_signer(given, "发给同级的函")
    return Filled("escalation-letter.md", value)


def letter(case: Case, given: Given) -> Filled:
    """告知函 to those who are told of an escalation; UsageError where nobody is."""
    _refuse_signer(given, "告知函")
    step = _escalation(case)
    told = cast("list[str]", step.get("inform") or [])
    if not told:
        raise UsageError(f"“{case.id}”抄报时没有写明告知的部门和单位（--inform）。")
    names = dict.fromkeys(_party(party, case.ground) for party in told)
    return Filled("notification.md", _overdue(case, step, "、".join(names), given))


OF_ONE: Mapping[str, Callable[[Case, Given], Filled]] = {
    "整改通知书": notice,
    "抄报": escalation,
    "告知函": letter,
}
"""The documents of one rectification."""


def _upward(value: Escalation, given: Given) -> Letterhead:
    """The letterhead of a report: signed for release, with an imprint, neither of which a letter has."""
    head = value.letterhead
    return replace(head, signer=given.signer, printer=head.issuer, printed=head.dated)


def _refuse_signer(given: Given, paper: str) -> None:
    if given.signer:
        raise UsageError(f"{paper}不是上行文，不标注签发人，请去掉 --signer。")


def _overdue(case: Case, step: Doc, to: str, given: Given) -> Escalation:
    record, ground = case.record, case.ground
    entry = cast("Doc", step["assessment"])
    points = f"，扣{entry['points']}分" if "points" in entry else ""
    every = states.steps_of(record)
    before = every[: every.index(step)]
    due = states.standing(record | {"steps": list(before)}).due
    moved = [str(each["move"]) for each in before if "until" in each]
    put_off = moved[-1:] == [states.EXTEND]
    return Escalation(
        letterhead=Letterhead(_full(str(step["by"]), ground.book), given.number, given.dated),
        to=to,
        unit=_unit(record, ground.book),
        notice=str(record.get("official") or record.get("number") or ""),
        issued=str(record["issued"]),
        deadline=str(record["deadline"]) if put_off else str(due),
        outcome=str(step["ground"]),
        problems=tuple(_still(case, str(step["done"]))),
        basis=_articles(ground),
        steps=tuple(_told(each, ground.book) for each in before),
        ledger=f"上述情况已记入{entry['ledger']}{points}。",
        extended=str(due) if put_off else "",
    )


def assessment(ground: Ground, year: int) -> Filled:
    """The ledger of assessment of a year: every entry, by day, and what each unit lost."""
    found = sorted(_entries(ground, year), key=lambda line: (line.day, line.source))
    lines = tuple(replace(line, number=place) for place, line in enumerate(found, 1))
    lost: dict[str, Decimal] = {}
    for line in lines:
        lost[line.unit] = lost.get(line.unit, Decimal(0)) + Decimal(line.points or "0")
    totals = tuple((unit, f"{points.normalize():f}") for unit, points in sorted(lost.items()))
    issuer = Letterhead(_party(ground.rules.escalate_to, ground))
    return Filled("performance-ledger.md", PerformanceLedger(issuer, f"{year}年", lines, totals))


def _entries(ground: Ground, year: int) -> Iterator[PerformanceLine]:
    for _, record in states.records(ground.book):
        for step in states.steps_of(record):
            if "assessment" in step and str(step["done"]).startswith(f"{year}-"):
                entry = cast("Doc", step["assessment"])
                yield PerformanceLine(
                    0,
                    _unit(record, ground.book),
                    str(step["done"]),
                    str(step["ground"]),
                    str(record.get("number") or record["id"]),
                    str(entry.get("points", "")),
                    "、".join(_articles(ground)),
                )


def joint(ground: Ground, year: int) -> Filled:
    """The working ledger of joint inspection (联合督查工作台账): every problem that people found, and what became of it."""
    notices = {
        finding: record
        for _, record in states.records(ground.book)
        for finding in cast("list[str]", record["findings"])
    }
    found = [
        finding
        for finding in kept.kept(ground.book)
        if finding["source"] != "机器检查" and str(finding["found"]).startswith(f"{year}-")
    ]
    found.sort(key=lambda finding: (str(finding["found"]), str(finding["id"])))
    lines = tuple(
        _line(place, finding, notices.get(str(finding["id"])), ground)
        for place, finding in enumerate(found, 1)
    )
    value = JointLedger(Letterhead(_organiser(ground)), f"{year}年", lines)
    return Filled("joint-ledger.md", value)


def _line(place: int, finding: Doc, record: Doc | None, ground: Ground) -> JointLine:
    steps = cast("list[Doc]", finding["steps"])
    state = kept.state_of(finding)
    return JointLine(
        place,
        str(finding["found"]),
        _unit(finding, ground.book),
        str(finding["fact"]),
        str(record.get("number") or record["id"]) if record else "",
        str(states.standing(record).due) if record else "",
        states.standing(record).state if record and state == kept.SERVED else state,
        str(steps[-1]["done"]) if state == kept.CLOSED else "",
    )


def _organiser(ground: Ground) -> str:
    """Who organises joint inspections by the settings; whoever is told of what was not put right, where nobody is named."""
    inspections = cast("Doc", ground.book.documents[SETTINGS_PATH].get("inspections") or {})
    return _party(str(inspections.get("organiser") or ground.rules.escalate_to), ground)


OF_A_YEAR: Mapping[str, Callable[[Ground, int], Filled]] = {
    "目标绩效考核台账": assessment,
    "联合督查工作台账": joint,
}
"""The ledgers of a year."""


def chain(case: Case) -> Deadline | None:
    """The days by which the last day as it is now was counted; None where a day was given."""
    now = case.standing
    if not now.within:
        return None
    return case.ground.calendar.proof(now.start, Limit.parse(now.within), now.due)


def _days(record: Doc, ground: Ground) -> Iterator[str]:
    """The days that prove the last day of the notice itself, for its annex."""
    if "within" not in record:
        return
    start, last = (date.fromisoformat(str(record[key])) for key in ("issued", "deadline"))
    proved = ground.calendar.proof(start, Limit.parse(str(record["within"])), last)
    if proved.chain:
        yield f"{chinese_day(start)}，当日不计入"
    for day in proved.chain:
        number = f"第{day.number}日" if day.counts else "不计"
        yield f"{chinese_day(day.day)}，{number}，{day.why}" + (
            "，截止日" if day.day == last else ""
        )


def _known(case: Case) -> list[Doc]:
    """The findings of the notice that the ledger knows, in its order."""
    known = {str(finding["id"]): finding for finding in kept.kept(case.ground.book)}
    ids = cast("list[str]", case.record["findings"])
    return [known[name] for name in ids if name in known]


def _troubles(case: Case) -> Iterator[Trouble]:
    entries = {entry.code: entry for entry in case.ground.book.entries}
    for place, finding in enumerate(_known(case), 1):
        item = str(finding.get("item", ""))
        yield Trouble(
            number=place,
            fact=_sentence(str(finding["fact"])),
            item=f"{entries[item].name}（{item}）" if item in entries else item,
            articles=tuple(
                dict.fromkeys(
                    source.removeprefix("可能涉及")
                    for source in cast("list[str]", finding.get("sources") or [])
                )
            ),
            evidence="、".join(
                str(row["path"]) for row in cast("list[Doc]", finding.get("evidence") or [])
            ),
        )


def _still(case: Case, day: str) -> Iterator[Trouble]:
    """The problems as they stood on the day on which they went up, which a document made later must not change."""
    for trouble, finding in zip(_troubles(case), _known(case), strict=True):
        then: Doc = finding | {
            "steps": [step for step in states.steps_of(finding) if str(step["done"]) <= day]
        }
        done = kept.state_of(then) in {kept.CLOSED, kept.VOID}
        yield replace(trouble, state="已经整改到位" if done else "尚未整改到位")


def _required(case: Case) -> Iterator[Trouble]:
    """The problems with what is required of each: its own where there are as many, else all that is required."""
    troubles = list(_troubles(case))
    wanted = cast("list[str]", case.record["requirements"])
    own = wanted if len(wanted) == len(troubles) else ["；".join(wanted)] * len(troubles)
    for trouble, text in zip(troubles, own, strict=True):
        yield replace(trouble, require=_sentence(text))


def _escalation(case: Case) -> Doc:
    """The last step by which it went up."""
    steps = [s for s in states.steps_of(case.record) if s["move"] == states.ESCALATE]
    if not steps:
        raise UsageError(f"“{case.id}”还没有办理抄报。")
    return steps[-1]


_AS_TOLD = {
    states.SERVE: "下发整改通知书",
    states.REPLY: "回复整改情况",
    states.PASS: "核查认定整改到位",
    states.RETURN: "核查认定整改不到位",
    states.EXTEND: "批准延期",
    states.ESCALATE: "办理抄报",
    states.HAND_OVER: "移送问责机关",
    states.SANCTION: "作出处理",
}
"""A move as a report tells it."""


def _told(step: Doc, book: Book) -> str:
    """A step as a sentence: day, unit, move, what was said."""
    said = str(step.get("report") or step.get("reason") or "")
    day = chinese_day(date.fromisoformat(str(step["done"])))
    words = f"{day}，{_full(str(step['by']), book)}{_AS_TOLD.get(str(step['move']), step['move'])}"
    until = (
        f"，延至{chinese_day(date.fromisoformat(str(step['until'])))}" if "until" in step else ""
    )
    return _sentence(f"{words}{until}" + (f"：{said}" if said else ""))


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _articles(ground: Ground) -> tuple[str, ...]:
    """The article that the settings name, in words; none where the office decided by itself."""
    source = ground.rules.source
    return () if source.startswith("本单位自定") else (cite(source, ground.settings.regulations),)


def _unit(record: Doc, book: Book) -> str:
    return _full(str(record["unit"]), book)


def _party(party: str, ground: Ground) -> str:
    """The full name of who holds a role, of a unit; the words themselves where nobody is known."""
    return _full(ground.settings.holder(party, ground.today) or party, ground.book)


def _full(unit: str, book: Book) -> str:
    """A unit's full name, as documents write it; what is no unit as it is."""
    return book.units[unit].name if unit in book.units else unit
