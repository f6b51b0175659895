"""Fields say something (QD218): no 见附件, 待定, XX or / in place of what the public and the clerks must read.

The words stand in the shared schema as ``x-placeholders``; a field where one of them is a right answer
(数量限制: 无) lists it under ``x-answers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.items import Item
    from qingdan.model.values import Doc, Value

_LONGEST = 24


def may_find(lines: str | None, schema: Schema) -> bool:
    """Whether anything can be found in a file whose texts are these lines (None: not known): quickly, for in most nothing can."""
    return lines is None or schema.is_any_silent(lines)


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Texts of items not cancelled that only fill their field."""
    for item in items:
        if item.state != "取消":
            yield from _fillers(item, schema)


def _fillers(item: Item, schema: Schema) -> Iterator[Finding]:
    for at, text in _silent(item.data, (), schema):
        node = schema.node(("items", 0, *at))
        if "enum" in node or text in node.get("x-answers", ()):
            continue
        label = schema.path_label(("items", 0, *at))
        yield on_item(
            "QD218",
            item,
            f"“{label}”写的是“{text}”，没有实际内容。",
            *at,
            fix="请写明实际内容；确实没有的，请删去这一要素。",
        )


def _silent(value: Doc | list[Value], at: Pointer, schema: Schema) -> Iterator[tuple[Pointer, str]]:
    """The texts below a value that say nothing, with their pointers."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(child, str):
            if len(child) <= _LONGEST and schema.says_nothing(child):
                yield (*at, key), child
        elif isinstance(child, (dict, list)):
            yield from _silent(child, (*at, key), schema)
