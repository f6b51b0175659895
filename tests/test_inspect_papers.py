"""The papers of an inspection: made by its commands, made again at any time, the same from the same record."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from conftest import Run, commit, git, put, replace
from inspection_support import DAY, GOOD, fill, planned, ready, record_of, sheet_file, sheets

BAD = {"own-rules/1-2": ("是", "执法记录｜2026-09-30", "两人无证执法")}


@pytest.fixture
def office(small: Path) -> Path:
    """A workspace in which inspections can be held, with one machine's finding at JS-CG."""
    return ready(small)


def recorded(folder: Path, qingdan: Run, *more: str, kind: str = "joint") -> str:
    """An inspection of JS-CG whose sheet is recorded with a problem."""
    return filled(folder, qingdan, planned(folder, qingdan, *more, kind=kind))


def filled(folder: Path, qingdan: Run, name: str) -> str:
    """The sheet of JS-CG filled in and recorded."""
    file = fill(
        sheet_file(sheets(folder, qingdan, name)), GOOD | {"own-rules/3-1": ("是", "", "")} | BAD
    )
    assert qingdan(folder, "inspect", "record", name, str(file), "--today", DAY) == 0
    return name


def paper(folder: Path, qingdan: Run, name: str, what: str, *more: str) -> dict[str, bytes]:
    """The files of a paper by name, made anew."""
    out = folder.parent / "papers"
    for path in out.glob("*"):
        path.unlink()
    words = ("inspect", "show", name, "--document", what, "--out", str(out))
    assert qingdan(folder, *words, *more) == 0
    return {path.name: path.read_bytes() for path in out.iterdir()}


def text_of(files: dict[str, bytes]) -> str:
    """The Markdown of the one paper."""
    (raw,) = (raw for name, raw in files.items() if name.endswith(".md"))
    return raw.decode()


@pytest.mark.parametrize("what", ["检查方案", "通知", "评分表", "情况反馈", "检查情况报告"])
def test_a_paper_is_the_same_from_the_same_record(office: Path, qingdan: Run, what: str) -> None:
    name = recorded(office, qingdan)
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    head = git(office, "rev-parse", "HEAD")
    one, other = (paper(office, qingdan, name, what) for _ in range(2))
    stem = f"JS-CG-区城市管理局-{what}" if what in {"评分表", "情况反馈"} else what
    assert set(one) == {f"{stem}.docx", f"{stem}.html", f"{stem}.md"}
    assert one == other
    assert docx.Document(io.BytesIO(one[f"{stem}.docx"])).paragraphs
    assert git(office, "rev-parse", "HEAD") == head
    assert git(office, "status", "--porcelain", "ledger", "lists") == ""


