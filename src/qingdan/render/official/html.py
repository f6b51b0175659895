"""A document as a page of its own, which any browser prints to A4 as GB/T 9704-2012 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
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
from qingdan.render.documents import pages
from qingdan.render.official import elements
from qingdan.render.official.measures import emblem_size, shares, tears, text_size, title_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.documents import Block, Document
    from qingdan.render.official.elements import Labels

Shown = dict[str, object]


def page(document: Document, labels: Labels) -> str:
    """The whole document."""
    head = document.head
    return (
        pages()
        .get_template("official.html")
        .render(
            head=head,
            title=title_lines(head.title),
            sheet=is_sheet(document),
            labels=labels,
            published=elements.published(head, labels),
            top=elements.top(head),
            emblem=emblem_size(head.issuer),
            to=elements.addressed(head),
            body=list(_shown(document.text)),
            attachments=elements.attachments(head) if head.attachments else (),
            dated=elements.dated(head),
            note=elements.noted(head),
            ragged=tears(head.note),
            appendices=list(_shown(document.appendices)),
            copied=elements.copied(head),
            imprint=elements.imprint(head),
        )
    )


def _shown(blocks: Iterable[Block]) -> Iterator[Shown]:
    for block in blocks:
        match block:
            case Heading(level=level, text=text):
                yield {"kind": "heading", "level": level, "text": text}
            case Appendix(label=label, title=title):
                yield {"kind": "appendix", "label": label, "title": title}
            case Paragraph():
                yield {"kind": "paragraph", "block": block, "ragged": tears(block.text)}
            case Table():
                yield {
                    "kind": "table",
                    "block": block,
                    "wide": is_wide(block),
                    "size": text_size(block),
                    "shares": [f"{share:.1%}" for share in shares(block)],
                }
            case Figure():
                yield _figure(block)


def _figure(block: Figure) -> Shown:
    """A heat map is a table whose cells are shaded; a chart is drawn without its title, which the caption has."""
    shown: Shown = {"kind": "figure", "block": block, "heat": None, "drawing": ""}
    if isinstance(block.drawn, HeatMap):
        return shown | {"heat": block.drawn}
    from qingdan.render.charts.svg import svg

    drawing = svg(replace(block.drawn, title="", alt=block.alt))
    return shown | {"drawing": Markup(drawing)}  # noqa: S704 lxml wrote it, every text escaped
