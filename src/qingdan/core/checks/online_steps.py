"""Types that must run online have all the online steps (QD211). Which types and steps: ``online`` in ``qingdan.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings


def check(items: Iterable[Item], settings: Settings) -> Iterator[Finding]:
    """Items in use of those types that lack a step."""
    for item in items:
        if item.state != "在用" or item.type not in settings.online_types:
            continue
        has = cast("list[str]", item.data.get("online") or [])
        missing = [step for step in settings.online_steps if step not in has]
        if missing:
            at = ("online",) if has else ()
            yield on_item(
                "QD211",
                item,
                f"{item.type}应当网上运行，缺少：{'、'.join(missing)}。",
                *at,
                fix="请接入政务服务网后在“网上运行环节”（online）中补列。",
            )
