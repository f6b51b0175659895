"""The sentences of a bulletin about agreement, findings, rectification, results, inspections, complaints, other quarters.

A section with nothing to tell is an empty text, and the template leaves it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.reports.words import listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.model.bulletins import (
        Agreement,
        Answered,
        Flow,
        Held,
        LedgerFlow,
        Point,
        Practice,
        Rectified,
        ResultsOf,
    )
    from qingdan.model.reports import Tally


def on_agreement(now: Sequence[Agreement], before: Sequence[Agreement], first: str) -> str:
    """Each system against what is public, and how that was at the end of the last quarter; ``first`` day of this one."""
    last = {each.system: each for each in before}
    return "".join(_agrees(each, last.get(each.system), first) for each in now)


def _agrees(each: Agreement, before: Agreement | None, first: str) -> str:
    if not each.taken:
        return f"{each.system}还没有快照，未作比对。"
    said = f"公开的清单与{each.system}（{_day(each.taken)}的配置）比对，"
    said += f"不一致{each.differing}处" if each.differing else "一致"
    said += f"，另有{each.pending}处是已办调整尚待同步" if each.pending else ""
    if before and before.taken and before.differing != each.differing:
        less = before.differing - each.differing
        said += f"，比上季末{'减少' if less > 0 else '增加'}{abs(less)}处"
    elif before and before.taken and each.differing:
        said += "，与上季末持平"
    said += "。"
    return said + ("本季度没有取入新的快照。" if each.taken < first else "")


def _day(text: str) -> str:
    year, month, day = text.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def on_movement(severities: Sequence[Flow], units: Sequence[Flow], *, opened: bool) -> str:
    """What the machine found at the end of the quarter, and what has come and gone since the last one."""
    closing = sum(flow.closing for flow in severities)
    entered, left = (sum(getattr(f, key) for f in severities) for key in ("entered", "left"))
    if not closing:
        gone = f"上季末的{left}个问题已全部解决。" if left else ""
        return f"季末检查，各清单没有发现问题。{gone}"
    kinds = "、".join(f"{flow.name}{flow.closing}个" for flow in severities if flow.closing)
    said = f"季末检查发现问题{closing}个（{kinds}）"
    if opened:
        parts = [f"新发现{entered}个"] if entered else []
        parts += [f"解决{left}个"] if left else []
        said += f"，与上季末相比，{'、'.join(parts) if parts else '没有变化'}"
    return f"{said}。{_where(units)}"


def _where(units: Sequence[Flow]) -> str:
    found = sorted((f for f in units if f.closing and f.name), key=lambda flow: -flow.closing)
    if not found:
        return ""
    if len(found) == 1:
        return f"涉及{found[0].name}。"
    if found[0].closing > found[1].closing:
        return f"涉及{len(found)}个单位，最多的是{found[0].name}（{found[0].closing}个）。"
    return f"涉及{len(found)}个单位。"


def on_kept(flow: LedgerFlow, units: Sequence[LedgerFlow]) -> str:
    """The findings of the ledger: entered, closed, still open, overdue."""
    if not any((flow.opening, flow.entered, flow.returned, flow.closing)):
        return ""
    parts = _moved(
        flow,
        "个",
        (
            ("登记", flow.entered),
            ("复发", flow.returned),
            ("销号", flow.closed),
            ("经核查不成立", flow.void),
        ),
    )
    return f"列入台账的问题，{parts}{_open(flow, units, '个')}。"


def on_notices(
    flow: LedgerFlow, units: Sequence[LedgerFlow], done: Rectified, escalated: int
) -> str:
    """Notices of rectification: served, closed and how quickly, still open, overdue, gone up."""
    if not any((flow.opening, flow.entered, flow.closing, done.closed, escalated)):
        return ""
    parts = _moved(flow, "份", (("下发", flow.entered), ("销号", flow.closed), ("作废", flow.void)))
    said = f"整改通知书，{parts}{_open(flow, units, '份')}。"
    if done.closed:
        rate = (
            "全部按期完成"
            if done.on_time == done.closed
            else f"按期完成{done.on_time}份，按期整改率{done.rate}"
        )
        said += f"本季度销号的{done.closed}份，{rate}，平均用时{done.days}天。"
    return said + (f"逾期未整改或者整改不到位，抄报{escalated}份次。" if escalated else "")


def _moved(flow: LedgerFlow, unit: str, moves: Sequence[tuple[str, int]]) -> str:
    told = [f"季初{flow.opening}{unit}"] if flow.opening else []
    moved = "、".join(f"{word}{count}{unit}" for word, count in moves if count)
    told += [f"本季度{moved}"] if moved else []
    return "，".join(told) if told else "本季度没有变动"


def _open(flow: LedgerFlow, units: Sequence[LedgerFlow], unit: str) -> str:
    if not flow.closing:
        return "，季末已全部办结"
    said = f"，季末尚有{flow.closing}{unit}"
    late = [each.name for each in units if each.overdue]
    if flow.overdue:
        return f"{said}，其中{flow.overdue}{unit}已超过整改期限（{listed(late)}）"
    return f"{said}，没有超过整改期限的"


def on_accountability(sanctions: Sequence[Tally], notices: LedgerFlow) -> str:
    """Who was held to account: kinds and counts, roles only."""
    if sanctions:
        told = "、".join(f"{tally.name}{tally.count}件" for tally in sanctions)
        return f"责任追究情况：{told}。"
    return "本季度没有移送追究责任的情况。" if notices.opening or notices.entered else ""


def on_results(rows: Sequence[ResultsOf], exempt: Sequence[Tally]) -> str:
    """Decisions of the quarter: public in time, late, not at all."""
    whole = sum(row.entered for row in rows)
    if not whole:
        return ""
    on_time, late, overdue, waiting = (
        sum(getattr(row, key) for row in rows) for key in ("on_time", "late", "overdue", "waiting")
    )
    due = on_time + late + overdue
    said = f"本季度登记行政决定{whole}件"
    if due and due == on_time:
        said += f"，应公开的{due}件全部按时公开"
    elif due:
        said += f"，应公开的{due}件中按时公开{on_time}件，按时公开率{percent(on_time, due)}"
        said += f"，迟延公开{late}件" if late else ""
        said += f"，逾期没有公开{overdue}件" if overdue else ""
        said += f"（{listed([row.unit for row in rows if row.late or row.overdue])}）"
    said += f"，尚在公开期限以内{waiting}件" if waiting else ""
    return (
        said
        + ("，依法不公开" + "、".join(f"{t.name}{t.count}件" for t in exempt) if exempt else "")
        + "。"
    )


def on_inspections(held: Sequence[Held], practices: Sequence[Practice]) -> str:
    """Inspections that were held or begun, and good practice."""
    if not held and not practices:
        return ""
    return "".join(_inspected(held)) + "".join(_practised(practices))


def _inspected(held: Sequence[Held]) -> Iterator[str]:
    done = [each for each in held if each.closed]
    open_ = [each for each in held if not each.closed]
    if done:
        yield f"本季度完成监督检查{len(done)}次：{'；'.join(map(_one, done))}。"
    if open_:
        yield f"正在进行{len(open_)}次：{'；'.join(map(_one, open_))}。"


def _one(each: Held) -> str:
    said = f"{each.title}，检查{each.units}个单位"
    said += f"，随机抽取{each.drawn}" if each.drawn else ""
    return said + (
        f"，发现问题{each.problems}个" if each.problems else "，没有发现问题" if each.closed else ""
    )


def _practised(practices: Sequence[Practice]) -> Iterator[str]:
    if practices:
        units = list(dict.fromkeys(each.unit for each in practices))
        yield f"总结经验做法{len(practices)}条（{listed(units)}）。"


def on_complaints(done: Answered) -> str:
    """Complaints and suggestions: how many, answered in time or not."""
    if not any((done.opening, done.received, done.answered)):
        return ""
    said = (
        f"本季度收到投诉举报和意见建议{done.received}件"
        if done.received
        else "本季度没有收到新的投诉举报"
    )
    if done.answered:
        said += f"，答复{done.answered}件，" + (
            "全部在规定时限内" if not done.late else f"其中超过时限{done.late}件"
        )
    if done.closing:
        said += f"；季末尚未答复{done.closing}件"
        said += f"，其中已超过时限{done.overdue}件" if done.overdue else "，均在时限以内"
    return said + "。"


def on_comparison(now: Point, before: Point | None, year_ago: Point | None) -> str:
    """What is worth saying about this quarter beside the last one and the same of last year."""
    if before is None:
        return "这是清单纳入管理以来的第一个季度，没有上季度和去年同期可以比较。"
    changes = [
        f"{what}{'增加' if own > last else '减少'}{abs(own - last)}{unit}"
        for what, own, last, unit in (
            ("办理调整", now.adjusted, before.adjusted, "件"),
            ("逾期申请", now.late, before.late, "件"),
            (
                "季末检查发现的问题",
                now.errors + now.warnings,
                before.errors + before.warnings,
                "个",
            ),
        )
        if own != last
    ]
    said = "与上季度相比，" + ("，".join(changes) if changes else "各项数字持平") + "。"
    return said + ("" if year_ago else "去年同期清单尚未纳入管理，不作比较。")


def withheld(exempt: Sequence[Tally], done: Answered) -> tuple[str, ...]:
    """What the bulletin of any audience does not tell, and why."""
    said = []
    if exempt:
        whole = sum(tally.count for tally in exempt)
        grounds = "、".join(f"{tally.name}{tally.count}件" for tally in exempt)
        said.append(f"{whole}件行政决定依法不予公开（{grounds}），只计数，不登载内容。")
    if done.confidential:
        said.append(f"{done.confidential}件投诉举报的当事人要求保密，只计数，不登载内容。")
    return tuple(said)
