"""The same items as three departments would hand them in: three kinds of table, none of them ours.

Layout A (.xlsx): title rows, a row for each type, merged cells, a basis that goes on in the next row, footers.
Layout B (.xls): headings over two rows, main items and sub-items, headings and totals repeated, no codes.
Layout C (.csv): GB18030, codes behind a tab, types as national codes, limits without 个, one unit a column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from qingdan.model.values import Doc

TYPES = ("行政许可", "行政处罚", "行政确认", "行政检查", "其他行政权力")
_NUMERALS = "一二三四五六七八九十"
_NATIONAL = {
    "行政许可": "01",
    "行政处罚": "2",
    "行政检查": "6",
    "行政确认": "07",
    "其他行政权力": "10",
}


@dataclass(frozen=True, slots=True)
class Department:
    """A unit and its items, in the order in which its table has them."""

    code: str
    name: str
    short: str
    layout: str
    items: tuple[Doc, ...]


def write(department: Department, number: int, folder: Path) -> Path:
    """The department's table as a file; its name tells the unit as far as the layout needs it."""
    if department.layout == "A":
        path = folder / f"{number:02d}报送表.xlsx"
        _layout_a(department, path)
    elif department.layout == "B":
        path = folder / f"{number:02d}{department.name}权力清单.xls"
        _layout_b(department, path)
    else:
        path = folder / f"{number:02d}导出.csv"
        path.write_bytes(_layout_c(department))
    return path


# --- A ---------------------------------------------------------------------------------------

_HEADS_A = (
    "序号",
    "职权编码",
    "职权名称",
    "承办科室",
    "设定依据",
    "申请条件",
    "法定时限",
    "承诺时限",
    "办理流程",
    "责任事项",
    "追责情形",
    "处罚种类和幅度",
    "网上办理环节",
    "监管措施",
    "流程图页码",
)
_BASIS_A = _HEADS_A.index("设定依据")


def _layout_a(department: Department, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "权责清单"
    width = len(_HEADS_A)
    sheet.append([f"{department.name}权责清单"])
    sheet.append([f"填报单位：{department.name}", *[""] * (width - 3), "填报日期：2026年11月16日"])
    sheet.append(list(_HEADS_A))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    number = 0
    for place, (kind, group) in enumerate(_by_type(department.items)):
        items = list(group)
        sheet.append([f"{_NUMERALS[place]}、{kind}（共{len(items)}项）"])
        sheet.merge_cells(
            start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=width
        )
        for item in items:
            number += 1
            _item_a(sheet, item, number)
    sheet.append([])
    sheet.append(["注：本表由各单位填报，依据和责任事项以审核确认的为准。"])
    sheet.append(["填表人：经办岗", "", "", "审核人：法制科"])
    book.save(path)


def _item_a(sheet: Any, item: Doc, number: int) -> None:
    """A row; of every fifth item the second basis stands in a row of its own, the other cells merged."""
    bases = [_basis(basis) for basis in _docs(item, "basis")]
    apart = number % 5 == 0 and len(bases) > 1
    sheet.append(_row_a(item, number, "\n".join(bases[:1] if apart else bases)))
    if apart:
        last = sheet.max_row + 1
        sheet.cell(last, _BASIS_A + 1, "\n".join(bases[1:]))
        for column in range(1, len(_HEADS_A) + 1):
            if column != _BASIS_A + 1:
                sheet.merge_cells(
                    start_row=last - 1, start_column=column, end_row=last, end_column=column
                )


def _row_a(item: Doc, number: int, basis: str) -> list[object]:
    penalty = item["type"] == "行政处罚"
    return [
        number,
        item["code"],
        str(item["name"]).replace("（", "(").replace("）", ")"),
        item["section"],
        basis,
        _points(item, "conditions"),
        item["statutory_limit"],
        item["promised_limit"],
        "→".join(_step(step) for step in _docs(item, "flow")),
        "\n".join(
            f"{place}、{duty['stage']}阶段责任：{duty['duty']}"
            for place, duty in enumerate(_docs(item, "responsibilities"), 1)
        ),
        _points(item, "accountability"),
        item["punishment"] if penalty else "",
        "\n".join(cast("list[str]", item.get("online", []))),
        _points(item, "post_supervision"),
        f"附件{number}",
    ]


# --- B ---------------------------------------------------------------------------------------

_HEADS_B = (
    ("序号", ""),
    ("权力类型", ""),
    ("项目名称", "主项"),
    ("项目名称", "子项"),
    ("承办机构", ""),
    ("实施依据", ""),
    ("受理条件", ""),
    ("办理时限（工作日）", "法定时限"),
    ("办理时限（工作日）", "承诺时限"),
    ("运行流程", ""),
    ("责任", "责任事项内容"),
    ("责任", "问责情形"),
    ("处罚内容", ""),
    ("网上运行环节", ""),
    ("事中事后监管", ""),
)


def _layout_b(department: Department, path: Path) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, len(_HEADS_B) - 1, "行政权力和责任清单")
    row = _heads_b(sheet, 1)
    number = 0
    for kind, group in _by_type(department.items):
        items = list(group)
        for main, subs in groupby(items, key=_main):
            rows = list(subs)
            for place, item in enumerate(rows):
                number += 1
                for column, value in enumerate(_row_b(item, number)):
                    if column != 2:
                        sheet.write(row + place, column, value)
            if len(rows) > 1:
                sheet.write_merge(row, row + len(rows) - 1, 2, 2, main)
            else:
                sheet.write(row, 2, main)
            row += len(rows)
        sheet.write(row, 1, "小计")
        sheet.write(row, 2, f"{kind}{len(items)}项")
        row = _heads_b(sheet, row + 1)
    sheet.write(row, 0, "合计")
    sheet.write(row, 2, f"共{number}项")
    book.save(str(path))


