"""Units that a register names stand in ``registers/units.yaml`` (QD410): of officers, delegations, staff and units themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import DELEGATIONS_PATH, OFFICERS_PATH, STAFF_PATH, UNITS_PATH
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_FIELDS = (
    ("officers", OFFICERS_PATH, ("unit",)),
    ("delegations", DELEGATIONS_PATH, ("from", "to")),
    ("units", UNITS_PATH, ("parent", "successors")),
    ("staff", STAFF_PATH, ("unit",)),
)
"""Register (its schema, and the key of its entries), where it stands, fields that name units."""


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Every unit in a register that the register of units does not have."""
    if "units" in book.unread:
        return
    for name, path, fields in _FIELDS:
        entries = cast("list[Doc]", book.documents.get(path, {}).get(name) or [])
        for place, entry in enumerate(entries):
            for field in fields:
                for unit in _named(entry, field):
                    if unit not in book.units:
                        label = schemas[name].label((name, 0, field))
                        yield found(
                            "QD410",
                            f"“{label}”写的“{unit}”不在单位名册中。",
                            path,
                            (name, place, field),
                            unit=unit,
                            fix=_fix(unit, book),
                        )


def _named(entry: Doc, field: str) -> list[str]:
    value = entry.get(field)
    return [value] if isinstance(value, str) else cast("list[str]", value or [])


def _fix(unit: str, book: Book) -> str:
    near = likest(unit, book.units, 1)
    return f"是不是“{near[0]}”？" if near else "请先在 registers/units.yaml 中登记该单位。"
