"""Rectifications under way: what the unit owes until its last day, and what waits for who served the notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.clocks.counting import by_date, by_limit
from qingdan.core.rectification import states
from qingdan.core.units import called
from qingdan.model.clocks import Clock, Count
from qingdan.model.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.clocks.ground import Ground
    from qingdan.core.rectification.states import Standing
    from qingdan.model.values import Doc

_DUTIES = {
    states.RUNNING: "整改",
    states.INADEQUATE: "重新整改",
    states.ESCALATED: "整改（已抄报）",
    states.HANDED_OVER: "整改（已移送）",
    states.SANCTIONED: "整改（已处理）",
}


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each that is not at its end: to rectify, or to verify; and one to escalate what is overdue."""
    for _, record in states.records(ground.book):
        now = states.standing(record)
        if now.state == states.REPLIED:
            yield _verify(record, now, ground)
        elif now.state in states.OWED:
            yield _rectify(record, now, ground)
            overdue = now.state in states.MAY_ESCALATE and now.overdue(ground.world.today)
            if overdue and not states.unsent(record, ground.settings):
                yield _escalate(record, now, ground)


def _rectify(record: Doc, now: Standing, ground: Ground) -> Clock:
    unit = str(record["unit"])
    limit = Limit.parse(now.within) if now.within else None
    count = by_date(now.start, now.due, limit, ground.world)
    owner = called(unit, ground.book.units)
    source = ground.settings.rectification.source if ground.settings.rectification else ""
    duty = _DUTIES[now.state]
    return _clock(record, duty, owner, (unit,), count, source)


def _verify(record: Doc, now: Standing, ground: Ground) -> Clock:
    rules = ground.settings.rectification
    within = rules.verify_within if rules else None
    count = by_limit(now.since, within, ground.world) if within else Count("open", "未设时限")
    owner, units = _issuer(record, ground)
    source = rules.verify_source if rules else ""
    return _clock(record, "核查", owner, units, count, source)


def _escalate(record: Doc, now: Standing, ground: Ground) -> Clock:
    owner, units = _issuer(record, ground)
    source = ground.settings.rectification.source if ground.settings.rectification else ""
    count = by_date(now.due, now.due, None, ground.world)
    return _clock(record, "抄报", owner, units, count, source)


def _issuer(record: Doc, ground: Ground) -> tuple[str, tuple[str, ...]]:
    role = str(record["issuer"])
    unit = ground.settings.holder(role, ground.world.today)
    name = f"{role}（{called(unit, ground.book.units)}）" if unit else role
    return name, (unit,) if unit else ()


def _clock(
    record: Doc, duty: str, owner: str, units: tuple[str, ...], count: Count, source: str
) -> Clock:
    findings = cast("list[str]", record["findings"])
    number = str(record.get("number", "")) or "未编号"
    by_unit = duty in _DUTIES.values()
    return Clock(
        "rectify",
        f"rectify {record['id']} {duty} {count.last or ''}",
        duty,
        f"整改{record['id']}（{number}）：{len(findings)}个问题",
        owner,
        count,
        () if by_unit else (str(record["issuer"]),),
        units,
        (str(record["unit"]),),
        (),
        str(record["id"]),
        source,
    )
