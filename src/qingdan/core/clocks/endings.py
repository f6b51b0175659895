"""Delegations and officers' certificates that end soon, or have ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from qingdan.core.clocks.counting import by_day
from qingdan.core.delegations import lapsed
from qingdan.core.places import DELEGATIONS_PATH, OFFICERS_PATH
from qingdan.core.units import called
from qingdan.model.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Delegations on whose end an item in use has no other left, or another may not exercise it any more."""
    beyond = (ground.world.today + SOON + timedelta(days=1)).isoformat()
    resting: dict[Delegation, list[str]] = {}
    given: dict[Delegation, list[str]] = {}
    for entry, last, out in lapsed(ground.book, beyond):
        (given if out else resting).setdefault(last, []).append(entry.code)
    for record, codes in resting.items():
        yield _delegation(record, record.grantee, codes, ground)
    for record, codes in given.items():
        yield _delegation(record, record.grantor, codes, ground)


def _delegation(record: Delegation, owing: str, items: Sequence[str], ground: Ground) -> Clock:
    """The clock of a delegation for whoever must see to it: those who rest on it, or those who gave it."""
    units = ground.book.units
    grantor, grantee = called(record.grantor, units), called(record.grantee, units)
    more = f"等{len(items)}项" if len(items) > 1 else ""
    out = owing == record.grantor
    return Clock(
        "expiry",
        f"delegation {'out ' if out else ''}{record.id} {record.end}",
        "续办或收回委托" if out else "续办委托",
        f"{grantor}委托{grantee}的{record.id}，涉及{items[0]}{more}",
        called(owing, units),
        by_day(date.fromisoformat(record.end), ground.world.today),
        units=(record.grantor, record.grantee) if out else (record.grantee, record.grantor),
        concerned=(owing,),
        items=tuple(items),
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
