"""The sheets of an exported workbook as pages: which list each is, which column is which field, its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core import wording
from qingdan.core.tables.exporting import FORMAT, GUIDE, SAID, list_columns, read_base_title
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.schema import Schemas
    from qingdan.core.tables.exporting import Origin
    from qingdan.core.tables.reading import Tables
    from qingdan.model.tables import Sheet

_FIRST_ROWS = 10


class Page(Struct, frozen=True):
    """A sheet of one list. ``columns`` is key to number (from 1), ``rows`` are (number, key to text)."""

    name: str
    list: str
    origin: Origin
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def where(self, number: int) -> str:
        """A row as people find it."""
        return f"工作表“{self.name}”第{number}行"


def pages(
    tables: Tables, schemas: Schemas, workspace: str
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """The pages of a workbook, and notes on what is no page; UsageError if it is no workbook of this workspace."""
    found: list[Page] = []
    notes: list[str] = []
    for sheet in tables.sheets:
        page, told = _page(sheet, schemas, workspace)
        found += [page] if page else []
        notes += told
    for sheet in tables.hidden:
        if _heading_row(sheet):
            notes.append(f"工作表“{sheet.name}”是隐藏的，没有采用；要办理的请先取消隐藏。")
    if not found:
        raise UsageError(
            "不是 qingdan export 导出的工作簿（没有找到隐藏的“底稿”栏）；"
            "别处来的表格请用 qingdan import，要批量修改请先用 qingdan export --format xlsx 导出。"
        )
    return tuple(found), tuple(notes)


def _page(sheet: Sheet, schemas: Schemas, workspace: str) -> tuple[Page | None, list[str]]:
    top = _heading_row(sheet)
    if not top:
        known = sheet.name == GUIDE or not any(any(row) for row in sheet.rows)
        return None, [] if known else [f"工作表“{sheet.name}”不是导出的清单，没有采用。"]
    heads = sheet.rows[top - 1]
    name, origin = _origin(heads, schemas, workspace)
    columns, headings, notes = _columns(sheet, top, name, schemas)
    _refuse_merged(sheet, top)
    rows = tuple(
        (number, {key: _cell(row, column) for key, column in columns.items()})
        for number, row in enumerate(sheet.rows[top:], top + 1)
        if any(row)
    )
    return Page(sheet.name, name, origin, columns, headings, rows), notes


def _heading_row(sheet: Sheet) -> int:
    """The number of the heading row, by the hidden column; 0 if there is none."""
    for number, row in enumerate(sheet.rows[:_FIRST_ROWS], 1):
        if any(read_base_title(cell) for cell in row):
            return number
    return 0


def _origin(heads: Sequence[str], schemas: Schemas, workspace: str) -> tuple[str, Origin]:
    form, name, origin = next(filter(None, map(read_base_title, heads)))
    if form != FORMAT:
        raise UsageError("工作簿是用别的版本的 qingdan 导出的，请用现在的版本重新导出。")
    if origin.workspace != workspace:
        raise RefusedError(
            f"工作簿是从“{origin.workspace}”的工作区导出的，这里是“{workspace}”，没有采用。"
        )
    if name not in schemas:
        raise UsageError(f"工作簿里的清单“{name}”不存在，请重新导出。")
    return name, origin


def _columns(
    sheet: Sheet, top: int, name: str, schemas: Schemas
) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """Key to column and to heading, and notes on headings that are not ours."""
    known = _known(name, schemas)
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    notes: list[str] = []
    for column, heading in enumerate(sheet.rows[top - 1], 1):
        key = "base" if read_base_title(heading) else known.get(wording.normal(heading), "")
        if key and key in columns:
            twice = address(top, column)
            raise RefusedError(f"工作表“{sheet.name}”有两个“{heading}”栏（{twice}），请删去一个。")
        if key:
            columns[key], headings[key] = column, heading
        elif heading:
            at = address(top, column)
            notes.append(f"工作表“{sheet.name}”{at}“{heading}”不是导出时的栏目，没有采用。")
    if "code" not in columns:
        label = schemas[name].label(("items", 0, "code"))
        raise RefusedError(f"工作表“{sheet.name}”没有“{label}”一栏，不能对应事项；请恢复这一栏。")
    return columns, headings, notes


def _known(name: str, schemas: Schemas) -> Mapping[str, str]:
    schema, record = schemas[name], schemas["adjustment"]
    titles = dict(list_columns(schema))
    titles |= {f"adjust.{key}": record.label((key,)) for key in SAID}
    return {wording.normal(title): key for key, title in titles.items()}


def _cell(row: Sequence[str], column: int) -> str:
    return row[column - 1] if column <= len(row) else ""


def _refuse_merged(sheet: Sheet, top: int) -> None:
    """RefusedError for merged cells: all but their first would look as if they had been emptied."""
    for region in sheet.merged:
        if region.bottom > top:
            at = f"{address(region.top, region.left)}:{address(region.bottom, region.right)}"
            raise RefusedError(
                f"工作表“{sheet.name}”有合并的单元格（{at}），请取消合并、逐格填写。"
            )
