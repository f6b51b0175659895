"""A system's values in the words of the lists, and whether two values say the same."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qingdan.core import wording
from qingdan.core.systems.comparison import CODES, IN_USE
from qingdan.core.systems.parts import PARTS
from qingdan.core.units import lineage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.schema import Schema
    from qingdan.core.systems.comparison import Comparison
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

COMPARED = (
    "name",
    "unit",
    "type",
    "statutory_limit",
    "promised_limit",
    "charged",
    "handling",
    "standard",
    "address",
    "result",
)
"""What is compared as one text; :data:`~qingdan.core.systems.parts.PARTS` part by part."""

_LIMITS = frozenset({"statutory_limit", "promised_limit"})
_OF_BOTH = frozenset({*CODES, *PARTS})


def comparable(c: Comparison, item: Item, row: Doc) -> Iterator[str]:
    """What both the system and the item's list have a place for; a code or parts only where both give some."""
    for key in _fields(c, item.list):
        if key in _OF_BOTH and not (item.data.get(key) and key in row):
            continue
        yield key


def _fields(c: Comparison, name: str) -> tuple[str, ...]:
    """What can be compared of the items of a list."""
    if name not in c.fields:
        configured, schema = set(c.system.columns.values()), c.schemas[name]
        every = (*CODES, *COMPARED, *PARTS)
        c.fields[name] = tuple(k for k in every if k in configured and _known(schema, k))
    return c.fields[name]


def unlike(c: Comparison, item: Item, row: Doc) -> Iterator[str]:
    """The comparable fields but for those that say the same letter by letter, as nearly all do."""
    for key in comparable(c, item, row):
        as_ours = key not in PARTS and str(row.get(key, "")) == ours(c, item, key)
        if not as_ours or key in c.system.values:
            yield key


def label(c: Comparison, item: Item, key: str) -> str:
    """What the item's list calls a field."""
    return _label(c.schemas[item.list], key)


def ours(c: Comparison, item: Item, key: str) -> str:
    """A field of an item as a text; empty where it has none."""
    if key == "unit":
        return c.units[item.unit].name if item.unit in c.units else item.unit
    value = item.data.get(key)
    return "" if value is None else str(value)


def theirs(c: Comparison, row: Doc, key: str, item: Item | None = None) -> str:
    """A system's value in the words of the lists: its own spellings, then limits, codes and synonyms."""
    text, name = str(row.get(key, "")), item.list if item else c.system.lists[0]
    if key == "name":  # no two rows have the same
        return _in_our_words(c, text, key, name)
    place = (name, key, text)
    if place not in c.words:
        c.words[place] = _in_our_words(c, text, key, name)
    return c.words[place]


def _in_our_words(c: Comparison, text: str, key: str, name: str) -> str:
    text = text.strip()
    text = c.system.values.get(key, {}).get(text, text)
    if key in _LIMITS:
        return wording.limit(text) if text else ""
    if not text or key == "name":
        return text
    words = _spellings(c.schemas[name], key)
    return words.get(wording.spelled(text), text) if words else text


def same(c: Comparison, key: str, their: str, our: str) -> bool:
    """Whether two texts of a field say the same: a section acts in the name of its bureau."""
    if their == our:
        return True
    if key in _LIMITS:
        return their == wording.limit(our)
    one, other = wording.normal(their), wording.normal(our)
    if key == "unit" and one in c.unit_names and other in c.unit_names:
        return c.unit_names[one] in lineage(c.unit_names[other], c.units)
    return one == other


def active(c: Comparison, row: Doc) -> bool:
    """Whether a row is in use there; one without a state is."""
    return theirs(c, row, "state") in {"", IN_USE}


def knows_state(c: Comparison, row: Doc) -> bool:
    """Whether the lists have a word for a row's state."""
    words = _spellings(c.schemas[c.system.lists[0]], "state")
    return theirs(c, row, "state") in words.values()


@lru_cache(maxsize=256)
def _spellings(schema: Schema, key: str) -> Mapping[str, str]:
    return wording.spellings(schema.node(("items", 0, key)))


@lru_cache(maxsize=256)
def _known(schema: Schema, key: str) -> bool:
    return key == "unit" or bool(schema.node(("items", 0, key)))


@lru_cache(maxsize=256)
def _label(schema: Schema, key: str) -> str:
    return schema.label(("unit",) if key == "unit" else ("items", 0, key))
