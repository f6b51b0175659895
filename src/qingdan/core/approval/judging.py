"""Whether a commit keeps the discipline of approval: who may take which step, in order, signed where that is required.

A commit is judged by the settings and the staff of its first parent: nobody appoints himself and acts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.approval.states import way
from qingdan.core.checks.report import found
from qingdan.core.people import known_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.approval.states import Ground, Turn
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit
    from qingdan.model.people import Person, Signature
    from qingdan.model.values import Doc

_GOOD = frozenset({"G", "U"})
"""git's letters for a sound signature: U with a key that it was not told of, which the register decides."""
_WHY = {
    "B": "签名是坏的，内容与签名时不一致",
    "X": "提交时签名已经过期",
    "Y": "提交时签名的密钥已经过期",
    "R": "签名的密钥已经作废",
}


class StepsView(Struct, frozen=True):
    """A commit with what it takes to judge the steps it appends.

    ``records`` are the records it touched as (path, before, after); ``people`` is the register of staff;
    ``applicants`` gives, by path, the e-mail of who brought a record; ``signature`` is None where none is required;
    ``elsewhere`` are the steps that another parent of a merge has, by path: they were judged where they were taken.
    """

    commit: Commit
    ground: Ground
    records: tuple[tuple[str, Doc | None, Doc | None], ...]
    people: Sequence[Person]
    applicants: Mapping[str, str]
    signature: Signature | None = None
    elsewhere: Mapping[str, Sequence[Doc]] = field(default_factory=dict)


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
        joined = view.elsewhere.get(path, ())
        yield from _in_future(view, path, [step for step in steps[first:] if step not in joined])
        for step, turn in list(zip(steps, gone.turns, strict=True))[first:]:
            if turn is not None and step["stage"] == turn.stage.name and step not in joined:
                yield from _taken(view, path, step, turn, fresh=before is None)


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
    """Signed with the author's own key. A merge that appends no step may be signed by anybody registered."""
    if view.signature is None:
        return
    message, fix = _unsigned(view.signature, view.commit, view.people)
    merges = len(view.commit.parents) > 1 and not any(_own_steps(view))
    if message and not (merges and view.signature.signer and fix is _OWN):
        yield _on(view.commit, "QD521", f"{message}。", fix)


def _own_steps(view: StepsView) -> Iterator[Doc]:
    """The steps that a commit appends itself, to records that were there."""
    for path, before, after in view.records:
        if before is not None and after is not None:
            steps = cast("list[Doc]", after["steps"])[len(cast("list[Doc]", before["steps"])) :]
            yield from (step for step in steps if step not in view.elsewhere.get(path, ()))


_SET_UP = (
    "请运行 qingdan doctor，照“签名”一项设置好，再用 git commit --amend --no-edit -S 重新签名。"
)
_REGISTER = "公钥登记在 registers/staff.yaml，写明 Reason；登记以后的提交才算数。"
_OWN = "请由作者本人签名；整理别人的提交时不要变基、拣选，请用合并提交。"


def _unsigned(signature: Signature, commit: Commit, people: Sequence[Person]) -> tuple[str, str]:
    """Why a signature is not the author's, and the cure; empty where it is."""
    author = known_by(commit.email, people)
    if signature.letter == "N":
        return "合并提交没有签名" if len(commit.parents) > 1 else "没有签名", _SET_UP
    if signature.letter in _WHY:
        return f"{_WHY[signature.letter]}（密钥{signature.key}）", _SET_UP
    if not signature.signer or signature.letter not in _GOOD:
        return f"签名的密钥{signature.key}没有登记；{_registered(commit, author)}", _REGISTER
    if signature.signer.casefold() != commit.email.casefold():
        owner = known_by(signature.signer, people)
        named = f"{owner.name}（{owner.email}）" if owner else signature.signer
        return f"作者是{commit.author}（{commit.email}），签名用的却是{named}的密钥", _OWN
    return "", ""


def _registered(commit: Commit, author: Person | None) -> str:
    """What key the register has for an author."""
    if author is None:
        return f"作者{commit.author}（{commit.email}）不在工作人员名册中"
    if not author.key:
        return f"工作人员名册中没有{author.name}的签名公钥"
    return f"工作人员名册中{author.name}登记的是另一把密钥"


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
