"""Departments' tables into lists and registers: what is taken is right, what is not is told with its address."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from conftest import TODAY, Run, commit, git, put, replace
from qingdan.cli.main import run as run_command
from qingdan.core.text import strict
from qingdan.model.workspace import LISTS

UNITS = """单位编号,单位名称,简称,单位性质,执法主体资格·确认日期,执法主体资格·公布日期
JS-LY,郑州市金水区林业局,区林业局,区直,2019年4月22日,2019/4/28
JS-NY,郑州市金水区农业农村局,区农业农村局,区直部门,2019-04-22,2019-04-28
"""
BASIS = (
    "《中华人民共和国森林法》第五十六条第一款：采伐林地上的林木应当申请采伐许可证。"
    "《河南省林木采伐管理办法》（豫政[2014]97号）第三条"
)
DUTIES = "1.受理阶段责任：公示材料。\n2.审查阶段责任：审查。\n3.决定责任：作出决定。"
FAULTS = "因不履行职责，有下列情形的，应承担相应责任：\n1.不予受理的；\n2.索取财物的。"
FLOW = "受理（1个工作日，窗口岗，窗口负责人）→审查（5个工作日，审核岗，科长）→决定（即办，决定岗，局长）"
HEADS = ["序号", "权力类型", "职权\n编码", "职权名称*", "子项", "设定依据", "办理时限", None, "责任事项",
         "追责情形", "运行流程", "处罚种类和幅度", "领导批示"]  # fmt: skip


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district without lists, laid out once."""
    folder = tmp_path_factory.mktemp("blank") / "district"
    words = [
        "init",
        str(folder),
        "--profile",
        "district",
        "--name",
        "郑州市金水区",
        "--short",
        "金水区",
    ]
    assert run_command([*words, "--today", TODAY]) == 0
    table = put(folder.parent, "units.csv", UNITS)
    assert (
        run_command(
            ["-C", str(folder), "import", str(table), "--register", "units", "--today", TODAY]
        )
        == 0
    )
    return folder


@pytest.fixture
def work(blank: Path, tmp_path: Path) -> Path:
    """A district of one's own with two units and no lists."""
    return Path(shutil.copytree(blank, tmp_path / "work"))


def book(*rows: list[object], merge: tuple[str, ...] = (), title: str = "权责清单") -> Workbook:
    made = Workbook()
    sheet: Any = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for region in merge:
        sheet.merge_cells(region)
    return made


def forestry(folder: Path) -> Path:
    """A table as departments make them: title, two heading rows, sections, sub-items, repeated headings, totals."""
    main = "林木采伐许可证核发(县级权限)"
    made = book(
        ["郑州市金水区林业局权责清单（2026年版）"],
        list(HEADS),
        [*[None] * 6, "法定（工作日）", "承诺（工作日）"],
        ["一、行政许可（2项）"],
        [1, "行政许可类", "\tJS-LY-XK-001", main, "1.商品林采伐", BASIS, 20, "10", DUTIES, FAULTS, FLOW],
        [2, None, "JS-LY-XK-002", None, "2.公益林采伐", None, 20, 12],
        list(HEADS),
        ["二", "行政处罚"],
        [3, "处罚", None, "对盗伐林木的处罚", "/", "《中华人民共和国森林法》第七十六条", None, None,
         "立案责任：立案。调查责任：调查。", "1、不立案的；2、乱罚款的。", "立案→调查→决定", "处价值五倍以上十倍以下罚款", "已阅"],
        [None, None, None, None, None, "财综〔20112号"],
        ["合计", "3项"],
        ["填表人：经办岗    审核人：法制科"],
        merge=("A1:M1", *(f"{column}2:{column}3" for column in "ABCDEFIJKLM"), "G2:H2", "A4:M4",
               *(f"{column}5:{column}6" for column in "BDFIJK")),
    )  # fmt: skip
    made.create_sheet("填写说明")["A1"] = "本表由各单位填写"
    made.create_sheet("旧")["A1"] = "旧"
    made["旧"].sheet_state = "hidden"
    path = folder / "林业局.xlsx"
    made.save(path)
    return path


def document(folder: Path, path: str) -> Any:
    return strict.read((folder / path).read_text("utf-8"))[0]


def items(folder: Path, path: str) -> dict[str, Any]:
    return {item["code"]: item for item in document(folder, path)["items"]}


