"""``inspect confer``: 研判会商, from its materials to what it decided being carried out."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.ledger.conferring import decisions, duty_of, meetings
from qingdan.core.periods import quarter
from qingdan.desk.opening import require_settings
from qingdan.desk.output import screen
from qingdan.desk.reports import conferring
from qingdan.desk.reports.conferring import MINUTES, REQUEST, Order, Target
from qingdan.model.cards import Table
from qingdan.model.errors import UsageError
from qingdan.render import cards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.documents.conferring import Given
    from qingdan.core.ledger.conferring import Decision
    from qingdan.desk.inspections.inspecting import Entered, Manner
    from qingdan.desk.opening import Opened
    from qingdan.desk.reports.conferring import Meeting
    from qingdan.model.workspace import Book


class Office(Struct, frozen=True):
    """Papers to be written: which, with what the office gives them, and where."""

    given: Given
    names: tuple[str, ...] = ()
    target: Target = field(default=Target())


def run_prepare(opened: Opened, period: str, office: Office, today: date) -> int:
    """Write agenda and materials."""
    told = conferring.prepare(opened, period, office.given, office.target, today)
    sys.stdout.write(f"会议议程和材料已生成：\n{told}")
    return 0


def run_record(opened: Opened, meeting: Meeting, office: Office, manner: Manner) -> int:
    """Put a meeting on record, or add to the last one where no document is named; then write its papers."""
    _refuse_papers(office.names)
    enter = conferring.confer if meeting.document else conferring.supplement
    _tell(enter(opened, meeting, manner))
    order = Order(meeting.period, office.names, manner.day if meeting.document else None)
    return _papers(opened, order, office, manner.day)


def run_done(
    opened: Opened,
    period: str,
    number: int,
    said: tuple[str, Sequence[str], Path],
    manner: Manner,
) -> int:
    """Put on record that a decision was carried out."""
    _tell(conferring.finish(opened, period, number, said, manner))
    left = [each for each in decisions(opened.book(), period) if each.done is None]
    sys.stdout.write(f"还有{len(left)}项议定事项没有办结。\n" if left else "议定事项已全部办结。\n")
    return 0


def run_extend(
    opened: Opened, period: str, number: int, said: tuple[str, date], manner: Manner
) -> int:
    """Put on record that a decision has more time."""
    _tell(conferring.extend(opened, period, number, said, manner))
    return 0


def run_papers(opened: Opened, period: str, held: date | None, office: Office, today: date) -> int:
    """Write papers of a meeting that is on record: of that day, or the last one."""
    _refuse_papers(office.names)
    return _papers(opened, Order(period, office.names, held), office, today)


def _refuse_papers(names: Sequence[str]) -> None:
    for name in names:
        if name not in {MINUTES, REQUEST}:
            raise UsageError(f"没有“{name}”这种文书，可用：{MINUTES}、{REQUEST}。")


def _papers(opened: Opened, order: Order, office: Office, today: date) -> int:
    if office.names:
        told = conferring.papers(opened, order, office.given, office.target, today)
        sys.stdout.write(f"{'、'.join(office.names)}已生成：\n{told}")
    return 0


def _tell(entered: Entered) -> None:
    sys.stdout.write(f"已提交 {entered.commit[:10]}  {entered.subject}\n")


def run_show(opened: Opened, period: str, form: str, today: date) -> int:
    """Show the meetings of a quarter and what they decided."""
    book, span = opened.book(), quarter(period)
    held = [record for _, record in meetings(book, span.name)]
    own = list(decisions(book, span.name))
    if form == "json":
        found = [_row(each, book, today) for each in own]
        told = {"period": span.name, "meetings": held, "decisions": found}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 0
    name = duty_of(require_settings(book)).name
    if not held:
        sys.stdout.write(f"{span.title}还没有登记{name}；会前用 --prepare 生成会议议程和材料。\n")
        return 0
    for record in held:
        sys.stdout.write(f"{record['day']}  {span.title}{name}  {record.get('document', '')}\n")
    if not own:
        sys.stdout.write("没有登记议定事项。\n")
        return 0
    rows = tuple(tuple(map(str, _row(each, book, today).values())) for each in own)
    width, colours = screen()
    table = Table(("序号", "议定事项", "责任单位", "完成期限", "状态", "办理情况"), rows)
    sys.stdout.write(cards.table(table, width, colours=colours))
    return 0


def _row(each: Decision, book: Book, today: date) -> dict[str, object]:
    late = "逾期" if each.due < today else "办理中"
    return {
        "number": each.number,
        "text": each.text,
        "owner": each.owner(book.units),
        "due": str(each.due),
        "state": f"{each.done['done']}办结" if each.done else late,
        "note": str(each.done["reason"]) if each.done else "",
    }
