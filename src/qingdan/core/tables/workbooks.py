"""Workbooks of Excel and WPS as sheets of text: .xlsx by openpyxl's streaming parser, long plain ones by calamine, .xls by xlrd."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qingdan.core.tables.cellwise import MOST_PLAIN_ROWS, dense, tidy, trimmed
from qingdan.model.errors import UsageError
from qingdan.model.tables import Region, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Sheets = tuple[tuple[Sheet, ...], tuple[Sheet, ...]]
"""Visible sheets and hidden ones."""

MOST_UNPACKED = 200_000_000
MOST_CELLS = 3_000_000
MOST_PLAIN_CELLS = 15_000_000
_FAR_RIGHT = re.compile(rb"""\sr=["']([A-Z]{2,3})\d""")
_FAR_DOWN = re.compile(rb"""\sr=["'][A-Z]*(\d{6,})["']""")
_SAVE_AS = "请在 Excel（或 WPS）中打开，“另存为” .xlsx 后再用。"
_DAMAGED = f"工作簿已损坏，不能读取；{_SAVE_AS}"
_LOCKED = "工作簿设有打开密码，请在 Excel 中去掉密码后再用。"
_PARTS = (
    ("xl/workbook.xml", ""),
    ("xl/workbook.bin", f"是 .xlsb 工作簿，{_SAVE_AS}"),
    (
        "word/document.xml",
        "是 Word 文档，不是表格；请把其中的表格复制到 Excel，存为 .xlsx 后再用。",
    ),
    ("content.xml", f"是 OpenDocument 表格，{_SAVE_AS}"),
)


def xlsx(raw: bytes) -> Sheets:
    """The sheets of an .xlsx, computed values in place of formulas; UsageError for what cannot be read."""
    _refuse_archive(raw)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # what openpyxl leaves out (pictures, validations) is no cell
        return _guarded(lambda: _xlsx(raw))


def plain_xlsx(raw: bytes) -> Sheets:
    """The same for long tables whose cells are only text, numbers and days: merged cells and formats are left out."""
    _refuse_archive(raw)
    return _guarded(lambda: _plain_xlsx(raw))


def _refuse_far(raw: bytes) -> None:
    """UsageError for cells so far apart that a grid around them fills the memory: calamine lays one out."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for part in archive.infolist():
            text = archive.read(part) if part.filename.endswith(".xml") else b""
            columns = {_column(found) for found in _FAR_RIGHT.findall(text)}
            rows = {int(found) for found in _FAR_DOWN.findall(text)}
            if max(columns, default=26) * max(rows, default=99_999) > MOST_PLAIN_CELLS:
                raise UsageError(
                    f"工作表中有离表格很远的单元格，请把表格部分复制到新的工作簿，{_SAVE_AS}"
                )


def _column(letters: bytes) -> int:
    """``AB`` as 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _plain_xlsx(raw: bytes) -> Sheets:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _refuse_far(raw)
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    visible: list[Sheet] = []
    hidden: list[Sheet] = []
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            cells = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            rows = ([_text(cell) for cell in row] for row in cells)
            sheet = Sheet(about.name, trimmed(rows, f"工作表“{about.name}”", MOST_PLAIN_ROWS))
            (visible if about.visible == SheetVisibleEnum.Visible else hidden).append(sheet)
    return tuple(visible), tuple(hidden)


def _text(value: object) -> str:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, "")
    return _shown(value)


def xls(raw: bytes) -> Sheets:
    """The sheets of an .xls; UsageError for what cannot be read."""
    if _utf16("EncryptedPackage") in raw:
        raise UsageError(_LOCKED)
    if _utf16("WordDocument") in raw:
        raise UsageError(_PARTS[2][1])
    return _guarded(lambda: _xls(raw))


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _guarded(reader: Callable[[], Sheets]) -> Sheets:
    """What a reader gives; whatever else it raises, the file is to blame."""
    try:
        return reader()
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 a hostile file can make the readers raise anything
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise UsageError(_LOCKED) from None
        raise UsageError(_DAMAGED) from None


