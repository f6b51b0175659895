"""``adjust import``: a workbook given out, edited as people edit workbooks, and taken back."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pexpect
import pytest
from openpyxl import Workbook, load_workbook

from conftest import CODE, FILE, TODAY, WHY, Run, Samples, commit, git, put, replace
from qingdan.core.text import reading

POWERS = "行政权责清单"
UNITS = ("YJ", "ZJ", "SFJ", "FG", "CZJ", "CG")
SAID = ("调整情形", "情形发生日期", "调整理由")
REASON = ("内部职能调整、流程优化", datetime(2026, 11, 16), "压减办理环节用时")  # noqa: DTZ001 Excel knows no zones


@pytest.fixture(scope="session")
def given(samples: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample district's workbook as it was given out."""
    from qingdan.cli.main import run

    out = tmp_path_factory.mktemp("given") / "清单.xlsx"
    units = [word for unit in UNITS for word in ("--unit", f"JS-{unit}")]
    assert run(["-C", str(samples("district")), "export", "--out", str(out), *units]) == 0
    return out


class Book:
    """A workbook in somebody's hands."""

    def __init__(self, path: Path, given: Path) -> None:
        self.path = path
        self.book = load_workbook(given)

    def sheet(self, name: str = POWERS) -> Any:
        return self.book[name]

    def column(self, title: str, name: str = POWERS) -> int:
        return next(int(c.column) for c in self.sheet(name)[1] if c.value == title)

    def row(self, code: str, name: str = POWERS) -> int:
        codes = next(
            c.column for c in self.sheet(name)[1] if str(c.value).endswith("编号") and c.column > 2
        )
        sheet = self.sheet(name)
        return next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, codes).value == code)

    def cell(self, code: str, title: str, name: str = POWERS) -> Any:
        return self.sheet(name).cell(self.row(code, name), self.column(title, name))

    def set(self, code: str, name: str = POWERS, why: tuple[Any, ...] = (), **values: Any) -> None:
        row = self.row(code, name)
        for title, value in (*values.items(), *zip(SAID, why, strict=False)):
            self.sheet(name).cell(row, self.column(title, name)).value = value

    def save(self) -> str:
        self.book.save(self.path)
        return str(self.path)


@pytest.fixture
def book(given: Path, tmp_path: Path) -> Book:
    return Book(tmp_path / "改好的.xlsx", given)


def take(qingdan: Run, folder: Path, book: Book, *words: str) -> int:
    return qingdan(folder, "adjust", "import", book.save(), "--today", TODAY, "--yes", *words)


def item(folder: Path, code: str, path: str = FILE) -> Any:
    document: Any = reading.read((folder / path).read_bytes()).value
    return next(entry for entry in document["items"] if entry["code"] == code)


def untouched(folder: Path, head: str) -> bool:
    return git(folder, "rev-parse", "HEAD") == head and git(folder, "status", "--porcelain") == ""


OTHERS = ("JS-YJ-CF-001", "JS-YJ-CF-002")


