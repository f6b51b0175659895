"""When an item was last adjusted, as the records of the ledger tell: what changed later has not been looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.places import ADJUSTMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.items import Entry
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_SLIP = "correct"
"""勘误 changes no meaning: it shows nobody's having looked at the bases."""


class Reviews(Struct, frozen=True):
    """The last application for each item and, of whole lists, for each list; the first that touched a list."""

    items: Mapping[str, date] = field(default_factory=dict)
    lists: Mapping[str, date] = field(default_factory=dict)
    first: Mapping[str, date] = field(default_factory=dict)

    def of(self, entry: Entry) -> date | None:
        """The day of the item's last adjustment; of one never named, the first day of its list; None without any."""
        days = [
            day
            for day in (self.items.get(entry.code), self.lists.get(entry.list))
            if day is not None
        ]
        return max(days) if days else self.first.get(entry.list)


def reviews(book: Book) -> Reviews:
    """What the adjustment records of the ledger say."""
    items: dict[str, date] = {}
    lists: dict[str, date] = {}
    first: dict[str, date] = {}
    for path, record in book.documents.items():
        if not path.startswith(ADJUSTMENTS) or record["kind"] == _SLIP:
            continue
        day = date.fromisoformat(str(record["applied"]))
        for code in _texts(record, "items"):
            items[code] = max(day, items.get(code, day))
            name = book.entries.list_of(code)
            if name:
                _earliest(first, name, day)
        for name in _texts(record, "lists"):
            lists[name] = max(day, lists.get(name, day))
            _earliest(first, name, day)
    return Reviews(items, lists, first)


def _texts(record: Doc, key: str) -> list[str]:
    return cast("list[str]", record.get(key) or [])


def _earliest(days: dict[str, date], name: str, day: date) -> None:
    days[name] = min(day, days.get(name, day))
