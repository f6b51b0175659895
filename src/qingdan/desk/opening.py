"""Opening a workspace: find it, put right what a killed command left, read it, judge it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core import calendar as calendar_of
from qingdan.core import settings as settings_of
from qingdan.core.build import build, examine, locate
from qingdan.core.checks.registry import SYSTEM_CODES
from qingdan.core.citing import cite
from qingdan.core.exceptions import Sifted, sift_on
from qingdan.core.places import HOLIDAYS_PATH, SETTINGS_PATH
from qingdan.core.rules.overriding import yielding
from qingdan.core.schema import Schemas
from qingdan.core.stock.shelf import Shelf
from qingdan.core.text import reading
from qingdan.desk.keeping import Kept
from qingdan.desk.remembering import Memory
from qingdan.desk.standing import is_quiet
from qingdan.desk.templates import template_findings
from qingdan.model.blobs import DamagedError
from qingdan.model.errors import CannotAnswerError, UsageError, YamlRefusedError
from qingdan.model.workspace import Texts
from qingdan.repo import resources
from qingdan.repo.cache import Cache
from qingdan.repo.sources import Revision, WorkTree, find_workspace
from qingdan.repo.spilling import Spill

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from qingdan.core.calendar import Calendar
    from qingdan.desk.standing import Glance
    from qingdan.desk.watching import Watch
    from qingdan.model.findings import Finding
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Snapshot
    from qingdan.repo.git import Repository


_NO_SETTINGS = "qingdan.yaml 缺失或有误，请先运行 qingdan validate 查看并改正。"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Opened(Struct, eq=False, dict=True):
    """An open workspace. Git is asked for only by the commands that need it.

    ``identity`` is laid over git's environment when something is committed: the sample's clerk and days. ``caching``:
    whether what was found may be kept for the next command, and what the last one kept be used. ``glanced``: how it
    was found to lie there, for a command that changes nothing.
    """

    root: Path
    identity: Mapping[str, str] = field(default_factory=dict)
    caching: bool = True
    glanced: Glance | None = None

    @cached_property
    def memory(self) -> Memory:
        """What was examined already."""
        return Memory()

    @cached_property
    def kept(self) -> Kept | None:
        """What the commands before found in the files; None where nothing is kept."""
        if self.glanced:
            return Kept(self.root, self.glanced.cache)
        cache = Cache.of(self.root) if self.caching else None
        return Kept(self.root, cache) if cache else None

    @cached_property
    def repository(self) -> Repository:
        """The git repository around the workspace; CannotAnswerError where there is none."""
        from qingdan.repo.git import Repository

        return Repository(self.root)

    @property
    def schemas(self) -> Schemas:
        """The schemas that ship with the program."""
        return _shipped()

    def revision(self, text: str) -> str:
        """The commit of a revision, or of the end of a day (YYYY-MM-DD, Beijing time).

        CannotAnswerError for a revision that is not there; UsageError for a day before the first commit.
        """
        return self._standing(text) if _DAY.fullmatch(text) else self.repository.resolve(text)

    def _standing(self, text: str) -> str:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"“{text}”不是真实存在的日期。") from None
        head = self.repository.resolve("HEAD")
        self.repository.require_whole_history()
        commits = self.repository.log(head, first_parent=True)
        standing = [commit for commit in commits if commit.day <= day]
        if not standing:
            raise UsageError(f"{day}还没有任何提交，最早的提交在{commits[0].day}。")
        return standing[-1].id

    def snapshot(self, rev: str = "") -> Snapshot:
        """The files of the work tree, or of a revision, or as they stood at the end of a day."""
        if not rev:
            return WorkTree(self.root, self.glanced.seen if self.glanced else None)
        return Revision(self.repository, self.revision(rev), self.memory.texts)

    def calendar(self, rev: str = "") -> Calendar:
        """The calendar with what ``registers/holidays.yaml`` adds; UsageError if that file is wrong."""
        return self.calendar_of(self.snapshot(rev))

    def calendar_of(self, snapshot: Snapshot) -> Calendar:
        """The same for a snapshot."""
        schema = self.schemas["holidays"]
        try:
            value = reading.read(snapshot.read(HOLIDAYS_PATH), schema.layout).value
        except KeyError:
            return calendar_of.Calendar()
        except YamlRefusedError as error:
            raise UsageError(f"{HOLIDAYS_PATH}第{error.line}行：{error.message}") from None
        if not schema.accepts(value):
            raise UsageError(
                f"{HOLIDAYS_PATH}的内容不合要求，请先运行 qingdan validate 查看并改正。"
            )
        return calendar_of.from_register(value)

    def settings(self) -> Settings:
        """``qingdan.yaml`` of the work tree alone; CannotAnswerError if it is missing or wrong."""
        snapshot = self.snapshot()
        document = self._kept_settings(snapshot)
        if document is None:
            document = examine(SETTINGS_PATH, snapshot, self.schemas, None, keep=True).document
        if document is None:
            raise CannotAnswerError(_NO_SETTINGS)
        return settings_of.settings(document, self.schemas)

    def _kept_settings(self, snapshot: Snapshot) -> Doc | None:
        try:
            raw = snapshot.read(SETTINGS_PATH)
        except (KeyError, YamlRefusedError):
            return None
        return self.kept.document(SETTINGS_PATH, raw) if self.kept else None

    def book(self, rev: str = "", *, keep_items: bool = False) -> Book:
        """The workspace as values, whatever is wrong with it."""
        return self.built(self.snapshot(rev), keep_items=keep_items)[0]

    def book_to_ask(self, snapshot: Snapshot) -> Book:
        """The same for who needs a few whole items: each is read when it is asked for."""
        return self.built(snapshot, ask_items=True)[0]

    def built(
        self,
        snapshot: Snapshot,
        *,
        keep_items: bool = False,
        ask_items: bool = False,
        watch: Watch | None = None,
    ) -> tuple[Book, tuple[Finding, ...]]:
        """A snapshot as values with the findings of its tree; files that revisions share are examined once.

        Nor is a file examined again that a command before has examined, unless whole items are asked for. With a
        ``watch``, its book holds of items what that keeps.
        """
        if watch:
            shelf = Shelf(spill=Spill())
            return build(snapshot, self.schemas, keep_items=True, mapper=watch.mapper, shelf=shelf)
        mapper = self.memory.mapper(snapshot, keep_items=keep_items)
        judged = partial(build, snapshot, self.schemas, ask_items=ask_items, mapper=mapper)
        if keep_items:
            return judged(keep_items=True, shelf=Shelf(spill=Spill(), unpacked=None))
        if self.kept is None:
            return judged(shelf=Shelf(spill=Spill()))
        with self.kept.cache.held():
            shelf = self._shelf(self.kept, snapshot)
            shelf.spill = Spill()
            try:
                built = judged(shelf=shelf)
            except DamagedError:
                shelf = Shelf(is_kept=True, spill=shelf.spill)
                built = judged(shelf=shelf)
            before = self.kept.marks()
        if isinstance(snapshot, WorkTree):
            self.kept.keep(shelf, snapshot.walk, before)
        return built

    def _shelf(self, kept: Kept, snapshot: Snapshot) -> Shelf:
        match snapshot:
            case WorkTree():
                return kept.of_tree(snapshot.walk)
            case Texts():
                return kept.of_texts(snapshot)
            case Revision():
                return kept.of_revision(snapshot)
            case _:
                return Shelf()


@cache
def _shipped() -> Schemas:
    """Read once in a process, however many workspaces are opened."""
    return Schemas(resources.schema_texts())


def open_workspace(start: Path, *, caching: bool = True) -> Opened:
    """The workspace around ``start``; UsageError where there is none."""
    root = find_workspace(start)
    if not is_quiet(root):
        from qingdan.desk.recovery import recover
        from qingdan.desk.signing import keep_signers

        recover(root)
        keep_signers(root)
    return Opened(root, caching=caching)


def judge(
    opened: Opened,
    snapshot: Snapshot,
    *,
    keep_items: bool = False,
    ask_items: bool = False,
    watch: Watch | None = None,
) -> tuple[Book, tuple[Finding, ...]]:
    """Read and judge a snapshot; findings located and with their articles."""
    book, findings = opened.built(snapshot, keep_items=keep_items, ask_items=ask_items, watch=watch)
    return book, finish((*findings, *template_findings(snapshot)), book, snapshot)


def finish(findings: Iterable[Finding], book: Book, snapshot: Snapshot) -> tuple[Finding, ...]:
    """Findings with their articles, lines and columns, in order."""
    return locate(cite(findings, book), snapshot)


def in_the_world(
    findings: Iterable[Finding],
    book: Book,
    snapshot: Snapshot,
    today: date,
    judged: Collection[str] = SYSTEM_CODES,
) -> Sifted:
    """What was found in the world, finished like :func:`finish`, and what laws and exceptions take away on a day.

    ``judged`` are the kinds of finding that were looked for.
    """
    standing, yielded = yielding(findings, book)
    sifted = sift_on(standing, book, judged, today)
    return Sifted(finish(sifted.shown, book, snapshot), sifted.hidden, yielded)


def require_settings(book: Book) -> Settings:
    """The settings; CannotAnswerError if ``qingdan.yaml`` is missing or wrong."""
    if book.settings is None:
        raise CannotAnswerError(_NO_SETTINGS)
    return book.settings
