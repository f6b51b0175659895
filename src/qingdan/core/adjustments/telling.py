"""Whether what records say was changed is what a commit changed; where a squash joined several, one after another."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from qingdan.model.values import Doc

Row = tuple[str, str, str]
"""A difference as a record keeps it: field, before, after."""


def told(record: Doc) -> dict[str, list[Row]]:
    """Item to the differences that a record tells of it."""
    found: dict[str, list[Row]] = {}
    for row in cast("list[Doc]", record.get("changes") or ()):
        told_of = found.setdefault(str(row["item"]), [])
        told_of.append((str(row["field"]), str(row.get("before")), str(row.get("after"))))
    return found


def amiss(
    done: AbstractSet[Row], said: Collection[Row], controlled: AbstractSet[str], *, several: bool
) -> Iterator[str]:
    """The fields of an item of which more, less or something else is said than was done.

    ``controlled`` are the top-level fields of which all must be said. ``several`` records may tell of one field,
    and where one tells of the whole and another of a part, nobody can say how they join.
    """
    ends = {field: (before, after) for field, before, after in done}
    fields = dict.fromkeys(field for field, _, _ in said)
    fields |= dict.fromkeys(field for field in sorted(ends) if _top(field) in controlled)
    every = {*fields, *ends}
    for field in fields:
        steps = [(before, after) for name, before, after in said if name == field]
        parted = several and any(_within(field, other) or _within(other, field) for other in every)
        if not parted and not _joins(steps, ends.get(field)):
            yield field


def _top(field: str) -> str:
    return field.partition(".")[0]


def _within(field: str, other: str) -> bool:
    return field.startswith(f"{other}.")


def _joins(steps: Iterable[tuple[str, str]], end: tuple[str, str] | None) -> bool:
    """Whether steps, one after another in some order, lead from one value to the other, or nowhere in the end."""
    steps = tuple(steps)
    left = Counter(before for before, _ in steps)
    left.subtract(after for _, after in steps)
    if end:
        left.subtract({end[0]: 1})
        left.update({end[1]: 1})
    return not any(left.values()) and (bool(steps) or end is None)
