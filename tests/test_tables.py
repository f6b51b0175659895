"""Any file of a department as sheets of text: what it is, its content says; hostile files end in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from qingdan.core.schema import Schemas
from qingdan.core.tables import headings, reading
from qingdan.core.tables.fields import fields
from qingdan.model.errors import UsageError
from qingdan.model.tables import Region, Sheet
from qingdan.repo.resources import schema_texts

SCHEMAS = Schemas(schema_texts())


def xlsx(*rows: list[object], merge: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    for row in rows:
        sheet.append(row)
    for region in merge:
        sheet.merge_cells(region)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def rewritten(raw: bytes, part: str, old: str, new: str) -> bytes:
    """An .xlsx with one text of one of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def test_cells_of_a_workbook_are_what_a_person_sees() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    sheet["A1"] = "标题"
    sheet.merge_cells("A1:C1")
    sheet["A2"], sheet["B2"], sheet["C2"] = 20.0, datetime(2026, 1, 5), True  # noqa: DTZ001
    sheet["D2"], sheet["E2"], sheet["F2"] = 12, 0.05, 0.1 + 0.2
    sheet["D2"].number_format, sheet["E2"].number_format = "0000", "0%"
    sheet["G2"], sheet["H2"] = "甲\r\n乙", "=A2+1"
    book.create_sheet("旧表")["A1"] = "旧"
    book["旧表"].sheet_state = "hidden"
    raw = io.BytesIO()
    book.save(raw)
    found = reading.read(raw.getvalue(), "a.xlsx")
    assert found.sheets[0].rows == (
        ("标题",),
        ("20", "2026-01-05", "是", "0012", "5%", "0.3", "甲\n乙", "=A2+1"),
    )
    assert found.sheets[0].merged == (Region(1, 1, 1, 3),)
    assert found.sheets[0].numbers == {(2, 1), (2, 4), (2, 5), (2, 6)}
    assert [sheet.name for sheet in found.hidden] == ["旧表"]


