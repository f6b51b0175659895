"""Documents: every template with none, one and many; the three formats opened again; what data can never do."""

from __future__ import annotations

import html
import io
import os
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import Struct
from msgspec.structs import asdict, replace

from conftest import TODAY, WHY, Run, git
from conftest import replace as replace_in
from document_examples import (
    APPLICATION,
    DRAFT,
    ESCALATION,
    EXAMPLES,
    INSPECTION,
    LISTED,
    NOTICE,
    troubles,
)
from qingdan.core.schema import Schemas
from qingdan.desk import documents
from qingdan.model.charts import Chart, HeatMap, Series
from qingdan.model.documents import (
    Align,
    Appendix,
    Block,
    Document,
    Figure,
    Head,
    Heading,
    Paragraph,
    Table,
)
from qingdan.model.documents import Run as Piece
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.papers import TEMPLATES
from qingdan.render.official import filling
from qingdan.render.official.docx.writing import docx as to_docx
from qingdan.render.official.html import page
from qingdan.render.official.measures import ems, shares, title_lines
from qingdan.repo.resources import schema_texts
from strategies import texts

OFFICE = documents.Office(Schemas(schema_texts()), {})
CASES = [(name, place) for name, several in EXAMPLES.items() for place in range(len(several))]
MILLIMETRE = 36000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(name: str, value: object) -> Document:
    return documents.made(OFFICE, name, documents.plain(value))


def written(name: str, value: object) -> dict[str, bytes]:
    return documents.written(OFFICE, made(name, value), ("docx", "html", "md"))


def opened(name: str, value: object) -> Any:
    return docx.Document(io.BytesIO(written(name, value)["docx"]))


def words_of(word: Any) -> str:
    return "".join(piece.text or "" for piece in word.element.body.iter(f"{W}t"))


def millimetres(length: Any) -> float:
    return round(int(length) / MILLIMETRE, 1)


# templates


def test_every_template_that_ships_has_a_context_and_examples() -> None:
    assert {*filling.builtin_names()} == {*TEMPLATES, "quarter.md"}
    assert EXAMPLES.keys() == TEMPLATES.keys()
    for name, several in EXAMPLES.items():
        assert all(type(value) is TEMPLATES[name] for value in several)


@pytest.mark.parametrize(("name", "place"), CASES)
def test_every_example_comes_out_in_every_format(name: str, place: int) -> None:
    found = written(name, EXAMPLES[name][place])
    text = found["md"].decode()
    assert "{{" not in text
    assert "None" not in text
    assert "\ue000" not in text
    assert "\n\n\n" not in text
    assert not [line for line in text.splitlines() if line.startswith("||") or " |  |\n" in line]
    for block in MarkdownIt("commonmark").enable("table").parse(text):
        assert not block.content.startswith("|"), f"no table came of: {block.content}"
    word = docx.Document(io.BytesIO(found["docx"]))
    title = made(name, EXAMPLES[name][place]).head.title
    assert title in words_of(word)
    assert html.escape(title) in found["html"].decode().replace("<br>", "")


def test_what_is_required_of_every_problem_alike_is_said_once() -> None:
    alike = tuple(replace(each, require="请逐项整改到位。") for each in troubles(3))
    text = written("rectification-notice.md", replace(NOTICE, problems=alike))["md"].decode()
    assert text.count("整改要求：") == 1
    assert "对以上3个问题的整改要求：请逐项整改到位。" in text
    other = (*alike[:2], replace(alike[2], require="请公布电话。"))
    text = written("rectification-notice.md", replace(NOTICE, problems=other))["md"].decode()
    assert text.count("整改要求：") == 3


