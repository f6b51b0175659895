"""What git's hooks on a clerk's machine ask: may this be committed, with this message?

The index is judged, not the work tree.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.citing import cite
from qingdan.core.novelty import newly
from qingdan.desk.history.commits import History
from qingdan.desk.hooks.staging import CLAIM
from qingdan.desk.opening import Opened, judge
from qingdan.repo.git import HookRepository
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from qingdan.desk.hooks.staging import Staged
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit

_TO_BE_SQUASHED = ("fixup! ", "squash! ", "amend! ")
_SCISSORS = re.compile(rb"^\S+ -+ >8 -+\r?$", re.MULTILINE)


class Placed(Opened, eq=False, dict=True):
    """A workspace as a hook sees it: a folder of git's trees, without files of its own."""

    prefix: str = ""

    @cached_property
    def repository(self) -> HookRepository:
        """The repository, from the folder in which git started the hook."""
        return HookRepository(self.root, self.prefix)


class Broken(Struct, frozen=True):
    """A workspace (``prefix``: its folder in the repository) and what is wrong with it."""

    prefix: str
    findings: tuple[Finding, ...]


class Heard(Struct, frozen=True):
    """What the judge of a message says. ``to_be_squashed``: a fixup!, which no papers are asked of yet."""

    broken: tuple[Broken, ...] = ()
    to_be_squashed: bool = False

    @property
    def refused(self) -> bool:
        """Whether there is an error among the findings."""
        return any(f.severity == "error" for broken in self.broken for f in broken.findings)


def judge_staged(staged: Staged) -> tuple[Broken, ...]:
    """The errors that what is staged would newly bring, and touched files that are not canonical.

    Faults that any parent has are not new.
    """
    touched = staged.touched(staged.parents)
    every = (_newly_broken(_placed(staged, p), paths, staged) for p, paths in touched if paths)
    return tuple(broken for broken in every if broken.findings)


def _placed(staged: Staged, prefix: str) -> Placed:
    return Placed(staged.repository.workspace, prefix=prefix)


def _newly_broken(placed: Placed, paths: frozenset[str], staged: Staged) -> Broken:
    _, found = judge(placed, Revision(placed.repository, staged.tree))
    errors = tuple(finding for finding in found if finding.severity == "error")
    loose = [finding for finding in errors if finding.code == "QD105" and finding.path in paths]
    for parent in staged.parents if errors else ():
        errors = newly(errors, judge(placed, Revision(placed.repository, parent))[1])
    kept = dict.fromkeys((*errors, *loose))
    return Broken(placed.prefix, tuple(shown(finding, placed.prefix) for finding in kept))


def shown(finding: Finding, prefix: str) -> Finding:
    """A finding with its path from the top of the repository."""
    return replace(finding, path=prefix + finding.path) if finding.path else finding


def judge_message(staged: Staged, raw: bytes) -> Heard:
    """Whether a message may stand over what is staged: the breaches of a commit made of both.

    ``raw``: the message as git gives it to its hook. What amends the last commit may be sound where it
    would not be as a commit of its own; git does not tell which of both is meant, so either will do.
    """
    message = _as_recorded(staged.repository, raw)
    if not message:
        return Heard()
    if message.startswith(tuple(word.encode() for word in _TO_BE_SQUASHED)):
        return Heard(to_be_squashed=True)
    if len(staged.parents) != 1:
        return _heard(staged, staged.parents, message)
    (head,) = staged.repository.log(staged.parents[0], only=True)
    readings = [head.parents] if _amends(staged, head) else [staged.parents, head.parents]
    first = _heard(staged, readings[0], message)
    for parents in readings[1:] if first.refused else ():
        amending = _heard(staged, parents, message)
        return first if amending.refused else amending
    return first


def _amends(staged: Staged, head: Commit) -> bool:
    """Whether only the message of the last commit is being changed: the same tree, the same moment of its author."""
    moment = os.environ.get("GIT_AUTHOR_DATE", "").removeprefix("@").split(" ")[0]
    return moment == str(int(head.authored.timestamp())) and not staged.changes(staged.parents)


def _as_recorded(repository: HookRepository, raw: bytes) -> bytes:
    """The message as git will record it. Git says ``GIT_EDITOR=:`` where no one has edited it."""
    edited = os.environ.get("GIT_EDITOR") != ":"
    scissors = _SCISSORS.search(raw) if edited else None
    return repository.cleaned(raw[: scissors.start()] if scissors else raw, comments=edited)


def _heard(staged: Staged, parents: tuple[str, ...], message: bytes) -> Heard:
    every = staged.touched(parents)
    touched = [_placed(staged, p) for p, paths in every if paths or CLAIM in message]
    if not touched:
        return Heard()
    draft = staged.repository.draft(staged.tree, parents, message)
    broken = (Broken(placed.prefix, _breaches(placed, draft)) for placed in touched)
    return Heard(tuple(one for one in broken if one.findings))


def _breaches(placed: Placed, draft: str) -> tuple[Finding, ...]:
    """The breaches of a commit that will never be: its id is left out, its articles are added."""
    (commit,) = placed.repository.log(draft, only=True)
    breaches = History(placed).judge_one(draft)
    found = tuple(cite(breaches, placed.book(draft))) if breaches else ()
    name = f"提交{draft[:10]}（{commit.subject}）："
    return tuple(replace(finding, message=finding.message.removeprefix(name)) for finding in found)
