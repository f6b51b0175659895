"""Tables: as wide as the text and no wider, headings repeated on every page, rows never torn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from qingdan.render.official.docx.packing import FANG, HEI, SONG
from qingdan.render.official.docx.xml import element, run
from qingdan.render.official.measures import SIZES, shares, text_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

    from qingdan.model.charts import HeatMap
    from qingdan.model.documents import Table

SHADES = ("FFFFFF", "EBEBEB", "D2D2D2", "B4B4B4", "969696")
"""From nothing to the most there is; a black number stands out on each."""
_NAMES = 0.22
"""The part of a heat map's width that its rows' names get."""
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_PADDING = 60
_ROOM_TO_FLOAT = 275


def table(made: Table, width: int, *, kept: int = 0) -> BaseOxmlElement:
    """The table, ``width`` twips wide; its last ``kept`` rows stay on a page with what follows."""
    widths = _widths(made, width)
    size = text_size(made)
    centred = ["center"] * len(widths)
    rows = [_row(made.head, widths, centred, HEI, size, header=True)]
    rows += [_row(row, widths, made.aligns, FANG, size, header=False) for row in made.rows]
    _keep(rows[len(rows) - kept :])
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", _properties(width), grid, *rows)


def _keep(rows: Iterable[BaseOxmlElement]) -> None:
    """Keep rows on a page with what follows."""
    for row in rows:
        for look in row.iter(qn("w:pPr")):
            look.insert(0, element("keepNext"))


def _properties(width: int) -> BaseOxmlElement:
    lines = (element(edge, val="single", sz=4, space=0, color="000000") for edge in _EDGES)
    margins = (element(side, w=_PADDING, type="dxa") for side in ("left", "right"))
    return element(
        "tblPr",
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *lines),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
    )


def _widths(made: Table, width: int) -> list[int]:
    """Whole twips that add up to the width."""
    found = [int(share * width) for share in shares(made)]
    found[-1] += width - sum(found)
    return found


def _row(  # one row has so many sides
    cells: Sequence[str],
    widths: Sequence[int],
    aligns: Iterable[str],
    font: str,
    size: float,
    *,
    header: bool,
) -> BaseOxmlElement:
    properties = element("trPr", element("cantSplit"))
    if header:
        properties.append(element("tblHeader"))
    made = (
        _cell(words, width, align, run(words, font, size))
        for words, width, align in zip(cells, widths, aligns, strict=True)
    )
    return element("tr", properties, *made)


def _cell(words: str, width: int, align: str, piece: BaseOxmlElement) -> BaseOxmlElement:
    look = element(
        "pPr",
        element("snapToGrid", val=0),
        element("spacing", before=20, after=20, line=260, lineRule="auto"),
        element("ind", firstLine=0),
        element("jc", val=align),
    )
    properties = element(
        "tcPr", element("tcW", w=width, type="dxa"), element("vAlign", val="center")
    )
    return element("tc", properties, element("p", look, *([piece] if words else [])))


def plain(made: Table, width: int) -> BaseOxmlElement:
    """A table without a heading row, in small type."""
    widths = [int(width * share) for share in (0.14, 0.36, 0.14)]
    widths.append(width - sum(widths))
    size = SIZES["五号"]
    rows = [
        _row(row, widths, made.aligns, SONG, size, header=False) for row in (made.head, *made.rows)
    ]
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", _properties(width), grid, *rows)


def heat(made: HeatMap, width: int) -> BaseOxmlElement:
    """A heat map: names at the left and above, in each cell its number on a grey that tells how large it is."""
    first = int(width * _NAMES)
    each = (width - first) // max(len(made.columns), 1)
    widths = [width - each * len(made.columns), *(each for _ in made.columns)]
    aligns = ["left", *("center" for _ in made.columns)]
    size = SIZES["小五"]
    rows = [_row(("", *made.columns), widths, ["center"] * len(widths), HEI, size, header=True)]
    for name, cells in zip(made.rows, made.cells, strict=True):
        told = (name, *(str(count or "") for count in cells))
        row = _row(told, widths, aligns, FANG, size, header=False)
        for cell, count in zip(row.findall(qn("w:tc"))[1:], cells, strict=True):
            grey = SHADES[made.shade(count)]
            cell.find(qn("w:tcPr")).insert(1, element("shd", val="clear", color="auto", fill=grey))
        rows.append(row)
    _keep(rows[-1:])  # its caption stands below
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", _properties(width), grid, *rows)


def imprint(lines: Sequence[Sequence[str]], width: int, *, ruled: bool) -> BaseOxmlElement:
    """版记: a table that stands at the foot of the page on which it comes; lines of 0.35 mm, between them of 0.25 mm.

    Its cells are as wide as the text, which is what counts for Word in a fixed layout; the table says a little less,
    because LibreOffice floats no table that leaves so little room beside it.
    """
    place = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="margin",
        tblpXSpec="center",
        tblpYSpec="bottom",
    )
    look = element("tblPr", place, element("tblW", w=width - _ROOM_TO_FLOAT, type="dxa"))
    if ruled:
        sizes = (("top", 8), ("bottom", 8), ("insideH", 6))
        edges = (
            element(edge, val="single", sz=size, space=0, color="000000") for edge, size in sizes
        )
        look.append(element("tblBorders", *edges))
    look.append(element("tblLayout", type="fixed"))
    rows = (_imprint_row(texts, width) for texts in lines)
    return element("tbl", look, element("tblGrid", element("gridCol", w=width)), *rows)


def _imprint_row(texts: Sequence[str], width: int) -> BaseOxmlElement:
    """A line of the imprint: 四号, a character in from the edges; a second text stands at the right."""
    size = SIZES["四号"]
    character = round(size * 20)
    pieces = [run(texts[0], FANG, size)]
    for words in texts[1:]:
        pieces += [element("r", element("tab")), run(words, FANG, size)]
    folded = 0 if len(texts) > 1 else 3 * character
    look = element(
        "pPr",
        element("tabs", element("tab", val="right", pos=width - 2 * character)),
        element("snapToGrid", val=0),
        element("spacing", before=40, after=40, line=440, lineRule="exact"),
        element("ind", left=character + folded, right=character, hanging=folded),
        element("jc", val="left"),
    )
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    cell = element("tc", properties, element("p", look, *pieces))
    return element("tr", element("trPr", element("cantSplit")), cell)
