"""A step of approval: the record with it appended, and the message of the commit that appends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.approval.states import FROM_CAUSE, PASSED, RETURNED
from qingdan.core.ledger.messages import message as ledger_message
from qingdan.core.wording import one_line
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.approval.states import Party, Turn
    from qingdan.model.values import Doc, Value


class Ruling(Struct, frozen=True):
    """What is decided in a turn on a day; ``verb`` is pass, return or submit."""

    verb: str
    day: date
    reason: str = ""
    late_reason: str = ""


def refuse_bad_day(turn: Turn, ruling: Ruling, today: date, before: date) -> None:
    """Raise for a day that cannot be, and for one beyond the limit without a reason."""
    if ruling.day > today:
        raise UsageError(f"办结日期{ruling.day}晚于今天{today}。")
    if ruling.day < before:
        raise RefusedError(
            f"办结日期{ruling.day}早于这一环节开始的{before}；请用 --day 写明实际日期。"
        )
    if turn.due and ruling.day > turn.due.last and not ruling.late_reason.strip():
        raise RefusedError(
            f"“{turn.stage.name}”的期限是{turn.due.last}（自{turn.due.start}起{turn.due.limit}），"
            f"{ruling.day}办理已经逾期，须写明逾期理由（--late-reason）。"
        )


def with_step(record: Doc, turn: Turn, party: Party, ruling: Ruling) -> Doc:
    """The record with the step at its end."""
    step: Doc = {
        "stage": turn.stage.name,
        "by": party.by,
        "started": str(turn.started or ruling.day),
    }
    step |= {"due": str(turn.due.last)} if turn.due else {}
    step |= {"done": str(ruling.day), "result": result(turn, ruling)}
    late = turn.due is not None and ruling.day > turn.due.last
    texts = {"reason": ruling.reason, "late_reason": ruling.late_reason if late else ""}
    step |= {key: one_line(text) for key, text in texts.items() if text.strip()}
    steps: list[Value] = [*cast("list[Value]", record["steps"]), step]
    return record | {"steps": steps}


def result(turn: Turn, ruling: Ruling) -> str:
    """What the step ends with."""
    if ruling.verb == "submit":
        return "已上报" if turn.stage.start == FROM_CAUSE else "已提出"
    return RETURNED if ruling.verb == "return" else turn.stage.result or PASSED


def message(record: Doc, what: str, turn: Turn, ruling: Ruling) -> str:
    """The message: what was decided of which adjustment, why, and the trailers."""
    name = str(record["id"])
    subject = f"{turn.stage.name} {result(turn, ruling)}：{what}（{name}）"
    said = one_line(ruling.reason)
    late = turn.due is not None and ruling.day > turn.due.last
    trailers = [("Review", ruling.verb), ("Stage", turn.stage.name), ("Record", name)]
    trailers += [("Late-Reason", ruling.late_reason)] if late else []
    return ledger_message(subject, f"说明：{said}" if said else "", trailers)
