"""The columns of a list or a register: its schema's properties in order, objects flattened one level."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc, Value


class Field(Struct, frozen=True):
    """A column. ``at`` are the keys from the entry on, ``node`` its schema, references followed.

    ``headings`` are all that a real table may call it: title, synonyms, key, the exchange's name.
    """

    at: tuple[str, ...]
    key: str
    title: str
    node: Mapping[str, Any]
    headings: tuple[str, ...]

    def value(self, entry: Doc) -> Value:
        """What an entry has there; None for nothing."""
        found: Value = entry
        for key in self.at:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def put(self, entry: Doc, value: Value) -> None:
        """Put a value there, or with None take it away; an object left empty goes, too."""
        place = entry
        for key in self.at[:-1]:
            child = place.get(key)
            place[key] = place = dict(child) if isinstance(child, dict) else {}
        if value is None:
            place.pop(self.at[-1], None)
        else:
            place[self.at[-1]] = value
        if len(self.at) > 1 and not place:
            entry.pop(self.at[0], None)


@lru_cache(maxsize=64)
def fields(schema: Schema, entries: str = "items") -> tuple[Field, ...]:
    """The columns of what ``entries`` holds (``items``, ``units``, ``laws`` …), in schema order."""
    return tuple(_fields(schema, entries))


def entries_of(schema: Schema) -> tuple[str, ...]:
    """Under which keys a list or a register keeps its entries: ``items``; ``years`` and ``days``."""
    properties = schema.document["properties"]
    return tuple(key for key in properties if schema.node((key,)).get("type") == "array")


def _fields(schema: Schema, entries: str) -> Iterator[Field]:
    for key in schema.node((entries, 0)).get("properties", {}):
        node = schema.node((entries, 0, key))
        if node.get("type") != "object":
            yield _field(schema, entries, (key,))
            continue
        for child in node.get("properties", {}):
            yield _field(schema, entries, (key, child))


def _field(schema: Schema, entries: str, at: tuple[str, ...]) -> Field:
    node = schema.node((entries, 0, *at))
    titles = [schema.label((entries, 0, *at[: place + 1])) for place in range(len(at))]
    key, title = ".".join(at), "·".join(titles)
    national = str(node.get("x-national", ""))
    headings = (title, *cast("list[str]", node.get("x-headings", [])), key, national)
    return Field(at, key, title, node, tuple(dict.fromkeys(name for name in headings if name)))
