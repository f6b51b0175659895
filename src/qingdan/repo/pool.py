"""Spreading the per-file stage over the machine's cores, where it pays.

The workers are forks of this process, so that nothing but paths and results moves between them, and they hold nothing
that could be left behind: whoever dies, the others go on, and what was not done is done here. A worker dies with the
interrupt that reaches it, or when nobody reads its results any more.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import selectors
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_Out = TypeVar("_Out")
_PLACE, _SIZE = 4, 8
"""Bytes in which the number of a part is written, and the length of what was made of it."""

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
    crew = _Crew(work, parts)
    try:
        crew.start(workers)
        for number, part in enumerate(parts):
            done = crew.result(number)
            yield from map(work, part) if done is None else pickle.loads(done)  # noqa: S301 our own
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
    crew = _Crew(lambda _: work(), [[""]])

    def awaited() -> _Out:
        done = crew.result(0)
        return work() if done is None else cast("_Out", pickle.loads(done)[0])  # noqa: S301 our own

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


class _Crew:
    """Workers that take the numbers of parts out of one pipe, and send back what they made of them each by its own."""

    def __init__(self, work: Callable[[str], Any], parts: Sequence[Sequence[str]]) -> None:
        self._work = work
        self._parts = parts
        self._done: dict[int, bytes] = {}
        self._workers: list[int] = []
        self._readers = selectors.DefaultSelector()

    def start(self, workers: int) -> None:
        """Fork; where the system allows no more processes, those that there are do it."""
        waiting, feed = os.pipe()
        os.write(feed, b"".join(_number(place, _PLACE) for place in range(len(self._parts))))
        os.close(feed)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # no half a fork
        try:
            with contextlib.suppress(BlockingIOError):
                for _ in range(workers):
                    self._fork(waiting)
        finally:
            os.close(waiting)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _fork(self, waiting: int) -> None:
        ours, theirs = os.pipe()
        reader, writer = os.fdopen(ours, "rb", 0), os.fdopen(theirs, "wb")
        worker = os.fork()
        if not worker:
            reader.close()
            self._serve(waiting, writer)
        writer.close()
        self._workers.append(worker)
        self._readers.register(reader, selectors.EVENT_READ)

    def _serve(self, waiting: int, writer: BinaryIO) -> NoReturn:
        """What a worker does. Where its work fails, it ends without a word: the part is done again where errors are caught."""
        try:
            self._close()  # or this worker would keep the others from seeing that nobody reads them
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            while place := os.read(waiting, _PLACE):
                part = self._parts[int.from_bytes(place, "big")]
                results = pickle.dumps(list(map(self._work, part)), pickle.HIGHEST_PROTOCOL)
                writer.write(place + _number(len(results), _SIZE) + results)
                writer.flush()
        finally:
            os._exit(0)

    def result(self, place: int) -> bytes | None:
        """What the workers made of a part; None if they are gone and did not."""
        while place not in self._done and self._readers.get_map():
            for key, _ in self._readers.select():
                self._take(cast("BinaryIO", key.fileobj))
        return self._done.pop(place, None)

    def _take(self, reader: BinaryIO) -> None:
        place, size = _read(reader, _PLACE), int.from_bytes(_read(reader, _SIZE), "big")
        results = _read(reader, size)
        if place and len(results) == size:
            self._done[int.from_bytes(place, "big")] = results
        else:  # its worker has ended
            self._readers.unregister(reader)
            reader.close()

    def stop(self) -> None:
        """End every worker, whether it is done or not."""
        self._close()
        for worker in self._workers:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)

    def _close(self) -> None:
        for key in list(self._readers.get_map().values()):
            cast("BinaryIO", key.fileobj).close()
        self._readers.close()


def _number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def _read(reader: BinaryIO, size: int) -> bytes:
    """So many bytes, or less if the other end is closed."""
    pieces = []
    while size and (piece := reader.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
