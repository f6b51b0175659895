"""Small words of reports: things counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.model.reports import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def tallies(names: Iterable[str]) -> tuple[Tally, ...]:
    """Each name and how often it comes, the most frequent first."""
    return tuple(Tally(name, count) for name, count in Counter(names).most_common())


def percent(part: int, whole: int) -> str:
    """``66.7%``; ``100%`` and never ``100.0%``."""
    return f"{part / whole:.1%}".replace(".0%", "%")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names one after another; of many the first ones and how many there are."""
    shown = "、".join(names[:most])
    return f"{shown}等{len(names)}个单位" if len(names) > most else shown
