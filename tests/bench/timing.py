"""Measuring whole processes: their time in turn (A B A B), and the memory that they hold."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

Words = Sequence[str] | Callable[[int], Sequence[str]]
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
"""The cores on which a process may be kept; none where the system has no such thing."""
WATCHED = Path("/proc/self/smaps_rollup").exists()
"""Whether this system tells what a process holds."""
_BETWEEN_SAMPLES = 0.05


class FailedError(Exception):
    """A command ended otherwise than it should; what was measured with it would mean nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is timed. ``words`` may depend on the round; ``before`` is done untimed before each.

    ``cores``: on so many cores alone (0: on all); ``codes``: its good ends.
    """

    words: Words
    before: Callable[[int], object] | None = None
    cores: int = 0
    codes: frozenset[int] = frozenset({0})
    env: Mapping[str, str] = field(default_factory=dict)

    def said(self, number: int) -> list[str]:
        """The words of a round."""
        return list(self.words(number) if callable(self.words) else self.words)


@dataclass(frozen=True, slots=True)
class Held:
    """The most memory in bytes: of all processes at one moment, shared pages counted once; and of the largest process alone."""

    together: int
    largest: int


def run(command: Command, number: int = 0) -> float:
    """The seconds that a whole process takes; FailedError unless it ends well."""
    if command.before:
        command.before(number)
    words = command.said(number)
    with tempfile.TemporaryFile() as errors, _kept_on(command.cores):
        start = time.perf_counter()
        with _started(words, command, errors) as process:
            code = process.wait()
        seconds = time.perf_counter() - start
        _expect(code, words, command, errors)
    return seconds


def in_turn(commands: Mapping[str, Command], rounds: int) -> Iterator[Mapping[str, float]]:
    """The seconds of each command once a round, so that what disturbs the machine disturbs all of them."""
    for number in range(rounds):
        yield {name: run(command, number) for name, command in commands.items()}


def held(command: Command) -> Held:
    """The memory that a command and all its processes held, looked at twenty times a second; needs ``/proc``.

    What ``wait`` tells is of no use: it counts what this process held when it started the other one.
    """
    words = command.said(0)
    together = largest = 0
    with tempfile.TemporaryFile() as errors, _started(words, command, errors) as process:
        while process.poll() is None:
            each = list(_session(process.pid))
            together = max(together, sum(_told(one, "smaps_rollup", "Pss:") for one in each))
            largest = max([largest, *(_told(one, "status", "VmHWM:") for one in each)])
            time.sleep(_BETWEEN_SAMPLES)
        _expect(process.returncode, words, command, errors)
    return Held(together, largest)


@contextmanager
def _started(
    words: Sequence[str], command: Command, errors: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a session of its own, by which all that it starts is known; who stops the bench stops it."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors.fileno(),
        env={**os.environ, **command.env},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _expect(code: int, words: Sequence[str], command: Command, errors: IO[bytes]) -> None:
    if code in command.codes:
        return
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace")[-300:].strip()
    raise FailedError(f"{' '.join(words[:8])}：{code}。{said}")


@contextmanager
def _kept_on(cores: int) -> Iterator[None]:
    """What is started within runs on so many cores; the processes it starts inherit that."""
    if not cores:
        yield
        return
    os.sched_setaffinity(0, CORES[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


def _session(leader: int) -> Iterator[int]:
    """The processes that a command consists of."""
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                if os.getsid(int(entry.name)) == leader:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def _told(process: int, file: str, key: str) -> int:
    """A number of kilobytes that the system tells of a process, as bytes."""
    try:
        text = Path(f"/proc/{process}/{file}").read_text("utf-8")
    except OSError:  # it ended meanwhile
        return 0
    rows = (line.split() for line in text.splitlines())
    return next((int(row[1]) * 1024 for row in rows if row and row[0] == key), 0)
