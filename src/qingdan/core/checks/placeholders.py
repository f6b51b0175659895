"""Fields say something (QD218): no 见附件, 待定, XX or / in place of what the public and the clerks must read.

The words stand in the shared schema as ``x-placeholders``; a field where one of them is a right answer
(数量限制: 无) lists it under ``x-answers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.workspace import Item, Value

_LONGEST = 24


def check(item: Item, schema: Schema) -> Iterator[Finding]:
    """Texts of items not cancelled that only fill their field."""
    if item.state == "取消":
        return
    suspect = {text for text in _short(item.data) if schema.says_nothing(text)}
    for at, text in _texts(item.data, ()) if suspect else ():
        if text not in suspect:
            continue
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


def _short(value: Value) -> set[str]:
    """The texts below a value that are short enough to say nothing: quickly, for most items have none that does."""
    found: set[str] = set()
    waiting: list[Value] = [value]
    for part in waiting:  # grows as it is read
        if isinstance(part, str):
            if len(part) <= _LONGEST:
                found.add(part)
        elif isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def _texts(value: Value, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _texts(child, (*at, key))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _texts(child, (*at, place))
