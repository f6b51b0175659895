"""Commits as the judge wants them: what each changed in lists, records and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core import calendar as calendar_of
from qingdan.core import settings as settings_of
from qingdan.core.adjustments.differences import item_changes
from qingdan.core.adjustments.judging import CommitView, judge
from qingdan.core.approval.judging import judge_steps
from qingdan.core.build import items_of
from qingdan.core.checks.report import found as finding_of
from qingdan.core.places import HOLIDAYS_PATH, SETTINGS_PATH, place
from qingdan.core.text import reading
from qingdan.desk.stepping import Steps
from qingdan.model.errors import CannotAnswerError, YamlRefusedError
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.calendar import Calendar
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit, FileChange
    from qingdan.model.workspace import Doc, Item, Settings


class History:
    """The commits of a workspace; documents are read once a blob."""

    def __init__(self, opened: Opened) -> None:
        """``opened``: an open workspace."""
        self.opened = opened
        self._docs: dict[tuple[str, str], Doc | None] = {}
        self._spots: dict[str, tuple[str, str]] = {}
        self._ground: dict[tuple[str, str], tuple[Settings, Calendar]] = {}
        self._differing: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        self.steps = Steps(opened, self._doc)

    def judge(self, revs: str) -> tuple[int, tuple[Finding, ...]]:
        """How many commits a range holds, and every breach in them, oldest first.

        CannotAnswerError in a shallow clone.
        """
        repository = self.opened.repository
        repository.require_whole_history()
        commits = repository.log(_range(revs, repository.resolve))
        self._load(commits)
        judged = [commit for commit in commits if self._concerns(commit)]
        signatures = self.steps.signatures([c for c in judged if self._must_be_signed(c)])
        found = [f for c in judged for f in self._breaches(c, signatures.get(c.id))]
        return len(commits), (*found, *_reversed(commits, self._days(commits)))

    def judge_one(self, commit: str) -> tuple[Finding, ...]:
        """Every breach in one commit, also where the history before it was cut off."""
        commits = self.opened.repository.log(commit, only=True)
        self._load(commits)
        return tuple(self._breaches(commits[0]))

    def _breaches(
        self, commit: Commit, signature: tuple[str, str, str] | None = None
    ) -> Iterator[Finding]:
        view = self.view(commit)
        yield from judge(view)
        yield from judge_steps(self.steps.view(view, signature))

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
        ledger = tuple(
            (
                change.path,
                self._doc(change.before, change.path),
                self._doc(change.after, change.path),
            )
            for change in changes
            if change.path.startswith("ledger/") and _schema(change.path)
        )
        records = tuple(row for row in ledger if _schema(row[0]) == "adjustment")
        touched = tuple(
            c.path
            for c in changes
            if c.path == SETTINGS_PATH or c.path.startswith(("registers/", "rules/"))
        )
        unreadable = tuple(
            c.path
            for c in changes
            if c.after and self._doc(c.after, c.path) is None and _judged(c.path)
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
            tuple(row for row in ledger if row not in records),
        )

    def _own(self, commit: Commit) -> tuple[FileChange, ...]:
        """The files that differ from every parent."""
        others = [self._from_parent(parent, commit.id) for parent in commit.parents[1:]]
        return tuple(c for c in commit.changes if all(c.path in other for other in others))

    def _items(self, commit: Commit, changes: Iterable[FileChange]) -> Iterator[ItemChange]:
        lists = [change for change in changes if _schema(change.path) in LISTS]
        after = [item for change in lists for item in self._items_in(change.after, change.path)]
        before = [item for change in lists for item in self._items_in(change.before, change.path)]
        found = item_changes(before, after)
        for parent in commit.parents[1:]:
            blobs = self._from_parent(parent, commit.id)
            theirs = {
                item.code: item for c in lists for item in self._items_in(blobs[c.path][0], c.path)
            }
            found = [change for change in found if not _explained(change, theirs.get(change.code))]
        return iter(found)

    def _from_parent(self, parent: str, commit: str) -> dict[str, tuple[str, str]]:
        key = (parent, commit)
        if key not in self._differing:
            self._differing[key] = self.opened.repository.differing(parent, commit)
        return self._differing[key]

    def _items_in(self, blob: str, path: str) -> list[Item]:
        document = self._doc(blob, path)
        return items_of(path, document) if document else []

    def _doc(self, blob: str, path: str) -> Doc | None:
        """A valid document; None for a file that is not there or not valid."""
        schema = _schema(path)
        if not blob or not schema:
            return None
        key = (blob, schema)
        if key not in self._docs:
            self._docs[key] = self._parse(
                next(raw for _, raw in self.opened.repository.blobs([blob])), schema
            )
        return self._docs[key]

    def _parse(self, raw: bytes, schema: str) -> Doc | None:
        try:
            value = reading.read(raw, self.opened.schemas[schema].layout).value
        except YamlRefusedError:
            return None
        return cast("Doc", value) if self.opened.schemas[schema].accepts(value) else None

    def _load(self, commits: Iterable[Commit]) -> None:
        """Read the documents of all changed files in one process of git, and find those to judge by in another."""
        commits = tuple(commits)
        self._find_ground(dict.fromkeys(rev for c in commits for rev in (*c.parents[:1], c.id)))
        wanted = {
            (blob, _schema(change.path)): None
            for commit in commits
            for change in commit.changes
            for blob in (change.before, change.after)
            if blob and _schema(change.path)
        }
        keys = [key for key in wanted if key not in self._docs]
        for key, (_, raw) in zip(
            keys, self.opened.repository.blobs(blob for blob, _ in keys), strict=True
        ):
            self._docs[key] = self._parse(raw, key[1])

    def _concerns(self, commit: Commit) -> bool:
        """Whether there is anything to judge: what came before the workspace, beside it, is not ours."""
        settings = (self._spots[rev][0] for rev in (*commit.parents[:1], commit.id))
        return any(settings) or any(_schema(change.path) for change in commit.changes)

    def _find_ground(self, revs: Iterable[str]) -> None:
        """Where settings and holidays stand in each revision, asked of git at once."""
        new = [rev for rev in revs if rev not in self._spots]
        paths = (SETTINGS_PATH, HOLIDAYS_PATH)
        blobs = self.opened.repository.ids((rev, path) for rev in new for path in paths)
        self._spots |= dict(zip(new, zip(blobs[::2], blobs[1::2], strict=True), strict=True))

    def ground(self, commit: Commit) -> tuple[Settings, Calendar]:
        """Settings and calendar by which a commit is judged: its first parent's, or its own if that has none."""
        revs = (*commit.parents[:1], commit.id)
        self._find_ground(revs)
        for rev in revs:
            spot = self._spots[rev]
            document = self._doc(spot[0], SETTINGS_PATH)
            if document is not None and spot not in self._ground:
                holidays = self._doc(spot[1], HOLIDAYS_PATH)
                settings = settings_of.settings(document, self.opened.schemas)
                self._ground[spot] = (settings, calendar_of.from_register(holidays))
            if document is not None:
                return self._ground[spot]
        raise CannotAnswerError(
            f"提交{commit.id[:10]}及其上一版都没有可用的 qingdan.yaml，不能核对。"
        )


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


def _schema(path: str) -> str:
    where = place(path)
    return where.schema if where else ""


def _judged(path: str) -> bool:
    return _schema(path) in LISTS or (bool(_schema(path)) and path.startswith("ledger/"))


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
