"""What an adjustment adds to the burden of those who apply: steps of the flow and materials, with or without a basis."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.model.items import Item
    from qingdan.model.values import Doc


def unfounded(change: ItemChange) -> Iterator[str]:
    """In words (环节“复审”, 申请材料“无犯罪记录证明”) what a changed item newly asks and gives no basis for.

    Steps and materials count by their names. A flow that has not grown has only reworded its steps; a step cannot
    give a basis itself, the adjustment's record can.
    """
    if change.before is None or change.after is None:
        return
    if len(_named(change.after, "flow", "step")) > len(_named(change.before, "flow", "step")):
        yield from (f"环节“{name}”" for name in _added(change.before, change.after, "flow", "step"))
    materials = _named(change.after, "materials", "name")
    founded = {name for name, row in materials if "basis" in row}
    for name in _added(change.before, change.after, "materials", "name"):
        if name not in founded:
            yield f"申请材料“{name}”"


def _added(before: Item, after: Item, field: str, key: str) -> list[str]:
    """Names that occur more often than before, in order."""
    more = Counter(name for name, _ in _named(after, field, key))
    more.subtract(name for name, _ in _named(before, field, key))
    return [name for name, count in more.items() if count > 0]


def _named(item: Item, field: str, key: str) -> list[tuple[str, Doc]]:
    return [(str(row[key]), row) for row in cast("list[Doc]", item.data.get(field) or [])]
