"""Which unit and which item a row is about; the same words are looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.importing.unit_names import unit_names
from qingdan.core.places import CODE, UNITS_PATH
from qingdan.core.privacy import personal
from qingdan.core.systems.comparison import CODES
from qingdan.core.systems.matching import by_code, first_of
from qingdan.core.tables.headings import UNIT, UNIT_CODE
from qingdan.core.units import lineage
from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.model.items import Item
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_SHORTEST = 5
"""A text of fewer characters that is no item's name may be a person's."""
_LONGEST = 200

UNKNOWN_UNIT, OTHER_UNIT = "单位不在单位名册中", "是别的单位的"

Subject = tuple[str, str, str]
"""Unit, item (its code, or as it is called where the lists do not have it), or as the third why a row has neither."""


class Subjects:
    """The units and items of a workspace, as tables name them."""

    def __init__(self, book: Book, unit: str = "") -> None:
        """``book`` with its items kept; ``unit``: the one unit whose rows are taken, empty for all."""
        items = tuple(book.items.values())
        self._units, self.only = book.units, unit
        self._codes, self._names = by_code(items), _by_name(items, book)
        register = cast("list[Doc]", book.documents.get(UNITS_PATH, {}).get("units") or [])
        places = (book.settings.name, book.settings.short) if book.settings else ()
        self._aliases = unit_names(register, places)
        self._known: dict[tuple[str, ...], Subject] = {}

    def find(self, cells: Mapping[str, str]) -> Subject:
        """What a row is about, by its cells of codes, name and unit."""
        words = tuple(cells.get(key, "") for key in (*CODES, "name", UNIT, UNIT_CODE))
        found = self._known.get(words)
        if found is None:
            found = self._known[words] = self._find(cells)
        return found

    def unit(self, text: str) -> str:
        """The code of a unit by any of its names; empty for none."""
        return self._aliases.find(text)

    def item(self, cells: Mapping[str, str], unit: str) -> Item | None:
        """The item by any code that names one alone, else by its name in the unit, or in all."""
        found = first_of(self._codes, {key: cells[key] for key in CODES if key in cells})
        name = normal(cells.get("name") or cells.get("code", ""))
        return found or self._names.get((unit, name))

    def _find(self, cells: Mapping[str, str]) -> Subject:
        given = cells.get(UNIT_CODE) or cells.get(UNIT, "")
        named = self.unit(given) if given else ""
        if given and not named:
            return "", "", f"{UNKNOWN_UNIT}{self._near(given)}"
        if named and self.only and not self._related(named, self.only):
            return "", "", OTHER_UNIT
        unit = named or self.only
        item = self.item(cells, unit)
        if item and unit in {"", *lineage(item.unit, self._units)}:
            return item.unit, item.code, ""
        if not unit:
            return "", "", "没有写明单位，也认不出事项"
        name, why = (item.code, "") if item else _as_called(cells)
        return unit, name, why

    def _near(self, text: str) -> str:
        near = self._aliases.near(text)
        return f"，是不是“{near}”？" if near else ""

    def _related(self, one: str, other: str) -> bool:
        return one in lineage(other, self._units) or other in lineage(one, self._units)


def _as_called(cells: Mapping[str, str]) -> tuple[str, str]:
    """An item that is in no list: its code, or its name unless that may be something else."""
    code = next((cells[key] for key in CODES if CODE.fullmatch(cells.get(key, ""))), "")
    name = code or cells.get("name", "")
    if not name:
        return "", "没有写明事项"
    unfit = len(name) < _SHORTEST or len(name) > _LONGEST or personal(name)
    return ("", "事项不在清单中，也不像事项的名称") if unfit and not code else (name, "")


def _by_name(items: Iterable[Item], book: Book) -> dict[tuple[str, str], Item | None]:
    """Unit (or none) and name to the item; None where several share it."""
    found: dict[tuple[str, str], Item | None] = {}
    for item in items:
        for unit in ("", *lineage(item.unit, book.units)):
            place = (unit, normal(item.name))
            found[place] = item if found.get(place, item) is item else None
    return found
