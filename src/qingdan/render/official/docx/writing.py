"""A document to the bytes of a Word file: red head, text, signature, imprint, page numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Twips
from msgspec.structs import replace

from qingdan.model.charts import HeatMap
from qingdan.model.documents import (
    Appendix,
    Figure,
    Heading,
    Paragraph,
    Table,
    is_sheet,
    is_wide,
)
from qingdan.render.charts.word import put_chart
from qingdan.render.official import elements
from qingdan.render.official.docx import tables
from qingdan.render.official.docx.packing import (
    BIAO,
    BODY,
    FANG,
    HEI,
    KAI,
    PITCH,
    SONG,
    fresh,
    grid,
    packed,
)
from qingdan.render.official.docx.xml import element, field, run, twips
from qingdan.render.official.measures import (
    ACROSS,
    CHARACTERS,
    EMBLEM_TOP,
    MARGINS,
    PAPER,
    SIZES,
    emblem_size,
    ems,
    tears,
    title_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section, _Footer, _Header

    from qingdan.model.documents import Block, Document
    from qingdan.render.official.elements import Labels

RED = "E60012"
CHARACTER = int(BODY * 20)
"""A character of the text in twips."""
_WIDTH = twips(PAPER[0]) - twips(MARGINS["left"]) - twips(MARGINS["right"])
_WIDTH_ACROSS = twips(PAPER[1]) - twips(ACROSS["left"]) - twips(ACROSS["right"])
_LETTER_TOP, _LETTER_BOTTOM, _LETTER_WIDER = 30.0, 20.0, 7.0
"""A letter's head begins 30 mm below the edge, its lower line stands 20 mm above it; the lines are 170 mm wide."""
_LETTER_EMBLEM = 36.0
_FOOT = 23.0
_HEADINGS = {1: HEI, 2: KAI, 3: FANG, 4: FANG}
_WITH_SIGNATURE = 2
"""So many lines of the text, or rows of a table, stay with the signature where it can be: it never has a page to itself."""


def docx(document: Document, labels: Labels) -> bytes:
    """The file."""
    return packed(_Writer(document, labels).written())


