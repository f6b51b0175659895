"""The matrix as an Excel workbook: colours, filters, the details as notes of the cells and as a sheet to hand out."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.matrices import MEANINGS, WORDS
from qingdan.render.matrices import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.matrices import Cell, Matrix

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_LEADING = (18, 40, 16, 10)
_COLOURS = {
    "differs": "#FFE3C2",
    "missing": "#FBD5D5",
    "stopped": "#FBD5D5",
    "running": "#F5B7B1",
    "near": "#FFF2CC",
    "untaken": "#E4E4E4",
    "pending": "#DCEBF9",
    "excepted": "#DCEBF9",
    "agrees": "#E5F3E3",
    "outside": "#FFFFFF",
}
_DETAILS = ("系统", "编号", "事项", "单位", "程度", "编码", "问题", "依据", "责任", "处理")
_NOTE = 2000


def render(matrix: Matrix) -> bytes:
    """Sheets 比对, 清单以外, 明细, 汇总; the same matrix gives the same bytes. A text stays a text."""
    from xlsxwriter import Workbook

    raw = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(raw, options)
    book.set_properties({"created": _EPOCH.replace(tzinfo=None)})
    writer = _Writer(book)
    writer.matrix(matrix)
    writer.table("清单以外", [words.STRAY, *words.strays(matrix)], (20, 8, 24, 44, 24, 50))
    writer.table("明细", [_DETAILS, *_details(matrix)], (18, 20, 36, 16, 6, 8, 60, 44, 16, 50))
    writer.table("汇总", [*words.sums(matrix), (words.conclusion(matrix),)], (24, 12, 8))
    writer.table(
        "图例", [("情况", "含义"), *((WORDS[key], MEANINGS[key]) for key in WORDS)], (12, 60)
    )
    book.close()
    return raw.getvalue()


class _Writer:
    """One workbook being written, and its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        cell = {
            "text_wrap": True,
            "valign": "top",
            "font_size": 10,
            "border": 1,
            "border_color": "#BFBFBF",
        }
        self.cell = book.add_format(cell)
        self.head = book.add_format(
            cell | {"bold": True, "bg_color": "#DDEBF7", "valign": "vcenter"}
        )
        self.standing = {
            key: book.add_format(cell | {"bg_color": hue}) for key, hue in _COLOURS.items()
        }

    def matrix(self, matrix: Matrix) -> None:
        """The sheet of the matrix; the details of a cell are its note."""
        titles = [f"{held.title}\n{held.taken or '没有快照'}" for held in matrix.systems]
        sheet = self._sheet("比对", [*words.LEADING, *titles], (*_LEADING, *(24 for _ in titles)))
        for number, line in enumerate(matrix.lines, 1):
            for place, text in enumerate((line.code, line.name, line.unit, line.state)):
                sheet.write_string(number, place, text, self.cell)
            for place, cell in enumerate(line.cells, len(words.LEADING)):
                sheet.write_string(number, place, cell.text, self.standing[cell.standing])
                self._note(sheet, number, place, cell)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(matrix.lines), 1), len(words.LEADING) + len(titles) - 1)

    def table(self, name: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A sheet of headings and rows."""
        sheet = self._sheet(name, rows[0], widths)
        for number, row in enumerate(rows[1:], 1):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text, self.cell)
        sheet.freeze_panes(1, 0)

    def _sheet(self, name: str, head: Sequence[str], widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        for place, text in enumerate(head):
            sheet.set_column(place, place, widths[min(place, len(widths) - 1)])
            sheet.write_string(0, place, text, self.head)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _note(self, sheet: Any, number: int, place: int, cell: Cell) -> None:
        if cell.findings:
            text = "\n".join(words.detail(finding) for finding in cell.findings)[:_NOTE]
            lines = 2 + len(text) // 28
            size = {"x_scale": 3, "y_scale": max(1, lines / 5), "font_size": 9, "author": "qingdan"}
            sheet.write_comment(number, place, text, size)


def _details(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """A line a finding."""
    for line in matrix.lines:
        for held, cell in zip(matrix.systems, line.cells, strict=True):
            about = (held.title, line.code, line.name, line.unit)
            yield from ((*about, *_facts(finding)) for finding in cell.findings)
    titles = {held.id: held.title for held in matrix.systems}
    for stray in matrix.strays:
        about = (titles[stray.system], stray.code, stray.name, stray.unit)
        yield from ((*about, *_facts(finding)) for finding in stray.findings)
    for held in matrix.systems:
        yield from ((held.title, "", "", "", *_facts(finding)) for finding in held.findings)


def _facts(finding: Finding) -> tuple[str, ...]:
    severity, sources = SEVERITY_WORDS[finding.severity], "\n".join(finding.sources)
    return (severity, finding.code, finding.message, sources, finding.owner, finding.fix)
