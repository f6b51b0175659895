"""An official document (公文) as values: the elements of its head, and the blocks of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import astuple

if TYPE_CHECKING:
    from qingdan.model.charts import Drawn

Form = Literal["公文", "信函", "表格", "公示"]
"""With red head and imprint, as a letter, a bare form or table, a notice to the public."""

FORMS: tuple[Form, ...] = ("公文", "信函", "表格", "公示")


class Publication(Struct, frozen=True):
    """The head of a document on a government's website. Days are as written, ``2026-11-22``."""

    index: str = ""
    subject: str = ""
    genre: str = ""
    publisher: str = ""
    keywords: str = ""
    published: str = ""
    effective: str = ""
    expires: str = ""

    @property
    def given(self) -> bool:
        """Whether there is any of it."""
        return any(astuple(self))


class Head(Struct, frozen=True):
    """The elements of an official document (GB/T 9704-2012); an empty one is not shown.

    ``issuer`` stands in the red head, ``signed`` below the text; ``dated`` and ``printed`` are days as written,
    ``to`` is 主送, ``copied`` is 抄送, ``note`` is 附注.
    """

    title: str
    form: Form = "公文"
    issuer: str = ""
    number: str = ""
    signer: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    to: str = ""
    attachments: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    dated: str = ""
    note: str = ""
    copied: str = ""
    printer: str = ""
    printed: str = ""
    publication: Publication = Publication()


class Run(Struct, frozen=True):
    """A piece of a paragraph."""

    text: str
    bold: bool = False


class Heading(Struct, frozen=True):
    """A heading of level 1 (一、), 2 (（一）), 3 (1.) or 4 (（1）); its number is part of its text."""

    level: int
    text: str


class Paragraph(Struct, frozen=True):
    """A paragraph; ``role`` is item (of a list, with its number in ``mark``), caption or unit (of a table), or empty."""

    runs: tuple[Run, ...]
    role: Literal["", "item", "caption", "unit"] = ""
    mark: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return self.mark + "".join(run.text for run in self.runs)


Align = Literal["left", "center", "right"]


class Table(Struct, frozen=True):
    """A table; every row is as long as ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[Align, ...]


class Appendix(Struct, frozen=True):
    """Here an attachment begins, on a page of its own: ``label`` 附件1, ``title`` what it is called (may be empty)."""

    label: str
    title: str = ""


class Figure(Struct, frozen=True):
    """A chart or a heat map with its number among the document's figures; ``alt`` is read to those who cannot see it."""

    drawn: Drawn
    number: int
    alt: str

    @property
    def caption(self) -> str:
        """图1 and what it shows; it stands below the figure."""
        return f"图{self.number}　{self.drawn.title}"


Block = Heading | Paragraph | Table | Appendix | Figure


class Document(Struct, frozen=True):
    """A document: what every format is made from."""

    head: Head
    body: tuple[Block, ...]

    @property
    def text(self) -> tuple[Block, ...]:
        """The body before the first attachment: the signature follows it."""
        return self.body[: self._end]

    @property
    def appendices(self) -> tuple[Block, ...]:
        """The body from the first attachment on."""
        return self.body[self._end :]

    @property
    def _end(self) -> int:
        places = (place for place, block in enumerate(self.body) if isinstance(block, Appendix))
        return next(places, len(self.body))


MAX_COLUMNS = 7
"""A table with more columns stands on a page of its own, across."""


def is_wide(table: Table) -> bool:
    """Whether a table is laid across."""
    return len(table.head) > MAX_COLUMNS


def is_sheet(document: Document) -> bool:
    """Whether all of a document is laid across: a form with a wide table."""
    tables = (block for block in document.body if isinstance(block, Table))
    return document.head.form == "表格" and any(map(is_wide, tables))
