"""The tables of a bulletin as sheets: ranking, what was deducted, findings, adjustments, lists, comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.bulletins import Flow
    from qingdan.model.findings import Severity
    from qingdan.model.reports import Bulletin

_WIDE, _WIDER = 24, 60
_NUMBERS = frozenset(
    (
        *("名次", "得分", "序号", "期初在用", "列入", "恢复", "取消", "暂停", "期末在用"),
        *("上季末", "新发现", "解决", "季末", "本季度", "上季度", "去年同期"),
    )
)
"""The columns that a spreadsheet can reckon with."""
_TIMELY = {None: "不计", True: "按时", False: "逾期"}


_ADJUSTED = (
    *(
        ("申请日期", 14),
        ("单位", _WIDE),
        ("类型", 14),
        ("事项", 40),
        ("情形", _WIDE),
        ("理由", _WIDER),
    ),
    *(("申请期限", 14), ("用时", 14), ("是否按时", 10), ("逾期理由", 40), ("调整编号", 28)),
)


def grids(made: Bulletin) -> tuple[Grid, ...]:
    """The sheets of which there is something to tell."""
    return tuple(grid for grid in _all(made) if grid.rows)


def _all(made: Bulletin) -> Iterator[Grid]:
    yield _grid(
        "排名",
        (("名次", 8), ("单位", _WIDE), ("得分", 10), ("计算过程", _WIDER)),
        ((row.rank, row.unit, row.score, row.arithmetic) for row in made.ranking),
    )
    yield _grid(
        "扣分事实",
        (("单位", _WIDE), ("扣分项", _WIDE), ("事实", _WIDER), ("出处", _WIDE)),
        ((row.unit, row.line, row.fact, row.reference) for row in made.charged),
    )
    yield _grid(
        "问题",
        (("单位", _WIDE), ("程度", 8), ("编码", 10), ("事项", _WIDE), ("问题", _WIDER)),
        (
            (row.unit, _severity(row.severity), row.code, row.item, row.message)
            for row in made.problems
        ),
    )
    yield _flows("各单位问题", "单位", made.unit_flows)
    yield _grid(
        "各条规定",
        (("序号", 8), ("规定", 40), ("检查内容", _WIDER), *_FLOW),
        ((row.number, row.article, row.question, *_counts(row.flow)) for row in made.rule_flows),
    )
    yield _grid(
        "调整",
        _ADJUSTED,
        (
            (
                *(row.applied, row.unit, row.kind, "、".join(row.items), row.trigger, row.reason),
                *(row.deadline, row.used, _TIMELY[row.on_time], row.late_reason, row.record),
            )
            for row in made.adjustments
        ),
    )
    yield _grid(
        "清单",
        (
            ("清单", _WIDE),
            ("期初在用", 10),
            ("列入", 8),
            ("恢复", 8),
            ("取消", 8),
            ("暂停", 8),
            ("期末在用", 10),
        ),
        (
            (
                row.title,
                row.opening,
                row.entered,
                row.resumed,
                row.cancelled,
                row.suspended,
                row.closing,
            )
            for row in made.stocks
        ),
    )
    yield _grid(
        "比较",
        (
            ("项目", 30),
            ("本季度", 12),
            ("上季度", 12),
            ("增减", 10),
            ("去年同期", 12),
            ("增减", 10),
        ),
        (
            (row.title, row.now, row.before, row.change, row.year_ago, row.year_change)
            for row in made.compared
        ),
    )


_FLOW = (("上季末", 10), ("新发现", 10), ("解决", 10), ("季末", 10))


def _flows(name: str, what: str, flows: Iterable[Flow]) -> Grid:
    return _grid(
        name,
        ((what, _WIDE), *_FLOW),
        ((flow.name or "（没有单位）", *_counts(flow)) for flow in flows),
    )


def _counts(flow: Flow) -> tuple[int, ...]:
    return (flow.opening, flow.entered, flow.left, flow.closing)


def _severity(name: str) -> str:
    return SEVERITY_WORDS[cast("Severity", name)]


def _grid(
    name: str, columns: Iterable[tuple[str, int]], rows: Iterable[tuple[object, ...]]
) -> Grid:
    made = tuple(
        Column(f"c{place}", title, width, number=title in _NUMBERS)
        for place, (title, width) in enumerate(columns)
    )
    return Grid(name, made, tuple(tuple(map(str, row)) for row in rows))
