"""What somebody may have meant: words that are spelt nearly like one that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 200
"""Longer words are like no other: comparing them takes minutes, and no name is so long."""


def likest(word: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most so many of the known words, the likest first; ``cutoff`` is how like they must be, from 0 to 1."""
    from difflib import get_close_matches  # only mistakes need it

    if len(word) > _LONGEST:
        return []
    return get_close_matches(word, [each for each in known if len(each) <= _LONGEST], most, cutoff)
