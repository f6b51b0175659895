"""Charts as SVG for pages: the same bytes each time, no script, readable in black and white."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import pygal
from lxml import etree
from pygal.style import Style

from qingdan.model.charts import ticks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.model.charts import Chart

# Importing pygal puts its finder of plugins in the way of every later import, by a protocol that Python has given up.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

FONTS = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', SimHei, sans-serif"
AREAS = ("#bfbfbf", "#8c8c8c", "#e0e0e0", "#737373")
"""Told apart when printed without colour; a black number stands out on each."""
LINES = ("#202020", "#8c8c8c", "#505050", "#b0b0b0")
"""Lines are told apart by their dashes besides."""
_DASHES = ("", "8, 4", "2, 3", "10, 3, 2, 3")
_WIDTH, _HEIGHT, _ROW = 760, 320, 26
_KINDS = {"bars": pygal.HorizontalBar, "columns": pygal.Bar, "lines": pygal.Line}


def svg(chart: Chart) -> str:
    """The chart as an ``<svg>`` element that stands in a page; ``alt`` is its accessible name."""
    drawing = _KINDS[chart.kind](**_manner(chart))
    drawing.uuid = chart.id
    if chart.kind != "bars" and ticks(chart):
        drawing.y_labels = list(ticks(chart))
    names, rows = chart.categories, chart.series
    if chart.kind == "bars":  # drawn from the bottom up: the first stands on top
        names = names[::-1]
    drawing.x_labels = list(names)
    for place, row in enumerate(rows):
        values = row.values[::-1] if chart.kind == "bars" else row.values
        drawing.add(row.name, list(values), stroke_style=_stroke(chart, place))
    root = drawing.render_tree()
    etree.strip_elements(root, etree.Comment, "script", with_tail=False)
    root.set("role", "img")
    root.set("aria-label", chart.alt)
    return str(etree.tostring(root, encoding="unicode"))


def heading(chart: Chart) -> str:
    """What stands above a chart: the title, if it has one of its own, and the unit."""
    return f"{chart.title}（单位：{chart.unit}）" if chart.title else f"单位：{chart.unit}"


def _manner(chart: Chart) -> dict[str, Any]:
    rows = len(chart.categories) * max(len(chart.series), 1)
    height = max(_HEIGHT, 90 + _ROW * rows) if chart.kind == "bars" else _HEIGHT
    return {
        "js": [],
        "disable_xml_declaration": True,
        "explicit_size": False,
        "width": _WIDTH,
        "height": height,
        "title": heading(chart),
        "show_legend": len(chart.series) > 1,
        "legend_at_bottom": True,
        "print_values": True,
        "print_values_position": "center" if chart.kind == "bars" else "top",
        "show_x_guides": False,
        "show_y_guides": chart.kind != "bars",
        "max_scale": 6,
        "allow_interruptions": True,
        "margin_left": 20 + (_overhang(chart.categories) if chart.kind == "bars" else 0),
        "margin_right": 30,
        "value_formatter": _plain,
        "include_x_axis": True,
        "no_data_text": "没有数据",
        **({"range": (0, chart.most)} if chart.most else {}),
        "dots_size": 4,
        "style": _style(chart),
    }


def _overhang(names: Iterable[str]) -> int:
    """How much wider the longest name is than one in Latin letters, for which the library leaves room."""
    return max(
        (7 * sum(east_asian_width(sign) in "WF" for sign in name) for name in names), default=0
    )


def _style(chart: Chart) -> Style:
    return Style(
        font_family=FONTS,
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#202020",
        foreground_strong="#000000",
        foreground_subtle="#808080",
        opacity="1",
        opacity_hover="1",
        colors=LINES if chart.kind == "lines" else AREAS,
        value_colors=("#000000",) * len(AREAS),
        guide_stroke_color="#c8c8c8",
        major_guide_stroke_color="#c8c8c8",
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        title_font_size=17,
        label_font_size=13,
        major_label_font_size=13,
        value_font_size=13,
        legend_font_size=13,
        no_data_font_size=20,
    )


def _stroke(chart: Chart, place: int) -> dict[str, Any]:
    if chart.kind != "lines":
        return {}
    return {"width": 3, "dasharray": _DASHES[place % len(_DASHES)]}


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
