"""Every file of a work tree with what the system knows of it, in one walk and without reading any.

By this a later run tells what has changed, so nothing heavy is imported here.
"""

from __future__ import annotations

import os
import stat
import time

from msgspec import Struct, field

from qingdan.model.errors import reason
from qingdan.model.folders import FOLDERS, OWNERS_PATHS, BadFile
from qingdan.repo.whereabouts import SETTINGS

SLACK = 2_000_000_000
"""What was changed within two seconds before a walk may change again and look the same: clocks tick that coarsely."""
_BETWEEN = "//"
"""No path holds it, nor what is said of one."""


class Walk(Struct, eq=False, dict=True):
    """``files``: path to size, days of change and place on the disk, as a text; ``beside``: the same of owners files.

    Of those that are ``fresh`` this proves nothing: they were changed while the walk began, or will be by their clock.
    """

    files: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    bad: list[BadFile] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """All of it as a text: two walks with the same saw the same."""
        rows = (*self.files.items(), *self.beside.items(), *((b.path, b.why) for b in self.bad))
        return _BETWEEN.join(word for row in rows for word in row)


def facts_of(text: str) -> dict[str, str]:
    """Path to what was known of it, from the text of a walk."""
    words = text.split(_BETWEEN)
    return dict(zip(words[::2], words[1::2], strict=False))


def walk(root: str) -> Walk:
    """The files of the workspace at ``root``. Links are never followed."""
    seen, until = Walk(), time.time_ns() - SLACK
    for name in (*FOLDERS, SETTINGS):
        _visit(root, name, seen, until)
    seen.files = dict(sorted(seen.files.items()))
    for path in OWNERS_PATHS.values():
        status = _status(f"{root}/{path}")
        if status:
            seen.beside[path] = _noted(path, status, seen, until)
    return seen


def _status(full: str) -> os.stat_result | None:
    try:
        return os.lstat(full)
    except OSError:
        return None


def _visit(root: str, path: str, seen: Walk, until: int) -> None:
    status = _status(f"{root}/{path}")
    if status is None:
        return
    if stat.S_ISREG(status.st_mode):
        seen.files[path] = _noted(path, status, seen, until)
    elif stat.S_ISLNK(status.st_mode):
        why = "这是一个链接，不会被读取（链接可能指向工作区之外）。"
        seen.bad.append(BadFile(path, why))
    elif not stat.S_ISDIR(status.st_mode):
        seen.bad.append(BadFile(path, "这不是普通文件，不会被读取。"))
    elif path.endswith(".yaml"):
        seen.bad.append(BadFile(path, "这是一个文件夹，应当是文件。"))
    else:
        try:
            names = sorted(os.listdir(f"{root}/{path}"))  # noqa: PTH208 ten times as fast
        except OSError as error:
            seen.bad.append(BadFile(path, f"文件夹不能读取：{reason(error)}。"))
            return
        for name in names:
            _visit(root, f"{path}/{name}", seen, until)


def _noted(path: str, status: os.stat_result, seen: Walk, until: int) -> str:
    if status.st_mtime_ns >= until or status.st_ctime_ns >= until:
        seen.fresh.add(path)
    return facts_by(status)


def facts_by(status: os.stat_result) -> str:
    """What cannot stay the same where a file has changed, unless that was just now."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_mode}"