def test_the_notice_is_dated_and_numbered_as_it_was_given(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    assert "2026年10月12日\n" not in text_of(paper(office, qingdan, name, "通知")), "a draft"
    words = ("--document", "金法督〔2026〕3号", "--today", DAY)
    assert qingdan(office, "inspect", "notify", name, *words) == 0
    folder = office / "reports/inspections" / name
    given = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(given) == {"通知.docx", "通知.html", "通知.md"}
    assert paper(office, qingdan, name, "通知") == given
    text = given["通知.md"].decode()
    assert "金法督〔2026〕3号" in text
    assert text.count("2026年10月12日\n") == 1
    other = text_of(paper(office, qingdan, name, "通知", "--number", "金法督〔2026〕4号"))
    assert "金法督〔2026〕4号" in other
    assert git(office, "status", "--porcelain", "ledger", "lists") == ""


def test_a_name_is_no_number(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    words = ("--document", "检查通知（第二批）", "--today", DAY)
    assert qingdan(office, "inspect", "notify", name, *words) == 0
    assert record_of(office, name)["steps"][0]["document"] == "检查通知（第二批）"
    assert "第二批" not in text_of(paper(office, qingdan, name, "通知"))


def test_a_notice_that_cannot_be_made_is_not_put_on_record(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "templates/inspection-notice.md", "---\ntitle: {{ nobody }}\n---\n")
    commit(office, "自己的模板\n")
    name = planned(office, qingdan)
    head = git(office, "rev-parse", "HEAD")
    assert qingdan(office, "inspect", "notify", name, "--today", DAY) == 2
    assert "没有“nobody”这项数据" in capsys.readouterr().err
    assert git(office, "rev-parse", "HEAD") == head


def test_many_units_are_addressed_together(office: Path, qingdan: Run) -> None:
    more = "".join(f"- code: JS-X{n}\n  name: 区第{n}局\n  kind: 区直\n" for n in range(7))
    replace(office, "registers/units.yaml", "- code: JS-CZJ\n", f"{more}- code: JS-CZJ\n")
    commit(office, "登记单位\n\nReason: 本例需要\n")
    words = [word for n in range(7) for word in ("--unit", f"JS-X{n}")]
    text = text_of(paper(office, qingdan, planned(office, qingdan, *words), "通知"))
    assert "各被检查单位：" in text
    assert "被检查单位7个：区第0局、" in text


def test_the_plan_says_who_leads_and_how_it_goes(office: Path, qingdan: Run) -> None:
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--training", "2026-10-11 检查表的填写")
    name = planned(office, qingdan, *words, "--to", "2026-10-16")
    text = text_of(paper(office, qingdan, name, "检查方案"))
    assert "| 1 | 郑州市金水区司法局 | 区政府法制办 | 牵头 |" in text
    assert "| 2 | 郑州市金水区财政局 | 区财政局 | 参加 |" in text
    assert "（二）业务培训（2026年10月11日）\n\n检查表的填写。" in text
    assert "（三）检查（2026年10月12日至2026年10月16日）" in text
    assert "区政府法制办向区政务服务中心报告，区政务服务中心公布。" in text


def test_the_attachment_says_whom_alone_a_question_is_asked_of(office: Path, qingdan: Run) -> None:
    old = "  question: 是否组织学习清单\n  owner: 区政府法制办\n"
    replace(office, "rules/own-rules.yaml", old, f"{old}  of: [区财政局]\n")
    commit(office, "只问财政局\n\nReason: 本例需要\n")
    words = ("--unit", "JS-CG", "--unit", "JS-CZJ", "--pack", "own-rules")
    name = planned(office, qingdan, *words, "--member", "区政府法制办")
    assert "是否组织学习清单（只查区财政局）" in text_of(paper(office, qingdan, name, "通知"))
    replace(office, "rules/own-rules.yaml", "  of: [区财政局]", "  of: [区财政局, 没有的角色]")
    commit(office, "写错的角色\n\nReason: 本例需要\n")
    assert "（只查区财政局、没有的角色）" in text_of(paper(office, qingdan, name, "通知"))
    alone = planned(office, qingdan, "--unit", "JS-CG", "--pack", "own-rules")
    assert "是否组织学习清单" not in text_of(paper(office, qingdan, alone, "通知"))


def test_a_score_sheet_is_blank_until_it_is_recorded(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    blank = text_of(paper(office, qingdan, name, "评分表"))
    assert "| 3 | 承诺时限是否不超过法定时限 | 《本局检查规则》第三条 | 4 |  |  |  |" in blank
    assert "| 1 | 是否组织学习清单 | 《本局检查规则》第一条 | 1 |  |  |  |" in blank


AGAIN = """\
- id: 4-1
  article: 第五条
  question: 时限是否合法
  owner: 区政府法制办
  for: powers
  answer: {check: limits-fit}
  severity: error
"""


def test_a_score_sheet_deducts_a_fact_once_and_shows_the_sum(office: Path, qingdan: Run) -> None:
    text = (office / "rules/own-rules.yaml").read_text("utf-8")
    put(office, "rules/own-rules.yaml", text + AGAIN)
    commit(office, "再问一次\n\nReason: 本例需要\n")
    name = recorded(office, qingdan)
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    rows = {
        row.split(" | ")[1]: row.split(" | ")
        for row in text_of(paper(office, qingdan, name, "评分表")).splitlines()
        if row.startswith("| ")
    }
    assert rows["是否存在无证人员执法"][4:6] == ["是", "10"]
    assert rows["承诺时限是否不超过法定时限"][4:6] == ["否", "4"]
    assert rows["时限是否合法"][4:6] == ["否", ""]
    assert "已在第3项扣分" in rows["时限是否合法"][6]
    assert "＝86" in text_of(paper(office, qingdan, name, "评分表"))
    assert record_of(office, name, "JS-CG")["score"]["score"] == "86"


def test_feedback_comes_before_the_score_and_again_with_it(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    assert qingdan(office, "inspect", "show", name, "--document", "情况反馈") == 4
    assert "还没有录入" in capsys.readouterr().err
    filled(office, qingdan, name)
    words = ("--unit", "JS-CG", "--opinion", "请尽快调整", "--today", DAY)
    out = office.parent / "told"
    assert qingdan(office, "inspect", "feedback", name, *words, "--out", str(out)) == 0
    told = (out / "JS-CG-区城市管理局-情况反馈.md").read_text("utf-8")
    assert "郑州市金水区城市管理局：" in told
    assert "得分" not in told
    assert "两人无证执法。可能涉及" in told
    assert "请尽快调整。" in told
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    assert "你单位得分86分（满分100分），名次第1。" in text_of(
        paper(office, qingdan, name, "情况反馈", "--unit", "区城市管理局")
    )


def test_the_report_goes_to_whom_the_settings_say(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = recorded(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", "--pack", "own-rules")
    assert qingdan(office, "inspect", "show", name, "--document", "检查情况报告") == 4
    assert "还没有评定" in capsys.readouterr().err
    why = ("--without", "JS-YJ", "--reason", "机构正在划转")
    assert qingdan(office, "inspect", "close", name, *why, "--today", DAY) == 0
    words = ("报告", "--document", "金法〔2026〕9号", "--today", "2026-10-15")
    assert qingdan(office, "inspect", "follow", name, *words) == 0
    text = text_of(paper(office, qingdan, name, "检查情况报告"))
    assert text.startswith("**郑州市金水区司法局文件**")
    assert "金法〔2026〕9号" in text
    assert "2026年10月15日" in text
    assert "区应急管理局没有检查：机构正在划转。" in text
    to = next(line for line in text.splitlines() if line.endswith("：") and "局" in line)
    assert to == "郑州市金水区行政审批和政务信息管理局："


def test_a_self_check_reports_on_itself(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = recorded(office, qingdan, "--unit", "JS-CG", "--pack", "own-rules", kind="self")
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    folder = office / "reports/inspections" / name
    assert (folder / "JS-CG-区城市管理局-自查报告.docx").is_file()
    text = (folder / "JS-CG-区城市管理局-自查报告.md").read_text("utf-8")
    assert "郑州市金水区司法局：" in text
    assert "行政权责清单" in text
    assert "两人无证执法" in text
    assert qingdan(office, "inspect", "show", name, "--document", "情况反馈") == 2
    joint = planned(office, qingdan, "--unit", "JS-CG", "--pack", "own-rules")
    capsys.readouterr()
    assert qingdan(office, "inspect", "show", joint, "--document", "自查报告") == 2
    assert "不是自查，没有自查报告" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--document", "检查通报"), "没有“检查通报”这种文书，可用：检查方案、通知"),
        (("--document", "通知", "--unit", "JS-CG"), "不按单位生成"),
        (("--document", "评分表", "--unit", "JS-YJ"), "不在这次检查的单位之内"),
        (("--document", "通知", "--format", "pdf"), "没有“pdf”这种文书格式"),
        (("--document", "通知", "--number", "第3号"), "发文字号"),
        (("--unit", "JS-CG"), "要和 --document 一起用"),
    ],
)
def test_what_cannot_be_made_is_said(
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    name = planned(office, qingdan)
    capsys.readouterr()
    assert qingdan(office, "inspect", "show", name, *words) == 2
    assert said in capsys.readouterr().err


def test_a_unit_that_vanished_from_the_register_is_said(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    replace(office, f"ledger/inspections/{name}/inspection.yaml", "  - JS-CG", "  - JS-XX")
    capsys.readouterr()
    words = ("inspect", "show", name, "--document", "评分表", "--unit", "JS-XX")
    assert qingdan(office, *words) == 3
    assert "单位“JS-XX”不在单位名册中" in capsys.readouterr().err
    assert "JS-XX：" in text_of(paper(office, qingdan, name, "通知"))


def test_a_persons_number_never_gets_into_a_paper(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = recorded(office, qingdan)
    capsys.readouterr()
    words = ("--unit", "JS-CG", "--opinion", "请张三11010519491231002X改正", "--today", DAY)
    out = office.parent / "told"
    assert qingdan(office, "inspect", "feedback", name, *words, "--out", str(out)) == 4
    assert "居民身份证" in capsys.readouterr().err
    assert not out.exists()


# which inspection is meant


def test_an_inspection_is_called_by_its_beginning_or_its_name(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first = planned(office, qingdan)
    second = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", "--pack", "own-rules")
    title = record_of(office, second)["title"]
    for word, found in ((first[:-1], first), (second[:-2], second), (title, second)):
        capsys.readouterr()
        assert qingdan(office, "inspect", "show", word, "--format", "json") == 0
        assert json.loads(capsys.readouterr().out)["id"] == found
    assert qingdan(office, "inspect", "show", DAY) == 2
    said = capsys.readouterr().err
    assert f"“{DAY}”可以是“{first}”、“{second}”监督检查" in said
    assert qingdan(office, "inspect", "show", title[:-1]) == 2
    assert f"是不是“{second}”" in capsys.readouterr().err
    assert qingdan(office, "inspect", "show", "x" * 100_000) == 2


def test_the_list_counts_the_days_that_are_left(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--pack", "own-rules", "--to", "2026-10-16")
    for day, left in ((DAY, "还有4日"), ("2026-10-16", "今天到期"), ("2026-10-18", "已到期2日")):
        capsys.readouterr()
        assert qingdan(office, "inspect", "list", "--today", day) == 0
        assert left in capsys.readouterr().out
        assert qingdan(office, "inspect", "show", name, "--today", day) == 0
        assert f"检查时间{left}" in capsys.readouterr().out
    assert qingdan(office, "inspect", "list", "--format", "json", "--today", DAY) == 0
    row = json.loads(capsys.readouterr().out)["inspections"][0]
    assert (row["last"], row["left"]) == ("2026-10-16", "还有4日")


# the sheet as a person sees it


def test_the_workbook_prints_on_a4_with_its_headings_on_each_page(
    office: Path, qingdan: Run
) -> None:
    replace(office, "rules/own-rules.yaml", "  ask: 是\n", "")
    commit(office, "机器回答\n\nReason: 本例需要\n")
    name = planned(office, qingdan)
    path = sheet_file(sheets(office, qingdan, name))
    assert path.name == "JS-CG-区城市管理局.xlsx"
    book: Any = load_workbook(path)
    for page in (p for p in book.worksheets if p.sheet_state == "visible"):
        assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.oddFooter.center.text == "第&P页 共&N页"
    sheet = book["检查内容"]
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert str(sheet["A1"].value).endswith("（区城市管理局）")
    assert re.search(r"前3项请逐项回答，后面1项机器已经回答", str(sheet["A2"].value))
    rules = [row[0].value for row in sheet.iter_rows(min_row=4)]
    assert rules == ["own-rules/1-1", "own-rules/1-2", "own-rules/3-1", "own-rules/2-1"]
    for cell in sheet[4]:
        is_open = cell.column_letter in "FGH"
        assert cell.protection.locked != is_open
        assert (cell.fill.fgColor.rgb == "FFF2F2F2") != is_open
    assert all(cell.protection.locked for row in sheet["A1:H3"] for cell in row)


def test_a_title_of_many_lines_fits_above_the_sheet(office: Path, qingdan: Run) -> None:
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--title", "很长的名称\n& 第二行" * 12)
    name = planned(office, qingdan, *words)
    book: Any = load_workbook(sheet_file(sheets(office, qingdan, name)))
    assert "\n" not in str(book["检查内容"]["A1"].value)
    assert len(book["检查内容"].oddHeader.left.text) < 255
    assert qingdan(office, "inspect", "notify", name, "--today", DAY) == 0


def test_what_is_written_below_the_instructions_comes_back(office: Path, qingdan: Run) -> None:
    name = recorded(office, qingdan)
    answers = {row["rule"]: row["answer"] for row in record_of(office, name, "JS-CG")["answers"]}
    assert answers == {
        "own-rules/1-1": "是",
        "own-rules/1-2": "是",
        "own-rules/2-1": "否",
        "own-rules/3-1": "是",
    }
