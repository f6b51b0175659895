"""What somebody may have meant by a word that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingdan.model.likeness import likest

KNOWN = ("promised_limit", "statutory_limit", "sections", "section")


@pytest.mark.parametrize(
    ("word", "most", "found"),
    [
        ("promised_limt", 1, ["promised_limit"]),
        ("section", 2, ["section", "sections"]),
        ("别的", 3, []),
    ],
)
def test_the_likest_come_first(word: str, most: int, found: list[str]) -> None:
    assert likest(word, KNOWN, most) == found


@given(st.sampled_from(KNOWN))
def test_a_known_word_is_like_itself(word: str) -> None:
    assert likest(word, KNOWN)[0] == word


def test_a_word_that_nobody_wrote_is_like_none() -> None:
    """Comparing a million letters takes hours: a file may hold such a word."""
    long = "promised_limit" * 100_000
    assert likest(long, [*KNOWN, long]) == []
    assert likest("promised_limt", [long, *KNOWN]) == ["promised_limit"]
