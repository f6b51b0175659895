"""The record and the message of an adjustment, written from the same facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.adjustments.words import kinds, list_titles
from qingdan.core.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.adjustments.differences import FieldChange, ItemChange
    from qingdan.core.adjustments.request import Request
    from qingdan.core.schema import Schemas
    from qingdan.model.limits import Deadline
    from qingdan.model.values import Doc, Value

_MANY = 3
"""From this many fields on, a subject names the first and counts the rest."""
_SHORT = 24
"""A value no longer than this stands in the subject itself."""
_BRIEF = 120


class Draft(Struct, frozen=True):
    """An adjustment that is decided but not yet written. ``rows`` are its differences in words, by item.

    ``beside`` are lines on what else the commit brings.
    """

    request: Request
    changes: Sequence[ItemChange]
    rows: Mapping[str, Sequence[FieldChange]]
    record_id: str
    deadline: Deadline | None
    stage: str
    by: str
    schemas: Schemas
    beside: Sequence[str] = ()


def record(draft: Draft) -> Doc:
    """The record's document, its first step the application."""
    request, deadline = draft.request, draft.deadline
    found: Doc = {"id": draft.record_id, "kind": request.kind}
    found |= (
        {"lists": list(request.lists)}
        if request.lists
        else {"items": [c.code for c in draft.changes]}
    )
    found |= {"trigger": request.trigger, "occurred": str(request.occurred)}
    found |= {"within": str(deadline.limit)} if deadline else {}
    found |= {
        "deadline": str(deadline.last) if deadline else "none",
        "applied": str(request.applied),
    }
    texts = {
        "evidence": request.evidence,
        "reason": request.reason,
        "late_reason": request.late_reason,
        "basis": request.basis,
        "effective": str(request.effective or ""),
    }
    found |= {key: one_line(value) for key, value in texts.items() if value}
    changes: list[Value] = [
        {
            "item": code,
            "field": row.field,
            "before": one_line(row.before),
            "after": one_line(row.after),
        }
        for code, rows in draft.rows.items()
        for row in rows
    ]
    found |= {"changes": changes} if changes else {}
    return found | {"steps": [_application(draft)]}


def _application(draft: Draft) -> Doc:
    request, deadline = draft.request, draft.deadline
    step: Doc = {"stage": draft.stage, "by": draft.by, "started": str(request.occurred)}
    step |= {"due": str(deadline.last)} if deadline else {}
    step |= {"done": str(request.applied), "result": "已提出"}
    return step | ({"reason": one_line(request.late_reason)} if request.late_reason else {})


def message(draft: Draft) -> str:
    """The commit's message: what changed in words, item by item, and the trailers."""
    told = _lists(draft) if draft.request.lists else _items(draft)
    body = [*told, *map(one_line, draft.beside)]
    block = "\n".join(f"{key}: {one_line(value)}" for key, value in trailers(draft))
    return f"{_subject(draft)}\n\n" + "\n".join(body) + f"\n\n{block}\n"


def trailers(draft: Draft) -> Iterator[tuple[str, str]]:
    """The trailers, in the order in which people read them."""
    request = draft.request
    yield "Adjustment", request.kind
    if request.lists:
        yield from (("List", name) for name in request.lists)
    else:
        yield from (("Item", change.code) for change in draft.changes)
    yield "Trigger", request.trigger
    yield "Occurred", str(request.occurred)
    yield "Deadline", str(draft.deadline.last) if draft.deadline else "none"
    yield "Reason", request.reason
    optional = (
        ("Late-Reason", request.late_reason),
        ("Applied", str(request.applied) if request.evidence else ""),
        ("Evidence", request.evidence),
        ("Effective", str(request.effective or "")),
    )
    yield from ((key, value) for key, value in optional if value)
    yield "Record", draft.record_id


def _subject(draft: Draft) -> str:
    label = kinds(draft.schemas)[draft.request.kind].partition("（")[0]
    if draft.request.lists:
        titles = list_titles(draft.schemas)
        names = "、".join(titles[name] for name in draft.request.lists)
        return f"{label} {names}：{len(draft.changes)}项"
    first = draft.changes[0]
    rest = f"等{len(draft.changes)}项" if len(draft.changes) > 1 else f"（{first.code}）"
    if draft.request.kind in {"change", "correct"} and draft.rows[first.code]:
        verb = "勘误" if draft.request.kind == "correct" else "调整"
        return f"{verb} {_fields(draft)}：{first.item.name}{rest}{_arrow(draft)}"
    what = first.item.type or draft.schemas[first.item.list].title
    return f"{label} {what}：{first.item.name}{rest}"


def _fields(draft: Draft) -> str:
    labels = list(dict.fromkeys(row.label for rows in draft.rows.values() for row in rows))
    return "、".join(labels) if len(labels) < _MANY else f"{labels[0]}等{len(labels)}处"


def _arrow(draft: Draft) -> str:
    rows = [row for found in draft.rows.values() for row in found]
    if len(rows) != 1 or max(len(rows[0].before), len(rows[0].after)) > _SHORT:
        return ""
    return f" {one_line(rows[0].before)} → {one_line(rows[0].after)}"


def _items(draft: Draft) -> Iterator[str]:
    for change in draft.changes:
        yield f"{one_line(change.item.name)}（{change.code}，{draft.schemas[change.item.list].title}）"
        if change.before is None:
            yield "- 列入清单"
        for row in draft.rows[change.code]:
            yield f"- {row.label}：{_brief(row.before)} → {_brief(row.after)}"


def _lists(draft: Draft) -> Iterator[str]:
    for name in draft.request.lists:
        count = sum(change.item.list == name for change in draft.changes)
        yield f"- {draft.schemas[name].title}：{count}项"


def _brief(text: str) -> str:
    whole = one_line(text)
    return whole if len(whole) <= _BRIEF else whole[:_BRIEF] + "…"
