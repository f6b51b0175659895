"""Charts that the word processor draws itself: crisp on paper and in the fonts of its machine.

The chart is python-pptx's, which knows this part of Office Open XML; a document takes it as a part of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from lxml import etree
from pptx.chart.chart import Chart as Drawing
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml as parse_chart
from pptx.util import Pt

from qingdan.model.charts import ticks
from qingdan.render.charts.svg import AREAS, LINES, heading

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

    from qingdan.model.charts import Chart

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}
_DASHES = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.LONG_DASH_DOT)
_MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.DIAMOND,
)
_WIDTH, _LOW, _HIGH, _ROW, _FRAME = 156, 70, 215, 6, 26
"""Millimetres: the width of the text, the least and the greatest height, a bar, what stands around the bars."""


def put_chart(document: Document, run: Run, chart: Chart, number: int) -> None:
    """Draw a chart where a run stands; ``number`` counts the charts of the document from 1."""
    package = document.part.package
    name = PackURI(f"/word/charts/chart{number}.xml")
    relation = document.part.relate_to(Part(name, _TYPE, xml(chart), package), _RELATION)
    run._r.append(parse_xml(_inline(chart, relation, number)))  # noqa: SLF001 python-docx has no charts


def xml(chart: Chart) -> bytes:
    """The chart as a part of a document; the same bytes each time."""
    data = CategoryChartData(number_format="General")
    data.categories = chart.categories
    for row in chart.series:
        data.add_series(row.name, row.values)
    root = parse_chart(ChartXmlWriter(_KINDS[chart.kind], data).xml.encode())
    _dress(Drawing(root, None), chart)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _dress(drawing: Any, chart: Chart) -> None:
    """Title, sizes, greys, dashes and numbers: all that tells the rows apart without colour."""
    drawing.font.size = Pt(9)
    drawing.has_title = True
    title = drawing.chart_title.text_frame
    title.text = heading(chart)
    title.paragraphs[0].font.size, title.paragraphs[0].font.bold = Pt(11), False
    drawing.has_legend = len(chart.series) > 1
    if drawing.has_legend:
        drawing.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawing.legend.include_in_layout = False
    drawing.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("C8C8C8")
    drawing.value_axis.minimum_scale = 0
    if chart.most:
        drawing.value_axis.maximum_scale = chart.most
    marks = ticks(chart)
    if len(marks) > 1:
        drawing.value_axis.major_unit = marks[1]
    drawing.category_axis.reverse_order = chart.kind == "bars"
    plot = drawing.plots[0]
    plot.vary_by_categories = False
    for place, row in enumerate(plot.series):
        (_line if chart.kind == "lines" else _area)(row, place)
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    plot.data_labels.position = _label(chart)
    if chart.kind != "lines":
        plot.gap_width = 50


def _label(chart: Chart) -> Any:
    """Where the numbers stand: beside bars and columns, but within those that may reach the end of the axis."""
    if chart.kind == "lines":
        return XL_LABEL_POSITION.ABOVE
    return XL_LABEL_POSITION.INSIDE_END if chart.most else XL_LABEL_POSITION.OUTSIDE_END


def _area(row: Any, place: int) -> None:
    row.format.fill.solid()
    row.format.fill.fore_color.rgb = _colour(AREAS, place)
    row.format.line.color.rgb = RGBColor.from_string("404040")


def _line(row: Any, place: int) -> None:
    row.smooth = False
    row.format.line.width = Pt(1.75)
    row.format.line.color.rgb = _colour(LINES, place)
    row.format.line.dash_style = _DASHES[place % len(_DASHES)]
    row.marker.style = _MARKERS[place % len(_MARKERS)]
    row.marker.size = 6
    row.marker.format.fill.solid()
    row.marker.format.fill.fore_color.rgb = _colour(LINES, place)


def _colour(greys: tuple[str, ...], place: int) -> RGBColor:
    text = greys[place % len(greys)].removeprefix("#")
    return RGBColor(*bytes.fromhex(text))


def _height(chart: Chart) -> int:
    """Millimetres; a chart never grows beyond a page."""
    if chart.kind != "bars":
        return _LOW
    return min(max(_LOW, _FRAME + _ROW * len(chart.categories) * len(chart.series)), _HIGH)


def _inline(chart: Chart, relation: str, number: int) -> str:
    """The drawing that shows a chart in a line of text; ``alt`` is read to those who cannot see it."""
    size = f'cx="{int(Mm(_WIDTH))}" cy="{int(Mm(_height(chart)))}"'
    main = "http://schemas.openxmlformats.org/drawingml/2006"
    names = f"name={quoteattr(chart.title or chart.id)} descr={quoteattr(chart.alt)}"
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<wp:inline xmlns:wp="{main}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr id="{1000 + number}" {names}/>'
        f'<a:graphic xmlns:a="{main}/main"><a:graphicData uri="{main}/chart">'
        f'<c:chart xmlns:c="{main}/chart" r:id="{relation}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
