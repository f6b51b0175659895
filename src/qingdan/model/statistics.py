"""Findings as numbers."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct, frozen=True):
    """One pack, rule or unit with its numbers by severity: errors, warnings, hints."""

    key: str
    title: str
    counts: tuple[int, ...]


class Statistics(Struct, frozen=True):
    """All findings by severity, and the same by pack, rule and unit."""

    total: tuple[int, ...]
    packs: tuple[Line, ...]
    rules: tuple[Line, ...]
    units: tuple[Line, ...]
