"""Inspections under way, and what follows them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.core.clocks.counting import by_day
from qingdan.core.ledger.inspections import CLOSED, NOTIFIED, SELF, cases, next_stage, parties
from qingdan.core.places import inspection_path
from qingdan.core.units import called
from qingdan.model.clocks import Clock, Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.clocks.ground import Ground
    from qingdan.core.ledger.inspections import Case


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each inspection that is not at its end."""
    for case in cases(ground.book):
        yield from _case(case, ground)


def _case(case: Case, ground: Ground) -> Iterator[Clock]:
    if case.step(CLOSED) is None:
        last = date.fromisoformat(str(case.record["to"]))
        yield _clock(
            case, _waits_for(case), _organiser(case, ground), by_day(last, ground.world.today)
        )
        return
    stage = next_stage(case, ground.settings)
    if stage:
        unit = ground.settings.holder(stage.by, ground.world.today)
        owner = f"{stage.by}（{called(unit, ground.book.units)}）" if unit else stage.by
        count = Count("open", "未设时限")
        yield _clock(
            case, stage.stage, (owner, (stage.by,), (unit,) if unit else ()), count, stage.source
        )


_Party = tuple[str, tuple[str, ...], tuple[str, ...]]
"""How whoever must act is called, his roles, his units."""


def _organiser(case: Case, ground: Ground) -> _Party:
    party = parties(case.record)[0]
    role, unit = str(party.get("role", "")), str(party.get("unit", ""))
    if case.kind == SELF:
        waiting = tuple(code for code in case.units if code not in case.sheets)
        return role or SELF, (), waiting or case.units
    name = called(unit, ground.book.units)
    return f"{role}（{name}）" if role else name, (role,) if role else (), (unit,) if unit else ()


def _waits_for(case: Case) -> str:
    if any(unit not in case.sheets for unit in case.units):
        if case.kind != SELF and case.step(NOTIFIED) is None and not case.sheets:
            return "通知检查"
        return "填报检查表"
    return "评定"


def _clock(case: Case, duty: str, party: _Party, count: Count, source: str = "") -> Clock:
    owner, roles, units = party
    about = f"监督检查{case.id}：{case.record['title']}"
    key = f"inspect {case.id} {duty}"
    return Clock(
        "inspect",
        key,
        duty,
        about,
        owner,
        count,
        roles,
        units,
        case.units,
        record=case.id,
        source=source,
        path=inspection_path(case.id),
    )
