"""The ledger is only ever appended to.

What a schema marks ``x-append`` may grow at its end, what it marks ``x-once`` may be written once where nothing
stood; everything else stays as it was entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value

GROWING, ONCE = "x-append", "x-once"


def rewritten(
    before: Doc, after: Doc | None, schema: Schema, *, merged: bool = False
) -> tuple[str, ...]:
    """The labels of what was changed and not appended, in the order of the record; all of it if it is gone.

    ``merged``: what was appended on another side may stand in between, as a merge brings it.
    """
    if after is None:
        return (schema.title,)
    old = _of_that_side(before, after, (), schema) if merged else after
    return tuple(dict.fromkeys(_rewritten(before, old, (), schema)))


def _of_that_side(before: Value, after: Value, at: Pointer, schema: Schema) -> Value:
    """``after`` without what growing lists hold besides the elements of ``before``, where they have all of them."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            key: _of_that_side(before.get(key), value, (*at, key), schema)
            for key, value in after.items()
        }
    if isinstance(before, list) and isinstance(after, list) and schema.node(at).get(GROWING):
        left = iter(after)
        return before if all(element in left for element in before) else after
    return after


def _rewritten(before: Value, after: Value, at: Pointer, schema: Schema) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _keys(before, after, at, schema)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _elements(before, after, at, schema)
    elif before != after or type(before) is not type(after):
        yield schema.path_label(at, whole=True)


def _keys(before: Doc, after: Doc, at: Pointer, schema: Schema) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        spot = (*at, key)
        if key in before and key in after:
            yield from _rewritten(before[key], after[key], spot, schema)
        elif key in before or not _may_come(spot, schema):
            yield schema.path_label(spot, whole=True)


def _elements(
    before: list[Value], after: list[Value], at: Pointer, schema: Schema
) -> Iterator[str]:
    grows = bool(schema.node(at).get(GROWING))
    if len(after) < len(before) or (len(after) > len(before) and not grows):
        yield schema.path_label(at, whole=True)
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _rewritten(old, new, (*at, place), schema)


def _may_come(at: Pointer, schema: Schema) -> bool:
    """Whether a key may be added to a record that is there: to the record itself, not to what was appended."""
    node = schema.node(at)
    return bool(node.get(ONCE) or node.get(GROWING))
