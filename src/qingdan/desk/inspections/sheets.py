"""The sheets of an inspection at the desk: made from what the machine finds, taken back filled in, scored."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core import wording
from qingdan.core.inspections import returned
from qingdan.core.inspections.closing import refuse_open, result, scored
from qingdan.core.inspections.following import appended
from qingdan.core.inspections.papers import grids, text
from qingdan.core.inspections.questions import Basis, Machine, asked, facts_at, form
from qingdan.core.inspections.recording import record, refuse_unused, taken_before
from qingdan.core.inspections.results import result_grids
from qingdan.core.inspections.settling import unsettled
from qingdan.core.ledger.findings import Discovery
from qingdan.core.ledger.inspections import CLOSED, facts_of, parties, unsettled_of
from qingdan.core.places import inspection_path, sheet_path
from qingdan.core.units import called
from qingdan.desk import documents
from qingdan.desk.inspections.inspecting import by, case_of, step, unit_of
from qingdan.desk.ledger.evidence import digest
from qingdan.desk.opening import require_settings
from qingdan.desk.world import every_finding
from qingdan.model.errors import RefusedError, UsageError
from qingdan.render.workbooks import workbook
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from qingdan.core.inspections.closing import Result
    from qingdan.core.inspections.questions import Form
    from qingdan.core.inspections.recording import Entry, Filled, Said
    from qingdan.core.ledger.inspections import Case
    from qingdan.desk.inspections.inspecting import Entered, Manner
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_MOST_EVIDENCE = 200_000_000
_NAMED = 3
"""So many units are named in the subject of a commit."""


class Facts(Struct, eq=False, dict=True):
    """What the machine finds at a commit on a day; judged once, whatever number of units asks."""

    opened: Opened
    basis: Basis

    @cached_property
    def _judged(self) -> tuple[Book, tuple[Finding, ...]]:
        snapshot = self.opened.snapshot(self.basis.commit)
        book = self.opened.book(self.basis.commit, keep_items=True)
        day = date.fromisoformat(self.basis.day)
        return book, every_finding(self.opened, book, snapshot, day)

    def at(self, case: Case, unit: str) -> Machine:
        """What concerns a unit of an inspection."""
        book, findings = self._judged
        rules = tuple(asked(case.record, unit, book))
        return Machine(
            self.basis,
            tuple(facts_at(case.record, unit, rules, findings, book)),
            frozenset(unsettled(rules, findings, book)),
        )


def forms(
    opened: Opened, case: Case, book: Book, units: Iterable[str], basis: Basis
) -> dict[str, Form]:
    """The sheets of units: upon what was recorded of them, or else upon what the machine finds now."""
    facts = Facts(opened, basis)
    return {unit: _form(case, unit, book, facts) for unit in units}


def _form(case: Case, unit: str, book: Book, facts: Facts) -> Form:
    return form(case, unit, book, recorded(case, unit) or facts.at(case, unit))


def recorded(case: Case, unit: str) -> Machine | None:
    """What the machine said on a recorded sheet; None where there is no such sheet."""
    sheet = case.sheets.get(unit, {})
    machine = sheet.get("machine")
    if not isinstance(machine, dict):
        return None
    basis = Basis(str(machine["commit"]), str(machine["day"]))
    return Machine(basis, tuple(facts_of(sheet)), frozenset(unsettled_of(sheet)))


def score_table(opened: Opened, name: str, folder: Path | None) -> Path:
    """Write the ranking and the problems of a closed inspection as a workbook; the file."""
    book = opened.book()
    case = case_of(book, name)
    raw = workbook(result_grids(case, forms_recorded(case, book), book))
    return documents.put(folder or folder_of(opened, case), "评分表", {"xlsx": raw})[0]


def write_sheets(
    opened: Opened, name: str, unit: str, folder: Path | None, today: date
) -> list[Path]:
    """Write the sheet of each unit, or of one, as a workbook and as a text; the files."""
    book = opened.book()
    case = case_of(book, name)
    if case.step(CLOSED):
        raise RefusedError(
            f"“{case.id}”已经评定，不再生成检查表；结果用 qingdan inspect show 查看。"
        )
    units = (unit_of(case, unit, book),) if unit else case.units
    basis = Basis(opened.repository.resolve("HEAD"), str(today))
    target = folder or folder_of(opened, case)
    made: dict[str, bytes] = {}
    for code, each in forms(opened, case, book, units, basis).items():
        if not each.rules and not each.samples:
            raise RefusedError(
                f"{called(code, book.units)}没有要检查的内容：规则包没有涉及它的规则，也没有抽取样本。"
            )
        stem = named(code, book)
        made[f"{stem}.xlsx"] = workbook(grids(each, opened.schemas))
        made[f"{stem}.yaml"] = text(each, opened.schemas["form"]).encode()
    return list(documents.put_files(target, made))


def folder_of(opened: Opened, case: Case) -> Path:
    """Where the sheets and papers of an inspection usually lie."""
    return documents.folder(opened.root, None, "inspections", case.id)


def named(code: str, book: Book) -> str:
    """What a unit's file is called: its code, which tells it from others, and its name, which people know."""
    return f"{code}-{wording.filename(called(code, book.units))}"


