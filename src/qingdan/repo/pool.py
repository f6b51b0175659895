"""Spreading the per-file stage over the machine's cores, where it pays.

The workers are forks of this process, so that nothing but paths and results moves between them, and they hold nothing
that could be left behind: whoever dies, the others go on, and what was not done is done here. A worker dies with the
interrupt that reaches it, or when nobody reads its results any more.
"""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Out = TypeVar("_Out")
WORTH_SPREADING = 64
"""Fewer files than this are read faster by one process."""
_PARTS_EACH = 16
"""So many parts a worker: few enough to cost nothing, many enough that all end at the same time."""
_LARGEST_PART = 128
"""So many files at most: what was made of a part is in memory as a whole."""
_MOST_PARTS = 1024
"""The numbers of so many go into the smallest pipe that a system makes."""
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def spread(
    work: Callable[[str], _Out],
    paths: Sequence[str],
    *,
    workers: int = 0,
    least: int = WORTH_SPREADING,
) -> Iterator[_Out]:
    """``map(work, paths)`` in so many processes, or as there are cores; in this one if there are fewer than ``least``."""
    workers = workers or cores()
    if len(paths) < least or workers == 1 or not hasattr(os, "fork"):
        yield from map(work, paths)
        return
    yield work(paths[0])  # what it makes ready for all files, the workers find ready
    wanted = max(workers * _PARTS_EACH, math.ceil(len(paths) / _LARGEST_PART))
    size = math.ceil(len(paths) / min(wanted, _MOST_PARTS))
    parts = [paths[start : start + size] for start in range(1, len(paths), size)]
    from qingdan.repo.crew import Crew

    crew = Crew(work, parts)
    try:
        crew.start(workers)
        for number, part in enumerate(parts):
            done = crew.result(number)
            yield from map(work, part) if done is None else done
    finally:
        crew.stop()


@contextlib.contextmanager
def beside(work: Callable[[], _Out], *, worth: bool) -> Iterator[Callable[[], _Out]]:
    """Work that is done beside what follows, in a process of its own; what is given waits for it.

    It is done when it is waited for where there is no core for it, or it is not ``worth`` a process.
    """
    if not worth or cores() == 1 or not hasattr(os, "fork"):
        yield work
        return
    from qingdan.repo.crew import Crew

    crew = Crew(lambda _: work(), [[""]])

    def awaited() -> _Out:
        done = crew.result(0)
        return work() if done is None else done[0]

    try:
        crew.start(1)
        yield awaited
    finally:
        crew.stop()


def cores(quota: Path = _QUOTA) -> int:
    """How many cores this process may use: those it is bound to, and no more than ``quota`` grants its container.

    Who was told to keep to a number of them keeps to it.
    """
    if _allowed:
        return _allowed[0]
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        granted, period = quota.read_text(encoding="ascii").split()
        return max(1, min(bound or 1, math.ceil(int(granted) / int(period))))
    except (OSError, ValueError):  # no such group, or no limit in it
        return bound or 1


def keep_to(cores: int) -> None:
    """Never spread over more processes than this from now on: the others have work of their own."""
    _allowed[:] = [cores]


_allowed: list[int] = []
