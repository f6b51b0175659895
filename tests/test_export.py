"""``export``: workbooks that clerks open, tables, JSON, the exchange's table; opened again with other programs."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from conftest import Run, Samples, put, replace
from qingdan.core.tables.reading import read
from qingdan.core.text import reading
from qingdan.model.tables import Column, Grid
from qingdan.render.workbooks import SPARE, workbook

LISTS = [
    "行政权责清单",
    "行政审批事项清单",
    "行政事业性收费清单",
    "政府性基金清单",
    "企业投资项目管理负面清单",
]


@pytest.fixture(scope="session")
def book(samples: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample district's workbook."""
    from qingdan.cli.main import run

    out = tmp_path_factory.mktemp("book") / "清单.xlsx"
    assert run(["-C", str(samples("district")), "export", "--out", str(out)]) == 0
    return out


def headings(sheet: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1]}


def test_a_workbook_has_a_sheet_a_list_and_a_guide(book: Path) -> None:
    opened = load_workbook(book)
    assert opened.sheetnames == ["填写说明", *LISTS, "底稿"]
    assert [sheet.sheet_state for sheet in opened][-1:] == ["hidden"]
    assert all(sheet.sheet_state == "visible" for sheet in opened.worksheets[:-1])
    lines = [row[0].value for row in opened["填写说明"].iter_rows(min_row=2)]
    assert len(lines) == 4
    assert any("qingdan adjust import" in str(line) for line in lines)
    assert opened["底稿"]["B3"].value == "郑州市金水区"


def test_a_sheet_is_fit_to_be_filled_in(book: Path) -> None:
    sheet: Any = load_workbook(book)[LISTS[0]]
    columns = headings(sheet)
    assert list(columns)[:4] == ["实施主体编号", "实施主体", "职权编号", "事项名称"]
    assert list(columns)[-7:-1] == [
        "调整类型", "调整情形", "情形发生日期", "调整理由", "逾期理由", "生效日期",
    ]  # fmt: skip
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert all(
        10 <= sheet.column_dimensions[cell.column_letter].width <= 60 for cell in sheet[1][:-1]
    )
    assert sheet.column_dimensions[sheet[1][-1].column_letter].hidden
    assert sheet["D2"].alignment.wrap_text
    assert sheet["D2"].number_format == "@"
    assert "20个工作日" in sheet.cell(1, columns["承诺办结时限"]).comment.text
    assert "环节名称｜办理时限｜岗位" in sheet.cell(1, columns["运行流程"]).comment.text


def test_choices_are_offered_below_the_last_row_too(book: Path) -> None:
    opened = load_workbook(book)
    sheet: Any = opened[LISTS[0]]
    columns = headings(sheet)
    found = {str(v.sqref).split(":")[0]: v for v in sheet.data_validations.dataValidation}

    def choices(title: str) -> str:
        letter = sheet.cell(1, columns[title]).column_letter
        rule = found[f"{letter}2"]
        assert str(rule.sqref).endswith(f"{letter}{sheet.max_row + SPARE}")
        return str(rule.formula1)

    assert choices("事项状态") == '"在用,暂停,取消"'
    assert choices("是否收费") == '"是,否"'
    assert "行政许可,行政处罚" in choices("权责类别")
    assert "内部职能调整、流程优化" in choices("调整情形")
    assert "勘误" in choices("调整类型")
    assert "建库" not in choices("调整类型")
    assert choices("实施主体编号").startswith("=选项!$A$1:$A$") or "JS-YJ" in choices(
        "实施主体编号"
    )


def test_every_item_and_field_is_there(book: Path, samples: Samples) -> None:
    sheet: Any = load_workbook(book)[LISTS[0]]
    columns = headings(sheet)
    rows = {sheet.cell(number, 3).value: number for number in range(2, sheet.max_row + 1)}
    path = samples("district") / "lists/powers/JS-YJ.yaml"
    document: Any = reading.read(path.read_bytes()).value
    for item in document["items"]:
        number = rows[item["code"]]
        assert sheet.cell(number, 1).value == "JS-YJ"
        assert sheet.cell(number, 2).value == "郑州市金水区应急管理局"
        assert sheet.cell(number, columns["事项名称"]).value == item["name"]
        flow = str(sheet.cell(number, columns["运行流程"]).value).split("\n")
        assert [line.split("｜")[0] for line in flow] == [step["step"] for step in item["flow"]]


