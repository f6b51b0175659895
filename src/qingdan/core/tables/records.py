"""The lists of records in a JSON text, such as a portal gives out, as sheets: one column a key, nested keys with dots."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.tables.cellwise import dense, tidy
from qingdan.model.errors import UsageError
from qingdan.model.tables import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Records = Sequence[Mapping[str, Any]]

_DEEPEST = 20
_NO_RECORDS = "JSON 中没有找到记录（应为若干个 {…} 组成的列表）。"


def sheets(text: str, name: str) -> tuple[Sheet, ...]:
    """Each list of objects as a sheet; numbers as they are written. UsageError for what is no such JSON."""
    found = list(_lists(_parsed(text), name))
    if not found:
        raise UsageError(_NO_RECORDS)
    return tuple(_sheet(where, records) for where, records in found)


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=_without_repeats,
        )
    except json.JSONDecodeError as error:
        raise UsageError(f"JSON 第{error.lineno}行第{error.colno}列写法有误。") from None
    except RecursionError:
        raise UsageError("JSON 嵌套过深。") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UsageError(f"JSON 中同一条记录里“{twice}”写了不止一次。")
    return made


def _lists(value: Any, where: str, depth: int = 0) -> Iterator[tuple[str, Records]]:
    """Every list of objects that is not itself inside a record, and what it is called."""
    if isinstance(value, list):
        records = [entry for entry in value if isinstance(entry, dict)]
        if records and all(_is_list(entry) for entry in records):
            for entry in records:
                yield from _lists(entry, where, depth + 1)
        elif records:
            yield where, records
    elif isinstance(value, dict) and depth < _DEEPEST:
        name = f"{value['list']} {value['unit']}" if _is_list(value) else ""
        for key, child in value.items():
            yield from _lists(child, name or key, depth + 1)


def _is_list(entry: Mapping[str, Any]) -> bool:
    """Whether an object is no record but a whole list of a unit, as ``export --format json`` writes it."""
    return {"list", "unit", "items"} <= entry.keys()


def _sheet(name: str, records: Records) -> Sheet:
    rows = [dict(_flat(record)) for record in records]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = {(1, column): key for column, key in enumerate(keys, 1)}
    cells |= {
        (number, column): tidy(row.get(key, ""))
        for number, row in enumerate(rows, 2)
        for column, key in enumerate(keys, 1)
    }
    return Sheet(name, dense(cells, f"“{name}”"))


def _flat(record: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{above}{key}.", depth + 1)
        else:
            yield f"{above}{key}", _shown(value)


def _shown(value: Any) -> str:
    """A value as the text of a cell: a list of texts one a line; what is deeper stays JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n".join(cast("list[str]", value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
