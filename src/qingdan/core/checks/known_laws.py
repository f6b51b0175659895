"""Every basis that an item cites stands in ``registers/laws.yaml`` (QD401), so that its amendment or repeal is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.checks.ground import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry


def check(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """Bases of an item not cancelled that the register lacks; nothing where no register is kept."""
    registered = ground.registered
    if registered is None:
        return
    for entry in entries:
        if entry.state == "取消":
            continue
        for place, law in enumerate(entry.laws):
            if law not in registered:
                message = f"依据《{law}》不在依据名册中。"
                fix = "请核对名称，或在 registers/laws.yaml 中登记。"
                yield on_item("QD401", entry, message, "basis", place, "law", fix=fix)
