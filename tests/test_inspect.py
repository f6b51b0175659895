"""``inspect``: planned, made known, filled in by people, recorded, scored, followed; every step a commit."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from conftest import Run, commit, git, put, replace
from inspection_support import (
    DAY,
    GOOD,
    OVER,
    REGISTER,
    fill,
    planned,
    ready,
    record_of,
    sheet_file,
    sheets,
)


@pytest.fixture
def office(small: Path) -> Path:
    """A workspace in which inspections can be held, with one machine's finding at JS-CG."""
    return ready(small)


def refused(qingdan: Run, capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    """The sentence with which a command refuses; nothing is committed and nothing changed."""
    head = git(folder, "rev-parse", "HEAD")
    capsys.readouterr()
    assert qingdan(folder, "inspect", *words, "--today", DAY) in {2, 3, 4}
    assert git(folder, "rev-parse", "HEAD") == head
    assert git(folder, "status", "--porcelain", "ledger", "qingdan.yaml") == ""
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


# planning


def test_a_plan_is_one_commit_with_its_trailers(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    assert name == f"{DAY}-joint-JS-CG"
    body = git(office, "log", "-1", "--format=%(trailers)")
    assert body.splitlines() == ["Inspection: plan", f"Record: {name}"]
    record = record_of(office, name)
    assert record["organiser"] == {"role": "区政府法制办", "unit": "JS-SFJ"}
    assert record["members"] == [{"role": "区财政局", "unit": "JS-CZJ"}]
    assert record["materials"] == ["学习记录"]
    assert record["basis"] == ["district-operation 第十六条"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "JS-SFJ"), "不能检查自己的单位"),
        (("--unit", "JS-CG", "--member", "JS-CG"), "不能检查自己的单位"),
        (("--unit", "JS-CC"), "是不是“JS-CG”"),
        (("--unit", "JS-CG", "--pack", "own-rule"), "是不是“own-rules”"),
        (("--unit", "JS-CG", "--list", "power"), "可选：powers（行政权责清单）"),
        (("--unit", "JS-CG", "--member", "区财正局"), "是不是“区财政局”"),
        (("--unit", "JS-CG", "--period", "2026年3季"), "应为 2026Q3"),
        (("--unit", "JS-CG", "--focus", "热点"), "投诉热点"),
        (("--unit", "JS-CG", "--from", "2026-10-20", "--to", "2026-10-19"), "早于开始日期"),
        (("--unit", "JS-CG", "--training", "2026-10-09"), "日期和内容"),
        ((), "--unit all"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert said in refused(qingdan, capsys, office, "plan", "--kind", "联合督查", *words)


def test_only_the_kinds_of_the_settings_are_held(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(qingdan, capsys, office, "plan", "--kind", "季度考评", "--unit", "JS-CG")
    assert "联合督查（joint）、自查（self）、卷宗评查（files）" in said


def test_a_self_check_of_ones_own_unit_is_no_conflict(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", kind="self")
    assert "members" not in record_of(office, name)
    assert qingdan(office, "validate", "--fail-on", "error", "lists/approvals") == 0


def test_a_section_is_not_inspected_by_its_own_bureau(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    more = "- code: JS-CG-ZF\n  name: 执法大队\n  kind: 科室\n  parent: JS-CG\n- code: JS-CZJ\n"
    replace(office, "registers/units.yaml", "- code: JS-CZJ\n", more)
    commit(office, "登记科室\n\nReason: 本例需要\n")
    for unit, member in (("JS-CG", "JS-CG-ZF"), ("JS-CG-ZF", "JS-CG")):
        words = ("plan", "--kind", "joint", "--unit", unit, "--member", member)
        assert "不能检查自己的单位" in refused(qingdan, capsys, office, *words)


def test_the_same_plan_twice_on_a_day_is_refused(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(office, qingdan, "--unit", "JS-CG")
    said = refused(qingdan, capsys, office, "plan", "--kind", "joint", "--unit", "JS-CG")
    assert "已经拟定" in said


# the notice


def test_the_notice_says_basis_scope_content_and_procedure(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    capsys.readouterr()
    words = ("inspect", "notify", name, "--document", "金法督〔2026〕3号", "--today", DAY)
    out = office.parent / "notice"
    assert qingdan(office, *words, "--out", str(out), "--format", "md") == 0
    assert [path.name for path in out.iterdir()] == ["通知.md"]
    text = (out / "通知.md").read_text("utf-8")
    for part in (
        "金法督〔2026〕3号",
        "郑州市金水区城市管理局：",
        "根据《行政权责事项运行监督管理办法》第十六条的规定",
        "## 一、检查范围",
        "## 二、检查内容",
        "## 三、检查方式和程序",
        "2026年10月12日\n",
        "抄送：郑州市金水区财政局",
    ):
        assert part in text, part
    body, _, attached = text.partition("# 附件 检查内容和查阅材料")
    assert "《本局检查规则》规定的检查内容4项，其中由检查组查阅材料、了解情况4项。" in body
    assert "是否组织学习清单" not in body, "the questions stand in the attachment"
    assert "| 1 | 是否组织学习清单 | 第一条 | 学习计划 |" in attached
    assert "1. 学习记录。" in body
    assert "第十八条的规定，检查组可以采取下列措施" in body
    assert "1. 调取行政执法案卷。" in body
    head = git(office, "rev-parse", "HEAD")
    assert qingdan(office, "inspect", "notify", name, "--format", "json", "--today", DAY) == 0
    assert git(office, "rev-parse", "HEAD") == head, "a notice is given once"
    data = json.loads(capsys.readouterr().out.partition("通知.md\n")[2])
    assert data["units"] == ["郑州市金水区城市管理局"]
    assert data["procedure"] == ["书面通知。"]


# sheets


def test_the_sheet_is_a_form_that_can_be_printed_and_filled_in(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    book = load_workbook(sheet_file(sheets(office, qingdan, name)))
    sheet: Any = book["检查内容"]
    assert sheet.protection.sheet
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
    assert set(rows) == {"own-rules/1-1", "own-rules/1-2", "own-rules/2-1", "own-rules/3-1"}
    machine = [cell.value for cell in rows["own-rules/2-1"]]
    assert machine[3] == "否"
    assert "90个工作日" in machine[4]
    assert rows["own-rules/1-1"][3].value == "由人回答"
    assert rows["own-rules/1-1"][2].protection.locked
    assert not rows["own-rules/1-1"][5].protection.locked
    assert any(
        '"是,否,不适用"' in str(each.formula1) for each in sheet.data_validations.dataValidation
    )
    assert book["底稿"].sheet_state == "hidden"
    assert [row[0].value for row in book["查阅材料"].iter_rows(min_row=4)] == ["学习记录"]


def test_a_rule_about_a_list_that_a_unit_does_not_keep_is_not_asked(
    office: Path, qingdan: Run
) -> None:
    name = planned(office, qingdan, "--unit", "JS-YJ", "--pack", "own-rules")
    book = load_workbook(sheet_file(sheets(office, qingdan, name), "JS-YJ"))
    rules = [row[0].value for row in book["检查内容"].iter_rows(min_row=4)]
    assert rules == ["own-rules/1-1", "own-rules/1-2", "own-rules/2-1"]


def test_a_rule_over_which_another_law_prevails_is_not_asked(office: Path, qingdan: Run) -> None:
    more = "  materials: [学习计划]\n  overridden:\n  - {law: 中华人民共和国行政处罚法, article: 第五条}\n"
    replace(office, "rules/own-rules.yaml", "  materials: [学习计划]\n", more)
    commit(office, "从其规定\n\nReason: 本例需要\n")
    name = planned(office, qingdan)
    text = (sheet_file(sheets(office, qingdan, name), "JS-CG", "yaml")).read_text("utf-8")
    assert "own-rules/1-1" not in text
    assert "own-rules/1-2" in text


# recording


def answered(folder: Path, qingdan: Run, name: str, more: dict[str, tuple[str, str, str]]) -> Path:
    """A filled workbook of JS-CG."""
    file = sheet_file(sheets(folder, qingdan, name))
    return fill(file, GOOD | {"own-rules/3-1": ("是", "", "")} | more)


def test_a_filled_workbook_is_recorded(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    (file.parent / "学习计划.docx").write_bytes(b"plan")
    fill(file, {"学习记录": ("有", "学习计划.docx", "")}, "查阅材料", "材料")
    fill(file, {"座谈会": ("12", "", "")}, "座谈访谈", "方式")
    book = load_workbook(file)
    for row, cells in (
        ("经验做法", ["专人负责清单"]),
        ("存在问题", ["公示栏陈旧", "own-rules/1-1", "", "轻微", "照片1.jpg"]),
    ):
        for column, text in enumerate(cells, 1):
            book[row].cell(4, column).value = text
    book.save(file)
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    sheet = record_of(office, name, "JS-CG")
    answers = {row["rule"]: row for row in sheet["answers"]}
    digest = hashlib.sha256(b"plan").hexdigest()
    proof = {"path": "学习计划.docx", "date": "2026-03-02", "note": "年度计划", "sha256": digest}
    assert answers["own-rules/1-1"]["evidence"] == [proof]
    assert sheet["interviews"] == [{"kind": "座谈会", "count": 12, "day": DAY}]
    assert sheet["practices"][0]["what"] == "专人负责清单"
    assert sheet["problems"][0]["gravity"] == "轻微"
    assert [fact["code"] for fact in sheet["machine"]["findings"]] == ["QD207"]
    assert git(office, "log", "-1", "--format=%(trailers)").startswith("Inspection: record")
    assert qingdan(office, "validate", "--commits", "HEAD~2..HEAD", "ledger") == 0


def test_recording_the_same_file_again_changes_nothing(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    fill(file, {"座谈会": ("12", "", "")}, "座谈访谈", "方式")
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    head = git(office, "rev-parse", "HEAD")
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert git(office, "rev-parse", "HEAD") == head
    assert "先前已经录入" in capsys.readouterr().err


def test_a_sheet_made_of_the_record_brings_the_record_back(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    before = record_of(office, name, "JS-CG")["answers"]
    again = sheets(office, qingdan, name, "again")
    for ending in ("yaml", "xlsx"):
        file = sheet_file(again, ending=ending)
        assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert record_of(office, name, "JS-CG")["answers"] == before


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            {"own-rules/1-1": ("否", "", "没有组织")},
            "检查内容”F4：“own-rules/1-1”答“否”是认定有问题，须有证据",
        ),
        ({"own-rules/1-2": ("是", "", "")}, "F5：“own-rules/1-2”答“是”是认定有问题，须有证据"),
        ({"own-rules/1-1": ("基本是", "", "")}, "F4：“基本是”不是可选的回答"),
        ({"own-rules/2-1": ("是", "", "")}, "F6：“own-rules/2-1”答“是”，机器检查却发现1个问题"),
        ({"own-rules/3-1": ("", "台账｜2026-02-30", "")}, "F7：写了证据或说明，没有写回答"),
    ],
)
def test_answers_that_cannot_be_are_named_with_their_cell(
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    answers: dict[str, tuple[str, str, str]],
    said: str,
) -> None:
    name = planned(office, qingdan)
    file = sheet_file(sheets(office, qingdan, name))
    fill(file, answers)
    assert said in refused(qingdan, capsys, office, "record", name, str(file))
    assert not (office / "ledger/inspections" / name / "sheets").exists()


def test_the_machine_may_be_contradicted_with_an_explanation(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    file = answered(
        office, qingdan, name, {"own-rules/2-1": ("是", "", "法定时限已延长，清单待更新")}
    )
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    sheet = record_of(office, name, "JS-CG")
    answer = next(row for row in sheet["answers"] if row["rule"] == "own-rules/2-1")
    assert answer["explanation"] == "法定时限已延长，清单待更新"
    assert [fact["code"] for fact in sheet["machine"]["findings"]] == ["QD207"], "it still stands"


def test_two_people_fill_in_one_sheet(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    blank = sheet_file(sheets(office, qingdan, name))
    one = fill(blank, {"own-rules/1-1": ("是", "甲的证据", "")}, save=blank.with_name("甲.xlsx"))
    two = fill(
        blank,
        {"own-rules/1-1": ("否", "乙的证据", "没有记录"), "own-rules/1-2": ("否", "", "")},
        save=blank.with_name("乙.xlsx"),
    )
    words = ("record", name, str(one), str(two))
    said = refused(qingdan, capsys, office, *words)
    assert "“own-rules/1-1”的回答不一致" in said
    assert "甲.xlsx工作表“检查内容”F4写“是”" in said
    assert "乙.xlsx工作表“检查内容”F4写“否”" in said
    assert qingdan(office, "inspect", *words, "--choose", "own-rule/1-1=否", "--today", DAY) == 2
    assert "“own-rule/1-1”不在交来的检查表中。是不是“own-rules/1-1”" in capsys.readouterr().err
    for wrong in ("own-rules/1-1=也许", "own-rules/1-1=不适用"):
        said = refused(qingdan, capsys, office, *words, "--choose", wrong)
        assert f"“--choose {wrong}”：没有人这样回答，交来的回答：是、否。" in said
    chosen = ("--choose", "own-rules/1-1=否")
    assert qingdan(office, "inspect", *words, *chosen, "--today", DAY) == 0
    answers = record_of(office, name, "JS-CG")["answers"]
    assert [(row["rule"], row["answer"]) for row in answers] == [
        ("own-rules/1-1", "否"),
        ("own-rules/1-2", "否"),
    ]
    assert answers[0]["evidence"] == [{"path": "乙的证据"}], "the evidence of who was right"


def test_an_answer_is_corrected_with_a_reason_and_stays(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    fill(file, {"own-rules/1-1": ("否", "会议记录", "")})
    said = refused(qingdan, capsys, office, "record", name, str(file))
    assert f"“own-rules/1-1”已于{DAY}录入为“是”，这里写“否”" in said
    why = ("--reason", "复核会议记录，学习没有组织")
    assert qingdan(office, "inspect", "record", name, str(file), *why, "--today", DAY) == 0
    answers = [
        r for r in record_of(office, name, "JS-CG")["answers"] if r["rule"] == "own-rules/1-1"
    ]
    assert [row["answer"] for row in answers] == ["是", "否"]
    assert answers[1]["reason"] == "复核会议记录，学习没有组织"
    assert qingdan(office, "validate", "--commits", "HEAD~3..HEAD", "ledger") == 0


def test_an_edited_question_is_noticed(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = sheet_file(sheets(office, qingdan, name))
    book = load_workbook(file)
    book["检查内容"]["C4"].value = "是否学习"
    book.save(file)
    said = refused(qingdan, capsys, office, "record", name, str(file))
    assert "检查内容”F4：检查内容被改动了，应为“是否组织学习清单”" in said


def test_a_renamed_column_and_a_lost_sheet_are_named(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = sheet_file(sheets(office, qingdan, name))
    book = load_workbook(file)
    book["检查内容"]["F3"].value = "答复"
    book.save(file)
    assert "工作表“检查内容”没有“回答”栏" in refused(
        qingdan, capsys, office, "record", name, str(file)
    )
    book["检查内容"].title = "Sheet1"
    book.save(file)
    assert "没有找到工作表“检查内容”" in refused(qingdan, capsys, office, "record", name, str(file))


def test_other_files_are_answered_in_a_sentence(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import xlwt
    from openpyxl import Workbook

    name = planned(office, qingdan)
    other = tmp_path / "别的.xlsx"
    Workbook().save(other)
    old = tmp_path / "旧.xls"
    book = xlwt.Workbook()
    book.add_sheet("检查内容").write(0, 0, "检查规则")
    book.save(str(old))
    for file, said in (
        (other, "表格是空的"),
        (old, "不是 qingdan inspect sheet 生成的检查表"),
        (put(tmp_path, "坏.xlsx", b"PK\x03\x04broken"), "工作簿已损坏"),
        (put(tmp_path, "说明.pdf", b"%PDF-1.7"), "PDF"),
        (put(tmp_path, "表.yaml", "inspection: [\n"), "第2行"),
        (put(tmp_path, "空.yaml", "{}\n"), "缺少“监督检查编号”"),
        (put(tmp_path, "名.yaml", "姓名: 张三\n"), "没有“姓名”这个要素"),
        (tmp_path / "没有.xlsx", "不存在"),
    ):
        assert said in refused(qingdan, capsys, office, "record", name, str(file)), file


def test_a_sheet_of_another_inspection_is_refused(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    other = planned(office, qingdan, "--unit", "JS-YJ", "--pack", "own-rules")
    file = sheet_file(sheets(office, qingdan, other), "JS-YJ")
    assert (
        qingdan(office, "inspect", "plan", "--kind", "joint", "--unit", "JS-CG", "--today", DAY)
        == 0
    )
    said = refused(qingdan, capsys, office, "record", f"{DAY}-joint-JS-CG", str(file))
    assert f"是监督检查“{other}”的检查表" in said


def test_a_sheet_is_stale_when_its_questions_have_changed(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    replace(office, "rules/own-rules.yaml", "是否组织学习清单", "是否组织学习、考试")
    commit(office, "改规则\n\nReason: 本例需要\n")
    said = refused(qingdan, capsys, office, "record", name, str(file))
    assert "底稿已经过时" in said


def test_a_sheet_from_a_history_that_is_not_here_is_refused(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    git(office, "switch", "-q", "-c", "side")
    put(office, "note.txt", "x")
    commit(office, "别的分支\n")
    file = answered(office, qingdan, name, {})
    git(office, "switch", "-q", "main")
    assert "不在当前分支的历史中" in refused(qingdan, capsys, office, "record", name, str(file))


def test_evidence_outside_the_folder_is_never_read(
    office: Path, qingdan: Run, tmp_path: Path
) -> None:
    name = planned(office, qingdan)
    put(tmp_path, "secret.txt", "secret")
    file = sheet_file(sheets(office, qingdan, name))
    (file.parent / "link.txt").symlink_to(tmp_path / "secret.txt")
    evidence = "../secret.txt\nlink.txt\n/dev/zero\n."
    fill(file, {"own-rules/1-1": ("否", evidence, "没有")})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    rows = record_of(office, name, "JS-CG")["answers"][0]["evidence"]
    assert [row.keys() for row in rows] == [{"path"}] * 4


def test_a_text_is_taken_back_like_a_workbook(office: Path, qingdan: Run) -> None:
    name = planned(office, qingdan)
    file = sheet_file(sheets(office, qingdan, name), "JS-CG", "yaml")
    text = file.read_text("utf-8")
    head, mark, rest = text.partition("- rule: own-rules/1-2\n")
    rest = rest.replace("answer: ''", "answer: 是", 1)
    rest = rest.replace("evidence: []", "evidence:\n  - 执法记录｜2026-09-30｜两人无证", 1)
    rest = rest.replace("practices: []", "practices:\n- what: 台账齐全")
    file.write_text(head + mark + rest, "utf-8")
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    sheet = record_of(office, name, "JS-CG")
    assert sheet["answers"] == [
        {
            "rule": "own-rules/1-2",
            "answer": "是",
            "evidence": [{"path": "执法记录", "date": "2026-09-30", "note": "两人无证"}],
            "day": DAY,
        }
    ]
    assert sheet["practices"][0]["what"] == "台账齐全"


# feedback, closing, following


def closed(folder: Path, qingdan: Run, more: dict[str, tuple[str, str, str]]) -> str:
    """An inspection of JS-CG that was closed upon these answers."""
    name = planned(folder, qingdan)
    file = answered(folder, qingdan, name, more)
    assert qingdan(folder, "inspect", "record", name, str(file), "--today", DAY) == 0
    words = ("--unit", "区城市管理局", "--opinion", "时限超过法定，请尽快调整")
    assert qingdan(folder, "inspect", "feedback", name, *words, "--today", DAY) == 0
    out = str(folder.parent / "score")
    assert qingdan(folder, "inspect", "close", name, "--out", out, "--today", DAY) == 0
    return name


BAD = {"own-rules/1-2": ("是", "执法记录｜2026-09-30", "两人无证执法")}


def test_closing_scores_and_enters_what_was_found(office: Path, qingdan: Run) -> None:
    name = closed(office, qingdan, BAD)
    score = record_of(office, name, "JS-CG")["score"]
    assert score["arithmetic"] == "100－10（无证执法1项×10分）－4（时限超过法定1项×4分）＝86"
    assert score["score"] == "86"
    found = sorted((office / "ledger/findings/2026").glob("*.yaml"))
    texts = [path.read_text("utf-8") for path in found]
    assert len(found) == 2
    person = next(text for text in texts if "own-rules/1-2" in text)
    for line in (
        "source: 联合督查",
        f"inspection: '{name}'",
        "fact: 两人无证执法",
        "path: 执法记录",
    ):
        assert line in person
    assert "可能涉及《本局检查规则》第九条" in person
    assert git(office, "log", "-1", "--format=%(trailers)").startswith("Inspection: close")
    changed = git(office, "show", "--stat", "--format=", "HEAD")
    assert "4 files changed" in changed, "inspection, sheet and both findings in one commit"
    sheet = (office.parent / "score" / "JS-CG-区城市管理局-评分表.md").read_text("utf-8")
    assert "两人无证执法。" in sheet
    assert "＝86" in sheet
    report = (office.parent / "score" / "检查情况报告.md").read_text("utf-8")
    assert "| 1 | 区城市管理局 | 86 | 2 |" in report
    assert "区城市管理局：时限超过法定，请尽快调整。" in report
    book = load_workbook(office.parent / "score" / "评分表.xlsx")
    assert book["量化评分"]["C2"].value == 86
    assert qingdan(office, "validate", "--commits", "HEAD~4..HEAD", "ledger") == 0
    assert qingdan(office, "fmt", "--check") == 0


def test_one_fact_is_deducted_once_whoever_found_it(office: Path, qingdan: Run) -> None:
    """A person's 否 about what the machine found is the machine's fact, not another one."""
    name = closed(office, qingdan, {})
    assert record_of(office, name, "JS-CG")["score"]["score"] == "96"
    assert len(list((office / "ledger/findings/2026").glob("*.yaml"))) == 1


def test_a_fact_that_the_inspectors_explained_away_costs_nothing(
    office: Path, qingdan: Run
) -> None:
    name = closed(office, qingdan, {"own-rules/2-1": ("是", "", "法定时限已延长")})
    assert record_of(office, name, "JS-CG")["score"]["score"] == "100"
    assert not (office / "ledger/findings").exists()
    sheet = (office.parent / "score" / "JS-CG-区城市管理局-评分表.md").read_text("utf-8")
    assert "| 是 |  | 法定时限已延长。 |" in sheet


def test_what_is_known_is_not_entered_again(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    closed(office, qingdan, BAD)
    before = sorted((office / "ledger/findings/2026").glob("*.yaml"))
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--title", "复查")
    name = planned(office, qingdan, *words, "--member", "JS-YJ", kind="卷宗评查")
    file = answered(office, qingdan, name, BAD)
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    capsys.readouterr()
    out = str(office.parent / "score2")
    assert qingdan(office, "inspect", "close", name, "--out", out, "--today", DAY) == 0
    assert "登记0个问题入台账，2个先前已经登记" in capsys.readouterr().out
    assert sorted((office / "ledger/findings/2026").glob("*.yaml")) == before


def test_a_closed_finding_that_comes_back_is_opened_again(office: Path, qingdan: Run) -> None:
    closed(office, qingdan, {})
    path = next((office / "ledger/findings/2026").glob("*.yaml"))
    text = path.read_text("utf-8")
    path.write_text(text + f"- move: 销号\n  by: JS-SFJ\n  done: '{DAY}'\n", "utf-8")
    commit(office, "销号\n")
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--title", "复查")
    name = planned(office, qingdan, *words, "--member", "JS-YJ", kind="卷宗评查")
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    assert "- move: 复发\n" in path.read_text("utf-8")


def test_closing_waits_for_every_answer(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", "--pack", "own-rules")
    file = fill(sheet_file(sheets(office, qingdan, name)), {"own-rules/1-1": ("是", "", "")})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    said = refused(qingdan, capsys, office, "close", name)
    assert "区城市管理局（JS-CG）：没有回答own-rules/1-2、own-rules/2-1、own-rules/3-1" in said
    assert "区应急管理局（JS-YJ）：还没有录入检查表" in said
    fill(file, GOOD | {"own-rules/3-1": ("不适用", "", "")})
    more = ("--reason", "补充证据")
    assert qingdan(office, "inspect", "record", name, str(file), *more, "--today", DAY) == 0
    assert "--reason" in refused(qingdan, capsys, office, "close", name, "--without", "JS-YJ")
    why = ("--without", "JS-YJ", "--reason", "机构正在划转")
    assert qingdan(office, "inspect", "close", name, *why, "--today", DAY) == 0
    step = record_of(office, name)["steps"][-1]
    assert step["without"] == [{"unit": "JS-YJ", "reason": "机构正在划转"}]
    assert "已经评定" in refused(qingdan, capsys, office, "record", name, str(file))


def test_what_comes_after_goes_in_its_order(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    assert "还没有评定" in refused(qingdan, capsys, office, "follow", name, "报告")
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    assert "现在应办的是“报告”" in refused(qingdan, capsys, office, "follow", name, "公布")
    assert "没有“排队”这个环节" in refused(qingdan, capsys, office, "follow", name, "排队")
    words = ("inspect", "follow", name)
    assert qingdan(office, *words, "报告", "--document", "金法〔2026〕9号", "--today", DAY) == 0
    assert "--audience" in refused(qingdan, capsys, office, "follow", name, "公布")
    assert "不能是“内部”" in refused(
        qingdan, capsys, office, "follow", name, "公布", "--audience", "内部"
    )
    early = ("follow", name, "公布", "--audience", "公开", "--day", "2026-10-11")
    assert "早于前面的环节" in refused(qingdan, capsys, office, *early)
    assert qingdan(office, *words, "公布", "--audience", "公开", "--today", "2026-10-20") == 0
    assert record_of(office, name)["steps"][-1]["audience"] == "公开"
    capsys.readouterr()
    assert qingdan(office, "inspect", "show", name) == 0
    assert "各环节已经办完" in capsys.readouterr().out


KNOWN = """\
- {name: 结果通报, period: quarter, owner: 区政务服务中心, due: 10个工作日, held_by: 通报, from: '2026-07-01',
   source: 本单位自定（jinshui-powers 第十九条只规定“定期”）, due_source: 本单位自定}
"""


def test_a_stage_comes_after_those_kinds_alone_that_it_is_for(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(office, "qingdan.yaml", "{stage: 报告, by", "{stage: 报告, kinds: [卷宗评查], by")
    commit(office, "设置\n\nReason: 只有卷宗评查要报告\n")
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    assert "环节：公布。" in refused(qingdan, capsys, office, "follow", name, "报告")
    assert qingdan(office, "inspect", "show", name, "--document", "检查情况报告") == 0
    (paper,) = office.glob(f"reports/inspections/{name}/*检查情况报告.md")
    text = paper.read_text("utf-8")
    assert "行政审批和政务信息管理局" not in text, (
        "whoever reports by that stage has nothing to do with it"
    )


def test_results_are_made_known_in_their_quarter(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    replace(office, "qingdan.yaml", "periods:\n", f"periods:\n{KNOWN}")
    replace(office, "qingdan.yaml", "{stage: 报告, by", "{stage: 报告, kinds: [卷宗评查], by")
    commit(office, "建库\n\nReason: 规定通报检查结果\n")
    name = held(office, qingdan, kind="联合督查")
    assert set(not_held(office, qingdan, capsys, "结果通报")) == {"JS-ZWJ"}
    follow = ("inspect", "follow", name, "公布", "--audience", "公开", "--today", DAY)
    assert qingdan(office, *follow) == 0
    assert not_held(office, qingdan, capsys, "结果通报") == {}


# following from elsewhere


def test_two_clones_work_on_one_inspection(office: Path, tmp_path: Path, qingdan: Run) -> None:
    name = planned(office, qingdan, "--unit", "JS-CG", "--unit", "JS-YJ", "--pack", "own-rules")
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "-q", str(office), str(other)], check=True)
    mine = fill(sheet_file(sheets(office, qingdan, name)), GOOD | {"own-rules/3-1": ("是", "", "")})
    theirs = sheet_file(sheets(other, qingdan, name, "there"), "JS-YJ")
    answers = {
        "own-rules/1-1": ("是", "", ""),
        "own-rules/1-2": ("否", "", ""),
        "own-rules/2-1": ("是", "", ""),
    }
    fill(theirs, answers)
    assert qingdan(office, "inspect", "record", name, str(mine), "--today", DAY) == 0
    assert qingdan(other, "inspect", "record", name, str(theirs), "--today", DAY) == 0
    git(other, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    assert qingdan(other, "inspect", "close", name, "--today", DAY) == 0
    assert record_of(other, name, "JS-YJ")["score"]["score"] == "100"
    assert record_of(other, name, "JS-CG")["score"]["score"] == "96"


def test_the_list_says_what_comes_next(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(office, "inspect", "list") == 0
    assert "还没有监督检查" in capsys.readouterr().out
    name = planned(office, qingdan)
    capsys.readouterr()
    assert qingdan(office, "inspect", "list", "--format", "json") == 0
    row = json.loads(capsys.readouterr().out)["inspections"][0]
    assert (row["id"], row["stage"], row["closed"]) == (name, "拟定", False)
    assert row["next"] == f"通知被检查单位：qingdan inspect notify {name}"
    assert qingdan(office, "inspect", "show", name, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["inspection"]["id"] == name


def test_interrupted_while_recording_nothing_is_half_done(
    office: Path, qingdan: Run, tmp_path: Path
) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    head = git(office, "rev-parse", "HEAD")
    hook = office / ".git" / "hooks" / "pre-commit"
    put(office, ".git/hooks/pre-commit", f"#!/bin/sh\ntouch {tmp_path}/there\nsleep 30\n")
    hook.chmod(0o755)
    command = [
        sys.executable,
        "-m",
        "qingdan",
        "-C",
        str(office),
        "inspect",
        "record",
        name,
        str(file),
    ]
    running = subprocess.Popen(
        [*command, "--today", DAY],
        start_new_session=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    while not (tmp_path / "there").exists():
        assert running.poll() is None
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert running.returncode != 0
    assert b"Traceback" not in said
    hook.unlink()
    assert git(office, "rev-parse", "HEAD") == head
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert git(office, "status", "--porcelain") == ""
    assert len(record_of(office, name, "JS-CG")["answers"]) == 4


# self-checks and periods


def self_check(folder: Path, qingdan: Run, answer: tuple[str, str, str]) -> str:
    """A self-check of JS-CG for the third quarter, recorded with this answer about limits."""
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--period", "2026Q3")
    name = planned(folder, qingdan, *words, kind="self")
    file = answered(folder, qingdan, name, {"own-rules/2-1": answer})
    assert qingdan(folder, "inspect", "record", name, str(file), "--today", DAY) == 0
    return name


def codes(folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], day: str) -> list[str]:
    """The codes that ``check`` finds on a day."""
    capsys.readouterr()
    qingdan(folder, "check", "--today", day, "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return [f"{row['code']} {row['unit']}" for row in found if row["code"] in {"QD613", "QD614"}]


def test_a_self_check_that_explains_itself_is_no_finding_but_counts(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = self_check(office, qingdan, ("是", "", "清单尚未更新"))
    assert "QD614 JS-CG" not in codes(office, qingdan, capsys, DAY)
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    score = record_of(office, name, "JS-CG")["score"]["score"]
    assert score == "96", "what a unit explains about itself takes no fact away"
    text = next((office / "ledger/findings/2026").glob("*.yaml")).read_text("utf-8")
    assert "source: 自查" in text
    assert "弄虚作假" not in text


def test_a_self_check_that_says_all_is_well_is_a_contradiction(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = self_check(office, qingdan, ("是", "", "清单尚未更新"))
    path = f"ledger/inspections/{name}/sheets/JS-CG.yaml"
    replace(office, path, "  explanation: 清单尚未更新\n", "")
    commit(office, "手改\n")
    assert "QD614 JS-CG" in codes(office, qingdan, capsys, DAY)
    qingdan(office, "inspect", "show", name)
    assert "1（1处未说明）" in capsys.readouterr().out


def test_what_was_not_held_in_its_quarter_is_found_when_it_is_due(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes(office, qingdan, capsys, "2026-11-20") == [], "nothing is asked for before 建库"
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    commit(office, "建库\n")
    assert codes(office, qingdan, capsys, "2026-10-20") == []
    both = ["QD613 JS-CG", "QD613 JS-YJ"]
    assert codes(office, qingdan, capsys, "2026-10-21") == [*both, "QD613 JS-ZWJ"]
    self_check(office, qingdan, ("否", "", ""))
    assert codes(office, qingdan, capsys, "2026-10-21") == ["QD613 JS-YJ", "QD613 JS-ZWJ"]
    words = ("--period", "2026Q3", "--document", "会议纪要〔2026〕5号", "--today", "2026-10-19")
    assert qingdan(office, "inspect", "confer", *words) == 0
    assert git(office, "log", "-1", "--format=%(trailers)").splitlines() == [
        "Inspection: confer",
        "Record: 2026Q3/confer-2026-10-19",
    ]
    assert codes(office, qingdan, capsys, "2026-10-21") == ["QD613 JS-YJ"]
    assert qingdan(office, "inspect", "confer", *words) == 4
    assert qingdan(office, "validate", "ledger") == 0


FILES = """\
- {name: 卷宗评查, period: quarter, owner: 区政务服务改革管理办公室, due: 10个工作日,
   held_by: 卷宗评查, from: '2026-07-01', source: district-operation 第十九条, due_source: 本单位自定,
   members: [区政府法制办, 区财政局, 区政务服务中心, 区监察局], each: 是}
"""
"""Four offices hold these five roles; none is held by the unit that is inspected."""


def not_held(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], name: str
) -> dict[str, str]:
    """The units that owe a duty of the third quarter on its first overdue day, with the words of the finding."""
    capsys.readouterr()
    qingdan(folder, "check", "--today", "2026-10-21", "--format", "json")
    every = json.loads(capsys.readouterr().out)["findings"]
    return {row["unit"]: row["message"] for row in every if f"“{name}”" in row["message"]}


def held(folder: Path, qingdan: Run, *who: str, kind: str) -> str:
    """The id of an inspection of the third quarter, from plan to close."""
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--period", "2026Q3")
    name = planned(folder, qingdan, *words, *who, kind=kind)
    file = answered(folder, qingdan, name, GOOD)
    assert qingdan(folder, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert qingdan(folder, "inspect", "close", name, "--today", DAY) == 0
    return name


def test_every_office_reviews_case_files_and_who_took_part_has_done_so(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    replace(office, "qingdan.yaml", "periods:\n", f"periods:\n{FILES}")
    commit(office, "建库\n\nReason: 规定卷宗评查\n")
    words = not_held(office, qingdan, capsys, "卷宗评查")
    assert set(words) == {"JS-ZWJ", "JS-SFJ", "JS-CZJ", "JS-JW"}, "one unit holds two of the roles"
    assert "区司法局没有2026年第三季度“卷宗评查”的记录" in words["JS-SFJ"]
    assert "（2026年第三季度末起10个工作日，本单位自定（《" in words["JS-SFJ"]
    due = ("due", "--kind", "inspect", "--format", "json", "--today", "2026-10-08")
    assert qingdan(office, *due) == 0
    clocks = json.loads(capsys.readouterr().out)["clocks"]
    assert sorted(row["units"][0] for row in clocks if row["duty"] == "卷宗评查") == sorted(words)
    held(office, qingdan, "--organiser", "区政府法制办", "--member", "区财政局", kind="卷宗评查")
    assert set(not_held(office, qingdan, capsys, "卷宗评查")) == {"JS-ZWJ", "JS-JW"}, (
        "organiser and member alike"
    )


def test_lead_units_that_owe_no_report_owe_it_each_by_name(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    led = FILES.partition("members:")[0].rstrip().rstrip(",") + "}\n"
    led = led.replace("区政务服务改革管理办公室", "牵头单位")
    replace(office, "qingdan.yaml", "periods:\n", f"periods:\n{led}")
    commit(office, "建库\n\nReason: 规定卷宗评查\n")
    assert set(not_held(office, qingdan, capsys, "卷宗评查")) == {"JS-ZWJ", "JS-SFJ", "JS-CZJ"}


def test_quarters_before_the_settings_say_so_are_not_asked_for(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    commit(office, "建库\n")
    capsys.readouterr()
    qingdan(office, "check", "--today", "2026-11-20")
    text = capsys.readouterr().out
    assert "2026年第三季度“研判会商”" in text
    assert "第二季度" not in text
    assert "《行政权责事项运行监督管理办法》第十七条" in text


def test_due_shows_what_an_inspection_waits_for(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(office, "ledger/adjustments/2026/2026-01-07-register.yaml", REGISTER)
    commit(office, "建库\n")
    name = planned(office, qingdan, "--unit", "JS-CG", "--pack", "own-rules", "--to", "2026-10-16")

    def clocks(day: str) -> dict[str, str]:
        capsys.readouterr()
        words = ("due", "--kind", "inspect", "--format", "json", "--today", day)
        assert qingdan(office, *words) == 0
        found = json.loads(capsys.readouterr().out)["clocks"]
        return {f"{row['duty']} {row['owner']}": row["words"] for row in found}

    now = clocks(DAY)
    assert now["通知检查 区政府法制办（区司法局）"] == "还有4日"
    assert now["研判会商 区政务服务中心"].startswith("还有6个工作日")
    assert "自查 区城市管理局" in now
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    assert "评定 区政府法制办（区司法局）" in clocks(DAY)
    assert qingdan(office, "inspect", "close", name, "--today", DAY) == 0
    after = clocks(DAY)
    assert after["报告 区政府法制办（区司法局）"] == "未设时限"


def test_a_hand_written_conflict_is_found(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    path = f"ledger/inspections/{name}/inspection.yaml"
    replace(office, path, "- role: 区财政局\n  unit: JS-CZJ", "- unit: JS-CG")
    capsys.readouterr()
    assert qingdan(office, "validate", "ledger", "--format", "concise") == 1
    assert "QD616" in capsys.readouterr().out


def test_a_machine_without_findings_and_a_person_with_proof(small: Path, qingdan: Run) -> None:
    """A person may find what the machine did not: with evidence it counts like any other fact."""
    folder = ready(small, flawed=False)
    name = closed(
        folder, qingdan, {"own-rules/2-1": ("否", "实地计时｜2026-10-12", "实际用时超过承诺")}
    )
    assert record_of(folder, name, "JS-CG")["score"]["score"] == "98"
    shutil.rmtree(folder.parent / "score")
    words = ("--document", "评分表", "--out", str(folder.parent / "score"))
    assert qingdan(folder, "inspect", "show", name, *words) == 0
    sheet = folder.parent / "score" / "JS-CG-区城市管理局-评分表.md"
    assert "实际用时超过承诺" in sheet.read_text("utf-8")
    assert OVER[0] in (folder / "lists/powers/JS-CG.yaml").read_text("utf-8")


def test_a_sheet_without_its_inspection_is_found(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    file = answered(office, qingdan, name, {})
    assert qingdan(office, "inspect", "record", name, str(file), "--today", DAY) == 0
    (office / "ledger/inspections" / name / "inspection.yaml").unlink()
    capsys.readouterr()
    assert qingdan(office, "validate", "ledger", "--format", "concise") == 1
    assert "QD615" in capsys.readouterr().out


def test_a_unit_that_vanished_from_the_register_is_answered_in_a_sentence(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    name = planned(office, qingdan)
    replace(office, f"ledger/inspections/{name}/inspection.yaml", "  - JS-CG", "  - JS-XX")
    capsys.readouterr()
    for words in (("sheet", name), ("show", name), ("list",), ("close", name), ("notify", name)):
        assert qingdan(office, "inspect", *words) in {0, 2, 3, 4}, words
    assert "单位“JS-XX”不在单位名册中" in capsys.readouterr().err


def test_a_long_title_still_makes_a_workbook(office: Path, qingdan: Run) -> None:
    title = "联合督查" * 49
    words = ("--unit", "JS-CG", "--pack", "own-rules", "--title", title)
    name = planned(office, qingdan, *words)
    assert (
        load_workbook(sheets(office, qingdan, name) / "JS-CG-区城市管理局.xlsx").sheetnames[0]
        == "检查内容"
    )
