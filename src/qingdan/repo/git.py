"""The one door to git.

Git itself is called, in as few processes as possible, always under the same settings; GitPython makes new
repositories. Its index and its ``trailers_list`` are never used.
"""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qingdan.model.errors import CannotAnswerError, QingdanError, RefusedError, UsageError
from qingdan.model.history import Commit, FileChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_FIELDS = ("%H", "%P", "%aI", "%cI", "%an", "%s", "%(trailers:only,unfold)", "%B")
_TRAILERS = (
    "Adjustment", "Item", "List", "Trigger", "Occurred", "Deadline", "Reason", "Late-Reason", "Applied", "Evidence",
    "Effective", "Record",
)  # fmt: skip
_SETTINGS = (
    "core.quotePath=false",
    "log.showSignature=false",
    "diff.orderFile=/dev/null",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    "trailer.separators=:",
    *(f"trailer.{key}.key={key}" for key in _TRAILERS),
)
"""Of all that a person may have configured, what would change how commits are written and read."""
_WORDS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_REFUSALS = (
    ("gpg", "签名没有成功，请检查签名设置（commit.gpgSign、user.signingKey）。"),
    (
        "index.lock",
        "另一个 git 命令正在进行，或上次的 git 中途退出留下了 .git/index.lock；确认没有别的 git 在运行后删除该文件。",
    ),
)
_FORMAT = "%x00".join(_FIELDS) + "%x00"
_ABSENT = "0" * 40


class GitError(QingdanError):
    """Git refused; the sentence holds what it said."""

    exit_code = 2


def run(
    root: Path, *words: str, given: bytes | None = None, env: Mapping[str, str] | None = None
) -> bytes:
    """What ``git`` prints; GitError with its own words if it fails."""
    command = ["git", *_WORDS, *words]
    surroundings = os.environ | {"LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0"} | dict(env or {})
    try:
        done = subprocess.run(
            command, cwd=root, input=given, capture_output=True, env=surroundings, check=False
        )
    except FileNotFoundError:
        raise CannotAnswerError(
            "没有找到 git 程序，请先安装（Debian、Ubuntu：apt-get install git）。"
        ) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitError(f"git {words[0]} 没有成功：{said}")
    return done.stdout


def text(root: Path, *words: str) -> str:
    """What ``git`` prints, as one line."""
    return run(root, *words).decode("utf-8", "replace").strip()


