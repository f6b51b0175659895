"""What differs between two versions of the lists, in words and counts."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Piece(Struct, frozen=True):
    """A stretch of a text that stayed (``same``), went (``cut``) or came (``put``)."""

    kind: Literal["same", "cut", "put"]
    text: str


class FieldDifference(Struct, frozen=True):
    """One field: before and after; of a longer text its ``pieces``; of a list what is ``gone`` and ``new``."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Filed(Struct, frozen=True):
    """An adjustment between the two versions that names the item."""

    record: str
    kind: str
    applied: str
    reason: str


class ItemDifference(Struct, frozen=True):
    """An item that differs. ``kind`` is what became of it: 新增, 变更 …, 直接修改 where no papers are needed."""

    code: str
    name: str
    type: str
    list: str
    list_title: str
    unit: str
    unit_name: str
    kind: str
    filed: tuple[Filed, ...] = ()
    fields: tuple[FieldDifference, ...] = ()


class Count(Struct, frozen=True):
    """How often something happened."""

    name: str
    count: int


class Stand(Struct, frozen=True):
    """A list or a unit in numbers: ``before + entered - left == after``.

    Cancelled items stay in their list and count; ``used_before`` and ``used_after`` count those in use.
    """

    name: str
    before: int
    entered: int
    left: int
    after: int
    used_before: int
    used_after: int
    kinds: tuple[Count, ...] = ()


class Side(Struct, frozen=True):
    """One of the two versions. ``commit`` and ``day`` are empty for the work tree."""

    name: str
    commit: str = ""
    day: str = ""


class OtherFile(Struct, frozen=True):
    """A register, the settings, rules or a system's snapshot that differs; ``more`` counts what is not shown."""

    path: str
    title: str
    fields: tuple[FieldDifference, ...]
    more: int = 0


class Difference(Struct, frozen=True):
    """Everything that differs. ``unread`` are sentences on what could not be compared."""

    before: Side
    after: Side
    total: Stand
    lists: tuple[Stand, ...]
    units: tuple[Stand, ...]
    items: tuple[ItemDifference, ...]
    others: tuple[OtherFile, ...]
    unread: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.items or self.others or self.unread)
