"""The notice of an inspection (S2 第九条第（二）项): basis, scope, content, procedure, materials, what inspectors may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from qingdan.core.inspections.questions import asked, materials_asked
from qingdan.core.ledger.inspections import SELF, drawn, parties
from qingdan.core.settings import cite
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from qingdan.core.ledger.inspections import Case
    from qingdan.core.schema import Schemas
    from qingdan.model.workspace import Book, Cited, Doc, Settings


def notice(case: Case, book: Book, schemas: Schemas, day: date) -> dict[str, Any]:
    """The data of the notice, plain, for templates and programs."""
    settings = cast("Settings", book.settings)
    record, inspecting = case.record, settings.inspecting
    rules = {r.key: r for unit in case.units for r in asked(record, unit, book)}
    regulations = settings.regulations
    titles = dict.fromkeys(regulations.get(r.regulation, r.regulation) for r in rules.values())
    basis = [cite(source, regulations) for source in cast("list[str]", record["basis"])]
    own = case.kind == SELF
    return {
        "id": case.id,
        "title": record["title"],
        "kind": case.kind,
        "issuer": _named(parties(record)[0], book),
        "units": [called(unit, book.units) for unit in case.units],
        "basis": list(dict.fromkeys(basis)),
        "period": record.get("period", ""),
        "from": record["from"],
        "to": record["to"],
        "members": [_named(party, book) for party in parties(record)],
        "lists": [
            schemas[name].title
            for name in cast(
                "list[str]", cast("Doc", record["scope"]).get("lists") or settings.lists
            )
        ],
        "focus": record.get("focus", []),
        "methods": record.get("methods", []),
        "content": [
            {
                "regulation": title,
                "questions": [
                    f"{r.article}：{r.question}"
                    for r in rules.values()
                    if regulations.get(r.regulation, r.regulation) == title
                ],
            }
            for title in titles
        ],
        "samples": [f"{of}{row['member']}" for of in ("事项", "案卷") for row in drawn(record, of)],
        "procedure": [] if own or not inspecting else _cited(inspecting.procedure, regulations),
        "materials": [
            *dict.fromkeys(
                [
                    *cast("list[str]", record.get("materials") or []),
                    *materials_asked(rules.values()),
                ]
            )
        ],
        "measures": [] if own or not inspecting else _cited(inspecting.measures, regulations),
        "feedback": inspecting.feedback.text
        if inspecting and inspecting.feedback and not own
        else "",
        "day": str(day),
    }


def _cited(parts: Iterable[Cited], regulations: Mapping[str, str]) -> list[dict[str, str]]:
    """Texts, each with its article in words."""
    return [{"text": part.text, "source": cite(part.source, regulations)} for part in parts]


def _named(party: Doc, book: Book) -> str:
    """A party by its role and the unit that holds it."""
    role, unit = str(party.get("role", "")), str(party.get("unit", ""))
    name = called(unit, book.units) if unit else ""
    return f"{role}（{name}）" if role and name else role or name
