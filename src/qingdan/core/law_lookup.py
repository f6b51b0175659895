"""Which items rest on a law: by its title or a part of it, with or without 《》 and 中华人民共和国, or by its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_STATE = "中华人民共和国"
_EDITION = re.compile(r"\((?:[12][0-9]{3}年?)?(?:修正|修订|修改)?(?:本|版)?\)$")


class CitedLaw(Struct, frozen=True):
    """A law as the register has it, or as items cite it (``entry`` is None). ``articles`` by the item's code."""

    title: str
    entry: Doc | None
    items: tuple[Item, ...]
    articles: Mapping[str, tuple[str, ...]]


def cited_laws(wanted: str, register: Sequence[Doc], items: Iterable[Item]) -> tuple[CitedLaw, ...]:
    """The laws that ``wanted`` names, each with the items that rest on it.

    Where a law has just this title or number, it alone; else all that have it in their title or number.
    """
    titles = _titles(register)
    known = {item.code: item for item in items}
    entries = {_key(str(entry["title"])): entry for entry in reversed(register)}
    cited, said = _citations(known.values(), titles)
    return tuple(
        CitedLaw(
            str(entries[key]["title"]) if key in entries else said[key],
            entries.get(key),
            tuple(known[code] for code in cited.get(key, {})),
            cited.get(key, {}),
        )
        for key in _matching(_key(wanted), titles, [*entries, *cited])
    )


def _citations(
    items: Iterable[Item], titles: Mapping[str, str]
) -> tuple[Mapping[str, Mapping[str, tuple[str, ...]]], Mapping[str, str]]:
    """The articles that each item cites, by law; and how each law is called where it is first cited."""
    cited: dict[str, dict[str, tuple[str, ...]]] = {}
    said: dict[str, str] = {}
    keys: dict[str, str] = {}
    for item in items:
        for basis in cast("list[Doc]", item.data.get("basis", [])):
            title = str(basis["law"])
            key = keys.get(title) or keys.setdefault(title, _meant(_key(title), titles))
            said.setdefault(key, title)
            articles = cited.setdefault(key, {})
            here = (str(basis["article"]),) if "article" in basis else ()
            articles[item.code] = tuple(dict.fromkeys((*articles.get(item.code, ()), *here)))
    return cited, said


def _meant(cited: str, titles: Mapping[str, str]) -> str:
    """The key of the registered law that is cited: by title, by number, or by both at once."""
    if cited in titles:
        return titles[cited]
    both = (
        key
        for name, key in titles.items()
        if cited.startswith((f"{name}(", f"{name}》(")) or f"({name}号)" in cited
    )
    return next(both, cited)


def _titles(register: Iterable[Doc]) -> dict[str, str]:
    """Every name of a registered law, its number too, to the key of its title."""
    found: dict[str, str] = {}
    for entry in register:
        key = _key(str(entry["title"]))
        found.setdefault(key, key)
        if "number" in entry:
            found.setdefault(_key(str(entry["number"])), key)
    return found


def _matching(wanted: str, titles: Mapping[str, str], keys: Iterable[str]) -> list[str]:
    """The keys of the laws that are meant, in order."""
    every = dict(titles) | {key: key for key in keys if key not in titles}
    if wanted in every:
        return [every[wanted]]
    return list(dict.fromkeys(key for name, key in every.items() if wanted and wanted in name))


def _key(title: str) -> str:
    """A title or number without what people leave out: marks, the state's name, the year of the edition."""
    plain = _EDITION.sub("", normal(title).strip("《》<>")).strip("《》<>")
    return plain.removeprefix(_STATE).removesuffix("号")
