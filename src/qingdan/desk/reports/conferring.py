"""研判会商 at the desk: its materials, the meeting on record, what it decided carried out, its papers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.documents import conferring as filled
from qingdan.core.inspections.deciding import decided
from qingdan.core.ledger.conferring import (
    carried_out,
    decisions,
    duty_of,
    extended,
    following,
    meetings,
    rows,
)
from qingdan.core.ledger.messages import message
from qingdan.core.periods import before, quarter
from qingdan.core.places import held_path
from qingdan.core.privacy import refuse_personal
from qingdan.core.reports.conferring import Hot
from qingdan.core.wording import one_line
from qingdan.desk import documents
from qingdan.desk.inspections.inspecting import Entered
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.ledger.evidence import evidence
from qingdan.desk.opening import require_settings
from qingdan.desk.reports.periods import end, ends, ground_of, wanted
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from qingdan.core.documents.conferring import Given
    from qingdan.core.ledger.conferring import Decision
    from qingdan.desk.inspections.inspecting import Manner
    from qingdan.desk.opening import Opened
    from qingdan.model.periods import Span
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

MINUTES, REQUEST, MATERIALS = "会议纪要", "请示", "会商材料"
TEMPLATES: Mapping[str, str] = {
    MATERIALS: "conference-materials.md",
    MINUTES: "conference-minutes.md",
    REQUEST: "conference-request.md",
}
"""Paper to its template."""


class Meeting(Struct, frozen=True):
    """What a clerk says of a meeting; ``attended`` empty for those whom the settings name."""

    period: str
    document: str = ""
    note: str = ""
    decisions: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    attended: tuple[str, ...] = ()


class Order(Struct, frozen=True):
    """Which papers of which meeting of a quarter: that of the day ``held``; the last one where no day is given."""

    period: str
    names: tuple[str, ...]
    held: date | None = None


class Target(Struct, frozen=True):
    """Where papers go, and in which formats: empty for the usual place, and for all."""

    folder: Path | None = None
    formats: tuple[str, ...] = ()


def confer(opened: Opened, meeting: Meeting, manner: Manner) -> Entered:
    """Put on record that the problems of a quarter were conferred upon, and what was decided."""
    _refuse_personal(meeting)
    span = quarter(meeting.period)

    def decide(book: Book) -> tuple[Doc, str]:
        settings = require_settings(book)
        duty = duty_of(settings)
        record = f"confer-{manner.day}"
        path = held_path(span.name, record)
        if path in book.documents:
            raise RefusedError(
                f"{manner.day}的{duty.name}已经登记（{path}）；补登议定事项的，不写 --document，只写 --decision 或 --proposal。"
            )
        doc: Doc = {"id": record, "name": duty.name, "period": span.name, "by": duty.owner}
        doc |= {"day": str(manner.day), "document": meeting.document, "note": meeting.note}
        doc |= {"attended": cast("Value", list(meeting.attended or duty.members))}
        return _grown(doc, meeting, book), f"{duty.name}：{span.title}"

    return _enter(opened, span, decide, manner)


def supplement(opened: Opened, meeting: Meeting, manner: Manner) -> Entered:
    """Add to the last meeting of a quarter what it decided or proposed besides."""
    _refuse_personal(meeting)
    span = quarter(meeting.period)

    def decide(book: Book) -> tuple[Doc, str]:
        record = _meeting(book, span)
        return _grown(record, meeting, book), f"补登{record['name']}议定事项：{span.title}"

    return _enter(opened, span, decide, manner)


def _grown(record: Doc, meeting: Meeting, book: Book) -> Doc:
    """The record with what was decided and proposed at its end: on its day, whenever it is entered."""
    first, day = following(book, meeting.period), date.fromisoformat(str(record["day"]))
    fresh = decided(meeting.decisions, first, book, require_settings(book), day)
    said = [one_line(text) for text in meeting.proposals]
    added = {
        "decisions": [*rows(record, "decisions"), *fresh],
        "proposals": [*cast("list[str]", record.get("proposals") or []), *said],
    }
    whole = record | cast("Doc", added)
    return {key: value for key, value in whole.items() if value not in ("", [])}


def finish(
    opened: Opened,
    period: str,
    number: int,
    said: tuple[str, Sequence[str], Path],
    manner: Manner,
) -> Entered:
    """Put on record that a decision was carried out; ``said`` is how, the evidence and the folder where this lies."""
    span, (note, proofs, start) = quarter(period), said
    if not note.strip():
        raise UsageError("请用 --note 写明议定事项的办理情况。")
    refuse_personal({"--note": note})
    proved = evidence(opened, proofs, start, manner.day)

    def decide(book: Book) -> tuple[Doc, str]:
        each = _decision(book, span, number)
        step: dict[str, Value] = {"done": str(manner.day), "reason": one_line(note)}
        step["evidence"] = cast("Value", list(proved))
        subject = f"办结会商议定事项：{span.title}第{number}项"
        return carried_out(book.documents[each.path], each, step), subject

    return _enter(opened, span, decide, manner)


def extend(
    opened: Opened, period: str, number: int, said: tuple[str, date], manner: Manner
) -> Entered:
    """Put on record that a decision has more time; ``said`` is why, and until when."""
    span, (note, until) = quarter(period), said
    if not note.strip():
        raise UsageError("请用 --note 写明延期的理由。")
    refuse_personal({"--note": note})

    def decide(book: Book) -> tuple[Doc, str]:
        each = _decision(book, span, number)
        step: dict[str, Value] = {"done": str(manner.day), "reason": one_line(note)}
        subject = f"会商议定事项延期：{span.title}第{number}项，延至{until}"
        return extended(book.documents[each.path], each, until, step), subject

    return _enter(opened, span, decide, manner)


def _decision(book: Book, span: Span, number: int) -> Decision:
    own = {each.number: each for each in decisions(book, span.name)}
    if number not in own:
        listed = "、".join(map(str, own)) or "没有"
        raise UsageError(f"{span.title}的会商没有第{number}项议定事项，已登记的：{listed}。")
    return own[number]


def _enter(
    opened: Opened, span: Span, decide: Callable[[Book], tuple[Doc, str]], manner: Manner
) -> Entered:
    """Commit a record of a quarter as ``decide`` makes it, under the subject that it says."""
    told: list[str] = []

    def entering(book: Book) -> Entering:
        doc, subject = decide(book)
        told[:] = [subject, f"{span.name}/{doc['id']}"]
        block = (("Inspection", "confer"), ("Record", told[1]))
        path = held_path(span.name, str(doc["id"]))
        return Entering({path: doc}, message(subject, "", block))

    commit = enter(opened, entering, manner.day if manner.pinned else None)
    return Entered(commit, *told)


def _refuse_personal(meeting: Meeting) -> None:
    texts = {"--document": meeting.document, "--note": meeting.note}
    texts |= {f"--decision {n}": text for n, text in enumerate(meeting.decisions, 1)}
    texts |= {f"--proposal {n}": text for n, text in enumerate(meeting.proposals, 1)}
    refuse_personal(texts)


def _meeting(book: Book, span: Span, held: date | None = None) -> Doc:
    """The meeting of a quarter that was held on a day, or the last one; UsageError where there was none."""
    duty = duty_of(require_settings(book))
    found = [record for _, record in meetings(book, span.name)]
    if not found:
        raise UsageError(
            f"{span.title}还没有登记{duty.name}；请先用 --document 写明会议纪要的文号或名称，登记会议。"
        )
    of_day = [record for record in found if held is None or record["day"] == str(held)]
    if not of_day:
        listed = "、".join(str(record["day"]) for record in found)
        raise UsageError(f"{span.title}没有{held}的{duty.name}，已登记的：{listed}。")
    return of_day[-1]


def hot(opened: Opened, span: Span, today: date) -> Hot:
    """What there is to confer about a quarter that is over: what was wrong at both of its ends."""
    ground = ground_of(opened, span)
    if ground.opening is not None:
        first, _ = ends(opened, span)
        ground = replace(ground, ends=[end(opened, before(span), first), ground.end])
    return Hot(ground, opened.book(), today)


def prepare(opened: Opened, period: str, given: Given, target: Target, today: date) -> str:
    """Write agenda and materials; the paths, a line each."""
    span = wanted("quarter", period, today)
    value = filled.materials(hot(opened, span, today), given)
    return _deliver(opened, span, MATERIALS, value, target)


def papers(opened: Opened, order: Order, given: Given, target: Target, today: date) -> str:
    """Write papers of a meeting; the paths, a line each."""
    span, book = quarter(order.period), opened.book()
    record = _meeting(book, span, order.held)
    held = date.fromisoformat(str(record["day"]))
    of = filled.Conference(record, book, hot(opened, span, held) if span.last < today else None)
    fill = {MINUTES: filled.minutes, REQUEST: filled.request}
    values = {name: fill[name](of, given) for name in order.names}
    return "".join(_deliver(opened, span, name, value, target) for name, value in values.items())


def _deliver(opened: Opened, span: Span, name: str, value: object, target: Target) -> str:
    book = opened.book()
    place = documents.office(opened.schemas, opened.snapshot(), book)
    duty = duty_of(require_settings(book))
    folder = documents.folder(opened.root, target.folder)
    stem = f"{span.name}-{duty.name}{'' if name == MATERIALS else name}"
    stem = f"{stem}材料" if name == MATERIALS else stem
    goal = documents.Target(folder, stem, documents.formats(target.formats))
    return documents.deliver(place, TEMPLATES[name], documents.plain(value), goal)
