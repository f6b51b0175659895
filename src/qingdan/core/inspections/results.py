"""What an inspection came to, as data for the score sheet: ranking, scores with open arithmetic, problems, good practice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.inspections.closing import found_at, ranking
from qingdan.core.inspections.papers import shown
from qingdan.core.ledger.inspections import CLOSED, latest, parties, rows
from qingdan.core.reports.scoring import plain
from qingdan.core.settings import cite
from qingdan.core.units import called
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.inspections.questions import Form
    from qingdan.core.ledger.inspections import Case
    from qingdan.model.findings import Severity
    from qingdan.model.workspace import Book, Doc, Settings


def results(case: Case, forms: Mapping[str, Form], book: Book) -> dict[str, Any]:
    """The data of the score sheet, plain, for templates and programs."""
    settings = cast("Settings", book.settings)
    record, closed = case.record, case.step(CLOSED) or {}
    return {
        "id": case.id,
        "title": record["title"],
        "kind": case.kind,
        "from": record["from"],
        "to": record["to"],
        "day": closed.get("done", ""),
        "members": [_party(party, book) for party in parties(record)],
        "basis": [cite(text, settings.regulations) for text in cast("list[str]", record["basis"])],
        "full": settings.scoring.full,
        "scoring": cite(settings.scoring.source, settings.regulations),
        "deductions": list(_deductions(settings)),
        "ranking": [
            {
                "rank": place,
                "unit": called(unit, book.units),
                "score": score["score"],
                "arithmetic": score["arithmetic"],
            }
            for place, unit, score in ranking(case)
        ],
        "units": [_unit(form, book) for form in forms.values() if form.sheet],
        "without": [
            {"unit": called(str(row["unit"]), book.units), "reason": row["reason"]}
            for row in cast("list[Doc]", closed.get("without") or [])
        ],
    }


def _party(party: Doc, book: Book) -> str:
    unit = str(party.get("unit", ""))
    return str(party.get("role") or called(unit, book.units))


def _deductions(settings: Settings) -> Iterator[str]:
    for line in settings.scoring.deductions:
        points, cap = (plain(Decimal(str(number))) for number in (line.points, line.cap))
        yield f"{line.title}：每项扣{points}分，最多扣{cap}分"


def _unit(form: Form, book: Book) -> dict[str, Any]:
    sheet = form.sheet
    return {
        "unit": form.unit.short,
        "problems": [_problem(fact) for fact in found_at(form, book)],
        "explained": [
            f"{answer['rule']}：{answer['explanation']}"
            for answer in latest(rows(sheet, "answers"), "rule").values()
            if "explanation" in answer
        ],
        "practices": [str(row["what"]) for row in rows(sheet, "practices")],
        "interviews": [f"{row['kind']}{row['count']}人次" for row in rows(sheet, "interviews")],
        "feedback": [f"{row['day']} {row['opinion']}" for row in rows(sheet, "feedback")],
    }


def _problem(fact: Doc) -> dict[str, Any]:
    return {
        "fact": fact["fact"],
        "item": fact.get("item", ""),
        "severity": SEVERITY_WORDS[cast("Severity", fact["severity"])],
        "sources": fact.get("sources", []),
        "evidence": [
            *([str(fact["place"])] if "place" in fact else []),
            *(shown(row) for row in cast("list[Doc]", fact.get("evidence") or [])),
        ],
    }


def result_grids(data: Mapping[str, Any]) -> list[Grid]:
    """The score sheet as pages of a workbook."""
    scores = tuple(
        (str(row["rank"]), row["unit"], str(row["score"]), row["arithmetic"])
        for row in data["ranking"]
    )
    heads = (
        ("rank", "名次", 8),
        ("unit", "单位", 24),
        ("score", "得分", 10),
        ("arithmetic", "计算过程", 80),
    )
    problems = tuple(
        (
            unit["unit"],
            row["severity"],
            row["item"],
            row["fact"],
            "\n".join(row["sources"]),
            "\n".join(row["evidence"]),
        )
        for unit in data["units"]
        for row in unit["problems"]
    )
    columns = (
        ("unit", "单位", 16),
        ("severity", "程度", 8),
        ("item", "事项", 18),
        ("fact", "问题", 50),
        ("sources", "依据条款", 40),
        ("evidence", "证据", 30),
    )
    return [
        Grid("量化评分", tuple(Column(*head) for head in heads), scores),
        Grid("问题", tuple(Column(*head) for head in columns), problems),
    ]
