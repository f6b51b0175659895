"""Results on record: taken in from a portal's table, completed and never changed, judged by the days they took."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import xlsxwriter

from conftest import Run, commit, git, put, replace
from qingdan.core.calendar import Calendar
from qingdan.core.deadlines import Deadlines
from qingdan.core.tables import reading
from qingdan.core.text import strict
from qingdan.model.errors import UsageError
from qingdan.model.limits import Limit
from qingdan.model.values import Doc

HEADS = ("序号", "决定书文号", "职权编号", "事项名称", "实施主体", "送达日期", "公开日期", "信用信息导入日期",
         "不予公开情形", "行政相对人名称", "证件号码", "联系电话")  # fmt: skip
WHO = ("张三丰", "410105198001011234", "13812345678")
CG = "区城市管理局"
Q3 = "ledger/results/2026Q3/JS-CG.yaml"
TODAY = "2026-09-17"


def row(
    number: str, served: str, *rest: str, item: str = "JS-CG-XK-001", unit: str = CG
) -> tuple[str, ...]:
    later = (*rest, "", "", "")[:3]
    return ("1", number, item, "", unit, served, *later, *WHO)


def table(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> str:
    out = io.StringIO()
    csv.writer(out).writerows((heads, *rows))
    return out.getvalue()


def workbook(path: Path, *rows: tuple[str, ...]) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for place, cells in enumerate((HEADS, *rows)):
        for at, text in enumerate(cells):
            if place and at in {5, 6, 7} and text:
                sheet.write_datetime(place, at, date.fromisoformat(text), form)
            else:
                sheet.write_string(place, at, text)
    book.close()


def rows_in(folder: Path, path: str = Q3) -> list[Doc]:
    value = cast("Doc", strict.read((folder / path).read_text("utf-8"))[0])
    return cast("list[Doc]", value["rows"])


@pytest.fixture
def take(tmp_path: Path, small: Path, qingdan: Run) -> Any:
    def run(text: str | bytes, *words: str, today: str = TODAY, name: str = "结果.csv") -> int:
        put(tmp_path, name, text)
        return qingdan(small, "ledger", "results", str(tmp_path / name), "--today", today, *words)

    return run


@pytest.fixture
def found(small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(today: str = TODAY) -> list[tuple[str, str]]:
        capsys.readouterr()
        qingdan(small, "check", "--today", today, "--format", "json")
        findings = json.loads(capsys.readouterr().out)["findings"]
        return [(f["code"], f["message"]) for f in findings if f["code"].startswith("QD60")]

    return run


def test_a_table_becomes_a_file_a_unit_and_quarter_in_one_commit(small: Path, take: Any) -> None:
    before = git(small, "rev-list", "--count", "HEAD")
    assert take(table(row("许1", "2026-08-03", "2026-08-05", "2026-08-06"),
                      row("许2", "2026-06-30"),
                      row("查1", "2026/7/1", item="JS-YJ-JC-001", unit="区应急管理局"))) == 0  # fmt: skip
    assert rows_in(small) == [
        {
            "number": "许1",
            "item": "JS-CG-XK-001",
            "served": "2026-08-03",
            "published": "2026-08-05",
            "credit": "2026-08-06",
        }
    ]
    assert rows_in(small, "ledger/results/2026Q2/JS-CG.yaml")[0]["number"] == "许2"
    assert rows_in(small, "ledger/results/2026Q3/JS-YJ.yaml")[0]["item"] == "JS-YJ-JC-001"
    assert int(git(small, "rev-list", "--count", "HEAD")) == int(before) + 1
    trailers = git(small, "log", "-1", "--format=%(trailers)")
    assert "Results: import" in trailers
    assert "Record: 2026Q3-JS-CG" in trailers


def test_who_was_decided_about_reaches_no_file_and_no_output(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(table(row("许1", "2026-08-03"), row(f"许{WHO[1]}", "2026-08-03"))) == 0
    said = capsys.readouterr()
    assert "行政相对人名称、证件号码、联系电话属于个人或者相对人信息，从不取入" in said.err
    assert "第3行未取：决定书文号中有像是居民身份证号码的内容" in said.err
    everything = git(small, "log", "-p") + said.out + said.err
    assert not [secret for secret in WHO if secret in everything]
    assert len(rows_in(small)) == 1


def test_the_same_rows_again_change_nothing_and_later_days_complete(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(table(row("许1", "2026-08-03"), row("许2", "2026-08-04"))) == 0
    head = git(small, "rev-parse", "HEAD")
    assert take(table(row("许2", "2026-08-04"), row("许1", "2026-08-03"))) == 0
    assert git(small, "rev-parse", "HEAD") == head
    capsys.readouterr()
    assert take(table(row("许1", "2026-08-03", "2026-08-05"), row("许2", "2026-08-04"))) == 0
    assert "新增0件，补充1件，与台账相同1件" in capsys.readouterr().out
    assert [r.get("published") for r in rows_in(small)] == ["2026-08-05", None]


def test_an_import_and_its_completion_keep_the_discipline_of_the_ledger(
    small: Path, take: Any, qingdan: Run
) -> None:
    assert take(table(row("许1", "2026-08-03"))) == 0
    assert take(table(row("许1", "2026-08-03", "2026-08-05"), row("许2", "2026-08-04"))) == 0
    assert qingdan(small, "validate", "--commits", "HEAD~2..HEAD", "--fail-on", "warning") == 0
    replace(small, Q3, "published: '2026-08-05'", "published: '2026-08-04'")
    commit(small, "改公开日期\n")
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD") == 1


def test_a_contradiction_is_named_and_not_taken(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(table(row("许1", "2026-08-03", "2026-08-05"))) == 0
    before = (small / Q3).read_bytes()
    capsys.readouterr()
    again = table(row("许1", "2026-08-03", "2026-08-06"), row("许1", "2026-08-03", "2026-08-05"))
    assert take(again) == 0
    assert (
        "第2行未取：公开日期与台账不一致：台账是2026-08-05，表中是2026-08-06"
        in capsys.readouterr().err
    )
    assert (small / Q3).read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (row("", "2026-08-03"), "没有决定书文号"),
        (row("许9", ""), "没有送达日期"),
        (row("许9", "八月三日"), "送达日期不是日期"),
        (row("许9", "2026-12-03"), "送达日期还没有到"),
        (row("许9", "2026-08-03", "2026-08-01"), "公开日期早于送达日期"),
        (row("许9", "2026-08-03", unit="区城市管理处"), "单位不在单位名册中，是不是“郑州市金水区城市管理局”？"),
        (row("许9", "2026-08-03", item="", unit=CG), "没有写明事项"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_decision_is_told_and_the_others_are_taken(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str], cells: tuple[str, ...], why: str
) -> None:
    assert take(table(row("许1", "2026-08-03"), cells)) == 0
    assert f"第3行未取：{why}" in capsys.readouterr().err
    assert [r["number"] for r in rows_in(small)] == ["许1"]


def test_items_go_by_code_by_the_exchange_s_code_and_by_name(small: Path, take: Any) -> None:
    name = "生活垃圾经营性清扫、收集、运输、处理服务审批"
    text = (small / "lists/powers/JS-CG.yaml").read_text("utf-8")
    known = text[text.index("- code: JS-CG-XK-001") :].split("name: ")[1].split("\n")[0]
    by_name = [*row("许1", "2026-08-03", item="")]
    unlisted = [*row("许2", "2026-08-03", item="")]
    by_name[3], unlisted[3] = known, name
    assert take(table(tuple(by_name), tuple(unlisted))) == 0
    assert [r["item"] for r in rows_in(small)] == ["JS-CG-XK-001", name]


def test_encodings_workbooks_and_own_headings_say_the_same(
    small: Path, take: Any, tmp_path: Path, qingdan: Run
) -> None:
    rows = (row("许1", "2026-08-03", "2026-08-05"), row("许2", "2026-08-04"))
    assert take(table(*rows).encode("gb18030")) == 0
    first = (small / Q3).read_bytes()
    workbook(tmp_path / "结果.xlsx", *rows)
    file = str(tmp_path / "结果.xlsx")
    assert qingdan(small, "ledger", "results", file, "--today", TODAY) == 0
    assert (small / Q3).read_bytes() == first
    heads = ("序号", "许可证书号", *HEADS[2:5], "签收日", *HEADS[6:])
    own = ("--columns", "许可证书号=决定书文号", "--columns", "签收日=served")
    assert take(table(*rows, row("许3", "2026-08-05"), heads=heads), *own) == 0
    assert [r["number"] for r in rows_in(small)] == ["许1", "许2", "许3"]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--unit", "JS-XX"), 2, "单位名册里没有“JS-XX”"),
        (("--columns", "决定书文号"), 2, "写成“列名=内容”"),
        (("--columns", "文书=姓名"), 2, "不是可以取入的内容"),
        (("--unit", "JS-YJ"), 4, "没有一件可以取入"),
    ],
)
def test_wrong_words_are_refused_and_nothing_is_entered(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, why: str
) -> None:  # fmt: skip
    head = git(small, "rev-parse", "HEAD")
    assert take(table(row("许1", "2026-08-03")), *words) == code
    assert why in capsys.readouterr().err
    assert git(small, "rev-parse", "HEAD") == head


def test_a_dry_run_tells_and_writes_nothing(
    small: Path, take: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(table(row("许1", "2026-08-03")), "--dry-run") == 0
    assert "试运行：新增1件" in capsys.readouterr().out
    assert not (small / Q3).exists()


def test_a_table_without_the_columns_is_refused(
    take: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take("姓名,电话\n张三丰,13812345678\n") == 2
    said = capsys.readouterr()
    assert "没有找到“决定书文号”“送达日期”这些列" in said.err
    assert "张三丰" not in said.err


# judged


def enter(folder: Path, *rows: str, quarter: str = "2026Q3") -> None:
    body = "".join(f"- {text}\n" for text in rows)
    put(
        folder,
        f"ledger/results/{quarter}/JS-CG.yaml",
        f"id: '{quarter}-JS-CG'\nquarter: '{quarter}'\nunit: JS-CG\nrows:\n{body}",
    )


def decision(number: str, served: str, item: str = "JS-CG-XK-001", **more: str) -> str:
    later = "".join(f"\n  {key}: {value}" for key, value in more.items())
    return f"number: {number}\n  item: {item}\n  served: '{served}'{later}"


def test_a_decision_is_late_from_the_day_after_the_last(small: Path, found: Any) -> None:
    enter(small, decision("许1", "2026-09-03"))
    assert found("2026-09-17") == []
    (late,) = found("2026-09-18")
    assert late[0] == "QD603"
    assert "未公开1件（应自送达之日起10个工作日内公开" in late[1]
    assert "决定书文号：许1。" in late[1]


def test_natural_days_roll_to_the_next_working_day(small: Path, found: Any) -> None:
    replace(small, "qingdan.yaml", "publish_within: 10个工作日", "publish_within: 10日")
    enter(small, decision("许1", "2026-08-12"))  # the tenth day is a Saturday
    assert found("2026-08-24") == []
    assert [code for code, _ in found("2026-08-25")] == ["QD603"]


def test_published_late_stays_a_finding_and_in_time_never_is_one(small: Path, found: Any) -> None:
    credit = "'2026-08-04'"
    enter(
        small,
        decision("许1", "2026-08-03", published="'2026-08-17'", credit=credit),
        decision("许2", "2026-08-03", published="'2026-08-18'", credit=credit),
    )
    (late,) = found()
    assert "迟延公开1件" in late[1]
    assert "许2" in late[1]


def test_beyond_the_calendar_nothing_is_found_until_it_is_certain(small: Path, found: Any) -> None:
    enter(small, decision("许1", "2026-12-25"), quarter="2026Q4")
    assert found("2027-01-20") == []
    assert [code for code, _ in found("2027-03-20")] == ["QD603"]


def test_many_decisions_of_an_item_are_one_finding_with_the_first_numbers(
    small: Path, found: Any
) -> None:
    enter(small, *(decision(f"许{n}", "2026-07-01") for n in range(1, 31)),
          decision("罚1", "2026-07-01", "JS-CG-CF-001"))  # fmt: skip
    permits, fines = found()
    assert "未公开30件" in permits[1]
    assert permits[1].endswith("决定书文号：许1、许2、许3、许4、许5等30件。")
    assert "罚1" in fines[1]


def test_a_decision_has_one_fault_at_most(small: Path, found: Any) -> None:
    enter(small, decision("许1", "2026-07-01", exempt="内部掌握"),
          decision("许2", "2026-07-01", "JS-CG-XK-002"),
          decision("许3", "2026-07-01"),
          decision("许4", "2026-07-01", published="'2026-07-02'"))  # fmt: skip
    said = dict(found())
    assert sorted(said) == ["QD603", "QD604", "QD605", "QD606"]
    assert [said[code].split("决定书文号：")[1] for code in sorted(said)] == [
        "许3。",
        "许1。",
        "许4。",
        "许2。",
    ]
    assert "送达时已经取消" in said["QD606"]


def test_before_it_was_cancelled_an_item_could_be_decided_on(small: Path, found: Any) -> None:
    credit = "'2025-11-29'"
    enter(small, decision("许1", "2025-11-28", "JS-CG-XK-002", published="'2025-11-29'", credit=credit),
          quarter="2025Q4")  # fmt: skip
    assert found() == []


def test_credit_has_its_own_limit_where_one_is_set(small: Path, found: Any) -> None:
    enter(small, decision("许1", "2026-09-03", published="'2026-09-04'"))
    assert found("2026-09-17") == []
    replace(small, "qingdan.yaml", "credit_types: [行政许可, 行政处罚]",
            "credit_types: [行政许可, 行政处罚]\n  credit_within: 7个工作日\n  credit_source: 本单位自定")  # fmt: skip
    assert [code for code, _ in found("2026-09-17")] == ["QD605"]


def test_the_line_of_a_finding_is_that_of_its_first_decision(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(small, decision("许1", "2026-09-16"), decision("许2", "2026-07-01"))
    capsys.readouterr()
    qingdan(small, "check", "--today", TODAY, "--format", "json")
    findings = json.loads(capsys.readouterr().out)["findings"]
    (late,) = [f for f in findings if f["code"] == "QD603"]
    assert (small / Q3).read_text("utf-8").splitlines()[late["line"] - 1] == "- number: 许2"


def test_last_days_are_those_of_the_calendar() -> None:
    calendar, within = Calendar(), Limit.parse("10个工作日")
    deadlines = Deadlines(within, calendar)
    for number in range(200):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert deadlines.last(day.isoformat()) == calendar.deadline(day, within).last.isoformat()


# long tables


def test_a_long_workbook_is_read_as_the_short_way_reads_it(tmp_path: Path) -> None:
    rows = tuple(row(f"许{n}", "2026-08-03", "2026-08-05") for n in range(300))
    workbook(tmp_path / "a.xlsx", *rows)
    raw = (tmp_path / "a.xlsx").read_bytes()
    (plain,), (whole,) = reading.plain_sheets(raw, "a.xlsx"), reading.sheets(raw, "a.xlsx")
    assert plain.rows == whole.rows


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "far.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "决定书文号")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(UsageError, match="离表格很远"):
        reading.plain_sheets((tmp_path / "far.xlsx").read_bytes(), "far.xlsx")


def test_more_rows_than_a_list_may_have_are_taken(small: Path, take: Any) -> None:
    lines = [table(row("许0", "2026-08-03"))]
    lines += [f"1,许{n},JS-CG-XK-001,,{CG},2026-08-03,,,,,,\r\n" for n in range(1, 101_000)]
    assert take("".join(lines)) == 0
    assert len(rows_in(small)) == 101_000
