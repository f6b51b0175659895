"""What a card shows: labels and words, already chosen; how they are laid out is the renderer's business."""

from __future__ import annotations

from msgspec import Struct


class Table(Struct, frozen=True):
    """A small table of short cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Part(Struct, frozen=True):
    """A labelled part of a card: lines, numbered entries of one or more lines, a table, or parts again."""

    label: str
    lines: tuple[str, ...] = ()
    entries: tuple[tuple[str, ...], ...] = ()
    table: Table | None = None
    parts: tuple[Part, ...] = ()


class Card(Struct, frozen=True):
    """A heading, the lines below it, and the parts."""

    title: str
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
