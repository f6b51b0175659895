"""Registering complaints and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.intake.columns import table
from qingdan.core.intake.complaints import rows, wanted
from qingdan.core.ledger import complaints as kept
from qingdan.core.ledger import findings
from qingdan.core.ledger.messages import message
from qingdan.core.places import complaint_path, finding_path
from qingdan.core.privacy import refuse_personal
from qingdan.core.tables.reading import plain_sheets
from qingdan.core.units import called
from qingdan.core.wording import normal
from qingdan.desk.ledger.entering import Entering, by_whom, enter
from qingdan.desk.ledger.findings import Fact, found_by_person
from qingdan.desk.ledger.records import record_called
from qingdan.desk.opening import require_settings
from qingdan.desk.scope import entry_called, unit_asked
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from qingdan.core.intake.columns import Table
    from qingdan.core.intake.complaints import Common
    from qingdan.core.ledger.complaints import Answer, Complaint
    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Registered(Struct):
    """What came of registering: the new records; how many stood there already; rows refused, parts of rows left."""

    commit: str = ""
    records: list[Doc] = field(default_factory=list)
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)


class Source(Struct, frozen=True):
    """A hotline's table: its bytes, its file's name, a district's own headings, what holds for all rows."""

    raw: bytes
    name: str
    own: Mapping[str, str]
    common: Common


def register(opened: Opened, complaint: Complaint, today: date, *, pinned: bool) -> Registered:
    """Register one; RefusedError where the same reference says something else."""
    refuse_personal(
        {"受理编号": complaint.reference, "渠道": complaint.channel, "反映的问题": complaint.about}
    )
    if complaint.received > today:
        raise UsageError(f"收到日期{complaint.received}还没有到。")
    made = Registered()

    def decide(book: Book) -> Entering:
        why = _Register(book, made).add(_as_registered(complaint, book))
        if why:
            raise RefusedError(why)
        return _entering(made, book)

    made.commit = enter(opened, decide, today if pinned else None)
    return made


def register_table(
    opened: Opened, source: Source, today: date, *, pinned: bool, dry_run: bool
) -> tuple[Registered, Table]:
    """Register the rows of a table; what cannot be taken is told with its line."""
    read = table(plain_sheets(source.raw, source.name), wanted(source.own), opened.schemas)
    made = Registered()

    def decide(book: Book) -> Entering:
        common = replace(source.common, unit=unit_asked(source.common.unit, book))
        schema, register = opened.schemas["complaint"], _Register(book, made)
        for row in rows(read, book, common, schema, today.isoformat()):
            why = register.add(row.complaint) if row.complaint else row.why
            if why:
                made.refused.append((row.line, why))
            elif row.left:
                made.left.append((row.line, row.left))
        return _entering(made, book)

    if dry_run:
        decide(opened.book(keep_items=True))
    else:
        made.commit = enter(opened, decide, today if pinned else None, keep_items=True)
    return made, read


class _Register:
    """The complaints of a book, and those that are being registered, by what tells them apart."""

    def __init__(self, book: Book, made: Registered) -> None:
        self._settings, self._units, self._made = require_settings(book), book.units, made
        self._known = {_reference(doc): doc for doc in kept.kept(book)}

    def add(self, complaint: Complaint) -> str:
        """Add a complaint; why it cannot be, where the ledger says something else."""
        limit = kept.promised(complaint, self._settings, self._units)
        record = kept.registered(complaint, limit)
        stood = self._known.setdefault(_reference(record), record)
        if stood is record:
            self._made.records.append(record)
        elif _story(stood) != _story(record):
            return f"同一受理编号已经登记为{stood['id']}，内容不同；台账只能追加，不能改写。"
        else:
            self._made.same += 1
        return ""


def _reference(record: Doc) -> tuple[str, str]:
    return normal(str(record["channel"])), normal(str(record["reference"]))


def _story(record: Doc) -> Doc:
    """What was said, without what came later."""
    later = ("answer", "within", "within_source")
    return {key: value for key, value in record.items() if key not in later}


def _as_registered(complaint: Complaint, book: Book) -> Complaint:
    """The complaint with its units by their codes; UsageError for units and items that are not there."""
    if complaint.item:
        entry_called(complaint.item, book)
    return replace(
        complaint,
        unit=unit_asked(complaint.unit, book),
        handler=unit_asked(complaint.handler, book),
    )


def _entering(made: Registered, book: Book) -> Entering:
    documents = {complaint_path(str(doc["id"])): doc for doc in made.records}
    what = f"{len(made.records)}件"
    if len(made.records) == 1:
        doc = made.records[0]
        secret = "，要求保密" if doc.get("confidential") == "是" else ""
        what = f"{doc['kind']} {doc['reference']}（{called(str(doc['unit']), book.units)}{secret}）"
    trailers = [("Complaint", "add"), *(("Record", str(doc["id"])) for doc in made.records)]
    return Entering(documents, message(f"登记投诉举报 {what}", "", trailers))


class Answered(Struct, frozen=True):
    """An answer entered: the commit, the complaint's record and that of the finding made of it, if one was."""

    commit: str
    record: Doc
    finding: Doc | None = None


def answer(
    opened: Opened,
    name: str,
    said: Answer,
    day: date | None,
    *,
    rule: str = "",
    fact: str = "",
) -> Answered:
    """Enter the answer to a complaint and, where it proved true, what a ``rule`` finds in it."""
    refuse_personal({"办理结果": said.result, "问题": fact})
    made: list[Answered] = []

    def decide(book: Book) -> Entering:
        record = record_called(name, kept.FOLDER, "投诉举报", book)
        by = by_whom(opened, book, said.by)
        finding = _finding(record, said, (rule, fact, by), book) if rule else None
        named = str(finding["id"]) if finding else ""
        after = kept.answered(record, replace(said, by=by, finding=named))
        made.append(Answered("", after, finding))
        documents = {complaint_path(str(after["id"])): after}
        trailers = [("Complaint", "answer"), ("Record", str(after["id"]))]
        if finding:
            documents[finding_path(named)] = finding
            trailers[1:1] = [("Finding", "register")]
            trailers.append(("Record", named))
        subject = f"答复投诉举报 {after['reference']}" + (
            f"：{said.verified}" if said.verified else ""
        )
        return Entering(documents, message(subject, "", trailers))

    commit = enter(opened, decide, day)
    return replace(made[0], commit=commit)


def _finding(record: Doc, said: Answer, what: tuple[str, str, str], book: Book) -> Doc:
    """What a complaint that proved true shows."""
    rule, fact, by = what
    if said.verified not in {"属实", "部分属实"}:
        raise UsageError("只有核查属实或者部分属实的，才据此登记问题；请写明 --verified 属实。")
    if record.get("confidential") == "是":
        raise UsageError(
            f"{record['id']}要求保密，不能由它登记问题；请另行核查取证，用 qingdan ledger finding 登记。"
        )
    source = "意见建议" if record["kind"] == "意见建议" else "投诉举报"
    how = findings.Discovery(source, said.done, by, complaint=str(record["id"]))
    told = fact or said.result or str(record.get("about", ""))
    fact_ = Fact(told, rule, str(record["unit"]), str(record.get("item", "")))
    return found_by_person(fact_, how, book)
