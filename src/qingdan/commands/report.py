"""``report``: the 季通报 from the history of the main branch; the same bytes from the same commit."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.core import periods
from qingdan.desk import bulletins, documents, proving
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a period, and where: ``formats`` empty for all; ``number`` and ``dated`` as the office gives them."""

    period: str
    out: Path | None = None
    formats: tuple[str, ...] = ()
    number: str = ""
    dated: str = ""
    context: bool = False
    audience: str = ""


def run(opened: Opened, wanted: Wanted, today: date) -> int:
    """Make the bulletin of a quarter in each format with its sidecar, or print its data."""
    period = wanted.period
    quarter = periods.quarter(period) if period else periods.last_full_quarter(today)
    if quarter.last >= today:
        raise CannotAnswerError(
            f"{quarter.title}到{quarter.last}才结束，今天是{today}，还不能通报。"
        )
    forms = bulletins.formats(wanted.formats)
    order = bulletins.Order(quarter, wanted.audience, wanted.number, wanted.dated)
    made = bulletins.make(opened, order)
    if wanted.context:
        sys.stdout.write(json.dumps(made.data, ensure_ascii=False, indent=2) + "\n")
        return 0
    contents = bulletins.written(opened, made, forms)
    contents["json"] = proving.sidecar(made, order, contents)
    folder = wanted.out or opened.root / documents.REPORTS
    paths = documents.put(folder, order.stem, contents)
    edition = f"（{wanted.audience}版）" if wanted.audience else ""
    listed = "".join(f"  {path}\n" for path in paths)
    sys.stdout.write(f"{quarter.title}通报{edition}已生成：\n{listed}")
    return 0


def verify(opened: Opened, path: Path, wanted: Wanted) -> int:
    """Prove a file of a bulletin: make it again and compare; 1 where it is another one."""
    proof = proving.verify(
        opened, path, wanted.period, wanted.audience, (wanted.number, wanted.dated)
    )
    sys.stdout.write("\n".join(proof.lines) + "\n")
    return 0 if proof.same else 1
