"""A basic public service makes its whole promise: conditions, standard, limit, extended hours, complaints (QD214).

The parts are those that the schema has under 服务承诺.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_FIELD = "service"


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Public services in use that promise nothing, or lack a part."""
    for item in items:
        if item.type == "基本公共服务" and item.state == "在用":
            yield from _promise(item, schema)


def _promise(item: Item, schema: Schema) -> Iterator[Finding]:
    promise = cast("Doc", item.data.get(_FIELD) or {})
    at = ("items", 0, _FIELD)
    missing = [key for key in schema.node(at)["properties"] if key not in promise]
    if missing:
        whole, labels = schema.label(at), "、".join(schema.label((*at, key)) for key in missing)
        message = f"“{whole}”缺少：{labels}。" if promise else f"没有写明“{whole}”（{labels}）。"
        yield on_item(
            "QD214",
            item,
            message,
            *([_FIELD] if promise else []),
            fix=f"请在“{whole}”（{_FIELD}）中补填：{'、'.join(missing)}。",
        )
