"""The steps of a rectification: what a person decided becomes a step at the end of the record, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.rectification import states
from qingdan.core.rectification.issuing import due_by
from qingdan.core.units import called
from qingdan.core.wording import one_line
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.core.rectification.ground import Ground
    from qingdan.core.rectification.states import Standing
    from qingdan.model.limits import Limit
    from qingdan.model.values import Doc


class Case(Struct, frozen=True):
    """A rectification with what decides about it, on the day of the step."""

    record: Doc
    ground: Ground
    day: date

    @property
    def id(self) -> str:
        """整改编号."""
        return str(self.record["id"])

    @property
    def standing(self) -> Standing:
        """How it stands before the step."""
        return states.standing(self.record)

    @property
    def unit(self) -> str:
        """The unit that rectifies, in words."""
        return called(str(self.record["unit"]), self.ground.book.units)

    @property
    def issuer(self) -> str:
        """The unit that holds the issuing role on the day."""
        return self.ground.holder(str(self.record["issuer"]), self.day)


def replied(case: Case, report: str, evidence: Sequence[Doc]) -> Doc:
    """The unit's reply: what was done, with evidence."""
    if not report.strip():
        raise UsageError("请写明整改情况（--done）。")
    if not evidence:
        raise UsageError("请附上整改的证据（--evidence 文件，可重复）。")
    step = _step(case, states.REPLY, str(case.record["unit"]), report=one_line(report))
    return step | {"evidence": list(evidence)}


def passed(case: Case, commit: str, evidence: Sequence[Doc], reason: str) -> Doc:
    """The rectification is verified on a commit."""
    step = _step(case, states.PASS, case.issuer, commit=commit, reason=one_line(reason))
    return step | ({"evidence": list(evidence)} if evidence else {})


def returned(
    case: Case,
    findings: Sequence[Doc],
    reason: str,
    within: Limit | None,
    deadline: date | None,
) -> Doc:
    """The rectification is not enough: back to the unit, with a new last day."""
    if not reason.strip():
        raise UsageError("请写明哪里不到位（--reason）。")
    due = due_by(case.ground, case.day, findings, within, deadline)
    return _step(
        case,
        states.RETURN,
        case.issuer,
        reason=one_line(reason),
        within=due.within,
        until=str(due.last),
    )


def extended(case: Case, until: date, reason: str, approver: str) -> Doc:
    """A later last day; the one served stays in the record."""
    now = case.standing
    if not reason.strip():
        raise UsageError("请写明延期的理由（--reason）。")
    if not approver:
        raise UsageError("请写明批准延期的角色（--approver），例如发文单位的角色。")
    case.ground.refuse_unknown_role(approver)
    if case.day > now.due:
        raise RefusedError(
            f"整改期限{now.due}已过，{case.day}不能再延期；期限内已经批准的，请用 --day 写明批准日期，"
            "没有批准的，请办理抄报（qingdan rectify escalate）。"
        )
    if until <= now.due:
        raise UsageError(f"延至的日期{until}应当晚于现在的整改期限{now.due}。")
    words = {"reason": one_line(reason), "approver": approver, "until": str(until)}
    return _step(case, states.EXTEND, case.issuer, **words)


def ground_of_escalation(case: Case) -> str:
    """Why it goes up on the day: 逾期未整改 or 整改不到位; RefusedError where there is no ground."""
    now = case.standing
    if now.state not in states.MAY_ESCALATE:
        _refuse_unlawful(case, states.ESCALATE)
    _refuse_unsent(case, states.ESCALATE)
    if now.overdue(case.day):
        return states.LATE
    if now.state == states.INADEQUATE:
        return states.POOR
    raise RefusedError(
        f"“{case.id}”的整改期限是{now.due}，到{case.day}还没有逾期，也没有认定整改不到位，不能抄报。"
    )


def escalated(case: Case, inform: Sequence[str], reason: str) -> Doc:
    """It goes up: to whom, who is told, what is entered in the ledger of assessment."""
    why = ground_of_escalation(case)
    rules = case.ground.rules
    to = rules.escalate_to
    told = list(dict.fromkeys([*rules.inform, *inform]))
    for party in told:
        case.ground.refuse_unknown_party(party)
    step = _step(case, states.ESCALATE, case.issuer, ground=why, to=to, reason=one_line(reason))
    holder = case.ground.settings.holder(to, case.day)
    step |= {"unit": holder} if holder else {}
    step |= {"internal": "是"} if holder == case.issuer else {}
    step |= {"inform": list(told)} if told else {}
    return step | {"assessment": _assessment(case, why)}


