"""What the documents of rectification say, as plain values: texts, numbers, lists; how they look is the template's business."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from qingdan.core.ledger import findings as kept
from qingdan.core.rectification import states
from qingdan.core.settings import cite
from qingdan.core.units import lineage
from qingdan.core.wording import chinese_day
from qingdan.model.errors import UsageError
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.core.rectification.ground import Ground
    from qingdan.core.rectification.stepping import Case
    from qingdan.model.limits import Deadline
    from qingdan.model.workspace import Book, Doc, Entry, Value

REPORT, LETTER = "报告", "函"
"""What goes to a superior, what to an equal."""


def notice(case: Case) -> Doc:
    """整改通知书."""
    record, ground = case.record, case.ground
    found = list(_findings(case))
    cc: list[Value] = [ground.named(p) for p in cast("list[str]", record.get("cc") or [])]
    return _head(case) | {
        "title": "整改通知书",
        "to": _full(str(record["unit"]), ground.book),
        "requirements": record["requirements"],
        "findings": list(found),
        "count": f"{len(found)}个",
        "deadline": _day(record["deadline"]),
        "within": record.get("within", ""),
        "limit_source": _cited(str(record.get("limit_source", "")), ground),
        "chain": _days(record, ground),
        "cc": cc,
    }


def escalation(case: Case) -> Doc:
    """抄报: a report to a superior, a letter to an equal; UsageError where nobody has escalated, or to itself."""
    step = _escalation(case)
    if step.get("internal") == "是":
        raise UsageError(
            f"“{case.id}”的发文单位就是抄报对象（{step['to']}），不另行文；已直接记入{_ledger(step)}。"
        )
    ground = case.ground
    recipient = str(step.get("unit", ""))
    above = recipient in lineage(case.issuer, ground.book.units)[1:]
    form = REPORT if above or recipient not in ground.book.units else LETTER
    return _head(case) | {
        "title": f"关于{_full(str(case.record['unit']), ground.book)}{step['ground']}的{form}",
        "form": form,
        "to": _recipient(str(step["to"]), recipient, ground.book),
        "findings": list(_findings(case)),
        "ground": step["ground"],
        "reason": step.get("reason", ""),
        "served": _day(case.record["issued"]),
        "deadline": _day(case.record["deadline"]),
        "due": _day(str(case.standing.due)),
        "steps": list(_steps(case)),
        "assessment": step["assessment"],
        "date": _day(step["done"]),
    }


def letter(case: Case) -> Doc:
    """告知函 to those who are told of an escalation; UsageError where nobody is."""
    step = _escalation(case)
    told = cast("list[str]", step.get("inform") or [])
    if not told:
        raise UsageError(f"“{case.id}”抄报时没有写明告知的部门和单位（--inform）。")
    return _head(case) | {
        "title": f"关于{_full(str(case.record['unit']), case.ground.book)}{step['ground']}情况的告知函",
        "to": [case.ground.named(party) for party in told],
        "findings": list(_findings(case)),
        "ground": step["ground"],
        "escalated_to": step["to"],
        "assessment": step["assessment"],
        "due": _day(str(case.standing.due)),
        "date": _day(step["done"]),
    }


OF_ONE: Mapping[str, Callable[[Case], Doc]] = {
    "notice": notice,
    "escalation": escalation,
    "letter": letter,
}
"""The documents of one rectification."""


def assessment(ground: Ground, year: int) -> Doc:
    """The ledger of assessment of a year: every entry, by day, and what each unit lost."""
    rows: list[Doc] = []
    lost: Counter[str] = Counter()
    points: dict[str, Decimal] = {}
    for _, record in states.records(ground.book):
        for step in states.steps_of(record):
            if "assessment" in step and str(step["done"]).startswith(f"{year}-"):
                rows.append(_entry(record, step, ground))
                unit = str(rows[-1]["unit"])
                lost[unit] += 1
                taken = cast("Doc", step["assessment"]).get("points", 0)
                points[unit] = points.get(unit, Decimal(0)) + Decimal(str(taken))
    rows.sort(key=lambda row: (str(row["entered"]), str(row["id"])))
    name = ground.settings.rectification.assessment if ground.settings.rectification else ""
    totals: list[Doc] = [
        {"unit": unit, "times": times, "points": f"{points[unit].normalize():f}"}
        for unit, times in sorted(lost.items())
    ]
    return {
        "title": name or "目标绩效考核台账",
        "year": year,
        "rows": [row | {"number": place} for place, row in enumerate(rows, 1)],
        "totals": list(totals),
    }


def _entry(record: Doc, step: Doc, ground: Ground) -> Doc:
    entry = cast("Doc", step["assessment"])
    return {
        "id": record["id"],
        "notice": record.get("number", ""),
        "unit": _full(str(record["unit"]), ground.book),
        "ground": step["ground"],
        "entered": step["done"],
        "date": _day(step["done"]),
        "by": _full(str(step["by"]), ground.book),
        "deduction": entry.get("title", ""),
        "points": entry.get("points", ""),
    }


def joint(ground: Ground, year: int) -> Doc:
    """The working ledger of joint inspection (联合督查工作台账): every problem that people found, and what became of it."""
    notices = {
        finding: record
        for _, record in states.records(ground.book)
        for finding in cast("list[str]", record["findings"])
    }
    rows = [
        _row(finding, notices.get(str(finding["id"])), ground)
        for finding in kept.kept(ground.book)
        if finding["source"] != "机器检查" and str(finding["found"]).startswith(f"{year}-")
    ]
    rows.sort(key=lambda row: (str(row["found"]), str(row["id"])))
    return {
        "title": "联合督查工作台账",
        "year": year,
        "rows": [row | {"number": place} for place, row in enumerate(rows, 1)],
    }


def _row(finding: Doc, record: Doc | None, ground: Ground) -> Doc:
    row: Doc = {
        "id": finding["id"],
        "found": finding["found"],
        "date": _day(finding["found"]),
        "way": finding["source"],
        "unit": _full(str(finding["unit"]), ground.book),
        "fact": finding["fact"],
        "gravity": finding.get("gravity", ""),
        "state": kept.state_of(finding),
    }
    if record is None:
        return row | {"notice": "", "due": "", "result": ""}
    now = states.standing(record)
    return row | {
        "notice": record.get("number", record["id"]),
        "due": _day(str(now.due)),
        "result": now.state,
    }


OF_A_YEAR: Mapping[str, Callable[[Ground, int], Doc]] = {"assessment": assessment, "joint": joint}
"""The ledgers of a year."""


def _head(case: Case) -> Doc:
    """What every document of a rectification has: numbers, who writes, the day, by which article."""
    record, ground = case.record, case.ground
    return {
        "id": case.id,
        "number": record.get("number", ""),
        "official": record.get("official", ""),
        "draft": "number" not in record,
        "issuer": record["issuer"],
        "from": _full(
            ground.holder(str(record["issuer"]), date.fromisoformat(str(record["issued"]))),
            ground.book,
        ),
        "unit": _full(str(record["unit"]), ground.book),
        "basis": _cited(ground.rules.source, ground),
        "date": _day(record["issued"]),
    }


def _findings(case: Case) -> Iterator[Doc]:
    known = {str(finding["id"]): finding for finding in kept.kept(case.ground.book)}
    entries = {entry.code: entry for entry in case.ground.book.entries}
    for place, name in enumerate(cast("list[str]", case.record["findings"]), 1):
        if name in known:
            yield {"number": place} | _finding(known[name], entries)


def _finding(finding: Doc, entries: Mapping[str, Entry]) -> Doc:
    item = str(finding.get("item", ""))
    return {
        "id": finding["id"],
        "fact": finding["fact"],
        "item": item,
        "item_name": entries[item].name if item in entries else "",
        "sources": finding.get("sources", []),
        "found": _day(finding["found"]),
        "gravity": finding.get("gravity", ""),
        "state": kept.state_of(finding),
    }


def _steps(case: Case) -> Iterator[Doc]:
    for step in states.steps_of(case.record):
        yield {
            "move": step["move"],
            "by": _full(str(step["by"]), case.ground.book),
            "date": _day(step["done"]),
            "said": step.get("report") or step.get("reason") or "",
        }


def chain(case: Case) -> Deadline | None:
    """The days by which the last day as it is now was counted; None where a day was given."""
    now = case.standing
    if not now.within:
        return None
    return case.ground.calendar.proof(now.start, Limit.parse(now.within), now.due)


def _days(record: Doc, ground: Ground) -> list[Value]:
    """The days that prove the last day of the notice itself, for its annex."""
    if "within" not in record:
        return []
    start, last = (date.fromisoformat(str(record[key])) for key in ("issued", "deadline"))
    proved = ground.calendar.proof(start, Limit.parse(str(record["within"])), last)
    return [
        {"date": _day(day.day), "number": day.number if day.counts else "", "why": day.why}
        for day in proved.chain
    ]


def _escalation(case: Case) -> Doc:
    """The last step by which it went up."""
    steps = [s for s in states.steps_of(case.record) if s["move"] == states.ESCALATE]
    if not steps:
        raise UsageError(f"“{case.id}”还没有办理抄报。")
    return steps[-1]


def _ledger(step: Doc) -> str:
    return str(cast("Doc", step["assessment"])["ledger"])


def _recipient(role: str, unit: str, book: Book) -> str:
    return _full(unit, book) if unit in book.units else role


def _full(unit: str, book: Book) -> str:
    """A unit's full name, as documents write it; what is no unit as it is."""
    return book.units[unit].name if unit in book.units else unit


def _day(text: object) -> str:
    return chinese_day(date.fromisoformat(str(text)))


def _cited(source: str, ground: Ground) -> str:
    return cite(source, ground.settings.regulations)
