"""Spreading the per-file stage over the machine's cores, where it pays."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Out = TypeVar("_Out")

WORTH_SPREADING = 100
"""Fewer files than this are read faster by one process."""


def spread(work: Callable[[str], _Out], paths: Sequence[str]) -> Iterable[_Out]:
    """``map(work, paths)`` in as many processes as there are cores; in this one if there is little to do."""
    cores = _allowed[0] if _allowed else os.cpu_count() or 1
    if (
        len(paths) < WORTH_SPREADING
        or cores == 1
        or "fork" not in multiprocessing.get_all_start_methods()
    ):
        yield from map(work, paths)
        return
    chunk = max(len(paths) // (cores * 4), 1)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(
        cores, mp_context=context, initializer=_take, initargs=(work,)
    ) as pool:
        yield from pool.map(_run, paths, chunksize=chunk)


def keep_to(cores: int) -> None:
    """Never spread over more processes than this from now on: the others have work of their own."""
    _allowed[:] = [cores]


_allowed: list[int] = []
_taken: list[Callable[[str], Any]] = []


def _take(work: Callable[[str], Any]) -> None:
    """Keep the work in a forked process, so that nothing but paths and results is pickled."""
    _taken[:] = [work]


def _run(path: str) -> Any:
    return _taken[0](path)
