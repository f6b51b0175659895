"""Delegated items and their delegations: neither can go first, so one command files both, or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from conftest import TODAY, WHY, Run, commit, git, put, replace
from qingdan.core.text import reading

REGISTER = "registers/delegations.yaml"
POWERS = "lists/powers/JS-YJ.yaml"
CODE, OLD = "JS-YJ-QT-009", "JS-YJ-JC-001"
COMMENT = "# 委托名册：目前没有委托\n"
ITEM = """\
list: powers
unit: JS-YJ
items:
- code: JS-YJ-QT-009
  name: 烟花爆竹零售点备案
  type: 其他行政权力
  state: 在用
  power_source: 上级委托
  basis:
  - law: 中华人民共和国安全生产法
    article: 第十三条
    check: 未核对
  promised_limit: 5个工作日
  flow:
  - step: 备案
    limit: 5个工作日
    post: 备案岗
    office: 综合科科员
  responsibilities:
  - stage: 备案
    duty: 依法备案
  accountability:
  - 不予备案的。
"""
ENTRY = """\
- id: WT-2026-01
  from: ZZ-YJ
  to: JS-YJ
  items:
  - {item}
  basis: 安全生产检查办法（样例）第六条
  document: 委托书（样例）
  start: '2026-01-01'
  end: '2027-12-31'
