"""The lists that are public, against each configured system."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.checks.registry import SYSTEM_CODES
from qingdan.core.checks.report import found
from qingdan.core.checks.resting import is_comparable
from qingdan.core.exceptions import sift_on
from qingdan.core.places import SETTINGS_PATH, system_path
from qingdan.core.publications import last_of_lists
from qingdan.core.rules.overriding import yielding
from qingdan.core.systems.comparing import Compared, Comparison, compare, rows_of, unit_names
from qingdan.core.systems.matching import Coded
from qingdan.core.systems.matrix import Column, Ground, matrix
from qingdan.core.units import lineage
from qingdan.desk.opening import finish, require_settings
from qingdan.desk.publications.public import published_book, published_items
from qingdan.desk.scope import list_called, unit_asked
from qingdan.desk.systems.taking import system_called
from qingdan.desk.unseen import refuse_unseen
from qingdan.desk.watching import Watch
from qingdan.model.errors import CannotAnswerError
from qingdan.repo import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.matrices import Matrix
    from qingdan.model.settings import Settings, SystemSettings
    from qingdan.model.workspace import Book, Snapshot, Unit


_MANY = 10_000
"""So many rows of systems are worth a process for each system."""


def public_items(opened: Opened, book: Book, watch: Watch | None = None) -> dict[str, Item]:
    """Each list as it was last published; a list never published as it stands in ``book``, read by ``watch`` if by any."""
    last = {name: str(document["commit"]) for name, document in last_of_lists(book).items()}
    there = {commit: _published(opened, commit, watch) for commit in dict.fromkeys(last.values())}
    items = {code: item for code, item in book.items.items() if item.list not in last}
    for name, commit in last.items():
        items |= {code: item for code, item in there[commit].items() if item.list == name}
    return items


def _published(opened: Opened, commit: str, watch: Watch | None) -> Mapping[str, Item]:
    if watch is None:
        return published_book(opened, commit).items
    return published_items(opened, commit, watch)


def compare_systems(opened: Opened, book: Book, watch: Watch | None = None) -> tuple[Finding, ...]:
    """Every configured system against what is public; nothing where that cannot be read.

    ``book`` holds the items, or what ``watch`` took of them.
    """
    if book.settings is None or not is_comparable(book):
        return ()
    public = public_items(opened, book, watch) if book.settings.systems else {}
    columns = look(opened, book, public, book.settings.systems.values())
    return tuple(finding for column in columns for finding in column.findings)


def look(
    opened: Opened,
    book: Book,
    public: Mapping[str, Item],
    systems: Iterable[SystemSettings],
    settle: Callable[[Column], Column] = lambda column: column,
) -> Iterator[Column]:
    """Each of the systems against the ``public`` items, and settled; ``book`` holds the items as they stand.

    Each of many rows is looked at by a process of its own.
    """
    names = unit_names(book.units, book.settings.short if book.settings else "")
    asked = {system.id: system for system in systems}
    documents = {name: book.documents.get(system_path(name)) for name in asked}
    comparisons = {
        name: Comparison(
            asked[name], rows_of(document), public, book.items, book.units, opened.schemas, names
        )
        for name, document in documents.items()
        if document is not None
    }

    def looked(name: str) -> tuple[Column, Coded | None]:
        if name not in comparisons:
            return settle(Column(asked[name], (_untaken(asked[name]),))), None
        pairing, findings = compare(comparisons[name])
        return settle(Column(asked[name], findings)), Coded.of(pairing)

    rows = sum(len(each.rows) for each in comparisons.values())
    least = 2 if rows >= _MANY else pool.WORTH_SPREADING
    for column, coded in pool.spread(looked, tuple(asked), least=least):
        name, document = column.system.id, documents[column.system.id]
        if coded is None or document is None:
            yield column
        else:
            compared = Compared(comparisons[name], coded)
            yield replace(column, compared=compared, taken=str(document["taken"]))


class Scope(Struct, frozen=True):
    """What is compared: ``names`` of systems (none: all), a unit with those below it, a list."""

    names: tuple[str, ...] = ()
    unit: str = ""
    list: str = ""

    def systems(self, settings: Settings) -> Sequence[SystemSettings]:
        """The systems meant; UsageError for a name that is none, CannotAnswerError where there are none."""
        if not settings.systems:
            raise CannotAnswerError("qingdan.yaml 没有配置信息系统（systems），无从比对。")
        if self.names:
            return [system_called(settings, name) for name in dict.fromkeys(self.names)]
        held = [s for s in settings.systems.values() if not self.list or self.list in s.lists]
        if not held:
            raise CannotAnswerError(f"没有一个系统承载“{self.list}”这类清单，无从比对。")
        return held

    def wants(self, unit: str, name: str, units: Mapping[str, Unit]) -> bool:
        """Whether a unit and a list are meant; no list is any."""
        return (not self.unit or self.unit in lineage(unit, units)) and (
            not self.list or name in {"", self.list}
        )


def compare_as_matrix(opened: Opened, scope: Scope, today: date) -> Matrix:
    """Items and systems side by side, from what ``check`` finds; CannotAnswerError where there is nothing to compare."""
    snapshot = opened.snapshot()
    watch = Watch(snapshot, opened.schemas, rules=False)
    book, _ = opened.built(snapshot, watch=watch)
    settings = require_settings(book)
    scope = replace(
        scope, unit=unit_asked(scope.unit, book), list=list_called(scope.list, opened.schemas)
    )
    systems = scope.systems(settings)
    if not is_comparable(book):
        refuse_unseen(book, snapshot)
    if not any(system_path(system.id) in book.documents for system in systems):
        names = "、".join(f"{system.title}（{system.id}）" for system in systems)
        raise CannotAnswerError(
            f"{names}还没有快照，无从比对；请先用 qingdan systems take 系统 文件 取入。"
        )
    public = public_items(opened, book, watch)
    settle = partial(settled, book=book, snapshot=snapshot, today=today)
    columns = list(look(opened, book, public, systems, settle))
    ground = Ground(
        settings.name,
        today,
        public,
        book.items,
        book.units,
        opened.schemas,
        lambda unit, name: scope.wants(unit, name, book.units),
    )
    made = matrix(ground, columns)
    if not made.lines and not made.strays and (scope.unit or scope.list):
        raise CannotAnswerError("所选的单位和清单没有应当在这些系统中的事项，无从比对。")
    return made


def settled(column: Column, book: Book, snapshot: Snapshot, today: date) -> Column:
    """A column with its findings cited and located, what another law overrides left out, what exceptions hide set apart."""
    standing, _ = yielding(column.findings, book)
    sifted = sift_on(standing, book, (), today)
    shown = [finding for finding in sifted.shown if finding.code in SYSTEM_CODES]
    return replace(column, findings=finish(shown, book, snapshot), excepted=sifted.hidden)


def _untaken(system: SystemSettings) -> Finding:
    message = f"没有{system.title}的快照（{system_path(system.id)}），无法比对。"
    fix = f"请从{system.title}导出事项表，用 qingdan systems take {system.id} 文件 取入。"
    at = ("systems", system.id)
    return found("QD307", message, SETTINGS_PATH, at, owner=system.owner, fix=fix)
