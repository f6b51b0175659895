"""What must be held in each period: 自查, 卷宗评查, 季度考评, 抽查, 研判会商; and whether it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from qingdan.core.ledger.inspections import CLOSED, SELF, cases
from qingdan.core.periods import quarter_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.core.ledger.inspections import Case
    from qingdan.model.reports import Quarter
    from qingdan.model.workspace import Book, Doc, Period

CONFER = "研判会商"
"""What ``held_by`` says of a duty that is proved by a record of its own."""
_HELD = "ledger/periods/"


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that has not been held yet, at ``place`` among the settings' periods; ``unit`` where each unit owes it."""

    period: Period
    place: int
    quarter: Quarter
    unit: str = ""


def owed(book: Book, until: date) -> Iterator[Owed]:
    """What was to be held in the quarters that began before ``until`` and is not on record.

    Nothing is asked for before the lists were first entered in the ledger, nor before the entry's own ``from``.
    """
    settings, begun = book.settings, first_entered(book)
    if settings is None or begun is None:
        return
    known = cases(book)
    for place, period in enumerate(settings.periods):
        if period.held_by and period.period == "quarter":
            for each in _quarters(max(begun, period.start or begun), until):
                for unit in _lacking(period, each, book, known):
                    yield Owed(period, place, each, unit)


def first_entered(book: Book) -> date | None:
    """The day of the first 建库; None where there was none."""
    days = [
        str(document["applied"])
        for path, document in book.documents.items()
        if path.startswith("ledger/adjustments/") and document["kind"] == "register"
    ]
    return date.fromisoformat(min(days)) if days else None


def _quarters(start: date, until: date) -> Iterator[Quarter]:
    """The quarters that began on or after ``start`` and before ``until``."""
    each = quarter_of(start)
    if each.first < start:
        each = quarter_of(each.last + timedelta(days=1))
    while each.first <= until:
        yield each
        each = quarter_of(each.last + timedelta(days=1))


def _lacking(period: Period, each: Quarter, book: Book, known: Sequence[Case]) -> tuple[str, ...]:
    """The units that have not held it; an empty name for what is held once for all."""
    role = book.settings.roles.get(period.owner) if book.settings else None
    if period.held_by == SELF and (role is None or role.each):
        done = set(_checked_themselves(each, known))
        used = sorted({entry.unit for entry in book.entries if entry.state != "取消"})
        return tuple(unit for unit in used if unit not in done)
    return () if _is_held(period, each, book, known) else ("",)


def _checked_themselves(each: Quarter, known: Iterable[Case]) -> Iterator[str]:
    """The units whose self-check of a quarter is recorded."""
    for case in known:
        if case.kind == SELF and case.record.get("period") == each.name:
            yield from case.sheets


def _is_held(period: Period, each: Quarter, book: Book, known: Iterable[Case]) -> bool:
    """Whether it was held in a quarter: by a record of its own, or by an inspection that was closed."""
    if period.held_by == CONFER:
        return any(document["name"] == period.name for document in _records(each, book))
    return any(
        case.kind == period.held_by
        and case.record.get("period") == each.name
        and case.step(CLOSED) is not None
        for case in known
    )


def _records(each: Quarter, book: Book) -> Iterator[Doc]:
    folder = f"{_HELD}{each.name}/"
    yield from (doc for path, doc in book.documents.items() if path.startswith(folder))
