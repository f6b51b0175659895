"""Evidence: a file by its path and its digest; copied where git does not look, or kept in git where that is asked for.

Files of evidence are often scans with names and numbers of persons in them: by default they stay where they are,
and the ledger holds what proves later that they are the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.desk.ledger.evidence import called, digest, row
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError, reason
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.model.values import Doc

COPIES = "attachments"
"""The folder of copies; git is told by a file in it to leave it alone."""
KEPT = "evidence"
"""The folder of what is kept in git."""
_LARGEST = 20 * 1024 * 1024


class Given(Struct, frozen=True):
    """Files given as evidence, and what is to become of them."""

    files: tuple[Path, ...] = ()
    copy: bool = False
    keep: bool = False


class Taken(Struct, frozen=True):
    """Evidence as the ledger writes it; ``kept`` goes into the commit, ``copies`` beside it, by path."""

    rows: tuple[Doc, ...] = ()
    kept: Mapping[str, bytes] = field(default_factory=dict)
    copies: Mapping[str, bytes] = field(default_factory=dict)


def take(root: Path, given: Given, record: str, day: date) -> Taken:
    """Read the files and say what they are; nothing is written yet.

    UsageError for a file that cannot be read, RefusedError for one too large for git.
    """
    _refuse_alike(given.files)
    if not (given.copy or given.keep):
        return Taken(tuple(row(called(file, root), digest(file), day) for file in given.files))
    folder = f"{KEPT if given.keep else COPIES}/{record}"
    raws = {f"{folder}/{file.name}": _read(file) for file in given.files}
    rows = tuple(row(path, sha256_of(raw), day) for path, raw in raws.items())
    if given.keep:
        return Taken(rows, {path: _small_enough(path, raw) for path, raw in raws.items()})
    return Taken(rows, copies=raws)


def lay(root: Path, taken: Taken) -> None:
    """Write the copies, each whole or not at all, into a folder that git leaves alone."""
    for path, raw in taken.copies.items():
        full = files.within(root, path)
        files.replace(root / COPIES / ".gitignore", b"*\n")
        if full.exists() and full.read_bytes() != raw:
            raise RefusedError(f"{path}已经有了，内容不同；请把证据文件改名后再附。")
        files.replace(full, raw)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"证据文件{file}不能读取：{reason(error)}。") from None


def _refuse_alike(files: Sequence[Path]) -> None:
    names = [file.name for file in files]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise UsageError(f"有两个证据文件都叫“{twice}”，请改名后再附。")


def _small_enough(path: str, raw: bytes) -> bytes:
    if len(raw) > _LARGEST:
        raise RefusedError(
            f"{path}有{len(raw) // 1024 // 1024}MB，超过{_LARGEST // 1024 // 1024}MB，不宜放进版本库；"
            "请不写 --keep，只记路径和摘要。"
        )
    return raw
