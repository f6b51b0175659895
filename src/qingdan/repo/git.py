"""The one door to git.

Git itself is called, in as few processes as possible, always under the same settings; GitPython makes new
repositories. Its index and its ``trailers_list`` are never used.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

from qingdan.model.errors import CannotAnswerError, QingdanError, RefusedError, UsageError
from qingdan.model.folders import FOLDERS
from qingdan.model.history import SHANGHAI, Commit, FileChange
from qingdan.repo import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

_Part = TypeVar("_Part")

_FIELDS = ("%H", "%P", "%at", "%ct", "%an", "%ae", "%s", "%(trailers:only,unfold)", "%B")
_SETTINGS = (
    "core.quotePath=false",
    "log.showSignature=false",
    "diff.orderFile=/dev/null",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
)
"""Of all that a person may have configured, what would change how commits are written and read."""
_SURROUNDINGS = {"LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
"""History is judged as it was written: nobody puts another commit in the place of one (refs/replace)."""
_WORDS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_MARK = "qingdan.yaml"
_UNSIGNED = "签名没有成功，请检查签名设置（commit.gpgSign、user.signingKey）；怎样设置，运行 qingdan doctor。"
_REFUSALS = (
    ("gpg", _UNSIGNED),
    ("failed to write commit object", _UNSIGNED),
    (
        "index.lock",
        "另一个 git 命令正在进行，或上次的 git 中途退出留下了 .git/index.lock；确认没有别的 git 在运行后删除该文件。",
    ),
)
_FORMAT = "%x00".join(_FIELDS) + "%x00"
_SHA1, _LENGTHS = 40, frozenset({40, 64})
_READ_AT_ONCE = 500
"""So many commits at least are read by one process of git: to start it takes as long as to read a few dozen."""
_SHA256 = "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = sha256\n"


class GitError(QingdanError):
    """Git refused; the sentence holds what it said."""

    exit_code = 2


def run(
    root: Path, *words: str, given: bytes | None = None, env: Mapping[str, str] | None = None
) -> bytes:
    """What ``git`` prints; GitError with its own words if it fails."""
    command = ["git", *_WORDS, *words]
    surroundings = os.environ | _SURROUNDINGS | dict(env or {})
    try:
        done = subprocess.run(
            command, cwd=root, input=given, capture_output=True, env=surroundings, check=False
        )
    except FileNotFoundError:
        raise _no_git() from None
    if done.returncode:
        raise _refused(words, done.stderr)
    return done.stdout


@contextmanager
def _streamed(root: Path, *words: str, given: bytes) -> Iterator[IO[bytes]]:
    """What ``git`` prints while it prints; GitError if it fails before all of it was read."""
    command = ["git", *_WORDS, *words]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(given)
        asked.seek(0)
        try:
            process = subprocess.Popen(
                command,
                cwd=root,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=said,
                env=os.environ | _SURROUNDINGS,
            )
        except FileNotFoundError:
            raise _no_git() from None
        out = cast("IO[bytes]", process.stdout)
        try:
            yield out
            if not out.read(1) and process.wait():
                said.seek(0)
                raise _refused(words, said.read())
        finally:
            process.kill()
            out.close()
            process.wait()


def _no_git() -> CannotAnswerError:
    return CannotAnswerError("没有找到 git 程序，请先安装（Debian、Ubuntu：apt-get install git）。")


def _refused(words: Sequence[str], said: bytes) -> GitError:
    return GitError(f"git {words[0]} 没有成功：{said.decode('utf-8', 'replace').strip()}")


def text(root: Path, *words: str) -> str:
    """What ``git`` prints, as one line."""
    return run(root, *words).decode("utf-8", "replace").strip()


def configured(folder: Path) -> dict[str, str]:
    """Every setting of git as a person has it, by its lower-case name, wherever it is written; ours left out."""
    rows = run(folder, "config", "--list", "-z", "--show-scope").decode("utf-8", "replace")
    words = rows.split("\0")
    found: dict[str, str] = {}
    for scope, row in zip(words[::2], words[1::2], strict=False):
        key, _, value = row.partition("\n")
        if scope != "command":
            found[key] = value
    return found


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
            found = self.say(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"
            )
        except GitError:
            found = ""
        if _is_id(found):  # of “^HEAD” git says what it leaves out
            return found
        if not self.has_commits:
            raise CannotAnswerError(
                "这个仓库还没有任何提交，请先提交一次（qingdan init --sample 会自动提交）。"
            )
        hint = (
            "历史不完整（浅克隆），请先运行 git fetch --unshallow。"
            if self.is_shallow
            else "请用 git log 核对。"
        )
        raise CannotAnswerError(f"没有“{rev}”这个版本。{hint}")

    def head(self) -> str:
        """The commit id of HEAD; empty where there is no commit yet."""
        try:
            return self.say("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitError:
            return ""

    @property
    def has_commits(self) -> bool:
        """Whether there is any commit."""
        return bool(self.head())

    def require_whole_history(self) -> None:
        """Raise CannotAnswerError in a shallow clone."""
        if self.is_shallow:
            raise CannotAnswerError(
                "历史不完整（浅克隆），不能逐次核对提交。请运行 git fetch --unshallow，"
                "或在 CI 的检出步骤设置完整深度（fetch-depth: 0）。"
            )

    @property
    def _relative(self) -> str:
        return f"--relative={self.prefix}" if self.prefix else "--no-relative"

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
        given = "\n".join(wanted).encode() + b"\n"
        with _streamed(self.workspace, "cat-file", "--batch", "--buffer", given=given) as out:
            for blob in wanted:
                header = out.readline().split()
                if header[-1:] == [b"missing"]:
                    raise CannotAnswerError(
                        f"仓库缺少对象{blob[:12]}，历史可能不完整，请重新克隆。"
                    )
                if not header:  # git has stopped, and is asked why when the stream is closed
                    return
                yield blob, out.read(int(header[2]))
                out.read(1)

    def ids(self, places: Iterable[tuple[str, str]]) -> list[str]:
        """The object id of each (revision, path within the workspace); empty for what is not there."""
        names = [f"{rev}:{self.prefix}{path}" for rev, path in places]
        if not names:
            return []
        out = self.git("cat-file", "--batch-check", given="\n".join(names).encode() + b"\n")
        rows = out.decode("utf-8", "surrogateescape").split("\n")
        found = (row.split(" ") for row in rows[: len(names)])
        return [words[0] if words[-2:-1] == ["blob"] else "" for words in found]

    def log(self, *revs: str, first_parent: bool = False, only: bool = False) -> list[Commit]:
        """Commits of a range, oldest first, each with what it changed against its first parent.

        ``only``: the last one alone.
        """
        chosen = ["--first-parent"] if first_parent else []
        chosen += ["--max-count=1"] if only else []
        ids = self._ids(revs)
        words = ("rev-list", "--reverse", "--topo-order", *chosen, *ids)
        wanted = self.read_alone(words, _first(ids)).split()
        return list(self._logged(wanted))

    def _logged(self, wanted: Sequence[bytes]) -> Iterator[Commit]:
        """Commits by their ids. Many are read by several processes of git at once: it takes one core for a log."""
        words = ["log", "-z", "--no-walk=unsorted", "--stdin", f"--format={_FORMAT}", "--raw"]
        words += ["--no-abbrev", "--no-renames", "--diff-merges=first-parent", "--root"]
        words += [self._relative]
        size = max(_READ_AT_ONCE, math.ceil(len(wanted) / pool.cores()))
        parts = [wanted[start : start + size] for start in range(0, len(wanted), size)]

        def read(part: Sequence[bytes]) -> bytes:
            return self.read_alone(words, part[0].decode(), b"\n".join(part) + b"\n")

        for raw in _at_once(read, parts):
            yield from _commits(raw.decode("utf-8", "replace").split("\0"))

    def main_line(self, rev: str) -> list[tuple[str, date]]:
        """The first parents of a revision, oldest first, each with its committer's day: no message, no files."""
        words = ("log", "--first-parent", "--reverse", "--topo-order", "--format=%H %ct")
        raw = self.read_alone((*words, self.resolve(rev)), self.resolve(rev))
        rows = (line.split(" ") for line in raw.decode().splitlines())
        return [(commit, _moment(seconds).date()) for commit, seconds in rows]

    def touching(self, rev: str, *paths: str, whole: bool = False) -> list[Commit]:
        """Every commit up to ``rev`` that touched these files or folders, oldest first; or ``whole``, with all it changed.

        Of a merge, the files that differ from every parent.
        """
        words = ["log", "-z", "--reverse", "--topo-order", f"--format={_FORMAT}", "--raw"]
        words += ["--no-abbrev", "--no-renames", "--diff-merges=combined", "--root"]
        words += ["--full-history", self._relative]
        words += ["--full-diff"] if whole else []
        return self._read_log(words, (rev,), paths)

    def _read_log(
        self, words: Sequence[str], revs: Sequence[str], paths: Sequence[str] = ()
    ) -> list[Commit]:
        """Run git log where nobody's configuration counts: trailers must read the same on every machine.

        A setting ``trailer.reason.key`` renames trailers and turns ordinary text into trailers, and no setting of
        ours can take it back.
        """
        ids = self._ids(revs)
        places = [f":(top,literal){self.prefix}{path}" for path in paths]
        raw = self.read_alone((*words, *ids, "--", *places), _first(ids))
        return list(_commits(raw.decode("utf-8", "replace").split("\0")))

    def _ids(self, revs: Sequence[str]) -> Sequence[str]:
        """Revisions and ranges by ids alone, as an empty git directory knows them."""
        known = all(_is_id(word) for rev in revs for word in rev.split(".."))
        return revs if known else self.say("rev-parse", *revs).split()

    def read_alone(
        self,
        words: Sequence[str],
        commit: str,
        given: bytes | None = None,
        env: Mapping[str, str] | None = None,
    ) -> bytes:
        """What git prints in an empty git directory with the same objects, where nobody's configuration counts.

        ``commit``: the id of any commit, by which git's kind of ids is told.
        """
        with tempfile.TemporaryDirectory(prefix="qingdan-") as folder:
            room = Path(folder)
            (room / "refs").mkdir()
            (room / "HEAD").write_text("ref: refs/heads/none\n")
            (room / "config").write_text(_SHA256 if len(commit) > _SHA1 else "")
            common = self._common_folder()
            if (common / "shallow").is_file():
                (room / "shallow").write_bytes((common / "shallow").read_bytes())
            alone = _alone(room, common / "objects") | dict(env or {})
            return run(room, *words, given=given, env=alone)

    def _common_folder(self) -> Path:
        """The git directory that holds the objects: of a linked work tree the main one's."""
        pointer = self.folder / "commondir"
        return self.folder / pointer.read_text().strip() if pointer.is_file() else self.folder

    def merge_base(self, one: str, other: str) -> str:
        """Where two commits parted; CannotAnswerError for histories that have nothing in common."""
        try:
            return self.say("merge-base", one, other)
        except GitError:
            raise CannotAnswerError("这两个版本没有共同的历史，请改用两点的写法：A..B。") from None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether ``new`` is ``old`` or goes on from it."""
        try:
            self.git("merge-base", "--is-ancestor", old, new)
        except GitError:
            return False
        return True

    def branches_named(self, branch: str) -> tuple[str, ...]:
        """The tips of a branch, here and as every remote was last seen to have it."""
        patterns = (f"refs/heads/{branch}", f"refs/remotes/*/{branch}")
        return tuple(self.say("for-each-ref", "--format=%(objectname)", *patterns).split())

    def remote_heads(self, branch: str) -> list[str]:
        """The commits that a branch has on each remote, as last fetched; none where there is no remote."""
        rows = self.say("for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes")
        pairs = (row.partition(" ") for row in rows.splitlines())
        return [commit for commit, _, name in pairs if name.split("/", 3)[3:] == [branch]]

    def differing(self, one: str, other: str) -> dict[str, tuple[str, str]]:
        """Path to (blob before, blob after) of what differs between two commits, within the workspace."""
        raw = self.git(
            "diff-tree",
            "-r",
            "-z",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            self._relative,
            one,
            other,
        )
        changes, _ = _raw_changes(raw.decode("utf-8", "surrogateescape").split("\0"), 0)
        return {change.path: (change.before, change.after) for change in changes}

    def touched(self, commits: Iterable[str]) -> set[str]:
        """The paths within the workspace that commits changed, each against its parent."""
        words = ("diff-tree", "--stdin", "-r", "-z", "--root", "--no-commit-id", "--name-only")
        given = "".join(f"{commit}\n" for commit in commits).encode()
        raw = self.git(*words, "--no-renames", self._relative, given=given)
        return set(filter(None, raw.decode("utf-8", "surrogateescape").split("\0")))

    def renames(self, since: str, at: str = "") -> dict[str, str]:
        """Path at ``since`` to path at ``at``, or in the work tree, of every file that git takes for renamed.

        Files that git does not follow yet are seen, too; the index is not touched. Nothing counts as renamed
        where git cannot compare (a file that it may not read).
        """
        words = ["diff", "-z", "--name-status", "--find-renames", "-l1000", "--diff-filter=R"]
        words += ["--no-ext-diff", "--no-textconv", "--relative", self.resolve(since)]
        if at:
            return _renamed(self.git(*words, self.resolve(at), "--"))
        try:
            return _renamed(self._against_work_tree(words))
        except GitError:
            return {}

    def _against_work_tree(self, words: Sequence[str]) -> bytes:
        """What ``git diff`` says with an index of its own, in which files not followed yet are announced."""
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            if (self.folder / "index").exists():
                shutil.copyfile(self.folder / "index", index)
            env = {"GIT_INDEX_FILE": str(index)}
            present = [name for name in FOLDERS if (self.workspace / name).is_dir()]
            if present:
                run(self.workspace, "add", "--intent-to-add", "--force", "--", *present, env=env)
            return run(self.workspace, *words, "--", env=env)

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

    def push(self, *words: str) -> str:
        """Run ``git push``; what git and the remote said. Never asks for a password."""
        env = {"GIT_TERMINAL_PROMPT": "0"}
        command = ["git", *_WORDS, *words]
        done = subprocess.run(
            command, cwd=self.workspace, capture_output=True, env=os.environ | env, check=False
        )
        said = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
        if done.returncode:
            raise GitError(f"git push 没有成功：{said}")
        return said

    def fetch(self, remote: str, branch: str) -> str:
        """Bring what a branch of a remote holds; its commit, empty where the remote has no such branch."""
        there = f"refs/remotes/{remote}/{branch}"
        words = ("fetch", "--quiet", "--no-tags", remote, f"+refs/heads/{branch}:{there}")
        try:
            run(self.workspace, *words, env={"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"})
        except GitError as error:
            if "couldn't find remote ref" in str(error):
                return ""
            raise
        return self.resolve(there)

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
        what, verb = self.unfinished()
        if what:
            raise RefusedError(
                f"有一次{what}还没有完成。请先改好冲突的文件、完成它（git {verb} --continue），"
                f"或放弃它（git {verb} --abort），再办理。"
            )
        self.identity(identity)

    def unfinished(self) -> tuple[str, str]:
        """What of git's was begun here and not finished, in Chinese and as git's verb; empty for nothing."""
        for name, what, verb in (
            ("MERGE_HEAD", "合并", "merge"),
            ("rebase-merge", "变基", "rebase"),
            ("rebase-apply", "变基", "rebase"),
            ("CHERRY_PICK_HEAD", "拣选", "cherry-pick"),
            ("REVERT_HEAD", "撤销", "revert"),
        ):
            if (self.folder / name).exists():
                return what, verb
        return "", ""

    def identity(self, given: Mapping[str, str]) -> tuple[str, str]:
        """The name and e-mail commits are made under; UsageError where git has none configured."""
        known = os.environ | dict(given)
        name, email = known.get("GIT_AUTHOR_NAME"), known.get("GIT_AUTHOR_EMAIL")
        if not (name and email):
            user = self._settings("user")
            name, email = name or user.get("user.name"), email or user.get("user.email")
        if not (name and email):
            raise UsageError(
                "git 还不知道您是谁。请先登记姓名和邮箱："
                'git config --global user.name "姓名"，git config --global user.email "邮箱"。'
            )
        return name, email

    def _settings(self, section: str) -> dict[str, str]:
        """The settings of a section of git's configuration, each as it was last given."""
        try:
            rows = self.git("config", "-z", "--get-regexp", rf"^{section}\.")
        except GitError:
            return {}
        pairs = (row.partition("\n") for row in rows.decode("utf-8", "replace").split("\0"))
        return {key: value.strip() for key, _, value in pairs}

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


