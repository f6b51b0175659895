"""What must be held in each period: 周清, 月结, 季通报, 年考核, 自查, 卷宗评查, 季度考评, 抽查, 研判会商; and whether it was."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import periods
from qingdan.core.ledger.inspections import CLOSED, SELF, cases, parties
from qingdan.core.places import ADJUSTMENTS
from qingdan.model.settings import LEAD, OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.periods import Kind, Span
    from qingdan.model.settings import Lead, Period, Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

CONFER = "研判会商"
"""What ``held_by`` says of a duty that is proved by a record of its own."""
REPORT = "报告"
"""What ``held_by`` says of a duty that is proved by a closed report."""
TOLD = "通报"
"""What ``held_by`` says of a duty that is proved by an inspection whose results were made known."""
PARTS: Mapping[Kind, tuple[str, ...]] = {
    "week": (
        "事项调整",
        "办理情况",
        "办理期限",
        "检查问题",
        "运行结果",
        "投诉举报",
        "完成情况",
        "下步安排",
    ),
    "month": (
        "清单汇总",
        "事项调整",
        "时效分析",
        "系统比对",
        "问题分析",
        "上期对比",
        "周清情况",
        "研判意见",
    ),
    "quarter": (),
    "year": ("季度得分", "周清月结", "监督检查", "考核结果", "总体评价"),
}
"""Kind of period to what its report can hold; the bulletin of a quarter is a document of its own."""
SAID: Mapping[str, str] = {
    "完成情况": "done",
    "下步安排": "plan",
    "研判意见": "judgement",
    "总体评价": "judgement",
}
"""Parts that people say, to the key of what they said."""
APART: Mapping[str, str] = {"duties": "责任清单", "portal": "入网运行"}
"""What of a list may have a supervisor of its own, to what it is called."""
FOLDER = "ledger/periods/"
_CANCELLED = "取消"
_NAMES = ("unit", "role")
_ENTERING = frozenset({"add", "receive", "transfer", "split", "merge"})
"""Kinds of adjustment by which items come to a unit."""


class Scope(Struct, frozen=True):
    """Whose part of a duty is meant: a unit, a list, or (all empty) all of it.

    ``part``: nothing but that of the list which has a supervisor of its own. ``role``: by which role each unit owes it
    for itself; where nobody holds the role there is no unit.
    """

    unit: str = ""
    list: str = ""
    part: str = ""
    role: str = ""

    @property
    def key(self) -> str:
        """The unit's or the list's code, with the part behind it: ``powers-duties``."""
        return self.unit or "-".join(filter(None, (self.list, self.part)))

    def about(self, settings: Settings) -> str:
        """Which list is meant, or what of it; empty where none is."""
        title = settings.lists[self.list].title if self.list in settings.lists else ""
        return f"{title}的{APART[self.part]}" if self.part else title


class Owed(Struct, frozen=True):
    """Something that has not been held yet, at ``place`` among the settings' periods, for a unit or a list."""

    period: Period
    place: int
    span: Span
    scope: Scope = Scope()

    @property
    def unit(self) -> str:
        """The unit that owes it, where each owes it for itself."""
        return self.scope.unit


def owed(book: Book, until: date) -> Iterator[Owed]:
    """What was to be held in the periods that began not after ``until`` and is not on record.

    Nothing is asked for before the lists were first entered in the ledger, nor before the entry's own ``from``.
    """
    settings, begun = book.settings, first_entered(book)
    if settings is None or begun is None:
        return
    ledger = Ledger(book)
    for place, period in enumerate(settings.periods):
        if period.held_by:
            start = max(begun, period.start or begun)
            for span in periods.starting(period.period, start, until):
                for scope in ledger.lacking(period, span, settings):
                    yield Owed(period, place, span, scope)


def first_entered(book: Book) -> date | None:
    """The day of the first 建库; None where there was none."""
    days = [
        str(document["applied"])
        for path, document in book.documents.items()
        if path.startswith(ADJUSTMENTS) and document["kind"] == "register"
    ]
    return date.fromisoformat(min(days)) if days else None