def test_a_notice_of_one_problem_reads_as_a_clerk_would_write_it() -> None:
    (problem,) = troubles(1)
    value = replace(NOTICE, letterhead=DRAFT, problems=(problem,), days=(), basis=NOTICE.basis[:1])
    text = written("rectification-notice.md", value)["md"].decode()
    assert text.split("\n\n# 附件")[0] == (
        "**示例市示例区人民政府法制办公室**\n\n"
        "# 整改通知书\n\n"
        "示例区应急管理局：\n\n"
        "2026年11月16日至20日对示例区行政权力清单运行情况的监督检查中，发现你单位存在下列问题。"
        "根据《示例区行政权力清单运行监督检查办法》第十四条的规定，现通知你单位限期整改。\n\n"
        "## 一、存在的问题\n\n"
        "涉及事项：生产安全事故应急预案备案（SL-YJ-QT-001）。\n\n"
        "公开的清单中承诺办结时限为5个工作日，政务服务网为10个工作日。可能涉及第十四条第（一）项。\n\n"
        "整改要求：按清单更正政务服务网的配置，举一反三自查其他事项。\n\n"
        "## 二、整改期限\n\n"
        "自本通知书发出之日起10个工作日内，即2026年12月4日前（含当日），完成整改。\n\n"
        "## 三、处理措施\n\n"
        "1. 限期整改。\n\n"
        "## 四、报送方式\n\n"
        "整改完成后，请将整改情况及佐证材料书面报送区政府法制办公室核查认定。"
        "情况复杂、确需延期的，应当在期限届满前书面申请并说明理由。"
        "收到本通知书后，请填写签收回执（见附件）并退回。\n\n"
        "逾期不整改或者整改不到位的，将抄报区政务服务改革管理办公室，记入单位目标绩效考核台账，并告知有关部门。\n\n"
        "附件：签收回执\n\n"
        "示例市示例区人民政府法制办公室  \n年 月 日"
    )


def test_every_attachment_is_listed_with_the_number_it_bears() -> None:
    text = written("rectification-notice.md", NOTICE)["md"].decode()
    assert "附件：1. 整改期限推算表  \n2\\. 签收回执" in text
    heads = [line for line in text.splitlines() if line.startswith("# 附件")]
    assert heads == ["# 附件1 整改期限推算表", "# 附件2 签收回执"]


def test_many_problems_are_numbered_and_none_is_said() -> None:
    many = written("rectification-notice.md", replace(NOTICE, problems=troubles(11)))["md"].decode()
    assert "存在11个问题" in many
    assert "### （一）生产安全" in many
    assert "\n\n（二）没有公布" in many
    assert "### （十一）生产安全" in many
    none = written("feedback.md", EXAMPLES["feedback.md"][1])["md"].decode()
    assert "检查没有发现问题，请继续保持。" in none
    assert "## 一、发现的问题" in none


def test_a_report_to_a_superior_has_who_signs_it_and_a_letter_to_an_equal_has_not() -> None:
    report = made("escalation-report.md", ESCALATION).head
    letter = made("escalation-letter.md", EXAMPLES["escalation-letter.md"][0]).head
    assert (report.form, report.signer, report.title[-5:]) == ("公文", "张示例", "情况的报告")
    assert (letter.form, letter.signer, letter.title[-4:]) == ("信函", "", "情况的函")


# Word


def test_the_page_is_that_of_the_standard() -> None:
    word = opened("inspection-notice.md", INSPECTION)
    (section,) = word.sections
    assert [millimetres(each) for each in (section.page_width, section.page_height)] == [210, 297]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [millimetres(each) for each in edges] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    lines = (297 - 37 - 35) / 25.4 * 1440 / int(grid.get(qn("w:linePitch")))
    assert 22 <= lines < 22.1
    normal = word.styles["Normal"].element
    spacing = normal.find(f"{W}pPr/{W}spacing")
    assert (spacing.get(qn("w:lineRule")), spacing.get(qn("w:line"))) == (
        "exact",
        grid.get(qn("w:linePitch")),
    )
    closer = int(normal.find(f"{W}rPr/{W}spacing").get(qn("w:val")))
    across = (210 - 28 - 26) / 25.4 * 1440 / (16 * 20 + closer)
    assert 28 <= across < 29


def test_fonts_are_those_of_the_standard_with_stand_ins() -> None:
    word = opened("inspection-notice.md", INSPECTION)
    paragraphs = {each.text: each for each in word.paragraphs if each.text}
    seen = {
        "示例市示例区人民政府法制办公室文件": ("方正小标宋简体", None),
        "一、检查范围": ("黑体", 16),
        "区直各有关单位，各街道办事处：": ("仿宋_GB2312", 16),
    }
    for text, (font, size) in seen.items():
        (run,) = paragraphs[text].runs
        assert run._r.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert size is None or run.font.size.pt == size
    plan = opened("inspection-plan.md", EXAMPLES["inspection-plan.md"][0])
    second = next(each for each in plan.paragraphs if each.text.startswith("（一）动员准备"))
    assert second.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "楷体_GB2312"
    outline = plan.styles["Heading 2"].element.find(f"{W}pPr/{W}outlineLvl")
    assert outline.get(qn("w:val")) == "1"
    title = next(each for each in word.paragraphs if each.style.name == "Title")
    assert (title.runs[0].font.size.pt, str(title.alignment)) == (22, "CENTER (1)")
    with zipfile.ZipFile(io.BytesIO(written("inspection-notice.md", INSPECTION)["docx"])) as file:
        table = file.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


