"""Small words of reports: things counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.model.reports import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable


def tallies(names: Iterable[str]) -> tuple[Tally, ...]:
    """Each name and how often it comes, the most frequent first."""
    return tuple(Tally(name, count) for name, count in Counter(names).most_common())
