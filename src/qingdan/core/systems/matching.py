"""Who is who: the item that each row of a system is, by any code, by unit and name, or perhaps by nearly the same name.

A near name is a question to a person; it is never taken for the item.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from qingdan.core.systems import values
from qingdan.core.systems.comparison import CODES, IN_USE
from qingdan.core.units import lineage
from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.systems.comparison import Comparison
    from qingdan.model.items import Item
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Unit

NEAR = 85
"""From how many per cent of equal characters on two names are near: one of seven may be another, none of six."""

MOST_PAIRS = 10_000_000
"""So many pairs of names are compared at most in one group (two seconds); in a larger one none is suggested."""

_KEPT = 3
_One = TypeVar("_One", int, str)
_Other = TypeVar("_Other", int, str)


class Near(Struct, frozen=True):
    """An item that a row may be: ``percent`` of the two names is the same."""

    item: Item
    percent: int


class Pairing(Struct, frozen=True):
    """Who is who.

    ``items`` has for each row the item that it is, or None; ``near`` by the place of the row the item that
    it may be; ``repeats`` which rows of one item, from the second on, it is; ``missing`` are the public items
    in use that the system should hold and no row is, nor may be.
    """

    items: tuple[Item | None, ...]
    near: Mapping[int, Near]
    repeats: Mapping[int, int]
    missing: tuple[Item, ...]

    def item(self, place: int) -> Item | None:
        """The item that a row is or may be."""
        near = self.near.get(place)
        return near.item if near else self.items[place]


class Coded(Struct, frozen=True):
    """A pairing with codes in place of items: what is sent from one process to another."""

    items: tuple[str, ...]
    near: Mapping[int, tuple[str, int]]
    repeats: Mapping[int, int]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, pairing: Pairing) -> Coded:
        """Of a pairing."""
        return cls(
            tuple(item.code if item else "" for item in pairing.items),
            {place: (near.item.code, near.percent) for place, near in pairing.near.items()},
            pairing.repeats,
            tuple(item.code for item in pairing.missing),
        )

    def pairing(self, c: Comparison) -> Pairing:
        """The pairing again."""
        known = c.known
        return Pairing(
            tuple(known[code] if code else None for code in self.items),
            {place: Near(known[code], percent) for place, (code, percent) in self.near.items()},
            self.repeats,
            tuple(known[code] for code in self.missing),
        )


def pair(c: Comparison) -> Pairing:
    """Match every row; of what is left over on both sides, the mutually nearest names of one unit."""
    known = tuple(c.known.values())
    items = _matched(c, known)
    taken = {item.code for item in items if item}
    rest = [item for item in known if item.code not in taken and c.system.holds(item)]
    near = _near(c, [place for place, item in enumerate(items) if item is None], rest)
    answered = taken | {found.item.code for found in near.values()}
    missing = (
        item
        for item in c.public.values()
        if c.system.holds(item) and item.state == IN_USE and item.code not in answered
    )
    return Pairing(tuple(items), near, dict(_repeats(items)), tuple(missing))


def _matched(c: Comparison, known: Sequence[Item]) -> list[Item | None]:
    """The item of each row: by any code that names one item alone, else by unit and name."""
    codes = by_code(known)
    matched = [first_of(codes, row) for row in c.rows]
    taken = {item.code for item in matched if item}
    by_name = _by_name(c, (item for item in known if item.code not in taken))
    for place, row in enumerate(c.rows):
        if matched[place] is None and ("unit" not in row or c.unit(row)):
            named = by_name.get((c.unit(row), normal(str(row["name"]))), [])
            matched[place] = _only(c, row, named)
    return matched


def by_code(items: Iterable[Item]) -> dict[tuple[str, str], Item | None]:
    """Kind of code and code to the item; None for one that several share, as a 基本编码 may be."""
    found: dict[tuple[str, str], Item | None] = {}
    for item in items:
        for key in CODES:
            if key in item.data:
                place = (key, str(item.data[key]))
                found[place] = item if found.get(place, item) is item else None
    return found


def first_of(codes: Mapping[tuple[str, str], Item | None], row: Mapping[str, Value]) -> Item | None:
    """The item that the first code which knows one names."""
    found = (codes.get((key, str(row[key]))) for key in CODES if key in row)
    return next((item for item in found if item), None)


def _by_name(c: Comparison, items: Iterable[Item]) -> dict[tuple[str, str], list[Item]]:
    """Unit and name to the items; without a unit, which some systems do not give, those that it holds."""
    found: dict[tuple[str, str], list[Item]] = {}
    units = _Lineages(c.units)
    for item in items:
        name = normal(item.name)
        for unit in (*units[item.unit], *([""] if c.system.holds(item) else [])):
            found.setdefault((unit, name), []).append(item)
    return found


class _Lineages(dict[str, tuple[str, ...]]):
    """Unit to its lineage: a unit has many items."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        super().__init__()
        self._units = units

    def __missing__(self, unit: str) -> tuple[str, ...]:
        return self.setdefault(unit, lineage(unit, self._units))


