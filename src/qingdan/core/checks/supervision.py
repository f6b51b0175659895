"""A power in use comes with the measures of supervision during and after it is exercised (QD219)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Item

_FIELD = "post_supervision"


def check(item: Item, schema: Schema) -> Iterator[Finding]:
    """Powers in use without a measure."""
    if item.list == "powers" and item.state == "在用" and not item.data.get(_FIELD):
        label = schema.label(("items", 0, _FIELD))
        yield on_item(
            "QD219",
            item,
            f"没有“{label}”。",
            fix=f"请写明监管主体、标准、措施和责任，补填“{label}”（{_FIELD}）。",
        )
