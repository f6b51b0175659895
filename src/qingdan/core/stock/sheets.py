"""One list file as it is kept: its entries packed, what was found in it by itself and against the registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.core.stock import plain
from qingdan.core.stock.blobs import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Entry, Item


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list file. Without ``unit`` it could not be read, and nothing is known of what it holds.

    ``codes`` are those of its entries, ``named`` those that they point at. It is ``used`` if an entry is in use,
    ``exempted`` if one has exceptions, ``linked`` if one has to do with others by what it says. ``found`` are the
    findings of the file by itself, ``judged`` those against settings and registers, both with their lines. ``items``
    are filled only where whole items were asked for.
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
    items: tuple[Item, ...] = ()

    def entries(self) -> Iterator[Entry]:
        """Its entries."""
        return unpacked(self.path, self.packed)


def sheet(
    path: str,
    unit: str,
    entries: tuple[Entry, ...],
    found: Iterable[Finding],
    judged: Iterable[Finding],
    items: tuple[Item, ...] = (),
) -> Sheet:
    """A list file of these entries and findings."""
    name = path.split("/")[1]
    return Sheet(
        path,
        name,
        unit,
        len(entries),
        any(entry.state == "在用" for entry in entries),
        any(entry.exemptions for entry in entries),
        any(entry.is_linked for entry in entries),
        tuple(entry.code for entry in entries if entry.code),
        tuple(dict.fromkeys(code for entry in entries for _, code in entry.refs)),
        tuple(found),
        tuple(judged),
        packed(path, unit, entries),
        items,
    )


def packed(path: str, unit: str, entries: Iterable[Entry]) -> bytes:
    """Entries as a blob."""
    rows = list(entries)
    name = rows[0].list if rows else ""
    return pack(path, [name, unit, plain.of_entries(rows)])


def unpacked(path: str, blob: bytes | None) -> Iterator[Entry]:
    """The entries of a blob; DamagedError if it is none of theirs."""
    name, unit, rows = unpack(path, blob)
    return plain.entries(name, unit, path, rows)
