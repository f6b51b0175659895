"""The charts of a bulletin: ranking, days used, the run of the quarters, where the problems are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.reports.moving import spread
from qingdan.core.reports.timing import MANY
from qingdan.core.units import called
from qingdan.model.charts import Chart, HeatMap, Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.reports.moving import Judged
    from qingdan.model.bulletins import Point, RuleFlow
    from qingdan.model.reports import Ranked

RANKING, DAYS, TREND, HEAT = "ranking", "days", "trend", "heat"
_MOST_BARS, _MOST_COLUMNS, _TOLD = 40, 12, 12
"""So many bars fit on a page, so many columns are still read, so many are told in words."""


def ranking(ranked: Sequence[Ranked], full: int) -> Iterator[Chart]:
    """The units' scores, best first; of many the last ones, where there is something to see. None where all are full."""
    if not any(row.score != str(full) for row in ranked):
        return
    shown = ranked[-_MOST_BARS:]
    title = "各单位得分" if len(shown) == len(ranked) else f"得分较低的{len(shown)}个单位"
    told = "、".join(f"{row.unit}{row.score}分" for row in shown[-_TOLD:])
    some = f"，其中得分较低的{_TOLD}个" if len(shown) > _TOLD else ""
    yield Chart(
        RANKING,
        "bars",
        title,
        "分",
        tuple(row.unit for row in shown),
        (Series("得分", tuple(float(row.score) for row in shown)),),
        f"横条图，{len(shown)}个单位的得分由高到低{some}：{told}。",
        full,
    )


def days(counts: Mapping[str, Mapping[int, tuple[int, int]]], within: str) -> Iterator[Chart]:
    """How many adjustments took how many days; by the measure in which most of them are counted."""
    if not counts:
        return
    measure = max(counts, key=lambda each: sum(map(sum, counts[each].values())))
    used = counts[measure]
    places = range(max(used) + 1)
    in_time, late = ([used.get(day, (0, 0))[row] for day in places] for row in (0, 1))
    names = [f"{day}" if day < MANY else f"{MANY}以上" for day in places]
    counted = (("按时", in_time), ("逾期", late))
    rows = [
        Series(name, tuple(count or None for count in row)) for name, row in counted if any(row)
    ]
    word = "工作日" if measure == "工作日" else "日"
    told = "，".join(
        f"用时{name}个{word}的{sum(pair)}件" if word == "工作日" else f"用时{name}日的{sum(pair)}件"
        for name, pair in zip(names, zip(in_time, late, strict=True), strict=True)
        if sum(pair)
    )
    yield Chart(
        DAYS,
        "columns",
        f"提出调整申请用时分布（横轴为{word}数，时限{within}）",
        "件",
        tuple(names),
        tuple(rows),
        f"柱形图，{told}；逾期{sum(late)}件。",
    )


def trend(points: Sequence[Point]) -> Iterator[Chart]:
    """Problems at the ends of the quarters; nothing where there is only one, or never a problem."""
    rows = [
        Series(name, tuple(getattr(point, key) for point in points))
        for name, key in (("错误", "errors"), ("警告", "warnings"), ("与系统不一致", "differing"))
    ]
    rows = [row for row in rows if any(row.values)]
    if len(points) < 2 or not rows:
        return
    names = tuple(point.period for point in points)
    told = "；".join(
        f"{row.name}："
        + "、".join(
            f"{name}{value:g}个"
            for name, value in zip(names, row.values, strict=True)
            if value is not None
        )
        for row in rows
    )
    yield Chart(
        TREND, "lines", "各季末检查发现的问题", "个", names, tuple(rows), f"折线图，{told}。"
    )


def heat(judged: Judged, rules: Sequence[RuleFlow]) -> Iterator[HeatMap]:
    """Units against the rules that most findings break; the columns go by the numbers of the table of rules."""
    shown = [rule for rule in rules if rule.flow.closing][:_MOST_COLUMNS]
    names = {
        each.unit: called(each.unit, judged.book.units) for each in judged.findings if each.unit
    }
    cells = dict(
        zip(names, spread(judged.findings, list(names), [rule.rule for rule in shown]), strict=True)
    )
    units = sorted(
        (unit for unit in names if any(cells[unit])), key=lambda unit: (-sum(cells[unit]), unit)
    )
    if len(units) < 2 or not shown:
        return
    most = units[0]
    yield HeatMap(
        HEAT,
        "各单位问题分布（列为规定的序号，格内为问题数）",
        "个",
        tuple(names[unit] for unit in units),
        tuple(str(rule.number) for rule in shown),
        tuple(cells[unit] for unit in units),
        f"{len(units)}个单位在{len(shown)}条规定上的问题数，问题最多的是{names[most]}（{sum(cells[most])}项次）。",
    )
