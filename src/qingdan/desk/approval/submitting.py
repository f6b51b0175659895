"""Submitting the adjustments of a branch: the resubmission where one is due, the push, the request for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.approval.states import timed
from qingdan.core.people import known_by
from qingdan.core.places import ADJUSTMENTS, stem
from qingdan.desk.approval.reviewing import append, applicant_of, case_of, people_of
from qingdan.desk.branching import main_branch
from qingdan.desk.filing import locked
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.repo.git import GitError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.approval.states import Turn
    from qingdan.core.approval.stepping import Ruling
    from qingdan.desk.approval.reviewing import Case, Taken
    from qingdan.desk.opening import Opened

_NO_OPTIONS = "push options"
_MADE = "merge_request"


class Branch(Struct, frozen=True):
    """The branch that is submitted, where it goes (``remote`` is empty where there is none), and its cases."""

    name: str
    target: str
    remote: str
    cases: tuple[Case, ...]


class Pushed(Struct, frozen=True):
    """What the push did: ``made`` says that the remote opened a merge request; ``said`` is what it told."""

    made: bool
    said: str


def branch_of(opened: Opened, record_id: str = "") -> Branch:
    """The current branch and the records that it brings, or the one of them that is meant."""
    repository = opened.repository
    name = repository.branch()
    settings = require_settings(opened.book())
    if not name:
        raise RefusedError("现在不在任何分支上（游离的 HEAD）。请先切换到分支。")
    if name == settings.branch:
        raise RefusedError(
            f"现在在主分支“{name}”上，不能从主分支提请审核。"
            f"请把调整放到单独的分支上（git switch -c adjust/{record_id or '调整编号'}），办理时也可以用 --branch。"
        )
    found = _brought(opened, settings.branch)
    if record_id and record_id not in found:
        case_of(opened, record_id)
        raise RefusedError(f"“{record_id}”不是这个分支上新办的调整，不必提请审核。")
    wanted = [record_id] if record_id else found
    if not wanted:
        raise RefusedError(f"分支“{name}”上没有新办的调整；请先用 qingdan adjust 办理。")
    cases = tuple(case_of(opened, known) for known in wanted)
    return Branch(name, settings.branch, remote_of(opened, name), cases)


def _brought(opened: Opened, main: str) -> list[str]:
    """The ids of the records that the branch has and the main branch, where it left it, has not."""
    repository = opened.repository
    base = main_branch(opened, main)
    if not base:
        raise CannotAnswerError(f"没有主分支“{main}”，不知道这个分支上有哪些是新办的调整。")
    since = repository.merge_base(base, "HEAD")
    changed = repository.differing(since, repository.resolve("HEAD"))
    return [
        stem(p) for p, (before, _) in changed.items() if p.startswith(ADJUSTMENTS) and not before
    ]


def remote_of(opened: Opened, branch: str) -> str:
    """Where a branch goes: its own remote, else origin, else the only one."""
    remotes = opened.repository.say("remote").split()
    try:
        own = opened.repository.say("config", "--get", f"branch.{branch}.remote")
    except GitError:
        own = ""
    choices = [name for name in (own, "origin", *remotes[:1]) if name in remotes]
    return choices[0] if choices else ""


def resubmit(
    opened: Opened, branch: Branch, cause_found: date | None, ruling: Ruling, *, pinned: bool
) -> tuple[Taken, ...]:
    """Append the resubmission to every record that was returned; UsageError without the day of the cause."""
    due = [case for case in branch.cases if case.way.turn and case.way.turn.back]
    if not due:
        if cause_found:
            raise UsageError("没有被退回、等待重新上报的调整，不用写 --cause-found。")
        return ()
    if cause_found is None:
        names = "、".join(str(case.record["id"]) for case in due)
        raise UsageError(
            f"{names}已被退回：请用 --cause-found 写明查明原因的日期，期限自该日起算。"
        )
    return tuple(
        _resubmitted(opened, str(case.record["id"]), cause_found, ruling, pinned=pinned)
        for case in due
    )


def _resubmitted(
    opened: Opened, record_id: str, cause_found: date, ruling: Ruling, *, pinned: bool
) -> Taken:
    with locked(opened) as journal:
        case = case_of(opened, record_id)
        turn = case.way.turn
        if turn is None or not turn.back:
            raise RefusedError(f"“{record_id}”刚刚有了别的办理，请重新运行本命令。")
        returned = str(cast("list[dict[str, str]]", case.record["steps"])[-1]["done"])
        if str(cause_found) < returned:
            raise UsageError(f"查明原因的日期{cause_found}早于退回的{returned}。")
        _refuse_stranger(opened, case, turn)
        turn = timed(turn, cause_found, opened.calendar())
        return append(opened, journal, case, turn, ruling, ruling.day, pinned=pinned)


def _refuse_stranger(opened: Opened, case: Case, turn: Turn) -> None:
    """RefusedError for who neither applied nor belongs to the unit that did, where staff is registered."""
    people = people_of(case.book)
    email = opened.repository.identity(opened.identity)[1]
    person = known_by(email, people)
    if (
        not people
        or (person and turn.parties[0].is_filled_by(person))
        or email.casefold() == applicant_of(opened, case).casefold()
    ):
        return
    raise RefusedError(
        f"“{case.record['id']}”应由{case.waits_for(turn)}重新上报，{email}不是该单位登记的工作人员。"
    )


def push(opened: Opened, branch: Branch, title: str, body: str) -> Pushed:
    """Push the branch; where the remote takes push options, with those by which GitLab opens a merge request.

    RefusedError with git's own words if the remote does not take it.
    """
    words = ("push", "--porcelain", "--set-upstream")
    where = (branch.remote, f"refs/heads/{branch.name}:refs/heads/{branch.name}")
    options = _options(branch, title, body)
    try:
        said = opened.repository.push(*words, *options, *where)
    except GitError as error:
        if _NO_OPTIONS not in str(error):
            raise _refused(branch, error) from None
        try:
            said = opened.repository.push(*words, *where)
        except GitError as again:
            raise _refused(branch, again) from None
    return Pushed(_MADE in said, said)


def _options(branch: Branch, title: str, body: str) -> list[str]:
    """GitLab's push options; a line break is written as it reads one."""
    pairs = (
        ("create", ""),
        ("target", f"={branch.target}"),
        ("title", f"={title}"),
        ("description", "=" + body.replace("\n", "\\n")),
    )
    return [f"--push-option=merge_request.{key}{value}" for key, value in pairs]


def _refused(branch: Branch, error: GitError) -> RefusedError:
    said = str(error).partition("：")[2]
    return RefusedError(
        f"没有推送成功，提交都在本地的分支“{branch.name}”上，没有丢失；处理后请重新运行。git 的说明：{said}"
    )