def test_the_red_head_stands_35_millimetres_below_the_top_of_the_text() -> None:
    value = replace(INSPECTION)
    document = made("inspection-notice.md", value)
    for urgency in ("", "特急"):
        head = replace(document.head, urgency=urgency)
        word: Any = docx.Document(io.BytesIO(to_docx(replace(document, head=head), LABELS)))
        lines = list(word.paragraphs)
        emblem = next(place for place, line in enumerate(lines) if line.text.endswith("文件"))
        high = [int(spacing_of(line).get(qn("w:line"))) for line in lines[:emblem]]
        assert abs(sum(high) / 1440 * 25.4 - 35) < 0.1
        assert lines[0].text == urgency
        number = next(line for line in lines if "〔2026〕18号" in line.text)
        border = number._p.pPr.find(f"{W}pBdr/{W}bottom")
        assert (border.get(qn("w:color")), border.get(qn("w:space"))) == ("E60012", "11")


def spacing_of(paragraph: Any) -> Any:
    return paragraph._p.pPr.find(qn("w:spacing"))


LABELS = documents.labels(OFFICE.schemas)


def test_who_signs_stands_right_of_the_number() -> None:
    word = opened("escalation-report.md", ESCALATION)
    line = next(p for p in word.paragraphs if "签发人" in p.text)
    assert line.text == "　示政法〔2026〕18号\t签发人：张示例"
    assert line.runs[-1]._r.rPr.rFonts.get(qn("w:eastAsia")) == "楷体_GB2312"


def test_text_begins_two_characters_in_and_the_signature_stands_four_from_the_right() -> None:
    word = opened("inspection-notice.md", INSPECTION)
    text = next(p for p in word.paragraphs if p.text.startswith("根据《"))
    indent = text._p.pPr.find(qn("w:ind"))
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")
    day = next(p for p in word.paragraphs if p.text == "2026年11月22日")
    office = next(p for p in word.paragraphs if p.text == "示例市示例区人民政府法制办公室")
    right = {
        each.text: int(each._p.pPr.find(qn("w:ind")).get(qn("w:right"))) / 320
        for each in (day, office)
    }
    assert right["示例市示例区人民政府法制办公室"] == 4
    middle = {text: value + ems(text) / 2 for text, value in right.items()}
    assert len({round(value, 1) for value in middle.values()}) == 1
    said = [
        p.text for p in word.paragraphs if "监督检查方案" in p.text or p.text == "2. 量化评分表"
    ]
    assert said == ["附件：1. 监督检查方案", "2. 量化评分表"]


def test_pages_are_numbered_odd_right_even_left() -> None:
    word = opened("inspection-notice.md", INSPECTION)
    assert word.settings.odd_and_even_pages_header_footer
    (section,) = word.sections
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert "".join(run.text for run in paragraph.runs) == "— 1 —"
        assert [each.text for each in paragraph._p.iter(f"{W}instrText")] == [" PAGE "]
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert paragraph._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "280"
        assert {run.font.size.pt for run in paragraph.runs} == {14}
        assert {run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in paragraph.runs} == {"宋体"}


def test_the_imprint_stands_at_the_foot_between_lines_and_a_letter_has_only_whom_it_is_copied_to() -> (
    None
):
    word = opened("inspection-notice.md", INSPECTION)
    imprint = word.tables[-1]
    place = imprint._tbl.tblPr.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    assert [row.cells[0].text for row in imprint.rows] == [
        "抄送：示例区监察委员会，示例区政务服务改革管理办公室。",
        "示例市示例区人民政府法制办公室\t2026年11月23日印发",
    ]
    borders = imprint._tbl.tblPr.find(qn("w:tblBorders"))
    millimetre = {
        each.tag.removeprefix(W): int(each.get(qn("w:sz"))) / 8 * 25.4 / 72 for each in borders
    }
    assert {key: round(value, 2) for key, value in millimetre.items()} == {
        "top": 0.35,
        "bottom": 0.35,
        "insideH": 0.26,
    }
    letter = opened("escalation-letter.md", EXAMPLES["escalation-letter.md"][0]).tables[-1]
    assert [row.cells[0].text[:3] for row in letter.rows] == ["抄送："]
    assert letter._tbl.tblPr.find(qn("w:tblBorders")) is None


