"""月结: a list over a month by its owner: 汇总、分析、研判."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from qingdan.core.checks.registry import SYSTEM_CODES
from qingdan.core.citing import articles_of
from qingdan.core.ledger.held import duty_of, editions
from qingdan.core.places import system_path
from qingdan.core.reports.matter import (
    MOVED_HEAD,
    counted,
    declared,
    found_in,
    found_in_list,
    moved,
    moved_rows,
)
from qingdan.core.reports.quarterly import reconciled, stock
from qingdan.core.reports.sentences import on_timeliness
from qingdan.core.units import called
from qingdan.core.wording import chinese_day, written_day
from qingdan.model.codes import CODES
from qingdan.model.errors import CalendarError
from qingdan.model.papers import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from qingdan.core.reports.ends import Ground
    from qingdan.core.reports.matter import Matter
    from qingdan.model.findings import Finding
    from qingdan.model.periods import Span
    from qingdan.model.reports import Stock
    from qingdan.model.settings import Period, SystemSettings
    from qingdan.model.values import Doc


def _stocks(matter: Matter) -> Section:
    found = [
        each
        for name, each in zip(matter.ground.settings.lists, reconciled(matter.ground), strict=True)
        if name in matter.lists
    ]
    moves = [
        f"{word}{count}项"
        for word, count in (
            ("列入", sum(each.entered for each in found)),
            ("恢复", sum(each.resumed for each in found)),
            ("取消", sum(each.cancelled for each in found)),
            ("暂停", sum(each.suspended for each in found)),
        )
        if count
    ]
    said = f"月末在用事项{sum(each.closing for each in found)}项，"
    said += f"本月{'、'.join(moves)}。" if moves else "本月没有增减。"
    head = ("清单", "月初在用", "列入", "恢复", "取消", "暂停", "月末在用")
    return Section("清单汇总", (said,), head, tuple(map(_stock_row, found)), "项")


def _stock_row(each: Stock) -> tuple[str, ...]:
    counts = (each.opening, each.entered, each.resumed, each.cancelled, each.suspended)
    return (each.title, *map(str, counts), str(each.closing))


def _adjustments(matter: Matter) -> Section:
    rows = moved(matter)
    if not rows:
        return Section("事项调整", ("本月没有办理清单调整。",))
    kinds = Counter(row.kind for row in rows)
    said = f"本月{len({row.unit for row in rows})}个单位办理清单调整{len(rows)}件："
    said += "、".join(f"{kind}{count}件" for kind, count in kinds.most_common()) + "。"
    return Section("事项调整", (said,), MOVED_HEAD, moved_rows(rows))


def _timeliness(matter: Matter) -> Section:
    rows = moved(matter)
    clocked = [row for row in rows if row.on_time is not None]
    if not clocked:
        return Section("时效分析", ("本月没有计算申请期限的调整。",))
    table = tuple(
        (
            row.unit,
            "、".join(row.items),
            written_day(row.deadline),
            written_day(row.applied),
            row.used,
            row.late_reason,
        )
        for row in clocked
    )
    head = ("单位", "事项", "申请期限", "申请日期", "用时", "逾期理由")
    return Section("时效分析", (on_timeliness(rows),), head, table)


def _systems(matter: Matter) -> Section:
    """How far each system agrees with what is public of the lists."""
    settings, book = matter.ground.settings, matter.ground.closing
    rows = []
    for system in settings.systems.values():
        if not set(system.lists) & set(matter.lists):
            continue
        document = book.documents.get(system_path(system.id))
        found = [each for each in _of_systems(matter) if _names(each, system)]
        taken = written_day(str(document["taken"])) if document else "没有快照"
        rows.append((system.title, taken, str(len(found)) if document else "未比对", _kinds(found)))
    if not rows:
        return Section("系统比对", ("没有承载这类清单的信息系统，未作比对。",))
    wrong = sum(int(row[2]) for row in rows if row[2].isdigit())
    compared = [row for row in rows if row[2].isdigit()]
    if not compared:
        said = "各信息系统还没有快照，未作比对。"
    else:
        said = f"月末与信息系统比对，不一致{wrong}处。" if wrong else "月末与信息系统比对一致。"
    return Section("系统比对", (said,), ("系统", "快照日期", "不一致", "分类"), tuple(rows))


def _of_systems(matter: Matter) -> tuple[Finding, ...]:
    found = found_in_list(matter, matter.ground)
    return tuple(each for each in found if each.code in SYSTEM_CODES)


def _names(finding: Finding, system: SystemSettings) -> bool:
    return (
        finding.path == system_path(system.id)
        or system.id in finding.at
        or system.title in finding.message
    )


def _kinds(findings: list[Finding]) -> str:
    counts = Counter(finding.code for finding in findings)
    return "、".join(f"{CODES[code].title}{count}处" for code, count in sorted(counts.items()))


def _problems(matter: Matter) -> Section:
    """Findings by kind and unit: where they are many, and of what sort."""
    found = found_in(matter)
    if not found:
        return Section("问题分析", ("月末检查没有发现问题。",))
    units = matter.ground.closing.units
    grouped = Counter((finding.code, finding.unit) for finding in found)
    asked: dict[tuple[str, str], set[str]] = {}
    for finding in found:
        asked.setdefault((finding.code, finding.unit), set()).update(finding.rules)
    rows = tuple(
        (
            CODES[code].title if code in CODES else code,
            called(unit, units) if unit else "",
            str(count),
            "、".join(_articles(matter, asked[code, unit])),
        )
        for (code, unit), count in grouped.most_common()
    )
    said = f"月末检查发现{counted(found)}。"
    (code, unit), most = grouped.most_common(1)[0]
    if sum(count == most for count in grouped.values()) == 1 and len(grouped) > 1:
        who = called(unit, units) if unit else "各单位共有的"
        title = CODES[code].title if code in CODES else code
        said += f"最多的是{who}“{title}”{most}个。"
    return Section("问题分析", (said,), ("问题", "单位", "个数", "涉及的规定"), rows)


def _articles(matter: Matter, rules: Collection[str]) -> Iterator[str]:
    """The articles of rules in words, in the order of the packs."""
    regulations = matter.ground.settings.regulations
    known = (rule for rule in matter.ground.closing.rules if rule.key in rules)
    yield from dict.fromkeys(next(articles_of(rule, regulations)) for rule in known)


def _comparison(matter: Matter) -> Section:
    if matter.earlier is None:
        return Section("上期对比", ("上月末还没有清单，无从对比。",))
    before, now = _figures(matter, matter.earlier), _figures(matter, matter.ground)
    rows = tuple(
        (name, str(before[name]), str(count), _difference(count - before[name]))
        for name, count in now.items()
    )
    same = before == now
    said = "各项数目与上月相同。" if same else _notable(before, now)
    return Section("上期对比", (said,), ("指标", "上月", "本月", "增减"), rows)


def _figures(matter: Matter, ground: Ground) -> dict[str, int]:
    rows = moved(matter, ground)
    found = found_in(matter, ground)
    return {
        "期末在用事项": sum(stock(ground, name).closing for name in matter.lists),
        "办理调整": len(rows),
        "逾期申请": sum(row.on_time is False for row in rows),
        "期末问题": len(found),
        "其中系统不一致": sum(each.code in SYSTEM_CODES for each in found),
    }


def _difference(count: int) -> str:
    return f"＋{count}" if count > 0 else (f"－{-count}" if count else "持平")


def _notable(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    words = [
        f"{name}由{before[name]}{'增加' if count > before[name] else '减少'}到{count}"
        for name, count in now.items()
        if count != before[name]
    ]
    return f"与上月相比，{'，'.join(words)}。"


def _weeks(matter: Matter) -> Section:
    """Who has cleared the weeks that end in the month."""
    settings = matter.ground.settings
    duty = duty_of(settings, "week")
    if duty is None:
        return Section("周清情况", ("没有规定周清。",))
    held = list(matter.ledger.due(duty, matter.ground.quarter, settings))
    if not held:
        return Section("周清情况", (f"本月没有应当办结的{duty.name}。",))
    weeks = list(dict.fromkeys(span for span, _, _ in held))
    marks = {(scope.unit, span): _mark(record, span, duty, matter) for span, scope, record in held}
    units = sorted({scope.unit for _, scope, _ in held})
    rows = tuple(
        (
            called(unit, matter.ground.closing.units),
            *(marks.get((unit, span), "不计") for span in weeks),
        )
        for unit in units
    )
    missing = sum(record is None for _, _, record in held)
    said = f"本月应办{duty.name}{len(held)}份，办结{len(held) - missing}份"
    said += f"，缺{missing}份。" if missing else "，没有缺报。"
    return Section("周清情况", (said,), ("单位", *(f"第{w.name[5:]}周" for w in weeks)), rows)


def _mark(record: Doc | None, span: Span, duty: Period, matter: Matter) -> str:
    if record is None:
        return "缺"
    day = date.fromisoformat(str(editions(record)[0]["day"]))
    try:
        due = matter.ground.calendar.deadline(span.last, duty.due).last
    except CalendarError:
        return "已办结"
    return "按时" if day <= due else f"逾期（{chinese_day(day)}）"


PARTS: Mapping[str, Callable[[Matter], Section]] = {
    "清单汇总": _stocks,
    "事项调整": _adjustments,
    "时效分析": _timeliness,
    "系统比对": _systems,
    "问题分析": _problems,
    "上期对比": _comparison,
    "周清情况": _weeks,
    "研判意见": partial(declared, part="研判意见"),
}
"""Part of the report to what makes it."""
