"""Putting right what a killed command left, before anything else is done in the workspace."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError
from qingdan.repo.git import Repository
from qingdan.repo.journal import Journal, may_be_pending

if TYPE_CHECKING:
    from pathlib import Path


def recover(root: Path) -> None:
    """Put right the workspace at ``root`` if a command was killed there; no git is started if none was.

    A journal whose command is still at work is left alone.
    """
    if may_be_pending(root):
        journal = Journal(Repository(root))
        with contextlib.suppress(RefusedError), journal.lock(wait=0):
            put_right(journal)


def put_right(journal: Journal) -> None:
    """Finish or undo what a killed command left, and say so on stderr; the lock must be held."""
    if not journal.pending:
        return
    outcome = journal.recover()
    if outcome.finished:
        print("上一次调整已经完整提交，现已清理。", file=sys.stderr)
    elif outcome.restored:
        print(
            f"上一次调整中途被打断，没有提交，已恢复：{'、'.join(outcome.restored)}。",
            file=sys.stderr,
        )
    if outcome.kept:
        print(
            f"以下文件后来又被改动，未作恢复，请自行核对：{'、'.join(outcome.kept)}。",
            file=sys.stderr,
        )
