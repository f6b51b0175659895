"""The steps of the flow fit into the promised limit (QD206), the promised limit into the statutory one (QD207).

Limits of different units (20个工作日, 30日) are compared only where no calendar could reverse the answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item
from qingdan.model.limits import Limit, exceeds, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Doc, Item, Settings


def check(item: Item, _settings: Settings) -> Iterator[Finding]:
    """Promises longer than the law allows, and flows longer than the promise."""
    promised, statutory = _limit(item.data, "promised_limit"), _limit(item.data, "statutory_limit")
    if promised and statutory and exceeds(promised, statutory):
        message = f"承诺时限{promised}长于法定时限{statutory}。"
        yield on_item(
            "QD207", item, message, "promised_limit", fix="请把承诺时限调整到法定时限以内。"
        )
    steps = cast("list[Doc]", item.data.get("flow") or [])
    whole = _whole(tuple([str(step["limit"]) for step in steps if "limit" in step]))
    bound, name = (promised, "承诺时限") if promised else (statutory, "法定时限")
    if whole and bound and exceeds(whole, bound):
        message = f"流程各环节时限合计{whole}，超过{name}{bound}。"
        yield on_item("QD206", item, message, "flow", fix="请压缩环节时限，或按程序调整承诺时限。")


@lru_cache(maxsize=1 << 14)
def _whole(limits: tuple[str, ...]) -> Limit | None:
    """What the steps take together: flows of many items are alike."""
    return total(tuple(map(Limit.parse, limits)))


def _limit(data: Doc, key: str) -> Limit | None:
    text = data.get(key)
    return Limit.parse(text) if isinstance(text, str) else None
