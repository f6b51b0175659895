"""Before or complete: what is about to be committed is written down first, so that a killed command leaves no half adjustment.

The journal lies under the git directory. A lock that dies with its process keeps two commands apart.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from qingdan.model.errors import RefusedError
from qingdan.repo.git import GitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qingdan.model.history import Change
    from qingdan.repo.git import Repository

SUFFIX = ".qingdan-new"
WAIT = 10.0
"""Seconds to wait for another command to finish."""


def _nothing(_step: str) -> None:
    """No one is watching the steps."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What recovery did: ``restored`` paths are as before, ``kept`` were edited by someone since."""

    finished: bool
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def may_be_pending(workspace: Path) -> bool:
    """Whether a journal could lie there, told without starting git."""
    for folder in (workspace, *workspace.parents):
        git = folder / ".git"
        if git.is_dir():
            return (git / "qingdan" / "journal.json").exists()
        if git.exists():
            return True
    return False


class Journal:
    """The journal of one repository."""

    def __init__(self, repository: Repository) -> None:
        """``repository``: where changes are to be filed."""
        self.repository = repository
        self.folder = repository.folder / "qingdan"
        self.path = self.folder / "journal.json"

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
        self, change: Change, env: dict[str, str], on_step: Callable[[str], None] = _nothing
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

    def _refuse_moved_ground(self, change: Change) -> None:
        for edit in change.edits:
            if self._now(edit.path) != edit.before:
                raise RefusedError(f"{edit.path}刚刚被别人或别的程序改动，请重新运行本命令。")
        dirty = self.repository.status([edit.path for edit in change.edits])
        if dirty and not change.takes_edits:
            raise RefusedError(
                f"{'、'.join(sorted(dirty))}有尚未提交的改动，请先用 qingdan adjust commit 办理，或恢复原样。"
            )

    def _now(self, path: str) -> bytes | None:
        full = self.repository.workspace / path
        try:
            return full.read_bytes()
        except FileNotFoundError:
            return None

    def _put(self, path: str, raw: bytes | None) -> None:
        full = self.repository.workspace / path
        if raw is None:
            full.unlink(missing_ok=True)
            return
        full.parent.mkdir(parents=True, exist_ok=True)
        new = full.with_name(full.name + SUFFIX)
        with new.open("wb") as handle:
            handle.write(raw)
            handle.flush()
            os.fsync(handle.fileno())
        new.replace(full)

    def _message(self, text: str) -> Path:
        path = self.folder / "message"
        path.write_text(text, "utf-8")
        return path

    def _write_journal(self, change: Change) -> None:
        head = self.repository.resolve("HEAD") if self.repository.has_commits else ""
        rows = [
            {"path": e.path, "before": _pack(e.before), "after": _digest(e.after)}
            for e in change.edits
        ]
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as handle:
            json.dump({"head": head, "files": rows}, handle, ensure_ascii=False)
            handle.flush()
            os.fsync(handle.fileno())
        new.replace(self.path)

    def _clear(self) -> None:
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".new").unlink(missing_ok=True)
        (self.folder / "message").unlink(missing_ok=True)

    @property
    def pending(self) -> bool:
        """Whether a command was killed in the middle."""
        return self.path.exists()

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
        for path, _, _ in files:
            full = self.repository.workspace / path
            full.with_name(full.name + SUFFIX).unlink(missing_ok=True)
        self._release_index()
        if self._committed(str(noted["head"]), [(path, after) for path, _, after in files]):
            self._clear()
            return Outcome(finished=True)
        restored, kept = [], []
        for path, before, after in files:
            now = self._now(path)
            if now != before and _digest(now) != after:
                kept.append(path)
            elif now != before:
                self._put(path, before)
                restored.append(path)
        self._reset_index([path for path, before, _ in files if before is None])
        self._clear()
        return Outcome(False, tuple(restored), tuple(kept))

    def _committed(self, head: str, files: list[tuple[str, str | None]]) -> bool:
        if not self.repository.has_commits or self.repository.resolve("HEAD") == head:
            return False
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

    def _reset_index(self, new: list[str]) -> None:
        """Forget files that were announced to git and are gone again."""
        if new:
            with contextlib.suppress(GitError):
                self.repository.git(
                    "rm", "--cached", "--quiet", "--force", "--ignore-unmatch", "--", *new
                )


def _pack(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _digest(raw: bytes | None) -> str | None:
    return None if raw is None else sha256(raw).hexdigest()
