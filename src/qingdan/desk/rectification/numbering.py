"""Numbers of documents: the next of the year's series, taken in the push that lands on the main branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core import numbering
from qingdan.core.places import rectification_path
from qingdan.core.rectification import messages, states
from qingdan.desk.approval.submitting import remote_of
from qingdan.desk.filing import author_day, locked
from qingdan.desk.ledger.entering import Entering, enter, prepare
from qingdan.desk.opening import Opened, require_settings
from qingdan.desk.rectification.rectifying import case_of, entered, ground_of
from qingdan.model.errors import RefusedError, UsageError
from qingdan.repo.git import GitError
from qingdan.repo.journal import Journal
from qingdan.repo.landing import TRIES, Landing, wait

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qingdan.core.rectification.ground import Ground
    from qingdan.core.rectification.stepping import Case
    from qingdan.desk.rectification.rectifying import Days, Done
    from qingdan.model.history import Change
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Sent(Struct, frozen=True):
    """Numbers taken: those of all that were named.

    ``commit`` is empty where all had theirs, ``remote`` where there is none.
    """

    numbers: Mapping[str, str]
    commit: str
    remote: str


def send(opened: Opened, ids: Sequence[str], days: Days) -> Sent:
    """Take the next numbers of the year's series, and land them on the main branch of the remote in the same push.

    Who loses the race takes the numbers after; without a remote they are taken at once.
    """
    settings = require_settings(opened.book())
    branch = opened.repository.branch()
    if branch != settings.branch:
        raise RefusedError(
            f"编号在主分支“{settings.branch}”上取，现在在“{branch or '游离的 HEAD'}”上；"
            f"请先切换过去：git switch {settings.branch}。"
        )
    remote = remote_of(opened, branch)
    taken: dict[str, str] = {}

    def decide(book: Book) -> Entering:
        taken.clear()
        fresh = _numbered(ground_of(opened, book, days.today), ids, days, taken)
        if not fresh:
            return Entering({}, "")
        documents = {rectification_path(name): record for name, record in fresh.items()}
        numbers = {name: str(record["number"]) for name, record in fresh.items()}
        return Entering(documents, messages.of_numbers(numbers, book))

    if not remote:
        return Sent(taken, enter(opened, decide, days.commit), "")
    return Sent(taken, _landed(opened, decide, (remote, branch), days), remote)


def _numbered(
    ground: Ground, ids: Sequence[str], days: Days, taken: dict[str, str]
) -> dict[str, Doc]:
    """The records that get a number now, by id; ``taken`` is filled with the numbers of all that were named."""
    series = ground.settings.numbering.get(states.SERIES)
    if series is None:
        raise UsageError(
            "qingdan.yaml 没有写明整改通知书怎么编号（numbering.series.rectification），请先补上。"
        )
    cases = [case_of(ground, name, days.day) for name in dict.fromkeys(ids)]
    void = [case.id for case in cases if case.standing.state == states.VOID]
    fresh = [case for case in cases if "number" not in case.record]
    if any(case.id in void for case in fresh):
        raise RefusedError(f"“{'、'.join(void)}”没有取号就已作废，不再编号。")
    _refuse_overdue(fresh)
    used = [str(record.get("number", "")) for _, record in states.records(ground.book)]
    numbers = numbering.following(series, days.day.year, used, len(fresh))
    found = {case.id: case.record | {"number": n} for case, n in zip(fresh, numbers, strict=True)}
    taken.update({case.id: str((found.get(case.id) or case.record)["number"]) for case in cases})
    return found


def _refuse_overdue(fresh: Sequence[Case]) -> None:
    """A notice that leaves the house after the day by which it wants to be obeyed cannot be obeyed."""
    for case in fresh:
        due = case.standing.due
        if case.day > due:
            raise RefusedError(
                f"“{case.id}”的整改期限{due}已过，不能再取号发出；期限内已经发出的，请用 --day 写明发出日期，"
                f"没有发出的，请作废后重新下发（qingdan rectify void {case.id}）。"
            )


def _landed(
    opened: Opened, decide: Callable[[Book], Entering], there: tuple[str, str], days: Days
) -> str:
    """Commit beside the workspace, on top of the remote's branch; push; bring the own branch there.

    Again if others were quicker.
    """
    with locked(opened):
        landing = Landing(opened.repository)
        landing.refuse_edited()
        mine = opened.repository.resolve("HEAD")
        env = author_day(days.commit) | dict(opened.identity)
        for attempt in range(TRIES):
            theirs = _fetched(opened, there)
            with landing.room(mine, theirs, env) as room:
                aside = Opened(room, opened.identity)
                change = prepare(aside, decide)
                new = _filed(aside, change, env) if change else ""
                tip = new or aside.repository.resolve("HEAD")
                landed = tip == theirs or landing.pushed(room, tip, *there)
            if landed:
                if tip != mine:
                    landing.bring(mine, tip)
                return new
            wait(attempt)
    raise RefusedError(
        f"别人一直在推送，试了{TRIES}次都没有轮到；没有取号，也没有改动，请稍后再试。"
    )


def _fetched(opened: Opened, there: tuple[str, str]) -> str:
    """What the remote's branch holds now; RefusedError where it cannot be reached."""
    try:
        return opened.repository.fetch(*there)
    except GitError as error:
        said = str(error).partition("：")[2]
        raise RefusedError(
            f"不能从远程仓库“{there[0]}”取来主分支，没有取号，也没有改动；处理后请重新运行。git 的说明：{said}"
        ) from None


def _filed(aside: Opened, change: Change, env: dict[str, str]) -> str:
    journal = Journal(aside.repository)
    with journal.lock():
        return journal.file(change, env)


def register(
    opened: Opened, record_id: str, official: str, days: Days
) -> tuple[Done, tuple[str, ...]]:
    """Enter the 发文字号 that the office's registry gave; what was corrected in it."""
    number, corrected = numbering.official(official)

    def decide(book: Book) -> tuple[Doc, Entering]:
        case = case_of(ground_of(opened, book, days.today), record_id, days.day)
        known = str(case.record.get("official", ""))
        if known:
            raise RefusedError(
                f"“{case.id}”的发文字号是“{known}”，登记后不得改动。"
                + ("" if known == number else "确实登记错了的，请作废后重新下发。")
            )
        others = (r["id"] for _, r in states.records(book) if r.get("official") == number)
        other = next(others, None)
        if other:
            raise RefusedError(f"发文字号“{number}”已经是“{other}”的，请核对发文登记簿。")
        record = case.record | {"official": number}
        message = messages.of_official(record, number, book)
        return record, Entering({rectification_path(case.id): record}, message)

    return entered(opened, decide, days), corrected