"""
LINE = "登记委托WT-2026-01：市应急管理局委托区应急管理局行使{item}，自2026-01-01起至2027-12-31止"
TABLE = (
    "委托编号,委托机关,受委托单位,委托事项,委托依据,委托书,起始日期,终止日期,经办人\n"
    "WT-2026-01,市应急管理局,JS-YJ,{item},安全生产检查办法（样例）第六条,委托书（样例）,2026/1/1,2027/12/31,某人\n"
)


@pytest.fixture
def work(small: Path) -> Path:
    """The small workspace with an empty register of delegations, as ``init`` lays it out."""
    put(small, REGISTER, COMMENT + "delegations: []\n")
    commit(small, "建立委托名册\n\nReason: 试验")
    return small


@pytest.fixture
def item(tmp_path: Path) -> str:
    return str(put(tmp_path, "事项.yaml", ITEM))


def given(folder: Path, code: str = CODE, name: str = "委托.yaml", text: str = "") -> str:
    return str(put(folder, name, text or "delegations:\n" + ENTRY.format(item=code)))


def add(qingdan: Run, work: Path, item: str, *words: str) -> int:
    return qingdan(work, "adjust", "add", "--from", item, *WHY, "--yes", *words)


def entries(work: Path) -> list[Any]:
    value: Any = reading.read((work / REGISTER).read_bytes()).value
    return list(value["delegations"])


def touched(work: Path) -> list[str]:
    return git(work, "show", "--name-only", "--format=", "HEAD").split()


def errors(qingdan: Run, work: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The errors in the tree and in the last commit."""
    capsys.readouterr()
    qingdan(work, "validate", "--commits", "HEAD~1..HEAD", "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return [f["code"] for f in found if f["severity"] == "error"]


def state(work: Path) -> tuple[str, str]:
    return git(work, "rev-parse", "HEAD"), git(work, "status", "--porcelain")


def test_neither_goes_first_and_each_refusal_names_the_way(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(work)
    assert add(qingdan, work, item) == 4
    said = capsys.readouterr().err
    assert "QD409" in said
    assert "--delegations" in said
    table = put(tmp_path, "委托.csv", TABLE.format(item=CODE))
    assert qingdan(work, "import", str(table), "--register", "delegations", "--yes") == 4
    said = capsys.readouterr().err
    assert "QD203" in said
    assert "--delegations" in said
    assert state(work) == before


def test_an_item_and_its_delegation_are_one_commit(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(qingdan, work, item, "--delegations", given(tmp_path)) == 0
    assert touched(work) == [f"ledger/adjustments/2026/{TODAY}-{CODE}.yaml", POWERS, REGISTER]
    assert LINE.format(item=CODE) in git(work, "log", "-1", "--format=%B").splitlines()
    assert (work / REGISTER).read_text("utf-8").startswith(COMMENT)
    assert [entry["items"] for entry in entries(work)] == [[CODE]]
    assert errors(qingdan, work, capsys) == []
    assert git(work, "status", "--porcelain") == ""


def test_a_register_that_is_not_there_is_begun(
    small: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = ENTRY.format(item=CODE).replace("- id", "  id")
    assert add(qingdan, small, item, "--delegations", given(tmp_path, text=alone)) == 0
    assert entries(small)[0]["document"] == "委托书（样例）"
    assert errors(qingdan, small, capsys) == []


def test_a_dry_run_shows_both_and_writes_neither(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(work)
    assert add(qingdan, work, item, "--delegations", given(tmp_path), "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "+- id: WT-2026-01" in shown
    assert f"+- code: {CODE}" in shown
    assert state(work) == before


def test_a_change_takes_its_delegation_from_a_table(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    table = given(tmp_path, name="委托.csv", text=TABLE.format(item=OLD))
    words = ("adjust", "set", OLD, "power_source=上级委托", *WHY, "--yes")
    assert qingdan(work, *words) == 4
    capsys.readouterr()
    assert qingdan(work, *words, "--delegations", table) == 0
    assert "经办人" in capsys.readouterr().err  # told that this column is not taken
    assert entries(work) == [
        {
            "id": "WT-2026-01",
            "from": "ZZ-YJ",
            "to": "JS-YJ",
            "items": [OLD],
            "basis": "安全生产检查办法（样例）第六条",
            "document": "委托书（样例）",
            "start": "2026-01-01",
            "end": "2027-12-31",
        }
    ]
    assert LINE.format(item=OLD) in git(work, "log", "-1", "--format=%B")
    assert errors(qingdan, work, capsys) == []


def test_edits_by_hand_of_list_and_register_are_one_adjustment(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    state_line = "type: 行政检查\n  state: 在用\n"
    replace(work, POWERS, state_line, f"{state_line}  power_source: 上级委托\n")
    text = COMMENT + "# 2026年签订\ndelegations:\n" + ENTRY.format(item=OLD)
    put(work, REGISTER, text)
    assert qingdan(work, "adjust", "commit", *WHY, "--yes") == 0
    assert REGISTER in touched(work)
    assert git(work, "status", "--porcelain") == ""
    assert (work / REGISTER).read_text("utf-8") == text
    assert LINE.format(item=OLD) in git(work, "log", "-1", "--format=%B")
    assert errors(qingdan, work, capsys) == []


def test_a_register_edited_for_other_items_stays_out_of_the_adjustment(
    work: Path, qingdan: Run
) -> None:
    replace(work, POWERS, "limit: 5个工作日", "limit: 4个工作日")
    put(work, REGISTER, "delegations:\n" + ENTRY.format(item="JS-CG-XK-001"))
    assert qingdan(work, "adjust", "commit", *WHY, "--yes") == 0
    assert REGISTER not in touched(work)
    assert REGISTER in git(work, "status", "--porcelain")


def test_rows_of_a_workbook_take_their_delegations(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "清单.xlsx"
    assert qingdan(work, "export", "--list", "powers", "--unit", "JS-YJ", "--out", str(out)) == 0
    book = load_workbook(out)
    sheet: Any = book["行政权责清单"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(n for n in range(2, 20) if sheet.cell(n, columns["职权编号"]).value == OLD)
    sheet.cell(row, columns["权力来源"]).value = "上级委托"
    book.save(out)
    words = ("adjust", "import", str(out), *WHY, "--yes")
    assert qingdan(work, *words) == 4
    assert "QD409" in capsys.readouterr().err
    assert qingdan(work, *words, "--delegations", given(tmp_path, OLD)) == 0
    assert entries(work)[0]["items"] == [OLD]
    assert errors(qingdan, work, capsys) == []


def test_a_first_list_is_entered_with_its_delegations(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "职权编号,职权名称,权责类别,权力来源,实施主体,设定依据,承诺时限,运行流程,责任事项,追责情形\n"
    row = (
        f"{CODE},零售点备案,其他行政权力,上级委托,JS-SFJ,《中华人民共和国安全生产法》第十三条,"
        "5个工作日,备案（5个工作日，备案岗，科员）,备案责任：备案。,不予备案的。\n"
    )
    file = str(put(tmp_path, "清单.csv", table + row))
    words = ("import", file, "--list", "powers", "--today", TODAY, "--yes")
    before = state(work)
    assert qingdan(work, *words) == 4
    assert "QD409" in capsys.readouterr().err
    beside = given(tmp_path, name="委托.csv", text=TABLE.format(item=CODE).replace("JS-YJ,", "JS-SFJ,"))  # fmt: skip
    assert qingdan(work, *words, "--delegations", beside, "--dry-run") == 0
    assert state(work) == before
    assert qingdan(work, *words, "--delegations", beside) == 0
    assert {REGISTER, "lists/powers/JS-SFJ.yaml"} < set(touched(work))
    assert errors(qingdan, work, capsys) == []


def test_what_is_registered_already_is_left_as_it_is(
    work: Path, tmp_path: Path, item: str, qingdan: Run
) -> None:
    put(work, REGISTER, "delegations:\n" + ENTRY.format(item=OLD))
    commit(work, "登记委托\n\nReason: 试验")
    both = ENTRY.format(item=OLD) + ENTRY.format(item=CODE).replace("-01\n  from", "-02\n  from")
    words = ("--delegations", given(tmp_path, text="delegations:\n" + both))
    assert add(qingdan, work, item, *words) == 0
    assert [entry["id"] for entry in entries(work)] == ["WT-2026-01", "WT-2026-02"]
    assert "登记委托WT-2026-01" not in git(work, "log", "-1", "--format=%B")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- x\n", "内容不对"),
        ("delegations: []\n", "应为一条或多条委托"),
        ("delegations: [甲]\n", "第1条"),
        ("delegations:\n" + ENTRY.replace("'2026-01-01'", "明天"), "第1条：“委托起始日期”"),
        ("delegations:\n" + ENTRY.replace("  from: ZZ-YJ\n", ""), "缺少：委托机关"),
        ("delegations:\n" + ENTRY.replace("  to: JS-YJ", "  to: JS-YJ\n  x: 1"), "第1条"),
        ("delegations:\n" + ENTRY * 2, "“WT-2026-01”用了不止一次"),
        ("delegations:\n" + ENTRY.replace("to: JS-YJ", "to: JS-SFJ"), "QD409"),
        ("delegations:\n" + ENTRY.replace("{item}", "JS-YJ-QT-099"), "QD203"),
        ("a: [1\n", "第"),
    ],
)
def test_what_cannot_be_registered_is_told_and_nothing_is_filed(
    work: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    before = state(work)
    file = given(work.parent, text=text.replace("{item}", CODE))
    code = 4 if why.startswith("QD") else 2
    assert add(qingdan, work, item, "--delegations", file) == code
    assert why in capsys.readouterr().err
    assert state(work) == before


def test_a_table_that_does_not_fit_is_told_with_its_cell(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(work)
    text = TABLE.format(item=CODE).replace("市应急管理局", "市水利局")
    file = given(tmp_path, name="委托.csv", text=text)
    assert add(qingdan, work, item, "--delegations", file) == 4
    assert "“委托机关”（B2）“市水利局”不在单位名册中" in capsys.readouterr().err
    assert add(qingdan, work, item, "--delegations", str(tmp_path / "没有.csv")) == 2
    assert "不能读取" in capsys.readouterr().err
    assert state(work) == before


def test_another_delegation_under_a_number_that_is_taken_is_refused(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, REGISTER, "delegations:\n" + ENTRY.format(item=OLD))
    commit(work, "登记委托\n\nReason: 试验")
    before = state(work)
    assert add(qingdan, work, item, "--delegations", given(tmp_path)) == 4
    assert "委托编号“WT-2026-01”已经登记，内容不同" in capsys.readouterr().err
    assert state(work) == before


def test_a_register_that_cannot_be_read_is_not_written_over(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, REGISTER, "delegations: [\n")
    commit(work, "写坏了\n\nReason: 试验")
    before = state(work)
    for name, text in (("委托.yaml", ""), ("委托.csv", TABLE.format(item=CODE))):
        file = given(tmp_path, name=name, text=text)
        assert add(qingdan, work, item, "--delegations", file) == 4
        assert f"{REGISTER}的内容不合要求" in capsys.readouterr().err
    assert state(work) == before


def test_a_register_edited_and_not_committed_is_not_mixed_in(
    work: Path, tmp_path: Path, item: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(work, REGISTER, COMMENT + "# 还没写完\ndelegations: []\n")
    before = state(work)
    assert add(qingdan, work, item, "--delegations", given(tmp_path)) == 4
    assert f"{REGISTER}有尚未提交的改动" in capsys.readouterr().err
    assert state(work) == before


def test_a_register_alone_takes_no_further_file(
    work: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = given(tmp_path)
    words = ("import", file, "--register", "delegations", "--delegations", file)
    assert qingdan(work, *words) == 2
    assert "--register delegations" in capsys.readouterr().err