def test_a_letter_has_its_head_and_double_lines_on_the_first_page_and_no_number_there() -> None:
    word = opened("escalation-letter.md", EXAMPLES["escalation-letter.md"][0])
    section = word.sections[0]
    assert section.different_first_page_header_footer
    assert millimetres(section.header_distance) == 30
    emblem, line = section.first_page_header.paragraphs
    assert emblem.text == "示例市示例区人民政府法制办公室"
    assert str(emblem.runs[0].font.color.rgb) == "E60012"
    (foot,) = section.first_page_footer.paragraphs
    drawn = [each._p.pPr.find(f"{W}pBdr/{W}top").get(qn("w:val")) for each in (line, foot)]
    assert drawn == ["thickThinSmallGap", "thinThickSmallGap"]
    assert not list(foot._p.iter(f"{W}instrText"))
    indent = line._p.pPr.find(qn("w:ind"))
    wider = int(indent.get(qn("w:left"))) + int(indent.get(qn("w:right")))
    assert round(156 - wider / 1440 * 25.4) == 170


@pytest.mark.parametrize(("name", "place"), CASES)
def test_tables_repeat_their_heading_tear_no_row_and_keep_to_the_text(
    name: str, place: int
) -> None:
    word = opened(name, EXAMPLES[name][place])
    for table, section in placed(word):
        if table.find(f"{W}tblPr/{W}tblpPr") is not None:
            continue
        room = int(section.find(qn("w:pgSz")).get(qn("w:w"))) - sum(
            int(section.find(qn("w:pgMar")).get(qn(f"w:{side}"))) for side in ("left", "right")
        )
        widths = [int(each.get(qn("w:w"))) for each in table.findall(f"{W}tblGrid/{W}gridCol")]
        assert sum(widths) == int(table.find(f"{W}tblPr/{W}tblW").get(qn("w:w"))) <= room
        assert table.find(f"{W}tblPr/{W}tblLayout").get(qn("w:type")) == "fixed"
        rows = table.findall(qn("w:tr"))
        headed = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert headed in ([True, *[False] * (len(rows) - 1)], [False] * len(rows))
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def placed(word: Any) -> list[tuple[Any, Any]]:
    """Every table with the properties of its section."""
    found, waiting = [], []
    for child in word.element.body:
        if child.tag == qn("w:tbl"):
            waiting.append(child)
        section = child if child.tag == qn("w:sectPr") else child.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            found += [(table, section) for table in waiting]
            waiting = []
    return found


def test_a_wide_table_lies_across_on_a_page_of_its_own_with_its_caption() -> None:
    wide = Table(tuple("甲乙丙丁戊己庚辛"), (tuple("12345678"),), ("left",) * 8)
    said = (
        Paragraph((Piece("前文。"),)),
        Paragraph((Piece("（单位：项）"),), "unit"),
        wide,
        Paragraph((Piece("后文。"),)),
    )
    word = docx.Document(io.BytesIO(to_docx(Document(Head("标题"), said), LABELS)))
    shapes = [millimetres(section.page_width) for section in word.sections]
    assert shapes == [210, 297, 210]
    ((_, section),) = placed(word)
    assert section.find(qn("w:pgSz")).get(qn("w:orient")) == "landscape"
    before = [p.text for p in word.paragraphs]
    assert before.index("前文。") < before.index("（单位：项）")
    sheet = docx.Document(io.BytesIO(to_docx(Document(Head("台账", form="表格"), said), LABELS)))
    assert [millimetres(section.page_width) for section in sheet.sections] == [297]


SIGNED = Head("标题", signed=("区政府法制办",), dated="2026-11-22", note="联系人：张示例")
SAID = tuple(Paragraph((Piece(f"第{place}段。"),)) for place in range(3))
LONG = Paragraph((Piece("各单位应当逐项核对清单，发现不一致的立即更正，并将更正情况书面报送。"),))


LONGER = Paragraph(LONG.runs * 2)


def rows_of(count: int, columns: int = 3) -> Table:
    row = ("内容",) * columns
    aligns: list[Align] = ["left"] * columns
    return Table(row, (row,) * count, tuple(aligns))


BARS = Chart("b", "bars", "各单位", "个", ("甲",), (Series("问题", (1.0,)),), "")
CHARTED = Figure(BARS, 1, "甲有1个。")
SHADED = Figure(HeatMap("h", "热力", "个", ("乙", "甲"), ("一",), ((1,), (2,)), ""), 2, "")
UNIT = Paragraph((Piece("单位：项"),), "unit")


