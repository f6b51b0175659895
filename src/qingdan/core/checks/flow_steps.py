"""Each step of a flow has its time limit, its post and the office of the person responsible (QD209)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc

_PARTS = {"limit": "办理时限", "post": "岗位", "office": "责任人职务"}
_LIMIT, _POST, _OFFICE = _PARTS


def check(items: Iterable[Item], _settings: Settings) -> Iterator[Finding]:
    """Steps of items in use that lack a part."""
    for item in items:
        if item.state != "在用":
            continue
        for place, step in enumerate(cast("list[Doc]", item.data.get("flow") or [])):
            if _LIMIT not in step or _POST not in step or _OFFICE not in step:
                missing = [label for key, label in _PARTS.items() if key not in step]
                message = f"流程环节“{step['step']}”没有写明{'、'.join(missing)}。"
                fix = "请逐环节明确办理时限、岗位和责任人职务。"
                yield on_item("QD209", item, message, "flow", place, fix=fix)
