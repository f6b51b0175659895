"""Bringing other people's repositories here: into a bare copy of our own, of which nothing is ever checked out.

A path is fetched like a URL: git only promises that serving from a repository is harmless, not that working in it is.
So no hook and no setting of the other side counts, no link of it is followed, and its program code is never run.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import shutil
from typing import TYPE_CHECKING

from qingdan.model.errors import CannotAnswerError
from qingdan.repo import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_HEAD = "head"
"""What the branch is called here that the other side takes for its own."""
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "fetch.unpackLimit=1",
    "fetch.recurseSubmodules=false",
    "gc.autoDetach=false",
    "maintenance.autoDetach=false",
    "pack.threads=1",
    "http.followRedirects=initial",
)
_SURROUNDINGS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
}
_SERVED_HERE = ("--upload-pack", "git -c pack.window=0 upload-pack")
"""How a repository of this machine is served: looking for likeness would take ten times as long as reading it all."""
_DAMAGED = "仓库的数据缺失或损坏，请在它所在的机器上运行 git fsck 查看"
_SAID = (
    ("dubious ownership", "文件夹的所有者不是当前用户，git 拒绝读取"),
    ("couldn't find remote ref HEAD", "仓库还没有任何提交"),
    ("couldn't find remote ref", "没有这个分支"),
    ("could not read Username", "需要登录，而 git 没有保存用户名和口令"),
    ("Authentication failed", "登录没有成功"),
    ("Permission denied (publickey", "登录没有成功"),
    ("Could not resolve host", "找不到这台主机"),
    ("Failed to connect", "连不上这台主机"),
    ("Connection refused", "连不上这台主机"),
    ("does not appear to be a git repository", "这个地址没有 git 仓库"),
    ("' not found", "这个地址没有 git 仓库"),
    ("inflate", _DAMAGED),
    ("pack-objects died", _DAMAGED),
    ("early EOF", _DAMAGED),
    ("invalid index-pack output", _DAMAGED),
    ("unable to read", _DAMAGED),
    ("bad object", _DAMAGED),
    ("did not send all necessary objects", _DAMAGED),
)
"""What git says, and what it means; the first that is found counts, as git may say the rest in any order."""
_LAST = ("--depth=1",)
_DEEPEN = {True: ("--unshallow",), False: _LAST}
_SHALLOW = re.compile("does not support shallow|shallow capabilities")


def place_of(path: Path) -> tuple[Path, str]:
    """The repository around a folder, and the folder within it (with a slash at its end, or empty)."""
    if not path.is_dir():
        raise CannotAnswerError("没有这个文件夹。")
    if (path / "HEAD").is_file() and (path / "objects").is_dir():
        return path, ""
    for top in (path, *path.parents):
        if (top / ".git").exists():
            inner = path.relative_to(top).as_posix()
            return top, "" if inner == "." else f"{inner}/"
    raise CannotAnswerError("不在 git 仓库中。")


@contextlib.contextmanager
def held(cache: Path, address: str, branch: str, size: int) -> Iterator[Copy]:
    """The copy of a branch of a repository, for one process at a time; the lock ends with its process."""
    name = hashlib.sha256(f"{address}\0{branch}".encode()).hexdigest()[:32]
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (cache / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield Copy(cache / name, address, branch, size)


class Copy:
    """A bare repository in the cache that holds one branch of another."""

    def __init__(self, folder: Path, address: str, branch: str, size: int) -> None:
        """``folder``: where it stands, or will stand; ``branch`` empty: the one the other side takes for its own.

        ``size``: how large a file this process may write, in MiB.
        """
        self.folder = folder
        self._address, self._branch, self._size = address, branch, size
        self.reused = folder.exists()

    def bring(self, *, whole: bool, schemes: Sequence[str]) -> None:
        """Bring it up to date, its history if ``whole``, else the last commit; CannotAnswerError with the reason.

        A copy that git cannot go on with is believed in nothing, and made anew.
        """
        if self.reused:
            shallow = (self.folder / "shallow").is_file()
            depth = _DEEPEN[whole] if shallow else ()
            with contextlib.suppress(git.GitError):
                self._fetch(self.folder, depth, schemes)
                return
        self.renew(whole=whole, schemes=schemes)

    def renew(self, *, whole: bool, schemes: Sequence[str]) -> None:
        """Make it from nothing; what stood there stays until that is done."""
        fresh = self.folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        try:
            env = {"GIT_DIR": str(fresh)}
            git.run(fresh, "init", "--quiet", "--bare", "--template=", env=env)
            self._fetch(fresh, () if whole else _LAST, schemes)
        except git.GitError as error:
            full = _largest(fresh) >= self._size << 20
            shutil.rmtree(fresh, ignore_errors=True)
            why = (
                f"仓库太大，超过了{self._size}MiB（--size）。"
                if full
                else _reason(f"{error}".partition("：")[2])
            )
            raise CannotAnswerError(why) from None
        shutil.rmtree(self.folder, ignore_errors=True)
        fresh.rename(self.folder)
        self.reused = False

    def _fetch(self, folder: Path, depth: Sequence[str], schemes: Sequence[str]) -> None:
        name = self._branch or _HEAD
        theirs = f"refs/heads/{self._branch}" if self._branch else "HEAD"
        refs = f"+{theirs}:refs/heads/{name}"
        try:
            self._run(folder, schemes, depth, refs)
        except git.GitError as error:
            if depth != _LAST or not _SHALLOW.search(str(error)):
                raise
            self._run(folder, schemes, (), refs)  # a plain web server has whole histories alone
        env = {"GIT_DIR": str(folder)}
        git.run(folder, "symbolic-ref", "HEAD", f"refs/heads/{name}", env=env)

    def _run(self, folder: Path, schemes: Sequence[str], depth: Sequence[str], refs: str) -> None:
        allowed = ("protocol.allow=never", *(f"protocol.{name}.allow=always" for name in schemes))
        settings = [word for each in (*_SETTINGS, *allowed) for word in ("-c", each)]
        words = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force", *depth]
        words += _SERVED_HERE if self._address.startswith(("/", "file://")) else ()
        env = _SURROUNDINGS | {"GIT_DIR": str(folder)}
        git.run(folder, *settings, *words, "--", self._address, refs, env=env)


def _reason(said: str) -> str:
    """What git said, in a sentence: its own words only where they are not known."""
    lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:"))]
    told = lines[0].partition(":")[2].strip() if lines else "没有说明原因"
    return f"{next((words for mark, words in _SAID if mark in said), f'git：{told}')}。"


def _largest(folder: Path) -> int:
    return max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)
