"""Which columns of a table are taken: those that the schemas know; of the others it is said that they were left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.importing.scalars import date as day_of
from qingdan.core.systems.comparison import CODES
from qingdan.core.tables.headings import UNIT, UNIT_CODE, Vocabulary, find, plain, vocabulary
from qingdan.core.wording import normal
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schemas
    from qingdan.model.tables import Sheet

SUBJECT = (*CODES, "name", UNIT, UNIT_CODE)
"""Columns that say which item and which unit a row is about."""


class Wanted(Struct, frozen=True):
    """What is looked for: what the schema's node ``at`` says of a row.

    A sheet serves that has the columns ``main``; ``own`` are a district's own headings, to keys or labels.
    """

    schema: str
    at: tuple[str | int, ...]
    main: tuple[str, ...]
    own: Mapping[str, str]


class Table(Struct, frozen=True):
    """The sheet that serves. ``spots`` are the places of the columns by key, ``first`` that of the first row below.

    ``left`` are the headings of columns not taken, ``persons`` those among them that tell who somebody is.
    """

    sheet: Sheet
    first: int
    spots: Mapping[str, int]
    left: tuple[str, ...]
    persons: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells by key of every row below the headings; cells without a text are left out."""
        spots = tuple(self.spots.items())
        for line, cells in enumerate(self.sheet.rows[self.first :], self.first + 1):
            width = len(cells)
            yield line, {key: cells[at] for key, at in spots if at < width and cells[at]}


def table(sheets: Sequence[Sheet], wanted: Wanted, schemas: Schemas) -> Table:
    """The first sheet that serves; UsageError where there is none."""
    known = _words(wanted, schemas)
    for sheet in sheets:
        head = find(sheet, known, wanted.main)
        spots = {h.key: at - 1 for at, h in head.columns.items()} if head else {}
        if head and spots.keys() >= set(wanted.main):
            ordinals = {plain(word) for word in _common(schemas)["ordinal"]}
            left = tuple(text for _, text, _ in head.unknown if plain(text) not in ordinals)
            persons = _common(schemas)["persons"]
            telling = tuple(text for text in left if any(word in text for word in persons))
            return Table(sheet, head.last, spots, left, telling)
    first = next((row for sheet in sheets for row in sheet.rows if any(row)), ())
    names = "”“".join(known.title(key) for key in wanted.main)
    raise UsageError(
        f"没有找到“{names}”这些列，第一行有{sum(map(bool, first))}列。"
        f"列名不同的，用 --columns 写明，例如 --columns 文书编号={known.title(wanted.main[0])}。"
    )


def _common(schemas: Schemas) -> Mapping[str, Sequence[str]]:
    """Words that stand in tables, by what they are."""
    words: Mapping[str, Sequence[str]] = schemas["powers"].document["definitions"]["table"][
        "x-words"
    ]
    return words


def _words(wanted: Wanted, schemas: Schemas) -> Vocabulary:
    """What the columns may be called: item and unit as in the lists, the rest by their own schema; ``own`` wins."""
    powers = vocabulary(schemas["powers"], "items", {})
    keys = {word: key for word, key in powers.keys.items() if key in SUBJECT}
    titles = {key: powers.title(key) for key in SUBJECT}
    schema = schemas[wanted.schema]
    for key in schema.node(wanted.at)["properties"]:
        node, title = schema.node((*wanted.at, key)), schema.label((*wanted.at, key))
        column = {"item": "code"}.get(key, key)
        if node.get("type") not in {"array", "object"} and key != "id":
            titles[column] = title
            names = (title, key, *node.get("x-headings", ()))
            keys |= {
                plain(name): column for name in names if column != UNIT or plain(name) not in keys
            }
    labels = {title: key for key, title in titles.items()}
    own = {plain(word): labels.get(key, key) for word, key in wanted.own.items()}
    unknown = [key for key in own.values() if key not in titles]
    if unknown:
        known = "、".join(titles[key] for key in titles if not key.endswith("_code"))
        raise UsageError(f"--columns 写的“{unknown[0]}”不是可以取入的内容。可以取入的有：{known}。")
    return Vocabulary(keys | own, titles)


class Days:
    """Days as the ledger writes them, of cells however they are written; each spelling is read once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def read(self, text: str) -> str:
        """The day of a cell; empty for what is no day."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = _day(text)
        return found


def _day(text: str) -> str:
    shape = day_of(text.replace("T", " ").partition(" ")[0])
    try:
        return date.fromisoformat(shape).isoformat()
    except ValueError:
        return ""


def same_word(text: str, choices: Sequence[str]) -> str:
    """The one of the choices that a text is, or that stands in it; empty for none."""
    plain = normal(text)
    return next((choice for choice in choices if normal(choice) in plain), "")
