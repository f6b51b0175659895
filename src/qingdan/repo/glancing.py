"""A glance at a workspace's files, for who cannot wait until they are read: a shell that completes words.

What is skimmed off many files is kept in an index under the git directory. It is believed of a file as long as its size
and its time are the same, and thrown away if it is damaged; without it the next answer takes longer, no more.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from qingdan.repo.whereabouts import OWN, git_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LARGEST = 64 << 20
_FEW_BYTES = 4 << 20
"""Files that are no larger in all are skimmed every time."""
_HEAD = b"qingdan-index 1 "
_UNSURE = 2_000_000_000
"""A file changed so shortly before (in ns) may change again within one tick of its clock."""


class File(NamedTuple):
    """A file with what tells that it has changed."""

    path: str
    size: int
    changed: int


def folders(folder: Path) -> list[Path]:
    """The folders in a folder; links are not followed."""
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
    return [folder / name for name in names]


def files(folder: Path) -> list[File]:
    """The regular ``.yaml`` files of a folder, in order of their names."""
    try:
        with os.scandir(folder) as found:
            states = [
                (entry.path, entry.stat(follow_symlinks=False))
                for entry in found
                if entry.name.endswith(".yaml") and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return []
    return sorted(File(path, state.st_size, state.st_mtime_ns) for path, state in states)


def content(path: str | Path) -> bytes:
    """What a regular file of a bearable size holds; nothing where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            return file.read() if os.fstat(file.fileno()).st_size <= _LARGEST else b""
    except OSError:
        return b""


def skimmed(root: Path, found: Sequence[File], skim: Callable[[bytes], bytes]) -> bytes:
    """What ``skim`` leaves of files, one after the other; of many, out of the index where they have not changed."""
    if sum(file.size for file in found) <= _FEW_BYTES:
        return b"\n".join(skim(content(file.path)) for file in found)
    place = _index(root)
    names, _, lines = _read(place).partition(b"\1")
    heads = [os.fsencode(f"{file.path}\t{file.size}\t{file.changed}") for file in found]
    if b"\0".join(heads) == names:
        return lines.replace(b"\0", b"\n")
    known = dict(zip(names.split(b"\0"), lines.split(b"\0"), strict=False))
    parts = {
        head: known[head] if head in known else _clean(skim(content(file.path)))
        for head, file in zip(heads, found, strict=True)
    }
    sure = time.time_ns() - _UNSURE
    kept = [h for h, file in zip(heads, found, strict=True) if file.changed < sure]
    _write(place, b"\0".join(kept) + b"\1" + b"\0".join(map(parts.__getitem__, kept)))
    return b"\n".join(parts.values())


def _clean(lines: bytes) -> bytes:
    """Lines without what parts them in the index."""
    return lines.translate(None, b"\0\1")


def _index(root: Path) -> Path | None:
    """Where the index of a workspace stands under the git directory; None outside of one."""
    folder = git_folder(root)
    return folder / OWN / f"codes-{crc32(os.fsencode(root)):08x}" if folder else None


def _read(place: Path | None) -> bytes:
    """What the index holds; nothing if it is not whole."""
    head, _, body = content(place).partition(b"\n") if place else (b"", b"", b"")
    return body if head == _HEAD + b"%08x" % crc32(body) else b""


def _write(place: Path | None, body: bytes) -> None:
    """Put the index in its place, whole or not at all."""
    if place is None:
        return
    import tempfile  # only who writes waits for it

    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{place.name}-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_HEAD + b"%08x\n" % crc32(body) + body)
            Path(name).replace(place)
        except OSError:
            Path(name).unlink(missing_ok=True)
