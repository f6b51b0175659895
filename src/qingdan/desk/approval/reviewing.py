"""Reviewing an adjustment: where it stands, who is asking, and the step appended in a commit of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.approval.states import Ground, way
from qingdan.core.approval.stepping import message, refuse_bad_day, with_step
from qingdan.core.people import known_by, staff
from qingdan.core.places import ADJUSTMENTS, STAFF_PATH, adjustment_path, stem
from qingdan.core.text.canonical import emit
from qingdan.core.units import called
from qingdan.desk.filing import file_change, locked, now_in, refuse_newly_broken
from qingdan.desk.history.stepping import applicant
from qingdan.desk.opening import require_settings
from qingdan.desk.publications.public import published_records
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.core.approval.states import Party, Turn, Way
    from qingdan.core.approval.stepping import Ruling
    from qingdan.desk.opening import Opened
    from qingdan.model.people import Person
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book
    from qingdan.repo.journal import Journal


class Case(Struct, frozen=True):
    """A record, how far it has come, and the workspace it stands in."""

    record: Doc
    path: str
    way: Way
    book: Book

    @property
    def what(self) -> str:
        """The first item's name, and how many there are."""
        codes = cast("list[str]", self.record.get("items") or ())
        if not codes:
            return "建库"
        entry = self.book.entries.of(codes[0])
        name = entry.name if entry else codes[0]
        return f"{name}等{len(codes)}项" if len(codes) > 1 else name

    def waits_for(self, turn: Turn) -> str:
        """The parties of a turn in words."""
        units = self.book.units
        return "、".join(
            f"{party.role}（{called(party.unit, units)}）" if party.unit else party.role
            for party in turn.parties
        )


class Taken(Struct, frozen=True):
    """A step taken: the case as it is now, and the commit."""

    case: Case
    commit: str
    message: str


def case_of(opened: Opened, record_id: str) -> Case:
    """The case of a record in the work tree; UsageError with guesses for one that is not there."""
    book = opened.book()
    records = {
        stem(path): doc for path, doc in book.documents.items() if path.startswith(ADJUSTMENTS)
    }
    if record_id not in records:
        raise _unknown(records, record_id)
    record = records[record_id]
    path = adjustment_path(record_id)
    gone = way(
        record, ground_of(opened, book), published=record_id in published_records(opened, book)
    )
    return Case(record, path, gone, book)


def _unknown(records: dict[str, Doc], record_id: str) -> UsageError:
    if not records:
        return UsageError("这个分支上没有调整记录；请先切换到要办理的分支（git switch 分支名）。")
    named = (
        name
        for name, doc in records.items()
        if record_id in cast("list[str]", doc.get("items") or ())
    )
    near = sorted(named)[-3:] or likest(record_id, records, 3, 0.85)
    guess = f"是不是{'、'.join(f'“{name}”' for name in near)}？" if near else ""
    return UsageError(
        f"没有编号为“{record_id}”的调整记录。{guess}在别的分支上的，请先切换过去（git switch 分支名）。"
    )


def ground_of(opened: Opened, book: Book) -> Ground:
    """What decides about the ways of a workspace's adjustments."""
    lists = {entry.code: entry.list for entry in book.entries}
    return Ground(require_settings(book), opened.calendar(), lists)


def take_step(
    opened: Opened, record_id: str, ruling: Ruling, today: date, role: str = "", *, pinned: bool
) -> Taken:
    """Pass or return what waits; RefusedError for who may not, or not now."""
    with locked(opened) as journal:
        case = case_of(opened, record_id)
        turn = _turn(case)
        if turn.back:
            raise RefusedError(
                f"“{record_id}”已由“{turn.back.name}”退回，等{case.waits_for(turn)}重新上报："
                "请用 qingdan adjust submit 办理。"
            )
        party = _acting(opened, case, turn, role)
        return append(
            opened, journal, case, replace(turn, parties=(party,)), ruling, today, pinned=pinned
        )


def _turn(case: Case) -> Turn:
    turn = case.way.turn
    name = case.record["id"]
    if turn is None:
        raise RefusedError(f"“{name}”的各环节已经办完，没有等待办理的环节。")
    if turn.publishes:
        raise RefusedError(
            f"“{name}”已经审完，等待公布；“{turn.stage.name}”由公布记录办结，不用 review 办理。"
        )
    return turn


def applicant_of(opened: Opened, case: Case) -> str:
    """The e-mail of who applied."""
    return applicant(opened.repository, "HEAD", case.path)


def append(  # noqa: PLR0913 a step is that much
    opened: Opened,
    journal: Journal,
    case: Case,
    turn: Turn,
    ruling: Ruling,
    today: date,
    *,
    pinned: bool,
) -> Taken:
    """File a step that the one party of ``turn`` takes."""
    last = cast("list[Doc]", case.record["steps"])[-1]
    before = turn.started or date.fromisoformat(str(last.get("done", last["started"])))
    refuse_bad_day(turn, ruling, today, before)
    record = with_step(case.record, turn, turn.parties[0], ruling)
    raw = emit(record, opened.schemas["adjustment"].layout).encode()
    refuse_newly_broken(opened, opened.snapshot(), {case.path: raw})
    words = message(record, case.what, turn, ruling)
    edit = FileEdit(case.path, now_in(opened, [case.path])[case.path], raw)
    commit = file_change(opened, journal, Change((edit,), words), ruling.day if pinned else None)
    return Taken(case_of(opened, str(record["id"])), commit, words)


def people_of(book: Book) -> tuple[Person, ...]:
    """The register of staff; empty where none is kept."""
    return staff(book.documents.get(STAFF_PATH))


def _acting(opened: Opened, case: Case, turn: Turn, role: str) -> Party:
    """For which party the person at the desk acts; RefusedError if for none, or in his own case."""
    email = opened.repository.identity(opened.identity)[1]
    applicant = applicant_of(opened, case)
    if email.casefold() == applicant.casefold() and not turn.parties[0].applies:
        raise RefusedError(
            f"这次调整就是{email}申请的，不能自己办理“{turn.stage.name}”；请由{case.waits_for(turn)}的另一人办理。"
        )
    fitting = _fitting(case, turn, email)
    chosen = [party for party in fitting if role in {"", party.role, party.unit}]
    if role and not chosen:
        names = "、".join(party.role for party in fitting)
        raise UsageError(f"“{turn.stage.name}”现在不等“{role}”办理，等的是{names}。")
    if len(chosen) > 1:
        names = "、".join(party.role for party in chosen)
        raise UsageError(f"“{turn.stage.name}”须由{names}分别办理，请用 --as 写明以哪个角色办理。")
    return chosen[0]


def _fitting(case: Case, turn: Turn, email: str) -> Sequence[Party]:
    """The parties that the person may act for; all of them where no staff is registered."""
    people = people_of(case.book)
    if not people:
        return turn.parties
    person = known_by(email, people)
    if person is None:
        raise RefusedError(
            f"{email}不在工作人员名册（{STAFF_PATH}）中，不能办理“{turn.stage.name}”。"
            "请核对 git config user.email；应当登记的，先登记，提交时写明 Reason。"
        )
    fitting = [party for party in turn.parties if party.is_filled_by(person)]
    if not fitting:
        roles = "、".join(person.roles) or "没有登记角色"
        raise RefusedError(
            f"“{turn.stage.name}”等{case.waits_for(turn)}办理；{person.name}的角色是：{roles}，不能办理。"
        )
    return fitting
