"""Charts: what people see in a page and in Word, and what those get who cannot see it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import fromstring
from msgspec.structs import replace

from qingdan.model.charts import Chart, HeatMap, Kind, Series
from qingdan.render.charts.svg import svg
from qingdan.render.charts.word import put_chart, xml

SVG = "{http://www.w3.org/2000/svg}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
UNITS = ("区城市管理局", "区应急管理局", "区“两新”办公室")
RANKING = Chart(
    "ranking", "bars", "各单位得分", "分", UNITS, (Series("得分", (100, 98.5, 0)),), '甲 <100> "分"'
)
TREND = Chart(
    "trend", "lines", "问题数", "个", ("2026Q1", "2026Q2", "2026Q3"),
    (Series("发现", (12, 9, 15)), Series("销号", (10, None, 5))), "发现先降后升",
)  # fmt: skip
DAYS = Chart("days", "columns", "用时", "件", ("当日", "1"), (Series("件数", (1, 3)),), "多数一天")
ALL = (RANKING, TREND, DAYS)


def said(node: etree._Element) -> str:
    return "".join(map(str, node.itertext()))


def words(root: etree._Element) -> list[str]:
    return [said(node) for node in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.id)
def test_a_page_shows_every_name_and_number(chart: Chart) -> None:
    shown = words(fromstring(svg(chart)))
    assert f"{chart.title}（单位：{chart.unit}）" in shown
    assert set(chart.categories) <= set(shown)
    for row in chart.series:
        assert {f"{value:g}" for value in row.values if value is not None} <= set(shown)
    assert {row.name for row in chart.series} <= set(shown) or len(chart.series) == 1


def test_the_first_of_a_ranking_stands_on_top() -> None:
    root = fromstring(svg(RANKING))
    height = {said(n): float(n.get("y", 0)) for n in root.iter(f"{SVG}text")}
    assert height[UNITS[0]] < height[UNITS[1]] < height[UNITS[2]]


def test_no_axis_goes_beyond_the_most_that_a_number_can_be() -> None:
    scores = replace(RANKING, most=100)
    (end,) = fromstring(xml(scores)).iter(f"{C}max")
    assert float(end.get("val", "")) == 100
    marks = [int(word) for word in words(fromstring(svg(scores))) if word.isdecimal()]
    assert max(marks) == 100
    assert not list(fromstring(xml(RANKING)).iter(f"{C}max"))


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.id)
def test_a_page_gets_the_same_bytes_no_script_and_an_alternative(chart: Chart) -> None:
    text = svg(chart)
    root = fromstring(text)
    assert text == svg(chart)
    assert (root.get("role"), root.get("aria-label")) == ("img", chart.alt)
    assert list(root.iter(f"{SVG}script")) == []
    assert "<!--" not in text


def test_two_charts_in_one_page_do_not_share_their_styles() -> None:
    assert fromstring(svg(RANKING)).get("id") != fromstring(svg(DAYS)).get("id")


def saved(folder: Path, *charts: Chart) -> Path:
    document = docx.Document()
    for number, chart in enumerate(charts, 1):
        put_chart(document, document.add_paragraph().add_run(), chart, number)
    document.save(str(folder / "charts.docx"))
    return folder / "charts.docx"


def test_word_gets_charts_of_its_own_that_it_can_draw(tmp_path: Path) -> None:
    file = saved(tmp_path, *ALL)
    with zipfile.ZipFile(file) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if n.startswith("word/charts/")}
    assert len(parts) == len(ALL)
    for chart, raw in zip(ALL, parts.values(), strict=True):
        root = fromstring(raw)
        drawn = [node.text for node in root.iter(f"{C}v")]
        assert set(chart.categories) <= set(drawn)
        for row in chart.series:
            wanted = [value for value in row.values if value is not None]
            assert {float(text) for text in drawn if text and _number(text)} >= set(
                map(float, wanted)
            )
            assert row.name in drawn
    body = docx.Document(str(file)).element.xml
    assert body.count("<c:chart ") == len(ALL)
    told = [node.get("descr") for node in fromstring(body.encode()).iter("{*}docPr")]
    assert told == [chart.alt for chart in ALL]


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def test_the_chart_of_word_is_the_same_each_time() -> None:
    assert [xml(chart) for chart in ALL] == [xml(chart) for chart in ALL]


@pytest.mark.parametrize("kind", ["bars", "columns", "lines"])
def test_a_chart_without_rows_says_so(kind: Kind) -> None:
    empty = Chart("none", kind, "没有", "件", (), (), "没有数据")
    assert "没有数据" in words(fromstring(svg(empty)))


@given(st.lists(st.lists(st.integers(0, 500), min_size=2, max_size=2), min_size=1, max_size=5))
def test_a_cell_is_the_darker_the_more_it_counts(cells: list[list[int]]) -> None:
    rows = tuple(tuple(row) for row in cells)
    names = tuple(str(n) for n in range(len(rows)))
    heat = HeatMap("heat", "热力图", "个", names, ("甲", "乙"), rows, "")
    flat = sorted(cell for row in rows for cell in row)
    shades = [heat.shade(count) for count in flat]
    assert shades == sorted(shades)
    assert all((shade == 0) == (count == 0) for shade, count in zip(shades, flat, strict=True))
    assert max(shades) == min(flat[-1], 4)
