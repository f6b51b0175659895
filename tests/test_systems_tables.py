"""What a system gives out, in every kind of file: the same rows, or a sentence that says which cell is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from conftest import TODAY, Run, put
from qingdan.core.schema import Schemas
from qingdan.core.systems.taking import Taken, take
from qingdan.core.tables import reading
from qingdan.model.errors import UsageError
from qingdan.model.settings import SystemSettings
from qingdan.model.tables import Region, Sheet
from qingdan.repo import resources

SCHEMAS = Schemas(resources.schema_texts())
HEAD = ("职权编号", "事项名称", "实施主体", "承诺时限（工作日）", "运行流程")
ROWS = (
    ("A-1", "甲事项", "一局", "20", "1.受理\n2.审查"),
    ("A-2", "乙事项", "", "即办", ""),
)
WANTED = [
    {
        "code": "A-1",
        "name": "甲事项",
        "unit": "一局",
        "promised_limit": "20个工作日",
        "flow": "1.受理；2.审查",
    },
    {"code": "A-2", "name": "乙事项", "promised_limit": "即办"},
]


def system(**columns: str) -> SystemSettings:
    named = columns or {
        "职权编号": "code",
        "事项名称": "name",
        "实施主体": "unit",
        "承诺时限（工作日）": "promised_limit",
        "运行流程": "flow",
    }
    return SystemSettings("portal", "政务服务网", "某局", "本单位自定", ("powers",), (), named)


def xlsx(folder: Path, sheets: dict[str, tuple[tuple[object, ...], ...]]) -> Path:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "t.xlsx"
    book.save(path)
    return path


def xls(folder: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("事项")
    for number, row in enumerate((HEAD, *ROWS)):
        for place, text in enumerate(row):
            sheet.write(number, place, text)
    path = folder / "t.xls"
    book.save(str(path))
    return path


def taken(path: Path, sheet: str = "", **columns: str) -> Taken:
    return take(reading.sheets(path.read_bytes(), path.name), system(**columns), SCHEMAS, sheet)


def rows_of(taken_: Taken) -> list[dict[str, object]]:
    return [{key: value for key, value in row.items() if key != "line"} for row in taken_.rows]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv", "gb18030", "json"])
def test_every_kind_of_file_gives_the_same_rows(kind: str, tmp_path: Path) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in (HEAD, *ROWS)]
    records = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
    made = {
        "xlsx": lambda: xlsx(tmp_path, {"说明": (("导出说明",),), "事项": (HEAD, *ROWS)}),
        "xls": lambda: xls(tmp_path),
        "csv": lambda: put(tmp_path, "t.csv", "\r\n".join(lines).encode("utf-8-sig")),
        "gb18030": lambda: put(tmp_path, "t.csv", "\r\n".join(lines).encode("gb18030")),
        "json": lambda: put(tmp_path, "t.json", json.dumps({"data": {"list": records}})),
    }
    found = taken(made[kind]())
    assert rows_of(found) == WANTED
    assert [row["line"] for row in found.rows] == [2, 3]
    assert not found.refused
    assert not found.unmapped


def test_of_several_sheets_one_must_be_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path, {"权力": (HEAD, *ROWS), "公共服务": (HEAD, ROWS[1]), "说明": (("注",),)})
    with pytest.raises(UsageError, match="“权力”、“公共服务”都有事项名称一列，请用 --sheet"):
        taken(path)
    assert rows_of(taken(path, "公共服务")) == WANTED[1:]
    with pytest.raises(
        UsageError, match="没有名为“公共”的工作表，现有：“权力”、“公共服务”、“说明”"
    ):
        taken(path, "公共")


def test_merged_cells_say_the_unit_of_every_row_and_never_a_name() -> None:
    sheet = Sheet(
        "事项",
        (HEAD, ("A-1", "甲", "一局"), ("A-2", "乙"), ("A-3",)),
        merged=(Region(2, 3, 4, 3), Region(3, 2, 4, 2), Region(1, 1, 90000, 500)),
    )
    found = take([sheet], system(), SCHEMAS)
    assert [(row["name"], row["unit"]) for row in found.rows] == [("甲", "一局"), ("乙", "一局")]
    assert found.refused == ((4, "没有事项名称"),)


def test_a_code_that_lost_its_digits_is_refused_with_its_address(tmp_path: Path) -> None:
    path = xlsx(tmp_path, {"事项": (HEAD, (41010500000000123, "甲"), (123, "乙"))})
    found = taken(path)
    ((line, why),) = found.refused
    assert line == 2
    assert "（A2）" in why
    assert "末几位已经丢失" in why
    assert [row["code"] for row in found.rows] == ["123"]


def test_repeated_headings_and_empty_rows_are_no_records() -> None:
    sheet = Sheet("事项", (("事项表",), HEAD, *ROWS, (), HEAD, ("A-3", "丙", "", "", "", "多的")))
    found = take([sheet], system(), SCHEMAS)
    assert [row["name"] for row in found.rows] == ["甲事项", "乙事项"]
    assert found.refused == ((7, "有6列，多于表头的5列"),)


def test_columns_that_the_schemas_know_are_suggested(
    district: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    table = put(tmp_path, "p.csv", "事项名称,权力名称,所需材料,点击量\n甲,乙,申请书,7\n")
    capsys.readouterr()
    assert qingdan(district, "systems", "take", "portal", str(table), "--dry-run") == 0
    said = capsys.readouterr().err
    assert "权力名称（B1）、所需材料（C1）、点击量（D1）" in said
    assert "其中要取的，可在 columns 中加：所需材料: materials。" in said


def test_a_workbook_becomes_a_snapshot_and_a_commit(
    bureau: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ("证照名称", "职权编号", "事项名称", "颁证单位", "证照状态")
    whole = (
        "危险化学品经营许可证",
        "HJ-YJ-XK-001",
        "危险化学品经营许可（不带储存设施）",
        "区应急管理局",
        "有效",
    )
    wrong = ("烟花爆竹许可", "HJ-YJ-XK-002", "烟花爆竹经营（零售）许可", "惠济区应急管理局", "有效")
    table = xlsx(tmp_path, {"证照": (head, whole, wrong), "备份": (head, wrong)})
    words = ["systems", "take", "licences", str(table), "--today", TODAY]
    assert qingdan(bureau, *words) == 2
    assert qingdan(bureau, *words, "--sheet", "证照") == 0
    capsys.readouterr()
    assert qingdan(bureau, "check", "--today", TODAY, "--format", "json") == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    said = [(f["code"], f["item"], f["message"]) for f in findings if f["code"] == "QD304"]
    assert said == [
        (
            "QD304",
            "HJ-YJ-XK-002",
            "结果名称：公开的清单为“烟花爆竹经营（零售）许可证”，电子证照库为“烟花爆竹许可”。",
        )
    ]
