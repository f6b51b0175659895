"""The guard against emptying a list in one stroke: more than a share of its items needs the number to be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.adjustments.words import list_titles
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.schema import Schemas
    from qingdan.model.items import Item
    from qingdan.model.settings import Guard

_GONE = "取消"


def refuse_mass_removal(
    changes: Iterable[ItemChange],
    items: Mapping[str, Item],
    guard: Guard,
    schemas: Schemas,
    said: int | None,
) -> None:
    """RefusedError where one command takes more out of a list than the guard lets through unsaid.

    ``items`` are all items as they stand, ``said`` is the number given with ``--yes-remove``.
    """
    gone = _removed(changes)
    total = sum(len(codes) for codes in gone.values())
    if said == total:
        return
    if said is not None:
        raise RefusedError(
            f"--yes-remove 写的是{said}项，这次实际取消{total}项；没有提交，请核对后写明实际的项数。"
        )
    for name, codes in gone.items():
        if len(codes) <= guard.items:
            continue  # so few are let through whatever there is: to count it is to read it all
        standing = {item.code for item in items.values() if item.list == name and _lives(item)}
        every = len(standing | codes)
        allowed = guard.allowed(every)
        if len(codes) > allowed:
            raise RefusedError(
                f"这次要从{list_titles(schemas)[name]}取消{len(codes)}项（现有{every}项），"
                f"超过一次可以取消的{allowed}项，没有提交，文件没有改动。"
                f"确要一次取消的，请核对后加 --yes-remove {total}。"
            )


def _removed(changes: Iterable[ItemChange]) -> dict[str, set[str]]:
    """List to the codes of what was in it, and is cancelled or there no longer."""
    gone: dict[str, set[str]] = {}
    for change in changes:
        before, after = change.before, change.after
        if before and _lives(before) and (after is None or not _lives(after)):
            gone.setdefault(before.list, set()).add(change.code)
    return gone


def _lives(item: Item) -> bool:
    return item.state != _GONE
