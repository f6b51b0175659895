"""What an inspection came to as pages of a workbook: the ranking with open arithmetic, and every problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core import wording
from qingdan.core.inspections.closing import found_at, ranking
from qingdan.core.inspections.papers import shown
from qingdan.core.units import called
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.inspections.questions import Form
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.findings import Severity
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_LONGEST_TITLE = 120
_SCORES = (
    Column("rank", "名次", 8, number=True),
    Column("unit", "单位", 24),
    Column("score", "得分", 10, number=True),
    Column("arithmetic", "计算过程", 90),
)
_PROBLEMS = (
    Column("unit", "单位", 14),
    Column("severity", "程度", 6),
    Column("item", "事项", 18),
    Column("fact", "问题", 44),
    Column("sources", "依据条款", 38),
    Column("evidence", "证据", 28),
)


def result_grids(case: Case, forms: Mapping[str, Form], book: Book) -> list[Grid]:
    """The ranking and the problems of all units."""
    scores = tuple(
        (str(place), called(unit, book.units), str(score["score"]), str(score["arithmetic"]))
        for place, unit, score in ranking(case)
    )
    problems = tuple(
        _problem(form, fact)
        for form in forms.values()
        if form.sheet
        for fact in found_at(form, book)
    )
    heading = wording.one_line(str(case.record["title"]))[:_LONGEST_TITLE]
    return [
        Grid("量化评分", _SCORES, scores, printed=heading),
        Grid("问题", _PROBLEMS, problems, printed=heading),
    ]


def _problem(form: Form, fact: Doc) -> tuple[str, ...]:
    return (
        form.unit.short,
        SEVERITY_WORDS[cast("Severity", fact["severity"])],
        str(fact.get("item", "")),
        str(fact["fact"]),
        "\n".join(cast("list[str]", fact.get("sources") or [])),
        "\n".join(_evidence(fact)),
    )


def _evidence(fact: Doc) -> Iterator[str]:
    if "place" in fact:
        yield str(fact["place"])
    yield from (shown(row) for row in cast("list[Doc]", fact.get("evidence") or []))
