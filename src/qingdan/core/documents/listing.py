"""清单公示 from a list's items: what the public reads of each, in the list's own words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.differences import worded
from qingdan.core.units import called
from qingdan.model.papers import ListedItem, ListPublication

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.items import Item
    from qingdan.model.papers import Letterhead
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Unit

_SHOWN = (
    "type",
    "category",
    "sector",
    "measure",
    "basis",
    "standard",
    "fund_management",
    "promised_limit",
)
"""The elements that are shown, of each list those that it has, besides code, name and unit."""
_IN_USE = "在用"


def office(name: str, settings: Settings, units: Mapping[str, Unit]) -> str:
    """Who publishes a list: the unit that supervises it now; the role where nobody holds it."""
    role = settings.lists[name].supervisor
    unit = settings.holder(role, date.max)
    return units[unit].name if unit in units else role


def publication(
    items: Sequence[Item],
    schema: Schema,
    units: Mapping[str, Unit],
    settings: Settings,
    letterhead: Letterhead,
) -> ListPublication:
    """The publication of a list: its items in use."""
    used = [item for item in items if item.data.get("state", _IN_USE) == _IN_USE]
    properties = schema.node(("items", 0))["properties"]
    keys = [key for key in _SHOWN if key in properties]
    return ListPublication(
        letterhead=letterhead,
        jurisdiction=settings.name,
        title=schema.title,
        code=schema.label(("items", 0, "code")),
        name=schema.label(("items", 0, "name")),
        columns=(schema.label(("unit",)), *(schema.label(("items", 0, key)) for key in keys)),
        entries=tuple(
            ListedItem(
                place,
                item.code,
                item.name,
                (called(item.unit, units), *(_shown(key, item.data.get(key)) for key in keys)),
            )
            for place, item in enumerate(used, 1)
        ),
        units=len({item.unit for item in used}),
    )


def _shown(key: str, value: Value) -> str:
    """A value in words; of the legal bases the articles without their text."""
    if value is None:
        return ""
    if key != "basis" or not isinstance(value, list):
        return worded(value)
    return "；".join(
        f"《{str(basis['law']).strip('《》')}》{basis.get('article', '')}"
        if "law" in basis
        else worded(basis)
        for basis in cast("list[Doc]", value)
    )
