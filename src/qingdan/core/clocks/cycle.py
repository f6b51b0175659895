"""What must still be held for a period: reports (周清, 月结, 季通报, 年考核), inspections and conferences; what these decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.core.clocks.counting import by_date, by_limit
from qingdan.core.ledger.conferring import open_decisions
from qingdan.core.ledger.held import CONFER, REPORT, due_source_of, owed, supervisor
from qingdan.core.units import called
from qingdan.model.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.clocks.ground import Ground
    from qingdan.core.ledger.conferring import Decision
    from qingdan.core.ledger.held import Owed
    from qingdan.model.periods import Kind

SOON: Mapping[Kind, timedelta] = {
    "week": timedelta(days=2),
    "month": timedelta(days=7),
    "quarter": timedelta(days=30),
    "year": timedelta(days=30),
}
"""So long before a period's end what must be held in it is shown."""


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each duty of a period that ends soon or is over, and is not on record; one for each open decision."""
    for each in owed(ground.book, ground.world.today):
        if each.span.last - SOON[each.span.kind] <= ground.world.today:
            yield _clock(each, ground)
    for decision in open_decisions(ground.book):
        yield _decision(decision, ground)


def _clock(each: Owed, ground: Ground) -> Clock:
    period, settings = each.period, ground.settings
    role = supervisor(period, each.scope, settings)
    holder = each.unit or settings.holder(role, ground.world.today)
    kind = "report" if period.held_by == REPORT else "inspect"
    title = each.scope.about(settings)
    about = f"（{title}）" if title else ""
    return Clock(
        kind,
        f"{kind} {period.name} {each.span.name} {each.scope.key or each.scope.role}",
        period.name,
        f"{each.span.title}的{period.name}{about}",
        called(each.unit, ground.book.units) if each.unit else role,
        by_limit(each.span.last, period.due, ground.world),
        () if each.unit else (role,),
        (holder,) if holder else (),
        (each.unit,) if each.unit else (),
        source=due_source_of(period, each.scope, settings),
    )


def _decision(each: Decision, ground: Ground) -> Clock:
    """A decision of a conference until the day that was set for it."""
    span = periods.named(each.period)
    duty = next((one for one in ground.settings.periods if one.held_by == CONFER), None)
    holder = each.unit or ground.settings.holder(each.role, ground.world.today)
    return Clock(
        "inspect",
        f"inspect 议定事项 {each.period} {each.number}",
        "议定事项",
        f"{span.title if span else each.period}会商第{each.number}项：{each.text}",
        each.owner(ground.book.units),
        by_date(each.day, each.due, None, ground.world),
        (each.role,) if each.role else (),
        (holder,) if holder else (),
        (each.unit,) if each.unit else (),
        source=duty.source if duty else "",
        path=each.path,
        at=("decisions", each.place),
    )
