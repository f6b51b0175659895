"""What is public against what a system is configured with: who is who, then what differs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.systems import defects
from qingdan.core.systems.comparison import Comparison, rows_of, unit_names
from qingdan.core.systems.judging import judge
from qingdan.core.systems.matching import pair

if TYPE_CHECKING:
    from qingdan.core.systems.matching import Coded, Pairing
    from qingdan.model.findings import Finding

__all__ = ["Compared", "Comparison", "compare", "rows_of", "unit_names"]


class Compared(Struct, frozen=True, dict=True):
    """A system compared: by what, and who is who."""

    comparison: Comparison
    coded: Coded

    @cached_property
    def pairing(self) -> Pairing:
        """Who is who, with the items themselves: only a matrix shows it."""
        return self.coded.pairing(self.comparison)


def compare(comparison: Comparison) -> tuple[Pairing, tuple[Finding, ...]]:
    """Who is who, and every disagreement between the public lists and a system, the defects of its own table first."""
    pairing = pair(comparison)
    own = defects.check(comparison.system, comparison.rows, comparison.path)
    return pairing, (*own, *judge(comparison, pairing))
