"""Commits as the judge wants them: what each changed in lists, records and settings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qingdan.core import calendar as calendar_of
from qingdan.core import settings as settings_of
from qingdan.core.adjustments.differences import item_changes
from qingdan.core.adjustments.judging import CommitView, judge
from qingdan.core.approval.judging import judge_steps
from qingdan.core.checks.report import found as finding_of
from qingdan.core.places import HOLIDAYS_PATH, SETTINGS_PATH, STAFF_PATH
from qingdan.desk.history.blobs import Blobs, schema_at
from qingdan.desk.history.stepping import Steps
from qingdan.model.errors import CannotAnswerError
from qingdan.model.items import LISTS
from qingdan.repo import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.calendar import Calendar
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit, FileChange
    from qingdan.model.items import Item
    from qingdan.model.people import Signature
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc


_GROUND = (SETTINGS_PATH, HOLIDAYS_PATH, STAFF_PATH)
"""By what a commit is judged, as its first parent has it."""
_AT_ONCE = 100
"""So many commits are read in one process of git, and judged in one piece."""
_STRETCHES_EACH = 2
"""So many stretches of history a core: the longer each is, the more often a file is held as the commit before left it."""


class History:
    """The commits of a workspace."""

    def __init__(self, opened: Opened) -> None:
        """``opened``: an open workspace."""
        self.opened = opened
        self._blobs = Blobs(opened)
        self._spots: dict[str, tuple[str, ...]] = {}
        self._ground: dict[tuple[str, ...], tuple[Settings, Calendar] | None] = {}
        self._differing: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        self.steps = Steps(opened, self._blobs, self._staff_of)

    def judge(self, revs: str) -> tuple[int, tuple[Finding, ...]]:
        """How many commits a range holds, and every breach in them, oldest first.

        CannotAnswerError in a shallow clone.
        """
        repository = self.opened.repository
        repository.require_whole_history()
        commits = repository.log(_range(revs, repository.resolve))
        self._follow(commits)
        judged = [commit for commit in commits if self._concerns(commit)]
        must = [commit for commit in judged if self._must_be_signed(commit)]
        signatures = self.steps.signatures(must)
        stretches = _stretches(judged)

        def breaches(number: str) -> list[Finding]:
            stretch, end = stretches[int(number)], commits[-1].id
            batches = (stretch[i : i + _AT_ONCE] for i in range(0, len(stretch), _AT_ONCE))
            return [f for batch in batches for f in self._breaches(batch, signatures, end)]

        parts = pool.spread(breaches, [str(number) for number in range(len(stretches))], least=3)
        found = [finding for part in parts for finding in part]
        return len(commits), (*found, *_reversed(commits, self._days(commits)))

    def judge_one(self, commit: str) -> tuple[Finding, ...]:
        """Every breach in one commit, also where the history before it was cut off."""
        commits = self.opened.repository.log(commit, only=True)
        return tuple(self._breaches(commits, {}, commit))

    def _breaches(
        self, commits: Sequence[Commit], signatures: Mapping[str, Signature], end: str
    ) -> Iterator[Finding]:
        """Every breach in commits, from which ``end`` goes on; their files are read in one process of git."""
        changes = [change for commit in commits for change in commit.changes]
        self._blobs.load((c.path, blob) for c in changes for blob in (c.before, c.after))
        views = [self.view(commit) for commit in commits]
        for view, steps in zip(views, self.steps.views(views, signatures, end), strict=True):
            yield from judge(view)
            yield from judge_steps(steps)

    def _days(self, commits: Iterable[Commit]) -> dict[str, date]:
        """The days of commits and of those they are made upon."""
        days = {commit.id: commit.day for commit in commits}
        before = {parent for commit in commits for parent in commit.parents} - days.keys()
        log = self.opened.repository.log
        return days | {c.id: c.day for rev in sorted(before) for c in log(rev, only=True)}

    def _must_be_signed(self, commit: Commit) -> bool:
        return self.ground(commit)[0].required.signatures

    def view(self, commit: Commit) -> CommitView:
        """A commit with what it changed against its first parent; of a merge only what no parent has."""
        changes = self._own(commit)
        settings, calendar = self.ground(commit)
        ledger = tuple(self._ledger(changes))
        records = tuple(row for row in ledger if schema_at(row[0]) == "adjustment")
        touched = tuple(
            c.path
            for c in changes
            if c.path == SETTINGS_PATH or c.path.startswith(("registers/", "rules/"))
        )
        unreadable = tuple(
            c.path
            for c in changes
            if c.after and _judged(c.path) and not self._blobs.is_valid(c.path, c.after)
        )
        sound = [change for change in changes if change.path not in unreadable]
        return CommitView(
            commit,
            settings,
            calendar,
            tuple(self._items(commit, sound)),
            records,
            touched,
            self.opened.schemas,
            unreadable,
            ledger,
            tuple(path for path, _, after in ledger if self._is_elsewhere(path, after, commit)),
            tuple(self._joined(commit, changes)),
        )

    def _ledger(
        self, changes: Iterable[FileChange]
    ) -> Iterator[tuple[str, Doc | None, Doc | None]]:
        """Path, before and after of the documents of the ledger."""
        for change in changes:
            if change.path.startswith("ledger/") and schema_at(change.path):
                before, after = (
                    self._blobs.document(change.path, b) for b in (change.before, change.after)
                )
                yield change.path, before, after

    def _is_elsewhere(self, path: str, document: Doc | None, commit: Commit) -> bool:
        """Whether a publication names a version from which the commit does not go on."""
        if document is None or schema_at(path) != "publication":
            return False
        return not self.opened.repository.is_ancestor(str(document["commit"]), commit.id)

    def _joined(
        self, commit: Commit, changes: Iterable[FileChange]
    ) -> Iterator[tuple[str, Doc, Doc | None]]:
        """The ledger of a merge as its other parents have it."""
        records = [c for c in changes if c.path.startswith("ledger/") and schema_at(c.path)]
        for parent in commit.parents[1:]:
            blobs = self._from_parent(parent, commit.id)
            for change in records:
                there = self._blobs.document(change.path, blobs[change.path][0])
                if there is not None:
                    yield change.path, there, self._blobs.document(change.path, change.after)

    def _own(self, commit: Commit) -> tuple[FileChange, ...]:
        """The files that differ from every parent."""
        others = [self._from_parent(parent, commit.id) for parent in commit.parents[1:]]
        return tuple(c for c in commit.changes if all(c.path in other for other in others))

    def _items(self, commit: Commit, changes: Iterable[FileChange]) -> Iterator[ItemChange]:
        lists = [change for change in changes if schema_at(change.path) in LISTS]
        sides = ([(c.path, c.before) for c in lists], [(c.path, c.after) for c in lists])
        found = item_changes(*self._blobs.sides(*sides))
        for parent in commit.parents[1:]:
            blobs = self._from_parent(parent, commit.id)
            theirs = {
                item.code: item
                for c in lists
                for item in self._blobs.items(c.path, blobs[c.path][0])
            }
            found = [change for change in found if not _explained(change, theirs.get(change.code))]
        return iter(found)

    def _from_parent(self, parent: str, commit: str) -> dict[str, tuple[str, str]]:
        key = (parent, commit)
        if key not in self._differing:
            self._differing[key] = self.opened.repository.differing(parent, commit)
        return self._differing[key]

    def _concerns(self, commit: Commit) -> bool:
        """Whether there is anything to judge: what came before the workspace, beside it, is not ours."""
        settings = (self._spots[rev][0] for rev in (*commit.parents[:1], commit.id))
        return any(settings) or any(schema_at(change.path) for change in commit.changes)

    def _follow(self, commits: Iterable[Commit]) -> None:
        """Note where the ground stands in each of these commits, the earliest first, by what each changed."""
        commits = tuple(commits)
        inside = {commit.id for commit in commits}
        self._find(p for c in commits for p in c.parents[:1] if p not in inside)
        for commit in commits:
            blobs = dict.fromkeys(_GROUND, "")
            for parent in commit.parents[:1]:
                blobs = dict(zip(_GROUND, self._spots[parent], strict=True))
            blobs |= {c.path: c.after for c in commit.changes if c.path in blobs}
            self._spots[commit.id] = tuple(blobs.values())

    def _find(self, revs: Iterable[str]) -> None:
        """Ask git where the ground stands in revisions, at once."""
        new = [rev for rev in dict.fromkeys(revs) if rev not in self._spots]
        blobs = self.opened.repository.ids((rev, path) for rev in new for path in _GROUND)
        size = len(_GROUND)
        self._spots |= {
            rev: tuple(blobs[place * size : (place + 1) * size]) for place, rev in enumerate(new)
        }

    def ground(self, commit: Commit) -> tuple[Settings, Calendar]:
        """Settings and calendar by which a commit is judged: its first parent's, or its own if that has none."""
        revs = (*commit.parents[:1], commit.id)
        self._find(revs)
        for rev in revs:
            ground = self._ground_at(self._spots[rev][:2])
            if ground:
                return ground
        raise CannotAnswerError(
            f"提交{commit.id[:10]}及其上一版都没有可用的 qingdan.yaml，不能核对。"
        )

    def _ground_at(self, spot: tuple[str, ...]) -> tuple[Settings, Calendar] | None:
        if spot not in self._ground:
            document = self._blobs.document(SETTINGS_PATH, spot[0])
            holidays = self._blobs.document(HOLIDAYS_PATH, spot[1])
            self._ground[spot] = (
                (
                    settings_of.settings(document, self.opened.schemas),
                    calendar_of.from_register(holidays),
                )
                if document
                else None
            )
        return self._ground[spot]

    def _staff_of(self, commit: Commit) -> str:
        """The blob of the staff by which a commit is judged: its first parent's, or its own if that has none."""
        rev = (*commit.parents, commit.id)[0]
        self._find([rev])
        return self._spots[rev][2]


