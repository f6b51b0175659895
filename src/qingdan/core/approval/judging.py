"""Whether a commit keeps the discipline of approval: who may take which step, in order, signed where that is required.

A commit is judged by the settings and the staff of its first parent: nobody appoints himself and acts at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from qingdan.core.approval.states import way
from qingdan.core.checks.report import found
from qingdan.core.people import known_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.approval.states import Ground, Turn
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit
    from qingdan.model.people import Person
    from qingdan.model.workspace import Doc

_GOOD = frozenset({"G"})
_GOOD_GPG = frozenset({"G", "U"})
"""git's letters: G good, U good with a key whose owner is not known; an ssh key must stand in the register."""
_SSH = "SHA256:"
_WHY = {
    "N": "没有签名",
    "B": "签名是坏的",
    "E": "签名无法核对（缺少公钥）",
    "X": "签名已经过期",
    "Y": "签名的密钥已经过期",
    "R": "签名的密钥已经作废",
    "U": "签名的密钥没有登记在工作人员名册中",
}


@dataclass(frozen=True, slots=True)
class StepsView:
    """A commit with what it takes to judge the steps it appends.

    ``records`` are the records it touched as (path, before, after); ``people`` is the register of staff;
    ``applicants`` gives, by path, the e-mail of who brought a record; ``signature`` is git's letter, the signer
    and the key, or None where signatures are not required.
    """

    commit: Commit
    ground: Ground
    records: tuple[tuple[str, Doc | None, Doc | None], ...]
    people: Sequence[Person]
    applicants: Mapping[str, str]
    signature: tuple[str, str, str] | None = None


def judge_steps(view: StepsView) -> Iterator[Finding]:
    """Every breach in the steps that one commit appends, and in its signature."""
    yield from _signed(view)
    for path, before, after in view.records:
        if after is None or (before is not None and not _appends(before, after)):
            continue
        first = len(cast("list[Doc]", before["steps"])) if before else 1
        gone = way(after, view.ground)
        for flaw in gone.flaws:
            if flaw.place >= first:
                yield _on(
                    view.commit, flaw.code, f"调整记录{path}：{flaw.message}。", _FIX[flaw.code]
                )
        steps = cast("list[Doc]", after["steps"])
        yield from _in_future(view, path, steps[first:])
        for step, turn in list(zip(steps, gone.turns, strict=True))[first:]:
            if turn is not None and step["stage"] == turn.stage.name:
                yield from _taken(view, path, step, turn, fresh=before is None)


_SIGN = (
    "请设置签名（git config gpg.format ssh、user.signingKey、commit.gpgSign true）后重新提交；"
    "公钥登记在 registers/staff.yaml。"
)
_FIX = {
    "QD519": "请按 qingdan.yaml 所列环节的次序，用 qingdan review、qingdan adjust submit 办理。",
    "QD520": "请用 --late-reason 写明逾期理由后重新办理。",
}


def _in_future(view: StepsView, path: str, steps: Sequence[Doc]) -> Iterator[Finding]:
    """Steps that were done after the day on which they were written down."""
    for step in steps:
        if str(step.get("done", "")) > str(view.commit.applied):
            message = f"调整记录{path}：“{step['stage']}”的办结日期{step['done']}晚于提交的日期{view.commit.applied}。"
            yield _on(view.commit, "QD513", message, "请按实际日期重新办理。")


def _on(commit: Commit, code: str, message: str, fix: str) -> Finding:
    return found(code, f"提交{commit.id[:10]}（{commit.subject}）：{message}", "", fix=fix)


def _appends(before: Doc, after: Doc) -> bool:
    old, new = cast("list[Doc]", before["steps"]), cast("list[Doc]", after["steps"])
    return len(new) > len(old) and new[: len(old)] == old


def _signed(view: StepsView) -> Iterator[Finding]:
    """Signed by somebody known; where it takes a step of approval, by its author."""
    if view.signature is None:
        return
    letter, signer, key = view.signature
    ssh = key.startswith(_SSH)
    steps = any(before is not None for _, before, _ in view.records)
    if letter not in (_GOOD if ssh else _GOOD_GPG):
        yield _on(view.commit, "QD521", f"{_WHY.get(letter, '签名无效')}。", _SIGN)
    elif ssh and steps and signer.casefold() != view.commit.email.casefold():
        message = f"作者是{view.commit.email}，签名的却是{signer}。"
        yield _on(view.commit, "QD521", message, "办理环节应由本人提交、本人签名。")


def _taken(view: StepsView, path: str, step: Doc, turn: Turn, *, fresh: bool) -> Iterator[Finding]:
    """Whether the right person took a step; the one who applies takes the resubmission himself."""
    applies = turn.parties[0].applies
    email, stage = view.commit.email, turn.stage.name
    if view.ground.settings.required.second_person and not applies:
        fix = "请由另一人用 qingdan review 办理；要求第二人审核的，合并时不要压缩提交。"
        if fresh:
            message = f"调整记录{path}带来时就有“{stage}”的结果，看不出由谁办理。"
            yield _on(view.commit, "QD522", message, fix)
        elif email.casefold() == view.applicants.get(path, "").casefold():
            yield _on(view.commit, "QD522", f"“{stage}”由申请人{email}自己办理。", fix)
    if view.people and not fresh and not applies:
        yield from _entitled(view, step, turn)


def _entitled(view: StepsView, step: Doc, turn: Turn) -> Iterator[Finding]:
    """Whether the author's role fits the party for which the step was taken."""
    commit = view.commit
    person = known_by(commit.email, view.people)
    meant = [party for party in turn.parties if party.by == step["by"]]
    if person is None:
        message = (
            f"{commit.author}（{commit.email}）不在工作人员名册中，不能办理“{turn.stage.name}”。"
        )
    elif not any(party.is_filled_by(person) for party in meant):
        roles = "、".join(party.role for party in meant or turn.parties)
        message = f"{person.name}没有“{roles}”的角色，不能办理“{turn.stage.name}”。"
    else:
        return
    yield _on(
        commit, "QD523", message, "请由角色相符的人办理；名册有误的，先改正名册，写明 Reason。"
    )
