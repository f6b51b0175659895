"""``registers/delegations.yaml`` as values: who exercises whose power, of which items, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.places import DELEGATIONS_PATH
from qingdan.core.units import acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.model.items import Entry
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Unit

BY_DELEGATION = frozenset({"上级委托", "同级委托"})
"""权力来源 of an item that is exercised in another's name."""


class Delegation(Struct, frozen=True):
    """A record of the register, at ``place`` in it; ``end`` is the last day as written, empty if it has none.

    ``ceased`` is the day on which the grantee stopped, where that was recorded because it was not renewed.
    """

    place: int
    id: str
    grantor: str
    grantee: str
    items: tuple[str, ...]
    start: str
    end: str = ""
    ceased: str = ""

    def over(self, day: str) -> bool:
        """Whether it ended before ``day`` (as written: 2026-11-20)."""
        return bool(self.end) and self.end < day


def delegations(book: Book) -> tuple[Delegation, ...]:
    """The delegations of the register, in its order; none where none is kept or it is not valid."""
    entries = cast("list[Doc]", book.documents.get(DELEGATIONS_PATH, {}).get("delegations") or [])
    return tuple(
        Delegation(
            place,
            str(entry["id"]),
            str(entry["from"]),
            str(entry["to"]),
            tuple(cast("list[str]", entry["items"])),
            str(entry["start"]),
            str(entry.get("end", "")),
            str(entry.get("ceased", "")),
        )
        for place, entry in enumerate(entries)
    )


def by_item(records: Iterable[Delegation]) -> Mapping[str, tuple[Delegation, ...]]:
    """Item code to the delegations that name it."""
    found: dict[str, tuple[Delegation, ...]] = {}
    for record in records:
        for code in record.items:
            found[code] = (*found.get(code, ()), record)
    return found


def received(
    entry: Entry, records: Iterable[Delegation], units: Mapping[str, Unit]
) -> tuple[Delegation, ...]:
    """Those of the delegations that give the item's own unit, or the one it acts for, the right to exercise it."""
    chain = acting(entry.unit, units)
    return tuple(record for record in records if record.grantee in chain)


def lapsed(book: Book, day: str) -> Iterator[tuple[Entry, Delegation, bool]]:
    """Items in use that no delegation covers on ``day`` any more, each with the last that did, and whether it was given out.

    Those that rest on a delegation come by the last that their unit received, unless they say that they have come to rest
    on something else (上级下放 …); those that their unit lets another exercise by the last of each other's, unless he
    stopped. An entry is looked up only where a delegation has ended.
    """
    for code, named in by_item(delegations(book)).items():
        entry = book.entries.of(code) if any(one.over(day) for one in named) else None
        if entry is None or entry.state != "在用":
            continue
        last = _last_over(received(entry, named, book.units), day)
        if last and entry.power_source in {"", *BY_DELEGATION}:
            yield entry, last, False
        for given in _given_out(entry, named, book.units):
            last = _last_over(given, day)
            if last and not last.ceased:
                yield entry, last, True


def _given_out(
    entry: Entry, records: Iterable[Delegation], units: Mapping[str, Unit]
) -> Iterable[tuple[Delegation, ...]]:
    """Those by which the item's own unit, or the one it acts for, lets another exercise it: each other's together."""
    chain = acting(entry.unit, units)
    found: dict[str, tuple[Delegation, ...]] = {}
    for record in records:
        if record.grantor in chain and record.grantee not in chain:
            found[record.grantee] = (*found.get(record.grantee, ()), record)
    return found.values()


def _last_over(records: Iterable[Delegation], day: str) -> Delegation | None:
    """The last of delegations that all ended before ``day``; None where one goes on, or there are none."""
    known = tuple(records)
    if not known or not all(record.over(day) for record in known):
        return None
    return max(known, key=lambda record: record.end)
