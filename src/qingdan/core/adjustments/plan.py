"""From what a clerk wants to the commit that does it: the new list files, the record, the message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qingdan.core.adjustments.differences import FieldChange, ItemChange, field_changes
from qingdan.core.adjustments.judging import fits
from qingdan.core.adjustments.words import WITHOUT_CLOCK, kinds, list_titles
from qingdan.core.places import adjustment_path, list_path
from qingdan.core.text.canonical import emit
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schemas
    from qingdan.model.limits import Deadline
    from qingdan.model.workspace import Doc, Item, Settings, Value

MANY = 3
"""From this many items on, a subject names the first and counts the rest."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the clerk says. ``applied`` is the day of the application: today, or an earlier day with ``evidence``."""

    kind: str
    trigger: str
    occurred: date
    reason: str
    applied: date
    evidence: str = ""
    basis: str = ""
    effective: date | None = None
    late_reason: str = ""
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The adjustment ready to be proved and filed. ``deadline`` is None where no clock runs."""

    request: Request
    changes: tuple[ItemChange, ...]
    record_id: str
    record: Doc
    message: str
    deadline: Deadline | None
    late: bool
    used: int = 0
    texts: Mapping[str, bytes] = field(default_factory=dict)

    def change(self, before: Mapping[str, bytes | None], *, takes_edits: bool = False) -> Change:
        """The commit to be made, given what the files hold now."""
        edits = tuple(FileEdit(path, before.get(path), raw) for path, raw in self.texts.items())
        return Change(edits, self.message, takes_edits)


def clock(request: Request, settings: Settings, calendar: Calendar) -> Deadline | None:
    """The deadline of the application; CalendarError where the calendar is not published."""
    if request.kind in WITHOUT_CLOCK:
        return None
    return calendar.deadline(request.occurred, settings.apply_within)


def refuse_bad_request(request: Request, settings: Settings, today: date) -> None:
    """Raise for what no adjustment can be: an unlisted trigger, a future event, no reason."""
    if request.trigger not in settings.triggers:
        raise UsageError(f"调整情形“{request.trigger}”不在 qingdan.yaml 所列情形中，可用：{'、'.join(settings.triggers)}。")
    if not request.reason.strip():
        raise UsageError("请写明调整理由（--reason）。")
    if request.occurred > request.applied:
        raise UsageError(f"情形发生日期{request.occurred}晚于申请日期{request.applied}；依据以公布之日为发生日，施行日期另用 --effective 写明。")
    if request.applied > today:
        raise UsageError(f"申请日期{request.applied}晚于今天{today}。")
    if request.applied < today and not request.evidence:
        raise UsageError("申请日期早于今天的，须写明收文登记（--evidence）。")


def plan(  # noqa: PLR0913 everything a decision rests on is an argument
    request: Request,
    changes: Sequence[ItemChange],
    documents: Mapping[str, Doc],
    settings: Settings,
    calendar: Calendar,
    schemas: Schemas,
    taken: Collection[str],
    by: str,
) -> Plan:
    """The plan of an adjustment.

    ``documents`` are the list files that it touches as they stand, by path; ``taken`` the record ids there
    are; ``by`` the unit that applies. Raises RefusedError for a change of nothing or an unexplained delay.
    """
    if not changes:
        raise RefusedError("没有任何改动：新值与现值相同。")
    wrong = [change for change in changes if not fits(request.kind, change)]
    if wrong:
        label = kinds(schemas)[request.kind]
        raise RefusedError(f"调整类型“{label}”（{request.kind}）与事项“{wrong[0].item.name}”（{wrong[0].code}）的改动不符，请用 --kind 另选。")
    deadline = clock(request, settings, calendar)
    late = deadline is not None and request.applied > deadline.last
    if late and deadline and not request.late_reason:
        raise RefusedError(
            f"申请期限是{deadline.last}（自{deadline.start}起{deadline.limit}），{request.applied}申请已经逾期，须写明逾期理由（--late-reason）。"
        )
    record_id = _record_id(request, changes, taken)
    words = {change.code: field_changes(change, schemas) for change in changes}
    record = _record(request, changes, words, record_id, deadline, settings, by)
    message = _message(request, changes, words, record_id, deadline, schemas)
    used = calendar.elapsed(deadline.start, request.applied, deadline.limit) if deadline else 0
    texts = {path: _text(doc, schemas) for path, doc in _documents(changes, documents).items()}
    texts[adjustment_path(record_id)] = emit(record, schemas["adjustment"].layout).encode()
    return Plan(request, tuple(changes), record_id, record, message, deadline, late, used, texts)


def _text(document: Doc, schemas: Schemas) -> bytes:
    return emit(document, schemas[str(document["list"])].layout).encode()


def _documents(changes: Sequence[ItemChange], documents: Mapping[str, Doc]) -> dict[str, Doc]:
    """The list files with every changed item put where it belongs."""
    changed: dict[str, Doc] = {}
    for change in changes:
        for item in (change.before, change.after):
            if item is None:
                continue
            path = list_path(item.list, item.unit)
            document = changed.get(path) or documents.get(path) or {"list": item.list, "unit": item.unit, "items": []}
            rest = [entry for entry in _items(document) if entry.get("code") != change.code]
            data: list[Value] = [*rest, item.data] if item is change.after else [*rest]
            changed[path] = document | {"items": sorted(data, key=_code)}
    return changed


def _items(document: Doc) -> list[Doc]:
    entries = document["items"]
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _code(value: Value) -> str:
    return str(value.get("code", "")) if isinstance(value, dict) else ""


def _record_id(request: Request, changes: Sequence[ItemChange], taken: Collection[str]) -> str:
    """The day and the first item; a day on which the same item is adjusted again gets a number."""
    what = request.kind if request.lists else changes[0].code
    more = f"-x{len(changes)}" if len(changes) > 1 and not request.lists else ""
    stem = f"{request.applied}-{what}{more}"
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name


def _record(  # noqa: PLR0913
    request: Request,
    changes: Sequence[ItemChange],
    words: Mapping[str, list[FieldChange]],
    record_id: str,
    deadline: Deadline | None,
    settings: Settings,
    by: str,
) -> Doc:
    items: list[Value] = [change.code for change in changes]
    first: Doc = {"stage": settings.stages[0].name, "by": by, "started": str(request.occurred)}
    if deadline:
        first["due"] = str(deadline.last)
    first |= {"done": str(request.applied), "result": "已提出"}
    if request.late_reason:
        first["reason"] = request.late_reason
    record: Doc = {"id": record_id, "kind": request.kind}
    record |= {"lists": list(request.lists)} if request.lists else {"items": items}
    record |= {"trigger": request.trigger, "occurred": str(request.occurred)}
    if deadline:
        record["within"] = str(deadline.limit)
    record |= {"deadline": str(deadline.last) if deadline else "none", "applied": str(request.applied)}
    optional = {"evidence": request.evidence, "reason": request.reason, "late_reason": request.late_reason, "basis": request.basis,
                "effective": str(request.effective or "")}
    record |= {key: _line(value) for key, value in optional.items() if value}
    rows: list[Value] = [
        {"item": code, "field": row.field, "before": _line(row.before), "after": _line(row.after)}
        for code, found in words.items()
        for row in found
    ]
    if rows:
        record["changes"] = rows
    record["steps"] = [first]
    return record


def _line(text: str) -> str:
    return " ".join(text.split())


def _message(  # noqa: PLR0913
    request: Request,
    changes: Sequence[ItemChange],
    words: Mapping[str, list[FieldChange]],
    record_id: str,
    deadline: Deadline | None,
    schemas: Schemas,
) -> str:
    body = _body_of_lists(request, changes, schemas) if request.lists else _body(changes, words, schemas)
    trailers = [("Adjustment", request.kind)]
    trailers += [("List", name) for name in request.lists] or [("Item", change.code) for change in changes]
    trailers += [
        ("Trigger", request.trigger),
        ("Occurred", str(request.occurred)),
        ("Deadline", str(deadline.last) if deadline else "none"),
        ("Reason", request.reason),
    ]
    optional = [("Late-Reason", request.late_reason), ("Applied", str(request.applied) if request.evidence else ""), ("Evidence", request.evidence),
                ("Effective", str(request.effective or ""))]
    trailers += [(key, value) for key, value in optional if value]
    trailers.append(("Record", record_id))
    block = "\n".join(f"{key}: {_line(value)}" for key, value in trailers)
    return f"{_subject(request, changes, words, schemas)}\n\n" + "\n".join(body) + f"\n\n{block}\n"


_SHORT = 24


def _subject(
    request: Request, changes: Sequence[ItemChange], words: Mapping[str, list[FieldChange]], schemas: Schemas
) -> str:
    label = kinds(schemas)[request.kind].partition("（")[0]
    if request.lists:
        names = list_titles(schemas)
        return f"{label} {'、'.join(names[name] for name in request.lists)}：{len(changes)}项"
    first = changes[0]
    rest = f"等{len(changes)}项" if len(changes) > 1 else f"（{first.code}）"
    rows = words[first.code]
    if request.kind in {"change", "correct"} and rows:
        fields = dict.fromkeys(row.label for found in words.values() for row in found)
        what = "、".join(fields) if len(fields) < MANY else f"{next(iter(fields))}等{len(fields)}处"
        arrow = ""
        if len(changes) == 1 and len(rows) == 1 and max(len(rows[0].before), len(rows[0].after)) <= _SHORT:
            arrow = f" {rows[0].before} → {rows[0].after}"
        verb = "勘误" if request.kind == "correct" else "调整"
        return f"{verb} {what}：{first.item.name}{rest}{arrow}"
    return f"{label} {first.item.type or schemas[first.item.list].title}：{first.item.name}{rest}"


def _body(
    changes: Sequence[ItemChange], words: Mapping[str, list[FieldChange]], schemas: Schemas
) -> Iterator[str]:
    for change in changes:
        yield f"{change.item.name}（{change.code}，{schemas[change.item.list].title}）"
        if change.before is None:
            yield "- 列入清单"
        for row in words[change.code]:
            yield f"- {row.label}：{_brief(row.before)} → {_brief(row.after)}"


def _body_of_lists(request: Request, changes: Sequence[ItemChange], schemas: Schemas) -> Iterator[str]:
    for name in request.lists:
        count = sum(change.item.list == name for change in changes)
        yield f"- {schemas[name].title}：{count}项"


def _brief(text: str) -> str:
    line = _line(text)
    return line if len(line) <= 120 else line[:120] + "…"
