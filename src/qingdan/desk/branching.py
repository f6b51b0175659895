"""The main branch, and opening one for an adjustment: it is there once the commit is, or not at all."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.repo.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.desk.opening import Opened
    from qingdan.repo.git import Repository

FOLDER = "adjust/"
"""Under which branches are named after the record of their adjustment."""


def main_branch(opened: Opened, name: str) -> str:
    """The main branch as the remote has it, else as it is here; empty where there is neither."""
    for candidate, ref in ((f"origin/{name}", "remotes/origin"), (name, "heads")):
        try:
            opened.repository.resolve(f"refs/{ref}/{name}")
        except CannotAnswerError:
            continue
        return candidate
    return ""


@contextlib.contextmanager
def on_branch(repository: Repository, name: str | None, record_id: str) -> Iterator[None]:
    """Stand on a new branch from here; back where we were, without it, if what follows fails.

    Nothing happens for None; an empty name becomes that of the record. Files and index stay as they are.
    """
    if name is None:
        yield
        return
    new = _free(repository, name or FOLDER + record_id)
    old = repository.branch()
    _begin(repository, new)
    try:
        yield
    except BaseException:
        with contextlib.suppress(GitError):
            _stand_on(repository, old)
            repository.git("branch", "-D", "--quiet", new)
        raise
    print(f"已建立分支“{new}”（从“{old}”分出），现在在这个分支上。", file=sys.stderr)


def _free(repository: Repository, name: str) -> str:
    """The name, if a branch may have it and none has it."""
    try:
        repository.git("check-ref-format", "--branch", name)
    except GitError:
        raise UsageError(
            f"“{name}”不能作分支名（--branch）；分支名不能含空格、冒号、问号等符号。"
        ) from None
    if _there(repository, name):
        raise RefusedError(
            f"分支“{name}”已经有了，没有提交。请用 --branch 另写一个名称，或先切换过去：git switch {name}。"
        )
    return name


def _there(repository: Repository, name: str) -> bool:
    try:
        repository.git("show-ref", "--verify", "--quiet", f"refs/heads/{name}")
    except GitError:
        return False
    return True


def _begin(repository: Repository, name: str) -> None:
    try:
        repository.git("branch", "--no-track", name)
    except GitError as error:
        raise RefusedError(f"不能建立分支“{name}”，没有提交。{error}") from None
    _stand_on(repository, name)


def _stand_on(repository: Repository, name: str) -> None:
    repository.git("symbolic-ref", "-m", "qingdan", "HEAD", f"refs/heads/{name}")