def _stretches(commits: Sequence[Commit]) -> list[Sequence[Commit]]:
    """Commits that one process judges one after the other; the first few by themselves, which make ready for all."""
    size = max(_AT_ONCE, math.ceil(len(commits) / (pool.cores() * _STRETCHES_EACH)))
    later = range(_AT_ONCE, len(commits), size)
    return [commits[:_AT_ONCE], *(commits[first : first + size] for first in later)]


def _reversed(commits: Iterable[Commit], days: Mapping[str, date]) -> Iterator[Finding]:
    """Commits that say they were made on a day before the one they are made upon."""
    for commit in commits:
        before = max((days[parent] for parent in commit.parents if parent in days), default=None)
        if before and commit.day < before:
            yield finding_of(
                "QD524",
                f"提交{commit.id[:10]}（{commit.subject}）：提交的日期{commit.day}早于上一次提交的{before}。",
                "",
                fix="多半是变基或者电脑时钟不准所致；请核对时钟，情况属实的不必处理。",
            )


def _judged(path: str) -> bool:
    return schema_at(path) in LISTS or (bool(schema_at(path)) and path.startswith("ledger/"))


def _explained(change: ItemChange, theirs: Item | None) -> bool:
    """Whether each field of a merged item is as one of the parents has it."""
    if change.after is None:
        return theirs is None
    mine = change.before.data if change.before else {}
    other = theirs.data if theirs else {}
    if not mine and not other:
        return False
    data = change.after.data
    keys = data.keys() | mine.keys() | other.keys()
    return all(data.get(key) in (mine.get(key), other.get(key)) for key in keys)


def _range(revs: str, resolve: Callable[[str], str]) -> str:
    """The range for git log: ``A..B`` with both sides looked up, or the whole history of one revision."""
    start, dots, end = revs.partition("..")
    if not dots:
        return resolve(revs)
    return f"{resolve(start)}..{resolve(end or 'HEAD')}" if start else resolve(end or "HEAD")
