"""A power in use comes with the measures of supervision during and after it is exercised (QD219)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item

_FIELD = "post_supervision"


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Powers in use without a measure."""
    for item in items:
        if item.list == "powers" and not item.data.get(_FIELD) and item.state == "在用":
            label = schema.label(("items", 0, _FIELD))
            yield on_item(
                "QD219",
                item,
                f"没有“{label}”。",
                fix=f"请写明监管主体、标准、措施和责任，补填“{label}”（{_FIELD}）。",
            )