def test_an_old_workbook_reads_the_same() -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("清单")
    sheet.write_merge(0, 1, 0, 2, "标题")
    day, padded = xlwt.XFStyle(), xlwt.XFStyle()
    day.num_format_str, padded.num_format_str = "yyyy-mm-dd", "0000"
    for column, (value, style) in enumerate(((20.0, None), (date(2026, 1, 5), day), (12, padded))):
        sheet.write(2, column, value, style or xlwt.XFStyle())
    sheet.write(2, 3, True)
    raw = io.BytesIO()
    book.save(raw)
    for name in ("a.xls", "a.xlsx"):  # the ending is not believed
        (found,) = reading.sheets(raw.getvalue(), name)
        assert found.rows == (("标题",), (), ("20", "2026-01-05", "0012", "是"))
        assert found.merged == (Region(1, 1, 2, 3),)
        assert found.numbers == {(3, 1), (3, 3)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_a_text_is_read_in_every_encoding_and_with_every_delimiter(
    encoding: str, mark: str
) -> None:
    lines = [
        "某某局权责清单",
        mark.join(("编号", "名称", "依据")),
        mark.join(("1", "甲", "《法》、《例》")),
    ]
    (found,) = reading.sheets("\n".join(lines).encode(encoding), "某某局.csv")
    assert found.name == "某某局"
    assert found.rows[1:] == (("编号", "名称", "依据"), ("1", "甲", "《法》、《例》"))


def test_commas_in_the_cells_of_a_barred_table_do_not_cut_it() -> None:
    text = "清单, 2026年, 试行\n序号 | 名称 | 依据\n1 | 甲 | 财综〔2012〕97号,豫财〔2013〕1号,,豫价〔2014〕2号\n"
    (found,) = reading.sheets(text.encode(), "a.txt")
    assert found.rows[2] == ("1", "甲", "财综〔2012〕97号,豫财〔2013〕1号,,豫价〔2014〕2号")
    markdown = "| 编号 | 名称 |\n|---|---|\n| 1 | 甲 |\n"
    assert reading.sheets(markdown.encode(), "a.md")[0].rows == (("编号", "名称"), (), ("1", "甲"))


def test_the_records_of_a_portal_are_found_wherever_they_stand() -> None:
    told = {"code": 0, "data": {"total": 2, "rows": [
        {"taskCode": 11440100007482575534401180090001, "dept": {"name": "区教育局"}, "tags": ["甲", "乙"]},
        {"taskCode": "B", "online": True, "steps": [{"step": "受理"}]},
    ]}}  # fmt: skip
    (found,) = reading.sheets(json.dumps(told).encode(), "portal.json")
    assert found.name == "rows"
    assert found.rows[0] == ("taskCode", "dept.name", "tags", "online", "steps")
    assert found.rows[1] == ("11440100007482575534401180090001", "区教育局", "甲\n乙")
    assert found.rows[2] == ("B", "", "", "是", '[{"step": "受理"}]')


GOOD = xlsx(["编号", "名称"], ["A1", "甲"])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "文件是空的"),
        (b"\n\n,,\n", "表格是空的"),
        (xlsx(), "表格是空的"),
        (GOOD[:600], "已损坏"),
        (b"PK\x03\x04" + b"x" * 50, "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "是 Word 文档"),
        (b"%PDF-1.7", "是PDF 文件"),
        (b"\x89PNG\r\n", "是图片"),
        ("<html><table><tr><td>编号</td></tr></table>".encode(), "其实是网页"),
        (b'<?xml version="1.0"?><Workbook/>', "其实是网页或 XML"),
        (b"\x00\x01\x02\x03", "不是文本表格"),
        ('编号,名称\n1,"甲'.encode(), "（第2行）：引号没有成对"),
        ("编号,名称\n1,甲乙丙丁戊己庚辛壬癸\n2,".encode() + b"\xe4\xb8\n3,x", "第3行有损坏的字符"),
        (b'{"rows": []}', "没有找到记录"),
        (b"[[[[", "JSON 第1行"),
        (b'[{"a": 1, "a": 2}]', "“a”写了不止一次"),
        (b"[" * 100_000, "嵌套过深"),
    ],
)  # fmt: skip
def test_what_is_no_table_ends_in_one_sentence(raw: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        reading.read(raw, "某某局.xlsx")
    assert str(caught.value).startswith("某某局.xlsx：")
    assert "\n" not in str(caught.value)


def test_other_archives_are_named() -> None:
    for part, why in (
        ("word/document.xml", "Word"),
        ("content.xml", "OpenDocument"),
        ("a.txt", "压缩包"),
    ):
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr(part, "x")
        with pytest.raises(UsageError, match=why):
            reading.read(raw.getvalue(), "a.xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 201_000_000)
    with pytest.raises(UsageError, match="展开后超过200 MB"):
        reading.read(raw.getvalue(), "a.xlsx")


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_far_out_cost_nothing_and_are_refused() -> None:
    for old, new, why in (
        ('r="A2"', 'r="A1048576"', "超过100000行"),
        ('r="B2"', 'r="XFD2"', "超过500列"),
    ):
        with pytest.raises(UsageError, match=why):
            reading.read(rewritten(GOOD, SHEET, old, new), "a.xlsx")


def test_a_merged_region_as_large_as_the_sheet_is_only_a_region() -> None:
    raw = rewritten(
        xlsx(["编号", "名称"], ["A1", "甲"], merge=("A1:B1",)), SHEET, "A1:B1", "A1:XFD1048576"
    )
    (found,) = reading.sheets(raw, "a.xlsx")
    assert found.merged == (Region(1, 1, 1_048_576, 16_384),)
    assert headings.find(found, headings.vocabulary(SCHEMAS["powers"], "items", {})) is None


def test_an_entity_bomb_in_a_workbook_does_not_go_off() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '">]>'
    raw = rewritten(GOOD, "xl/workbook.xml", "<workbook", f"{bomb}<workbook")
    with pytest.raises(UsageError, match="已损坏"):
        reading.read(raw, "a.xlsx")


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda tail: GOOD[:900] + tail))
def test_no_file_ends_in_anything_but_sheets_or_a_sentence(raw: bytes) -> None:
    try:
        found = reading.read(raw, "a.xls")
    except UsageError:
        return
    assert any(any(row) for sheet in found.sheets for row in sheet.rows)


