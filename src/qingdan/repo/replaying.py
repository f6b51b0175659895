"""Making commits anew on top of another one, and moving the branch to them: all of them or none."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit
from qingdan.repo.git import GitError, Repository
from qingdan.repo.journal import ASIDE, Journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.model.history import Commit


def _nothing(_step: str) -> None:
    """No one is watching the steps."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit to be made: its change, and the environment that gives it its author and the author's date."""

    change: Change
    env: Mapping[str, str]


class Replaying(Journal):
    """The journal of a repository whose branch goes on from another commit."""

    def replay(self, old: str, onto: str, steps: Sequence[Step]) -> str:
        """Make the commits on top of ``onto``, with the user's hooks, and move the branch there from ``old``.

        The new tip. On any failure branch, index and files are as before.
        """
        try:
            new = self._made(onto, steps)
            self.repository.git("update-ref", "-m", "qingdan", "ORIG_HEAD", old)
            self.bring(old, new)
        finally:
            if not self.pending:
                self._remove_aside()
        return new

    def _made(self, onto: str, steps: Sequence[Step]) -> str:
        """The commits, made in a work tree of their own; the last one's id."""
        aside = self.folder / ASIDE
        self._remove_aside()
        try:
            self.repository.git("worktree", "add", "--quiet", "--detach", str(aside), onto)
        except GitError as error:
            raise RefusedError(f"不能准备临时文件夹，没有改动。{error}") from None
        room = aside / self.repository.prefix
        room.mkdir(parents=True, exist_ok=True)
        journal = Journal(Repository(room))
        with journal.lock():
            for step in steps:
                onto = journal.file(step.change, dict(step.env))
        return onto

    def bring(self, old: str, new: str) -> None:
        """Bring files, index and branch there; beside the workspace, with git's own means."""
        if self.repository.prefix:
            try:
                self.repository.git("reset", "--quiet", "--keep", new)
            except GitError as error:
                raise RefusedError(f"文件有尚未提交的改动，没有办理。{error}") from None
            return
        whole = Change(tuple(self._edits(old, new)), "")
        self._refuse_moved_ground(whole)
        self._write_journal(whole, series=True)
        try:
            self._move(whole, old, new, _nothing)
        except BaseException:
            self.recover()
            raise
        self._clear()

    def _edits(self, old: str, new: str) -> Iterator[FileEdit]:
        differing = self.repository.differing(old, new)
        wanted = dict.fromkeys(blob for pair in differing.values() for blob in pair if blob)
        raws = dict(self.repository.blobs(wanted))
        for path, (before, after) in differing.items():
            yield FileEdit(path, raws.get(before), raws.get(after))


def authors(repository: Repository, revs: str) -> dict[str, dict[str, str]]:
    """Commit to the environment that gives another commit the same author and author's date."""
    raw = repository.git("log", "--format=%H%x00%an%x00%ae%x00%ad", "--date=raw", revs, "--")
    found = {}
    for line in raw.decode("utf-8", "surrogateescape").splitlines():
        commit, name, email, day = line.split("\0")
        found[commit] = {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": f"@{day}",
        }
    return found


def is_plain_merge(repository: Repository, commit: Commit) -> bool:
    """Whether a merge of two commits is just what git makes of them by itself."""
    if len(commit.parents) != 2:
        return False
    try:
        made = repository.say("merge-tree", "--write-tree", *commit.parents)
    except GitError:  # they conflict, or git is too old to tell
        return False
    return made == repository.say("rev-parse", f"{commit.id}^{{tree}}")


def merged_text(
    repository: Repository, base: bytes | None, mine: bytes | None, theirs: bytes | None
) -> bytes | None:
    """A text that two sides changed, merged line by line as git does it; None where that cannot be."""
    if mine is None or theirs is None:
        return None
    with tempfile.TemporaryDirectory(prefix="qingdan-") as folder:
        names = []
        for name, raw in (("mine", mine), ("base", base or b""), ("theirs", theirs)):
            full = Path(folder) / name
            full.write_bytes(raw)
            names.append(str(full))
        try:
            return repository.git("merge-file", "-p", "-q", *names)
        except GitError:
            return None