@pytest.mark.parametrize(
    ("end", "stays"),
    [
        ((Paragraph((Piece("特此通知。"),)),), ["第2段。", "特此通知。"]),
        ((LONG,), [LONG.text]),
        ((LONGER, Paragraph((Piece("特此通知。"),))), ["特此通知。"]),
        ((Heading(1, "二、其他"), Paragraph((Piece("无。"),))), ["二、其他", "无。"]),
        ((rows_of(5),), ["内容", "内容", ""]),
        ((UNIT, rows_of(1)), ["单位：项", "内容", "内容", ""]),
        ((rows_of(5, 8),), ["内容", "内容"]),
        ((CHARTED,), ["", "图1　各单位"]),
        ((SHADED,), ["甲", "图2　热力"]),
    ],
    ids=[
        "short",
        "long",
        "after a long one",
        "heading",
        "table",
        "one row",
        "wide",
        "figure",
        "heat map",
    ],
)
def test_the_signature_never_has_a_page_without_text(
    end: tuple[Block, ...], stays: list[str]
) -> None:
    """What Word keeps together: every paragraph on the way to the last line below the text, and no more."""
    closing = ["区政府法制办", "2026年11月22日"]
    assert held_with(to_docx(Document(SIGNED, (*SAID, *end)), LABELS), SIGNED.note) == [
        *stays,
        *closing,
    ]
    listed = replace(SIGNED, attachments=("清单",))
    assert held_with(to_docx(Document(listed, (*SAID, *end)), LABELS), SIGNED.note) == [
        *stays,
        "附件：清单",
        *closing,
    ]


def test_where_nobody_signs_the_text_ends_where_it_ends() -> None:
    last = Paragraph((Piece("特此通知。"),))
    assert held_with(to_docx(Document(Head("标题"), (*SAID, last)), LABELS), last.text) == []
    appended = Document(SIGNED, (*SAID, last, Appendix("附件"), rows_of(3), *SAID))
    word: Any = docx.Document(io.BytesIO(to_docx(appended, LABELS)))
    *_, table, gap, first, second, third, _ = word.element.body
    parts = (table, gap, first, second, third)
    assert [text_of(each) for each in parts[2:]] == ["第0段。", "第1段。", "第2段。"]
    assert not [each for part in parts for each in part.iter(f"{W}keepNext")]


def held_with(raw: bytes, end: str) -> list[str]:
    """The paragraphs, and of tables the rows, that must share a page with the paragraph that tells ``end``."""
    word: Any = docx.Document(io.BytesIO(raw))
    lines = [each for each in word.element.body.iter(f"{W}p", f"{W}tr") if not in_a_cell(each)]
    place = next(place for place, each in enumerate(lines) if end in text_of(each))
    found: list[str] = []
    while place and is_kept(lines[place - 1]):
        place -= 1
        found.insert(0, text_of(lines[place]).split("\t")[0])
    return found


def in_a_cell(paragraph: Any) -> bool:
    return bool(paragraph.tag == f"{W}p" and paragraph.getparent().tag == f"{W}tc")


def text_of(line: Any) -> str:
    if line.tag == f"{W}tr":
        return text_of(next(line.iter(f"{W}p")))
    return "".join(each.text or "" for each in line.iter(f"{W}t"))


def is_kept(line: Any) -> bool:
    """Whether a paragraph, or every paragraph of a row, is kept with the next one."""
    paragraphs = [line] if line.tag == f"{W}p" else list(line.iter(f"{W}p"))
    kept = [each.find(f"{W}pPr/{W}keepNext") is not None for each in paragraphs]
    return all(kept)


def test_a_long_text_leaves_two_of_its_lines_with_the_signature() -> None:
    word: Any = docx.Document(io.BytesIO(to_docx(Document(SIGNED, (*SAID, LONG)), LABELS)))
    last = next(each for each in word.paragraphs if each.text == LONG.text)
    assert last.paragraph_format.widow_control is True


COMMIT = "64636ddbe5da61c9559453baa2e131e7d0bcefe1"