def _heads_b(sheet: Any, row: int) -> int:
    """The two heading rows, merged across and down; the row after them."""
    for upper, columns in groupby(range(len(_HEADS_B)), key=lambda place: _HEADS_B[place][0]):
        places = list(columns)
        if _HEADS_B[places[0]][1]:
            sheet.write_merge(row, row, places[0], places[-1], upper)
            for place in places:
                sheet.write(row + 1, place, _HEADS_B[place][1])
        else:
            sheet.write_merge(row, row + 1, places[0], places[0], upper)
    return row + 2


def _row_b(item: Doc, number: int) -> list[object]:
    return [
        number,
        item["type"],
        _main(item),
        str(item["name"]).removeprefix(_main(item)).strip("（）"),
        item["section"],
        " ".join(_basis(basis) for basis in _docs(item, "basis")),
        _points(item, "conditions"),
        int(str(item["statutory_limit"]).removesuffix("个工作日")),
        int(str(item["promised_limit"]).removesuffix("个工作日")),
        "\n".join("｜".join(map(str, step.values())) for step in _docs(item, "flow")),
        "；".join(
            f"{place}.{duty['stage']}责任：{duty['duty']}"
            for place, duty in enumerate(_docs(item, "responsibilities"), 1)
        ),
        _points(item, "accountability"),
        item.get("punishment", ""),
        "；".join(cast("list[str]", item.get("online", []))),
        _points(item, "post_supervision"),
    ]


def _main(item: Doc) -> str:
    return str(item["name"]).partition("（")[0]


# --- C ---------------------------------------------------------------------------------------

_HEADS_C = (
    "序号",
    "权力编码",
    "权责事项",
    "类别",
    "实施主体",
    "责任科室",
    "法律依据",
    "办理条件",
    "法定办结时限",
    "承诺办结时限",
    "工作流程",
    "部门责任",
    "责任追究情形",
    "处罚的行为、种类、幅度",
    "网上运行环节",
    "事中事后监管措施",
    "状态",
)


def _layout_c(department: Department) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADS_C)
    for number, item in enumerate(department.items, 1):
        writer.writerow(_row_c(department, item, number))
    return text.getvalue().encode("gb18030")


def _row_c(department: Department, item: Doc, number: int) -> list[object]:
    return [
        number,
        f"\t{item['code']}",
        item["name"],
        _NATIONAL[str(item["type"])],
        department.short,
        item["section"],
        "".join(_basis(basis) for basis in _docs(item, "basis")),
        _points(item, "conditions"),
        str(item["statutory_limit"]).replace("个", ""),
        str(item["promised_limit"]).replace("个", ""),
        "→".join(_step(step) for step in _docs(item, "flow")),
        " ".join(
            f"（{_NUMERALS[place]}）{duty['stage']}责任：{duty['duty']}"
            for place, duty in enumerate(_docs(item, "responsibilities"))
        ),
        _points(item, "accountability"),
        item.get("punishment", ""),
        "；".join(cast("list[str]", item.get("online", []))),
        _points(item, "post_supervision"),
        "有效",
    ]


# --- what all of them do --------------------------------------------------------------------


def _by_type(items: Sequence[Doc]) -> Iterator[tuple[str, Iterator[Doc]]]:
    return ((str(kind), group) for kind, group in groupby(items, key=lambda item: item["type"]))


def _docs(item: Doc, key: str) -> list[Doc]:
    return cast("list[Doc]", item.get(key, []))


def _basis(basis: Doc) -> str:
    return f"《{basis['law']}》{basis['article']}：{basis['text']}"


def _step(step: Doc) -> str:
    return f"{step['step']}（{step['limit']}，{step['post']}，{step['office']}）"


def _points(item: Doc, key: str) -> str:
    texts = cast("list[str]", item.get(key, []))
    return "\n".join(f"{place}.{text}" for place, text in enumerate(texts, 1))
