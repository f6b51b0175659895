"""Units and those in whose name they act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest

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
    if (
        unit in units and units[unit].kind not in INNER
    ):  # nearly all are asked about, and act themselves
        return (unit,)
    chain: list[str] = []
    for code in lineage(unit, units):
        chain.append(code)
        if code not in units or units[code].kind not in INNER:
            break
    return tuple(chain)


def called(unit: str, units: Mapping[str, Unit]) -> str:
    """The unit's short name, or its code where the register does not know it."""
    return units[unit].short if unit in units else unit


def unit_called(name: str, units: Mapping[str, Unit]) -> str:
    """A unit's code by code, name or short name; UsageError with a guess for a stranger."""
    for unit in units.values():
        if name in {unit.code, unit.name, unit.short}:
            return unit.code
    names = [text for unit in units.values() for text in (unit.code, unit.name, unit.short)]
    near = likest(name, names, 1, 0.5)
    raise UsageError(f"单位名册里没有“{name}”。" + (f"是不是“{near[0]}”？" if near else ""))