class _Writer:
    """One document on its way into a file; blocks are appended in their order."""

    def __init__(self, document: Document, labels: Labels) -> None:
        self._document = document
        self._head = document.head
        self._labels = labels
        self._word: WordDocument = fresh(document.head)
        self._all_across = is_sheet(document)
        self._across = self._all_across

    def written(self) -> WordDocument:
        """The whole of it."""
        first = self._word.sections[0]
        (self._landscape if self._across else self._portrait)(first)
        self._footers(first)
        self._opening()
        text = self._document.text
        self._blocks(text, _held(text) if elements.is_signed(self._head) else len(text))
        self._closing()
        appendices = self._document.appendices
        self._blocks(appendices, len(appendices))
        self._upright()
        self._imprint()
        self._settle()
        return self._word

    # pages

    def _portrait(self, section: Section) -> None:
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(PAPER[0]), Mm(PAPER[1])
        self._edges(section, MARGINS)

    def _landscape(self, section: Section) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(PAPER[1]), Mm(PAPER[0])
        self._edges(section, ACROSS)

    def _edges(self, section: Section, margins: dict[str, float]) -> None:
        for side, millimetres in margins.items():
            setattr(section, f"{side}_margin", Twips(twips(millimetres)))
        section.gutter = Mm(0)
        section.header_distance = Mm(_LETTER_TOP if self._is_letter else 15)
        section.footer_distance = Mm(min(_FOOT, margins["bottom"] - 12))
        properties = section._sectPr  # noqa: SLF001 # python-docx has no other door to the grid
        for found in properties.findall(qn("w:docGrid")):
            properties.remove(found)
        properties.append(grid())

    @property
    def _is_letter(self) -> bool:
        return self._head.form == "信函"

    def _turn(self, *, across: bool) -> None:
        """A new page laid the other way, unless it already is laid so; a form with a wide table is so altogether."""
        if across == self._across or self._all_across:
            return
        self._across = across
        section = self._word.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        _shrink(self._word.element.body)
        (self._landscape if across else self._portrait)(section)

    def _upright(self) -> None:
        """The imprint stands on a page that is upright."""
        if elements.copied(self._head) or elements.imprint(self._head)[0]:
            self._turn(across=False)

    def _footers(self, section: Section) -> None:
        size = SIZES["四号"]
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            look = element(
                "pPr",
                element("snapToGrid", val=0),
                element("spacing", line=400, lineRule="exact"),
                element("ind", **{side: round(size * 20), "firstLine": 0}),
                element("jc", val=side),
            )
            pieces = [run("— ", SONG, size), *field("PAGE", SONG, size), run(" —", SONG, size)]
            _only(footer, element("p", look, *pieces))
        if self._is_letter:
            section.different_first_page_header_footer = True
            _only(section.first_page_header, self._emblem(), _double("thickThinSmallGap", 60))
            _only(section.first_page_footer, _double("thinThickSmallGap", 0))

    # head

    def _opening(self) -> None:
        head = self._head
        if head.form == "公示":
            self._publication()
        if self._is_letter:
            self._letter_number()
        elif head.issuer:
            self._red_head()
        lines = title_lines(head.title)
        before = 2 * PITCH if head.issuer and not self._is_letter else PITCH
        self._title(lines, before, "Title")
        if head.to:
            self._paragraph(run(elements.addressed(head), FANG, BODY), indent=0)

    def _publication(self) -> None:
        rows = elements.published(self._head, self._labels)
        if rows:
            flat = [text for row in rows for text in row]
            flat += [""] * (-len(flat) % 4)
            pairs = [tuple(flat[place : place + 4]) for place in range(0, len(flat), 4)]
            made = Table(pairs[0], tuple(pairs[1:]), ("left",) * 4)
            self._append(tables.plain(made, _WIDTH))

    def _red_head(self) -> None:
        """份号, 密级 and 紧急程度 at the top, the red name 35 mm below it, number (and who signs), red line."""
        head, top = self._head, elements.top(self._head)
        for line in top:
            self._paragraph(run(line, HEI, BODY), indent=0)
        left = twips(EMBLEM_TOP) - len(top) * PITCH
        self._paragraph(indent=0, exact=max(left, 20))
        self._append(self._emblem())
        spacing = element("spacing", before=2 * PITCH, after=0, line=PITCH, lineRule="exact")
        line = element("bottom", val="single", sz=16, space=11, color=RED)
        look = element("pPr", element("pBdr", line))
        if head.signer:
            stop = element("tab", val="right", pos=_WIDTH - CHARACTER)
            look.append(element("tabs", stop))
        look.extend(
            [
                spacing,
                element("ind", firstLine=0),
                element("jc", val="left" if head.signer else "center"),
            ]
        )
        self._append(element("p", look, *self._numbered()))

    def _numbered(self) -> list[BaseOxmlElement]:
        head = self._head
        if not head.signer:
            return [run(head.number or " ", FANG, BODY)]
        return [
            run(f"　{head.number}", FANG, BODY),
            element("r", element("tab")),
            run(f"{self._labels['signer']}：", FANG, BODY),
            run(head.signer, KAI, BODY),
        ]

    def _emblem(self) -> BaseOxmlElement:
        """发文机关标志; a letter's is smaller and stands in the page's header."""
        size = emblem_size(self._head.issuer)
        size = min(size, _LETTER_EMBLEM) if self._is_letter else size
        look = element(
            "pPr",
            element("snapToGrid", val=0),
            element("spacing", before=0, after=0, line=round(size * 25), lineRule="exact"),
            element("ind", firstLine=0),
            element("jc", val="center"),
        )
        return element("p", look, run(self._head.issuer, BIAO, size, RED))

    def _letter_number(self) -> None:
        """Below a letter's line: 份号 and 密级 at the left, its number at the right."""
        for line in elements.top(self._head):
            self._paragraph(run(line, HEI, BODY), indent=0)
        self._paragraph(run(self._head.number or " ", FANG, BODY), indent=0, align="right")

    def _title(self, lines: Sequence[str], before: int, style: str) -> None:
        size = SIZES["二号"]
        look = element(
            "pPr",
            element("pStyle", val=style),
            element("keepNext"),
            element("snapToGrid", val=0),
            element("spacing", before=before, after=PITCH, line=round(size * 32), lineRule="exact"),
            element("ind", firstLine=0),
            element("jc", val="center"),
        )
        self._append(element("p", look, run("\n".join(lines), BIAO, size)))

    # body

    def _blocks(self, blocks: Sequence[Block], held: int) -> None:
        """Blocks in their order; from the place ``held`` on each is kept with what follows."""
        for place, block in enumerate(blocks):
            self._turn(across=_lies_across(blocks, place))
            self._block(block, keep=place >= held)

    def _block(self, block: Block, *, keep: bool) -> None:
        match block:
            case Heading(level=level, text=text):
                piece = run(text, _HEADINGS[level], BODY)
                self._paragraph(piece, style=f"Heading{level}", keep=True)
            case Appendix(label=label, title=title):
                self._appendix(label, title)
            case Paragraph(role="caption" | "unit"):
                self._above_a_table(block)
            case Paragraph():
                pieces = [run(each.text, HEI if each.bold else FANG, BODY) for each in block.runs]
                mark = [run(block.mark, FANG, BODY)] if block.mark else []
                self._paragraph(*mark, *pieces, align=_aligned(block.text), keep=keep)
            case Table():
                width = _WIDTH_ACROSS if self._across else _WIDTH
                self._append(tables.table(block, width, kept=_WITH_SIGNATURE if keep else 0))
                if not self._across:
                    self._paragraph(indent=0, exact=120, keep=keep)
            case Figure():
                self._figure(block, keep=keep)

    def _above_a_table(self, block: Paragraph) -> None:
        if block.role == "caption":
            self._paragraph(run(block.text, HEI, BODY), indent=0, align="center", keep=True)
        else:
            piece = run(block.text, FANG, SIZES["小四"])
            self._paragraph(piece, indent=0, align="right", keep=True)

    def _figure(self, block: Figure, *, keep: bool) -> None:
        """A chart that the word processor draws, or a shaded table; the caption below it has the title."""
        if isinstance(block.drawn, HeatMap):
            self._append(tables.heat(block.drawn, _WIDTH))
        else:
            paragraph = self._word.add_paragraph()
            put_chart(
                self._word,
                paragraph.add_run(),
                replace(block.drawn, title="", alt=block.alt),
                block.number,
            )
            paragraph._p.insert(0, _single())  # noqa: SLF001 # a drawing needs a line as tall as itself
            paragraph.paragraph_format.keep_with_next = True
        piece = run(block.caption, HEI, SIZES["四号"])
        self._paragraph(piece, indent=0, align="center", keep=keep)

    def _appendix(self, label: str, title: str) -> None:
        """An attachment begins on a new page: its label in the corner, its title in the middle."""
        look = element("pPr", element("pageBreakBefore"), element("ind", firstLine=0))
        self._append(element("p", look, *([run(label, HEI, BODY)] if label else [])))
        if title:
            self._title(title_lines(title), PITCH, "Title")

    # end

    def _closing(self) -> None:
        head = self._head
        if head.attachments:
            self._attachments()
        if elements.is_signed(head):
            self._signature()
        if head.note:
            note = elements.noted(head)
            self._paragraph(run(note, FANG, BODY), align=_aligned(note))

    def _attachments(self) -> None:
        for place, (mark, name) in enumerate(elements.attachments(self._head)):
            begins = 2 if mark.startswith("附件") else 5
            hangs = begins + ems(mark)
            indent = element(
                "ind", left=round(hangs * CHARACTER), hanging=round((hangs - begins) * CHARACTER)
            )
            before = 0 if place else PITCH
            spacing = element("spacing", before=before, after=0, line=PITCH, lineRule="exact")
            look = element("pPr", element("keepNext"), spacing, indent)
            self._append(element("p", look, run(mark + name, FANG, BODY)))

    def _signature(self) -> None:
        """The day four characters from the right, every name centred above it (GB/T 9704 with a seal)."""
        lines = [*self._head.signed, elements.dated(self._head)]
        widest = max(map(ems, lines))
        for place, line in enumerate(lines):
            right = round((4 + (widest - ems(line)) / 2) * CHARACTER)
            last = place == len(lines) - 1
            self._paragraph(
                run(line, FANG, BODY),
                indent=0,
                right=right,
                align="right",
                before=0 if place else 2 * PITCH,
                keep=not last or bool(self._head.note),
            )

    def _imprint(self) -> None:
        """版记 at the foot of the last page: 抄送, then who printed it and when; a letter's has no lines."""
        copied, (printer, day) = elements.copied(self._head), elements.imprint(self._head)
        lines: list[tuple[str, ...]] = [(copied,)] if copied else []
        lines += [(printer, day)] if printer else []
        if lines:
            self._append(tables.imprint(lines, _WIDTH, ruled=not self._is_letter))

    def _settle(self) -> None:
        """A body ends with a paragraph: Word needs one after a table, so small that it begins no page of its own."""
        body = self._word.element.body
        blocks = [child for child in body if child.tag != qn("w:sectPr")]
        if (
            len(blocks) > 1
            and blocks[-2].tag == qn("w:tbl")
            and not blocks[-1].xpath("w:r | w:pPr/w:sectPr")
        ):
            body.remove(blocks.pop())
        if blocks and blocks[-1].tag == qn("w:tbl"):
            self._paragraph(indent=0, exact=20)

    # paragraphs

    def _paragraph(  # noqa: PLR0913 # a paragraph of an official document has so many sides
        self,
        *pieces: BaseOxmlElement,
        indent: int = 2,
        right: int = 0,
        align: str = "both",
        before: int = 0,
        exact: int = PITCH,
        keep: bool = False,
        style: str = "",
    ) -> None:
        look = element("pPr", *([element("pStyle", val=style)] if style else []))
        look.extend([element("keepNext"), element("widowControl")] if keep else [])
        if not pieces:
            look.append(element("snapToGrid", val=0))
        look.append(element("spacing", before=before, after=0, line=exact, lineRule="exact"))
        first = {"firstLineChars": indent * 100, "firstLine": indent * CHARACTER}
        look.append(element("ind", **({"right": right} if right else {}), **first))
        look.append(element("jc", val=align))
        if not pieces:
            look.append(element("rPr", element("sz", val=2)))
        self._append(element("p", look, *pieces))

    def _append(self, made: BaseOxmlElement) -> None:
        self._word.element.body[-1].addprevious(
            made
        )  # a body ends with the properties of its last section


