"""The difference of two Chinese texts, character by character, as a person can read it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from qingdan.model.differing import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 40
"""Texts that are together longer than this are told piece by piece."""
_ALIKE = 0.4
"""Texts less alike than this are told whole."""
_MOST = 4_000_000
"""Comparing more characters than this with one another takes too long."""
_STITCH = 2
"""A stretch that stayed between two that did not, and no longer than this, only confuses."""


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """What stayed, went and came; nothing where before and after are better told whole."""
    if len(before) + len(after) <= LONG or len(before) * len(after) > _MOST:
        return ()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ()
    return tuple(_told(_stitched(before, after, matcher)))


def _stitched(
    before: str, after: str, matcher: difflib.SequenceMatcher[str]
) -> Iterator[tuple[str, str, str]]:
    """(stayed, went, came) by turns, short stretches that stayed drawn into what is around them."""
    went = came = ""
    codes = matcher.get_opcodes()
    for place, (tag, i, j, k, m) in enumerate(codes):
        inner = 0 < place < len(codes) - 1
        if tag != "equal":
            went, came = went + before[i:j], came + after[k:m]
        elif inner and j - i <= _STITCH:
            went, came = went + before[i:j], came + before[i:j]
        else:
            yield "", went, came
            yield before[i:j], "", ""
            went = came = ""
    yield "", went, came


def _told(stretches: Iterator[tuple[str, str, str]]) -> Iterator[Piece]:
    for same, went, came in stretches:
        if same:
            yield Piece("same", same)
        if went:
            yield Piece("cut", went)
        if came:
            yield Piece("put", came)