@pytest.mark.parametrize(
    ("text", "align"),
    [
        (f"重新检查的版本{COMMIT}中，问题已经没有了，自2026年11月23日起按清单办理。", "left"),
        ("详见https://www.example.gov.cn/zwgk/2026/t20261123_0012345.html，请登录核对。", "left"),
        (f"本通报依据2026年9月30日的清单版本 {COMMIT[:12]} 编制。", "both"),
        ("涉及2026-JS-SC-YJ-cebaa3ad5等12个问题，电话0371-00000000，迟延100000.00元。", "both"),
    ],
)
def test_a_long_id_or_address_does_not_tear_its_line(text: str, align: str) -> None:
    """It stays in one piece, and nothing is put into it that would be copied with it."""
    said = (Paragraph((Piece(text[:9]), Piece(text[9:], bold=True))),)
    raw = to_docx(Document(replace(SIGNED, note=text), said), LABELS)
    word: Any = docx.Document(io.BytesIO(raw))
    first, *_, note = (each for each in word.paragraphs if text[9:-1] in each.text)
    for each in (first, note):
        assert each._p.pPr.find(qn("w:jc")).get(qn("w:val")) == align
    assert first.text == text
    shown = page(Document(replace(SIGNED, note=text), said), LABELS)
    assert (
        shown.count(' class="ragged"') == shown.count(' class="note ragged"') == (align == "left")
    )


def test_the_same_document_gives_the_same_bytes_whatever_the_clock_and_the_machine() -> None:
    name = "list-publication.md"
    one = written(name, LISTED)["docx"]
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_documents as t; "
        f"sys.stdout.buffer.write(t.written({name!r}, t.LISTED)['docx'])"
    )
    env = os.environ | {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    assert subprocess.run(command, capture_output=True, check=True, env=env).stdout == one
    with zipfile.ZipFile(io.BytesIO(one)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
        assert "docProps/thumbnail.jpeg" not in file.namelist()
    assert "python-docx" not in everything
    told = docx.Document(io.BytesIO(one)).core_properties
    assert (told.title, told.author) == (
        "示例市示例区行政权责清单公示",
        "示例市示例区人民政府法制办公室",
    )
    assert (str(told.created.date()), told.comments) == ("2026-11-22", "")


def test_the_head_of_a_publication_is_complete_also_where_it_is_empty() -> None:
    found = written("list-publication.md", LISTED)
    labels = (
        "索引号",
        "主题分类",
        "体裁",
        "发布机构",
        "关键词",
        "发布日期",
        "生效日期",
        "废止日期",
        "发文字号",
        "成文日期",
    )
    text = found["html"].decode()
    assert all(f'<th scope="row">{label}</th>' in text for label in labels)
    assert "| 废止日期 |  |" in found["md"].decode()
    cells = [
        cell.text
        for row in docx.Document(io.BytesIO(found["docx"])).tables[0].rows
        for cell in row.cells
    ]
    assert cells[cells.index("索引号") + 1] == "005307714/2016-00030"


# the page


def test_the_page_prints_to_a4_and_asks_for_nothing_from_outside() -> None:
    text = written("escalation-report.md", ESCALATION)["html"].decode()
    assert "@page { size: A4; margin: 37mm 26mm 35mm 28mm; }" in text
    assert "http" not in text
    assert "<script" not in text
    opens: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
            if tag not in {"meta", "br", "hr", "col", "link"}:
                opens.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opens.pop() == tag

    Reader().feed(text)
    assert opens == []


# data


def hostile(value: Any, text: str) -> Any:
    """A context with ``text`` in the place of every free text."""
    if isinstance(value, str):
        return text if value and not value[:4].isdigit() else value
    if isinstance(value, tuple):
        return tuple(hostile(each, text) for each in value)
    if isinstance(value, Struct):
        own = {name: hostile(part, text) for name, part in asdict(value).items()}
        if type(value).__name__ == "Letterhead":
            own |= {"number": "", "dated": "", "printed": ""}
        return replace(value, **own)
    return value


EVIL = '<script>alert(1)</script>|**粗**[x](javascript:1){{ 7*7 }}": - #\ntitle: 假\n---\n# 附件9 `${x}`'


@pytest.mark.parametrize(("name", "place"), CASES)
def test_no_text_becomes_markup_or_changes_the_head(name: str, place: int) -> None:
    value = hostile(EXAMPLES[name][place], EVIL)
    done, calm = made(name, value), made(name, EXAMPLES[name][place])
    assert done.head.form == calm.head.form
    assert [type(each) for each in done.appendices] == [type(each) for each in calm.appendices]
    found = documents.written(OFFICE, done, ("docx", "html", "md"))
    page = found["html"].decode()
    assert "<script" not in page
    assert "<b>" not in page
    assert "49" not in page.split("</style>")[1].replace("〔49", "")
    plain = " ".join(EVIL.split())
    assert plain in words_of(docx.Document(io.BytesIO(found["docx"])))
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").parse(found["md"].decode())
    assert not [each for each in shown if each.type in {"html_block", "fence"}]
    inline = [child.type for each in shown for child in each.children or ()]
    assert not {"html_inline", "link_open", "code_inline", "image"} & {*inline}


@settings(max_examples=40, deadline=None)
@given(texts(80))
def test_any_text_comes_out_as_it_is(text: str) -> None:
    value = replace(
        APPLICATION,
        late_reason=f"甲{text}乙",
        moves=(replace(APPLICATION.moves[0], before=f"丙{text}丁"),),
    )
    try:
        done = made("adjustment-application.md", value)
    except RefusedError:
        return
    wanted = " ".join(f"甲{text}乙".split()).replace("\ue000", "").replace("\ue001", "")
    assert any(isinstance(each, Paragraph) and wanted in each.text for each in done.body)
    (table,) = [each for each in done.body if isinstance(each, Table)]
    assert table.rows[0][2] == " ".join(f"丙{text}丁".split()).replace("\ue000", "").replace(
        "\ue001", ""
    )
    found = documents.written(OFFICE, done, ("html", "md"))
    again = MarkdownIt("commonmark").enable("table").parse(found["md"].decode())
    cells = [
        "".join(child.content for child in each.children or ())
        for each in again
        if each.type == "inline"
    ]
    assert table.rows[0][2] in cells
    assert html.escape(wanted, quote=False) in html.escape(
        html.unescape(found["html"].decode()), quote=False
    )


# the head


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("titel: 通知", "没有“titel”这个要素"),
        ("title: 通知\nnumber: 示政法[2026]018号", "发文字号"),
        ("title: 通知\nurgency: 很急", "紧急程度"),
        ("title: 通知\ndated: 2026-13-01", "成文日期"),
        ("title: 通知\ntitle: 再通知", "第2行"),
        ("title: 通知\nform: 通告", "格式"),
    ],
)
def test_a_head_is_read_strictly(head: str, why: str) -> None:
    own = replace(OFFICE, templates={"period.md": f"---\n{head}\n---\n正文\n"})
    with pytest.raises(UsageError, match=why) as told:
        documents.made(own, "period.md", {})
    assert "templates/period.md" in str(told.value)


