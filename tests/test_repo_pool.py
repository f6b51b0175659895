"""Spreading work over processes changes nothing but the time."""

from __future__ import annotations

import os

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


def whose(_: str) -> int:
    return os.getpid()


def test_a_process_that_keeps_to_one_core_spreads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [f"u{number}" for number in range(2 * pool.WORTH_SPREADING)]
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert set(pool.spread(whose, paths)) != {os.getpid()}
    monkeypatch.setattr(pool, "_allowed", [])
    pool.keep_to(1)
    assert set(pool.spread(whose, paths)) == {os.getpid()}
