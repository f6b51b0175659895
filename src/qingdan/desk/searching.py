"""Finding items: by words, by the law that they rest on, narrowed to a list, a unit, a type, a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.law_lookup import cited_laws
from qingdan.core.places import LAWS_PATH
from qingdan.core.searching import Query, near_items, search
from qingdan.core.units import lineage
from qingdan.core.wording import normal
from qingdan.desk.opening import require_settings
from qingdan.desk.scope import list_called
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.law_lookup import CitedLaw
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Doc, Item, Unit


class Search(Struct, frozen=True):
    """What the command line asks: ``law`` and ``unit`` as typed, ``at`` a revision or a day, the rest as in :class:`Query`."""

    words: tuple[str, ...] = ()
    law: str = ""
    list: str = ""
    unit: str = ""
    type: str = ""
    state: str = ""
    at: str = ""


class Results(Struct, frozen=True):
    """What was found. ``laws`` is None where no law was asked for; ``near`` are offers where nothing fits.

    ``unread`` counts the items that are not valid and could not be looked at.
    """

    book: Book
    items: tuple[Item, ...]
    laws: tuple[CitedLaw, ...] | None
    near: tuple[Item, ...]
    unread: int


def find(opened: Opened, asked: Search) -> Results:
    """Search the work tree, or a revision; UsageError for a unit that the register does not have."""
    book = opened.book(asked.at, keep_items=True)
    require_settings(book)
    units = _units(asked.unit, book.units) if asked.unit else frozenset()
    node = opened.schemas["powers"].node
    query = Query(
        asked.words,
        list_called(asked.list, opened.schemas),
        units,
        _chosen(asked.type, node(("items", 0, "type"))),
        _chosen(asked.state, node(("items", 0, "state"))),
    )
    unread = len(book.entries) - len(book.items)
    if not asked.law:
        items = search(book.items.values(), book.units, query)
        near = () if items else _near(book, query)
        return Results(book, items, None, near, unread)
    found = cited_laws(asked.law, _register(book), book.items.values())
    narrowed = tuple(replace(law, items=search(law.items, book.units, query)) for law in found)
    every = {item.code: item for law in narrowed for item in law.items}
    return Results(book, tuple(every.values()), narrowed, (), unread)


def _chosen(text: str, node: Mapping[str, Any]) -> str:
    """The word of an enumeration that is meant, by itself or by a part that no other has."""
    words = [str(word) for word in node["enum"]]
    near = [word for word in words if text and text in word]
    if not text or text in words or len(near) == 1:
        return near[0] if text and text not in words else text
    raise UsageError(f"没有“{text}”这种{node['title']}，可选：{'、'.join(words)}。")


def _register(book: Book) -> Sequence[Doc]:
    document = book.documents.get(LAWS_PATH)
    return cast("list[Doc]", document["laws"]) if document else []


def _near(book: Book, query: Query) -> tuple[Item, ...]:
    """Near names, among what the search was narrowed to."""
    if not query.words:
        return ()
    narrowed = search(book.items.values(), book.units, replace(query, words=()))
    return near_items({item.code: item for item in narrowed}, query.words)


def _units(wanted: str, units: Mapping[str, Unit]) -> frozenset[str]:
    """The unit of a code, name (also without what stands before it) or short name, and those below it."""
    plain = normal(wanted)
    named = {
        unit.code
        for unit in units.values()
        if plain in map(normal, (unit.code, unit.name, unit.short))
    }
    ending = {unit.code for unit in units.values() if normal(unit.name).endswith(plain)}
    named = named or (ending if len(ending) == 1 else set())
    if not named:
        raise UsageError(f"单位名册中没有“{wanted}”。{_guess(plain, units)}")
    return frozenset(code for code in units if named & set(lineage(code, units)))


def _guess(plain: str, units: Mapping[str, Unit]) -> str:
    alike = [unit for unit in units.values() if plain in normal(unit.name)][:3]
    said = "、".join(f"{unit.code}（{unit.name}）" for unit in alike)
    return f"名称中有这几个字的是：{said}。" if said else "可以写单位编号、名称或简称。"
