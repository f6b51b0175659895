"""Landing commits on the main branch of a remote, on top of what others have landed meanwhile: all of it or nothing."""

from __future__ import annotations

import contextlib
import random
import time
from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError
from qingdan.repo.git import GitError, Repository, run
from qingdan.repo.journal import ASIDE
from qingdan.repo.replaying import Replaying

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TRIES = 30
"""So often a push is tried again that others were quicker than."""
_FIRST, _LONGEST = 0.05, 2.0
_LOST = ("[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value")
"""What git says where somebody else has just pushed, or is pushing at this moment."""


class Landing(Replaying):
    """The journal of a repository whose commits go to a remote before its own branch moves."""

    @contextlib.contextmanager
    def room(self, mine: str, theirs: str, env: Mapping[str, str]) -> Iterator[Path]:
        """The workspace in a work tree of its own, in which both sides stand together; gone afterwards.

        Where both have commits of their own, mine are merged into theirs, so that the main branch stays what
        it was. RefusedError where they do not go together.
        """
        ahead = not theirs or self.repository.is_ancestor(theirs, mine)
        try:
            aside = self._beside(mine if ahead else theirs)
            if not ahead and not self.repository.is_ancestor(mine, theirs):
                self._merge(aside, mine, env)
            yield aside / self.repository.prefix
        finally:
            self._remove_aside()

    def _beside(self, commit: str) -> Path:
        aside = self.folder / ASIDE
        self._remove_aside()
        try:
            self.repository.git("worktree", "add", "--quiet", "--detach", str(aside), commit)
        except GitError as error:
            raise RefusedError(f"不能准备临时文件夹，没有改动。{error}") from None
        return aside

    @staticmethod
    def _merge(aside: Path, mine: str, env: Mapping[str, str]) -> None:
        words = ("merge", "--quiet", "--no-ff", "-m", "合并本地的提交", mine)
        try:
            run(aside, *words, env=env)
        except GitError as error:
            said = str(error).partition("：")[2]
            raise RefusedError(
                "本地的提交与远程主分支上别人的提交改了同一处，不能自动合并，没有取号，也没有改动。"
                f"请先用 git pull 合并，再运行本命令。git 的说明：{said}"
            ) from None

    def refuse_edited(self) -> None:
        """RefusedError where files are edited that the branch could not move under."""
        status = self.repository.status()
        dirty = sorted(path for path, letters in status.items() if letters != "??")
        if dirty:
            raise RefusedError(
                f"{'、'.join(dirty[:3])}有尚未提交的改动，没有取号；请先提交或恢复原样。"
            )

    def pushed(self, room: Path, new: str, remote: str, branch: str) -> bool:
        """Push a commit to the branch of the remote; False if others were quicker, RefusedError if it is not taken."""
        words = ("push", "--porcelain", remote, f"{new}:refs/heads/{branch}")
        try:
            Repository(room).push(*words)
        except GitError as error:
            if any(word in str(error) for word in _LOST):
                return False
            said = str(error).partition("：")[2]
            raise RefusedError(
                f"没有推送成功，没有取号，本地没有改动；处理后请重新运行。git 的说明：{said}"
            ) from None
        return True


def wait(attempt: int) -> None:
    """Let others finish: longer after each try, and never as long as they wait."""
    longest = min(_FIRST * 2**attempt, _LONGEST)
    time.sleep(random.uniform(_FIRST / 2, longest))  # noqa: S311 nothing is kept secret by it