def test_an_untouched_workbook_changes_nothing(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 0
    assert "没有需要办理的改动" in capsys.readouterr().out
    assert untouched(district, head)


def test_each_edited_item_becomes_a_commit_of_its_own(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.set(CODE, 承诺办结时限=" 2工作日 ", why=REASON)
    book.set(OTHERS[0], 备注="甲\r\n乙", 承办机构="新的科室")
    head = git(district, "rev-parse", "HEAD")
    common = (
        "--trigger",
        "三定方案调整、机构撤并",
        "--occurred",
        "2026-11-17",
        "--reason",
        "内设机构调整",
    )
    assert take(qingdan, district, book, *common) == 0
    out = capsys.readouterr().out
    assert out.count("已提交") == 2
    assert "共办理2项、2次提交" in out
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "2"
    assert item(district, CODE)["promised_limit"] == "2个工作日"
    assert item(district, OTHERS[0])["note"] == "甲\n乙"
    message = git(district, "log", "-1", "--grep", CODE, "--format=%B")
    assert (
        "Trigger: internal\nOccurred: 2026-11-16\nDeadline: 2026-11-23\nReason: 压减办理环节用时"
        in message
    )
    message = git(district, "log", "-1", "--grep", OTHERS[0], "--format=%B")
    assert "Trigger: reorganised\nOccurred: 2026-11-17" in message
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0
    assert git(district, "status", "--porcelain") == ""
    diff = git(district, "diff", "--numstat", head, "--", FILE)
    assert diff.startswith("3\t2\t"), "one line a field, and nothing else"


def test_the_preview_says_what_changes_in_words(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.set(CODE, 承诺办结时限="2个工作日", why=REASON)
    book.set(OTHERS[0], 备注="甲", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book, "--dry-run") == 0
    out = capsys.readouterr().out
    assert "- 承诺办结时限：3个工作日 → 2个工作日" in out
    assert "- 备注：（无） → 甲" in out
    assert "申请期限2026-11-23" in out
    assert "合计2项：变更2项；共2次提交。" in out
    assert "试运行" in out
    assert untouched(district, head)


def test_a_batch_is_one_commit_with_every_item(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in (CODE, *OTHERS):
        book.set(code, 备注=f"备注{code}", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book, "--batch") == 0
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "1"
    message = git(district, "log", "-1", "--format=%B")
    assert all(f"Item: {code}\n" in message for code in (CODE, *OTHERS))
    assert qingdan(district, "validate", "--commits", "HEAD") == 0
    book.set(CODE, 备注="再改")
    capsys.readouterr()


def test_a_batch_of_rows_that_differ_is_refused(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.set(CODE, 备注="甲", why=REASON)
    book.set(OTHERS[0], 备注="乙", why=(*REASON[:2], "别的理由"))
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book, "--batch") == 4
    assert "调整理由却不同" in capsys.readouterr().err
    assert untouched(district, head)


def test_rows_and_columns_in_any_order_and_fewer_of_them(
    district: Path, qingdan: Run, given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = load_workbook(given)[POWERS]
    table = [[cell.value for cell in row] for row in source.iter_rows()]
    keep = [
        n
        for n, title in enumerate(table[0])
        if title not in {"运行流程", "实施依据", "备注", "实施主体"}
    ]
    random.Random(7).shuffle(keep)
    head_, *rows = table
    rows = [row for row in rows if row[2] not in OTHERS]
    random.Random(8).shuffle(rows)
    made = Workbook()
    sheet: Any = made.active
    sheet.title = "我的表"
    sheet.append(["金水区行政权责清单（征求意见稿）"])
    sheet.append([])
    sheet.append([*(head_[n] for n in keep), "经办人意见"])
    for row in rows:
        cells = [row[n] for n in keep]
        if row[2] == CODE:
            cells[keep.index(head_.index("承诺办结时限"))] = "2个工作日"
        sheet.append([*cells, "同意"])
    path = tmp_path / "b.xlsx"
    made.save(path)
    head = git(district, "rev-parse", "HEAD")
    assert qingdan(district, "adjust", "import", str(path), *WHY, "--yes") == 0
    err = capsys.readouterr().err
    assert "“经办人意见”不是导出时的栏目，没有采用" in err
    assert OTHERS[0] in err
    assert "按没有改动处理" in err
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "1"
    assert git(district, "diff", "--numstat", head, "--", "lists") == f"1\t1\t{FILE}"


def test_others_changes_meanwhile_refuse_only_the_rows_that_were_edited(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("adjust", "set", CODE, "promised_limit=2个工作日", *WHY, "--yes")
    assert qingdan(district, *words) == 0
    head = git(district, "rev-parse", "HEAD")
    book.set(OTHERS[0], 备注="甲", why=REASON)
    assert take(qingdan, district, book) == 0
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "1"
    head = git(district, "rev-parse", "HEAD")
    book.set(CODE, 备注="乙", why=REASON)
    book.set(OTHERS[1], 备注="丙", why=REASON)
    capsys.readouterr()
    assert take(qingdan, district, book) == 4
    err = capsys.readouterr().err
    assert f"工作表“{POWERS}”第{book.row(CODE)}行（{CODE}）" in err
    assert "承诺办结时限 3个工作日 → 2个工作日" in err
    assert OTHERS[1] not in err
    assert untouched(district, head)


def test_taking_the_same_workbook_again_changes_nothing(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.set(CODE, 备注="甲", why=REASON)
    book.set("JS-ZJ-QT-001", 事项状态="取消", why=REASON)
    assert take(qingdan, district, book) == 0
    head = git(district, "rev-parse", "HEAD")
    words = ("adjust", "import", book.save(), "--today", "2026-11-23", "--yes")
    assert qingdan(district, *words) == 0
    out, err = capsys.readouterr()
    assert "没有需要办理的改动" in out
    assert "等2行的改动此前已经办理" in err
    assert untouched(district, head)


def test_a_state_says_what_kind_it_is(district: Path, qingdan: Run, book: Book) -> None:
    gone, held = "JS-ZJ-QT-001", "JS-SFJ-QT-001"
    book.set(gone, 事项状态="取消", 生效日期="2026年12月1日", why=REASON)
    book.set(held, 调整类型="暂停", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 0
    kinds = git(
        district,
        "log",
        "--reverse",
        "--format=%(trailers:key=Adjustment,valueonly)",
        f"{head}..HEAD",
    )
    assert sorted(kinds.split()) == ["remove", "suspend"]
    entry = item(district, gone, "lists/powers/JS-ZJ.yaml")
    assert (entry["state"], entry["ended"]) == ("取消", "2026-12-01")
    entry = item(district, held, "lists/powers/JS-SFJ.yaml")
    assert (entry["state"], entry["ended"]) == ("暂停", TODAY)
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0


def added(book: Book, code: str, like: str, **values: Any) -> None:
    """A new row, made as a clerk makes it: an old one copied, the hidden column empty."""
    sheet = book.sheet()
    number, source = sheet.max_row + 1, book.row(like)
    for column in range(1, sheet.max_column):
        sheet.cell(number, column).value = sheet.cell(source, column).value
    sheet.cell(number, book.column("职权编号")).value = code
    for title, value in values.items():
        sheet.cell(number, book.column(title)).value = value


def test_a_new_row_enters_an_item(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    added(book, "JS-YJ-CF-099", OTHERS[0], 事项名称="对新行为的处罚")
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book, *WHY[:-2]) == 0
    assert "新增" in capsys.readouterr().out
    assert item(district, "JS-YJ-CF-099")["name"] == "对新行为的处罚"
    assert git(district, "log", "-1", "--format=%(trailers:key=Adjustment,valueonly)") == "add"
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0


def test_an_item_handed_to_another_unit(district: Path, qingdan: Run, book: Book) -> None:
    book.set(OTHERS[0], 实施主体编号="JS-CG", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 0
    assert item(district, OTHERS[0], "lists/powers/JS-CG.yaml")
    assert git(district, "log", "-1", "--format=%(trailers:key=Adjustment,valueonly)") == "transfer"
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0


def test_items_merged_into_a_new_one_are_one_commit(
    district: Path, qingdan: Run, book: Book
) -> None:
    new = "JS-YJ-CF-099"
    added(
        book, new, OTHERS[0], 事项名称="合并后的处罚", 原事项编号="\n".join(OTHERS), 调整类型="合并"
    )
    for code in OTHERS:
        book.set(code, 事项状态="取消", 承继事项编号=new, 调整类型="合并")
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book, *WHY[:-2]) == 0
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "1"
    assert git(district, "log", "-1", "--format=%(trailers:key=Item,valueonly)").split() == [
        *OTHERS,
        new,
    ]
    assert qingdan(district, "validate", "--commits", "HEAD") == 0


def _nothing_said(book: Book) -> None:
    book.set(CODE, 备注="甲")
    book.set(OTHERS[0], 备注="乙")


def _late(book: Book) -> None:
    book.set(CODE, 备注="甲", why=(REASON[0], "2026-09-01", REASON[2]))


def _code_changed(book: Book) -> None:
    book.set(CODE, 职权编号="JS-YJ-QT-777", why=REASON)


def _code_emptied(book: Book) -> None:
    book.set(CODE, 职权编号=None, why=REASON)


def _twice(book: Book) -> None:
    added(book, CODE, CODE, 备注="甲")


def _bad_cells(book: Book) -> None:
    book.set(CODE, 承诺办结时限="尽快", 到现场次数="几次", 是否收费="看情况", why=REASON)


def _required_emptied(book: Book) -> None:
    book.set(CODE, 事项名称=None, why=REASON)


def _unknown_unit(book: Book) -> None:
    book.set(CODE, 实施主体编号="JS-XX", why=REASON)


def _unit_renamed(book: Book) -> None:
    book.set(CODE, 实施主体="郑州市金水区城市管理局", why=REASON)


def _bad_trigger(book: Book) -> None:
    book.set(CODE, 备注="甲", why=("领导要求", *REASON[1:]))


def _bad_day(book: Book) -> None:
    book.set(CODE, 备注="甲", why=(REASON[0], "2026-11-31", REASON[2]))


def _future(book: Book) -> None:
    book.set(CODE, 备注="甲", why=(REASON[0], "2026-12-01", REASON[2]))


def _wrong_kind(book: Book) -> None:
    book.set(CODE, 备注="甲", 调整类型="恢复", why=REASON)


def _new_without_code(book: Book) -> None:
    added(book, "", OTHERS[0], 事项名称="没有编号的")


def _new_used_code(book: Book) -> None:
    added(book, "JS-JY-XK-001", OTHERS[0], 事项名称="用过的编号")


def _breaks_a_list(book: Book) -> None:
    book.set("JS-CG-XK-002", 承诺办结时限="60个工作日", why=REASON)


def _merged_cells(book: Book) -> None:
    book.sheet().merge_cells("D3:D5")


def _two_columns(book: Book) -> None:
    book.sheet().cell(1, book.column("备注")).value = "事项名称"


def _no_code_column(book: Book) -> None:
    book.sheet().delete_cols(book.column("职权编号"))


def _foreign(book: Book) -> None:
    for sheet in book.book:
        for cell in sheet[1]:
            cell.value = str(cell.value).replace("郑州市金水区", "郑州市某区")


def _newer(book: Book) -> None:
    cell = book.sheet()[1][-1]
    cell.value = str(cell.value).replace("底稿｜1", "底稿｜2")


REFUSALS: list[tuple[Callable[[Book], None], int, tuple[str, ...]]] = [
    (
        _nothing_said,
        4,
        (f"（{CODE}）：缺少调整情形、情形发生日期、调整理由", f"（{OTHERS[0]}）：缺少"),
    ),
    (_late, 4, (f"（{CODE}）：申请期限是", "须写明逾期理由")),
    (_code_changed, 4, ("编号原为“JS-YJ-QT-001”", "不能直接改")),
    (_code_emptied, 4, ("“职权编号”是空的",)),
    (_twice, 4, ("重复，请删去一行",)),
    (
        _bad_cells,
        4,
        (
            "“承诺办结时限”：",
            "“尽快”写法不对",
            "“到现场次数”：应当是整数",
            "“看情况”不在可选范围内",
        ),
    ),
    (_required_emptied, 4, ("“事项名称”：缺少“事项名称”",)),
    (_unknown_unit, 4, ("“实施主体编号”：单位名册里没有“JS-XX”",)),
    (_unit_renamed, 4, ("请把编号改为“JS-CG”",)),
    (_bad_trigger, 4, ("“调整情形”：“领导要求”不在可选范围内",)),
    (_bad_day, 4, ("“2026-11-31”不是日期，或者没有这一天",)),
    (_future, 4, ("晚于申请日期",)),
    (_wrong_kind, 4, ("调整类型“恢复”与改动不符",)),
    (_new_without_code, 4, ("没有填写“职权编号”",)),
    (_new_used_code, 4, ("编号不得重复，也不得重新启用",)),
    (_breaks_a_list, 4, ("这样改会新增以下问题", "QD207")),
    (_merged_cells, 4, ("合并的单元格（D3:D5）",)),
    (_two_columns, 4, ("有两个“事项名称”栏",)),
    (_no_code_column, 4, ("没有“职权编号”一栏",)),
    (_foreign, 4, ("是从“郑州市某区”的工作区导出的",)),
    (_newer, 2, ("别的版本",)),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=[refusal[0].__name__ for refusal in REFUSALS])
def test_what_cannot_be_is_refused_and_nothing_is_done(
    refusal: tuple[Callable[[Book], None], int, tuple[str, ...]],
    samples: Samples,
    qingdan: Run,
    book: Book,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil, code, said = refusal
    folder = samples("district")
    head = git(folder, "rev-parse", "HEAD")
    book.set("JS-FG-QR-001", 备注="这一行没有问题", why=REASON)
    spoil(book)
    assert take(qingdan, folder, book) == code
    err = capsys.readouterr().err
    assert [word for word in said if word not in err] == []
    assert untouched(folder, head)


def test_a_stranger_s_workbook_is_sent_to_import(
    samples: Samples, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Workbook()
    sheet: Any = made.active
    sheet.append(["职权编号", "事项名称"])
    sheet.append(["A-1", "甲"])
    made.save(tmp_path / "a.xlsx")
    put(tmp_path, "b.xlsx", b"PK\x03\x04 broken")
    words = ("adjust", "import")
    assert qingdan(samples("district"), *words, str(tmp_path / "a.xlsx"), *WHY) == 2
    assert "qingdan import" in capsys.readouterr().err
    assert qingdan(samples("district"), *words, str(tmp_path / "b.xlsx"), *WHY) == 2
    assert qingdan(samples("district"), *words, str(tmp_path / "none.xlsx"), *WHY) == 2
    assert "不存在" in capsys.readouterr().err


def test_an_emptied_cell_takes_the_field_away(district: Path, qingdan: Run, book: Book) -> None:
    assert "hours" in item(district, OTHERS[0])
    book.set(OTHERS[0], 办理时间=None, why=REASON)
    assert take(qingdan, district, book) == 0
    assert "hours" not in item(district, OTHERS[0])


def test_rows_emptied_or_deleted_do_nothing(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    head = git(district, "rev-parse", "HEAD")
    sheet = book.sheet()
    emptied = book.row(OTHERS[0])
    for column in range(1, sheet.max_column):
        sheet.cell(emptied, column).value = None
    sheet.delete_rows(book.row(OTHERS[1]))
    assert take(qingdan, district, book) == 0
    err = capsys.readouterr().err
    assert all(code in err for code in OTHERS)
    assert untouched(district, head)


def test_filled_in_without_an_edit_is_said(
    samples: Samples, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.set(CODE, why=REASON)
    assert take(qingdan, samples("district"), book) == 0
    assert "填写了调整信息，内容却没有改动" in capsys.readouterr().err


def test_what_others_edit_in_the_work_tree_is_not_swallowed(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, FILE, "level: 县级", "level: 市级")
    mine = (district / FILE).read_bytes()
    book.set("JS-YJ-CF-002", 备注="甲", why=REASON)
    book.set("JS-FG-QR-001", 备注="甲", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 4
    assert FILE in capsys.readouterr().err
    assert (district / FILE).read_bytes() == mine
    assert git(district, "rev-parse", "HEAD") == head


def test_a_workbook_of_a_revision_that_is_gone(
    district: Path, qingdan: Run, given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Book(tmp_path / "b.xlsx", given)
    cell = book.sheet()[1][-1]
    parts = str(cell.value).split("｜")
    cell.value = "｜".join([*parts[:3], "0" * 40, *parts[4:]])
    replace(district, FILE, "level: 县级", "level: 市级")
    commit(district, "别人的改动")
    book.set("JS-YJ-CF-001", 备注="甲", why=REASON)
    assert take(qingdan, district, book) == 4
    assert "找不到导出时的版本" in capsys.readouterr().err


def test_a_hook_that_refuses_leaves_nothing(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    put(district, ".git/hooks/commit-msg", f"#!/bin/sh\n! grep -q {CODE} $1\n").chmod(0o755)
    book.set(CODE, 备注="甲", why=REASON)
    book.set(OTHERS[0], 备注="乙", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 4
    assert "git 没有接受这次提交" in capsys.readouterr().err
    assert untouched(district, head)


KILLER = """
import os, signal, sys
from qingdan.repo import journal

def killed(self, changes, env, on_step=None):
    def step(name):
        if name.startswith(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, changes, env, step)

whole = journal.Journal.file_all
journal.Journal.file_all = killed
from qingdan.cli.main import run
sys.exit(run(["-C", sys.argv[1], *sys.argv[3:]]))
"""


@pytest.mark.parametrize("step", ["2 commit", "write ledger", "clear"])
def test_killed_in_the_middle_none_or_all_is_there(
    step: str, district: Path, qingdan: Run, book: Book
) -> None:
    for code in (CODE, *OTHERS):
        book.set(code, 备注=f"备注{code}", why=REASON)
    head = git(district, "rev-parse", "HEAD")
    words = ["adjust", "import", book.save(), "--today", TODAY, "--yes"]
    command = [sys.executable, "-c", KILLER, str(district), step, *words]
    done = subprocess.run(command, check=False, capture_output=True, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert qingdan(district, "validate", "--commits", f"{head}~1..HEAD") == 0
    count = git(district, "rev-list", "--count", f"{head}..HEAD")
    assert count == ("3" if step == "clear" else "0")
    assert git(district, "status", "--porcelain") == ""
    assert qingdan(district, *words) == 0
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "3"


def test_every_list_comes_back(district: Path, qingdan: Run, book: Book) -> None:
    edits = {
        "行政审批事项清单": ("JS-YJ-SP-001", "备注"),
        "行政事业性收费清单": ("JS-CG-SF-001", "备注"),
        "政府性基金清单": ("JS-CZJ-JJ-001", "备注"),
    }
    for name, (code, title) in edits.items():
        book.set(code, name, REASON, **{title: "甲"})
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 0
    paths = git(district, "diff", "--name-only", head, "--", "lists").splitlines()
    assert {path.split("/")[1] for path in paths} == {"approvals", "fees", "funds"}
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0


def terminal(folder: Path, *words: str) -> pexpect.spawn[str]:
    command = ["-m", "qingdan", "-C", str(folder), "adjust", "import", *words, "--today", TODAY]
    return pexpect.spawn(
        sys.executable, command, encoding="utf-8", timeout=30, dimensions=(60, 120)
    )


def test_at_a_terminal_what_rows_do_not_say_is_asked_once(district: Path, book: Book) -> None:
    book.set(CODE, 备注="甲", why=(None, None, REASON[2]))
    book.set(OTHERS[0], 备注="乙")
    head = git(district, "rev-parse", "HEAD")
    for answer, count in (("n", "0"), ("y", "2")):
        child = terminal(district, book.save())
        for question, words in (
            ("属于哪种调整情形", "internal"),
            ("情形发生日期（", "2026-11-16"),
            ("调整理由", "统一规范备注"),
            ("合计2项：变更2项；共2次提交", ""),
            ("确认提交", answer),
        ):
            child.expect_exact(question)
            if words:
                child.sendline(words)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == (0 if answer == "y" else 4)
        assert git(district, "rev-list", "--count", f"{head}..HEAD") == count
    reasons = git(
        district, "log", "--format=%(trailers:key=Reason,valueonly)", f"{head}..HEAD"
    ).split()
    assert sorted(reasons) == sorted([REASON[2], "统一规范备注"])


PAGE = Path(__file__).parent.parent / "docs" / "zh" / "excel.md"


def test_the_manual_shows_what_is_printed(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page's two transcripts of ``adjust import``: looked at, then filed and taken in once more."""
    book.set(CODE, 承诺办结时限="2个工作日", why=REASON)
    book.set(
        "JS-ZJ-QT-001", 事项状态="取消", why=("简政放权取消下放调整", "2026-11-17", "上级决定取消")
    )
    page = PAGE.read_text("utf-8")
    for words in (("--dry-run",), ("--yes",)):
        assert take(qingdan, district, book, *words) == 0
        printed = re.sub(r"\b[0-9a-f]{10}\b", "#", capsys.readouterr().out)
        assert printed in re.sub(r"\b[0-9a-f]{10}\b", "#", page)
    replace(district, "lists/powers/JS-YJ.yaml", "level: 县级", "level: 市级")
    commit(district, "别人的改动")
    book.set("JS-YJ-CF-001", 备注="甲", why=REASON)
    assert take(qingdan, district, book) == 4
    assert capsys.readouterr().err.partition("qingdan：")[2] in page


def test_what_fits_only_together_is_proved_together(
    district: Path, qingdan: Run, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    """A power and its approval promise the same: neither can be changed alone, both in one workbook can."""
    power, approval = "JS-CG-XK-002", "JS-CG-SP-002"
    limit = str(book.cell(power, "承诺办结时限").value)
    longer = f"{int(limit.removesuffix('个工作日')) + 1}个工作日"
    book.set(power, 承诺办结时限=longer, why=REASON)
    head = git(district, "rev-parse", "HEAD")
    assert take(qingdan, district, book) == 4
    assert "QD210" in capsys.readouterr().err
    assert untouched(district, head)
    book.set(approval, "行政审批事项清单", REASON, 承诺办结时限=longer)
    assert take(qingdan, district, book) == 0
    assert git(district, "rev-list", "--count", f"{head}..HEAD") == "2"
    assert qingdan(district, "validate", "--commits", f"{head}..HEAD") == 0
