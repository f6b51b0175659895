"""Every list file belongs to a unit of ``registers/units.yaml`` (QD202) and to a list that is kept (QD208)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def check(book: Book) -> Iterator[Finding]:
    """List files of unknown units, and of lists that ``qingdan.yaml`` does not keep."""
    for path, name, unit, count in book.list_files:
        if unit not in book.units and "units" not in book.unread:
            near = likest(unit, book.units, 1)
            fix = f"是不是“{near[0]}”？" if near else "请先在 registers/units.yaml 中登记该单位。"
            yield found(
                "QD202", f"单位“{unit}”不在单位名册中。", path, ("unit",), unit=unit, fix=fix
            )
        if book.settings and name not in book.settings.lists and count:
            kept = "、".join(entry.title for entry in book.settings.lists.values())
            yield found(
                "QD208",
                f"本单位不保留这类清单（保留的有：{kept}）。",
                path,
                ("list",),
                unit=unit,
                fix="请移出该文件，或在 qingdan.yaml 的 lists 中写明保留此清单及其出处。",
            )