def test_a_template_without_a_head_is_told_what_is_missing() -> None:
    own = replace(OFFICE, templates={"period.md": "正文\n"})
    with pytest.raises(UsageError, match="没有公文要素"):
        documents.made(own, "period.md", {})


# persons


def test_an_identity_number_in_any_field_is_refused_and_the_number_is_not_repeated() -> None:
    number = "11010519491231002X"
    value = replace(NOTICE, problems=(replace(troubles(1)[0], fact=f"当事人{number}反映。"),))
    with pytest.raises(RefusedError, match=r"正文第\d+段有疑似居民身份证号码") as told:
        made("rectification-notice.md", value)
    assert number not in str(told.value)
    for where, changed in (
        ("主送机关", replace(NOTICE, unit=number)),
        ("附注", replace(NOTICE, letterhead=replace(NOTICE.letterhead, contact=f"某人{number}"))),
        ("第1张表第1行第2列", replace(NOTICE, days=(number,))),
    ):
        with pytest.raises(RefusedError, match=where):
            made("rectification-notice.md", changed)


def test_a_bank_card_is_refused_and_a_code_of_an_item_is_not() -> None:
    card = "6222020200001234567"
    card = next(f"{card[:-1]}{digit}" for digit in range(10) if _luhn(f"{card[:-1]}{digit}"))
    value = replace(APPLICATION, reason=f"缴入账户{card}。")
    with pytest.raises(RefusedError, match="银行卡号"):
        made("adjustment-application.md", value)
    known = replace(OFFICE, codes=frozenset({card}))
    assert documents.made(known, "adjustment-application.md", documents.plain(value)).head.title


