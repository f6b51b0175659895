"""Planning an inspection: what is asked for, by whom, of whom; nobody inspects his own unit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import wording
from qingdan.core.ledger.inspections import SELF, conflicts
from qingdan.core.periods import quarter
from qingdan.core.units import called, unit_called
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.likeness import likest
from qingdan.model.settings import InspectionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from qingdan.core.schema import Schema
    from qingdan.model.settings import Inspecting, Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book, Unit

ALL = "all"
"""Stands for every unit that has items."""


class Wanted(Struct, frozen=True):
    """What the command line asks for; what is empty is as the settings say."""

    kind: str
    units: tuple[str, ...]
    first: date
    last: date
    title: str = ""
    period: str = ""
    organiser: str = ""
    members: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    training: tuple[str, str] | None = None


def plan(wanted: Wanted, book: Book, schema: Schema, day: date) -> Doc:
    """The record of a new inspection; UsageError for what is not known, RefusedError for a conflict."""
    settings, inspecting = _settings(book)
    kind = _kind(wanted.kind, inspecting, schema)
    units = _units(wanted.units, book)
    organiser = _held(wanted.organiser or kind.organiser or inspecting.organiser, settings, day)
    members = [party(name, book, settings, day) for name in _members(wanted, kind, inspecting)]
    period = quarter(wanted.period).name if wanted.period else ""
    if wanted.last < wanted.first:
        raise UsageError(f"检查结束日期{wanted.last}早于开始日期{wanted.first}。")
    doc: Doc = {
        "kind": kind.kind,
        "title": wanted.title or _title(settings, kind.kind, period, day),
        "period": period,
        "basis": cast("Value", [kind.source]),
        "organiser": organiser,
        "members": cast("Value", members),
        "scope": _scope(wanted, kind, units, book),
        "focus": _choices(wanted.focus, schema, "focus"),
        "methods": cast("Value", list(wanted.methods or _texts(inspecting.methods))),
        "training": dict(zip(("day", "what"), wanted.training, strict=True))
        if wanted.training
        else "",
        "from": str(wanted.first),
        "to": str(wanted.last),
        "materials": cast("Value", _texts(inspecting.materials)),
        "planned": str(day),
    }
    doc = {key: value for key, value in doc.items() if value not in ("", [])}
    if kind.kind != SELF:
        refuse_conflict(doc, book.units)
    return {"id": _identify(doc, units, day, schema), **doc}


def _settings(book: Book) -> tuple[Settings, Inspecting]:
    if book.settings is None:
        raise UsageError("qingdan.yaml 缺失或有误，请先运行 qingdan validate 查看并改正。")
    if book.settings.inspecting is None:
        raise UsageError(
            "qingdan.yaml 没有写明监督检查由谁组织（inspections），请先补写，写明出处或“本单位自定”。"
        )
    return book.settings, book.settings.inspecting


def _kind(text: str, inspecting: Inspecting, schema: Schema) -> InspectionKind:
    known = schema.node(("kind",))
    word = wording.decoded(text, known)
    allowed = tuple(inspecting.kinds) or tuple(known["enum"])
    if word not in allowed:
        codes = known["x-codes"]
        listed = "、".join(f"{name}（{codes[name]}）" for name in allowed)
        others = "、".join(name for name in known["enum"] if name not in allowed)
        more = f"本单位要开展{others}的，请在 inspections 的 kinds 中写明，注明出处。"
        raise UsageError(
            f"没有“{text}”这种监督检查；qingdan.yaml 列出的有：{listed}。{more if others else ''}"
        )
    return inspecting.kinds.get(word) or InspectionKind(word, inspecting.source)


def _units(names: Iterable[str], book: Book) -> tuple[str, ...]:
    used = sorted({entry.unit for entry in book.entries if entry.state != "取消"})
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(used if name == ALL else [unit_called(name, book.units)])
    if not found:
        raise UsageError(
            "请写明检查哪些单位（--unit，可重复）；有事项的单位都检查的，写 --unit all。"
        )
    return tuple(found)


def _guess(text: str, known: Collection[str]) -> str:
    near = likest(text, known, 1, 0.5)
    return f"是不是“{near[0]}”？" if near else ""


def _members(wanted: Wanted, kind: InspectionKind, inspecting: Inspecting) -> tuple[str, ...]:
    if wanted.members or kind.kind == SELF:
        return wanted.members
    return inspecting.members if kind.members is None else kind.members


def _held(role: str, settings: Settings, day: date) -> Doc:
    """A role with the unit that holds it; 各单位 are held by each for itself."""
    if role not in settings.roles:
        guess = _guess(role, settings.roles)
        raise UsageError(f"没有“{role}”这个角色。{guess}请写 qingdan.yaml 中 roles 的角色。")
    if settings.roles[role].each:
        return {"role": role}
    unit = settings.holder(role, day)
    if not unit:
        raise UsageError(f"{day}没有单位承担“{role}”，请在 qingdan.yaml 的 roles 中写明。")
    return {"role": role, "unit": unit}


def party(name: str, book: Book, settings: Settings, day: date) -> Doc:
    """A member: whoever holds a role, or a unit."""
    if name in settings.roles:
        return _held(name, settings, day)
    try:
        return {"unit": unit_called(name, book.units)}
    except UsageError:
        guess = _guess(name, [*settings.roles, *book.units])
        raise UsageError(f"“{name}”既不是角色，也不是单位。{guess}") from None


def _title(settings: Settings, kind: str, period: str, day: date) -> str:
    when = quarter(period).title if period else f"{day.year}年"
    return f"{settings.short}{when}清单运行情况{kind}"


def _scope(wanted: Wanted, kind: InspectionKind, units: tuple[str, ...], book: Book) -> Doc:
    known = dict.fromkeys(rule.regulation for rule in book.rules)
    packs = wanted.packs or (tuple(known) if kind.packs is None else kind.packs)
    for name in packs:
        if name not in known:
            listed = "、".join(known)
            raise UsageError(f"没有“{name}”这个规则包。{_guess(name, known)}现有：{listed}。")
    kept = book.settings.lists if book.settings else {}
    for name in wanted.lists:
        if name not in kept:
            listed = "、".join(f"{key}（{each.title}）" for key, each in kept.items())
            raise UsageError(f"没有“{name}”这类清单，可选：{listed}。")
    found: Doc = {"units": list(units), "lists": list(wanted.lists), "packs": list(packs)}
    return {key: value for key, value in found.items() if value}


def _choices(words: Iterable[str], schema: Schema, key: str) -> Value:
    known = schema.node((key, 0))["enum"]
    for word in words:
        if word not in known:
            raise UsageError(
                f"“{word}”不在可选范围内。{_guess(word, known)}可选：{'、'.join(known)}。"
            )
    return list(words)


def _texts(parts: Iterable[object]) -> list[str]:
    return [str(getattr(part, "text", part)) for part in parts]


def refuse_conflict(record: Doc, units: Mapping[str, Unit]) -> None:
    """RefusedError where a member's own unit is inspected."""
    found = next(conflicts(record, units), None)
    if found:
        party, unit = found
        who = str(party.get("role", "")) or called(str(party["unit"]), units)
        raise RefusedError(
            f"检查组成员“{who}”由{called(str(party['unit']), units)}承担，而{called(unit, units)}在检查范围之内，"
            "不能检查自己的单位。请用 --member 另写成员（--organiser 另写组织单位），或把这个单位移出范围。"
        )


def _identify(doc: Doc, units: tuple[str, ...], day: date, schema: Schema) -> str:
    """Day and kind, and the unit if it is one; else what tells this plan from another of the same day."""
    code = schema.node(("kind",))["x-codes"][doc["kind"]]
    text = json.dumps(doc, ensure_ascii=False, sort_keys=True)
    digest = sha256_of(text.encode())[:6]
    return f"{day}-{code}-{units[0] if len(units) == 1 else digest}"
