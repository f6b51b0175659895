"""Rectifications at the desk: a notice served, a step taken, verified by running the checks again, numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.ledger import findings as kept
from qingdan.core.people import known_by, staff
from qingdan.core.places import STAFF_PATH, finding_path, rectification_path
from qingdan.core.privacy import refuse_personal, strings
from qingdan.core.rectification import messages, states, stepping
from qingdan.core.rectification.ground import Ground
from qingdan.core.rectification.issuing import notice
from qingdan.core.rectification.stepping import Case
from qingdan.core.units import acting
from qingdan.desk.inspections.inspecting import case_of as case_of_inspection
from qingdan.desk.ledger.entering import Entering, enter, require_clean, text_of
from qingdan.desk.ledger.rechecking import look
from qingdan.desk.opening import require_settings
from qingdan.desk.rectification.attaching import Given, lay, take
from qingdan.desk.scope import unit_asked
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.likeness import likest
from qingdan.model.workspace import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from qingdan.core.rectification.issuing import Wish
    from qingdan.desk.ledger.rechecking import Fresh
    from qingdan.desk.opening import Opened
    from qingdan.model.limits import Limit
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

NOTHING = Given()
"""No evidence."""


class Days(Struct, frozen=True):
    """When something is done, what day it is, and whether either was given: then it becomes the commit's day, too."""

    day: date
    today: date
    pinned: bool

    @property
    def commit(self) -> date | None:
        """The author's day of the commit, where one was given."""
        return self.day if self.pinned else None


class Done(Struct, frozen=True):
    """A commit of the ledger, and the record as it now is."""

    record: Doc
    commit: str
    message: str


class Looked(Struct, frozen=True):
    """A finding of a notice looked at again: ``machine`` can tell by itself that it is gone, ``still`` says that it is not."""

    finding: Doc
    machine: bool
    still: bool


def ground_of(opened: Opened, book: Book, today: date) -> Ground:
    """What decides about rectifications in a workspace on a day."""
    return Ground(book, require_settings(book), opened.calendar(), today)


def case_of(ground: Ground, record_id: str, day: date) -> Case:
    """The rectification with this id or number; UsageError with guesses for one that is not there."""
    records = {str(record["id"]): record for _, record in states.records(ground.book)}
    names = {str(r[key]): r for r in records.values() for key in ("number", "official") if key in r}
    record = records.get(record_id) or names.get(record_id)
    if record is None:
        near = likest(record_id, [*records, *names], 3, 0.6)
        guess = f"是不是{'、'.join(f'“{name}”' for name in near)}？" if near else ""
        raise UsageError(
            f"没有编号为“{record_id}”的整改。{guess}用 qingdan rectify list 查看全部。"
        )
    return Case(record, ground, day)


def issue(opened: Opened, wish: Wish, days: Days) -> Done:
    """Serve a notice; its findings go on to 通知整改 in the same commit."""

    def decide(book: Book) -> tuple[Doc, Entering]:
        ground = ground_of(opened, book, days.today)
        inspection = case_of_inspection(book, wish.inspection).id if wish.inspection else ""
        asked = replace(wish, unit=unit_asked(wish.unit, book), inspection=inspection)
        _refuse_future(wish.day, days.today)
        for party in wish.cc:
            ground.refuse_unknown_party(party)
        record = notice(ground, asked)
        refuse_personal(_labelled(opened, "requirements", record["requirements"]))
        first = states.steps_of(record)[0]
        moved: Doc = {"move": "通知整改", "by": first["by"], "done": first["done"]}
        documents = dict(_findings_moved(record, book, moved | {"notice": record["id"]}))
        documents[rectification_path(str(record["id"]))] = record
        return record, Entering(documents, messages.of_notice(record, book))

    return entered(opened, decide, days)


def step(
    opened: Opened,
    record_id: str,
    days: Days,
    make: Callable[[Case, tuple[Doc, ...]], Doc],
    given: Given = NOTHING,
) -> Done:
    """Take a step of a rectification; ``make`` decides about the case, with the evidence given."""

    def decide(book: Book) -> tuple[Doc, Entering]:
        case = case_of(ground_of(opened, book, days.today), record_id, days.day)
        evidence = take(opened.root, given, case.id, days.day)
        made = make(case, evidence.rows)
        _refuse_own(opened, case, str(made["move"]))
        refuse_personal(_labelled(opened, "steps", [made]))
        record = stepping.stepped(case, made)
        documents = {rectification_path(case.id): record, **_findings_after(case, made)}
        lay(opened.root, evidence)
        return record, Entering(documents, messages.of_step(case, made), evidence.kept)

    return entered(opened, decide, days)


def entered(opened: Opened, decide: Callable[[Book], tuple[Doc, Entering]], days: Days) -> Done:
    """Enter what ``decide`` makes of the workspace: the record as it becomes, and the commit."""
    made: list[tuple[Doc, Entering]] = []

    def decided(book: Book) -> Entering:
        made.append(decide(book))
        return made[-1][1]

    commit = enter(opened, decided, days.commit)
    record, entering = made[-1]
    return Done(record, commit, entering.message)


