"""An inspection at a glance: so that another person on another clone can follow it, and go on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.clocks.counting import by_day
from qingdan.core.inspections.closing import ranking
from qingdan.core.inspections.recording import contradicts
from qingdan.core.ledger.inspections import (
    CLOSED,
    NOTIFIED,
    SELF,
    latest,
    next_stage,
    parties,
    rows,
    scope,
)
from qingdan.core.periods import quarter
from qingdan.core.settings import cite
from qingdan.core.units import called
from qingdan.model.cards import Card, Part, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.inspections.questions import Form
    from qingdan.core.ledger.inspections import Case
    from qingdan.core.schema import Schema
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def comes_next(case: Case, forms: Mapping[str, Form], settings: Settings) -> str:
    """What is to be done next, with the command that does it."""
    if case.step(CLOSED):
        stage = next_stage(case, settings)
        if stage is None:
            return "各环节已经办完"
        to = f"向{stage.reports_to}" if stage.reports_to else ""
        return f"等待{stage.by}{to}{stage.stage}：qingdan inspect follow {case.id} {stage.stage}"
    waiting = [unit for unit, form in forms.items() if not form.sheet or form.unanswered]
    if waiting and case.kind != SELF and case.step(NOTIFIED) is None and not case.sheets:
        return f"通知被检查单位：qingdan inspect notify {case.id}"
    if waiting:
        return f"还有{len(waiting)}个单位没有填完：qingdan inspect sheet {case.id}，填好后 qingdan inspect record {case.id} 文件"
    unheard = [unit for unit, form in forms.items() if not rows(form.sheet, "feedback")]
    if unheard and case.kind != SELF:
        return f"反馈后评定：qingdan inspect feedback {case.id} --unit {unheard[0]} --opinion 意见；qingdan inspect close {case.id}"
    return f"评定：qingdan inspect close {case.id}"


def runs(case: Case, today: date) -> str:
    """How the inspection's own days stand; empty once it is closed, for what follows has no limit."""
    if case.step(CLOSED):
        return ""
    return by_day(date.fromisoformat(str(case.record["to"])), today).words


def card(case: Case, forms: Mapping[str, Form], book: Book, seen: tuple[Schema, date]) -> Card:
    """All of an inspection as a card, as it stands on a day."""
    settings = cast("Settings", book.settings)
    schema, today = seen
    left = runs(case, today)
    parts = (
        *_plan(case, book, settings, schema),
        *_draws(case, schema),
        Part("各单位", table=_units(case, forms, book)),
        Part(schema.label(("steps",)), tuple(_steps(case, book))),
        Part("下一步", (comes_next(case, forms, settings), *([f"检查时间{left}"] if left else []))),
    )
    return Card(
        f"{case.record['title']}（{case.id}）", (), tuple(p for p in parts if p.lines or p.table)
    )


def _plan(case: Case, book: Book, settings: Settings, schema: Schema) -> Iterator[Part]:
    record = case.record
    period = str(record.get("period", ""))
    yield Part(
        schema.label(("kind",)), (case.kind + (f"，{quarter(period).title}" if period else ""),)
    )
    basis = (cite(text, settings.regulations) for text in cast("list[str]", record["basis"]))
    yield Part(schema.label(("basis",)), tuple(basis))
    names = tuple(_named(party, book) for party in parties(record))
    yield Part(schema.label(("organiser",)), names[:1])
    yield Part(schema.label(("members",)), _joined(names[1:]))
    packs = (settings.regulations.get(name, name) for name in scope(record, "packs"))
    yield Part(schema.label(("scope", "packs")), _joined(packs))
    for key in ("focus", "methods"):
        yield Part(schema.label((key,)), _joined(cast("list[str]", record.get(key) or [])))
    if "training" in record:
        training = cast("Doc", record["training"])
        yield Part(schema.label(("training",)), (f"{training['day']} {training['what']}",))
    yield Part("检查时间", (f"{record['from']}至{record['to']}",))


def _joined(words: Iterable[str]) -> tuple[str, ...]:
    """Words on one line; no line where there are none."""
    line = "、".join(words)
    return (line,) if line else ()


def _named(party: Doc, book: Book) -> str:
    role, unit = str(party.get("role", "")), str(party.get("unit", ""))
    name = called(unit, book.units) if unit else ""
    return f"{role}（{name}）" if role and name else role or name


def _draws(case: Case, schema: Schema) -> Iterator[Part]:
    lines = []
    for each in rows(case.record, "draws"):
        population = cast("Doc", each["population"])
        layered = f"，按{each['by']}分层" if "by" in each else ""
        members = "、".join(str(row["member"]) for row in cast("list[Doc]", each["result"]))
        lines.append(
            f"{each['day']} 从{population['count']}个{each['of']}中抽取{each['count']}个{layered}"
            f"（种子 {str(each['seed'])[:10]}）：{members}"
        )
    yield Part(schema.label(("draws",)), tuple(lines))


def _units(case: Case, forms: Mapping[str, Form], book: Book) -> Table:
    places = {unit: (place, score) for place, unit, score in ranking(case)}
    lines = []
    for unit, form in forms.items():
        asked = sum(map(form.for_people, form.rules)) + len(form.samples)
        done = asked - len(form.unanswered) if form.sheet else 0
        place, score = places.get(unit, ("", {}))
        lines.append(
            (
                called(unit, book.units),
                f"{done}/{asked}" if form.sheet else "未录入",
                str(len(form.facts)) if form.sheet else "",
                _contradicted(form),
                "已反馈" if rows(form.sheet, "feedback") else "",
                f"{score['score']}（第{place}）" if score else "",
            )
        )
    return Table(("单位", "已回答", "机器发现", "矛盾", "反馈", "得分"), tuple(lines))


def _contradicted(form: Form) -> str:
    """How many answers contradict the machine, and of how many of them nobody has said why."""
    answers = latest(rows(form.sheet, "answers"), "rule").values()
    found = [a for a in answers if contradicts(str(a["answer"]), str(a["rule"]), form)]
    open_ = sum("explanation" not in answer for answer in found)
    return f"{len(found)}" + (f"（{open_}处未说明）" if open_ else "") if found else ""


def _steps(case: Case, book: Book) -> Iterator[str]:
    yield f"{case.record['planned']} 拟定"
    for step in case.steps:
        words = [str(step["done"]), str(step["stage"]), str(step["by"])]
        words += [str(step[key]) for key in ("document", "audience", "note") if key in step]
        yield " ".join(words)
        for row in cast("list[Doc]", step.get("without") or []):
            yield f"    {called(str(row['unit']), book.units)}未填报：{row['reason']}"


def row(case: Case, forms: Mapping[str, Form], settings: Settings, today: date) -> dict[str, Any]:
    """One line of the list of inspections, as it stands on a day."""
    last = case.steps[-1]["stage"] if case.steps else "拟定"
    return {
        "id": case.id,
        "kind": case.kind,
        "title": case.record["title"],
        "period": case.record.get("period", ""),
        "units": list(case.units),
        "stage": last,
        "closed": case.step(CLOSED) is not None,
        "next": comes_next(case, forms, settings),
        "last": case.record["to"],
        "left": runs(case, today),
    }
