"""Spreading work over processes changes nothing but the time."""

from __future__ import annotations

import pytest

from qingdan.repo import pool


def shout(word: str) -> str:
    return word.upper() + "!"


@pytest.mark.parametrize("count", [0, 1, pool.WORTH_SPREADING - 1, pool.WORTH_SPREADING, 500])
def test_results_come_in_the_order_of_the_paths(count: int) -> None:
    words = [f"lists/powers/u{number}.yaml" for number in range(count)]
    assert list(pool.spread(shout, words)) == [shout(word) for word in words]


def fail(word: str) -> str:
    raise ValueError(word)


@pytest.mark.parametrize("count", [1, 500])
def test_an_error_of_a_worker_arrives(count: int) -> None:
    with pytest.raises(ValueError, match="u0"):
        list(pool.spread(fail, [f"u{number}" for number in range(count)]))