def _findings_after(case: Case, taken: Doc) -> dict[str, Doc]:
    """What becomes of the findings: closed with the rectification, or waiting again when the notice is void."""
    base: Doc = {"by": taken["by"], "done": taken["done"], "notice": case.id}
    book = case.ground.book
    if taken["move"] == states.PASS:
        base |= {key: value for key, value in taken.items() if key in {"commit", "evidence"}}
        return dict(_findings_moved(case.record, book, base | {"move": "销号"}))
    if taken["move"] == states.CANCEL:
        base |= {"reason": taken["reason"]}
        return dict(_findings_moved(case.record, book, base | {"move": "撤回通知"}))
    return {}


def _findings_moved(record: Doc, book: Book, taken: Doc) -> Iterator[tuple[str, Doc]]:
    """The findings of a notice, moved on; those that went their own way meanwhile stay as they are."""
    known = {str(finding["id"]): finding for finding in kept.kept(book)}
    for name in cast("list[str]", record["findings"]):
        finding = known.get(name)
        if finding is None or str(taken["move"]) not in kept.MOVES[kept.state_of(finding)]:
            continue
        yield finding_path(name), kept.moved(finding, taken)


def reply(opened: Opened, record_id: str, report: str, given: Given, days: Days) -> Done:
    """Enter what the unit says it has done."""

    def make(case: Case, evidence: tuple[Doc, ...]) -> Doc:
        return stepping.replied(case, report, evidence)

    return step(opened, record_id, days, make, given)


def look_again(opened: Opened, record_id: str, days: Days) -> tuple[Case, str, tuple[Looked, ...]]:
    """Run every check on the clean head and look for the findings of a notice: the case, the commit, each finding.

    They are laid over it as closed: what was late once, and is done now, ends with that. CannotAnswerError where
    the checks could not look.
    """
    commit = require_clean(opened)
    book = opened.book()
    case = case_of(ground_of(opened, book, days.today), record_id, days.day)
    closing: Doc = {"move": "销号", "by": case.issuer, "done": str(days.day), "commit": commit}
    closed = dict(_findings_moved(case.record, book, closing | {"notice": case.id}))
    texts = {path: text_of(opened, path, doc) for path, doc in closed.items()}
    fresh = look(opened, Texts(texts, opened.snapshot(commit)), days.today)
    return case, commit, tuple(_looked(case, fresh))


def _looked(case: Case, fresh: Fresh) -> Iterator[Looked]:
    known = {str(finding["id"]): finding for finding in kept.kept(case.ground.book)}
    for name in cast("list[str]", case.record["findings"]):
        if name not in known:
            continue
        finding = known[name]
        machine = kept.by_machine(finding)
        still = machine and fresh.still(finding) is not None
        if machine and not still:
            fresh.refuse_blind(finding)
        yield Looked(finding, machine, still)


def verify(opened: Opened, record_id: str, given: Given, reason: str, days: Days) -> Done:
    """Pass a rectification; RefusedError while a machine still finds one of its findings, or a person has not attested."""
    _, commit, looked = look_again(opened, record_id, days)
    still = [one.finding for one in looked if one.still]
    if still:
        lines = [f"  {finding['id']} {finding['fact']}" for finding in still]
        raise RefusedError(
            f"重新检查后，以下{len(still)}个问题仍然存在，不能通过：\n"
            + "\n".join(lines)
            + "\n整改不到位的，请用 --inadequate 退回。"
        )
    if not given.files and any(not one.machine for one in looked):
        raise RefusedError(
            "有的问题是人工发现的，机器不能复查；请核查后附上证据（--evidence 文件）再通过。"
        )

    def make(case: Case, evidence: tuple[Doc, ...]) -> Doc:
        if opened.repository.resolve("HEAD") != commit:
            raise RefusedError("核查期间有了新的提交，请重新运行本命令。")
        return stepping.passed(case, commit, evidence, reason)

    return step(opened, record_id, days, make, given)


def return_back(
    opened: Opened,
    record_id: str,
    reason: str,
    limits: tuple[Limit | None, date | None],
    days: Days,
) -> Done:
    """Send an inadequate rectification back to the unit, with a new last day."""

    def make(case: Case, _evidence: tuple[Doc, ...]) -> Doc:
        ids = cast("list[str]", case.record["findings"])
        found = [finding for finding in kept.kept(case.ground.book) if finding["id"] in ids]
        return stepping.returned(case, found, reason, *limits)

    return step(opened, record_id, days, make)


def _refuse_future(day: date, today: date) -> None:
    if day > today:
        raise UsageError(f"下发日期{day}晚于今天{today}。")


_OF_THE_UNIT = (states.REPLY,)
"""Moves that the unit makes, or that are entered for it."""


def _refuse_own(opened: Opened, case: Case, move: str) -> None:
    """RefusedError for somebody of the unit that rectifies who would decide about it, where staff is registered."""
    if move in _OF_THE_UNIT:
        return
    book = case.ground.book
    people = staff(book.documents.get(STAFF_PATH))
    email = opened.repository.identity(opened.identity)[1]
    person = known_by(email, people)
    unit = str(case.record["unit"])
    if person and unit in acting(person.unit, book.units) and case.issuer != unit:
        raise RefusedError(
            f"{person.name}是被整改单位的工作人员，不能办理“{move}”；请由{case.ground.named(str(case.record['issuer']))}办理。"
        )


def _labelled(opened: Opened, key: str, value: Value) -> dict[str, str]:
    """Every text in a part of a record, by what it is called there."""
    schema = opened.schemas["rectification"]
    return {schema.path_label(at): text for at, text in strings(value, (key,))}
