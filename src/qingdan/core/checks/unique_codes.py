"""职权编号 is the key of an item: unique in the workspace, over all lists, and never reused (QD201)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.workspace import Book


def check(book: Book) -> Iterator[Finding]:
    """Every entry whose code an earlier entry has."""
    first: dict[str, Entry] = {}
    for entry in book.entries:
        other = first.setdefault(entry.code, entry)
        if other is not entry and entry.code:
            pair = sorted((entry, other), key=lambda each: (each.name, each.path))
            used = "和".join(f"“{each.name}”（{each.path}）" for each in pair)
            message = f"编号“{entry.code}”重复，用于{used}。"
            yield on_item(
                "QD201", entry, message, "code", fix="编号不得重复，也不得重新启用；请另编新号。"
            )