def test_the_same_lists_give_the_same_bytes(
    book: Path, samples: Samples, qingdan: Run, tmp_path: Path
) -> None:
    assert qingdan(samples("district"), "export", "--out", str(tmp_path / "again.xlsx")) == 0
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_a_text_is_never_a_formula(bureau: Path, qingdan: Run, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x.example","看")'
    path = next((bureau / "lists/powers").glob("*.yaml"))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("  name: "))
    lines[at] = f"  name: '{evil}'\n"
    path.write_text("".join(lines), "utf-8")
    assert qingdan(bureau, "export", "--list", "powers", "--out", str(tmp_path / "a.xlsx")) == 0
    sheet = load_workbook(tmp_path / "a.xlsx")[LISTS[0]]
    cell = next(c for c in sheet["D"] if c.value == evil)
    assert cell.data_type == "s"
    assert (
        qingdan(
            bureau,
            "export",
            "--list",
            "powers",
            "--format",
            "csv",
            "--out",
            str(tmp_path / "a.csv"),
        )
        == 0
    )
    assert f"'{evil.split(',', maxsplit=1)[0]}" in (tmp_path / "a.csv").read_text(
        "utf-8-sig"
    ).replace('""', '"')


def test_csv_is_one_table_on_the_screen(samples: Samples, qingdan: Run, capsysbinary: Any) -> None:
    assert (
        qingdan(samples("district"), "export", "--list", "行政事业性收费清单", "--format", "csv")
        == 0
    )
    raw = capsysbinary.readouterr().out
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert {row["收费项目编号"] for row in rows} >= {"JS-CG-SF-001"}
    assert "调整类型" not in rows[0]
    assert not any("底稿" in heading for heading in rows[0])


