"""Forks of this process that share out parts of a work among them; what :mod:`qingdan.repo.pool` spreads, they do."""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import signal
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PLACE, _SIZE = 4, 8
"""Bytes in which the number of a part is written, and the length of what was made of it."""


class Crew:
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

    def result(self, place: int) -> list[Any] | None:
        """What the workers made of a part; None if they are gone and did not."""
        while place not in self._done and self._readers.get_map():
            for key, _ in self._readers.select():
                self._take(cast("BinaryIO", key.fileobj))
        done = self._done.pop(place, None)
        return None if done is None else pickle.loads(done)  # noqa: S301 our own

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
