"""Of an item, what a comparison with systems looks at: nobody need keep whole items for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from qingdan.core.systems import parts
from qingdan.core.systems.comparison import CODES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from qingdan.model.items import Item
    from qingdan.model.settings import SystemSettings
    from qingdan.model.values import Doc

_ALWAYS = ("name", "type", "state", *CODES)


def compared_fields(systems: Iterable[SystemSettings]) -> frozenset[str]:
    """The fields of items that a comparison with these systems looks at."""
    return frozenset(_ALWAYS).union(*(system.columns.values() for system in systems))


def extract(item: Item, fields: Collection[str]) -> Item:
    """An item with these fields alone, and of its parts only what they are compared by."""
    data: Doc = {key: value for key, value in item.data.items() if key in fields}
    for key in parts.PARTS:
        if key in data:
            data[key] = parts.named(cast("list[Doc]", data[key]), key)
    return replace(item, data=data)
