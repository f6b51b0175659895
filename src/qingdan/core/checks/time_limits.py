"""The steps of the flow fit into the promised limit (QD206), the promised limit into the statutory one (QD207).

Limits of different units (20个工作日, 30日) are compared only where no calendar could reverse the answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item
from qingdan.model.limits import Limit, exceeds, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc


def check(items: Iterable[Item], _settings: Settings) -> Iterator[Finding]:
    """Promises longer than the law allows, and flows longer than the promise."""
    for item in items:
        data = item.data
        steps = cast("list[Doc]", data.get("flow") or [])
        faults = _faults(
            str(data.get("statutory_limit", "")),
            str(data.get("promised_limit", "")),
            tuple([step["limit"] for step in steps if "limit" in step]),
        )
        for code, message, at, fix in faults:
            yield on_item(code, item, message, at, fix=fix)


@lru_cache(maxsize=1 << 14)
def _faults(
    statutory: str, promised: str, steps: tuple[str, ...]
) -> tuple[tuple[str, str, str, str], ...]:
    """Code, message, place and fix of what is wrong with limits as written: those of many items are alike."""
    found = []
    allowed, said = (Limit.parse(text) if text else None for text in (statutory, promised))
    if said and allowed and exceeds(said, allowed):
        message = f"承诺时限{said}长于法定时限{allowed}。"
        found.append(("QD207", message, "promised_limit", "请把承诺时限调整到法定时限以内。"))
    whole = total(tuple(map(Limit.parse, steps)))
    bound, name = (said, "承诺时限") if said else (allowed, "法定时限")
    if whole and bound and exceeds(whole, bound):
        message = f"流程各环节时限合计{whole}，超过{name}{bound}。"
        found.append(("QD206", message, "flow", "请压缩环节时限，或按程序调整承诺时限。"))
    return tuple(found)
