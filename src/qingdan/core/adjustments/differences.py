"""What changed between two versions of lists: item by item, field by field, also when an item moved to another file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Pointer
    from qingdan.model.items import Item
    from qingdan.model.values import Value


class ItemChange(Struct, frozen=True):
    """An item before and after; None where it was not, or is no longer, in any list."""

    code: str
    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The item as it is, or as it last was."""
        return cast("Item", self.after or self.before)

    def fields(self) -> frozenset[str]:
        """The top-level fields that differ; ``unit`` if it moved to another unit, ``list`` likewise."""
        if self.before is None or self.after is None:
            return frozenset(self.item.data) | {"unit"}
        old, new = self.before.data, self.after.data
        fields = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        fields |= {"unit"} if self.before.unit != self.after.unit else set()
        fields |= {"list"} if self.before.list != self.after.list else set()
        return frozenset(fields)


def item_changes(before: Iterable[Item], after: Iterable[Item]) -> list[ItemChange]:
    """Every item that differs, in order of code."""
    old = {item.code: item for item in before}
    new = {item.code: item for item in after}
    changes = [
        ItemChange(code, old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys())
    ]
    return [change for change in changes if _differs(change)]


def _differs(change: ItemChange) -> bool:
    if change.before is None or change.after is None:
        return True
    return bool(change.fields())


def controlled_fields(
    change: ItemChange, controlled: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The controlled fields of the item's list that differ; creation, removal, a move and exceptions always count."""
    fields = change.fields()
    always = {"unit", "list", "exceptions"} if change.before and change.after else {"code"}
    return fields & (controlled.get(change.item.list, frozenset()) | always)


def leaves(before: Value, after: Value, at: Pointer = ()) -> Iterator[tuple[Pointer, Value, Value]]:
    """The smallest parts that differ, with what stood there and what stands there now (None: nothing)."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            if before.get(key) != after.get(key):
                yield from leaves(before.get(key), after.get(key), (*at, key))
    elif isinstance(before, list) and isinstance(after, list) and _alike(before, after):
        for place in range(max(len(before), len(after))):
            old = before[place] if place < len(before) else None
            new = after[place] if place < len(after) else None
            if old != new:
                yield from leaves(old, new, (*at, place))
    else:
        yield at, before, after


def _alike(before: list[Value], after: list[Value]) -> bool:
    return bool(before) and bool(after)


def worded(value: Value) -> str:
    """A value in one line of text."""
    if value is None:
        return "（无）"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "、".join(cast("list[str]", value)) or "（无）"
    if isinstance(value, dict | list):
        return "；".join(f"{text}" for text in _texts(value))
    return str(value) if not isinstance(value, bool) else json.dumps(value)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        yield "，".join(text for child in value.values() for text in _texts(child))
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)
    else:
        yield worded(value)


class FieldChange(Struct, frozen=True):
    """One difference in words: the field's path as written in YAML, its Chinese label, before and after."""

    field: str
    label: str
    before: str
    after: str


def field_changes(change: ItemChange, schemas: Schemas) -> list[FieldChange]:
    """The differences of an item that was and is there, in the order of its schema; empty for others."""
    if change.before is None or change.after is None:
        return []
    schema = schemas[change.item.list]
    order = {
        key: place for place, key in enumerate(schema.node(("items", 0)).get("properties", {}))
    }
    found = list(leaves(change.before.data, change.after.data))
    found.sort(key=lambda leaf: order.get(str(leaf[0][0]), len(order)))
    rows = [
        FieldChange(dotted(at), schema.path_label(("items", 0, *at)), worded(old), worded(new))
        for at, old, new in found
    ]
    if change.before.unit != change.after.unit:
        rows.append(
            FieldChange("unit", schema.label(("unit",)), change.before.unit, change.after.unit)
        )
    return rows


def recorded(change: ItemChange) -> set[tuple[str, str, str]]:
    """The differences as a record keeps them: field as written in YAML, before, after, each on one line."""
    if change.before is None or change.after is None:
        return set()
    rows = {
        (dotted(at), one_line(worded(old)), one_line(worded(new)))
        for at, old, new in leaves(change.before.data, change.after.data)
    }
    if change.before.unit != change.after.unit:
        rows.add(("unit", change.before.unit, change.after.unit))
    return rows


def dotted(at: Pointer) -> str:
    """A pointer as it is written on the command line: ``flow.2.limit``."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in at)
