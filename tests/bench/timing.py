"""Timing whole processes: in turn (A B A B), with the processor time and the memory that they took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

Words = Sequence[str] | Callable[[int], Sequence[str]]
PINNABLE = hasattr(os, "sched_setaffinity")
"""Whether this system lets a process be kept on one core."""
_BETWEEN_SAMPLES = 0.05


class FailedError(Exception):
    """A command ended otherwise than it should; what was measured with it would mean nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is timed. ``words`` may depend on the round; ``before`` is done untimed before each; ``codes`` are its good ends."""

    words: Words
    before: Callable[[int], object] | None = None
    one_core: bool = False
    codes: frozenset[int] = frozenset({0})
    env: Mapping[str, str] = field(default_factory=dict)

    def said(self, number: int) -> list[str]:
        """The words of a round."""
        return list(self.words(number) if callable(self.words) else self.words)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds on the clock and of the processors, and the most memory of the largest process in bytes."""

    seconds: float
    cpu: float
    peak: int


def run(command: Command, number: int = 0) -> Spent:
    """Run it as a whole process; FailedError unless it ends well."""
    if command.before:
        command.before(number)
    words = command.said(number)
    with tempfile.TemporaryFile() as errors, _cores(one=command.one_core):
        start = time.perf_counter()
        process = _start(words, command, errors.fileno())
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        _expect(process.returncode, words, command, errors)
    return Spent(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def in_turn(commands: Mapping[str, Command], rounds: int) -> Iterator[Mapping[str, Spent]]:
    """Each command once a round, so that what disturbs the machine disturbs all of them."""
    for number in range(rounds):
        yield {name: run(command, number) for name, command in commands.items()}


def together(command: Command) -> int:
    """The most memory in bytes that a command and all its processes held at one moment, shared pages counted once.

    Where the system does not tell (no ``/proc``), that of its largest process.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return run(command).peak
    words = command.said(0)
    most = 0
    with tempfile.TemporaryFile() as errors:
        process = _start(words, command, errors.fileno())
        while process.poll() is None:
            most = max(most, sum(map(_held, _session(process.pid))))
            time.sleep(_BETWEEN_SAMPLES)
        _expect(process.returncode, words, command, errors)
    return most


def _start(words: Sequence[str], command: Command, errors: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        env={**os.environ, **command.env},
        start_new_session=True,
    )


def _expect(code: int, words: Sequence[str], command: Command, errors: IO[bytes]) -> None:
    if code in command.codes:
        return
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace")[-300:].strip()
    raise FailedError(f"{' '.join(words[:8])}：{code}。{said}")


@contextmanager
def _cores(*, one: bool) -> Iterator[None]:
    """What is started within runs on one core; the processes it starts inherit that."""
    if not one:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _session(leader: int) -> Iterator[int]:
    """The processes that a command consists of."""
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                if os.getsid(int(entry.name)) == leader:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def _held(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    except OSError:  # it ended meanwhile
        return 0
    rows = (line.split() for line in text.splitlines())
    return next((int(row[1]) * 1024 for row in rows if row[0] == "Pss:"), 0)
