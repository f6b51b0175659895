"""Findings of the ledger move lawfully (QD612): no step that could not be taken, none closed without evidence.

Closed with a notice, its evidence stands in the record of the rectification.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.ledger.findings import MOVES, STATES, by_machine, kept
from qingdan.core.places import finding_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def check(book: Book) -> Iterator[Finding]:
    """Steps that do not follow from the one before, and closings that nothing proves."""
    for record in kept(book):
        for place, why in _wrong(record):
            fix = "问题用 qingdan ledger 的命令办理；有误的，追加一步说明。"
            path, at = finding_path(str(record["id"])), ("steps", place)
            unit = str(record["unit"])
            yield found("QD612", f"第{place + 1}步“{why}。", path, at, unit=unit, fix=fix)


def _wrong(record: Doc) -> Iterator[tuple[int, str]]:
    steps = cast("list[Doc]", record["steps"])
    if steps[0]["move"] != "登记":
        yield 0, f"{steps[0]['move']}”之前没有登记"
    for place, (before, step) in enumerate(pairwise(steps), 1):
        state, move = STATES[str(before["move"])], str(step["move"])
        if move not in MOVES[state]:
            yield place, f"{move}”不能在“{state}”时办理"
        elif str(step["done"]) < str(before["done"]):
            yield place, f"{move}”的日期早于上一步"
        elif move == "销号" and not (step.get("evidence") or step.get("notice")):
            yield place, "销号”没有证据"
        elif move == "销号" and by_machine(record) and "commit" not in step:
            yield place, "销号”没有写明重新检查的版本"
