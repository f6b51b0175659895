"""Inspections at the desk: found by their id, planned, made known, followed to their end; each step a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.inspections.following import appended, followed
from qingdan.core.inspections.planning import plan
from qingdan.core.ledger.inspections import NOTIFIED, cases, parties, rows
from qingdan.core.ledger.messages import message
from qingdan.core.places import inspection_path, sheet_path
from qingdan.core.units import called
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import require_settings
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from qingdan.core.inspections.following import Done
    from qingdan.core.inspections.planning import Wanted
    from qingdan.core.ledger.inspections import Case
    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


_GUESSES = 3


class Manner(Struct, frozen=True):
    """The day of a step; ``pinned`` says that it was given, and becomes the commit's."""

    day: date
    pinned: bool = False


class Entered(Struct, frozen=True):
    """A step entered: its commit (empty where there was nothing to enter), the subject, the inspection."""

    commit: str
    subject: str
    id: str


def case_of(book: Book, name: str) -> Case:
    """An inspection by its id, the beginning of it that no other has, or its title; UsageError with guesses."""
    known = cases(book)
    if not known:
        raise UsageError("台账中还没有监督检查；请先用 qingdan inspect plan 拟定。")
    exact = [case for case in known if name in {case.id, case.record["title"]}]
    begun = [case for case in known if name and case.id.startswith(name)]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    if found:
        listed = "、".join(f"“{case.id}”" for case in found[:_GUESSES])
        more = f"等{len(found)}次" if len(found) > _GUESSES else ""
        raise UsageError(f"“{name}”可以是{listed}{more}监督检查，请写明编号。")
    raise UsageError(
        f"没有编号或名称为“{name}”的监督检查。{_guess(name, known)}用 qingdan inspect list 查看全部。"
    )


def _guess(name: str, known: Sequence[Case]) -> str:
    """The ids of those that are called something like it."""
    ids = {text: case.id for case in known for text in (case.id, str(case.record["title"]))}
    near = likest(name, ids, _GUESSES, 0.5)
    near = near or [text for text in ids if name and name in text][:_GUESSES]
    found = dict.fromkeys(ids[text] for text in near)
    return f"是不是{'、'.join(f'“{each}”' for each in found)}？" if found else ""


def step(
    opened: Opened,
    name: str,
    decide: Callable[[Case, Book], tuple[str, Mapping[str, Doc], str]],
    manner: Manner,
    *,
    trailers: tuple[tuple[str, str], ...] = (),
) -> Entered:
    """Enter a step of an inspection; ``decide`` gives its trailer, its documents by path and its subject."""
    told: list[str] = []

    def entering(book: Book) -> Entering:
        case = case_of(book, name)
        require_settings(book)
        word, documents, subject = decide(case, book)
        told[:] = [subject, case.id]
        block = (("Inspection", word), *trailers, ("Record", case.id))
        return Entering(documents, message(subject, "", block))

    commit = enter(opened, entering, manner.day if manner.pinned else None)
    return Entered(commit, *told)


def plan_inspection(opened: Opened, wanted: Wanted, manner: Manner) -> Entered:
    """Plan an inspection; RefusedError for a conflict, or for a plan that is there already."""
    told: list[str] = []

    def decide(book: Book) -> Entering:
        record = plan(wanted, book, opened.schemas["inspection"], manner.day)
        path = inspection_path(str(record["id"]))
        if path in book.documents:
            raise RefusedError(f"同样的监督检查“{record['id']}”已经拟定。")
        told[:] = [f"拟定监督检查：{record['title']}", str(record["id"])]
        block = (("Inspection", "plan"), ("Record", told[1]))
        return Entering({path: record}, message(told[0], "", block))

    commit = enter(opened, decide, manner.day if manner.pinned else None)
    return Entered(commit, *told)


def notify(opened: Opened, name: str, document: str, manner: Manner) -> Entered:
    """Put on record that the notice was given on a day; nothing is entered a second time."""

    def decide(case: Case, _book: Book) -> tuple[str, Mapping[str, Doc], str]:
        subject = f"通知监督检查：{case.record['title']}"
        if case.step(NOTIFIED):
            return "notify", {}, subject
        taken: Doc = {"stage": NOTIFIED, "by": by(case), "done": str(manner.day)}
        taken |= {"document": document} if document else {}
        return "notify", {inspection_path(case.id): appended(case.record, taken)}, subject

    return step(opened, name, decide, manner)


def by(case: Case) -> str:
    """In whose name a step of the inspection itself is taken: the organiser's role, or its unit."""
    organiser = parties(case.record)[0]
    return str(organiser.get("role") or organiser.get("unit") or case.kind)


def feed_back(opened: Opened, name: str, unit: str, opinion: str, manner: Manner) -> Entered:
    """Put on record what was fed back to a unit at the end (S2 第九条第（六）项)."""
    if not opinion.strip():
        raise UsageError("请用 --opinion 写明反馈的问题和初步意见。")

    def decide(case: Case, book: Book) -> tuple[str, Mapping[str, Doc], str]:
        code = unit_of(case, unit, book)
        sheet = case.sheets.get(code)
        if sheet is None:
            raise RefusedError(
                f"{called(code, book.units)}的检查表还没有录入，没有可以反馈的；请先用 qingdan inspect record 录入。"
            )
        row: Doc = {"day": str(manner.day), "opinion": opinion.strip(), "by": by(case)}
        grown = sheet | {"feedback": [*rows(sheet, "feedback"), row]}
        subject = f"反馈检查情况：{called(code, book.units)}（{case.record['title']}）"
        return "feedback", {sheet_path(case.id, code): grown}, subject

    return step(opened, name, decide, manner)


def unit_of(case: Case, name: str, book: Book) -> str:
    """A unit of an inspection by code or name; UsageError for one that is not inspected."""
    for code in case.units:
        unit = book.units.get(code)
        if name == code or (unit and name in {unit.name, unit.short}):
            return code
    listed = "、".join(case.units)
    raise UsageError(f"“{name}”不在这次检查的单位之内：{listed}。")


def follow(opened: Opened, name: str, stage: str, done: Done, manner: Manner) -> Entered:
    """Take a step that comes after an inspection."""

    def decide(case: Case, book: Book) -> tuple[str, Mapping[str, Doc], str]:
        _, taken = followed(case, stage, done, require_settings(book))
        documents = {inspection_path(case.id): appended(case.record, taken)}
        return "follow", documents, f"{stage}：{case.record['title']}"

    return step(opened, name, decide, manner)
