"""``registers/laws.yaml`` as values: what the lists rest on, and the days on which it changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.places import LAWS_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

LOW = "规范性文件"
"""The level that founds no power by itself."""


class Law(Struct, frozen=True):
    """A law of the register, at ``place`` in it; days that it does not give are None.

    ``effective`` is the day from which the text that stands today is in force: of a revised law, its last
    revision's. ``articles`` is how many it has, 0 if that is not known.
    """

    place: int
    title: str
    level: str
    published: date | None = None
    effective: date | None = None
    amended: tuple[date, ...] = ()
    interpreted: tuple[date, ...] = ()
    repealed: date | None = None
    repeal_published: date | None = None
    successor: str = ""
    articles: int = 0

    @property
    def repeal_known(self) -> date | None:
        """The day on which the repeal was made public; its own day where the register gives no other."""
        return self.repeal_published or self.repealed

    def has_moved(self, day: date) -> bool:
        """Whether it has been amended, interpreted or repealed until ``day``, or its repeal made public."""
        days = (self.repealed, self.repeal_published, *self.amended, *self.interpreted)
        return any(each is not None and each <= day for each in days)

    def in_force(self, day: date) -> bool:
        """Whether some text of it is in force on ``day``, as far as the register tells.

        ``effective`` of a revised law says nothing against its older text.
        """
        revised = any(self.effective and change < self.effective for change in self.amended)
        return self.effective is None or self.effective <= day or revised


def laws(book: Book) -> Mapping[str, Law]:
    """The laws of the register by title, the first of doubles; empty where none is kept or it is not valid."""
    found: dict[str, Law] = {}
    entries = cast("list[Doc]", book.documents.get(LAWS_PATH, {}).get("laws") or [])
    for place, entry in enumerate(entries):
        found.setdefault(str(entry["title"]), _law(place, entry))
    return found


def _law(place: int, entry: Doc) -> Law:
    return Law(
        place,
        str(entry["title"]),
        str(entry["level"]),
        _day(entry, "published"),
        _day(entry, "effective"),
        _days(entry, "amended"),
        _days(entry, "interpreted"),
        _day(entry, "repealed"),
        _day(entry, "repeal_published"),
        str(entry.get("successor", "")),
        int(cast("int", entry.get("articles", 0))),
    )


def _day(entry: Doc, key: str) -> date | None:
    return date.fromisoformat(str(entry[key])) if key in entry else None


def _days(entry: Doc, key: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in cast("list[str]", entry.get(key) or []))