def _luhn(text: str) -> bool:
    values = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text))]
    return sum(value // 10 + value % 10 for value in values) % 10 == 0


def test_a_mobile_number_is_a_remark_where_no_telephone_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made("adjustment-application.md", replace(APPLICATION, reason="群众13912345678反映。"))
    assert "疑似手机号码（139******78）" in capsys.readouterr().err
    contact = replace(APPLICATION.letterhead, contact="法制科，电话：13912345678")
    made("adjustment-application.md", replace(APPLICATION, letterhead=contact))
    assert capsys.readouterr().err == ""


# measures


@given(st.lists(st.lists(texts(30), min_size=3, max_size=3), max_size=5))
def test_shares_are_the_whole_width(rows: list[list[str]]) -> None:
    table = Table(("一", "二", "三"), tuple(map(tuple, rows)), ("left",) * 3)
    found = shares(table)
    assert abs(sum(found) - 1) < 1e-9
    assert min(found) > 0


@given(st.text("关于开展示例区行政权责清单（试行）、《办法》的通知2026年", min_size=1, max_size=90))
def test_a_title_is_broken_without_loss_into_lines_that_fit(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(lines)
    assert max(map(ems, lines)) <= 20 + 4


# from a workspace


def test_the_papers_of_an_adjustment_are_made_from_its_record(
    small: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = next((small / "ledger/adjustments/2026").glob("*.yaml")).stem
    assert qingdan(small, "review", "show", record, "--document", "退回说明") == 2
    assert "没有被退回过" in capsys.readouterr().err
    out = tmp_path / "out"
    words = ("--document", "调整申请", "--out", str(out), "--dated", "2026-09-17")
    assert qingdan(small, "review", "show", record, *words) == 0
    assert sorted(path.suffix for path in out.iterdir()) == [".docx", ".html", ".md"]
    text = (out / f"{record}-调整申请.md").read_text("utf-8")
    assert "优化流程，压缩办理时间。" in text
    assert "| 1 | 承诺办结时限 |" in text
    assert "2026年9月17日" in text
    assert git(small, "status", "--porcelain") == ""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "reviewer@qingdan.example")
    assert (
        qingdan(small, "review", "return", record, "--reason", "没有附件", "--today", "2026-09-18")
        == 0
    )
    assert qingdan(small, "review", "show", record, "--document", "退回说明", "--format", "md") == 0
    told = (small / "reports" / f"{record}-退回说明.md").read_text("utf-8")
    assert "退回的原因：没有附件。" in told
    assert "于2026年9月18日退回" in told
    assert not (small / "reports" / f"{record}-退回说明.docx").exists()


def test_a_wrong_paper_or_format_is_told(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record = next((small / "ledger/adjustments/2026").glob("*.yaml")).stem
    assert qingdan(small, "review", "show", record, "--document", "申请") == 2
    assert "可用：调整申请、退回说明" in capsys.readouterr().err
    assert (
        qingdan(small, "review", "show", record, "--document", "调整申请", "--format", "pdf") == 2
    )
    assert "可用：docx、html、md" in capsys.readouterr().err
    assert qingdan(small, "review", "show", record, "--format", "md") == 2
    assert "--document" in capsys.readouterr().err


def test_a_list_is_published_as_a_document(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert qingdan(small, "export", "--list", "powers", "--format", "md") == 0
    text = capsys.readouterr().out
    assert "清单公示\n" in text
    assert "| JS-CG-XK-001 |" in text
    assert (
        qingdan(
            small,
            "export",
            "--list",
            "powers",
            "--format",
            "docx",
            "--out",
            str(tmp_path / "a.docx"),
        )
        == 0
    )
    (table,) = docx.Document(str(tmp_path / "a.docx")).tables
    assert table.rows[0].cells[1].text == "职权编号"
    assert len(table.rows) - 1 == text.count("\n| ") - 2
    assert qingdan(small, "export", "--register", "units", "--format", "docx") == 2


def test_a_planted_identity_reaches_no_file(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    number = "11010519491231002X"
    words = (*WHY[:4], "--reason", "当事人申请", "--today", TODAY)
    assert qingdan(small, "adjust", "set", "JS-CG-XK-001", "promised_limit=7个工作日", *words) == 0
    path = max((small / "ledger/adjustments/2026").glob("*.yaml"))
    replace_in(small, str(path.relative_to(small)), "当事人申请", f"当事人{number}申请")
    git(small, "commit", "--quiet", "--all", "--no-verify", "--message", "手工改动")
    record = path.stem
    capsys.readouterr()
    out = tmp_path / "out"
    assert (
        qingdan(small, "review", "show", record, "--document", "调整申请", "--out", str(out)) == 4
    )
    assert "居民身份证号码" in capsys.readouterr().err
    assert not out.exists()