def powers(qingdan: Run, folder: Path, file: Path, *words: str) -> int:
    return qingdan(folder, "import", str(file), "--list", "powers", "--today", TODAY, *words)


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def test_a_departments_table_becomes_its_list_in_one_commit(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert powers(qingdan, work, forestry(tmp_path), "--number", "--expect", "3") == 0
    found = items(work, "lists/powers/JS-LY.yaml")
    assert list(found) == ["JS-LY-CF-001", "JS-LY-XK-001", "JS-LY-XK-002"]
    first, second, penalty = (
        found[code] for code in ("JS-LY-XK-001", "JS-LY-XK-002", "JS-LY-CF-001")
    )
    assert first["name"] == "林木采伐许可证核发（县级权限）（商品林采伐）"
    assert second["name"] == "林木采伐许可证核发（县级权限）（公益林采伐）"
    assert (first["promised_limit"], second["promised_limit"]) == ("10个工作日", "12个工作日")
    assert first["basis"] == second["basis"] == [
        {"law": "中华人民共和国森林法", "article": "第五十六条第一款", "text": "采伐林地上的林木应当申请采伐许可证。",
         "check": "未核对"},
        {"law": "河南省林木采伐管理办法", "article": "第三条", "check": "未核对"},
    ]  # fmt: skip
    assert [duty["stage"] for duty in first["responsibilities"]] == ["受理", "审查", "决定"]
    assert first["accountability"][1:] == ["不予受理的；", "索取财物的。"]
    assert first["flow"][1] == {
        "step": "审查",
        "limit": "5个工作日",
        "post": "审核岗",
        "office": "科长",
    }
    assert (penalty["type"], penalty["state"]) == ("行政处罚", "在用")
    assert [basis["law"] for basis in penalty["basis"]] == ["中华人民共和国森林法", "财综〔20112号"]
    assert_told(capsys.readouterr().err)
    body = git(work, "log", "-1", "--format=%B")
    for line in ("建库 行政权责清单：3项", "Adjustment: register", "List: powers", "Deadline: none",
                 "Reason: 清单建库：导入 林业局.xlsx", f"Record: {TODAY}-register"):  # fmt: skip
        assert line in body
    assert git(work, "status", "--short") == ""
    assert qingdan(work, "fmt", "--check") == 0
    assert qingdan(work, "validate", "--commits", "HEAD") == 0


def assert_told(report: str) -> None:
    """Everything that was not taken, with its address."""
    for line in (
        "“权责清单”：表头在第2、3行，读出3项",
        "G列“办理时限·法定（工作日）”→法定办结时限",
        "略过：重复的表头1行",
        "“旧”　“1行”：是隐藏的工作表",
        "“填写说明”　“1行”：没有找到表头",
        "第1行　“郑州市金水区林业局权责清单（2026年版）”：在表头之上",
        "第11行　“合计 3项”：是合计行",
        "第12行　“填表人：经办岗 审核人：法制科”：是表尾说明",
        "M列　“领导批示（1格）”：这个列名不认识",
        "（豫政〔2014〕97号）”未取",
        "F9、F10　",
        "文号“财综〔20112号”不完整或有误，照原样列入，请核对",
        "按此认定实施主体为“郑州市金水区林业局”",
        "可列入3项",
    ):
        assert line in report


def test_importing_again_changes_nothing(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = forestry(tmp_path)
    assert powers(qingdan, work, file, "--number") == 0
    before = head(work)
    for words in ((), ("--number",), ("--number", "--dry-run"), ("--expect", "3")):
        capsys.readouterr()
        assert powers(qingdan, work, file, *words) == 0
        assert "没有变化：读出的3项都已在行政权责清单中，内容相同。" in capsys.readouterr().out
    assert head(work) == before


def test_a_dry_run_shows_what_would_be_committed(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = head(work)
    assert powers(qingdan, work, forestry(tmp_path), "--number", "--dry-run") == 0
    assert "Adjustment: register" in capsys.readouterr().out
    assert powers(qingdan, work, forestry(tmp_path), "--dry-run") == 4
    assert (
        "第9行“对盗伐林木的处罚”缺少：职权编号（可以加 --number 由程序编号）。"
        in capsys.readouterr().err
    )
    assert (head(work), git(work, "status", "--short")) == (before, "")


CSV_HEADS = "职权编号,事项名称,权责类别,设定依据,办理流程,责任事项,追责情形,承诺时限,实施主体\n"


def line(code: str, name: str, kind: str = "其他职权", **cells: str) -> str:
    """A row of a table with CSV_HEADS."""
    usual = {
        "basis": "《甲法》第一条",
        "flow": "受理→决定",
        "duty": "受理责任：受理。决定责任：决定。",
        "fault": "不受理的",
        "limit": "",
        "unit": "",
    }
    return ",".join([code, name, kind, *(usual | cells).values()]) + "\n"


def gappy(folder: Path) -> Path:
    return put(
        folder,
        "汇总.csv",
        CSV_HEADS
        + line("JS-NY-XK-001", "种子生产经营许可", "01", limit="20工作日", unit="区农业农村局")
        + line("JS-NY-XK-002", "兽药经营许可", "许可", flow="", fault="", unit="区农业农村局")
        + line("JS-LY-QT-001", "木材运输备案", limit="10", unit="区林业厅")
        + line("JS-LY-JC-001", "林木种苗检查", "抽查", basis="无", unit="金水区林业局"),
    )


def test_gaps_are_told_row_by_row_and_nothing_is_written(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = head(work)
    assert powers(qingdan, work, gappy(tmp_path)) == 4
    report = capsys.readouterr().err
    for line in (
        "第3行“兽药经营许可”缺少：承诺办结时限、运行流程、追责情形。",
        "第4行“木材运输备案”实施主体“区林业厅”不在单位名册中，是不是“郑州市金水区林业局”？",
        "“承诺办结时限”的值“10”写法不对",
        "第5行“林木种苗检查”缺少：实施依据；“权责类别”的值“抽查”不在可选范围内。",
        "D5　“无”：表示没有",
        "共读出4项：可列入1项、不能列入3项。可列入的：郑州市金水区农业农村局1项。",
        "3项不能列入（见上），没有写入",
    ):
        assert line in report
    assert (head(work), git(work, "status", "--short")) == (before, "")


def test_what_is_fit_can_go_first_and_the_rest_be_completed_in_excel(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = tmp_path / "待补正.xlsx"
    assert powers(qingdan, work, gappy(tmp_path), "--partial", "--rest", str(rest)) == 0
    assert list(items(work, "lists/powers/JS-NY.yaml")) == ["JS-NY-XK-001"]
    assert not (work / "lists/powers/JS-LY.yaml").exists()
    made = load_workbook(rest)
    sheet = made["行政权责清单"]
    heads = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
    rows = {
        str(row[heads["职权编号"] - 1].value): row
        for row in sheet.iter_rows(min_row=2)
        if row[0].value
    }
    assert list(rows) == ["JS-NY-XK-002", "JS-LY-QT-001", "JS-LY-JC-001"]
    wrong = rows["JS-NY-XK-002"]
    assert wrong[0].value == "缺少：承诺办结时限；缺少：运行流程；缺少：追责情形"
    marked = {
        column for column in heads.values() if wrong[column - 1].fill.fgColor.rgb != "00000000"
    }
    assert marked == {heads[label] for label in ("承诺办结时限", "运行流程", "追责情形")}
    for code, label, text in (
        ("JS-NY-XK-002", "承诺办结时限", "15个工作日"),
        ("JS-NY-XK-002", "运行流程", "受理｜5个工作日｜窗口岗｜窗口负责人\n决定｜10个工作日"),
        ("JS-NY-XK-002", "追责情形", "不受理的"),
        ("JS-LY-QT-001", "承诺办结时限", "10日"),
        ("JS-LY-QT-001", "实施主体编号", "JS-LY"),
        ("JS-LY-JC-001", "实施依据", "中华人民共和国种子法｜第四十九条"),
        ("JS-LY-JC-001", "权责类别", "行政检查"),
    ):
        rows[code][heads[label] - 1].value = text
    made.save(rest)
    capsys.readouterr()
    assert powers(qingdan, work, rest, "--expect", "3") == 0
    assert list(items(work, "lists/powers/JS-LY.yaml")) == ["JS-LY-JC-001", "JS-LY-QT-001"]
    flow = items(work, "lists/powers/JS-NY.yaml")["JS-NY-XK-002"]["flow"]
    assert flow[1] == {"step": "决定", "limit": "10个工作日"}
    assert qingdan(work, "validate", "--commits", "HEAD") == 0
    assert powers(qingdan, work, gappy(tmp_path), "--partial", "--rest", str(rest)) == 2
    assert "已经存在" in capsys.readouterr().err


def test_several_files_are_one_commit(work: Path, tmp_path: Path, qingdan: Run) -> None:
    other = put(tmp_path, "农业农村局.csv", CSV_HEADS + line("JS-NY-QT-001", "甲备案"))
    before = git(work, "rev-list", "--count", "HEAD")
    words = ("--list", "powers", "--number", "--today", TODAY, "--reason", "机构改革后首次建库")
    assert qingdan(work, "import", str(forestry(tmp_path)), str(other), *words) == 0
    assert int(git(work, "rev-list", "--count", "HEAD")) == int(before) + 1
    assert "Reason: 机构改革后首次建库" in git(work, "log", "-1", "--format=%B")
    assert (
        len(items(work, "lists/powers/JS-NY.yaml")) + len(items(work, "lists/powers/JS-LY.yaml"))
        == 4
    )


def test_the_count_is_guarded(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert powers(qingdan, work, forestry(tmp_path), "--number", "--expect", "4") == 4
    assert "读出3项，与 --expect 4 不符，没有写入" in capsys.readouterr().err


def test_what_is_there_and_differs_is_an_adjustment(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert powers(qingdan, work, forestry(tmp_path), "--number") == 0
    made = load_workbook(forestry(tmp_path))
    made["权责清单"]["H5"] = 8
    made.save(tmp_path / "新.xlsx")
    before = head(work)
    assert powers(qingdan, work, tmp_path / "新.xlsx", "--number") == 4
    report = capsys.readouterr().err
    assert (
        "第5行“林木采伐许可证核发（县级权限）（商品林采伐）（JS-LY-XK-001）”承诺办结时限不同。"
        in report
    )
    assert "qingdan adjust import" in report
    assert head(work) == before


def test_new_rows_of_a_published_list_are_an_adjustment(
    district: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row = line("JS-SC-QT-099", "散装食品备案", unit="区市场监管局")
    file = put(tmp_path, "新增.csv", CSV_HEADS + row)
    before = head(district)
    assert powers(qingdan, district, file, "--unit", "JS-SC") == 4
    assert "已经建库并公布，表中有新的事项" in capsys.readouterr().err
    assert head(district) == before


@pytest.mark.parametrize("form", ["json", "national"])
def test_what_is_exported_imports_as_no_change(
    district: Path, tmp_path: Path, qingdan: Run, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"out.{form}"
    assert (
        qingdan(district, "export", "--list", "powers", "--format", form, "--out", str(file)) == 0
    )
    capsys.readouterr()
    assert powers(qingdan, district, file) == 0
    assert "没有变化" in capsys.readouterr().out


def test_a_whole_exported_district_comes_back_byte_for_byte(
    district: Path, work: Path, tmp_path: Path, qingdan: Run
) -> None:
    for name in ("units", "laws"):
        file = str(tmp_path / f"{name}.csv")
        assert (
            qingdan(district, "export", "--register", name, "--format", "csv", "--out", file) == 0
        )
        assert qingdan(work, "import", file, "--register", name, "--yes", "--today", TODAY) == 0
    file = str(tmp_path / "all.xlsx")
    assert qingdan(district, "export", "--format", "xlsx", "--out", file) == 0
    lists = [word for name in LISTS for word in ("--list", name)]
    assert qingdan(work, "import", file, *lists, "--today", TODAY, "--expect", "109") == 0
    trailers = git(work, "log", "-1", "--format=%(trailers:key=List,valueonly,separator=%x20)")
    assert trailers.split() == list(LISTS)
    assert qingdan(work, "validate", "--commits", "HEAD") == 0
    paths = sorted(path.relative_to(district) for path in district.glob("lists/*/*.yaml"))
    assert len(paths) > 20
    for path in paths:
        assert (work / path).read_bytes() == (district / path).read_bytes()


def test_fees_under_sections_take_their_sector(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(
        tmp_path,
        "收费目录.txt",
        "某市行政事业性收费目录清单\n序号 | 部门 | 项目序号 | 项目名称 | 资金管理方式 | 政策依据 | 标准 | 备注\n"
        "一 | 教育 |  |  |  |  |  |\n"
        " |  | 1 | 幼儿园保育费(含住宿费) | 缴入中央和地方财政专户 | "
        "《幼儿园管理条例》,发改价格[2011]3207号,豫发改收费〔2014〕1705 | 见文件 |\n"
        " |  | 2 | 成人教育收费 | 地方国库 | 教财〔2003〕4号,,豫计收费〔2002〕1213号 | 见文件 |\n"
        "二 | 林业 |  |  |  |  |  |\n"
        " |  | 3 | 植物检疫费 | 缴入地方国库 | 价费字〔1992〕452号 | 按件 |\n",
    )  # fmt: skip
    words = ("--list", "fees", "--unit", "JS-NY", "--number", "--expect", "3", "--today", TODAY)
    assert qingdan(work, "import", str(file), *words) == 0
    found = items(work, "lists/fees/JS-NY.yaml")
    assert {code: item["sector"] for code, item in found.items()} == {
        "JS-NY-SF-001": "教育", "JS-NY-SF-002": "教育", "JS-NY-SF-003": "林业",
    }  # fmt: skip
    first = found["JS-NY-SF-001"]
    assert (first["name"], first["standard"]) == ("幼儿园保育费（含住宿费）", "见文件")
    laws = [basis["law"] for basis in first["basis"]]
    assert laws == ["幼儿园管理条例", "发改价格〔2011〕3207号", "豫发改收费〔2014〕1705"]
    assert found["JS-NY-SF-002"]["fund_management"] == "缴入地方国库"
    report = capsys.readouterr().err
    assert "F4　" in report
    assert "“豫发改收费〔2014〕1705”不完整或有误" in report
    assert "“教财〔2003〕4号”之后连着两个分隔符" in report


def test_a_code_kept_as_a_number_is_refused(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    made = book(["职权编号", "事项名称", "权责类别"], [1.14401000074826e20, "甲许可", "许可"])
    made.save(tmp_path / "a.xlsx")
    assert powers(qingdan, work, tmp_path / "a.xlsx", "--unit", "JS-LY") == 4
    assert "“职权编号”（A2）“114401000074826000000”在表格中存成了数字" in capsys.readouterr().err


def test_unit_and_list_may_be_named_as_people_do(work: Path, tmp_path: Path, qingdan: Run) -> None:
    made = book(["职权编号", "事项名称", "权责类别"], ["A-1", "甲许可", "许可"])
    made.save(tmp_path / "a.xlsx")
    words = ("--list", "行政权责清单", "--unit", "区林业局", "--partial", "--rest", "b.xlsx")
    assert qingdan(work, "import", str(tmp_path / "a.xlsx"), *words) == 0
    rest = load_workbook(work / "b.xlsx").worksheets[0]
    assert "JS-LY" in {cell.value for row in rest.iter_rows() for cell in row}


def test_rows_that_do_not_show_are_told(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names: list[list[object]] = [
        [f"A-{number}", f"{number}号许可", "许可"] for number in range(1, 9)
    ]
    made = book(["职权编号", "事项名称", "权责类别"], *names)
    sheet: Any = made.active
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[3].height = 20
    sheet.row_dimensions[4].height = 20
    sheet.row_dimensions[40].hidden = True
    made.save(tmp_path / "a.xlsx")
    assert powers(qingdan, work, tmp_path / "a.xlsx", "--unit", "JS-LY") == 4
    said = capsys.readouterr().err
    assert "第3行　“1行”：在表格中没有显示（隐藏的，或者被筛选掉的），照样取用。" in said
    for row in range(4, 10):
        sheet.row_dimensions[row].hidden = True
    made.save(tmp_path / "a.xlsx")
    assert powers(qingdan, work, tmp_path / "a.xlsx", "--unit", "JS-LY") == 4
    assert "第3、4、5、6、7等行　“7行”：在表格中没有显示" in capsys.readouterr().err


def test_rows_that_repeat_are_taken_once_and_contradictions_not_at_all(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    row = line("JS-LY-XK-001", "甲许可", "许可", limit="5工作日", unit="区林业局")
    file = put(tmp_path, "a.csv", CSV_HEADS + row + row)
    assert powers(qingdan, work, file, "--dry-run", "--expect", "1") == 0
    assert "第3行　“甲许可”：与别的行完全相同，只取一次" in capsys.readouterr().err
    put(tmp_path, "a.csv", CSV_HEADS + row + row.replace("甲许可", "乙许可"))
    assert powers(qingdan, work, file) == 4
    assert "第3行“乙许可”与第2行“甲许可”的编号或名称相同，内容不同" in capsys.readouterr().err


def test_the_unit_comes_from_the_command_the_row_the_section_or_the_title(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = line("A-1", "甲备案"), line("A-2", "乙备案")
    sections = put(
        tmp_path,
        "汇总.csv",
        f"{CSV_HEADS}一、区林业局\n{first}二、区农业农村局（1项）\n{second}",
    )
    assert powers(qingdan, work, sections, "--dry-run") == 0
    assert "郑州市金水区林业局1项、郑州市金水区农业农村局1项" in capsys.readouterr().err
    named = put(tmp_path, "2026年区林业局权责清单.csv", CSV_HEADS + first)
    assert powers(qingdan, work, named, "--dry-run") == 0
    assert "按此认定实施主体为“郑州市金水区林业局”" in capsys.readouterr().err
    nobody = put(tmp_path, "汇总表.csv", CSV_HEADS + first)
    assert powers(qingdan, work, nobody, "--dry-run") == 4
    assert "看不出实施主体，请用 --unit 写明单位编号" in capsys.readouterr().err
    assert powers(qingdan, work, nobody, "--dry-run", "--unit", "JS-NY") == 0
    assert powers(qingdan, work, gappy(tmp_path), "--unit", "JS-LY") == 4
    assert "实施主体与 --unit 写明的“JS-LY”不同" in capsys.readouterr().err


def test_own_headings_of_the_district(work: Path, tmp_path: Path, qingdan: Run) -> None:
    text = CSV_HEADS.replace("事项名称", "办件事由") + line("A-1", "甲备案")
    file = put(tmp_path, "a.csv", text)
    assert powers(qingdan, work, file, "--unit", "JS-LY") == 2
    with (work / "qingdan.yaml").open("a", encoding="utf-8") as settings:
        settings.write("headings: {办件事由: 事项名称}\n")
    commit(work, "登记本区的列名\n\nReason: 各单位沿用旧表\n")
    assert powers(qingdan, work, file, "--unit", "JS-LY") == 0
    assert items(work, "lists/powers/JS-LY.yaml")["A-1"]["name"] == "甲备案"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--list", "powers", "--register", "units"), "二者写一种"),
        ((), "二者写一种"),
        (("--list", "power"), "没有“power”这类清单，可选：powers（行政权责清单）、"),
        (
            ("--list", "powers", "--unit", "JS-LX"),
            "不在 registers/units.yaml 中。是不是“JS-LY”（郑州市金水区林业局）？",
        ),
        (("--list", "powers", "--sheet", "表二"), "没有名为“表二”的工作表，有：权责清单"),
        (("--list", "powers", "--rest", "a.csv"), "应写 .xlsx 文件名"),
        (("--register", "officers"), "没有找到表头"),
    ],
)
def test_wrong_words_are_told(
    work: Path, tmp_path: Path, qingdan: Run, words: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert qingdan(work, "import", str(forestry(tmp_path)), *words) == 2
    assert why in capsys.readouterr().err


def test_files_that_are_no_tables_are_told(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert powers(qingdan, work, tmp_path / "没有.xlsx") == 2
    assert powers(qingdan, work, tmp_path) == 2
    assert powers(qingdan, work, put(tmp_path, "a.xls", "<html><table>")) == 2
    assert powers(qingdan, work, put(tmp_path, "b.csv", CSV_HEADS), "--unit", "JS-LY") == 3
    report = capsys.readouterr().err
    for line in ("没有.xlsx：不存在", "是文件夹", "其实是网页", "表格只有表头，没有可取的事项"):
        assert line in report


def test_what_it_would_newly_break_is_refused(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = CSV_HEADS.replace("实施主体", "法定时限")
    rows = line("A-1", "甲许可", "许可", limit="20工作日", unit="5工作日") + line("A-2", "乙备案")
    file = put(tmp_path, "a.csv", heads + rows)
    before = head(work)
    assert powers(qingdan, work, file, "--unit", "JS-DSJ") == 4
    report = capsys.readouterr().err
    assert "第2行“甲许可”承诺时限20个工作日长于法定时限5个工作日。" in report
    assert "（QD207）" in report
    assert "可列入1项" in report
    permit = line("A-3", "丙许可", "许可", limit="5工作日")
    assert powers(qingdan, work, put(tmp_path, "b.csv", heads + permit), "--unit", "JS-DSJ") == 4
    assert "（QD408）" in capsys.readouterr().err
    assert (head(work), git(work, "status", "--short")) == (before, "")


def test_json_of_a_portal(work: Path, tmp_path: Path, qingdan: Run) -> None:
    row = {"taskName": "甲备案", "taskType": "10", "taskCode": "11410105MB0X12345A341100001000", "byLaw": "《甲法》第一条",
           "deptName": "区林业局", "handleFlow": "登记", "promiseDay": "3", "promiseType": "工作日",
           "responsibilities": [{"stage": "受理", "duty": "登记"}], "追责情形": ["不登记的"]}  # fmt: skip
    file = put(tmp_path, "portal.json", json.dumps({"code": 200, "data": {"rows": [row]}}))
    assert powers(qingdan, work, file, "--number") == 0
    found = items(work, "lists/powers/JS-LY.yaml")["JS-LY-QT-001"]
    assert (found["type"], found["promised_limit"]) == ("其他行政权力", "3个工作日")
    assert powers(qingdan, work, file, "--number") == 0
    assert len(items(work, "lists/powers/JS-LY.yaml")) == 1


# --- registers -------------------------------------------------------------------------------


def test_a_register_grows_keeps_its_comments_and_loses_nothing(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "registers/units.yaml"
    replace(work, path, "- code: JS-LY\n", "# 林业局2026年设立\n- code: JS-LY\n")
    commit(work, "注明林业局的由来\n\nReason: 便于查找\n")
    text = (
        "机构编码,机构名称,性质,投诉举报渠道·电话,执法主体资格·确认日期\n"
        "JS-LY,郑州市金水区林业局,区直,0371-00000000,二〇一九年四月一日\n"
        "JS-KX,郑州市金水区科学技术局,区直部门,,\n"
    )
    file = put(tmp_path, "units.csv", text)
    before = (work / path).read_text("utf-8")
    words = ("import", str(file), "--register", "units", "--today", TODAY)
    assert qingdan(work, *words) == 4
    assert "1条已登记的内容将被更新，核对后加 --yes" in capsys.readouterr().err
    assert (work / path).read_text("utf-8") == before
    assert qingdan(work, *words, "--yes") == 0
    after = (work / path).read_text("utf-8")
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    units = {unit["code"]: unit for unit in document(work, path)["units"]}
    assert units["JS-LY"]["short"] == "区林业局"
    assert units["JS-LY"]["complaint"] == {"phone": "0371-00000000"}
    assert units["JS-LY"]["enforcement"] == {"confirmed": "2019-04-01", "published": "2019-04-28"}
    assert units["JS-KX"] == {"code": "JS-KX", "name": "郑州市金水区科学技术局", "kind": "区直"}
    assert (
        git(work, "log", "-1", "--format=%B")
        == "登记 单位名册：新增1条、更新1条\n\nReason: 导入 units.csv"
    )
    assert qingdan(work, "validate", "--commits", "HEAD") == 0
    capsys.readouterr()
    assert qingdan(work, *words) == 0
    assert "没有变化" in capsys.readouterr().out


def test_divisions_become_units_by_the_ending_of_their_names(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"410105001": "经八路街道", "410105100": "柳林镇", "410105500": "某某风景区"}
    rows = "".join(f"{code},{name},乡镇街道\n" for code, name in names.items())
    text = f"code,name,level\n{rows}"
    file = put(tmp_path, "divisions.csv", text)
    words = ("import", str(file), "--register", "units", "--today", TODAY)
    assert qingdan(work, *words) == 4
    assert "第4行“某某风景区”“单位性质”的值“乡镇街道”不在可选范围内" in capsys.readouterr().err
    assert qingdan(work, *words, "--partial") == 0
    units = document(work, "registers/units.yaml")["units"]
    kinds = {unit["code"]: unit["kind"] for unit in units}
    assert (kinds["410105001"], kinds["410105100"]) == ("街道办事处", "镇政府")
    assert "410105500" not in kinds


def test_laws_officers_and_delegations_are_entered_by_their_keys(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    table = put(tmp_path, "p.csv", CSV_HEADS + line("A-1", "甲备案"))
    assert powers(qingdan, work, table, "--unit", "JS-LY") == 0
    tables = {
        "laws": "依据名称,文号,效力级别,公布日期,修正日期\n甲法,主席令第1号,法律,1990年1月2日,2001/3/4、2015/6/7\n",
        "officers": "执法证号,所在单位,执法类别,有效期至\nYL41010599001,区林业局,处罚、检查,2027-1-2\n",
        "delegations": "委托编号,委托机关,受委托单位,委托事项,委托依据,委托书,起始日期\n"
        "WT-1,区林业局,JS-NY,甲备案,《甲法》第二条,金林委〔2026〕1号,2026年1月1日\n",
    }
    for name, text in tables.items():
        file = put(tmp_path, f"{name}.csv", text)
        assert qingdan(work, "import", str(file), "--register", name, "--today", TODAY) == 0, name
    documents = {name: document(work, f"registers/{name}.yaml")[name][-1] for name in tables}
    assert documents["laws"]["amended"] == ["2001-03-04", "2015-06-07"]
    assert documents["laws"]["check"] == "未核对"
    assert documents["officers"]["unit"] == "JS-LY"
    assert documents["officers"]["types"] == ["行政处罚", "行政检查"]
    assert (documents["delegations"]["from"], documents["delegations"]["items"]) == (
        "JS-LY",
        ["A-1"],
    )
    assert qingdan(work, "validate", "--commits", "HEAD") == 0
    bad = put(tmp_path, "o.csv", "执法证号,所在单位,有效期至\nYL41010599002,区水利局,2027-1-2\n")
    assert qingdan(work, "import", str(bad), "--register", "officers", "--today", TODAY) == 4
    assert "“单位编号”（B2）“区水利局”不在单位名册中" in capsys.readouterr().err


PUBLIC_KEY = "ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5AAAAI" + "a" * 43


def test_staff_are_entered_with_roles_and_keys_and_nothing_else_of_them(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "序号,姓名,所在单位,职务,承担角色,邮箱,SSH公钥,联系电话,身份证号\n"
        f"1,张某,区林业局,科长,区政府法制办、“五单一网”制度改革联席办,zhang＠example.cn,{PUBLIC_KEY} zhang@pc,"
        "13800000000,410105197001010000\n"
        "2,李某,JS-LY,,区编办；区财政局,li@example.cn,,13900000000,\n"
    )
    file = put(tmp_path, "staff.csv", text)
    words = ("import", str(file), "--register", "staff", "--today", TODAY)
    assert qingdan(work, *words) == 0
    said = capsys.readouterr().err
    assert "“联系电话（2格）”：名册不登记电话、身份证号等个人信息，没有取用" in said
    assert "身份证号（1格）" in said
    assert "公钥后面的注释没有取用" in said
    assert document(work, "registers/staff.yaml")["staff"] == [
        {
            "name": "张某",
            "unit": "JS-LY",
            "office": "科长",
            "roles": ["区政府法制办", "“五单一网”制度改革联席办"],
            "email": "zhang@example.cn",
            "key": PUBLIC_KEY,
        },
        {
            "name": "李某",
            "unit": "JS-LY",
            "roles": ["区编办", "区财政局"],
            "email": "li@example.cn",
        },
    ]
    assert "13800000000" not in git(work, "log", "-1", "-p")
    assert "1970" not in said
    assert qingdan(work, "validate", "--commits", "HEAD") == 0
    before = (work / "registers/staff.yaml").read_text("utf-8")
    for form in ("csv", "xlsx", "json"):
        out = tmp_path / f"out.{form}"
        words = ("--register", "staff", "--format", form, "--out", str(out))
        assert qingdan(work, "export", *words) == 0
        capsys.readouterr()
        assert qingdan(work, "import", str(out), "--register", "staff", "--today", TODAY) == 0
        assert "没有变化" in capsys.readouterr().out, form
    assert (work / "registers/staff.yaml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("王某,区水利局,区编办,w@example.cn", "“单位编号”（B3）“区水利局”不在单位名册中"),
        (
            "王某,JS-LY,区编办、区法制办,w@example.cn",
            "“角色”（C3）“区法制办”没有在 qingdan.yaml 的 roles 中定义，是不是“区政府法制办”",
        ),
        ("王某,JS-LY,区编办,13800000000", "电子邮箱"),
        ("王某,JS-LY,区编办,", "缺少：电子邮箱"),
    ],
)
def test_a_row_of_staff_that_does_not_fit_is_told_with_its_cell(
    row: str, why: str, work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"姓名,单位,角色,邮箱\n张某,JS-LY,区编办,zhang@example.cn\n{row}\n"
    file = put(tmp_path, "staff.csv", text)
    words = ("import", str(file), "--register", "staff", "--today", TODAY)
    assert qingdan(work, *words) == 4
    said = capsys.readouterr().err
    assert why in said
    assert "第3行“王某”" in said
    assert document(work, "registers/staff.yaml")["staff"] == []
    assert qingdan(work, *words, "--partial") == 0
    assert [one["name"] for one in document(work, "registers/staff.yaml")["staff"]] == ["张某"]


def test_the_same_address_written_otherwise_is_the_same_person(
    work: Path, tmp_path: Path, qingdan: Run
) -> None:
    for email, office in (("Zhang@example.cn", "科员"), ("zhang@EXAMPLE.cn", "科长")):
        file = put(tmp_path, "staff.csv", f"姓名,单位,职务,邮箱\n张某,JS-LY,{office},{email}\n")
        words = ("import", str(file), "--register", "staff", "--yes", "--today", TODAY)
        assert qingdan(work, *words) == 0
    (found,) = document(work, "registers/staff.yaml")["staff"]
    assert (found["office"], found["email"]) == ("科长", "Zhang@example.cn")


def test_a_broken_register_is_not_written_over(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, "registers/laws.yaml", "laws:\n- titel: 甲法\n")
    file = put(tmp_path, "laws.csv", "依据名称,效力级别\n甲法,法律\n")
    assert qingdan(work, "import", str(file), "--register", "laws") == 4
    assert "registers/laws.yaml的内容不合要求" in capsys.readouterr().err
    assert "titel" in (work / "registers/laws.yaml").read_text("utf-8")


def test_a_large_table_reads_in_a_moment(work: Path, tmp_path: Path, qingdan: Run) -> None:
    """Nothing in the reading of rows grows faster than the rows."""
    rows = "".join(line(f"A-{n}", f"第{n}号备案", unit="区林业局") for n in range(1, 601))
    file = put(tmp_path, "a.csv", CSV_HEADS + rows)
    assert powers(qingdan, work, file, "--expect", "600", "--dry-run") == 0
