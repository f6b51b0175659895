"""Files that a clerk names: read with a sentence where that cannot be, written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from functools import partial
from itertools import islice
from pathlib import Path

from qingdan.model.errors import RefusedError, UsageError, reason

_DEVICES = "/dev"
_MOST, _PIECE = 256 << 20, 1 << 20
"""No table that a clerk takes in is larger; what is, a device or an image of a disk, would only eat memory."""


def is_through_link(root: Path, path: str) -> bool:
    """Whether a file below ``root`` is a link, or lies in a folder that is one: nobody knows whose file that is."""
    parts = Path(path).parts
    return any(root.joinpath(*parts[:end]).is_symlink() for end in range(1, len(parts) + 1))


def within(root: Path, path: str) -> Path:
    """A file or folder below ``root``; RefusedError where a link leads out of it."""
    full = root / path
    if not full.resolve().is_relative_to(root.resolve()):
        raise RefusedError(f"{path}通过链接指到了工作区之外，没有写入；请把链接换成普通文件夹。")
    return full


def read(path: Path) -> bytes:
    """The bytes of a file; UsageError where it cannot be read, or does not end."""
    try:
        with path.open("rb") as file:
            pieces = list(islice(iter(partial(file.read, _PIECE), b""), _MOST // _PIECE + 1))
    except OSError as error:
        raise UsageError(f"不能读取{path}：{reason(error)}。") from None
    raw = b"".join(pieces)
    if len(raw) > _MOST:
        raise UsageError(f"不能读取{path}：超过{_MOST >> 20}MB，请核对是不是这个文件。")
    return raw


def write(path: Path, raw: bytes) -> None:
    """Write where a command was told to; UsageError where that cannot be done.

    A file is written whole or not at all, and never at the end of a link, which may have come with the workspace; a
    terminal or a pipe is written to as it is.
    """
    if path.is_symlink() and not path.is_relative_to(_DEVICES):
        raise UsageError(f"不能写入{path}：{reason(OSError(errno.ELOOP, ''))}。")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(raw)
        else:
            replace(path, raw)
    except OSError as error:
        raise UsageError(f"不能写入{path}：{reason(error)}。") from None


def replace(path: Path, raw: bytes) -> None:
    """Put ``raw`` in the place of a file; a crash leaves the old or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
