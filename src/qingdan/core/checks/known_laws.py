"""Every basis that an item cites stands in ``registers/laws.yaml`` (QD401), so that its amendment or repeal is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item
from qingdan.core.places import LAWS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Doc


def check(book: Book) -> Iterator[Finding]:
    """Bases of items not cancelled that the register lacks; nothing where no register is kept."""
    register = book.documents.get(LAWS_PATH)
    if register is None:
        return
    known = {law["title"] for law in cast("list[Doc]", register["laws"])}
    for entry in book.entries:
        if entry.state == "取消":
            continue
        for place, law in enumerate(entry.laws):
            if law not in known:
                yield on_item(
                    "QD401",
                    entry,
                    f"依据《{law}》不在依据名册中。",
                    "basis",
                    place,
                    "law",
                    fix="请核对名称，或在 registers/laws.yaml 中登记。",
                )
