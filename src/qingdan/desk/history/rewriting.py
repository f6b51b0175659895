"""Whether history still holds a commit that is known to have been there: nobody may take it away or change it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.repo.git import Repository

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FIX = (
    "请从备份或者别人的克隆找回原来的历史（本机上的可用 git reflog 找），恢复主分支；"
    "办错了的调整，另办一次改回来，不要改写历史。"
)


def gone(repository: Repository, known: str, head: str) -> Iterator[Finding]:
    """A finding if the commit ``known`` is no part of the history of ``head``.

    An id made of zeros, as forges give it for a branch that is new, is nothing known. A full id that the
    repository does not have was taken away; CannotAnswerError for any other name that is not there.
    """
    if not known.strip("0"):
        return
    repository.require_whole_history()
    try:
        commit = repository.resolve(known)
    except CannotAnswerError:
        if not _ID.fullmatch(known):
            raise
        yield _on(known, "仓库里已经没有这次提交")
        return
    if not repository.is_ancestor(commit, repository.resolve(head)):
        yield _on(commit, f"“{head}”的历史里没有这次提交")


def left_behind(repository: Repository, revs: str, branch: str) -> Iterator[Finding]:
    """A finding if a range ``A..B`` of the published branch begins at a commit that no longer belongs to it.

    A branch of one's own may begin anywhere; so may a range whose beginning the published branch still holds,
    here or as any remote has it.
    """
    start, dots, end = revs.partition("..")
    if not dots or not start:
        return
    repository.require_whole_history()
    old, new = repository.resolve(start), repository.resolve(end or "HEAD")
    if repository.is_ancestor(old, new):
        return
    public = repository.branches_named(branch)
    if any(repository.is_ancestor(old, tip) for tip in public):
        return
    if any(repository.is_ancestor(new, tip) for tip in public):
        yield _on(old, f"主分支“{branch}”的历史里已经没有这次提交")


def _on(commit: str, why: str) -> Finding:
    return found("QD525", f"提交{commit[:10]}：{why}，历史被改写过（例如强制推送）。", "", fix=_FIX)
