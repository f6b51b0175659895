"""``FIELD=VALUE`` on an item: by key or Chinese label, into steps by number or name."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.wording import one_line
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value

_SEPARATOR = "|"


def with_fields(data: Doc, assignments: list[str], schema: Schema) -> Doc:
    """A copy of an item with ``FIELD=VALUE`` applied; UsageError for what is no field or no such value.

    ``promised_limit=5个工作日``, ``承诺办结时限=5个工作日``, ``flow.审查.limit=2个工作日``, ``flow.2.limit=…``;
    an empty value takes the field away; a list of texts is separated by ``|``.
    """
    changed = copy.deepcopy(data)
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(
                f"“{assignment}”缺少等号。写法：要素=新值，例如 promised_limit=5个工作日。"
            )
        at = _pointer(name.strip(), changed, schema)
        _put(changed, at, _value(value.strip(), name, schema, at))
    return changed


def _pointer(name: str, data: Doc, schema: Schema) -> Pointer:
    at: list[str | int] = []
    place: Value = data
    for step in name.split("."):
        if isinstance(place, list):
            at.append(_index(step, place, name))
        else:
            at.append(_key(step, schema.node(("items", 0, *at)), schema, (*at,)))
        place = _below(place, at[-1])
    return tuple(at)


def _key(step: str, node: dict[str, Any], schema: Schema, at: Pointer) -> str:
    known = node.get("properties", {})
    if not known:
        above = schema.label(("items", 0, *at))
        raise UsageError(f"“{above}”下面没有“{step}”。请只写到“{above}”，或先补填这一项内容。")
    if step in known:
        return step
    labels = {schema.label(("items", 0, *at, key)): key for key in known}
    if step in labels:
        return str(labels[step])
    if not at and step in {"unit", schema.label(("unit",))}:
        raise UsageError(
            "换实施主体是划转，不能这样改：请用 qingdan adjust transfer 编号 单位 办理。"
        )
    near = _also_called(step, labels, schema, at) or likest(step, [*known, *labels], 1, 0.5)
    guess = f"是不是{'或'.join(f'“{label}”' for label in near)}？" if near else ""
    listed = "、".join(f"{key}（{label}）" for label, key in labels.items())
    raise UsageError(f"没有“{step}”这个要素。{guess}可用的有：{listed}。")


def _also_called(step: str, labels: Mapping[str, str], schema: Schema, at: Pointer) -> list[str]:
    """The labels of the fields that tables call so, too, or of which this is the end."""
    nodes = ((label, schema.node(("items", 0, *at, key))) for label, key in labels.items())
    synonyms = [label for label, node in nodes if step in node.get("x-headings", ())]
    return synonyms or [label for label in labels if step and label.endswith(step)]


def _index(step: str, values: list[Value], name: str) -> int:
    if step.isdecimal() and 1 <= int(step) <= len(values):
        return int(step) - 1
    firsts = [
        str(next(iter(value.values()))) if isinstance(value, dict) else str(value)
        for value in values
    ]
    if step in firsts:
        return firsts.index(step)
    raise UsageError(f"“{name}”中没有“{step}”。可用 1 到 {len(values)}，或：{'、'.join(firsts)}。")


def _below(place: Value, step: str | int) -> Value:
    if isinstance(place, dict):
        return place.get(cast("str", step))
    return place[cast("int", step)] if isinstance(place, list) else None


def _value(text: str, name: str, schema: Schema, at: Pointer) -> Value:
    if text == "":
        return None
    node = schema.node(("items", 0, *at))
    kind = node.get("type")
    if kind == "integer":
        if not text.isdecimal():
            raise UsageError(f"“{name}”应当是整数，现为“{text}”。")
        return int(text)
    if kind == "array" and schema.node(("items", 0, *at, 0)).get("type") == "string":
        return [part.strip() for part in text.split(_SEPARATOR) if part.strip()]
    if kind in {"array", "object"}:
        raise UsageError(
            f"“{name}”包含多项内容，请写明到哪一项（例如 flow.1.limit=…），或直接修改文件后用 qingdan adjust commit 办理。"
        )
    return one_line(text)


def _put(data: Doc, at: Pointer, value: Value) -> None:
    place: Any = data
    for step in at[:-1]:
        if isinstance(place, dict) and place.get(step) is None:
            if value is None:
                return
            place[step] = {}
        place = place[step]
    if value is not None:
        place[at[-1]] = value
    elif isinstance(place, list):
        del place[cast("int", at[-1])]
    else:
        place.pop(at[-1], None)