def _only(c: Comparison, row: Doc, items: list[Item]) -> Item | None:
    """The one item of that unit and name; of several, the one of the row's type."""
    if len(items) > 1 and "type" in row:
        kind = values.theirs(c, row, "type")
        items = [item for item in items if item.type == kind]
    return items[0] if len(items) == 1 else None


def _repeats(items: Iterable[Item | None]) -> Iterator[tuple[int, int]]:
    seen: Counter[str] = Counter()
    for place, item in enumerate(items):
        if item:
            seen[item.code] += 1
            if seen[item.code] > 1:
                yield place, seen[item.code]


def _near(c: Comparison, places: Iterable[int], items: Sequence[Item]) -> dict[int, Near]:
    """The near names among rows in use: with items that are in use, then with cancelled and suspended ones."""
    waiting = [place for place in places if values.active(c, c.rows[place])]
    running = [item for item in items if item.state == IN_USE]
    found = _nearest(c, waiting, running)
    waiting = [place for place in waiting if place not in found]
    return found | _nearest(c, waiting, [item for item in items if item.state != IN_USE])


def _nearest(c: Comparison, places: Iterable[int], items: Sequence[Item]) -> dict[int, Near]:
    """Rows and items that are nearest to each other, each unit by itself; a unit not known may be any."""
    of_unit: dict[str, list[Item]] = {"": list(items)}
    units = _Lineages(c.units)
    for item in items:
        for unit in units[item.unit]:
            of_unit.setdefault(unit, []).append(item)
    blocks: dict[str, list[int]] = {}
    for place in places:
        blocks.setdefault(c.unit(c.rows[place]), []).append(place)
    pairs = [p for unit, block in blocks.items() for p in _pairs(c, block, of_unit.get(unit, ()))]
    of_row = _best((place, item.code, score) for place, item, score in pairs)
    of_item = _best((item.code, place, score) for place, item, score in pairs)
    return {
        place: Near(item, int(score))
        for place, item, score in pairs
        if of_row.get(place) == item.code and of_item.get(item.code) == place
    }


def _pairs(
    c: Comparison, places: Sequence[int], items: Sequence[Item]
) -> Iterator[tuple[int, Item, float]]:
    """Place, item and per cent of the near names in one group."""
    from rapidfuzz import fuzz, process

    if len(places) * len(items) > MOST_PAIRS:
        return
    names = [normal(item.name) for item in items]
    for place in places:
        name = normal(str(c.rows[place]["name"]))
        for _, score, number in process.extract(
            name, names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=_KEPT
        ):
            yield place, items[number], score


def _best(pairs: Iterable[tuple[_One, _Other, float]]) -> dict[_One, _Other]:
    """The other one with the highest score; none where two share it."""
    best: dict[_One, tuple[float, _Other | None]] = {}
    for one, other, score in pairs:
        highest = best.get(one, (0.0, None))[0]
        if score >= highest:
            best[one] = (score, other if score > highest else None)
    return {one: other for one, (_, other) in best.items() if other is not None}
