"""Grids as an Excel workbook that a person wants to open: frozen headings, drop-downs, filters, everything text."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.tables import Column, Grid

SPARE = 500
"""So many rows below the last one have drop-downs and text format, too, for rows that people add."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NAMES = frozenset({"name", "title"})
_TALLEST, _TALLEST_FORM = 8, 24
_LINE = 14.0
_A3, _A4 = 8, 9
_MAY = {"format_rows": True, "format_columns": True, "autofilter": True, "sort": True}
"""What may be done to a protected form besides writing in its open columns."""
_FOOTER = "&C第&P页 共&N页"
_LONGEST_CHOICES = 250
_CHOICES_SHEET = "选项"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,4})?")
_MOST_LETTERS = 32_767
_CUT = "……"


def workbook(grids: Sequence[Grid]) -> bytes:
    """The workbook with a sheet a grid; the same grids give the same bytes.

    A text stays a text, whatever it begins with. A grid whose columns are all hidden becomes a hidden sheet.
    """
    from xlsxwriter import Workbook

    raw = io.BytesIO()
    book = Workbook(
        raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH.replace(tzinfo=None)})
    _Writer(book, grids).write()
    book.close()
    return raw.getvalue()


class _Writer:
    """One workbook being written: its formats, and the long lists of choices on a sheet of their own."""

    def __init__(self, book: Any, grids: Sequence[Grid]) -> None:
        self.book, self.grids = book, grids
        cell = {"num_format": "@", "text_wrap": True, "valign": "top", "font_size": 10}
        self.cell = book.add_format(cell)
        self.mark = book.add_format(cell | {"bg_color": "#FFF2CC", "border": 1})
        edge = {"border": 1, "border_color": "#BFBFBF"}
        self.ruled = book.add_format(cell | edge)
        self.fixed = book.add_format(cell | edge | {"bg_color": "#F2F2F2"})
        self.open = book.add_format(cell | edge | {"locked": False})
        head = {"bold": True, "bg_color": "#DDEBF7", "valign": "vcenter", "align": "center"}
        self.head = book.add_format(cell | head | {"border": 1, "border_color": "#BFBFBF"})
        self.title = book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
        self.told = book.add_format({"font_size": 10, "valign": "vcenter"})
        self.long: list[tuple[str, ...]] = []

    def write(self) -> None:
        """Write every sheet; the choices that do not fit into a cell's own list come last."""
        names: list[str] = []
        visible = [grid for grid in self.grids if not _is_hidden(grid)]
        for grid in self.grids:
            names.append(_sheet_name(grid.name, [*names, _CHOICES_SHEET]))
            sheet = self.book.add_worksheet(names[-1])
            self._sheet(sheet, grid)
            if _is_hidden(grid) and visible:
                sheet.hide()
            elif visible and grid is visible[0]:
                sheet.activate()
                sheet.set_first_sheet()
        self._choices()

    def _sheet(self, sheet: Any, grid: Grid) -> None:
        top = len(grid.above)
        last = top + max(len(grid.rows), 1)
        for place, text in enumerate(grid.above):
            self._above(sheet, place, text, grid)
        for place, column in enumerate(grid.columns):
            self._column(sheet, place, column, (top, last + SPARE), grid)
        tallest = max((_height(c.title, c.width) for c in grid.columns), default=1)
        sheet.set_row(top, _LINE * tallest + 6)
        for number, row in enumerate(grid.rows):
            self._row(sheet, number, row, grid)
        sheet.freeze_panes(top + 1, _frozen(grid.columns))
        if grid.columns and not _is_hidden(grid):
            sheet.autofilter(top, 0, last, len(grid.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(_A4 if grid.printed else _A3)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        if grid.form and grid.columns:
            sheet.protect("", _MAY)
            sheet.print_area(0, 0, last, len(grid.columns) - 1)
        if grid.printed:
            sheet.set_header(f"&L{grid.printed.replace('&', '&&')}&R{grid.name}")
            sheet.set_footer(_FOOTER)
            sheet.set_margins(0.4, 0.4, 0.6, 0.6)

    def _above(self, sheet: Any, place: int, text: str, grid: Grid) -> None:
        """A line above the headings; its other cells are empty and closed, so that it shows over them."""
        look = self.told if place else self.title
        sheet.write_string(place, 0, text, look)
        for column in range(1, len(grid.columns)):
            sheet.write_blank(place, column, None, look)
        sheet.set_row(place, _LINE + (4 if place else 10))

    def _plain(self, column: Column, grid: Grid) -> Any:
        """How a cell looks and whether it can be written in."""
        if not grid.form:
            return self.ruled if grid.printed else self.cell
        return self.open if column.open else self.fixed

    def _column(
        self, sheet: Any, place: int, column: Column, rows: tuple[int, int], grid: Grid
    ) -> None:
        """A column with its heading in the first of the rows, and its choices in the others."""
        top, last = rows
        plain = self.open if grid.form and column.open else self.cell
        sheet.set_column(place, place, column.width, plain, {"hidden": column.hidden})
        sheet.write_string(top, place, column.title, self.head)
        if column.note:
            scale = {"x_scale": 2, "y_scale": 1 + column.note.count("\n") / 4, "font_size": 9}
            sheet.write_comment(top, place, column.note, scale)
        if column.choices:
            sheet.data_validation(top + 1, place, last, place, self._validation(column))

    def _row(self, sheet: Any, number: int, row: Sequence[str], grid: Grid) -> None:
        tallest, at = 1, number + len(grid.above) + 1
        for place, text in enumerate(row):
            column = grid.columns[place]
            marked = (number, place) in grid.marks
            look = self.mark if marked else self._plain(column, grid)
            if text and column.number and _NUMBER.fullmatch(text):
                sheet.write_number(at, place, float(text), look)
            elif text:
                sheet.write_string(at, place, _fitted(text), look)
                tallest = max(tallest, 1 if column.hidden else _height(text, column.width))
            elif marked or grid.printed:
                sheet.write_blank(at, place, None, look)
        most = _TALLEST_FORM if grid.form else _TALLEST
        sheet.set_row(at, _LINE * min(tallest, most) + 3)

    def _validation(self, column: Column) -> dict[str, Any]:
        source: list[str] | str = list(column.choices)
        if len(",".join(column.choices)) > _LONGEST_CHOICES or any(
            "," in c for c in column.choices
        ):
            if column.choices not in self.long:
                self.long.append(column.choices)
            letter = chr(ord("A") + self.long.index(column.choices))
            source = f"={_CHOICES_SHEET}!${letter}$1:${letter}${len(column.choices)}"
        return {
            "validate": "list",
            "source": source,
            "error_title": "不在可选范围内",
            "error_message": "请从下拉列表中选择，或清空单元格。",
        }

    def _choices(self) -> None:
        if not self.long:
            return
        sheet = self.book.add_worksheet(_CHOICES_SHEET)
        for place, choices in enumerate(self.long):
            for number, choice in enumerate(choices):
                sheet.write_string(number, place, choice)
        sheet.hide()


def _is_hidden(grid: Grid) -> bool:
    return bool(grid.columns) and all(column.hidden for column in grid.columns)


def _frozen(columns: Sequence[Column]) -> int:
    """The columns that stay in sight: up to the name, where it stands near the beginning."""
    names = [place + 1 for place, column in enumerate(columns[:6]) if column.key in _NAMES]
    return names[0] if names else 0


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have: no forbidden characters, at most 31, none twice."""
    plain = _FORBIDDEN.sub(" ", name).strip(" '")[:31] or "表"
    found, number = plain, 1
    while (
        found.casefold() in {other.casefold() for other in taken} or found.casefold() == "history"
    ):
        number += 1
        found = f"{plain[:27]}（{number}）"
    return found


def _fitted(text: str) -> str:
    """What a cell can hold; Excel refuses the whole workbook for more."""
    if len(text) * 2 <= _MOST_LETTERS or len(text.encode("utf-16-le")) // 2 <= _MOST_LETTERS:
        return text
    return text[: _MOST_LETTERS // 2 - len(_CUT)] + _CUT


def _height(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many half-width characters."""
    return sum(max(1, -(-_letters(line) // max(width, 1))) for line in text[:2000].split("\n"))


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
