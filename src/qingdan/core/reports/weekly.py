"""周清: what a unit went through in a week (清查梳理), and what it declares done."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast

from qingdan.core.ledger.findings import OPEN, SERVED, by_key, kept, key_of, state_of
from qingdan.core.reports.matter import (
    MOVED_HEAD,
    counted,
    declared,
    found_in,
    moved,
    moved_rows,
    records,
)
from qingdan.core.reports.quarterly import item_of, told_of
from qingdan.core.reports.sentences import on_timeliness
from qingdan.core.wording import chinese_day
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.papers import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qingdan.core.reports.matter import Matter
    from qingdan.model.clocks import Clock
    from qingdan.model.values import Doc

_WAYS = ("adjust", "review", "publish")
"""Clocks of adjustments under way; the others tell of everything else that is owed."""


def _adjustments(matter: Matter) -> Section:
    rows = moved(matter)
    if not rows:
        return Section("事项调整", ("本周没有提出或者办理清单调整。",))
    said = f"本周办理清单调整{len(rows)}件。{on_timeliness(rows)}"
    return Section("事项调整", (said,), MOVED_HEAD, moved_rows(rows))


def _under_way(matter: Matter) -> Section:
    waiting = [clock for clock in matter.clocks if clock.kind in _WAYS]
    return _clocks(
        matter,
        "办理情况",
        waiting,
        "周末没有等待办理的调整。",
        f"周末有{len(waiting)}件调整等待办理",
    )


def _owed(matter: Matter) -> Section:
    due = [clock for clock in matter.clocks if clock.kind not in (*_WAYS, "report")]
    said = f"周末有其他待办{len(due)}件"
    return _clocks(matter, "办理期限", due, "周末没有其他待办的期限。", said)


def _clocks(matter: Matter, title: str, clocks: Sequence[Clock], none: str, some: str) -> Section:
    if not clocks:
        return Section(title, (none,))
    late = sum(clock.count.state == "overdue" for clock in clocks)
    said = some + (f"，其中逾期{late}件。" if late else "，没有逾期。")
    rows = tuple(
        (
            chinese_day(clock.count.last) if clock.count.last else "未定",
            clock.count.words,
            clock.duty,
            clock.owner,
            _about(matter, clock),
        )
        for clock in clocks
    )
    return Section(title, (said,), ("截止日期", "状态", "环节", "由谁办理", "内容"), rows)


def _about(matter: Matter, clock: Clock) -> str:
    """What a clock is about; of a complaint that asked for confidence no more than its kind."""
    record = matter.ground.closing.documents.get(clock.path, {})
    if clock.kind == "complaint" and record.get("confidential") == "是":
        return f"要求保密的{record['kind']}1件"
    return clock.about


def _problems(matter: Matter) -> Section:
    """What the machine finds now, and what the ledger holds open besides."""
    book = matter.ground.closing
    ledger = by_key(book)
    found = found_in(matter)
    keys = {key_of(finding, book) for finding in found}
    rows = [
        (
            SEVERITY_WORDS[finding.severity],
            item_of(finding),
            told_of(finding),
            _state(ledger.get(key_of(finding, book))),
        )
        for finding in found
    ]
    open_ = [
        record
        for record in kept(book)
        if state_of(record) in {OPEN, SERVED}
        and str(record["key"]) not in keys
        and matter.concerns(str(record.get("unit", "")))
    ]
    rows += [
        (
            "登记",
            str(record.get("item", "")),
            f"{record['fact']}（{record['source']}）",
            state_of(record),
        )
        for record in open_
    ]
    if not rows:
        return Section("检查问题", ("周末检查没有发现问题，台账中没有尚未处理的问题。",))
    said = f"周末检查发现{counted(found)}。" if found else "周末检查没有发现问题。"
    said += f"台账中另有尚未处理的问题{len(open_)}个。" if open_ else ""
    return Section("检查问题", (said,), ("程度", "事项", "问题", "台账"), tuple(rows))


def _state(record: Doc | None) -> str:
    return state_of(record) if record else "未登记"


def _results(matter: Matter) -> Section:
    span, served, hidden = matter.ground.quarter, 0, 0
    for document in records(matter, "ledger/results/"):
        if matter.concerns(str(document["unit"])):
            for row in cast("list[Doc]", document["rows"]):
                if span.holds(date.fromisoformat(str(row["served"]))):
                    served += 1
                    hidden += "published" not in row and "exempt" not in row
    if not served:
        return Section("运行结果", ("本周没有登记行政决定。",))
    said = f"本周登记送达的行政决定{served}件"
    return Section(
        "运行结果",
        (said + (f"，尚未公开{hidden}件。" if hidden else "，均已公开或者依法不公开。"),),
    )


def _complaints(matter: Matter) -> Section:
    span, came, answered, waiting = matter.ground.quarter, 0, 0, 0
    for document in records(matter, "ledger/complaints/"):
        if not matter.concerns(str(document["unit"])):
            continue
        came += span.holds(date.fromisoformat(str(document["received"])))
        answer = cast("Doc | None", document.get("answer"))
        answered += bool(answer) and span.holds(date.fromisoformat(str((answer or {})["done"])))
        waiting += answer is None
    if not came and not answered and not waiting:
        return Section("投诉举报", ("本周没有收到投诉举报，也没有尚未答复的。",))
    said = f"本周收到投诉举报{came}件，答复{answered}件，周末尚未答复{waiting}件。"
    return Section("投诉举报", (said,))


PARTS: Mapping[str, Callable[[Matter], Section]] = {
    "事项调整": _adjustments,
    "办理情况": _under_way,
    "办理期限": _owed,
    "检查问题": _problems,
    "运行结果": _results,
    "投诉举报": _complaints,
    "完成情况": partial(declared, part="完成情况"),
    "下步安排": partial(declared, part="下步安排"),
}
"""Part of the report to what makes it."""