def test_several_tables_need_a_folder(
    samples: Samples, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = samples("district")
    assert qingdan(where, "export", "--format", "csv") == 2
    assert "--out 文件夹" in capsys.readouterr().err
    assert qingdan(where, "export", "--format", "csv", "--out", str(tmp_path / "表")) == 0
    assert sorted(path.stem for path in (tmp_path / "表").iterdir()) == sorted(LISTS)
    assert qingdan(where, "export", "--format", "csv", "--out", str(tmp_path / "a.csv")) == 2


def test_json_holds_lists_as_their_files_do(
    samples: Samples, qingdan: Run, capsysbinary: Any
) -> None:
    where = samples("district")
    assert qingdan(where, "export", "--format", "json", "--unit", "区应急管理局") == 0
    documents = json.loads(capsysbinary.readouterr().out)
    assert {(d["list"], d["unit"]) for d in documents} == {
        ("powers", "JS-YJ"),
        ("approvals", "JS-YJ"),
    }
    for document in documents:
        path = where / f"lists/{document['list']}/{document['unit']}.yaml"
        assert reading.read(path.read_bytes()).value == document


def test_registers_are_given_out(
    samples: Samples, qingdan: Run, capsysbinary: Any, tmp_path: Path
) -> None:
    where = samples("district")
    assert qingdan(where, "export", "--register", "units", "--format", "json") == 0
    value = json.loads(capsysbinary.readouterr().out)
    assert value == reading.read((where / "registers/units.yaml").read_bytes()).value
    out = tmp_path / "名册.xlsx"
    assert (
        qingdan(where, "export", "--register", "units", "--register", "laws", "--out", str(out))
        == 0
    )
    opened = load_workbook(out)
    assert opened.sheetnames[:2] == ["单位名册", "依据名册"]
    sheet = opened["单位名册"]
    columns = headings(sheet)
    assert "调整类型" not in columns
    assert sheet.cell(2, columns["投诉举报渠道·电话"]).value
    assert qingdan(where, "export", "--register", "people") == 2


def test_the_exchange_has_its_names_and_codes(
    samples: Samples, qingdan: Run, capsysbinary: Any
) -> None:
    where = samples("district")
    assert (
        qingdan(where, "export", "--format", "national", "--list", "powers", "--unit", "JS-YJ") == 0
    )
    out, err = capsysbinary.readouterr()
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"))))
    row = next(row for row in rows if row["row_guid"] == "JS-YJ-QT-001")
    assert (row["task_type"], row["task_state"], row["use_level"]) == ("10", "1", "4")
    assert (row["promise_day"], row["promise_type"]) == ("3", "工作日")
    assert row["dept_name"] == "郑州市金水区应急管理局"
    assert row["handle_flow"].startswith("接收（即时办结，窗口受理岗，")
    assert "责任事项" in err.decode()
    assert "追责情形" in err.decode()
    assert qingdan(where, "export", "--format", "national", "--list", "negative") == 2
    assert "没有企业投资项目管理负面清单的列名" in capsysbinary.readouterr().err.decode()


def test_a_file_is_not_overwritten_by_accident(
    samples: Samples, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = put(tmp_path, "a.xlsx", "mine")
    words = ("export", "--list", "funds", "--out", str(out))
    assert qingdan(samples("district"), *words) == 4
    assert out.read_text() == "mine"
    assert "已经存在" in capsys.readouterr().err
    assert qingdan(samples("district"), *words, "--force") == 0
    assert out.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "words", "begins"),
    [
        ("a.csv", (), "\ufeff".encode()),
        ("a.JSON", (), b"["),
        ("a.xlsx", (), b"PK"),
        ("a", (), b"PK"),
        ("a.txt", ("--format", "csv"), "\ufeff".encode()),
        ("a.csv", ("--format", "national"), "\ufeff".encode()),
    ],
)
def test_a_file_is_what_its_name_says(
    name: str, words: tuple[str, ...], begins: bytes, small: Path, qingdan: Run, tmp_path: Path
) -> None:
    out = tmp_path / name
    assert qingdan(small, "export", "--list", "powers", "--out", str(out), *words) == 0
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("a.doc", (), "看不出格式，请用 --format 写明"),
        ("a.xlsx", ("--format", "csv"), "的扩展名与格式 csv 不符"),
        ("a.json", ("--format", "xlsx"), "的扩展名与格式 xlsx 不符"),
    ],
)
def test_a_name_that_says_something_else_is_refused(
    name: str,
    words: tuple[str, ...],
    why: str,
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert qingdan(small, "export", "--out", str(small.parent / name), *words) == 2
    assert why in capsys.readouterr().err
    assert not (small.parent / name).exists()


def test_without_out_a_workbook_lies_in_the_folder(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(bureau, "export") == 0
    made = list(bureau.glob("*.xlsx"))
    assert len(made) == 1
    assert made[0].name in capsys.readouterr().err


def test_an_earlier_state_can_be_given_out(bureau: Path, qingdan: Run, capsysbinary: Any) -> None:
    path = min((bureau / "lists/powers").glob("*.yaml")).relative_to(bureau).as_posix()
    replace(bureau, path, "level: ", "note: 后来的\n  level: ")
    for words, count in (((), 1), (("--at", "HEAD"), 0)):
        assert qingdan(bureau, "export", "--format", "json", *words) == 0
        assert capsysbinary.readouterr().out.decode().count("后来的") == count
    assert qingdan(bureau, "export", "--at", "nowhere") == 3


def test_what_is_left_out_is_said(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = min((bureau / "lists/powers").glob("*.yaml")).relative_to(bureau).as_posix()
    replace(bureau, path, "  state: 在用\n", "  state: 在用着\n")
    assert qingdan(bureau, "export", "--out", str(tmp_path / "a.xlsx")) == 1
    assert "有1个事项内容不合要求或编号重复，没有导出" in capsys.readouterr().err
    put(bureau, path, "x: [")
    assert qingdan(bureau, "export", "--out", str(tmp_path / "b.xlsx")) == 1
    assert "不能读取" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--list", "nothing"), 2, "没有“nothing”这个清单"),
        (("--unit", "没有的局"), 2, "单位名册里没有"),
        (("--format", "pdf"), 2, "可用：xlsx、csv、json、national"),
        (("--list", "funds", "--unit", "JS-YJ"), 3, "没有对应到任何事项"),
    ],
)
def test_what_cannot_be_given_out_is_said(
    words: tuple[str, ...],
    code: int,
    said: str,
    samples: Samples,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert qingdan(samples("district"), "export", *words) == code
    assert said in capsys.readouterr().err


def test_a_workspace_without_git_can_be_given_out(
    bureau: Path, qingdan: Run, tmp_path: Path
) -> None:
    shutil.rmtree(bureau / ".git")
    assert qingdan(bureau, "export", "--out", str(tmp_path / "a.xlsx")) == 0
    assert load_workbook(tmp_path / "a.xlsx")["底稿"]["B4"].value is None


def test_grids_with_odd_names_and_long_texts() -> None:
    odd = Grid(
        "甲/乙:[丙]*?" * 5,
        (Column("a", "a"), Column("b", "b", 10, ("x,y", "z"))),
        (("甲" * 40_000, ""),),
    )
    hidden = Grid("History", (Column("a", "a", hidden=True),), (("b",),))
    marked = Grid("甲/乙:[丙]*?" * 5, (Column("a", "a"),), (("a",), ("b",)), frozenset({(1, 0)}))
    raw = workbook([odd, hidden, marked])
    opened = load_workbook(io.BytesIO(raw))
    assert len({name.casefold() for name in opened.sheetnames}) == 4
    assert all(len(name) <= 31 for name in opened.sheetnames)
    assert len(opened.worksheets[0]["A2"].value) <= 32_767
    assert opened.worksheets[1].sheet_state == "hidden"
    fills = [opened.worksheets[2][f"A{n}"].fill.fgColor.rgb for n in (2, 3)]
    assert fills[0] != fills[1]
    assert opened["选项"]["A1"].value == "x,y"
    assert [sheet.rows for sheet in read(raw, "a.xlsx").sheets][1] == (("a",), ("a",), ("b",))