class Repository:
    """A git repository and the folder of it that is the workspace."""

    def __init__(self, workspace: Path) -> None:
        """``workspace``: the folder of ``qingdan.yaml``; CannotAnswerError where there is no repository."""
        self.workspace = workspace
        try:
            lines = run(
                workspace, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--show-prefix"
            )
        except GitError as error:
            if "dubious ownership" in str(error):
                raise CannotAnswerError(
                    f"git 因为文件夹的所有者不是当前用户而拒绝打开{workspace}，"
                    f"确认可信后请运行：git config --global --add safe.directory {workspace}"
                ) from None
            raise CannotAnswerError(
                f"{workspace}不在 git 仓库中。请先用 qingdan init 建立工作区，或运行 git init。"
            ) from None
        top, folder, prefix = lines.decode("utf-8", "surrogateescape").split("\n")[:3]
        self.top, self.folder, self.prefix = Path(top), Path(folder), prefix

    def git(self, *words: str, given: bytes | None = None) -> bytes:
        """Run git in the workspace."""
        return run(self.workspace, *words, given=given)

    def say(self, *words: str) -> str:
        """Run git in the workspace; its output as one line."""
        return text(self.workspace, *words)

    @cached_property
    def is_shallow(self) -> bool:
        """Whether the history was cut off when it was cloned."""
        return self.say("rev-parse", "--is-shallow-repository") == "true"

    def resolve(self, rev: str) -> str:
        """The commit id of a revision; CannotAnswerError for one that is not there."""
        try:
            return self.say(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"
            )
        except GitError:
            if not self.has_commits:
                raise CannotAnswerError(
                    "这个仓库还没有任何提交，请先提交一次（qingdan init --sample 会自动提交）。"
                ) from None
            hint = (
                "历史不完整（浅克隆），请先运行 git fetch --unshallow。"
                if self.is_shallow
                else "请用 git log 核对。"
            )
            raise CannotAnswerError(f"没有“{rev}”这个版本。{hint}") from None

    @property
    def has_commits(self) -> bool:
        """Whether there is any commit."""
        try:
            return bool(self.say("rev-parse", "--verify", "--quiet", "HEAD^{commit}"))
        except GitError:
            return False

    def require_whole_history(self) -> None:
        """Raise CannotAnswerError in a shallow clone."""
        if self.is_shallow:
            raise CannotAnswerError(
                "历史不完整（浅克隆），不能逐次核对提交。请运行 git fetch --unshallow，"
                "或在 CI 的检出步骤设置完整深度（fetch-depth: 0）。"
            )

    def tree(self, commit: str) -> list[tuple[str, str, str]]:
        """(mode, blob id, path within the workspace) of every file of a commit."""
        return self.entries(commit)

    def entries(self, commit: str, *paths: str) -> list[tuple[str, str, str]]:
        """The same for some paths; all of them if none is named, nothing if the commit has no workspace."""
        spot = f"{commit}:{self.prefix.rstrip('/')}" if self.prefix else commit
        try:
            raw = self.git("ls-tree", "-r", "-z", "--full-tree", spot, "--", *paths)
        except GitError:
            return []
        rows = []
        for line in raw.decode("utf-8", "surrogateescape").split("\0"):
            if line:
                meta, _, path = line.partition("\t")
                mode, _, blob = meta.split(" ")
                rows.append((mode, blob, path))
        return rows

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of blobs, in the order asked for."""
        wanted = list(ids)
        if not wanted:
            return
        out = self.git("cat-file", "--batch", given="\n".join(wanted).encode() + b"\n")
        place = 0
        for blob in wanted:
            end = out.index(b"\n", place)
            header = out[place:end].split(b" ")
            if header[-1] == b"missing":
                raise CannotAnswerError(f"仓库缺少对象{blob[:12]}，历史可能不完整，请重新克隆。")
            size = int(header[2])
            yield blob, out[end + 1 : end + 1 + size]
            place = end + size + 2

    def log(self, *revs: str, first_parent: bool = False, only: bool = False) -> list[Commit]:
        """Commits of a range, oldest first, each with what it changed against its first parent.

        ``only``: the last one alone.
        """
        words = [
            "log",
            "-z",
            "--reverse",
            "--topo-order",
            f"--format={_FORMAT}",
            "--raw",
            "--no-abbrev",
        ]
        words += ["--no-renames", "--diff-merges=first-parent", "--root", "--relative"]
        words += ["--first-parent"] if first_parent else []
        words += ["--max-count=1"] if only else []
        raw = self.git(*words, "--end-of-options", *revs, "--").decode("utf-8", "replace")
        return list(_commits(raw.split("\0")))

    def differing(self, one: str, other: str) -> dict[str, tuple[str, str]]:
        """Path to (blob before, blob after) of what differs between two commits, within the workspace."""
        raw = self.git(
            "diff-tree",
            "-r",
            "-z",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--relative",
            one,
            other,
        )
        changes, _ = _raw_changes(raw.decode("utf-8", "surrogateescape").split("\0"), 0)
        return {change.path: (change.before, change.after) for change in changes}

    def status(self, paths: Sequence[str] = ()) -> dict[str, str]:
        """Path within the workspace to its two status letters, for everything not as committed."""
        raw = self.git(
            "status",
            "--porcelain=v1",
            "-z",
            "--untracked-files=all",
            "--no-renames",
            "--",
            *(paths or (".",)),
        )
        rows = [line for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]
        return {row[3:].removeprefix(self.prefix): row[:2] for row in rows}

    def branch(self) -> str:
        """The current branch; empty for a detached head."""
        try:
            return self.say("symbolic-ref", "--short", "--quiet", "HEAD")
        except GitError:
            return ""

    def require_ready(self, identity: Mapping[str, str]) -> None:
        """Raise where no commit can be made: detached head, merge or rebase under way, no identity."""
        if not self.branch():
            raise RefusedError(
                "现在不在任何分支上（游离的 HEAD）。请先切换到分支，例如 git switch main。"
            )
        for name, what in (
            ("MERGE_HEAD", "合并"),
            ("rebase-merge", "变基"),
            ("rebase-apply", "变基"),
            ("CHERRY_PICK_HEAD", "拣选"),
        ):
            if (self.folder / name).exists():
                raise RefusedError(f"有一次{what}还没有完成。请先完成或放弃它，再办理调整。")
        self.identity(identity)

    def identity(self, given: Mapping[str, str]) -> tuple[str, str]:
        """The name and e-mail commits are made under; UsageError where git has none configured."""
        known = os.environ | dict(given)
        name = known.get("GIT_AUTHOR_NAME") or self._config("user.name")
        email = known.get("GIT_AUTHOR_EMAIL") or self._config("user.email")
        if not (name and email):
            raise UsageError(
                "git 还不知道您是谁。请先登记姓名和邮箱："
                'git config --global user.name "姓名"，git config --global user.email "邮箱"。'
            )
        return name, email

    def _config(self, key: str) -> str:
        try:
            return self.say("config", "--get", key)
        except GitError:
            return ""

    def commit(self, message: Path, paths: Sequence[str], env: Mapping[str, str]) -> str:
        """Commit these paths and nothing else, with the user's hooks and signing; the new commit's id."""
        words = ("commit", "--quiet", "--only", "--cleanup=verbatim", f"--file={message}", "--")
        try:
            run(self.workspace, *words, *paths, env=env)
        except GitError as error:
            said = str(error).partition("：")[2]
            hint = next((chinese for part, chinese in _REFUSALS if part in said), "")
            raise RefusedError(
                f"git 没有接受这次提交，文件已恢复原样。{hint}git 的说明：{said}"
            ) from None
        return self.resolve("HEAD")


def init(folder: Path, branch: str) -> None:
    """Make a git repository with this first branch."""
    import git

    git.Repo.init(folder, initial_branch=branch).close()


def _commits(fields: Sequence[str]) -> Iterator[Commit]:
    """Read the fields of the log. A message cannot hold NUL, so counting fields cannot be deceived by one."""
    place, count = 0, len(_FIELDS)
    while place + count < len(fields):
        commit, parents, authored, committed, author, subject, trailers, body = fields[
            place : place + count
        ]
        place += count + 1
        changes, place = _raw_changes(fields, place)
        pairs = (line.partition(":") for line in trailers.split("\n") if line)
        yield Commit(
            commit.strip("\n"),
            tuple(parents.split()),
            datetime.fromisoformat(authored),
            datetime.fromisoformat(committed),
            author,
            subject,
            tuple((key, value.strip()) for key, _, value in pairs),
            body,
            tuple(changes),
        )


def _raw_changes(fields: Sequence[str], place: int) -> tuple[list[FileChange], int]:
    """Read ``:mode mode before after status`` and path pairs of git's raw format, from ``place`` on."""
    changes: list[FileChange] = []
    while place + 1 < len(fields) and fields[place].lstrip("\n").startswith(":"):
        before, after = fields[place].split(" ")[2:4]
        changes.append(FileChange(fields[place + 1], _present(before), _present(after)))
        place += 2
    return changes, place


def _present(blob: str) -> str:
    return "" if blob == _ABSENT else blob
