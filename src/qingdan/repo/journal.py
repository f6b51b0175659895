"""Before or complete: what is about to be committed is written down first, so that a killed command leaves no half adjustment.

The journal lies under the git directory. A lock that dies with its process keeps two commands apart.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit
from qingdan.repo.files import is_through_link
from qingdan.repo.git import GitError, Repository
from qingdan.repo.whereabouts import git_spot, journal_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path


SUFFIX = ".qingdan-new"
ASIDE = "series"
"""Where the commits of a series are made, under the journal's folder."""
WAIT = 10.0
"""Seconds to wait for another command to finish."""


def unwatched(_step: str) -> None:
    """No one is watching the steps."""


def numbered(on_step: Callable[[str], None], number: int, step: str) -> None:
    """A step of one commit of a series, told with its number."""
    on_step(f"{number} {step}")


class Outcome(Struct, frozen=True):
    """What recovery did: ``restored`` paths are as before, ``kept`` were edited by someone since."""

    finished: bool
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def may_be_pending(workspace: Path) -> bool:
    """Whether a journal could lie there, told without starting git."""
    spot = git_spot(workspace)
    if spot is None:
        return False
    return journal_in(spot).exists() if spot.is_dir() else True


class Journal:
    """The journal of one repository."""

    def __init__(self, repository: Repository) -> None:
        """``repository``: where changes are to be filed."""
        self.repository = repository
        self.path = journal_in(repository.folder)
        self.folder = self.path.parent

    @contextlib.contextmanager
    def lock(self, wait: float | None = None) -> Iterator[None]:
        """Hold the repository for one command; RefusedError if another holds it for ``wait`` seconds."""
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("w") as handle:
            until = time.monotonic() + (WAIT if wait is None else wait)
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise RefusedError(
                            "另一个 qingdan 命令正在这个工作区办理调整，请稍后再试。"
                        ) from None
                    time.sleep(0.05)
            yield

    def file(
        self, change: Change, env: dict[str, str], on_step: Callable[[str], None] = unwatched
    ) -> str:
        """Write the files and commit them; the new commit's id. On any failure the files are as before.

        ``on_step`` is told the name of each step before it is taken.
        """
        paths = [edit.path for edit in change.edits]
        self._refuse_moved_ground(change)
        on_step("journal")
        self._write_journal(change)
        try:
            for edit in change.edits:
                on_step(f"write {edit.path}")
                self._put(edit.path, edit.after)
            on_step("add")
            self.repository.git("add", "--intent-to-add", "--", *paths)
            on_step("commit")
            commit = self.repository.commit(self._message(change.message), paths, env)
        except BaseException:
            with contextlib.suppress(
                OSError
            ):  # a full disk: the next command recovers, the cause is told
                self.recover()
            raise
        on_step("clear")
        self._clear()
        return commit

    def file_all(
        self,
        changes: Sequence[Change],
        env: dict[str, str],
        on_step: Callable[[str], None] = unwatched,
    ) -> list[str]:
        """Make several commits, one upon the other: all of them or none; their ids, first to last.

        They are made in a work tree of their own under the git directory, with the user's hooks; only then
        do files, index and branch move, the branch in one step and only from where it was.
        """
        if len(changes) == 1:
            return [self.file(changes[0], env, on_step)]
        whole = _together(changes)
        self._refuse_moved_ground(whole)
        old = self.repository.resolve("HEAD")
        on_step("journal")
        self._write_journal(whole, series=True)
        try:
            commits = self._aside(changes, env, on_step)
            self._move(whole, old, commits[-1], on_step)
        except BaseException:
            with contextlib.suppress(OSError):
                self.recover()
            raise
        on_step("clear")
        self._clear()
        return commits

    def _aside(
        self, changes: Sequence[Change], env: dict[str, str], on_step: Callable[[str], None]
    ) -> list[str]:
        """Make the commits in a work tree of their own; a GitError is told as a refusal."""
        aside = self.folder / ASIDE
        self._remove_aside()
        on_step("aside")
        try:
            self.repository.git("worktree", "add", "--quiet", "--detach", str(aside), "HEAD")
        except GitError as error:
            raise RefusedError(
                f"不能为这批提交准备临时文件夹，没有提交，文件没有改动。{error}"
            ) from None
        journal = Journal(Repository(aside / self.repository.prefix))
        commits = []
        with journal.lock():
            for number, change in enumerate(changes, 1):
                told = partial(numbered, on_step, number)
                commits.append(journal.file(change, env, told))
        return commits

    def _move(
        self,
        whole: Change,
        old: str,
        new: str,
        on_step: Callable[[str], None],
        odd: Sequence[str] = (),
    ) -> None:
        """Bring files, index and branch to where the commits are; ``odd`` are no plain files: git brings them."""
        whole = self._with_added(whole, old, new, odd)
        self._write_journal(whole, series=True, new=new, odd=odd)
        for edit in whole.edits:
            on_step(f"write {edit.path}")
            self._put(edit.path, edit.after)
        paths = [*(edit.path for edit in whole.edits), *odd]
        on_step("index")
        self.repository.git("reset", "--quiet", new, "--", *paths)
        if odd:
            on_step("odd")
            self._bring_odd(odd)
        on_step("branch")
        try:
            self.repository.git("update-ref", "-m", "qingdan", "HEAD", new, old)
        except GitError:
            raise RefusedError(
                "办理期间别人在这个分支上提交了别的改动，没有提交，文件已恢复原样；请重新运行本命令。"
            ) from None

    def _with_added(self, whole: Change, old: str, new: str, odd: Sequence[str]) -> Change:
        """The change and what hooks put into its commits besides; RefusedError where that is being edited."""
        known = {*(edit.path for edit in whole.edits), *odd}
        added = sorted(set(self.repository.differing(old, new)) - known)
        if not added:
            return whole
        dirty = self.repository.status(added)
        if dirty:
            raise RefusedError(
                f"git 钩子要一并提交{'、'.join(sorted(dirty))}，而它有尚未提交的改动；没有提交，请先处理。"
            )
        blobs = {path: blob for _, blob, path in self.repository.entries(new, *added)}
        raws = dict(self.repository.blobs(dict.fromkeys(blobs.values())))
        more = (
            FileEdit(path, self._now(path), raws[blobs[path]] if path in blobs else None)
            for path in added
        )
        return replace(whole, edits=(*whole.edits, *more))

    def _remove_aside(self) -> None:
        aside = self.folder / ASIDE
        if aside.exists():
            with contextlib.suppress(GitError):
                self.repository.git("worktree", "remove", "--force", "--force", str(aside))
            shutil.rmtree(aside, ignore_errors=True)
        with contextlib.suppress(GitError):
            self.repository.git("worktree", "prune")

    def _refuse_moved_ground(self, change: Change) -> None:
        for edit in change.edits:
            self._refuse_link(edit.path)
            if self._now(edit.path) != edit.before:
                raise RefusedError(f"{edit.path}刚刚被别人或别的程序改动，请重新运行本命令。")
        dirty = self.repository.status([edit.path for edit in change.edits])
        if dirty and not change.takes_edits:
            raise RefusedError(
                f"{'、'.join(sorted(dirty))}有尚未提交的改动，请先用 qingdan adjust commit 办理，或恢复原样。"
            )

    def _refuse_link(self, path: str) -> None:
        if is_through_link(self.repository.workspace, path):
            raise RefusedError(
                f"{path}是链接，或在链接的文件夹里，没有提交，文件没有改动；请换成普通文件。"
            )

    def _now(self, path: str) -> bytes | None:
        full = self.repository.workspace / path
        try:
            return full.read_bytes()
        except FileNotFoundError:
            return None

    def _bring_odd(self, paths: Sequence[str]) -> None:
        """Links, executable files and the like as the index has them; away with those that it has not."""
        there = self.repository.git("ls-files", "-z", "--", *paths).decode(
            "utf-8", "surrogateescape"
        )
        known = set(filter(None, there.split("\0")))
        for path in paths:
            if path not in known:
                with contextlib.suppress(
                    IsADirectoryError
                ):  # of a submodule git keeps the folder, too
                    (self.repository.workspace / path).unlink(missing_ok=True)
        if known:
            self.repository.git("checkout-index", "--quiet", "--force", "-u", "--", *sorted(known))

    def _put(self, path: str, raw: bytes | None) -> None:
        self._refuse_link(path)
        full = self.repository.workspace / path
        if raw is None:
            full.unlink(missing_ok=True)
            return
        full.parent.mkdir(parents=True, exist_ok=True)
        new = full.with_name(full.name + SUFFIX)
        new.unlink(missing_ok=True)
        with new.open("xb") as handle:  # never into what somebody has put there: it may be a link
            handle.write(raw)
            handle.flush()
            os.fsync(handle.fileno())
        new.replace(full)

    def _message(self, text: str) -> Path:
        path = self.folder / "message"
        path.write_text(text, "utf-8")
        return path

    def _write_journal(
        self, change: Change, *, series: bool = False, new: str = "", odd: Sequence[str] = ()
    ) -> None:
        """Write down what is about to be done; ``new`` is where the branch of a series will be, if that is known."""
        head = self.repository.head()
        rows = [
            {"path": e.path, "before": _pack(e.before), "after": _digest(e.after)}
            for e in change.edits
        ]
        part = self.path.with_suffix(".new")
        with part.open("w", encoding="utf-8") as handle:
            noted = {"head": head, "files": rows, "series": series}
            noted |= {"at": self.repository.prefix, "new": new, "odd": list(odd)}
            json.dump(noted, handle, ensure_ascii=False)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(self.path)

    def _clear(self) -> None:
        if (self.folder / ASIDE).exists():
            self._remove_aside()
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".new").unlink(missing_ok=True)
        (self.folder / "message").unlink(missing_ok=True)

    @property
    def pending(self) -> bool:
        """Whether a command was killed in the middle."""
        return self.path.exists()

    @property
    def held(self) -> bool:
        """Whether a command that is alive holds the repository."""
        try:
            with (self.folder / "lock").open() as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def vouches(self, head: str, files: Mapping[str, bytes | None]) -> bool:
        """Whether a living command has written down, and so proved, exactly these files upon this head."""
        if not self.held:
            return False
        try:
            noted = json.loads(self.path.read_text("utf-8"))
            told = {str(row["path"]): row["after"] for row in noted["files"]}
        except (OSError, ValueError, KeyError, TypeError):
            return False
        found = {path: _digest(raw) for path, raw in files.items()}
        return bool(noted["head"] == head and told == found)

    @property
    def message(self) -> bytes:
        """The message with which the command under way commits; empty if there is none."""
        try:
            return (self.folder / "message").read_bytes()
        except OSError:
            return b""

    def recover(self) -> Outcome:
        """Put right what a killed command left; the lock must be held."""
        try:
            noted = json.loads(self.path.read_text("utf-8"))
            files = [
                (str(row["path"]), _unpack(row["before"]), row["after"]) for row in noted["files"]
            ]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            self._clear()  # killed before the journal was whole: no file has been touched yet
            return Outcome(finished=False)
        if noted.get("at", self.repository.prefix) != self.repository.prefix:
            return Journal(Repository(self.repository.top / str(noted["at"]))).recover()
        for path, _, _ in files:
            full = self.repository.workspace / path
            full.with_name(full.name + SUFFIX).unlink(missing_ok=True)
        self._release_index()
        if self._committed(noted, [(path, after) for path, _, after in files]):
            self._clear()
            return Outcome(finished=True)
        restored, kept = self._put_back(files)
        if noted.get("series"):
            self._unstage([*(path for path, _, _ in files), *noted.get("odd", ())])
            kept += self._restore_odd(noted)
        self._reset_index([path for path, before, _ in files if before is None])
        self._clear()
        return Outcome(False, tuple(restored), tuple(kept))

    def _put_back(
        self, files: Sequence[tuple[str, bytes | None, str | None]]
    ) -> tuple[list[str], list[str]]:
        """Restore the files that are as they were written; the others are left alone."""
        restored, kept = [], []
        for path, before, after in files:
            now = self._now(path)
            if now != before and _digest(now) != after:
                kept.append(path)
            elif now != before:
                self._put(path, before)
                restored.append(path)
        return restored, kept

    def _committed(self, noted: Mapping[str, Any], files: list[tuple[str, str | None]]) -> bool:
        """Whether the change stands: the branch of a series has moved, or the head has the files."""
        head = self.repository.head()
        if head in {"", noted["head"]} or not (files or noted.get("odd")):
            return False
        if head == noted.get("new"):
            return True
        blobs = {path: blob for _, blob, path in self.repository.entries("HEAD")}
        for path, after in files:
            raw = next(self.repository.blobs([blobs[path]]))[1] if path in blobs else None
            if _digest(raw) != after:
                return False
        return True

    def _release_index(self) -> None:
        """Remove the lock on the index that a killed git of ours left; a live one gets time to finish."""
        began = self.path.stat().st_mtime
        for lock in (
            self.repository.folder / "index.lock",
            *self.repository.folder.glob("next-index-*.lock"),
        ):
            until = time.monotonic() + 1.0
            while lock.exists() and time.monotonic() < until:
                time.sleep(0.05)
            with contextlib.suppress(FileNotFoundError):
                if lock.stat().st_mtime >= began - 1:
                    lock.unlink()

    def _unstage(self, paths: list[str]) -> None:
        """Put the index back for files of a series; nothing of them was staged before."""
        if paths:
            with contextlib.suppress(GitError):
                self.repository.git("reset", "--quiet", "HEAD", "--", *paths)

    def _restore_odd(self, noted: Mapping[str, Any]) -> list[str]:
        """Put back what git brought; those left alone that are neither as before nor as they were to be."""
        if not noted.get("odd"):
            return []
        edited = [self._unlike(rev, noted["odd"]) for rev in (noted["head"], noted["new"])]
        kept = sorted(edited[0] & edited[1])
        self._bring_odd([path for path in noted["odd"] if path not in kept])
        return kept

    def _unlike(self, rev: str, paths: Sequence[str]) -> set[str]:
        """Those of the paths that the work tree has otherwise than a commit."""
        words = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--relative", rev)
        raw = self.repository.git(*words, "--", *paths)
        return set(filter(None, raw.decode("utf-8", "surrogateescape").split("\0")))

    def _reset_index(self, new: list[str]) -> None:
        """Forget files that were announced to git and are gone again."""
        if new:
            with contextlib.suppress(GitError):
                self.repository.git(
                    "rm", "--cached", "--quiet", "--force", "--ignore-unmatch", "--", *new
                )


def _together(changes: Sequence[Change]) -> Change:
    """Several changes as one: what each file holds before the first and after the last."""
    first: dict[str, FileEdit] = {}
    for change in changes:
        for edit in change.edits:
            before = first.get(edit.path, edit).before
            first[edit.path] = replace(edit, before=before)
    return Change(tuple(first.values()), "")


def _pack(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _digest(raw: bytes | None) -> str | None:
    return None if raw is None else sha256_of(raw)
