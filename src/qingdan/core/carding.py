"""A document as the parts of a card: every field that it has, by the schema's labels and in the schema's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.cards import Part, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value

_CELL = 24
"""Characters that a cell of a table may have; what is longer is shown as numbered entries."""
_HEAD = 40
"""Characters of a field that may stand on the first line of an entry."""


def parts(
    data: Doc,
    schema: Schema,
    at: Pointer,
    names: Mapping[str, str],
    without: Sequence[str] = (),
) -> tuple[Part, ...]:
    """The fields of ``data``, which stands at ``at`` in the schema's documents.

    ``names`` gives what to say beside a code that refers to something else; ``without`` leaves fields out.
    """
    order = schema.node(at).get("properties", {})
    keys = [*(key for key in order if key in data), *(key for key in data if key not in order)]
    return tuple(_part(data[key], schema, (*at, key), names) for key in keys if key not in without)


def _part(value: Value, schema: Schema, at: Pointer, names: Mapping[str, str]) -> Part:
    label = schema.label(at)
    if isinstance(value, dict):
        return Part(label, parts=parts(value, schema, at, names))
    if not isinstance(value, list):
        return Part(label, lines=tuple(_named(str(value), at, names).splitlines()))
    if not value or not all(isinstance(entry, dict) for entry in value):
        return Part(label, lines=tuple(_named(str(entry), at, names) for entry in value))
    return _objects(cast("list[Doc]", value), label, schema, (*at, 0))


def _named(text: str, at: Pointer, names: Mapping[str, str]) -> str:
    """A code with the name of what it means; not the item's own code."""
    return f"{text}  {names[text]}" if text in names and at[-1] != "code" else text


def _objects(entries: list[Doc], label: str, schema: Schema, at: Pointer) -> Part:
    """Short ones as a table; else numbered, the short fields of each on its first line."""
    keys = [
        key
        for key in schema.node(at).get("properties", {})
        if any(key in entry for entry in entries)
    ]
    cells = [[str(entry.get(key, "")) for key in keys] for entry in entries]
    if all(len(cell) <= _CELL for row in cells for cell in row):
        heads = tuple(schema.label((*at, key)) for key in keys)
        return Part(label, table=Table(heads, tuple(map(tuple, cells))))
    return Part(label, entries=tuple(tuple(_lines(row)) for row in cells))


def _lines(cells: Sequence[str]) -> Iterator[str]:
    first = [cell for cell in cells if cell and len(cell) <= _HEAD]
    if first:
        yield "  ".join(first)
    yield from (line for cell in cells if len(cell) > _HEAD for line in cell.splitlines())
