"""An approval and the power it rests on promise the same limits (QD210): one matter, one limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

_LIMITS = (("statutory_limit", "法定办结时限"), ("promised_limit", "承诺办结时限"))


def check(book: Book) -> Iterator[Finding]:
    """Approvals in use whose limits are not those of their power."""
    powers = {entry.code: entry for entry in book.entries if entry.list == "powers"}
    for entry in book.entries:
        if entry.list != "approvals" or entry.state != "在用":
            continue
        for field, code in entry.refs:
            power = powers.get(code)
            if field != "power" or power is None:
                continue
            for (key, label), mine, theirs in zip(_LIMITS, entry.limits, power.limits, strict=True):
                if mine and theirs and mine != theirs:
                    message = f"{label}为{mine}，对应职权（{code}）为{theirs}。"
                    yield on_item(
                        "QD210", entry, message, key, fix="请核实后按程序调整，使两处一致。"
                    )