def _held(blocks: Sequence[Block]) -> int:
    """The place of the first block that is kept with the signature: the last, or the one before where the last is one line.

    A longer one before stays where it is: LibreOffice would move it whole, and leave the foot of the page empty.
    """
    lines = [_lines(block) for block in blocks[-2:]]
    short = len(lines) > 1 and lines[-1] < _WITH_SIGNATURE >= lines[0]
    return max(len(blocks) - 1 - short, 0)


def _lines(block: Block) -> int:
    """How many lines a block surely fills."""
    match block:
        case Table(rows=rows):
            return len(rows)
        case Paragraph(text=text):
            return max(math.ceil(ems(text) / CHARACTERS), 1)
        case Figure():
            return 2  # it and its caption
        case _:
            return 1


def _aligned(text: str) -> str:
    return "left" if tears(text) else "both"


def _lies_across(blocks: Sequence[Block], place: int) -> bool:
    """Whether a block belongs to a wide table: the table itself, its caption and its unit."""
    for block in blocks[place:]:
        if isinstance(block, Table):
            return is_wide(block)
        if not (isinstance(block, Paragraph) and block.role in {"caption", "unit"}):
            return False
    return False


def _single() -> BaseOxmlElement:
    """The look of a paragraph as tall as what it holds."""
    return element(
        "pPr",
        element("snapToGrid", val=0),
        element("spacing", before=120, after=0, line=240, lineRule="auto"),
        element("ind", firstLine=0),
        element("jc", val="center"),
    )


def _only(part: _Header | _Footer, *paragraphs: BaseOxmlElement) -> None:
    """Put these paragraphs, and nothing else, into a header or a footer."""
    part.is_linked_to_previous = False
    root = part._element  # noqa: SLF001 # python-docx has no other door to a header's XML
    for child in list(root):
        root.remove(child)
    root.extend(paragraphs)


def _double(line: str, before: int) -> BaseOxmlElement:
    """A letter's double red line, wider than the text on both sides."""
    border = element("top", val=line, sz=24, space=1, color=RED)
    wider = -twips(_LETTER_WIDER)
    look = element(
        "pPr",
        element("pBdr", border),
        element("snapToGrid", val=0),
        element("spacing", before=twips(4) if before else 0, after=0, line=60, lineRule="exact"),
        element("ind", left=wider, right=wider, firstLine=0),
    )
    return element("p", look)


def _shrink(body: BaseOxmlElement) -> None:
    """Make the paragraph that ends a section as small as can be, so that it never makes a page of its own."""
    look = body.findall(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")[-1].getparent()
    look.insert(0, element("spacing", before=0, after=0, line=20, lineRule="exact"))
