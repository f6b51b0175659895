"""Clocks that run out soon or have run out, as findings (QD425): what a forge shows beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.checks.report import found
from qingdan.model.errors import CalendarError
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from qingdan.core.checks.world import World
    from qingdan.model.clocks import Clock
    from qingdan.model.findings import Finding

_WORKING = Limit(1, "工作日")
_CURES = {
    "law": "请对照新的条文核对，按程序申请调整（--trigger basis-changed）。",
    "adjust": "请改正后用 qingdan adjust submit {record} 重新上报。",
    "review": "请用 qingdan review show {record} 查看，再通过或者退回。",
    "publish": "请公布并登记公布记录。",
    "report": "请用 qingdan report 生成，加 --record 办结。",
    "complaint": "请查清答复后用 qingdan ledger answer {record} 登记答复。",
    "expiry": "请续办并在名册中登记；不再续办的，按程序调整所涉事项。",
    "rectify": "请按时办理，办结后用 qingdan rectify 登记，见 qingdan rectify show {record}。",
    "inspect": "请按时办理，办结后用 qingdan inspect 登记。",
}


def findings(
    clocks: Iterable[Clock], cited: Mapping[str, str], world: World, within: int
) -> Iterator[Finding]:
    """An error for each clock that has run out, a warning for each with at most so many working days left."""
    for clock in clocks:
        if clock.count.state == "overdue":
            yield replace(_finding(clock, cited), severity="error")
        elif clock.count.last and _left(clock.count.last, world) <= within:
            yield _finding(clock, cited)


def _left(last: date, world: World) -> int:
    """Working days after today up to the last day; calendar days where nobody knows the holidays yet."""
    try:
        return world.calendar.elapsed(world.today, last, _WORKING)
    except CalendarError:
        return (last - world.today).days


def _finding(clock: Clock, cited: Mapping[str, str]) -> Finding:
    last = f"，最迟{clock.count.last}" if clock.count.last else ""
    article = f"（{cited[clock.source]}）" if clock.source else ""
    made = found(
        "QD425",
        f"{clock.owner}应当办理“{clock.duty}”，{clock.count.words}{last}{article}：{clock.about}。",
        clock.path,
        clock.at,
        item=clock.items[0] if len(clock.items) == 1 else "",
        unit=clock.concerned[0] if clock.concerned else "",
        owner=clock.owner,
        fix=_CURES[clock.kind].format(record=clock.record),
    )
    return replace(made, sources=(cited[clock.source],) if clock.source else ())
