"""Where the headings of a table are, and what each column is: found by score, words taken from the schemas.

Nothing is taken on a guess: a heading that is only near a known one is reported with that guess.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.tables.fields import fields
from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.tables import Sheet

ORDINAL, SUB_ITEM, UNIT, UNIT_CODE, PROBLEM = "#", "+", "unit", "unit_code", "?"
"""Keys of columns that are no field of an entry."""

MAIN = ("name", "title", "certificate", "to")
"""A row of headings names at least one of these, and something else."""

FIRST_ROWS = 30
LEAST_HITS = 2
_NEAR, _NEAR_LATIN = 70, 85
_MARKS = "*＊★☆：:"
_REMARK = re.compile(r"\(([^()]*)\)")
_MEASURE = re.compile(r"个?工作日|自然日|天|日|个?月|小时")


class Vocabulary(Struct, frozen=True):
    """Normalised headings to keys. ``titles`` are the labels of the keys."""

    keys: Mapping[str, str]
    titles: Mapping[str, str]

    def title(self, key: str) -> str:
        """What people call a key."""
        return self.titles.get(key, key)


class Heading(Struct, frozen=True):
    """A column that is understood: what stands above it, its key, and the measure the heading gives bare numbers."""

    text: str
    key: str
    measure: str = ""


class Head(Struct, frozen=True):
    """The headings of a sheet, in rows ``first`` to ``last`` counted from 1.

    ``unknown`` are (column, heading, near guess or empty), ``repeated`` (column, heading, column taken instead); ``stacks``
    is all that stands above each column, from top to bottom.
    """

    first: int
    last: int
    columns: Mapping[int, Heading]
    unknown: tuple[tuple[int, str, str], ...] = ()
    repeated: tuple[tuple[int, str, int], ...] = ()
    stacks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def vocabulary(schema: Schema, entries: str, own: Mapping[str, str]) -> Vocabulary:
    """All that the columns of a list or register may be called.

    ``own``: a district's own headings to keys or labels; they win.
    """
    columns = fields(schema, entries)
    titles = {each.key: each.title for each in columns}
    keys: dict[str, str] = {}
    for word, key in _special(schema, entries, titles):
        keys.setdefault(plain(word), key)
    for place in range(
        max(len(each.headings) for each in columns)
    ):  # a title beats another's synonym
        for each in columns:
            if place < len(each.headings):
                keys.setdefault(plain(each.headings[place]), each.key)
    labels = {title: key for key, title in titles.items()}
    known = {**titles, ORDINAL: "序号"}
    keys |= {
        plain(word): labels.get(key, key)
        for word, key in own.items()
        if labels.get(key, key) in known
    }
    return Vocabulary(keys, titles)


def _special(schema: Schema, entries: str, titles: dict[str, str]) -> Iterator[tuple[str, str]]:
    words = schema.document["definitions"]["table"]["x-words"]
    for key, name in ((ORDINAL, "ordinal"), (SUB_ITEM, "sub_item"), (PROBLEM, "problem")):
        titles[key] = words[name][0]
        yield from ((word, key) for word in words[name])
    if entries == "items":
        yield from ((word, "name") for word in words["main_item"])
    node = schema.node(("unit",))
    if entries == "items" and node:
        label = schema.label(("unit",))
        titles |= {UNIT: label, UNIT_CODE: f"{label}编号"}
        yield from (
            (word, UNIT_CODE) for word in (f"{label}编号", "单位编号", "单位代码", "dept_code")
        )
        own = {heading for each in fields(schema, entries) for heading in each.headings}
        yield from (
            (word, UNIT)
            for word in (label, *node.get("x-headings", ()), "dept_name")
            if word not in own
        )


def find(sheet: Sheet, words: Vocabulary, main: Sequence[str] = MAIN) -> Head | None:
    """The headings of a sheet: the row, or the two rows one above the other, with the most hits; None without.

    They name at least one of ``main``. Of a list as it is kept they are its keys, whichever there are.
    """
    if sheet.entries:
        kept = _head(sheet, words, 1, 1)
        return replace(kept, unknown=_unknown(kept, words))
    best: Head | None = None
    for first in range(1, min(FIRST_ROWS, len(sheet.rows)) + 1):
        for last in (first, first + 1):
            head = _head(sheet, words, first, last)
            if _better(head, best, main):
                best = head
    return replace(best, unknown=_unknown(best, words)) if best else None


def _better(head: Head, best: Head | None, main: Sequence[str]) -> bool:
    keys = [heading.key for heading in head.columns.values()]
    if len(keys) < LEAST_HITS or not any(key in keys for key in main):
        return False
    return best is None or _rank(head) > _rank(best)


def _rank(head: Head) -> tuple[int, int]:
    """More columns are better; of as many, fewer rows."""
    return len(head.columns), head.first - head.last


def _head(sheet: Sheet, words: Vocabulary, first: int, last: int) -> Head:
    """What two rows, or one, would be as headings; what is unknown there is not yet looked at."""
    stacks = _stacks(sheet, first, last)
    columns: dict[int, Heading] = {}
    repeated: dict[int, tuple[int, str, int]] = {}
    for exact in (True, False):  # the schema's own word for a field beats a remark taken away
        for column, stack in stacks.items():
            heading = None if column in columns else _understood(stack, words, exact=exact)
            if heading:
                taken = next((at for at, one in columns.items() if one.key == heading.key), 0)
                if taken and heading.key != ORDINAL:
                    repeated[column] = (column, heading.text, taken)
                else:
                    columns[column] = heading
    return Head(first, last, columns, repeated=tuple(repeated.values()), stacks=stacks)


def _unknown(head: Head, words: Vocabulary) -> tuple[tuple[int, str, str], ...]:
    told = {*head.columns, *(column for column, _, _ in head.repeated)}
    texts = (
        (column, _joined(stack)) for column, stack in head.stacks.items() if column not in told
    )
    return tuple((column, text, _guess(text, words)) for column, text in texts)


def _stacks(sheet: Sheet, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """What stands above each column, from top to bottom; merged cells count for all they cover."""
    found: dict[int, tuple[str, ...]] = {}
    rows = [_spread(sheet, row, (first, last)) for row in range(first, last + 1)]
    width = max((max(row, default=0) for row in rows), default=0)
    for column in range(1, width + 1):
        stack = tuple(dict.fromkeys(row[column] for row in rows if row.get(column)))
        if stack:
            found[column] = stack
    return found


def _spread(sheet: Sheet, row: int, span: tuple[int, int]) -> dict[int, str]:
    """A row of headings by column, with merged cells repeated; in a file that has none, blanks continue the left."""
    first, last = span
    cells = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
    found = {column: text for column, text in enumerate(cells, 1) if text}
    for region in sheet.merged:
        if first <= region.top <= row <= region.bottom <= last:
            text = _cell(sheet, region.top, region.left)
            found |= {
                column: text for column in range(region.left, min(region.right, 500) + 1) if text
            }
    if row < last and not sheet.merged:
        _continue(found, sheet, last)
    return found


def _continue(found: dict[int, str], sheet: Sheet, last: int) -> None:
    below = sheet.rows[last - 1] if last <= len(sheet.rows) else ()
    for column, text in enumerate(below, 1):
        if text and column not in found and column - 1 in found:
            found[column] = found[column - 1]


def _cell(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
    return cells[column - 1] if column <= len(cells) else ""


def _understood(stack: tuple[str, ...], words: Vocabulary, *, exact: bool) -> Heading | None:
    for text in _readings(stack):
        bare = plain(text)
        key = words.keys.get(bare)
        if key is None and not exact:
            key = words.keys.get(_REMARK.sub("", bare))
        if key is not None:
            remarks = "".join(_REMARK.findall(plain(_joined(stack))))
            measure = _MEASURE.search(remarks)
            return Heading(_joined(stack), key, measure[0] if measure else "")
    return None


def _readings(stack: tuple[str, ...]) -> Iterable[str]:
    """How the headings above a column may be read: the lowest alone, or joined with what is above it."""
    if len(stack) == 1:
        return stack
    top, low = stack[0], stack[-1]
    return (low, top + low, low + top) if plain(low) else (top,)


def _joined(stack: tuple[str, ...]) -> str:
    return "·".join(" ".join(part.split()) for part in stack)


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """A heading without what does not matter: blanks, width, marks of required columns, case, underscores."""
    return normal(text).strip(_MARKS).rstrip(".").replace("_", "")


def _guess(text: str, words: Vocabulary) -> str:
    from rapidfuzz import fuzz, process

    bare = _REMARK.sub("", plain(text))
    cutoff = _NEAR_LATIN if bare.isascii() else _NEAR
    near = process.extractOne(bare, list(words.keys), scorer=fuzz.ratio, score_cutoff=cutoff)
    return words.title(words.keys[near[0]]) if near else ""
