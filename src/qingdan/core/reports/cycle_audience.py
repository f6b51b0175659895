"""Editions of the reports of weeks, months and years: the same parts are left out of them as of the bulletin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.reports.audience import (
    INNER,
    PARTS,
    UNTOLD,
    grounds,
    hidden_from,
    masked,
    names,
    traces,
)
from qingdan.core.reports.matter import IN_TIME, in_time_alone
from qingdan.model.papers import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from qingdan.model.papers import PeriodReport
    from qingdan.model.settings import Edition
    from qingdan.model.workspace import Book

FACTS = "扣分事实"
"""The part that is a paper of its own: the ledger of what was taken from whom."""
_SECTIONS: Mapping[str, str] = {"检查情况": "监督检查", "投诉举报": "投诉举报"}
_TABLES: Mapping[str, str] = {"问题明细": "检查问题", "问题分布": "问题分析"}
_COLUMNS: Mapping[str, str] = {"逾期理由": "逾期理由", "计算过程": "计算过程"}
"""What an edition may leave out, to the section that goes, the section whose table goes, or the column."""
_FREE = frozenset({"问题", "内容", "逾期理由"})
"""Columns of free words, in which an item may go by another name than its own."""


def for_audience(
    made: PeriodReport, chosen: Edition, book: Book, *, name: str, facts_apart: bool
) -> PeriodReport:
    """The report as an audience gets it; RefusedError where an item that the settings hide is not there.

    ``name`` is what it is called, ``facts_apart`` whether a paper of facts goes with it.
    """
    settings = book.settings
    if settings is None:
        return made
    hidden = hidden_from(chosen, book)
    held = [part for part in PARTS if _holds(made, part) or (facts_apart and part == FACTS)]
    told = (*traces(name, chosen, held, settings), *grounds(hidden))
    words = names(chosen, book)
    sections = [_silenced(left, words) for each in made.sections for left in _left(each, chosen)]
    return replace(
        masked(replace(made, sections=tuple(sections)), words),
        to=made.to if chosen.audience == INNER else chosen.to,
        withheld=told,
    )


def _holds(made: PeriodReport, part: str) -> bool:
    """Whether there is anything of a part in a report."""
    titles = {each.title for each in made.sections}
    heads = {title for each in made.sections for title in each.head}
    return (
        _SECTIONS.get(part) in titles
        or _TABLES.get(part) in titles
        or _COLUMNS.get(part) in heads
        or (part == "逾期理由" and IN_TIME in heads)
    )


def _left(section: Section, chosen: Edition) -> Iterator[Section]:
    """What is left of a section."""
    if section.title in _of(_SECTIONS, chosen):
        return
    if section.title in _of(_TABLES, chosen):
        yield Section(section.title, section.sentences)
        return
    left = _put(section, {IN_TIME}, in_time_alone) if "逾期理由" in chosen.withhold else section
    gone = _of(_COLUMNS, chosen)
    kept = [place for place, title in enumerate(left.head) if title not in gone]
    yield replace(
        left,
        head=tuple(left.head[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in left.rows),
        numbers=tuple(left.numbers[place] for place in kept if left.numbers),
    )


def _of(places: Mapping[str, str], chosen: Edition) -> set[str]:
    return {place for part, place in places.items() if part in chosen.withhold}


def _silenced(section: Section, words: Collection[str]) -> Section:
    """Without what is said in free words of rows that name one of these."""
    rows = [
        _row(_row(row, section.head, _FREE, _untold), section.head, {IN_TIME}, in_time_alone)
        if any(word in text for text in row for word in words)
        else row
        for row in section.rows
    ]
    return replace(section, rows=tuple(rows))


def _untold(text: str) -> str:
    return UNTOLD if text else ""


def _put(section: Section, columns: Collection[str], how: Callable[[str], str]) -> Section:
    rows = tuple(_row(row, section.head, columns, how) for row in section.rows)
    return replace(section, rows=rows)


def _row(
    row: Sequence[str], head: Sequence[str], columns: Collection[str], how: Callable[[str], str]
) -> tuple[str, ...]:
    return tuple(
        how(text) if title in columns else text for title, text in zip(head, row, strict=True)
    )
