"""The register of staff: roles that people hold are defined in ``qingdan.yaml`` (QD402)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.people import staff
from qingdan.core.places import STAFF_PATH
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def check(book: Book, _schemas: Schemas) -> Iterator[Finding]:
    """Every role of a person that is not defined."""
    roles = book.settings.roles if book.settings else {}
    if not roles:
        return
    for place, person in enumerate(staff(book.documents.get(STAFF_PATH))):
        for spot, role in enumerate(person.roles):
            if role not in roles:
                near = likest(role, roles, 1)
                yield found(
                    "QD402",
                    f"{person.name}的角色“{role}”没有定义。",
                    STAFF_PATH,
                    ("staff", place, "roles", spot),
                    unit=person.unit,
                    fix=f"是不是“{near[0]}”？" if near else "请在 qingdan.yaml 的 roles 中写明。",
                )