class HookRepository(Repository):
    """A repository as git shows it to a hook: by its trees, from the folder in which git started the hook.

    That is the top of the work tree, or on a server the git directory. Git's own environment (index,
    quarantine) holds from there, so no other folder is gone to; ``prefix`` names the workspace's folder in
    the trees, with a slash at its end.
    """

    def __init__(self, folder: Path, prefix: str = "") -> None:
        """``folder``: where the hook was started; CannotAnswerError where there is no repository."""
        self.workspace = self.top = folder
        self.prefix = prefix
        try:
            self.folder = Path(text(folder, "rev-parse", "--absolute-git-dir"))
        except GitError:
            raise CannotAnswerError(f"{folder}不在 git 仓库中。") from None

    def workspaces(self, tree: str) -> frozenset[str]:
        """The folders of a tree that hold ``qingdan.yaml``, as prefixes; none inside another."""
        raw = self.git("ls-tree", "-r", "-z", "--full-tree", "--name-only", tree)
        paths = raw.decode("utf-8", "surrogateescape").split("\0")
        folders = sorted(p.removesuffix(_MARK) for p in paths if f"/{p}".endswith(f"/{_MARK}"))
        outermost: list[str] = []
        for folder in folders:
            if "\n" not in folder and not any(folder.startswith(outer) for outer in outermost):
                outermost.append(folder)
        return frozenset(outermost)

    def staged_tree(self) -> str:
        """The tree of what is about to be committed."""
        return self.say("write-tree")

    @property
    def empty_tree(self) -> str:
        """The id of a tree without files."""
        return self.git("hash-object", "-t", "tree", "--stdin", given=b"").decode().strip()

    def parents(self) -> tuple[str, ...]:
        """The parents that the commit under way will have: the head, and what is being merged."""
        if not self.has_commits:
            return ()
        try:
            merged = (self.folder / "MERGE_HEAD").read_text("ascii").split()
        except (OSError, ValueError):
            names = (name.partition("_") for name in os.environ)
            merged = sorted(commit for word, _, commit in names if word == "GITHEAD")
        head = self.resolve("HEAD")
        return (head, *(commit for commit in merged if commit != head))

    def draft(self, tree: str, parents: Iterable[str], message: bytes) -> str:
        """A commit on no branch, by which a message is judged as git will read it; its id."""
        encoding = self._settings("i18n").get("i18n.commitencoding") or "UTF-8"
        words = [word for parent in parents for word in ("-p", parent)]
        out = self.git(
            "-c", f"i18n.commitEncoding={encoding}", "commit-tree", tree, *words, given=message
        )
        return out.decode().strip()

    def cleaned(self, message: bytes, *, comments: bool) -> bytes:
        """A message as git will record it; ``comments`` says that lines of comment are to be dropped."""
        return self.git("stripspace", *(["--strip-comments"] if comments else []), given=message)


