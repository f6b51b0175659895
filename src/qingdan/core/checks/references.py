"""What an item points at exists (QD203) and is in use (QD204): approvals at powers, charges at fees, fees at powers.

A cancelled item may point anywhere; successors and predecessors must exist, in whatever state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

FIELDS = {
    "power": "powers",
    "powers": "powers",
    "fees": "fees",
    "successors": "",
    "predecessors": "",
}
"""Fields that hold codes of other items, and the list those stand in (empty: the same list)."""


def check(book: Book) -> Iterator[Finding]:
    """Every reference to an item that is not there, or no longer in use."""
    known = {entry.code: entry for entry in book.entries}
    for entry in book.entries:
        for field, code in entry.refs:
            target = known.get(code)
            wanted = FIELDS[field] or entry.list
            if target is None and wanted in book.unread:
                continue
            if target is None or target.list != wanted:
                message = f"对应的事项“{code}”不存在。"
                yield on_item("QD203", entry, message, field, fix="请核对编号，或先列入该事项。")
            elif entry.state == "在用" and target.state != "在用" and FIELDS[field]:
                message = f"对应的事项“{target.name}”（{code}）已{target.state}，本事项仍在用。"
                yield on_item(
                    "QD204", entry, message, field, fix="请改指承继的事项，或一并取消本事项。"
                )
