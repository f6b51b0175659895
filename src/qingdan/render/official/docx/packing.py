"""The file around the document: fonts by name with stand-ins, grid, properties, and bytes that do not depend on the clock."""

from __future__ import annotations

import io
import math
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from qingdan.render.official.docx.xml import element, fonts
from qingdan.render.official.measures import (
    CHARACTERS,
    LINES,
    POINT,
    SIZES,
    TEXT_HEIGHT,
    TEXT_WIDTH,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle

    from qingdan.model.documents import Head

BIAO, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
_STAND_INS = {BIAO: "华文中宋", FANG: "仿宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}
"""What Word takes where the first is not installed."""

PITCH = int(TEXT_HEIGHT / LINES / POINT * 20)
"""The height of a line in twentieths of a point: 22 to a page."""
BODY = SIZES["三号"]
_CLOSER = math.floor((TEXT_WIDTH / POINT / CHARACTERS - BODY) * 20)
"""How much closer characters stand, in twentieths of a point, so that 28 of 16 points fit a line of 156 mm. A grid of
characters would say the same to Word; LibreOffice gives a character that is wider than a place of the grid two of them."""

_STYLES = (
    ("Title", BIAO, SIZES["二号"]),
    ("Heading 1", HEI, BODY),
    ("Heading 2", KAI, BODY),
    ("Heading 3", FANG, BODY),
    ("Heading 4", FANG, BODY),
    ("Header", SONG, SIZES["四号"]),
    ("Footer", SONG, SIZES["四号"]),
)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TYPES = "[Content_Types].xml"
_DROPPED = frozenset({RT.THUMBNAIL, RT.EXTENDED_PROPERTIES, RT.CUSTOM_XML})


def fresh(head: Head) -> WordDocument:
    """An empty document with our styles, fonts and properties, and nothing of the library's own template."""
    document = docx.Document()
    package = document.part.package
    for part in (package, document.part):
        for key in [key for key, found in part.rels.items() if found.reltype in _DROPPED]:
            del part.rels[key]
    _name_fonts(document)
    _styles(document)
    _settings(document)
    _properties(document, head)
    return document


def grid() -> BaseOxmlElement:
    """22 lines to a page."""
    return element("docGrid", type="lines", linePitch=PITCH)


def packed(document: WordDocument) -> bytes:
    """The file; its parts in order, and no trace of when it was made."""
    raw = io.BytesIO()
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _TYPES, name)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()


def _name_fonts(document: WordDocument) -> None:
    """The font table: which other font serves where one is missing."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    each = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if name == HEI else "roman"}"/><w:pitch w:val="fixed"/></w:font>'
        for name, other in _STAND_INS.items()
    )
    table = document.part.part_related_by(RT.FONT_TABLE)
    table._blob = (  # noqa: SLF001 # python-docx has no other door to a part that it does not read
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{namespace}">{each}</w:fonts>'
    ).encode()


def _styles(document: WordDocument) -> None:
    normal: ParagraphStyle = document.styles["Normal"]
    _look(normal, FANG, BODY)
    properties = normal.element.get_or_add_pPr()
    for child in (
        element("widowControl", val=0),
        element("autoSpaceDE", val=0),
        element("autoSpaceDN", val=0),
        element("spacing", before=0, after=0, line=PITCH, lineRule="exact"),
        element("jc", val="both"),
    ):
        properties.append(child)
    for name, font, size in _STYLES:
        _look(document.styles[name], font, size)
        if name.startswith("Heading"):  # Word's navigation follows the outline
            outline = element("outlineLvl", val=int(name[-1]) - 1)
            document.styles[name].element.get_or_add_pPr().append(outline)


def _look(style: ParagraphStyle, font: str, size: float) -> None:
    """Font and size alone: no colour, border or spacing of the library's template stays."""
    for tag in ("w:rPr", "w:pPr"):
        for found in style.element.findall(qn(tag)):
            style.element.remove(found)
    half = round(size * 2)
    look = style.element.get_or_add_rPr()
    look.extend(
        [
            fonts(font),
            element("b", val=0),
            element("i", val=0),
            element("color", val="000000"),
            element("spacing", val=_CLOSER if size == BODY else 0),
            element("sz", val=half),
            element("szCs", val=half),
            element("lang", val="en-US", eastAsia="zh-CN"),
        ]
    )


def _settings(document: WordDocument) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    for found in settings.findall(qn("w:compat")):
        settings.remove(found)
    uri = "http://schemas.microsoft.com/office/word"
    compat = element("compat", element("compatSetting", name="compatibilityMode", uri=uri, val=15))
    places = [place for place, child in enumerate(settings) if child.tag in _AFTER_COMPAT]
    settings.insert(places[0] if places else len(settings), compat)


_AFTER_COMPAT = frozenset(
    qn(f"w:{tag}")
    for tag in (
        "docVars",
        "rsids",
        "themeFontLang",
        "clrSchemeMapping",
        "shapeDefaults",
        "decimalSymbol",
        "listSeparator",
    )
) | {qn("m:mathPr")}


def _properties(document: WordDocument, head: Head) -> None:
    """What the file says of itself: its title, who issues it, its own day; not who or what wrote it, and when."""
    day = datetime.fromisoformat(head.dated or "1980-01-01").replace(tzinfo=UTC)
    told = document.core_properties
    told.title = head.title[:255]
    told.author = (head.signed[0] if head.signed else head.issuer)[:255]
    told.last_modified_by = told.author
    told.comments = told.subject = told.keywords = told.category = ""
    told.created = told.modified = day
    told.last_printed = day
    told.revision = 1
    told.language = "zh-CN"
