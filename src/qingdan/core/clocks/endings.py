"""Delegations and officers' certificates that end soon, or have ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from qingdan.core.clocks.counting import by_day
from qingdan.core.delegations import BY_DELEGATION, by_item, delegations, received
from qingdan.core.places import DELEGATIONS_PATH, OFFICERS_PATH
from qingdan.core.units import called
from qingdan.model.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.clocks.ground import Ground
    from qingdan.core.delegations import Delegation
    from qingdan.model.values import Doc

SOON = timedelta(days=30)
"""So long before the end there is something to be done."""


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each that ends within 30 days or has ended."""
    yield from _delegations(ground)
    yield from _certificates(ground)


def _delegations(ground: Ground) -> Iterator[Clock]:
    """Delegations on whose end an item in use has no other left."""
    horizon = (ground.world.today + SOON).isoformat()
    resting: dict[Delegation, list[str]] = {}
    records = by_item(delegations(ground.book))
    for entry in ground.book.entries:
        if entry.state == "在用" and entry.power_source in {"", *BY_DELEGATION}:
            given = received(entry, records.get(entry.code, ()), ground.book.units)
            if given and all(record.end and record.end <= horizon for record in given):
                last = max(given, key=lambda record: record.end)
                resting.setdefault(last, []).append(entry.code)
    for record, codes in resting.items():
        yield _delegation(record, tuple(codes), ground)


def _delegation(record: Delegation, items: tuple[str, ...], ground: Ground) -> Clock:
    units = ground.book.units
    grantor, grantee = called(record.grantor, units), called(record.grantee, units)
    more = f"等{len(items)}项" if len(items) > 1 else ""
    return Clock(
        "expiry",
        f"delegation {record.id} {record.end}",
        "续办委托",
        f"{grantor}委托{grantee}的{record.id}，涉及{items[0]}{more}",
        grantee,
        by_day(date.fromisoformat(record.end), ground.world.today),
        units=(record.grantee, record.grantor),
        concerned=(record.grantee,),
        items=items,
        path=DELEGATIONS_PATH,
        at=("delegations", record.place, "end"),
    )


def _certificates(ground: Ground) -> Iterator[Clock]:
    """Certificates of enforcement; nobody is named, the number tells whose it is."""
    officers = ground.book.documents.get(OFFICERS_PATH, {}).get("officers") or []
    for place, officer in enumerate(cast("list[Doc]", officers)):
        until = date.fromisoformat(str(officer["until"]))
        if until <= ground.world.today + SOON:
            unit = str(officer["unit"])
            yield Clock(
                "expiry",
                f"certificate {officer['certificate']} {until}",
                "换领执法证件",
                f"执法证件“{officer['certificate']}”有效期至{until}",
                called(unit, ground.book.units),
                by_day(until, ground.world.today),
                units=(unit,),
                concerned=(unit,),
                path=OFFICERS_PATH,
                at=("officers", place, "until"),
            )
