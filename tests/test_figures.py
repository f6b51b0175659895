"""Charts in documents: a template places them by name, every format shows them, each in its own way."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from msgspec.structs import replace

from document_examples import PERIOD
from qingdan.core.schema import Schemas
from qingdan.desk import documents
from qingdan.model.charts import Chart, HeatMap, Series
from qingdan.model.documents import Document, Figure
from qingdan.model.errors import RefusedError, UsageError
from qingdan.repo.resources import schema_texts

OFFICE = documents.Office(Schemas(schema_texts()), {})
RANKING = Chart(
    "ranking", "bars", "各单位得分", "分", ("区甲局", "区<乙>局"),
    (Series("得分", (100, 97.5)),), "区甲局100分，区乙局97.5分",
)  # fmt: skip
HEAT = HeatMap(
    "heat", "问题分布", "个", ("区甲局", "区乙局"), ("14-1", "14-8"), ((0, 4), (1, 0)), "区甲局最多"
)
DRAWN = {each.id: each for each in (RANKING, HEAT)}
HEAD = "---\ntitle: 通报\n---\n"
BODY = HEAD + "一句话。\n\n![](chart:ranking)\n\n## 一、分布\n\n![在哪里](chart:{{ 'heat' }})\n"


def made(template: str) -> Document:
    place = replace(OFFICE, templates={"period.md": template})
    return documents.made(place, "period.md", documents.plain(PERIOD), DRAWN)


def written(template: str = BODY) -> dict[str, bytes]:
    return documents.written(OFFICE, made(template), ("docx", "html", "md"))


def test_figures_stand_where_the_template_has_them_and_are_counted() -> None:
    figures = [block for block in made(BODY).body if isinstance(block, Figure)]
    assert [figure.caption for figure in figures] == ["图1　各单位得分", "图2　问题分布"]
    assert [figure.alt for figure in figures] == [RANKING.alt, "在哪里"]


def test_a_page_draws_charts_and_shades_heat_maps() -> None:
    page = written()["html"].decode()
    drawing = page[page.index("<svg") : page.index("</svg>") + 6]
    said = {"".join(map(str, node.itertext())) for node in etree.fromstring(drawing).iter()}
    assert {"区甲局", "区<乙>局", "97.5", "单位：分"} <= said
    assert f'aria-label="{RANKING.alt}"' in drawing
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert '<th scope="row">区甲局</th><td class="shade0"></td><td class="shade4">4</td>' in page
    assert '<th scope="row">区乙局</th><td class="shade1">1</td><td class="shade0"></td>' in page
    assert page.count("<figcaption>图") == 2


def test_word_gets_a_chart_of_its_own_and_a_shaded_table() -> None:
    raw = written()["docx"]
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        charts = [name for name in file.namelist() if name.startswith("word/charts/")]
        assert charts == ["word/charts/chart1.xml"]
        assert "区<乙>局" in "".join(map(str, etree.fromstring(file.read(charts[0])).itertext()))
    word = docx.Document(io.BytesIO(raw))
    assert [p.text for p in word.paragraphs if p.text.startswith("图")] == [
        "图1　各单位得分",
        "图2　问题分布",
    ]
    (heat,) = word.tables
    shades = [
        [cell._tc.find(f".//{qn('w:shd')}").get(qn("w:fill")) for cell in row.cells[1:]]  # noqa: SLF001 no other door
        for row in heat.rows[1:]
    ]
    assert shades == [["FFFFFF", "969696"], ["EBEBEB", "FFFFFF"]]
    assert [cell.text for cell in heat.rows[1].cells] == ["区甲局", "", "4"]


def test_markdown_tells_numbers_and_words() -> None:
    text = written()["md"].decode()
    assert f"**图1 各单位得分**\n\n{RANKING.alt}\n\n|  | 得分（分） |\n| --- | ---: |\n" in text
    assert "| 区\\<乙\\>局 | 97.5 |" in text
    assert "**图2 问题分布**\n\n在哪里\n\n|  | 14-1 | 14-8 |" in text


@pytest.mark.parametrize("source", ["chart:other", "https://example.cn/a.png", "ranking"])
def test_only_charts_of_the_data_can_be_placed(source: str) -> None:
    with pytest.raises(UsageError, match=r"可用的图：chart:ranking、chart:heat"):
        made(f"{HEAD}![]({source})\n")


def test_nobodys_number_gets_into_a_chart() -> None:
    drawn = {"heat": replace(HEAT, rows=("11010519491231002X", "区乙局"))}
    place = replace(OFFICE, templates={"period.md": f"{HEAD}![](chart:heat)\n"})
    with pytest.raises(RefusedError, match="图1有疑似"):
        documents.made(place, "period.md", documents.plain(PERIOD), drawn)


def test_the_same_bytes_each_time() -> None:
    assert written() == written()
