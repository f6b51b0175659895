"""统一社会信用代码 of the units hold by their own check digits (QD407)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.credit_codes import fault
from qingdan.core.places import UNITS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_FIX = "请对照统一社会信用代码证书逐位核对（registers/units.yaml）。"


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Codes of units that cannot be right."""
    label = schemas["units"].label(("units", 0, "uscc"))
    entries = cast("list[Doc]", book.documents.get(UNITS_PATH, {}).get("units") or [])
    for place, entry in enumerate(entries):
        code = str(entry.get("uscc", ""))
        why = fault(code) if code else ""
        if why:
            message = f"{entry['name']}的{label}“{code}”有误：{why}。"
            at = ("units", place, "uscc")
            yield found("QD407", message, UNITS_PATH, at, unit=str(entry["code"]), fix=_FIX)
