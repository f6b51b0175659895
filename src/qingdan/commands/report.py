"""``report``: the 季通报 from the history of the main branch; the same bytes from the same commit."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.ledger import closing as ledger
from qingdan.core.ledger.held import Scope
from qingdan.desk import documents
from qingdan.desk.opening import require_settings
from qingdan.desk.reports import bulletins, closing, proving
from qingdan.desk.reports.periods import wanted as asked
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.desk.reports.bulletins import Made, Order
    from qingdan.desk.reports.closing import Manner, Part
    from qingdan.model.values import Doc


class Wanted(Struct, frozen=True):
    """What is made of a period, and where: ``formats`` empty for all; ``number`` and ``dated`` as the office gives them."""

    period: str
    out: Path | None = None
    formats: tuple[str, ...] = ()
    number: str = ""
    dated: str = ""
    context: bool = False
    audience: str = ""
    record: bool = False
    corrects: str = ""


def run(opened: Opened, wanted: Wanted, manner: Manner) -> int:
    """Make the bulletin of a quarter in each format with its sidecar, or print its data; a closed one as it was closed."""
    quarter = asked("quarter", wanted.period, manner.day, wanted.dated)
    closes = wanted.record or bool(wanted.corrects)
    forms = bulletins.formats(() if closes else wanted.formats)
    order = bulletins.Order(quarter, wanted.audience, wanted.number, wanted.dated)
    if wanted.corrects:
        order, repeated = bulletins.corrected(opened, order, wanted.corrects), None
    else:
        order, repeated = bulletins.as_closed(opened, order)
    made = bulletins.make(opened, order)
    if repeated:
        _refuse_other(repeated, made, wanted)
    if wanted.context:
        sys.stdout.write(json.dumps(made.data, ensure_ascii=False, indent=2) + "\n")
        return 0
    folder = documents.folder(opened.root, wanted.out)
    contents = bulletins.written(opened, made, forms)
    named = {f"{order.stem}.{ending}": raw for ending, raw in contents.items()}
    if repeated and not wanted.audience:
        ledger.refuse_other_bytes(repeated, named)
    if closes:
        entry = _edition(made, named, order, wanted.corrects)
        closing.close(opened, _part(opened, order), entry, manner)
    contents["json"] = proving.sidecar(made, order, contents)
    paths = documents.put(folder, order.stem, contents)
    sys.stdout.write(_told(order, "已办结" if closes else "已生成", paths))
    return 0


def _told(order: Order, state: str, paths: Sequence[Path]) -> str:
    edition = f"（{order.audience}版）" if order.audience else ""
    listed = "".join(f"  {path}\n" for path in paths)
    return f"{order.quarter.title}通报{edition}{state}：\n{listed}"


def _part(opened: Opened, order: Order) -> Part:
    duty = closing.duty(require_settings(opened.book()), "quarter")
    return closing.Part(duty, order.quarter, Scope())


def _refuse_other(repeated: Doc, made: Made, wanted: Wanted) -> None:
    """RefusedError where a closed bulletin is asked for otherwise than it was closed."""
    commit = made.ground.end.commit
    if repeated["commit"] != commit:
        raise RefusedError(
            f"办结时季末的版本是{str(repeated['commit'])[:12]}，现在是{commit[:12]}：历史已被改写，不能重新生成。"
        )
    head = {"reference": wanted.number, "dated": wanted.dated}
    if any(text and text != str(repeated.get(key, "")) for key, text in head.items()):
        raise RefusedError(
            f"已于{repeated['day']}办结，发文字号和成文日期不能改动；确有错误的，用 --correct 写明更正了什么。"
        )


def _edition(made: Made, contents: dict[str, bytes], order: Order, corrects: str) -> ledger.Edition:
    scores = [(row.code, row.score, row.arithmetic, row.yearly) for row in made.bulletin.ranking]
    return ledger.Edition(
        made.ground.end.commit,
        contents,
        scores=scores,
        full=made.bulletin.full,
        reference=order.number,
        dated=order.dated,
        corrects=corrects,
    )


def verify(opened: Opened, path: Path, wanted: Wanted) -> int:
    """Prove a file of a bulletin: make it again and compare; 1 where it is another one."""
    proof = proving.verify(
        opened, path, wanted.period, wanted.audience, (wanted.number, wanted.dated)
    )
    sys.stdout.write("\n".join(proof.lines) + "\n")
    return 0 if proof.same else 1
