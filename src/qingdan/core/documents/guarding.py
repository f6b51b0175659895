"""What a document may not say of persons, and where it says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from qingdan.core.privacy import is_telephone, numbers
from qingdan.model.charts import grid
from qingdan.model.documents import Appendix, Figure, Heading, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from qingdan.core.privacy import Personal
    from qingdan.core.schema import Schema
    from qingdan.model.documents import Block, Document

_TELEPHONES = ("电话", "手机", "热线", "联系方式")


class Exposed(Struct, frozen=True):
    """A person's number in a document: which, and where in words."""

    found: Personal
    where: str

    @property
    def forbidden(self) -> bool:
        """Whether the document must not be written: all but a mobile number."""
        return self.found.kind != "mobile"

    @property
    def sentence(self) -> str:
        """What is wrong, in Chinese, without the number itself."""
        return f"{self.where}有疑似{self.found.title}（{self.found.masked}）"


def exposed(document: Document, schema: Schema, known: Collection[str] = ()) -> Iterator[Exposed]:
    """Numbers of persons in a document; mobile numbers only where no telephone number is asked for.

    ``schema`` has the labels of the head; ``known`` are codes of items and units.
    """
    for where, text, telephone in _texts(document, schema):
        for found in numbers(text, known):
            if found.kind != "mobile" or not (telephone or is_telephone(text, found)):
                yield Exposed(found, where)


def _texts(document: Document, schema: Schema) -> Iterator[tuple[str, str, bool]]:
    """Every text, where it stands, and whether it is a field for telephone numbers."""
    for name, value in asdict(document.head).items():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield schema.label((name,)), text, False
    for name, text in asdict(document.head.publication).items():
        yield schema.label(("publication", name)), text, False
    yield from _body(document.body)


def _body(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str, bool]]:
    paragraphs = tables = 0
    for block in blocks:
        match block:
            case Heading(text=text):
                yield f"标题“{text[:20]}”", text, False
            case Appendix(label=label, title=title):
                yield label, f"{label}{title}", False
            case Paragraph():
                paragraphs += 1
                yield f"正文第{paragraphs}段", block.text, False
            case Table():
                tables += 1
                yield from _cells(block, tables)
            case Figure():
                yield from _words(block)


def _words(figure: Figure) -> Iterator[tuple[str, str, bool]]:
    """All that is written in a figure."""
    head, rows = grid(figure.drawn)
    names = (*head, *(row[0] for row in rows))
    for text in (figure.caption, figure.alt, *names):
        yield f"图{figure.number}", text, False


def _cells(table: Table, number: int) -> Iterator[tuple[str, str, bool]]:
    """Each cell; a telephone number is asked for by the heading of its column, or by the cell before it."""
    for place, text in enumerate(table.head):
        yield f"第{number}张表表头", text, place > 0 and _asks(table.head[place - 1])
    for line, row in enumerate(table.rows, 1):
        for place, text in enumerate(row):
            asked = _asks(table.head[place]) or (place > 0 and _asks(row[place - 1]))
            yield f"第{number}张表第{line}行第{place + 1}列", text, asked


def _asks(label: str) -> bool:
    return any(word in label for word in _TELEPHONES)
