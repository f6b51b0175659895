"""What an item points at exists (QD203) and is in use (QD204): approvals at powers, charges at fees, fees at powers.

So does what a delegation names.

A cancelled item may point anywhere; successors and predecessors must exist, in whatever state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found, on_item
from qingdan.core.delegations import delegations
from qingdan.core.places import DELEGATIONS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
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
    """Every reference of an item to one that is not there, or no longer in use."""
    known: dict[tuple[str, str], Entry] = {}
    for entry in book.entries:
        known.setdefault((entry.list, entry.code), entry)
    for entry in book.entries:
        for field, code in entry.refs:
            wanted = FIELDS[field] or entry.list
            target = known.get((wanted, code))
            if target is None:
                if wanted not in book.unread:
                    message = f"对应的事项“{code}”不存在。"
                    fix = "请核对编号，或先列入该事项。"
                    yield on_item("QD203", entry, message, field, code, fix=fix)
            elif entry.state == "在用" and target.state in {"暂停", "取消"} and FIELDS[field]:
                message = f"对应的事项“{target.name}”（{code}）已{target.state}，本事项仍在用。"
                fix = "请改指承继的事项，或一并取消本事项。"
                yield on_item("QD204", entry, message, field, code, fix=fix)


def check_delegated(book: Book) -> Iterator[Finding]:
    """Every item that a delegation names and that is not there."""
    for record in delegations(book):
        for place, code in enumerate(record.items):
            if not book.entries.has(code) and not book.unread:
                at = ("delegations", record.place, "items", place)
                message = f"委托{record.id}的事项“{code}”不存在。"
                fix = "请核对编号；事项还没有列入的，列入时用 --delegations 文件 一并登记；取消的事项也应留在清单中。"
                yield found("QD203", message, DELEGATIONS_PATH, at, item=code, fix=fix)
