"""Every basis that an item cites stands in ``registers/laws.yaml`` (QD401), so that its amendment or repeal is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.ground import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Entry


def check(entry: Entry, ground: Ground) -> Iterator[Finding]:
    """Bases of an item not cancelled that the register lacks; nothing where no register is kept."""
    if entry.state == "取消" or ground.registered is None:
        return
    for place, law in enumerate(entry.laws):
        if law not in ground.registered:
            yield on_item(
                "QD401",
                entry,
                f"依据《{law}》不在依据名册中。",
                "basis",
                place,
                "law",
                fix="请核对名称，或在 registers/laws.yaml 中登记。",
            )
