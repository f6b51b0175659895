"""The ends of quarters, and of other periods: the lists as they stood on the main branch, and what was wrong then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schemas
    from qingdan.model.bulletins import Point
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.periods import Span
    from qingdan.model.settings import Settings
    from qingdan.model.workspace import Book


class End(Struct, frozen=True):
    """A quarter's end. ``commit`` is the one that stood then; ``findings`` are those of its last day."""

    quarter: Span
    commit: str
    book: Book
    findings: Sequence[Finding]


class Past(Struct, frozen=True):
    """The quarters before those whose ends are looked at: their figures, the commits of their ends by quarter.

    ``paths`` are those of the files that stood until then.
    """

    points: tuple[Point, ...] = ()
    commits: Mapping[str, str] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()


class Ground(Struct, frozen=True):
    """What a bulletin is made from. ``ends`` are the quarter's two as far as history reaches, its own last.

    ``past`` is what is told of the quarters before these. ``conceded`` are facts that are not held against a
    unit any more, because it objected to them and was right.
    """

    ends: Sequence[End]
    settings: Settings
    calendar: Calendar
    schemas: Schemas
    issuer: str
    past: Past = Past()
    conceded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def end(self) -> End:
        """The quarter's own end."""
        return self.ends[-1]

    @property
    def quarter(self) -> Span:
        """The quarter."""
        return self.end.quarter

    @property
    def closing(self) -> Book:
        """The lists at its end."""
        return self.end.book

    @property
    def opening(self) -> Book | None:
        """The lists at its beginning; None where the workspace is younger than the quarter."""
        return self.ends[-2].book if len(self.ends) > 1 else None

    @property
    def findings(self) -> Sequence[Finding]:
        """What was wrong at its end."""
        return self.end.findings


def entries(book: Book | None, name: str = "") -> dict[str, Entry]:
    """The items of a book by code, those of a list if one is named; none where there is no book."""
    return {entry.code: entry for entry in book.entries if name in {"", entry.list}} if book else {}
