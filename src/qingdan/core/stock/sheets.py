"""One list file as it is kept: its entries packed, what was found in it by itself and against the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.stock import plain
from qingdan.model.blobs import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry, Item


class Sheet(Struct, frozen=True):
    """A list file. Without ``unit`` it could not be read, and nothing is known of what it holds.

    ``codes`` are those of its entries, ``named`` those that they point at. It is ``used`` if an entry is in use,
    ``exempted`` if one has exceptions, ``linked`` if one has to do with others by what it says. ``found`` are the
    findings of the file by itself, ``judged`` those against settings and registers, both with their lines. ``id`` is
    the content's object id (empty if nobody is to know the sheet again). ``items`` are filled only where whole items
    were asked for.
    """

    path: str
    list: str
    unit: str
    count: int
    used: bool
    exempted: bool
    linked: bool
    codes: tuple[str, ...]
    named: tuple[str, ...]
    found: tuple[Finding, ...]
    judged: tuple[Finding, ...]
    packed: bytes
    id: str = ""
    items: tuple[Item, ...] = ()

    def entries(self) -> Iterator[Entry]:
        """Its entries."""
        return unpacked(self.path, self.packed)


def packed(path: str, unit: str, entries: Iterable[Entry], *, kept: bool) -> bytes:
    """Entries as a blob; ``kept``: for the runs that follow."""
    rows = list(entries)
    name = rows[0].list if rows else ""
    return pack(path, [name, unit, plain.of_entries(rows)], kept=kept)


def unpacked(path: str, blob: bytes | None) -> Iterator[Entry]:
    """The entries of a blob; DamagedError if it is none of theirs."""
    name, unit, rows = unpack(path, blob)
    return plain.entries(name, unit, path, rows)
