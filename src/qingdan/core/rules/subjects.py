"""What a rule is about: for each ``for`` the documents of a workspace, one by one, and the schemas that describe them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.places import REGISTERS, place
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Pointer
    from qingdan.model.items import Item
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

ITEMS: Pointer = ("items", 0)
"""Where a list's schema describes an item."""


class Target(Struct, frozen=True):
    """One value of ``for``: the schemas of its documents, and the key under which the subjects stand there as a list."""

    schemas: tuple[str, ...]
    key: str = ""

    @property
    def at(self) -> Pointer:
        """Where the schemas describe one subject."""
        return (self.key, 0) if self.key else ()


_LEDGER = {
    "adjustments": "adjustment",
    "publications": "publication",
    "findings": "finding",
    "inspections": "inspection",
    "complaints": "complaint",
}
TARGETS: Mapping[str, Target] = {
    **{name: Target((name,), "items") for name in LISTS},
    "lists": Target(LISTS, "items"),
    **{name: Target((name,), name) for name in REGISTERS if name != "holidays"},
    **{name: Target((schema,)) for name, schema in _LEDGER.items()},
    "results": Target(("results",), "rows"),
    "systems": Target(("system",), "rows"),
}
"""Every value of ``for``; the schema of the packs lists the same, with their labels."""

OF_ITEMS = frozenset({*LISTS, "lists"})
"""Those that are about list items."""


class Subject(Struct, frozen=True):
    """One document that a rule is about, with its place; ``item`` and ``unit`` as far as it says them."""

    value: Doc
    schema: str
    path: str
    at: Pointer = ()
    item: str = ""
    unit: str = ""


def subjects(target: str, book: Book) -> Iterator[Subject]:
    """The subjects of a ``for``; ``book`` holds the items."""
    if target in OF_ITEMS:
        yield from (subject_of(item) for item in book.items.values() if about(target, item))
        return
    where = TARGETS[target]
    for path, document in book.documents.items():
        found = place(path)
        if found and found.schema in where.schemas:
            yield from _of(where, path, document, book)


def about(target: str, item: Item) -> bool:
    """Whether an item is a subject of a ``for``."""
    return item.list in TARGETS[target].schemas


def subject_of(item: Item) -> Subject:
    """A list item as a subject."""
    at = ("items", item.index)
    return Subject(item.data, item.list, item.path, at, item.code, item.unit)


def _of(where: Target, path: str, document: Doc, book: Book) -> Iterator[Subject]:
    schema = where.schemas[0]
    if not where.key:
        yield Subject(document, schema, path, (), "", _unit(document, book))
        return
    for number, row in enumerate(cast("list[Doc]", document.get(where.key) or ())):
        code = str(row.get("item") or row.get("code") or "")
        item = code if where.key == "rows" else ""
        unit = code if where.key == "units" else _unit(row, book) or _unit(document, book)
        yield Subject(row, schema, path, (where.key, number), item, unit)


def _unit(document: Doc, book: Book) -> str:
    unit = str(document.get("unit", ""))
    return unit if unit in book.units else ""


def described(target: str, schemas: Schemas) -> tuple[tuple[Schema, Pointer], ...]:
    """The schemas of a target's subjects, each with the place of one subject in it."""
    where = TARGETS[target]
    return tuple((schemas[name], where.at) for name in where.schemas if name in schemas)
