"""What a server asks before it takes a push: does the protected branch stay one that anybody can trust?

Everything is read from git's objects as they were sent, in quarantine still; there is no work tree. The
branch is judged by the settings that the server has, not by those of the push.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.novelty import newly
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.text import reading
from qingdan.desk.history.commits import History
from qingdan.desk.hooks.committing import Placed, shown
from qingdan.desk.opening import finish, judge
from qingdan.model.errors import QingdanError, UsageError, YamlRefusedError
from qingdan.repo.git import HookRepository
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qingdan.model.findings import Finding

_BRANCHES = "refs/heads/"
_REPLACEMENTS = "refs/replace/"


class Update(Struct, frozen=True):
    """A reference that a push would move; an empty id means that it is not there."""

    old: str
    new: str
    ref: str

    @property
    def branch(self) -> str:
        """The branch's name; empty for a tag or anything else."""
        return self.ref.removeprefix(_BRANCHES) if self.ref.startswith(_BRANCHES) else ""


class Answer(Struct, frozen=True):
    """What the server says to one update: ``why`` it is refused in a sentence, or what was found in it.

    ``commits``: how many were judged; None where none had to be.
    """

    update: Update
    why: str = ""
    findings: tuple[Finding, ...] = ()
    commits: int | None = None

    @property
    def refused(self) -> bool:
        """Whether the push cannot be taken."""
        return bool(self.why) or any(finding.severity == "error" for finding in self.findings)


def updates(text: str) -> tuple[Update, ...]:
    """The lines that git gives the hook: old id, new id, reference; UsageError for anything else."""
    rows = [line.split(" ", 2) for line in text.splitlines() if line.strip()]
    if any(len(row) != 3 for row in rows):
        raise UsageError("hook pre-receive 由 git 在接收推送时调用，从标准输入读取“旧 新 引用”。")
    return tuple(Update(_present(old), _present(new), ref) for old, new, ref in rows)


def _present(commit: str) -> str:
    return commit if commit.strip("0") else ""


def answers(folder: Path, wanted: Iterable[Update]) -> tuple[Answer, ...]:
    """The answer to each update of a push. ``folder``: the git directory, where git starts the hook."""
    server = _Server(HookRepository(folder))
    return tuple(server.answer(update) for update in wanted)


class _Server(Struct, eq=False, dict=True):
    """The repository that receives."""

    repository: HookRepository

    def answer(self, update: Update) -> Answer:
        """Take what is no business of ours; judge what would become of a protected branch."""
        if update.ref.startswith(_REPLACEMENTS):
            return Answer(update, "替换引用（refs/replace）会使历史看起来与实际不同，不予接收。")
        try:
            prefixes = self._protected(update)
            why = self._against(update) if prefixes else ""
            return self._judged(update, prefixes) if prefixes and not why else Answer(update, why)
        except QingdanError as error:
            return Answer(update, f"不能核对：{error}")

    def _protected(self, update: Update) -> frozenset[str]:
        """The workspaces whose published branch this is: by its old tip, else by the server's main branch.

        In an empty repository the push itself has to say it. Where the settings cannot be read, the
        server's main branch is protected.
        """
        if not update.branch:
            return frozenset()
        rev = update.old or self._head[1] or update.new
        prefixes = self.repository.workspaces(rev) or self.repository.workspaces(update.new or rev)
        named = {prefix: self._branch(rev, prefix) for prefix in prefixes}
        return frozenset(p for p, name in named.items() if (name or self._head[0]) == update.branch)

    @cached_property
    def _head(self) -> tuple[str, str]:
        """The server's main branch and its tip; empty where there is none yet."""
        tip = self.repository.head()
        return self.repository.branch(), tip

    def _branch(self, rev: str, prefix: str) -> str:
        """The branch that a revision's settings name; empty where they cannot be read."""
        placed = Placed(self.repository.workspace, prefix=prefix)
        try:
            value = reading.read(Revision(placed.repository, rev).read(SETTINGS_PATH)).value
        except (KeyError, YamlRefusedError):
            return ""
        return str(value.get("branch", "")) if isinstance(value, dict) else ""

    def _against(self, update: Update) -> str:
        """What forbids an update without a look at its content."""
        if not update.new:
            return "这是清单的主分支，不能删除。"
        if self.repository.is_shallow:
            return "推送来自浅克隆，之前的历史没有带上，不能核对。请先运行 git fetch --unshallow，再推送。"
        if update.old and not self.repository.is_ancestor(update.old, update.new):
            return (
                "推送会改写已经接收的历史（强制推送），不予接收。"
                "请先运行 git pull --rebase 接上服务器的历史，再推送；办错了的调整，另办一次改回来。"
            )
        return ""

    def _judged(self, update: Update, prefixes: Iterable[str]) -> Answer:
        """The breaches of the new commits, and the errors that their last one newly brings."""
        revs = f"{update.old}..{update.new}" if update.old else update.new
        found: list[Finding] = []
        count = 0
        for prefix in sorted(prefixes):
            placed = Placed(self.repository.workspace, prefix=prefix)
            count, breaches = History(placed).judge(revs)
            book, tip = judge(placed, Revision(placed.repository, update.new))
            errors = tuple(finding for finding in tip if finding.severity == "error")
            if errors and update.old:
                errors = newly(errors, judge(placed, Revision(placed.repository, update.old))[1])
            breaches = finish(breaches, book, Revision(placed.repository, update.new))
            found += (shown(finding, prefix) for finding in (*breaches, *errors))
        return Answer(update, "", tuple(found), count)
