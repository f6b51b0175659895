"""A bulletin whose numbers contradict one another, the lists or the ledger is not made: who is the matter is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.reports.ends import entries
from qingdan.core.reports.moving import astray
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.core.reports.ends import Ground
    from qingdan.core.reports.moving import Move
    from qingdan.model.bulletins import Flow
    from qingdan.model.items import Entry
    from qingdan.model.reports import Problem, Stock, Tally, UnitStock
    from qingdan.model.values import Doc

_LEDGER = "ledger/"
_NAMED = 10
"""How many items a refusal names; of more it says how many they are."""


def refuse_unread(ground: Ground) -> None:
    """Raise RefusedError naming the records of the ledger that cannot be read: no count would have them."""
    known = ground.closing.documents
    unread = dict.fromkeys(
        each.path
        for each in ground.findings
        if each.path.startswith(_LEDGER) and each.path not in known
    )
    if unread:
        raise RefusedError(
            f"台账中以下文件有误，其中的内容统计不到，通报没有生成：{'、'.join(unread)}。"
            "请先用 qingdan validate 查看并改正。"
        )


def reconcile_lists(
    ground: Ground,
    stocks: Sequence[Stock],
    units: Sequence[UnitStock],
    types: Sequence[Tally],
    records: Sequence[Doc],
) -> None:
    """Raise RefusedError where the numbers of the bulletin would contradict one another or the ledger."""
    for place, stock in enumerate(stocks):
        moved = stock.opening + stock.entered + stock.resumed - stock.cancelled - stock.suspended
        by_unit = sum(unit.counts[place] for unit in units)
        if not moved == stock.closing == by_unit:
            raise RefusedError(
                f"{stock.title}的数目对不上：期初加减本期变动为{moved}项，期末为{stock.closing}项，各单位合计{by_unit}项。"
            )
    powers = next(
        (
            s.closing
            for name, s in zip(ground.settings.lists, stocks, strict=True)
            if name == "powers"
        ),
        0,
    )
    if sum(tally.count for tally in types) != powers:
        raise RefusedError("行政权责清单按类别的合计与总数对不上。")
    loose = [f"{entry.name}（{entry.code}）" for entry in _unaccounted(ground, records)]
    if loose:
        named = "、".join(loose[:_NAMED]) + (f"等{len(loose)}项" if len(loose) > _NAMED else "")
        raise RefusedError(
            f"以下事项本期有列入、取消或暂停、恢复，却没有调整记录，报告的数目与台账对不上：{named}。"
            "请先用 qingdan validate --commits 查明并补办手续。"
        )


def reconcile_findings(
    severities: Sequence[Flow], units: Sequence[Flow], problems: Sequence[Problem]
) -> None:
    """Raise RefusedError where findings by severity, by unit and one by one are not the same number."""
    for flow in (*severities, *units):
        if flow.opening + flow.entered - flow.left != flow.closing:
            raise RefusedError(f"“{flow.name}”的问题数对不上：期初加新发现减解决不等于期末。")
    sums = {sum(flow.closing for flow in flows) for flows in (severities, units)}
    if sums != {len(problems)}:
        raise RefusedError(f"季末问题按程度、按单位的合计与逐项列出的{len(problems)}个对不上。")


def reconcile_ledger(found: Iterable[Move]) -> None:
    """Raise RefusedError naming the records whose steps do not lead from what they were to what they are."""
    lost = astray(found)
    if lost:
        raise RefusedError(
            f"台账中以下记录对不上（期初加登记、复发减销号、不成立，不等于期末；记录被删除或者改写过）：{'、'.join(lost)}。"
            "请先用 qingdan validate --commits 查明并恢复原来的内容。"
        )


def _unaccounted(ground: Ground, records: Sequence[Doc]) -> Iterator[Entry]:
    """Items whose state changed in the quarter without a record that names them or their list."""
    old = entries(ground.opening)
    codes = {code for record in records for code in cast("list[str]", record.get("items") or ())}
    lists = {name for record in records for name in cast("list[str]", record.get("lists") or ())}
    for code, entry in entries(ground.closing).items():
        before = old[code].state if code in old else ""
        if (
            before != entry.state
            and code not in codes
            and not (before == "" and entry.list in lists)
        ):
            yield entry
