"""What comes after an inspection (S2 第十二条): report, meeting, ranking, publication, in the order of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.ledger.inspections import CLOSED, next_stage, rows
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.ledger.inspections import Case
    from qingdan.model.settings import FollowUp, Settings
    from qingdan.model.values import Doc, Value


class Done(Struct, frozen=True):
    """A step that somebody took: when, by which document, before whom."""

    day: date
    document: str = ""
    audience: str = ""
    note: str = ""


def followed(case: Case, stage: str, done: Done, settings: Settings) -> tuple[FollowUp, Doc]:
    """The stage and the step to be appended; UsageError, RefusedError where it is not its turn."""
    known = settings.inspecting.stages_of(case.kind) if settings.inspecting else ()
    stages = {each.stage: each for each in known}
    if stage not in stages:
        listed = "、".join(stages) or "没有"
        raise UsageError(
            f"没有“{stage}”这个环节；qingdan.yaml 的 inspections 列出的检查之后的环节：{listed}。"
        )
    if case.step(CLOSED) is None:
        raise RefusedError(
            f"“{case.id}”还没有评定，不能办理“{stage}”；请先用 qingdan inspect close 评定。"
        )
    turn = next_stage(case, settings)
    if turn is None or turn.stage != stage:
        comes = f"现在应办的是“{turn.stage}”（{turn.by}）" if turn else "各环节已经办完"
        raise RefusedError(f"“{case.id}”{comes}，不能办理“{stage}”。")
    audience = _audience(turn, done.audience)
    step: Doc = {"stage": stage, "by": turn.by, "done": str(done.day), "document": done.document}
    step |= {"audience": audience, "note": done.note}
    return turn, {key: value for key, value in step.items() if value}


def _audience(turn: FollowUp, given: str) -> str:
    if given and given not in turn.audience:
        listed = "、".join(turn.audience) or "这个环节不写公布范围"
        raise UsageError(f"“{turn.stage}”的公布范围不能是“{given}”：{listed}。")
    if not given and len(turn.audience) > 1:
        raise UsageError(
            f"请用 --audience 写明“{turn.stage}”的公布范围：{'、'.join(turn.audience)}。"
        )
    return given or next(iter(turn.audience), "")


def appended(record: Doc, step: Doc) -> Doc:
    """The record with a step at its end; RefusedError where its day comes before the last one's."""
    before = rows(record, "steps")
    last = max(str(record["planned"]), *(str(entry["done"]) for entry in before), "")
    if str(step["done"]) < last:
        raise RefusedError(f"日期{step['done']}早于前面的环节（{last}），请核对。")
    return record | {"steps": cast("Value", [*before, step])}
