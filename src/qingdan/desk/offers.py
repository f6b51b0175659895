"""What a shell is offered to complete a word: codes with their names, records, periods; nothing that could harm it.

A shell asks at a press of a key. So nothing is judged here, and what is heavy to load is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qingdan.core.text import skimming
from qingdan.repo import glancing
from qingdan.repo.whereabouts import workspace_around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_MANY = 200
"""More than these nobody looks through: what they begin with is offered instead."""
_IN_WORDS = frozenset("-._/（）·、")
_IN_HELP = _IN_WORDS | frozenset("，；：《》〔〕“” ")
_LONGEST = 60


class Offer(NamedTuple):
    """A word, and what is shown beside it."""

    value: str
    help: str | None = None
    type: str = "plain"


def offers(kind: str, start: Path, typed: str) -> list[Offer]:
    """What words of a kind of :data:`KINDS` go on from what was typed; nothing outside of a workspace."""
    root = workspace_around(start)
    if root is None:
        return []
    lines = skimming.beginning(KINDS[kind](root, typed), typed)
    found = (
        [(word, "") for word in skimming.forks(lines, len(typed.encode("utf-8", "replace")))]
        if len(lines) > _MANY
        else map(skimming.named, lines)
    )
    return [Offer(code, _told(name) or None) for code, name in found if _is_harmless(code)]


def _is_harmless(word: str) -> bool:
    """Whether a shell takes a word for itself, whatever stands around it."""
    return bool(word) and word[0].isalnum() and all(c.isalnum() or c in _IN_WORDS for c in word)


def _told(name: str) -> str:
    """A name as it may be shown: shells evaluate what they are told, and some characters are commands."""
    plain = "".join(c if c.isalnum() or c in _IN_HELP else " " for c in name)
    return " ".join(plain.split())[:_LONGEST]


def _items(root: Path, _typed: str) -> bytes:
    files = [file for folder in glancing.folders(root / "lists") for file in glancing.files(folder)]
    return glancing.skimmed(root, files, skimming.items)


def _units(root: Path, typed: str) -> bytes:
    """Units by their codes, or by their names where one was begun."""
    known = skimming.entries(glancing.content(root / "registers" / "units.yaml"))
    if typed.isascii():
        return known
    rows = (line.partition(b"\t") for line in known.split(b"\n"))
    return b"\n".join(name + tab + code for code, tab, name in rows)


def _rules(root: Path, _typed: str) -> bytes:
    files = glancing.files(root / "rules")
    return b"\n".join(skimming.rules(glancing.content(file.path)) for file in files)


def _asked(root: Path, typed: str) -> bytes:
    """What a finding may be about: a rule, or a kind of finding."""
    return _rules(root, typed) + b"\n" + _codes(root, typed)


def _codes(_root: Path, _typed: str) -> bytes:
    from qingdan.model.codes import CODES

    return "\n".join(f"{code}\t{kind.title}" for code, kind in CODES.items()).encode()


def _channels(root: Path, _typed: str) -> bytes:
    return skimming.channels(glancing.content(root / "qingdan.yaml"))


def _packs(root: Path, _typed: str) -> bytes:
    return _names(file.path.removesuffix(".yaml") for file in glancing.files(root / "rules"))


def _lists(root: Path, _typed: str) -> bytes:
    return _names(map(str, glancing.folders(root / "lists")))


def _inspections(root: Path, _typed: str) -> bytes:
    return _names(map(str, glancing.folders(root / "ledger" / "inspections")))


def _records(kind: str) -> Callable[[Path, str], bytes]:
    def found(root: Path, _typed: str) -> bytes:
        folders = glancing.folders(root / "ledger" / kind)
        return _names(
            f.path.removesuffix(".yaml") for each in folders for f in glancing.files(each)
        )

    return found


def _names(paths: Iterable[str]) -> bytes:
    return "\n".join(path.rpartition("/")[2] for path in paths).encode("utf-8", "replace")


KINDS: Mapping[str, Callable[[Path, str], bytes]] = {
    "items": _items,
    "units": _units,
    "rules": _rules,
    "asked": _asked,
    "codes": _codes,
    "packs": _packs,
    "lists": _lists,
    "channels": _channels,
    "inspections": _inspections,
    "adjustments": _records("adjustments"),
    "findings": _records("findings"),
    "rectifications": _records("rectifications"),
}
"""Kind of word to a line for each that there is: the word, and after a tab what is shown beside it."""
