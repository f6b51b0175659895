"""权责一致: a power in use carries its responsibilities and the situations of accountability (QD205)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings

_PARTS = {"responsibilities": "责任事项", "accountability": "追责情形"}


def check(items: Iterable[Item], _settings: Settings) -> Iterator[Finding]:
    """Powers in use without responsibilities or accountability."""
    for item in items:
        if item.list != "powers" or item.state != "在用":
            continue
        for key, label in _PARTS.items():
            if not item.data.get(key):
                yield on_item(
                    "QD205",
                    item,
                    f"只有权力，没有“{label}”。",
                    fix=f"请按权责一致的要求补填“{label}”（{key}）。",
                )