def record_id(period: Period, scope: Scope) -> str:
    """The id of a closed report within its period's folder: ``week-JS-YJ``, ``month-powers``, ``quarter``."""
    return f"{period.period}-{scope.key}" if scope.key else period.period


def supervisor(period: Period, scope: Scope, settings: Settings) -> str:
    """The role that owes a part of a duty: whoever supervises the list, or that of it, where the lead units owe it."""
    lead = _lead(period, scope, settings)
    return lead.role if lead else scope.role or period.owner


def source_of(period: Period, scope: Scope, settings: Settings) -> str:
    """Why a part of a duty is owed: by the duty's article, unless who leads there does so by no regulation."""
    lead = _lead(period, scope, settings)
    return lead.source if lead and lead.source.startswith(OWN) else period.source


def due_source_of(period: Period, scope: Scope, settings: Settings) -> str:
    """Where the last day of a part of a duty comes from, with the article that asks for the duty and sets none."""
    source = source_of(period, scope, settings)
    if period.due_source != OWN:
        return period.due_source
    return source if source.startswith(OWN) else f"{OWN}（{source}没有规定期限）"


def _lead(period: Period, scope: Scope, settings: Settings) -> Lead | None:
    if period.owner != LEAD or scope.list not in settings.lists:
        return None
    leads = settings.lists[scope.list].leads
    return next((lead for lead in leads if lead.part == scope.part), None)


