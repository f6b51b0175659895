"""Evidence: what is pointed at is hashed and dated, and stays out of git."""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from qingdan.core.privacy import refuse_personal
from qingdan.model.errors import UsageError, reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc

_REFERENCE = re.compile(r"https?://\S+|.*[〔《].*")
"""What is no file: a page, a document by its number or its title."""


def evidence(opened: Opened, texts: Iterable[str], start: Path, day: date) -> tuple[Doc, ...]:
    """Each file as path, hash and day, each page or document as it is called; UsageError for what is neither.

    A file outside the workspace goes by its name alone: the folders above it are nobody's business.
    """
    given = list(dict.fromkeys(text.strip() for text in texts))
    refuse_personal({f"证据{place}": text for place, text in enumerate(given, 1)})
    return tuple(_one(opened, text, start, day) for text in given)


def _one(opened: Opened, text: str, start: Path, day: date) -> Doc:
    full = start / text
    if not full.is_file():
        if _REFERENCE.fullmatch(text):
            return {"path": text, "date": str(day)}
        raise UsageError(
            f"没有“{text}”这个文件。证据写文件的路径；不是文件的，写网址，或者带书名号、文号的文件名称。"
        )
    name = called(full, opened.root)
    if full.resolve().is_relative_to(opened.root.resolve()):
        print(
            f"注意：{name}在工作区里，台账只记它的路径和摘要，请不要把它提交到 git。",
            file=sys.stderr,
        )
    return row(name, digest(full), day)


def row(path: str, hashed: str, day: date) -> Doc:
    """A file of evidence as the ledger writes it."""
    return {"path": path, "sha256": hashed, "date": str(day)}


def called(file: Path, root: Path) -> str:
    """The path within the workspace; of a file elsewhere the name alone: another machine has other folders."""
    full, base = file.resolve(), root.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else file.name


def digest(file: Path) -> str:
    """What proves later that a file is the same one; UsageError where it cannot be read."""
    counted = sha256()
    try:
        with file.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                counted.update(chunk)
    except OSError as error:
        raise UsageError(f"证据文件{file}不能读取：{reason(error)}。") from None
    return counted.hexdigest()
