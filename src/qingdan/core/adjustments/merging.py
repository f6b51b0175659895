"""An item that two sides changed, brought together field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.differences import ItemChange

if TYPE_CHECKING:
    from qingdan.model.items import Item


class Merged(Struct, frozen=True):
    """What comes of an item (None: it is in no list); ``clashes`` are the fields that both sides changed."""

    item: Item | None
    clashes: tuple[str, ...] = ()


def merged(base: Item | None, mine: Item | None, theirs: Item | None) -> Merged:
    """``theirs`` with what ``mine`` changed of ``base``; what only they changed stays as they have it."""
    if _same(base, mine) or _same(mine, theirs):
        return Merged(theirs)
    if _same(base, theirs):
        return Merged(mine)
    if base is None or mine is None or theirs is None:
        return Merged(theirs, ("code",))
    changed = ItemChange(base.code, base, mine).fields()
    other = ItemChange(base.code, base, theirs).fields()
    apart = ItemChange(base.code, mine, theirs).fields()
    return Merged(_with(theirs, mine, changed), tuple(sorted(changed & other & apart)))


def _same(one: Item | None, other: Item | None) -> bool:
    if one is None or other is None:
        return one is other
    return not ItemChange(one.code, one, other).fields()


def _with(theirs: Item, mine: Item, changed: frozenset[str]) -> Item:
    """Their item with these fields as mine has them."""
    data = {key: value for key, value in theirs.data.items() if key not in changed}
    data |= {key: value for key, value in mine.data.items() if key in changed}
    where = mine if changed & {"unit", "list"} else theirs
    return replace(theirs, data=data, unit=where.unit, list=where.list, path=where.path)
