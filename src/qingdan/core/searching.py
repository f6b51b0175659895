"""Finding items by words: in names, codes, units, laws and sections, also by the letters of their pinyin."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import pinyin
from qingdan.core.wording import normal
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from qingdan.model.items import Item
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Unit

CODES = ("code", "task_code", "catalog_code", "local_task_code", "local_catalog_code")
_LETTERS = 2
"""So many letters at least are looked for as pinyin, so many characters in the name of a unit."""
_NEAR_NAME, _NEAR_CODE = 60, 70
"""From this likeness on (of 100), a name or a code is offered to who has found nothing."""
_OFFERED = 3
_LOOSE = 6


class Query(Struct, frozen=True):
    """What is looked for: every word must be found, and what is given besides must agree.

    ``units`` are the codes of units to which the search is narrowed; empty for all.
    """

    words: tuple[str, ...] = ()
    list: str = ""
    units: frozenset[str] = frozenset()
    type: str = ""
    state: str = ""


class _Words(Struct, frozen=True):
    """What an item is found by, normalised."""

    codes: tuple[str, ...]
    name: str
    units: tuple[str, ...]
    others: tuple[str, ...]


def search(items: Iterable[Item], units: Mapping[str, Unit], query: Query) -> tuple[Item, ...]:
    """The items that fit, the best first: code, beginning of the name, name, the rest; cancelled ones last.

    Initials with characters left out are tried only where nothing else is found.
    """
    wanted = tuple(filter(None, map(normal, query.words)))
    narrowed = [(item, _words(item, units)) for item in items if _fits(item, query)]
    for loose in (False, True):
        ranked = [(_rank(known, wanted, loose=loose), item) for item, known in narrowed]
        found = [(rank, item) for rank, item in ranked if rank is not None]
        if found:
            return tuple(item for _, item in sorted(found, key=lambda pair: _order(*pair)))
    return ()


def _fits(item: Item, query: Query) -> bool:
    return (
        query.list in {"", item.list}
        and query.type in {"", item.type}
        and query.state in {"", item.state}
        and (not query.units or item.unit in query.units)
    )


def _words(item: Item, units: Mapping[str, Unit]) -> _Words:
    unit = units.get(item.unit)
    bases = cast("list[Doc]", item.data.get("basis", []))
    others = [str(entry.get("law", "")) for entry in bases]
    others += [str(item.data.get("section", "")), item.type]
    named = (unit.name, unit.short) if unit else ()
    return _Words(
        tuple(normal(str(item.data[key])) for key in CODES if key in item.data),
        normal(item.name),
        tuple(map(normal, (item.unit, *named))),
        tuple(map(normal, others)),
    )


def _rank(known: _Words, wanted: Iterable[str], *, loose: bool) -> int | None:
    """How well an item fits, 0 best: the rank of the word that fits worst; None if one does not fit at all."""
    worst = 0
    for word in wanted:
        rank = _rank_of(known, word)
        if rank is None and loose and _resembles(known, word):
            rank = _LOOSE
        if rank is None:
            return None
        worst = max(worst, rank)
    return worst


def _rank_of(known: _Words, word: str) -> int | None:
    if word in known.codes:
        return 0
    in_name = _rank_in(known.name, word)
    if in_name is not None:
        return in_name
    if any(word in text for text in (*known.codes, *known.units, *known.others)):
        return 5
    by_sound = _is_letters(word) and any(pinyin.spelled(unit, word) for unit in known.units)
    return 5 if by_sound else None


def _rank_in(name: str, word: str) -> int | None:
    if name.startswith(word):
        return 1 if name == word else 2
    if word in name:
        return 3
    return 4 if _is_letters(word) and pinyin.spelled(name, word) else None


def _resembles(known: _Words, word: str) -> bool:
    """Whether characters were left out: ``whp`` for 危险化学品, 应急局 for 应急管理局."""
    if _is_letters(word):
        return pinyin.sketched(known.name, word)
    return len(word) >= _LETTERS and any(_within(word, unit) for unit in known.units)


def _within(word: str, text: str) -> bool:
    rest = iter(text)
    return all(character in rest for character in word)


def _is_letters(word: str) -> bool:
    return len(word) >= _LETTERS and word.isascii() and word.isalpha()


def _order(rank: int, item: Item) -> tuple[bool, int, int, str]:
    return (item.state == "取消", rank, LISTS.index(item.list), item.code)


def item_named(items: Mapping[str, Item], code: str) -> Item | None:
    """The item of a code as people type it: in small letters, in full width, with spaces."""
    found = items.get(code)
    if found:
        return found
    plain = normal(code)
    alike = [known for known in items if normal(known) == plain]
    return items[alike[0]] if len(alike) == 1 else None


def near_codes(codes: Collection[str], code: str) -> list[str]:
    """Codes that look like this one, the likest first."""
    plain = {known: normal(known) for known in codes}
    return list(_near(plain, normal(code), _NEAR_CODE, whole=True))


def near_items(items: Mapping[str, Item], words: Sequence[str]) -> tuple[Item, ...]:
    """Items whose name, or a part of it, looks like these words."""
    names = {code: normal(item.name) for code, item in items.items()}
    found = _near(names, normal("".join(words)), _NEAR_NAME, whole=False)
    return tuple(items[code] for code in found)


def _near(known: Mapping[str, str], wanted: str, cutoff: int, *, whole: bool) -> Iterator[str]:
    from rapidfuzz import fuzz, process

    scorer = fuzz.ratio if whole else fuzz.partial_ratio
    pairs = process.extract(wanted, known, scorer=scorer, score_cutoff=cutoff, limit=_OFFERED)
    yield from (str(key) for _, _, key in pairs)
