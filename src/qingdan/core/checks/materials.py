"""Every material asked of an applicant says what it rests on (QD216): what nothing asks for need not be handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_FIELD = "materials"


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Materials of items in use without a basis, each a finding of its own."""
    for item in items:
        if item.state != "在用":
            continue
        for place, material in enumerate(cast("list[Doc]", item.data.get(_FIELD) or [])):
            if "basis" not in material:
                label = schema.label(("items", 0, _FIELD))
                message = f"{label}“{material['name']}”没有写明要求提供的依据。"
                fix = "请写明依据的条款（basis）；没有依据的，不得要求提供，请删去。"
                yield on_item("QD216", item, message, _FIELD, place, fix=fix)
