"""The papers of an inspection at the desk: any of them, at any time, from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.documents import inspected, inspecting
from qingdan.core.ledger.inspections import NOTIFIED
from qingdan.desk import documents
from qingdan.desk.inspections.inspecting import case_of, unit_of
from qingdan.desk.inspections.sheets import folder_of, forms_recorded, named
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.papers import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from qingdan.core.documents.inspecting import Inspection
    from qingdan.desk.opening import Opened
    from qingdan.model.papers import InspectionNotice

    _OfUnit = Callable[[Inspection, str, Given], object]

PLAN, NOTICE, SCORES, FEEDBACK, REPORT, SELF_CHECK = (
    "检查方案",
    "通知",
    "评分表",
    "情况反馈",
    "检查情况报告",
    "自查报告",
)
OF_ALL: Mapping[str, tuple[str, Callable[[Inspection, Given], object]]] = {
    PLAN: ("inspection-plan.md", inspecting.inspection_plan),
    NOTICE: ("inspection-notice.md", inspecting.notice),
    REPORT: ("inspection-report.md", inspected.report),
}
OF_A_UNIT: Mapping[str, tuple[str, _OfUnit]] = {
    SCORES: ("score-sheet.md", inspected.score_sheet),
    FEEDBACK: ("feedback.md", inspected.feedback),
    SELF_CHECK: ("self-check.md", inspected.self_check),
}
"""Paper to its template and what fills it, for the whole inspection or for each unit."""


class Request(Struct, frozen=True):
    """Which papers of which units, and where: ``formats`` and ``folder`` empty for all, and for the usual place."""

    papers: tuple[str, ...]
    unit: str = ""
    folder: Path | None = None
    formats: tuple[str, ...] = ()
    given: Given = field(default=Given())


def inspection_of(opened: Opened, name: str) -> Inspection:
    """An inspection with what its papers need; CannotAnswerError without settings: papers cite by them."""
    book = opened.book()
    require_settings(book)
    case = case_of(book, name)
    return inspecting.Inspection(case, forms_recorded(case, book), book, opened.schemas)


def noticed(opened: Opened, name: str, document: str, day: date) -> tuple[Given, InspectionNotice]:
    """The number and the day of a notice, as they stand on record or else are given; and what it is filled with."""
    of = inspection_of(opened, name)
    step = of.case.step(NOTIFIED) or {"document": document, "done": str(day)}
    given = of.numbered(step, Given())
    return given, inspecting.notice(of, given)


def made(opened: Opened, name: str, wanted: Request) -> dict[str, dict[str, bytes]]:
    """The papers that are wanted, by what their files are called: each format's content by its ending."""
    forms = documents.formats(wanted.formats)
    of = inspection_of(opened, name)
    place = documents.office(opened.schemas, opened.snapshot(), of.book)
    found = {}
    for stem, template, value in _filled(of, wanted):
        done = documents.made(place, template, documents.plain(value))
        found[stem] = documents.written(place, done, forms)
    return found


def put(
    opened: Opened, name: str, contents: Mapping[str, Mapping[str, bytes]], wanted: Request
) -> str:
    """Write papers; their paths, a line each."""
    folder = wanted.folder or folder_of(opened, case_of(opened.book(), name))
    paths = [
        path for stem, formats in contents.items() for path in documents.put(folder, stem, formats)
    ]
    return "".join(f"  {path}\n" for path in paths)


def _filled(of: Inspection, wanted: Request) -> Iterator[tuple[str, str, object]]:
    for paper in wanted.papers:
        if wanted.given.signer and paper != REPORT:
            raise UsageError(f"{paper}不是上行文，不标注签发人，请去掉 --signer。")
        if paper in OF_ALL:
            if wanted.unit:
                raise UsageError(f"“{paper}”是整次检查的，不按单位生成，请去掉 --unit。")
            template, fill = OF_ALL[paper]
            yield paper, template, fill(of, wanted.given)
            continue
        if paper not in OF_A_UNIT:
            known = "、".join((*OF_ALL, *OF_A_UNIT))
            raise UsageError(f"没有“{paper}”这种文书，可用：{known}。")
        template, fill_unit = OF_A_UNIT[paper]
        for code in _units(of, wanted.unit):
            yield f"{named(code, of.book)}-{paper}", template, fill_unit(of, code, wanted.given)


def _units(of: Inspection, unit: str) -> tuple[str, ...]:
    """The unit that is named; or else all of which something is recorded; of none, blank papers for everybody."""
    if unit:
        code = unit_of(of.case, unit, of.book)
        if code not in of.forms:
            raise CannotAnswerError(
                f"检查范围中的单位“{code}”不在单位名册中，请先运行 qingdan validate 查看并改正。"
            )
        return (code,)
    recorded = tuple(code for code, form in of.forms.items() if form.sheet)
    return recorded or tuple(of.forms)
