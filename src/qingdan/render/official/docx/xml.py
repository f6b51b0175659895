"""Small pieces of WordprocessingML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, *children: BaseOxmlElement, **attributes: str | float) -> BaseOxmlElement:
    """``element("tblW", w=8845, type="dxa")``: an element of the w namespace with attributes of it."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    made.extend(children)
    return made


def text(words: str) -> list[BaseOxmlElement]:
    """A text as what a run holds: its lines with breaks between, its spaces kept."""
    parts: list[BaseOxmlElement] = []
    for line in _NOT_XML.sub("", words).split("\n"):
        if parts:
            parts.append(element("br"))
        piece = element("t")
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        piece.text = line
        parts.append(piece)
    return parts


def fonts(name: str) -> BaseOxmlElement:
    """The font of Chinese and of all other characters."""
    return element("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def run(words: str, font: str, size: float, colour: str = "") -> BaseOxmlElement:
    """A run with font and size of its own."""
    properties = element("rPr", fonts(font))
    if colour:
        properties.append(element("color", val=colour))
    half = round(size * 2)
    properties.extend([element("sz", val=half), element("szCs", val=half)])
    return element("r", properties, *text(words))


def field(instruction: str, font: str, size: float) -> list[BaseOxmlElement]:
    """A field such as PAGE, which Word and LibreOffice work out."""
    half = round(size * 2)

    def piece(*children: BaseOxmlElement) -> BaseOxmlElement:
        look = element("rPr", fonts(font), element("sz", val=half), element("szCs", val=half))
        return element("r", look, *children)

    told = element("instrText")
    told.text = f" {instruction} "
    return [
        piece(element("fldChar", fldCharType="begin")),
        piece(told),
        piece(element("fldChar", fldCharType="separate")),
        piece(*text("1")),
        piece(element("fldChar", fldCharType="end")),
    ]


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(millimetres * 1440 / 25.4)
