"""What a comparison rests on: a system's snapshot, the items that are public, the items as they stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.places import system_path
from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.items import Item
    from qingdan.model.settings import SystemSettings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Unit

CODES = ("code", "task_code", "catalog_code", "local_task_code", "local_catalog_code")
"""Everything that can name an item beyond doubt."""

IN_USE = "在用"


class Comparison(Struct, frozen=True, eq=False):
    """All that a comparison rests on.

    ``public`` and ``current`` are items by code, the current ones to explain 待同步; ``unit_names`` comes
    from :func:`unit_names`. ``fields`` and ``words`` fill up while it is read: what is compared of a list's items, and
    what the system's values mean there, is the same for each of 64,000 rows.
    """

    system: SystemSettings
    rows: tuple[Doc, ...]
    public: Mapping[str, Item]
    current: Mapping[str, Item]
    units: Mapping[str, Unit]
    schemas: Schemas
    unit_names: Mapping[str, str]
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the system's snapshot stands."""
        return system_path(self.system.id)

    @property
    def known(self) -> dict[str, Item]:
        """Every item that a row can be, by code: what is public of it where it is, else as it stands now."""
        return {**self.current, **self.public}

    def unit(self, row: Doc) -> str:
        """The code of a row's unit; empty for one that is not given or not known."""
        return self.unit_names.get(normal(str(row.get("unit", ""))), "")


def unit_names(units: Mapping[str, Unit], place: str = "") -> dict[str, str]:
    """Every way in which a unit is named, normalised, to its code.

    ``place``, such as 金水区, stands in the middle of full names: what is above it is often left out, and
    itself but for 区. A short form that two units share is neither's.
    """
    names: dict[str, str] = {}
    for unit in units.values():
        for name in (unit.code, unit.name, unit.short):
            names.setdefault(normal(name), unit.code)
    shorter = [(form, unit.code) for unit in units.values() for form in _shorter(unit.name, place)]
    counts = Counter(form for form, _ in shorter)
    return {form: code for form, code in shorter if counts[form] == 1} | names


def _shorter(name: str, place: str) -> tuple[str, ...]:
    """``郑州市金水区民政局`` as 金水区民政局 and 区民政局."""
    if not place or normal(place) not in normal(name):
        return ()
    before, found, rest = normal(name).partition(normal(place))
    return (*([found + rest] if before else []), *([found[-1] + rest] if rest else []))


def code_of(row: Doc) -> str:
    """The first code that a row gives, empty if it gives none."""
    return str(next((row[key] for key in CODES if key in row), ""))


def rows_of(document: Doc) -> tuple[Doc, ...]:
    """The rows of a valid snapshot."""
    return tuple(cast("list[Doc]", document["rows"]))