def _refuse_archive(raw: bytes) -> None:
    """UsageError for a zip that is no workbook, or that unpacks to more than any list holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {
                part.filename.replace("\\", "/"): part.file_size for part in archive.infolist()
            }
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UsageError(_DAMAGED) from None
    if sum(parts.values()) > MOST_UNPACKED:
        raise UsageError(
            f"工作簿展开后超过{MOST_UNPACKED // 1_000_000} MB，请删去多余内容或分成几个文件。"
        )
    known = next((why for name, why in _PARTS if name in parts), "是压缩包，不是表格；请先解压。")
    if known:
        raise UsageError(known)


def _xlsx(raw: bytes) -> Sheets:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        visible: list[Sheet] = []
        hidden: list[Sheet] = []
        for sheet in book.worksheets:
            (visible if sheet.sheet_state == "visible" else hidden).append(_xlsx_sheet(sheet))
        return tuple(visible), tuple(hidden)
    finally:
        book.close()


def _xlsx_sheet(sheet: Any) -> Sheet:
    """One sheet, streamed: memory for what is written there, not for how far apart it stands."""
    with sheet._get_source() as source:  # noqa: SLF001 openpyxl has no public way to cells and merged ranges at once
        parser = _parser(sheet, source)
        cells: dict[tuple[int, int], str] = {}
        numbers: set[tuple[int, int]] = set()
        for count, cell in enumerate(cell for _, row in parser.parse() for cell in row):
            _refuse_many(count, sheet.title)
            if cell["value"] is not None:
                at = cell["row"], cell["column"]
                cells[at] = _cell(cell, sheet)
                if type(cell["value"]) in {int, float}:
                    numbers.add(at)
    merged = parser.merged_cells.mergeCell if parser.merged_cells else ()
    regions = tuple(_region(range_.ref) for range_ in merged)
    rows = dense(cells, f"工作表“{sheet.title}”")
    unseen = (int(row) for row, kept in parser.row_dimensions.items() if _hides(kept))
    return Sheet(str(sheet.title), rows, regions, frozenset(numbers), unseen=frozenset(unseen))


def _hides(attributes: Mapping[str, str]) -> bool:
    return attributes.get("hidden") in {"1", "true"}


def _refuse_many(count: int, title: str) -> None:
    if count > MOST_CELLS:
        raise UsageError(
            f"工作表“{title}”中有格式的单元格过多，请把表格部分复制到新的工作簿，存为 .xlsx 后再用。"
        )


def _parser(sheet: Any, source: Any) -> Any:
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        """Also shows the formula itself where no program has computed it yet."""

        def parse_cell(self, element: Any) -> Any:
            """A cell as openpyxl reads it."""
            cell = super().parse_cell(element)
            formula = element.find(FORMULA_TAG)
            if cell["value"] is None and formula is not None:
                cell["value"] = f"={formula.text or ''}"
            return cell

    book = sheet.parent
    return Parser(
        source,
        sheet._shared_strings,  # noqa: SLF001
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,  # noqa: SLF001
        timedelta_formats=book._timedelta_formats,  # noqa: SLF001
    )


def _cell(cell: dict[str, Any], sheet: Any) -> str:
    value = cell["value"]
    if type(value) in {int, float}:
        from openpyxl.cell.read_only import ReadOnlyCell

        return _number(value, ReadOnlyCell(sheet, **cell).number_format)
    return _shown(value)


def _region(ref: str) -> Region:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(ref)
    return Region(int(top or 1), int(left or 1), int(bottom or 1), int(right or 1))


def _shown(value: object) -> str:
    """A cell's value as the text that a person sees."""
    if value is True or value is False:
        return "是" if value else "否"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return tidy(str(value))


def _number(value: float, form: str) -> str:
    """A number without what spreadsheets add (20.0), and with what its format shows: 5%, 0012."""
    if "%" in form:
        return f"{_number(float(Decimal(f'{value:.15g}') * 100), '')}%"
    text = str(value) if type(value) is int else format(Decimal(f"{value:.15g}"), "f")
    return text.zfill(len(form)) if form and not form.strip("0") and text.isdecimal() else text


def _xls(raw: bytes) -> Sheets:
    import xlrd

    book = xlrd.open_workbook(
        file_contents=raw, formatting_info=True, on_demand=True, logfile=io.StringIO()
    )
    visible: list[Sheet] = []
    hidden: list[Sheet] = []
    for place in range(book.nsheets):
        sheet = book.sheet_by_index(place)
        (hidden if sheet.visibility else visible).append(_xls_sheet(book, sheet))
        book.unload_sheet(place)
    return tuple(visible), tuple(hidden)


def _xls_sheet(book: Any, sheet: Any) -> Sheet:
    cells: dict[tuple[int, int], str] = {}
    numbers: set[tuple[int, int]] = set()
    for row, column, cell in _xls_cells(sheet):
        cells[row + 1, column + 1] = _xls_shown(book, cell)
        if cell.ctype == 2:  # XL_CELL_NUMBER
            numbers.add((row + 1, column + 1))
    regions = tuple(
        Region(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
    )
    return Sheet(
        str(sheet.name), dense(cells, f"工作表“{sheet.name}”"), regions, frozenset(numbers)
    )


def _xls_cells(sheet: Any) -> Iterator[tuple[int, int, Any]]:
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in {0, 6}:  # empty, blank
                yield row, column, cell


def _xls_shown(book: Any, cell: Any) -> str:
    from xlrd import error_text_from_code
    from xlrd.xldate import xldate_as_datetime

    if cell.ctype == 3:
        return _shown(xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == 4:
        return _shown(bool(cell.value))
    if cell.ctype == 5:
        return str(error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == 2:
        form = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return _number(cell.value, form)
    return tidy(str(cell.value))