class Ledger(Struct, frozen=True, dict=True):
    """What a workspace owes, and the records of its periods, read once.

    ``later`` is where the records stand, if not in the same state; of these only ``taken`` count (None: all).
    """

    book: Book
    later: Book | None = None
    taken: frozenset[str] | None = None

    @cached_property
    def records(self) -> Mapping[str, tuple[Doc, ...]]:
        """The records of each period's folder."""
        found: defaultdict[str, list[Doc]] = defaultdict(list)
        for path, document in (self.later or self.book).documents.items():
            if path.startswith(FOLDER):
                found[path.split("/")[2]].append(document)
        return {name: tuple(documents) for name, documents in found.items()}

    @cached_property
    def _closed(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Period and kind of inspection to the units and roles that held one, the empty name for one that was closed.

        Units inspect themselves by a sheet of their own; any other inspection is its organiser's and its members'.
        """
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for case in cases(self.book):
            done = found[str(case.record.get("period", "")), case.kind]
            closed = case.step(CLOSED) is not None
            done.update([""] if closed else ())
            if case.kind == SELF:
                done.update(case.sheets)
            elif closed:
                held = (party.get(key) for party in parties(case.record) for key in _NAMES)
                done.update(str(name) for name in held if name)
        return {key: frozenset(units) for key, units in found.items()}

    @cached_property
    def _told(self) -> frozenset[str]:
        """The periods of which an inspection's results were made known to some audience."""
        return frozenset(
            str(case.record["period"])
            for case in cases(self.book)
            if "period" in case.record and any("audience" in step for step in case.steps)
        )

    @cached_property
    def _used(self) -> Mapping[str, date | None]:
        """The units that have items, and when they got them; None for those that had some from the beginning."""
        came: dict[str, date] = {}
        for path, doc in self.book.documents.items():
            if path.startswith(ADJUSTMENTS) and doc["kind"] in _ENTERING:
                day = date.fromisoformat(str(doc["applied"]))
                for code in cast("list[str]", doc.get("items") or ()):
                    came[code] = min(day, came.get(code, day))
        begun: dict[str, list[date | None]] = {}
        for entry in self.book.entries:
            if entry.state != _CANCELLED:
                begun.setdefault(entry.unit, []).append(came.get(entry.code))
        return {
            unit: None if None in days else min(day for day in days if day)
            for unit, days in begun.items()
        }

    def scopes(self, period: Period, span: Span, settings: Settings) -> tuple[Scope, ...]:
        """The parts of a duty: a unit each, a list each, or one for all.

        A unit that got its first item after the period began owes nothing for it.
        """
        role = settings.roles.get(period.owner)
        by_report = period.held_by in {REPORT, ""}
        if period.owner == LEAD and by_report:
            return tuple(
                Scope(list=name, part=lead.part)
                for name, kept in settings.lists.items()
                for lead in kept.leads
            )
        if (period.owner == LEAD or period.each) and period.held_by != CONFER:
            return tuple(_offices(period, span, settings))
        if period.held_by in {SELF, REPORT, ""} and (role is None or role.each):
            return tuple(
                Scope(unit)
                for unit, begun in sorted(self._used.items())
                if begun is None or begun <= span.first
            )
        return (Scope(),)

    def lacking(self, period: Period, span: Span, settings: Settings) -> tuple[Scope, ...]:
        """The parts of a duty that are not on record for a period."""
        return tuple(
            scope
            for scope in self.scopes(period, span, settings)
            if not self.has(period, span, scope)
        )

    def has(self, period: Period, span: Span, scope: Scope) -> bool:
        """Whether a part is on record: by a report, by a record of its own, or by an inspection."""
        if period.held_by == REPORT:
            return self.report(period, span, scope) is not None
        if period.held_by == TOLD:
            return span.name in self._told
        if period.held_by == CONFER:
            return any(doc["name"] == period.name for doc in self.records.get(span.name, ()))
        done = self._closed.get((span.name, period.held_by), ())
        return (scope.unit or scope.role) in done

    def report(self, period: Period, span: Span, scope: Scope) -> Doc | None:
        """The record of a closed report; None if there is none."""
        wanted = record_id(period, scope)
        found = (
            doc
            for doc in self.records.get(span.name, ())
            if doc["id"] == wanted and doc["name"] == period.name and "editions" in doc
        )
        return next((doc for doc in map(self._as_taken, found) if editions(doc)), None)

    def _as_taken(self, record: Doc) -> Doc:
        """A record with those editions alone that count."""
        if self.taken is None:
            return record
        known = [each for each in editions(record) if reference(record, each) in self.taken]
        return record | {"editions": cast("Value", known)}

    def due(
        self, period: Period, whole: Span, settings: Settings
    ) -> Iterator[tuple[Span, Scope, Doc | None]]:
        """Every part of a duty in the periods that end in ``whole`` and were asked for, with its record."""
        begun = first_entered(self.book)
        start = max(begun, period.start or begun) if begun else None
        for span in periods.ending_in(period.period, whole):
            if start and span.first >= start:
                for scope in self.scopes(period, span, settings):
                    yield span, scope, self.report(period, span, scope)


def _offices(period: Period, span: Span, settings: Settings) -> Iterator[Scope]:
    """Every office that owes a duty for itself, a unit once by whichever of its roles comes first."""
    if period.owner == LEAD:
        roles = [lead.role for kept in settings.lists.values() for lead in kept.leads]
    else:
        roles = [period.owner, *period.members]
    seen: set[str] = set()
    for role in roles:
        unit = settings.holder(role, span.last)
        if (unit or role) not in seen:
            seen.add(unit or role)
            yield Scope(unit, role=role)


def editions(record: Doc) -> list[Doc]:
    """The editions of a closed report, the first one first."""
    return cast("list[Doc]", record.get("editions") or [])


def reference(record: Doc, edition: Doc) -> str:
    """How other reports name an edition: ``2026W47/week-JS-YJ``, the second one with ``#2`` behind it."""
    number = edition["number"]
    return f"{record['period']}/{record['id']}" + (f"#{number}" if number != 1 else "")


def duty_of(settings: Settings, kind: str) -> Period | None:
    """The duty of a kind of period that is proved by a report, or by nothing; None where the settings know none."""
    of_kind = [p for p in settings.periods if p.period == kind and p.held_by in {REPORT, ""}]
    return next((p for p in of_kind if p.held_by), of_kind[0] if of_kind else None)
