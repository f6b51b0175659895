"""What a clerk asks for, and what no adjustment can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.adjustments.words import KINDS, WITHOUT_CLOCK, kinds, offered, triggers
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schemas
    from qingdan.model.limits import Deadline
    from qingdan.model.workspace import Settings


class Request(Struct, frozen=True):
    """What the clerk says. ``applied`` is the day of the application: today, or an earlier day with ``evidence``."""

    kind: str
    trigger: str
    occurred: date
    reason: str
    applied: date
    evidence: str = ""
    basis: str = ""
    effective: date | None = None
    late_reason: str = ""
    lists: tuple[str, ...] = ()


def clock(request: Request, settings: Settings, calendar: Calendar) -> Deadline | None:
    """The deadline of the application; CalendarError where the calendar is not published."""
    if request.kind in WITHOUT_CLOCK:
        return None
    return calendar.deadline(request.occurred, settings.apply_within)


def refuse_bad_request(request: Request, settings: Settings, schemas: Schemas, today: date) -> None:
    """Raise for what no adjustment can be: an unlisted trigger, a future event, no reason."""
    if request.kind not in KINDS:
        raise UsageError(
            f"没有“{request.kind}”这种调整类型，可用：{offered(KINDS, kinds(schemas))}。"
        )
    if request.trigger not in settings.triggers:
        known = offered(settings.triggers, triggers(schemas))
        raise UsageError(
            f"调整情形“{request.trigger}”不在 qingdan.yaml 所列情形中，可用：{known}。"
        )
    if not request.reason.strip():
        raise UsageError("请写明调整理由（--reason）。")
    if request.occurred > request.applied:
        raise UsageError(
            f"情形发生日期{request.occurred}晚于申请日期{request.applied}；依据以公布之日为发生日，施行日期另用 --effective 写明。"
        )
    if request.applied > today:
        raise UsageError(f"申请日期{request.applied}晚于今天{today}。")
    if request.applied < today and not request.evidence:
        raise UsageError("申请日期早于今天的，须写明收文登记（--evidence）。")


def refuse_unexplained_delay(request: Request, deadline: Deadline | None) -> bool:
    """Whether the application is late; RefusedError if it is and no reason is given."""
    late = deadline is not None and request.applied > deadline.last
    if late and deadline and not request.late_reason:
        raise RefusedError(
            f"申请期限是{deadline.last}（自{deadline.start}起{deadline.limit}），{request.applied}申请已经逾期，"
            "须写明逾期理由（--late-reason）。"
        )
    return late