def _assessment(case: Case, why: str) -> Doc:
    """The entry in the ledger of assessment: the deduction that the settings have for it, if any."""
    entry: Doc = {"ledger": case.ground.rules.assessment or "单位目标绩效考核台账"}
    line = case.ground.settings.scoring.line(frozenset({states.COSTS[why], "error"}))
    return entry | ({"title": line.title, "points": line.points} if line else {})


def handed_over(case: Case, to: str, reason: str) -> Doc:
    """It goes to the role ``to``; where that is not said, to the body that holds people to account."""
    if not reason.strip():
        raise UsageError("请写明移送的理由（--reason）。")
    _refuse_unsent(case, states.HAND_OVER)
    now = case.standing
    if now.state == states.RUNNING and not now.overdue(case.day):
        raise RefusedError(
            f"“{case.id}”的整改期限是{now.due}，到{case.day}还没有逾期，也没有认定整改不到位，不能移送。"
        )
    to = to or case.ground.rules.accountability
    case.ground.refuse_unknown_role(to)
    return _step(case, states.HAND_OVER, case.issuer, to=to, reason=one_line(reason))


def sanctioned(case: Case, sanction: str, against: str, role: str, reason: str) -> Doc:
    """What the accountability body decided; persons are named by what they are in the unit, never by name."""
    rules = case.ground.rules
    if sanction not in rules.sanctions:
        can = "、".join(rules.sanctions) or "没有"
        raise UsageError(
            f"处理方式没有“{sanction}”；qingdan.yaml 的 rectification.sanctions 有：{can}。"
        )
    by = role or rules.accountability
    case.ground.refuse_unknown_role(by)
    words = {"sanction": sanction, "against": against, "reason": one_line(reason)}
    return _step(case, states.SANCTION, case.ground.holder(by, case.day), **words)


def cancelled(case: Case, reason: str) -> Doc:
    """The notice is void; its number stays taken."""
    if not reason.strip():
        raise UsageError("请写明作废的理由（--reason）。")
    return _step(case, states.CANCEL, case.issuer, reason=one_line(reason))


def stepped(case: Case, step: Doc) -> Doc:
    """The record with the step at its end."""
    return case.record | {"steps": [*states.steps_of(case.record), step]}


def _step(case: Case, move: str, by: str, **words: str) -> Doc:
    """A step that is lawful on this day; empty words left out."""
    _refuse_unlawful(case, move)
    if case.day > case.ground.today:
        raise UsageError(f"办理日期{case.day}晚于今天{case.ground.today}。")
    if case.day < case.standing.since:
        raise RefusedError(f"办理日期{case.day}早于上一步的{case.standing.since}。")
    step: Doc = {"move": move, "by": by, "done": str(case.day)}
    return step | {key: text for key, text in words.items() if text}


def _refuse_unlawful(case: Case, move: str) -> None:
    state = case.standing.state
    if move not in states.MOVES[state]:
        can = "、".join(states.MOVES[state]) or "没有"
        raise RefusedError(f"“{case.id}”现在是“{state}”，不能办理“{move}”；可以办理的：{can}。")


def _refuse_unsent(case: Case, move: str) -> None:
    """Nobody answers for not obeying a notice that never left the house."""
    if states.unsent(case.record, case.ground.settings):
        raise RefusedError(
            f"“{case.id}”还没有取号，通知书还没有发出，不能{move}；请先取号：qingdan rectify send {case.id}，"
            f"期限已过的，作废后重新下发：qingdan rectify void {case.id}。"
        )


def told(case: Case, step: Doc) -> str:
    """What a step says, for the message of its commit, such as 3个问题整改到位."""
    count = len(cast("list[str]", case.record["findings"]))
    move = str(step["move"])
    words = {
        states.REPLY: str(step.get("report", "")),
        states.PASS: f"{count}个问题整改到位",
        states.RETURN: f"{step.get('reason')}，限{step.get('until')}前整改到位",
        states.EXTEND: f"延至{step.get('until')}",
        states.ESCALATE: f"{step.get('ground')}，抄报{step.get('to')}",
        states.HAND_OVER: f"移送{step.get('to')}",
        states.SANCTION: f"{step.get('sanction')}（{step.get('against')}）",
        states.CANCEL: str(step.get("reason", "")),
    }
    return words[move]
