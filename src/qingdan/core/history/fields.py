"""What differs between two values of the same schema: fields side by side, lists as what went and what came."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.adjustments.differences import worded
from qingdan.core.history.inline import pieces
from qingdan.core.wording import one_line
from qingdan.model.differing import FieldDifference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value


class Spot(Struct, frozen=True):
    """A place in a schema and what it is called so far."""

    schema: Schema
    at: Pointer
    label: str = ""

    def below(self, key: str) -> Spot:
        """A property."""
        joint = "·" if self.label and not self.label.endswith("”") else ""
        label = self.schema.label((*self.at, key))
        return Spot(self.schema, (*self.at, key), f"{self.label}{joint}{label}")

    def entry(self, name: str) -> Spot:
        """An element of a list, by the name it goes by."""
        return Spot(self.schema, (*self.at, 0), f"{self.label}“{name}”")


def differences(before: Value, after: Value, spot: Spot) -> Iterator[FieldDifference]:
    """Every difference, in the order of the schema; None is what is not there."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _mappings(before, after, spot)
    elif _is_list(before) and _is_list(after) and (before or after):
        yield from _lists(_elements(before), _elements(after), spot)
    else:
        old, new = one_line(worded(before)), one_line(worded(after))
        texts = isinstance(before, str) and isinstance(after, str)
        yield FieldDifference(spot.label, old, new, pieces(old, new) if texts else ())


def _is_list(value: Value) -> bool:
    return value is None or isinstance(value, list)


def _elements(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _mappings(before: Doc, after: Doc, spot: Spot) -> Iterator[FieldDifference]:
    order = list(spot.schema.node(spot.at).get("properties", {}))
    rank: Mapping[str, int] = {key: place for place, key in enumerate(order)}
    for key in sorted(
        before.keys() | after.keys(), key=lambda key: (rank.get(key, len(rank)), key)
    ):
        yield from differences(before.get(key), after.get(key), spot.below(key))


def _lists(
    before: Sequence[Value], after: Sequence[Value], spot: Spot
) -> Iterator[FieldDifference]:
    """Elements that stayed are passed over; one in the place of another of the same name is told in detail."""
    old, new = [_key(value) for value in before], [_key(value) for value in after]
    gone: list[Value] = []
    came: list[Value] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += before[i:j]
            came += after[k:m]
    pairs = list(_pairs(gone, came))
    for one, other in pairs:
        yield from differences(one, other, spot.entry(_name(one)))
    kept_old, kept_new = [id(one) for one, _ in pairs], [id(other) for _, other in pairs]
    went = tuple(one_line(worded(value)) for value in gone if id(value) not in kept_old)
    added = tuple(one_line(worded(value)) for value in came if id(value) not in kept_new)
    if went or added:
        yield FieldDifference(spot.label, gone=went, new=added)


def _key(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pairs(gone: Sequence[Value], came: Sequence[Value]) -> Iterator[tuple[Doc, Doc]]:
    """Elements that went and came under the same name."""
    olds = {_name(value): value for value in reversed(gone) if isinstance(value, dict)}
    for value in came:
        if isinstance(value, dict) and _name(value) in olds:
            yield olds.pop(_name(value)), value


def _name(value: Value) -> str:
    """What an element goes by: its first text."""
    firsts = value.values() if isinstance(value, dict) else ()
    return next((first for first in firsts if isinstance(first, str)), "")
