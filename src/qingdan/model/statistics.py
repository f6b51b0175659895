"""Findings as numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One pack, rule or unit with its numbers by severity: errors, warnings, hints."""

    key: str
    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All findings by severity, and the same by pack, rule and unit."""

    total: tuple[int, ...]
    packs: tuple[Line, ...]
    rules: tuple[Line, ...]
    units: tuple[Line, ...]
