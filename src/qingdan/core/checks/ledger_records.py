"""A record of the ledger is filed under its own id (QD601) and names items that exist (QD602)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import record_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def check(book: Book) -> Iterator[Finding]:
    """Records under a wrong name, and records of unknown items."""
    for path, document in book.documents.items():
        if not path.startswith("ledger/"):
            continue
        record = str(document["id"])
        right = record_path(path, record)
        if path != right:
            yield found(
                "QD601",
                f"记录编号“{record}”与文件位置不符，应为{right}。",
                path,
                ("id",),
                fix="请改回原来的文件名，记录不得挪动。",
            )
        for place, code in enumerate(cast("list[str]", document.get("items") or [])):
            if not book.entries.has(code) and not book.unread:
                yield found(
                    "QD602",
                    f"记录中的事项“{code}”不在任何清单中。",
                    path,
                    ("items", place),
                    item=code,
                    fix="请核对编号；取消的事项也应留在清单中。",
                )
