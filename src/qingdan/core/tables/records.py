"""The lists of records in a JSON text, such as a portal gives out, as sheets: one column a key, nested keys with dots.

What ``export --format json`` wrote are whole lists, each of a unit: they are a sheet a list, with the unit a column more,
and their items are kept as they stand; so are registers given out with them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from qingdan.core.places import REGISTERS
from qingdan.core.tables.cellwise import dense, tidy
from qingdan.model.errors import UsageError
from qingdan.model.items import LISTS
from qingdan.model.tables import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Records = Sequence[Mapping[str, Any]]

_DEEPEST = 20
_TOO_DEEP = "JSON 嵌套过深。"
_NO_RECORDS = "JSON 中没有找到记录（应为若干个 {…} 组成的列表）。"
_UNIT = "dept_code"
"""The column that says whose an item is."""
_MOST_DIGITS = 18


def sheets(text: str, name: str) -> tuple[Sheet, ...]:
    """Each list of objects as a sheet; numbers as they are written. UsageError for what is no such JSON."""
    value = _parsed(text)
    if _is_export(value):
        return tuple(_kept(_documents(_parsed(text, _number))))
    found = list(_lists(value, name))
    if not found:
        raise UsageError(_NO_RECORDS)
    return tuple(_sheet(where, records) for where, records in found)


def _parsed(text: str, number: Callable[[str], Any] = str) -> Any:
    try:
        value = json.loads(
            text,
            parse_int=number,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=_without_repeats,
        )
        if "\\u" in text:  # half of a pair can only be written so, and cannot be written again
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "JSON 中有不完整的字符（\\ud800 至 \\udfff 须成对），请重新导出。"
        ) from None
    except json.JSONDecodeError as error:
        raise UsageError(f"JSON 第{error.lineno}行第{error.colno}列写法有误。") from None
    except RecursionError:
        raise UsageError(_TOO_DEEP) from None
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UsageError(f"JSON 中同一条记录里“{twice}”写了不止一次。")
    return made


def _number(text: str) -> int | str:
    """A whole number as a list may hold it; one that is too long for that stays text."""
    return int(text) if len(text) <= _MOST_DIGITS else text


def _is_export(value: Any) -> bool:
    """Whether a value is a whole list, or lists whole lists or registers."""
    several = isinstance(value, list)
    return any(_is_list(one) or (several and _is_register(one)) for one in _documents(value))


def _is_register(entry: Mapping[str, Any]) -> bool:
    return len(entry) == 1 and all(
        key in REGISTERS and isinstance(part, list) for key, part in entry.items()
    )


def _documents(value: Any) -> list[Mapping[str, Any]]:
    """The value, or what it lists, as far as these are objects."""
    every = value if isinstance(value, list) else [value]
    return [entry for entry in every if isinstance(entry, dict)]


def _kept(documents: Iterable[Mapping[str, Any]]) -> Iterator[Sheet]:
    """A sheet for each list, with the items of all its units, and for each register beside them."""
    for name, rows in _gathered(documents).items():
        if not all(isinstance(entry, dict) for entry, _ in rows):
            raise UsageError(f"JSON 中“{name}”里有的不是事项（应为 {{…}}）。")
        if any(_is_deep(entry) for entry, _ in rows):
            raise UsageError(_TOO_DEEP)
        if rows:
            shown = [{**entry, _UNIT: unit} if unit else entry for entry, unit in rows]
            yield replace(_sheet(name, shown), entries=tuple(entry for entry, _ in rows))


def _gathered(documents: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[Any, str]]]:
    """List or register to its entries, each with the unit whose it is."""
    found: dict[str, list[tuple[Any, str]]] = {}
    for document in documents:
        if _is_list(document):
            items = ((item, document["unit"]) for item in document["items"])
            found.setdefault(document["list"], []).extend(items)
        else:
            for key, entries in document.items():
                if isinstance(entries, list):
                    found.setdefault(key, []).extend((entry, "") for entry in entries)
    return found


def _is_deep(value: Any, most: int = _DEEPEST) -> bool:
    """Whether a value is nested deeper than anything that a list can hold."""
    parts = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, dict | list)
    return nested and (most == 0 or any(_is_deep(part, most - 1) for part in parts))


def _lists(value: Any, where: str, depth: int = 0) -> Iterator[tuple[str, Records]]:
    """Every list of objects that is not itself inside a record, and what it is called."""
    if isinstance(value, list):
        records = [entry for entry in value if isinstance(entry, dict)]
        if records:
            yield where, records
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, child in value.items():
            yield from _lists(child, key, depth + 1)


def _is_list(entry: Mapping[str, Any]) -> bool:
    """Whether an object is no record but a whole list of a unit, as ``export --format json`` writes it."""
    named = entry.get("list"), entry.get("unit")
    texts = all(isinstance(part, str) for part in named)
    return texts and named[0] in LISTS and isinstance(entry.get("items"), list)


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
