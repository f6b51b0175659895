"""A module of our own in a group of processes of its own, with a clock, that ends when whoever asked ends.

Unlike in :mod:`qingdan.repo.confined`, the module may call git and use the network; whatever it starts belongs to its group.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from msgspec import Struct

_LINE = "QINGDAN_LIFELINE"
_ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)
"""By these git would go to another repository than the one it is sent to."""


class Ended(Struct, frozen=True):
    """How it ended: what it wrote, and its exit status; None where the clock stopped it, a signal's negative number."""

    said: bytes
    status: int | None


def run(module: str, told: bytes, seconds: float) -> Ended:
    """Run the module until it ends or the time is over; nothing that it started is left."""
    line, held = os.pipe()
    kept = {key: value for key, value in os.environ.items() if key not in _ELSEWHERE}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=kept | {_LINE: f"{line}", "PYTHONUTF8": "1"},
        pass_fds=[line],
        start_new_session=True,
    ) as process:
        os.close(line)
        try:
            said, _ = process.communicate(told, timeout=seconds)
        except subprocess.TimeoutExpired:
            return Ended(b"", None)
        else:
            return Ended(said, process.returncode)
        finally:
            if process.returncode != 0:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            os.close(held)


def end_with_the_asker() -> None:
    """To be called by the module first: when whoever asked is gone, its group goes, too."""
    line = int(os.environ.pop(_LINE))
    threading.Thread(target=_watch, args=(line,), daemon=True).start()


def _watch(line: int) -> None:
    os.read(line, 1)  # nothing is ever written: it ends when the other end is closed
    os.killpg(os.getpgid(0), signal.SIGKILL)


def limit(memory: int, size: int) -> None:
    """Give up further memory and size of files (MiB) for this process and all that it starts, where the system can.

    What is reserved so far does not count: libraries reserve a gigabyte of addresses that they may never use.
    """
    try:
        import resource
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_AS, _reserved() + (memory << 20)),
        (resource.RLIMIT_FSIZE, size << 20),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in wanted:
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _reserved() -> int:
    """The addresses that this process has reserved, in bytes; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
