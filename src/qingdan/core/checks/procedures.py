"""What lengthens a matter is bounded (QD215).

A special procedure (听证, 检测, 公示 …) says how long it takes and what it rests on; the conditions of an
extension say by how long, or what does not count; what is done at once cannot be extended.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item
from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_PROCEDURES, _EXTENSION = "special_procedures", "extension"
_PARTS = ("limit", "basis")
_AT_ONCE = "即时办结"
_LENGTH = pattern(
    r"(\d|[〇零一二两三四五六七八九十百半])\s*个?(工作日|自然日|日|天|周|星期|月|季度|年|小时)"
    r"|不(计算在|计算入|计入|算入|算在|包括在|包含在)"
)


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Special procedures and extensions of items in use that have no bounds."""
    for item in items:
        if item.state != "在用":
            continue
        if _PROCEDURES in item.data:
            yield from _procedures(item, schema)
        if _EXTENSION in item.data:
            yield from _extension(item, schema)


def _procedures(item: Item, schema: Schema) -> Iterator[Finding]:
    key = _PROCEDURES
    for place, procedure in enumerate(cast("list[Doc]", item.data.get(key) or [])):
        missing = [
            schema.label(("items", 0, key, 0, part)) for part in _PARTS if part not in procedure
        ]
        if missing:
            message = f"特别程序“{procedure['name']}”没有写明{'、'.join(missing)}。"
            yield on_item(
                "QD215", item, message, key, place, fix="请逐项写明所需时限和依据的条款。"
            )


def _extension(item: Item, schema: Schema) -> Iterator[Finding]:
    key = _EXTENSION
    text = str(item.data.get(key, ""))
    if not text or schema.says_nothing(text):
        return
    label = schema.label(("items", 0, key))
    limit = item.data.get("promised_limit", item.data.get("statutory_limit"))
    if limit == _AT_ONCE:
        message = f"时限为{_AT_ONCE}，又写有“{label}”。"
        fix = f"当场办结的没有延长，请删去“{label}”，或按程序改写时限。"
        yield on_item("QD215", item, message, key, fix=fix)
    elif not _LENGTH.search(unicodedata.normalize("NFKC", text)):
        fix = "请写明延长的期限，例如“经本机关负责人批准可以延长10个工作日”。"
        yield on_item("QD215", item, f"“{label}”没有写明可以延长多久。", key, fix=fix)
