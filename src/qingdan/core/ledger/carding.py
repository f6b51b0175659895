"""A record of the ledger as a card: every part that it has, labels from its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.cards import Card, Part, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc, Value


def card(record: Doc, title: str, schema: Schema, names: Mapping[str, str]) -> Card:
    """A record with every part that it has, labels from its schema; ``names`` stand beside codes of units and items."""
    notes: list[str] = []
    parts: list[Part] = []
    for key in schema.layout.order(tuple(record)):
        value, label = record[key], schema.label((key,))
        if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            parts.append(_table(label, cast("list[Doc]", value), (key, 0), schema, names))
        elif isinstance(value, dict):
            lines_ = tuple(
                f"{schema.label((key, inner))}：{_said(value[inner], names)}"
                for inner in schema.layout.children[key].order(tuple(value))
            )
            parts.append(Part(label, lines_))
        elif key not in {"id", "key"}:
            shown = (
                schema.node((key,)).get("x-labels", {}).get(value, value)
                if isinstance(value, str)
                else value
            )
            notes.append(f"{label}：{_said(shown, names)}")
    return Card(title, tuple(notes), tuple(parts))


def _table(
    label: str,
    rows: Sequence[Doc],
    at: tuple[str | int, ...],
    schema: Schema,
    names: Mapping[str, str],
) -> Part:
    keys = [key for key in schema.node(at)["properties"] if any(key in row for row in rows)]
    heads = tuple(schema.label((*at, key)) for key in keys)
    body = tuple(tuple(_said(row.get(key, ""), names) for key in keys) for row in rows)
    return Part(label, table=Table(heads, body))


def _said(value: Value, names: Mapping[str, str]) -> str:
    """A value in words: of evidence its path, of a code the name beside it."""
    if isinstance(value, list):
        return "；".join(
            _said(entry.get("path", "") if isinstance(entry, dict) else entry, names)
            for entry in value
        )
    text = str(value)
    return f"{names[text]}（{text}）" if text in names else text
