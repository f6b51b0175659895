"""What a rule is about: for each ``for`` the documents of a workspace, one by one, and the schemas that describe them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from qingdan.core.places import REGISTERS
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Pointer
    from qingdan.model.workspace import Book, Doc

ITEMS: Pointer = ("items", 0)
"""Where a list's schema describes an item."""


@dataclass(frozen=True, slots=True)
class Target:
    """One value of ``for``: the schemas of its subjects, below which path they stand, under which key as a list."""

    schemas: tuple[str, ...]
    below: str
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
    "results": "results",
}
TARGETS: Mapping[str, Target] = {
    **{name: Target((name,), f"lists/{name}/", "items") for name in LISTS},
    "lists": Target(LISTS, "lists/", "items"),
    **{
        name: Target((name,), f"registers/{name}.yaml", name)
        for name in REGISTERS
        if name != "holidays"
    },
    **{name: Target((schema,), f"ledger/{name}/") for name, schema in _LEDGER.items()},
    "systems": Target(("system",), "systems/", "rows"),
}
"""Every value of ``for``; the schema of the packs lists the same, with their labels."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One document that a rule is about, with its place; ``item`` and ``unit`` as far as it says them."""

    value: Doc
    schema: str
    path: str
    at: Pointer = ()
    item: str = ""
    unit: str = ""


def subjects(target: str, book: Book) -> Iterator[Subject]:
    """The subjects of a ``for``; ``book`` holds the items."""
    where = TARGETS[target]
    if where.key == "items":
        for item in book.items.values():
            if item.list in where.schemas:
                at = ("items", item.index)
                yield Subject(item.data, item.list, item.path, at, item.code, item.unit)
        return
    for path, document in book.documents.items():
        if path.startswith(where.below):
            yield from _of(where, path, document, book)


def _of(where: Target, path: str, document: Doc, book: Book) -> Iterator[Subject]:
    schema = where.schemas[0]
    if not where.key:
        yield Subject(document, schema, path, (), "", _unit(document, book))
        return
    for place, row in enumerate(cast("list[Doc]", document.get(where.key) or ())):
        code = str(row.get("code", ""))
        item = code if where.key == "rows" else ""
        unit = code if where.key == "units" else _unit(row, book)
        yield Subject(row, schema, path, (where.key, place), item, unit)


def _unit(document: Doc, book: Book) -> str:
    unit = str(document.get("unit", ""))
    return unit if unit in book.units else ""


def described(target: str, schemas: Schemas) -> tuple[tuple[Schema, Pointer], ...]:
    """The schemas of a target's subjects, each with the place of one subject in it."""
    where = TARGETS[target]
    return tuple((schemas[name], where.at) for name in where.schemas if name in schemas)
