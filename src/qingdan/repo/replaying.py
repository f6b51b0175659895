"""Making commits anew on top of another one, and moving the branch to them: all of them or none."""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit
from qingdan.repo.git import GitError, Repository
from qingdan.repo.journal import ASIDE, Journal, numbered, unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qingdan.model.history import Commit


PLAIN = "100644"
"""How git calls a plain file: no link, not executable."""


class Step(Struct, frozen=True):
    """A commit to be made: its change, and the environment that gives it its author and the author's date."""

    change: Change
    env: Mapping[str, str]


class Replaying(Journal):
    """The journal of a repository whose branch goes on from another commit."""

    def replay(
        self,
        old: str,
        onto: str,
        steps: Sequence[Step],
        on_step: Callable[[str], None] = unwatched,
    ) -> str:
        """Make the commits on top of ``onto``, with the user's hooks, and move the branch there from ``old``.

        The new tip. On any failure branch, index and files are as before.
        """
        with self._noted(on_step) as whole:
            new = self._made(onto, steps, on_step)
            self.repository.git("update-ref", "-m", "qingdan", "ORIG_HEAD", old)
            whole._bring(old, new, on_step)  # noqa: SLF001 another of its own kind
        return new

    def bring(self, old: str, new: str, on_step: Callable[[str], None] = unwatched) -> None:
        """Bring files, index and branch from one commit to another that is there; on any failure they are as before."""
        with self._noted(on_step) as whole:
            whole._bring(old, new, on_step)  # noqa: SLF001 another of its own kind

    @contextlib.contextmanager
    def _noted(self, on_step: Callable[[str], None]) -> Iterator[Replaying]:
        """What is done inside is undone if it fails or is killed; gives the journal of all the repository.

        All of the repository goes along, so the journal is that of its top, wherever the workspace stands in it.
        """
        whole = Replaying(Repository(self.repository.top)) if self.repository.prefix else self
        on_step("journal")
        whole._write_journal(Change((), ""), series=True)  # noqa: SLF001 another of its own kind
        try:
            yield whole
        except BaseException:
            with contextlib.suppress(OSError):  # a full disk: the next command recovers
                self.recover()
            raise
        on_step("clear")
        self._clear()

    def _made(self, onto: str, steps: Sequence[Step], on_step: Callable[[str], None]) -> str:
        """The commits, made in a work tree of their own; the last one's id."""
        aside = self.folder / ASIDE
        self._remove_aside()
        on_step("aside")
        try:
            self.repository.git("worktree", "add", "--quiet", "--detach", str(aside), onto)
        except GitError as error:
            raise RefusedError(f"不能准备临时文件夹，没有改动。{error}") from None
        room = aside / self.repository.prefix
        room.mkdir(parents=True, exist_ok=True)
        journal = Journal(Repository(room))
        with journal.lock():
            for number, step in enumerate(steps, 1):
                told = partial(numbered, on_step, number)
                onto = journal.file(step.change, dict(step.env), told)
        return onto

    def _bring(self, old: str, new: str, on_step: Callable[[str], None]) -> None:
        """Bring files, index and branch there."""
        differing = self.repository.differing(old, new)
        odd = sorted(path for path in differing if path in self._odd(old) | self._odd(new))
        plain = {path: blobs for path, blobs in differing.items() if path not in odd}
        whole = Change(tuple(self._edits(plain)), "")
        self._refuse_moved_ground(whole)
        self._refuse_dirty_odd(old, odd)
        self._move(whole, old, new, on_step, odd)

    def _odd(self, rev: str) -> set[str]:
        """Links, executable files and submodules of a commit."""
        return {path for mode, _, path in self.repository.entries(rev) if mode != PLAIN}

    def _refuse_dirty_odd(self, old: str, odd: Sequence[str]) -> None:
        """RefusedError where git would overwrite what nobody has committed."""
        known = {path for _, _, path in self.repository.entries(old)}
        new = [path for path in odd if path not in known]
        there = [path for path in new if os.path.lexists(self.repository.workspace / path)]
        dirty = [*there, *(self.repository.status(odd) if odd else ())]
        if dirty:
            raise RefusedError(
                f"{'、'.join(sorted(set(dirty)))}有尚未提交的改动，没有办理；请先提交、移走或恢复原样。"
            )

    def _edits(self, differing: Mapping[str, tuple[str, str]]) -> Iterator[FileEdit]:
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
