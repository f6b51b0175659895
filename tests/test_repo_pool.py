"""Spreading work over processes changes nothing but the time, whoever dies meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from generate import generate

from qingdan.repo import pool

WORKERS = 3


def shout(word: str) -> str:
    return word.upper() + "!"


@pytest.mark.parametrize("count", [0, 1, pool.WORTH_SPREADING - 1, pool.WORTH_SPREADING, 500, 3001])
def test_results_come_in_the_order_of_the_paths(count: int) -> None:
    words = [f"lists/powers/u{number}.yaml" for number in range(count)]
    assert list(pool.spread(shout, words, workers=WORKERS)) == [shout(word) for word in words]


def mine(_: str) -> int:
    return os.getpid()


def test_much_is_done_by_others_and_little_here() -> None:
    words = [str(number) for number in range(500)]
    assert os.getpid() not in list(pool.spread(mine, words, workers=WORKERS))[1:]
    assert set(pool.spread(mine, words[:10], workers=WORKERS)) == {os.getpid()}
    assert set(pool.spread(mine, words, workers=1)) == {os.getpid()}


def long(word: str) -> str:
    return word * 500_000


def test_results_longer_than_a_pipe_arrive_whole() -> None:
    words = [str(number) for number in range(100)]
    assert list(pool.spread(long, words, workers=WORKERS)) == [long(word) for word in words]


@pytest.fixture
def left() -> Callable[[], list[int]]:
    """The children that this process has got since the test began: engines that other tests use keep some."""
    before = children(os.getpid())
    return lambda: [child for child in children(os.getpid()) if child not in before]


def fail(word: str) -> str:
    if word == "u70":
        raise ValueError(word)
    return word


@pytest.mark.parametrize("count", [71, 500])
def test_an_error_of_a_worker_arrives(count: int, left: Callable[[], list[int]]) -> None:
    with pytest.raises(ValueError, match="u70"):
        list(pool.spread(fail, [f"u{number}" for number in range(count)], workers=WORKERS))
    assert not left()


@pytest.mark.parametrize("victims", [1, WORKERS])
def test_what_a_killed_worker_did_not_do_is_done_here(
    victims: int, tmp_path: Path, left: Callable[[], list[int]]
) -> None:
    main = os.getpid()

    def sacrifice(word: str) -> str:
        """The first workers to come here die of it."""
        if os.getpid() != main and len(list(tmp_path.iterdir())) < victims:
            (tmp_path / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return shout(word)

    words = [f"u{number}" for number in range(200)]
    assert list(pool.spread(sacrifice, words, workers=WORKERS)) == [shout(word) for word in words]
    assert len(list(tmp_path.iterdir())) >= victims
    assert not left()


def test_who_does_not_want_the_rest_leaves_no_worker(left: Callable[[], list[int]]) -> None:
    results = iter(pool.spread(long, [str(number) for number in range(500)], workers=WORKERS))
    assert [next(results), next(results)] == [long("0"), long("1")]
    assert len(left()) == WORKERS
    del results
    assert not left()


def children(process: int) -> list[int]:
    """The children of a process."""
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def alive(process: int) -> bool:
    """Whether a process has not ended; one that nobody has asked about since is called a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("quota", "most"),
    [("50000 100000", 1), ("150000 100000", 2), ("max 100000", 10_000), ("?", 10_000)],
)
def test_no_more_cores_are_used_than_a_container_grants(
    quota: str, most: int, tmp_path: Path
) -> None:
    (tmp_path / "cpu.max").write_text(quota + "\n")
    bound = pool.cores(tmp_path / "nothing")
    assert pool.cores(tmp_path / "cpu.max") == min(bound, most)


# validate


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that keeps two workers busy for a while."""
    folder = tmp_path_factory.mktemp("city")
    generate(folder, 6000)
    return folder


def begin(city: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Begin to validate; the process, in a group of its own, and its workers."""
    command = [sys.executable, "-m", "qingdan", "-C", str(city), "validate"]
    running = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while len(workers := children(running.pid)) < 2:
        assert running.poll() is None
    return running, workers


several_cores = pytest.mark.skipif(pool.cores() < 2, reason="one core: no workers")


@several_cores
def test_an_interrupt_ends_all_at_once_and_leaves_nothing(city: Path) -> None:
    before = sorted(city.rglob("*"))
    running, workers = begin(city)
    start = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    shown, said = running.communicate(timeout=20)
    assert time.monotonic() - start < 5
    assert (running.returncode, shown) == (130, "")
    assert said == "\n已中断，没有留下半途的改动。此前已经提交的仍在，可用 git log 核对。\n"
    assert not any(map(alive, workers))
    assert sorted(city.rglob("*")) == before


@several_cores
@pytest.mark.parametrize("victims", [1, 2])
def test_killed_workers_change_no_answer(city: Path, victims: int) -> None:
    running, workers = begin(city)
    for worker in workers[:victims]:
        os.kill(worker, signal.SIGKILL)
    shown, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (0, "")
    assert shown == "共检查344个文件、6000个事项，没有发现问题。\n"


@several_cores
def test_workers_end_when_nobody_reads_them(city: Path) -> None:
    running, workers = begin(city)
    running.kill()
    running.communicate()
    last = time.monotonic() + 20
    while any(map(alive, workers)):
        assert time.monotonic() < last
        time.sleep(0.05)


def test_a_process_that_keeps_to_one_core_spreads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [f"u{number}" for number in range(2 * pool.WORTH_SPREADING)]
    assert set(pool.spread(mine, paths, workers=WORKERS)) != {os.getpid()}
    monkeypatch.setattr(pool, "_allowed", [])
    pool.keep_to(1)
    assert set(pool.spread(mine, paths)) == {os.getpid()}


@pytest.mark.parametrize("worth", [True, False])
def test_what_is_done_beside_is_waited_for(worth: bool) -> None:
    with pool.beside(lambda: (os.getpid(), "done"), worth=worth) as awaited:
        process, said = awaited()
    assert said == "done"
    apart = worth and pool.cores() > 1
    assert (process != os.getpid()) is apart


def test_what_fails_beside_fails_where_it_is_waited_for() -> None:
    empty: dict[str, str] = {}
    with pool.beside(lambda: empty["gone"], worth=True) as awaited, pytest.raises(KeyError):
        awaited()


def test_what_nobody_waits_for_is_ended() -> None:
    begun = time.monotonic()
    with pool.beside(lambda: time.sleep(60), worth=True):
        pass
    assert time.monotonic() - begun < 30
