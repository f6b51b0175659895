"""Filing a change: prove it with the check used for input, then commit it, before or complete."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qingdan.desk.opening import judge, newly
from qingdan.desk.recovery import put_right
from qingdan.model.errors import RefusedError
from qingdan.model.workspace import Texts
from qingdan.repo.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.history import Change
    from qingdan.model.workspace import Snapshot


@contextmanager
def locked(opened: Opened) -> Iterator[Journal]:
    """The journal of the workspace's repository, held for one command and with old business put right."""
    journal = Journal(opened.repository)
    with journal.lock():
        put_right(journal)
        opened.repository.require_ready(opened.identity)
        yield journal


def newly_broken(
    opened: Opened, snapshot: Snapshot, texts: Mapping[str, bytes]
) -> tuple[Finding, ...]:
    """The errors that new texts would bring; old faults elsewhere do not count."""
    _, after = judge(opened, Texts(texts, snapshot))
    errors = tuple(finding for finding in after if finding.severity == "error")
    return newly(errors, judge(opened, snapshot)[1]) if errors else ()


def refuse_newly_broken(opened: Opened, snapshot: Snapshot, texts: Mapping[str, bytes]) -> None:
    """RefusedError with every new error named."""
    broken = newly_broken(opened, snapshot, texts)
    if broken:
        lines = [
            f"  {finding.code} {finding.item} {finding.message}{finding.fix}" for finding in broken
        ]
        raise RefusedError("这样改会新增以下问题，没有提交，文件没有改动：\n" + "\n".join(lines))


def author_day(day: date | None) -> dict[str, str]:
    """The environment that gives a commit its author's day, where a day was pinned with ``--today``."""
    if day is None or "GIT_AUTHOR_DATE" in os.environ:
        return {}
    return {"GIT_AUTHOR_DATE": f"{day}T12:00:00+08:00"}


def now_in(opened: Opened, change_paths: Iterable[str]) -> dict[str, bytes | None]:
    """What the files of a change hold now; None for those not there."""
    found: dict[str, bytes | None] = {}
    for path in change_paths:
        full = opened.root / path
        found[path] = full.read_bytes() if full.is_file() and not full.is_symlink() else None
    return found


def file_change(opened: Opened, journal: Journal, change: Change, day: date | None) -> str:
    """Commit a proved change; the commit's id. ``day`` becomes the author's day where one was pinned."""
    commit = journal.file(change, author_day(day) | dict(opened.identity))
    told = {edit.path for edit in change.edits}
    made = opened.repository.log(commit, only=True)[0]
    added = sorted({touched.path for touched in made.changes} - told)
    if added:
        names = "、".join(added)
        print(f"注意：这次提交还带上了{names}（多半是 git 钩子加入的），请核对。", file=sys.stderr)
    return commit
