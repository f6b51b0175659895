"""A document as Markdown that people read and paste: the elements of its head in their places, as on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.charts import grid
from qingdan.model.documents import Appendix, Figure, Heading, Paragraph, Table
from qingdan.render.documents import literal
from qingdan.render.official import elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.documents import Block, Document, Head
    from qingdan.render.official.elements import Labels

_RULES = {"left": "---", "center": ":---:", "right": "---:"}


def markdown(document: Document, labels: Labels) -> str:
    """The whole document."""
    parts = [
        *_opening(document.head, labels),
        *_blocks(document.text),
        *_closing(document.head),
        *_blocks(document.appendices),
        *_imprint(document.head),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(head: Head, labels: Labels) -> Iterator[str]:
    rows = elements.published(head, labels)
    if rows:
        yield _table(("公开信息", "内容"), rows, ("---", "---"))
    yield "\n\n".join(map(literal, elements.top(head)))
    if head.issuer:
        yield f"**{literal(head.issuer)}**"
    yield literal(head.number)
    yield literal(f"{labels['signer']}：{head.signer}" if head.signer else "")
    yield f"# {literal(head.title)}"
    yield literal(elements.addressed(head))


def _closing(head: Head) -> Iterator[str]:
    lines = (
        [literal(f"{mark}{name}") for mark, name in elements.attachments(head)]
        if head.attachments
        else []
    )
    yield "  \n".join(lines)
    yield "  \n".join(map(literal, (*head.signed, elements.dated(head).strip())))
    yield literal(elements.noted(head))


def _imprint(head: Head) -> Iterator[str]:
    yield literal(elements.copied(head))
    yield literal("　".join(text for text in elements.imprint(head) if text))


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block; the items of a list stand together."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.role == "item":
            lines.append(_item(block))
            continue
        if lines:
            yield "\n".join(lines)
            lines = []
        yield _block(block)
    yield "\n".join(lines)


def _item(block: Paragraph) -> str:
    text = _runs(block)
    if not block.mark:
        return f"- {text}"
    return f"{block.mark}{text}" if block.mark[0] != "（" else f"   {block.mark}{text}"


def _block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * (level + 1)} {literal(text)}"
        case Appendix(label=label, title=title):
            return f"# {literal('　'.join(part for part in (label, title) if part))}"
        case Paragraph():
            return _runs(block)
        case Table():
            return _table(block.head, block.rows, [_RULES[align] for align in block.aligns])
        case Figure():
            return _figure(block)


def _figure(block: Figure) -> str:
    """Caption and words, then the numbers as a table: Markdown has no charts."""
    head, rows = grid(block.drawn)
    rules = ["---", *(["---:"] * (len(head) - 1))]
    return "\n\n".join(
        (f"**{literal(block.caption)}**", literal(block.alt), _table(head, rows, rules))
    )


def _runs(block: Paragraph) -> str:
    pieces = (f"**{literal(run.text)}**" if run.bold else literal(run.text) for run in block.runs)
    return "".join(pieces)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], rules: Iterable[str]) -> str:
    lines = [head, *rows]
    first, *rest = (f"| {' | '.join(map(literal, line))} |" for line in lines)
    return "\n".join([first, f"| {' | '.join(rules)} |", *rest])
