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
    from qingdan.model.workspace import Doc, Value

GROWING, ONCE = "x-append", "x-once"


def rewritten(before: Doc, after: Doc | None, schema: Schema) -> tuple[str, ...]:
    """The labels of what was changed and not appended, in the order of the record; all of it if it is gone."""
    if after is None:
        return (schema.title,)
    return tuple(dict.fromkeys(_rewritten(before, after, (), schema)))


def _rewritten(before: Value, after: Value, at: Pointer, schema: Schema) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _keys(before, after, at, schema)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _elements(before, after, at, schema)
    elif before != after or type(before) is not type(after):
        yield schema.path_label(at)


def _keys(before: Doc, after: Doc, at: Pointer, schema: Schema) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        spot = (*at, key)
        if key in before and key in after:
            yield from _rewritten(before[key], after[key], spot, schema)
        elif key in before or not _may_come(spot, schema):
            yield schema.path_label(spot)


def _elements(
    before: list[Value], after: list[Value], at: Pointer, schema: Schema
) -> Iterator[str]:
    grows = bool(schema.node(at).get(GROWING))
    if len(after) < len(before) or (len(after) > len(before) and not grows):
        yield schema.path_label(at)
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _rewritten(old, new, (*at, place), schema)


def _may_come(at: Pointer, schema: Schema) -> bool:
    """Whether a key may be added to a record that is there: to the record itself, not to what was appended."""
    node = schema.node(at)
    return bool(node.get(ONCE) or node.get(GROWING))
