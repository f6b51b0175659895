"""Saying that files cannot be read, and that what rests on them was not judged."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.core.checks.resting import is_comparable, unread
from qingdan.core.privacy import without_numbers
from qingdan.desk.opening import finish
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from qingdan.core.reports.ends import End
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Snapshot


def unseen(book: Book, snapshot: Snapshot, *, packs: bool = False) -> str:
    """Which files (and rule packs) cannot be read, why, and what was not judged for it; empty where all can."""
    lacking = finish(unread(book, packs=packs), book, snapshot)
    if not lacking:
        return ""
    first, more = lacking[0], len(lacking) - 1
    others = f"另有{more}个文件也不能据以检查。" if more else ""
    left = "依据这些内容的检查没有进行"
    if not is_comparable(book):
        left = f"没有与信息系统比对，{left}"
    return f"{first.path}第{first.line}行：{without_numbers(first.message)}{others}{left}。"


def refuse_unseen(book: Book, snapshot: Snapshot, *, packs: bool = False) -> None:
    """CannotAnswerError where files, or rule ``packs``, cannot be read."""
    lacking = unseen(book, snapshot, packs=packs)
    if lacking:
        raise CannotAnswerError(f"{lacking}请用 qingdan validate 查看并改正，再重新检查。")


def tell_unseen(opened: Opened, end: End) -> None:
    """Say on stderr what could not be judged at the end of a period: what stood then cannot be mended any more."""
    lacking = unseen(end.book, opened.snapshot(end.commit))
    if lacking:
        print(f"{end.quarter.title}末的版本中，{lacking}", file=sys.stderr)