def _is_id(word: str) -> bool:
    """Whether a word is the whole id of an object."""
    return len(word) in _LENGTHS and not word.strip("0123456789abcdef")


def _first(ids: Sequence[str]) -> str:
    """The first id in revisions and ranges."""
    return ids[0].lstrip("^").partition(".")[0]


def _at_once(read: Callable[[_Part], bytes], parts: Sequence[_Part]) -> Iterator[bytes]:
    """``map(read, parts)``, with as many under way as there are cores."""
    if len(parts) < 2:
        yield from map(read, parts)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(pool.cores()) as readers:
        yield from readers.map(read, parts)


def _alone(room: Path, objects: Path) -> dict[str, str]:
    """Surroundings in which git knows the objects and no configuration; a push's quarantine stays in force."""
    return {
        "GIT_DIR": f"{room}",
        "GIT_WORK_TREE": f"{room}",
        "GIT_OBJECT_DIRECTORY": os.environ.get("GIT_OBJECT_DIRECTORY", f"{objects}"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "0",
        "GIT_CONFIG_PARAMETERS": "",
        "HOME": f"{room}",
        "XDG_CONFIG_HOME": f"{room}",
    }


def init(folder: Path, branch: str) -> None:
    """Make a git repository with this first branch."""
    import git

    git.Repo.init(folder, initial_branch=branch).close()


def _commits(fields: Sequence[str]) -> Iterator[Commit]:
    """Read the fields of the log. A message cannot hold NUL, so counting fields cannot be deceived by one."""
    place, count = 0, len(_FIELDS)
    while place + count < len(fields):
        commit, parents, authored, committed, author, email, subject, trailers, body = fields[
            place : place + count
        ]
        place += count + 1
        changes, place = _raw_changes(fields, place)
        pairs = (line.partition(": ") for line in trailers.split("\n") if line)
        yield Commit(
            commit.strip("\n"),
            tuple(parents.split()),
            _moment(authored),
            _moment(committed),
            author,
            subject,
            tuple((key, value) for key, _, value in pairs),
            body,
            tuple(changes),
            email,
        )


def _moment(seconds: str) -> datetime:
    """A moment in Shanghai. Dates that no calendar has, which a forged commit can hold, become the last one."""
    try:
        return datetime.fromtimestamp(int(seconds), SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=SHANGHAI)


def _raw_changes(fields: Sequence[str], place: int) -> tuple[list[FileChange], int]:
    """Read ``:mode mode before after status`` and path pairs of git's raw format, from ``place`` on.

    A combined difference has a colon, a mode and an id for each parent.
    """
    changes: list[FileChange] = []
    if place + 1 < len(fields) and not fields[place] and fields[place + 1].startswith("::"):
        place += 1  # git puts one more NUL before a combined difference
    while place + 1 < len(fields) and fields[place].lstrip("\n").startswith(":"):
        parents = fields[place].count(":")
        blobs = [_present(blob) for blob in fields[place].split(" ")[parents + 1 : 2 * parents + 2]]
        changes.append(FileChange(fields[place + 1], blobs[0], blobs[-1], tuple(blobs[1:-1])))
        place += 2
    return changes, place


def _renamed(raw: bytes) -> dict[str, str]:
    """Read ``R100``, path before, path after, each ended by NUL."""
    fields = raw.decode("utf-8", "surrogateescape").split("\0")
    return dict(zip(fields[1::3], fields[2::3], strict=False))


def _present(blob: str) -> str:
    return blob if blob.strip("0") else ""
