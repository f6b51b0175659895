"""Files that a clerk names: read with a sentence where that cannot be, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from qingdan.model.errors import UsageError, reason


def read(path: Path) -> bytes:
    """The bytes of a file; UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取{path}：{reason(error)}。") from None


def write(path: Path, raw: bytes) -> None:
    """Write where a command was told to; UsageError where that cannot be done.

    A file is written whole or not at all, at the end of a link that was named; a terminal or a pipe is written to as it is.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(raw)
        else:
            replace(path.resolve(), raw)
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