class Recording(Struct, frozen=True):
    """What was taken back: the step, and the files that had been recorded before."""

    entered: Entered
    units: tuple[str, ...]
    skipped: tuple[str, ...]


def read_files(opened: Opened, paths: Sequence[Path]) -> list[Filled]:
    """Filled forms, with the digests of the evidence that lies beside them; UsageError for what is none."""
    found = []
    for path in paths:
        raw = files.read(path)
        found.append(hashed(returned.read(raw, path.name, opened.schemas["form"]), path.parent))
    return found


def hashed(filled: Filled, folder: Path) -> Filled:
    """A form whose evidence has digests, where the file lies in the form's own folder or below."""

    def proved(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(_proved(entry, folder) for entry in entries)

    return replace(
        filled,
        answers=proved(filled.answers),
        samples=proved(filled.samples),
        materials=proved(filled.materials),
        practices=proved(filled.practices),
        problems=proved(filled.problems),
    )


def _proved(entry: Entry, folder: Path) -> Entry:
    return replace(entry, evidence=tuple(_with_digest(row, folder) for row in entry.evidence))


def _with_digest(row: Doc, folder: Path) -> Doc:
    """A piece of evidence with its digest. Only plain files of the folder are read: the form may be anybody's."""
    full = folder / str(row["path"])
    try:
        inside = full.resolve().is_relative_to(folder.resolve())
        if not (inside and full.is_file() and full.stat().st_size <= _MOST_EVIDENCE):
            return row
        return row | {"sha256": digest(full)}
    except (OSError, ValueError, UsageError):
        return row


def record_forms(
    opened: Opened, name: str, filled: Sequence[Filled], said: Said, manner: Manner
) -> Recording:
    """Bring filled forms into the sheets of their units; all of them or none."""
    skipped: list[str] = []
    units: list[str] = []

    def decide(case: Case, book: Book) -> tuple[str, Mapping[str, Doc], str]:
        if case.step(CLOSED):
            raise RefusedError(f"“{case.id}”已经评定，不能再录入。")
        refuse_unused(said, filled)
        documents = {}
        groups: dict[str, list[Filled]] = {}
        for each in filled:
            groups.setdefault(_unit(each, case, book), []).append(each)
        judged: dict[Basis, Facts] = {}
        for unit, own in groups.items():
            basis = Basis(own[0].stamp.commit, own[0].stamp.day)
            _refuse_foreign(opened, own, case, manner.day)
            facts = judged.setdefault(basis, Facts(opened, basis))
            filled_in = _form(case, unit, book, facts)
            skipped.extend(each.name for each in own if taken_before(filled_in, each))
            documents[sheet_path(case.id, unit)] = record(filled_in, own, said)
        units[:] = groups
        names = "、".join(called(unit, book.units) for unit in units[:_NAMED])
        names += f"等{len(units)}个单位" if len(units) > _NAMED else ""
        return "record", documents, f"录入检查表：{names}（{case.record['title']}）"

    return Recording(step(opened, name, decide, manner), tuple(units), tuple(skipped))


def _unit(each: Filled, case: Case, book: Book) -> str:
    if each.stamp.inspection != case.id:
        raise RefusedError(
            f"{each.name}是监督检查“{each.stamp.inspection}”的检查表，不是“{case.id}”的，没有录入。"
        )
    if each.stamp.unit not in case.units:
        name = called(each.stamp.unit, book.units)
        raise RefusedError(f"{each.name}：{name}不在这次检查的单位之内，没有录入。")
    return each.stamp.unit


def _refuse_foreign(opened: Opened, filled: Sequence[Filled], case: Case, today: date) -> None:
    """RefusedError for forms that were made from a state which is not in this history."""
    for each in filled:
        commit, day = each.stamp.commit, each.stamp.day
        if not opened.repository.is_ancestor(commit, "HEAD"):
            raise RefusedError(
                f"{each.name}：检查表是从版本{commit[:10]}生成的，这个版本不在当前分支的历史中；"
                "请先取得那个版本（git pull），或重新生成检查表。"
            )
        if not str(case.record["planned"]) <= day <= str(today):
            raise RefusedError(
                f"{each.name}：检查表的日期{day}不在拟定检查之后、今天之前，没有录入。"
            )


class Closing(Struct, frozen=True):
    """What closing an inspection came to."""

    entered: Entered
    result: Result
    fresh: int = 0
    again: int = 0
    known: int = 0
    notes: tuple[str, ...] = field(default=())


def close(opened: Opened, name: str, without: Sequence[str], why: str, manner: Manner) -> Closing:
    """Score the units, enter what was found in the ledger, and close the inspection: one commit."""
    found: list[Result] = []
    counts: list[tuple[int, int, int]] = []

    def decide(case: Case, book: Book) -> tuple[str, Mapping[str, Doc], str]:
        if case.step(CLOSED):
            raise RefusedError(f"“{case.id}”已经评定；结果用 qingdan inspect show {case.id} 查看。")
        left = {unit_of(case, unit, book): why for unit in without}
        if left and not why.strip():
            raise UsageError("用 --without 的，请用 --reason 写明为什么不再检查。")
        made = forms_recorded(case, book)
        refuse_open(case, made, left)
        organiser = str(parties(case.record)[0].get("unit", ""))
        how = Discovery(case.kind, manner.day, organiser, inspection=case.id)
        came = result(case, made, book, how)
        found[:] = [came]
        counts[:] = [_counts(came, book)]
        full = require_settings(book).scoring.full
        documents = {
            sheet_path(case.id, each.unit): scored(
                case.sheets[each.unit], each, full, str(manner.day)
            )
            for each in came.ranking
        }
        taken: Doc = {"stage": CLOSED, "by": by(case), "done": str(manner.day)}
        if left:
            taken["without"] = [{"unit": unit, "reason": text_} for unit, text_ in left.items()]
        documents[inspection_path(case.id)] = appended(case.record, taken)
        subject = f"评定监督检查：{case.record['title']}"
        return "close", documents | dict(came.entered), subject

    entered = step(opened, name, decide, manner)
    return Closing(entered, found[0], *counts[0])


def forms_recorded(case: Case, book: Book) -> dict[str, Form]:
    """The sheets of an inspection's units as they are recorded; nothing is judged anew."""
    none = Machine(Basis("", ""))
    return {
        unit: form(case, unit, book, recorded(case, unit) or none)
        for unit in case.units
        if unit in book.units
    }


def _counts(came: Result, book: Book) -> tuple[int, int, int]:
    """Findings entered, findings that came back, and those that were known."""
    again = sum(path in book.documents for path in came.entered)
    every = sum(len(facts) for facts in came.facts.values())
    return len(came.entered) - again, again, every - len(came.entered)
