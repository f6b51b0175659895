"""Inspections say what there is (QD615), nobody inspected his own unit (QD616), and self-checks agree with the machine (QD614).

A self-check that says all is well where the machine found something is a contradiction to be explained; whether it
was 弄虚作假 (S2 第十五条) only a person says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.ledger.inspections import (
    FOLDER,
    SELF,
    cases,
    conflicts,
    facts_of,
    latest,
    rows,
    rules_of,
    scope,
)
from qingdan.core.places import inspection_path, sheet_path
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def check(book: Book) -> Iterator[Finding]:
    """Records that name what is not there, and members who inspect themselves."""
    yield from _orphans(book)
    for case in cases(book):
        path = inspection_path(case.id)
        if "units" not in book.unread:
            yield from _unknown(case, path, book)
        if case.kind != SELF:
            for party, unit in conflicts(case.record, book.units):
                who = party.get("role") or called(str(party["unit"]), book.units)
                message = f"检查组成员“{who}”检查了自己的单位{called(unit, book.units)}。"
                fix = "请另行组织检查；本次检查的结果由组织单位决定如何处理。"
                yield found("QD616", message, path, ("members",), unit=unit, fix=fix)


def _orphans(book: Book) -> Iterator[Finding]:
    """Sheets of inspections that are not on record."""
    for path, document in book.documents.items():
        parts = path.split("/")
        if path.startswith(FOLDER) and "sheets" in parts:
            name = str(document["inspection"])
            if name != parts[2] or inspection_path(name) not in book.documents:
                message = f"检查表所属的监督检查“{name}”没有记录，或者与所在的文件夹不符。"
                fix = "请恢复监督检查的记录（inspection.yaml），或把检查表放回原来的位置。"
                yield found("QD615", message, path, ("inspection",), fix=fix)


def _unknown(case: Case, path: str, book: Book) -> Iterator[Finding]:
    fix = "请核对编号，恢复原来的记录。"
    for place, unit in enumerate(scope(case.record, "units")):
        if unit not in book.units:
            message = f"检查范围中的单位“{unit}”不在单位名册中。"
            yield found("QD615", message, path, ("scope", "units", place), fix=fix)
    for unit in case.sheets:
        if unit not in case.units:
            message = f"“{unit}”不在这次检查的单位之内，却有检查表。"
            yield found("QD615", message, sheet_path(case.id, unit), ("id",), fix=fix)


def check_self(book: Book, _world: World) -> Iterator[Finding]:
    """Self-checks that say all is well where the machine found something, and do not explain it."""
    rules = {rule.key: rule for rule in book.rules}
    for case in cases(book):
        for unit, sheet in case.sheets.items() if case.kind == SELF else ():
            for place, rule, facts in _contradictions(sheet, rules):
                message = (
                    f"{called(unit, book.units)}自查对“{rule.question}”答“{rule.expected}”，"
                    f"机器检查发现{len(facts)}个问题，没有说明。"
                )
                fix = "请核对后用 qingdan inspect record 补录说明，或更正回答。"
                at = ("answers", place, "answer")
                yield found(
                    "QD614",
                    message,
                    sheet_path(case.id, unit),
                    at,
                    unit=unit,
                    owner=rule.owner,
                    fix=fix,
                )


def _contradictions(sheet: Doc, rules: dict[str, Rule]) -> Iterator[tuple[int, Rule, list[Doc]]]:
    answers = rows(sheet, "answers")
    for (key,), answer in latest(answers, "rule").items():
        rule = rules.get(key)
        if rule and answer["answer"] == rule.expected and "explanation" not in answer:
            facts = [fact for fact in facts_of(sheet) if key in rules_of(fact)]
            if facts:
                yield answers.index(answer), rule, facts
