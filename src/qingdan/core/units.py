"""Units and those in whose name they act."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.workspace import Unit

INNER = frozenset({"科室", "镇内设"})
"""Kinds of unit that are parts of another: they act in its name, never in their own."""


def lineage(unit: str, units: Mapping[str, Unit]) -> tuple[str, ...]:
    """A unit and those it belongs to, as far up as the register tells; a circle ends where it closes."""
    chain: list[str] = []
    while unit and unit not in chain:
        chain.append(unit)
        unit = units[unit].parent if unit in units else ""
    return tuple(chain)


def acting(unit: str, units: Mapping[str, Unit]) -> tuple[str, ...]:
    """A unit and, of a section, those above it up to the first that acts in its own name, which stands last.

    区直 units stop at themselves: that the district government is a subject does not make them one.
    """
    chain: list[str] = []
    for code in lineage(unit, units):
        chain.append(code)
        if code not in units or units[code].kind not in INNER:
            break
    return tuple(chain)


def called(unit: str, units: Mapping[str, Unit]) -> str:
    """The unit's short name, or its code where the register does not know it."""
    return units[unit].short if unit in units else unit