# --- headings --------------------------------------------------------------------------------


def keys(rows: list[list[str]], name: str = "powers", **own: str) -> list[str]:
    sheet = Sheet("表", tuple(tuple(row) for row in rows))
    head = headings.find(sheet, headings.vocabulary(SCHEMAS[name], "items", own))
    return [head.columns[at].key for at in sorted(head.columns)] if head else []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("序号 权力类型 项目编码 项目名称 子项 实施依据 责任事项 追责情形",
         "# type code name + basis responsibilities accountability"),
        ("职权名称* 职权类型 职权编码 法定主体 责任事项", "name type code unit responsibilities"),
        ("权责事项 类别 设定依据 行使主体 承办科室 实施层级及权限 责任事项内容 追责对象范围及情形 备注",
         "name type basis unit section level responsibilities accountability note"),
        ("taskName taskType itemCode department", "name type local_task_code unit"),
        ("事 项\n名 称 法定时限（工作日） 承 诺 时 限", None),
    ],
)  # fmt: skip
def test_real_headings_are_understood(words: str, expected: str | None) -> None:
    if expected is None:
        row = ["事 项\n名 称", "法定时限（工作日）", "承 诺 时 限："]
        assert keys([["大标题"], row]) == ["name", "statutory_limit", "promised_limit"]
        return
    assert keys([["某区权责清单"], [], words.split()]) == expected.split()


def test_a_districts_own_headings_are_its_own_data() -> None:
    row = ["办事事项", "职权编码", "设定依据"]
    assert keys([row]) == []
    assert keys([row], 办事事项="事项名称") == ["name", "code", "basis"]
    assert keys([row], 办事事项="name") == ["name", "code", "basis"]


def test_two_rows_of_headings_are_joined() -> None:
    sheet = Sheet(
        "表",
        (
            ("清单",),
            ("序号", "职权名称", "办理时限（工作日）", "", "备用"),
            ("", "", "法定", "承诺"),
        ),
        (Region(1, 1, 1, 5), Region(2, 1, 3, 1), Region(2, 2, 3, 2), Region(2, 3, 2, 4)),
    )
    head = headings.find(sheet, headings.vocabulary(SCHEMAS["powers"], "items", {}))
    assert head is not None
    assert (head.first, head.last) == (2, 3)
    assert [(at, one.key, one.measure) for at, one in head.columns.items()] == [
        (1, "#", ""), (2, "name", ""), (3, "statutory_limit", "工作日"), (4, "promised_limit", "工作日"),
    ]  # fmt: skip


def test_a_near_heading_is_offered_and_not_taken() -> None:
    sheet = Sheet("表", (("职权名称", "职权编码", "设定依居", "领导批示"),))
    head = headings.find(sheet, headings.vocabulary(SCHEMAS["powers"], "items", {}))
    assert head is not None
    assert sorted(one.key for one in head.columns.values()) == ["code", "name"]
    assert head.unknown == ((3, "设定依居", "实施依据"), (4, "领导批示", ""))


def test_a_second_column_of_the_same_field_is_told() -> None:
    sheet = Sheet("表", (("职权名称", "设定依据", "实施依据"),))
    head = headings.find(sheet, headings.vocabulary(SCHEMAS["powers"], "items", {}))
    assert head is not None
    assert head.repeated == ((3, "实施依据", 2),)


@pytest.mark.parametrize("name", ["powers", "approvals", "fees", "funds", "negative"])
def test_every_title_and_synonym_of_a_schema_leads_to_its_own_field(name: str) -> None:
    words = headings.vocabulary(SCHEMAS[name], "items", {})
    for each in fields(SCHEMAS[name]):
        assert words.keys[headings.plain(each.title)] == each.key
