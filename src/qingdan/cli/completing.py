"""What a shell completes, by what an option or argument is called: the codes of items, units, findings, records, periods.

A completion never complains: outside of a workspace, and of one that cannot be read, nothing is offered.
"""

from __future__ import annotations

import contextlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.desk.offers import Offer
    from qingdan.model.periods import Kind

KINDS: Mapping[str, str] = {
    "事项编号": "items",
    "单位": "units",
    "单位编号": "units",
    "清单": "lists",
    "编码": "codes",
    "规则": "asked",
    "规则=回答": "rules",
    "规则包": "packs",
    "公布渠道": "channels",
    "调整编号": "adjustments",
    "问题编号": "findings",
    "整改编号": "rectifications",
    "检查编号": "inspections",
    "期间": "periods",
    "季度": "periods",
}
"""How a parameter calls its value, to what is offered for it."""
_PERIODS = 8


def attach(params: Iterable[Any]) -> None:
    """Let the parameters of a command complete what they are called after."""
    for param in params:
        kind = KINDS.get(param.metavar or "")
        if kind:
            param.shell_complete = partial(_completed, kind)


def speak_plainly() -> None:
    """In a process that serves a shell, keep typer from loading rich to render plain names."""
    if "_QINGDAN_COMPLETE" in os.environ:
        modules: dict[str, Any] = sys.modules
        modules["rich"] = None  # then nobody finds it


def _completed(kind: str, ctx: Any, incomplete: str) -> list[Offer]:
    """What a parameter's value goes on from ``incomplete``."""
    from qingdan.desk import offers

    if kind == "periods":
        names = (name for name in _periods(ctx.params) if name.startswith(incomplete))
        return [offers.Offer(name) for name in names]
    with contextlib.suppress(OSError, ValueError):  # a folder that is gone, or no path at all
        start = Path(ctx.find_root().params.get("directory") or "").absolute()
        return offers.offers(kind, start, incomplete)
    return []


def _periods(asked: Mapping[str, Any]) -> Iterator[str]:
    """The periods that are over, the last first: of the kind asked for, else of a quarter."""
    from qingdan.cli.values import today
    from qingdan.core import periods

    kinds: tuple[Kind, ...] = ("week", "month", "year")
    kind: Kind = next((kind for kind in kinds if asked.get(kind)), "quarter")
    span = periods.last_full(kind, today())
    for _ in range(_PERIODS):
        yield span.name
        span = periods.before(span)
