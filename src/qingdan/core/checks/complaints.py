"""Complaints are answered in time (QD607), and where confidence was asked the case is not in the ledger (QD608).

An answer that came late is over with the day on which its finding was closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.deadlines import Deadlines
from qingdan.core.ledger.complaints import SECRET, done_on, handler, kept, limit_of, named
from qingdan.core.ledger.findings import key, settled
from qingdan.core.places import complaint_path
from qingdan.core.settings import cite
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def check(book: Book, world: World) -> Iterator[Finding]:
    """Complaints that are not answered though their time is over, or were answered after it."""
    closed, today = settled(book), world.today.isoformat()
    for record in kept(book):
        limit, done = limit_of(record), done_on(record)
        if limit is None:
            continue
        deadlines, start = Deadlines(limit, world.calendar), str(record["received"])
        mine = closed.get(key("QD607", handler(record), str(record["id"])), "")
        if deadlines.over(start, done or today) and not (done and done <= mine):
            yield _late(record, deadlines.last(start), done, book)


def _late(record: Doc, last: str, done: str, book: Book) -> Finding:
    unit = handler(record)
    what = f"{done}才答复" if done else "还没有答复"
    until = f"，应于{last}前答复" if last else ""
    article = cite(str(record["within_source"]), book.settings.regulations if book.settings else {})
    message = f"{named(record)}{what}{until}（{record['within']}，{article}）。"
    fix = (
        f"请{called(unit, book.units)}查明迟延的原因，销号时写明。"
        if done
        else f"请{called(unit, book.units)}尽快答复，用 qingdan ledger answer {record['id']} 登记。"
    )
    return found("QD607", message, complaint_path(str(record["id"])), unit=unit, fix=fix)


def check_confidence(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Records of confidential complaints that tell the case; what they tell is not repeated."""
    label = schemas["complaint"].label
    for record in kept(book):
        if record.get("confidential") != "是":
            continue
        answer = cast("Doc", record.get("answer") or {})
        spots: list[Pointer] = [(part,) for part in SECRET if part in record]
        spots += [("answer", part) for part in ("result", "finding") if part in answer]
        for at in spots:
            message = f"{record['id']}要求保密，却写有“{label(at)}”。"
            fix = "请删去；已经提交的，同时清理历史，并查明是谁录入的。"
            unit = handler(record)
            yield found("QD608", message, complaint_path(str(record["id"])), at, unit=unit, fix=fix)
