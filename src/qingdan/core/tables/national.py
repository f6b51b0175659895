"""The exchange's columns and codes (全国一体化政务服务平台 实施清单): items as rows of it, and its rows as ours.

Which columns and which codes is data: ``x-national`` and ``x-codes`` of the schemas. What the exchange has no
column for (责任事项, 追责情形 …) it cannot carry: :func:`missing` names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from qingdan.core import wording
from qingdan.core.tables import cells
from qingdan.core.tables.fields import fields
from qingdan.model.limits import Limit
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.core.tables.fields import Field
    from qingdan.model.items import Item
    from qingdan.model.values import Doc, Value

CODE, UNIT_NAME, UNIT_CODE = "row_guid", "dept_name", "dept_code"
_DAY, _TYPE = "_day", "_type"
_MEASURES = {"工作日": "工作日", "日": "自然日", "个月": "月", "小时": "小时", "即时": "工作日"}
_BACK = {"工作日": "个工作日", "自然日": "日", "日": "日", "天": "日", "月": "个月", "小时": "小时"}
_MANY = ","
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def carries(schema: Schema) -> bool:
    """Whether the exchange has columns for this list: at least for the item's name."""
    return bool(schema.node(("items", 0, "name")).get("x-national"))


def missing(schema: Schema) -> tuple[str, ...]:
    """The labels of what the exchange has no column for."""
    known = {"code"}
    return tuple(each.title for each in fields(schema) if not _name(each) and each.key not in known)


def grid(items: Sequence[Item], schema: Schema, units: Mapping[str, Doc]) -> Grid:
    """Items as rows of the exchange; ``units`` are the entries of the register by code."""
    own = [each for each in fields(schema) if _name(each)]
    names = [CODE, *(name for each in own for name in _names(each)), UNIT_NAME, UNIT_CODE]
    rows = []
    for item in items:
        unit = units.get(item.unit, {})
        row = {CODE: item.code, UNIT_NAME: str(unit.get("name", item.unit))}
        row[UNIT_CODE] = str(unit.get("uscc", ""))
        for each in own:
            row |= dict(_told(each, each.value(item.data), schema))
        rows.append(tuple(row.get(name, "") for name in names))
    return Grid(schema.title, tuple(Column(name, name) for name in names), tuple(rows))


def is_national(headings: Sequence[str], schema: Schema) -> bool:
    """Whether a table's headings are the exchange's: the item's name under its name there, and one more."""
    found = {snake(heading) for heading in headings}
    known = {name for each in fields(schema) if _name(each) for name in _names(each)}
    return (
        str(schema.node(("items", 0, "name")).get("x-national")) in found and len(found & known) > 1
    )


def united(row: Mapping[str, str], schema: Schema) -> dict[str, str]:
    """A row with the exchange's headings (snake or camel case) as our keys and words, cells still texts.

    Codes become words, a number of days and its unit one limit, ``row_guid`` our code, ``dept_name`` (else
    ``dept_code``) the unit. Headings that are not the exchange's are left out.
    """
    said = {snake(heading): text.strip() for heading, text in row.items()}
    found = {each.key: _ours(each, said, schema) for each in fields(schema) if _name(each)}
    found["code"] = said.get(CODE, "")
    found["unit"] = said.get(UNIT_NAME) or said.get(UNIT_CODE, "")
    return {key: text for key, text in found.items() if text}


def snake(heading: str) -> str:
    """``taskName`` and ``TASK_NAME`` as ``task_name``."""
    plain = heading.strip()
    return (plain if plain.isupper() else _CAMEL.sub("_", plain)).lower()


def _name(each: Field) -> str:
    return str(each.node.get("x-national", ""))


def _names(each: Field) -> tuple[str, ...]:
    """The columns of a field: a limit has two."""
    name = _name(each)
    return (name, name.removesuffix(_DAY) + _TYPE) if name.endswith(_DAY) else (name,)


def _told(each: Field, value: Value, schema: Schema) -> Iterator[tuple[str, str]]:
    """A value as the exchange says it, column by column."""
    name, *more = _names(each)
    if value is None:
        return
    if more:
        limit = Limit.parse(str(value))
        yield name, str(limit.amount)
        yield more[0], _MEASURES[limit.measure]
    elif isinstance(value, list):
        yield name, _list(value, each, schema)
    else:
        yield name, _code(str(value), each.node)


def _list(value: list[Value], each: Field, schema: Schema) -> str:
    element = schema.resolve(cast("dict[str, Any]", each.node["items"]))
    if "law" in element.get("properties", {}):
        return "\n".join(_basis(cast("Doc", part)) for part in value)
    if "step" in element.get("properties", {}):
        return "→".join(_step(cast("Doc", part)) for part in value)
    if "enum" in element:
        return _MANY.join(_code(str(part), element) for part in value)
    return cells.shown(value, each.node, schema)


def _basis(part: Doc) -> str:
    law = str(part["law"])
    titled = law if law.startswith("《") else f"《{law}》"
    text = f"：{part['text']}" if part.get("text") else ""
    return " ".join(f"{titled}{part.get('article', '')}{text}".split("\n"))


def _step(part: Doc) -> str:
    more = "，".join(str(value) for key, value in part.items() if key != "step")
    return f"{part['step']}（{more}）" if more else str(part["step"])


def _code(text: str, node: Mapping[str, Any]) -> str:
    codes: Mapping[str, str] = node.get("x-codes", {})
    return codes.get(text, text)


def _ours(each: Field, said: Mapping[str, str], schema: Schema) -> str:
    name, *more = _names(each)
    text = said.get(name, "")
    if more and text:
        measure = said.get(more[0], "")
        known = _BACK.get(measure.removeprefix("个"), measure)
        return wording.limit(f"{text}{known}" if text.isdecimal() else text)
    if each.node.get("type") == "array":
        element = schema.resolve(cast("dict[str, Any]", each.node.get("items", {})))
        parts = re.split(r"[,，^]", text) if "enum" in element else [text]
        return "\n".join(wording.decoded(part, element) for part in parts if part.strip())
    return wording.decoded(text, each.node)
