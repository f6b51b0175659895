"""Filing a change: prove it with the check used for input, then commit it, before or complete."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qingdan.core.novelty import newly
from qingdan.desk.opening import judge
from qingdan.desk.recovery import put_right
from qingdan.model.errors import RefusedError
from qingdan.model.workspace import Texts
from qingdan.repo.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.history import Change
    from qingdan.model.workspace import Snapshot

_LONG = 10
"""From so many commits on, somebody who waits is told how far it is."""


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
            f"  {' '.join(filter(None, (finding.code, finding.item)))} {finding.message}{finding.fix}"
            for finding in broken
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
    return file_changes(opened, journal, [change], day)[0]


def _progress(total: int) -> Callable[[str], None]:
    """Count the commits of a long series on a terminal."""
    shown = total >= _LONG and sys.stderr.isatty()

    def tell(step: str) -> None:
        number, _, what = step.partition(" ")
        if shown and what == "commit":
            end = "\n" if number == str(total) else "\r"
            print(f"正在提交 {number}/{total}", end=end, file=sys.stderr, flush=True)

    return tell


def file_changes(
    opened: Opened, journal: Journal, changes: Sequence[Change], day: date | None
) -> list[str]:
    """Commit proved changes, one upon the other, all of them or none; the commits' ids."""
    env = author_day(day) | dict(opened.identity)
    commits = journal.file_all(changes, env, _progress(len(changes)))
    told = {edit.path for change in changes for edit in change.edits}
    added = sorted(opened.repository.touched(commits) - told)
    if added:
        names = "、".join(added)
        print(f"注意：这次提交还带上了{names}（多半是 git 钩子加入的），请核对。", file=sys.stderr)
    return commits
