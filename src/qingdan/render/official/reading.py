"""A filled template as a document: the head by its schema, the body's Markdown block by block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import unquote

from markdown_it import MarkdownIt

from qingdan.model.documents import Appendix, Document, Figure, Heading, Paragraph, Run, Table
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from qingdan.model.charts import Drawn
    from qingdan.model.documents import Align, Block, Head
    from qingdan.render.official.filling import Filled

_APPENDIX = re.compile(r"(附件[0-9]*)(?:[\s　：:]+(.*))?")
_UNIT = re.compile(r"[（(]?单位[：:].{1,20}?[）)]?")
_CHART = "chart"
"""The scheme of a picture that is a chart of the document's data."""
_ALIGNS = {"text-align:center": "center", "text-align:right": "right"}


def document(
    head: Head, body: str, filled: Filled, drawn: Mapping[str, Drawn] | None = None
) -> Document:
    """The document whose body is this piece of a filled template.

    ``![](chart:ranking)`` on a line of its own is the chart of that name among ``drawn``; UsageError where there is
    none, and for any other picture.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(body)
    return Document(head, tuple(_Reader(tokens, filled, drawn or {}).blocks()))


class _Reader:
    """One walk over the tokens of a body."""

    def __init__(self, tokens: Sequence[Token], filled: Filled, drawn: Mapping[str, Drawn]) -> None:
        self._tokens = tokens
        self._filled = filled
        self._drawn = drawn
        self._figures = 0
        self._marks: list[int] = []

    def blocks(self) -> Iterator[Block]:
        """Every block in its order."""
        place = 0
        while place < len(self._tokens):
            token = self._tokens[place]
            if token.type == "table_open":
                place, table = self._table(place)
                yield table
            elif token.type == "inline":
                yield self._block(self._tokens[place - 1], token, place)
            elif token.type in {"fence", "code_block"}:
                yield Paragraph((Run(self._filled.restored(token.content.strip())),))
            self._count(token)
            place += 1

    def _count(self, token: Token) -> None:
        """Keep the number of the list item that is being read; 0 in a list without numbers."""
        if token.type == "ordered_list_open":
            self._marks.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type == "bullet_list_open":
            self._marks.append(-1)
        elif token.type == "list_item_open" and self._marks[-1] >= 0:
            self._marks[-1] += 1
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            self._marks.pop()

    def _block(self, opened: Token, inline: Token, place: int) -> Block:
        children = [
            child for child in inline.children or () if child.content.strip() or child.attrs
        ]
        if len(children) == 1 and children[0].type == "image":
            return self._figure(children[0])
        runs = tuple(self._runs(inline.children or ()))
        text = "".join(run.text for run in runs)
        if opened.type == "heading_open":
            return _heading(int(opened.tag[1]), text)
        if self._marks:
            return Paragraph(runs, "item", self._mark() if self._first(place) else "")
        return Paragraph(runs, self._role(runs, text, place))

    def _figure(self, image: Token) -> Figure:
        """The chart that a picture names."""
        source = self._filled.restored(unquote(str(image.attrs["src"])))
        scheme, _, name = source.partition(":")
        if scheme != _CHART or name not in self._drawn:
            known = "、".join(f"{_CHART}:{each}" for each in self._drawn) or "没有"
            raise UsageError(f"{self._filled.name}：没有“{source}”这张图，可用的图：{known}。")
        self._figures += 1
        drawn = self._drawn[name]
        return Figure(drawn, self._figures, self._filled.restored(image.content) or drawn.alt)

    def _first(self, place: int) -> bool:
        """Whether this is the paragraph with which a list item begins."""
        return self._tokens[place - 2].type == "list_item_open"

    def _mark(self) -> str:
        number = self._marks[-1]
        if number < 0:
            return ""
        return f"{number}. " if len(self._marks) == 1 else f"（{number}）"

    def _role(
        self, runs: Sequence[Run], text: str, place: int
    ) -> Literal["", "item", "caption", "unit"]:
        following = [token.type for token in self._tokens[place + 2 : place + 6]]
        if _UNIT.fullmatch(text) and "table_open" in following[:1]:
            return "unit"
        if all(run.bold for run in runs) and "table_open" in following:
            return "caption"
        return ""

    def _table(self, place: int) -> tuple[int, Table]:
        rows: list[list[str]] = []
        aligns: list[Align] = []
        while self._tokens[place].type != "table_close":
            token = self._tokens[place]
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                aligns.append(cast("Align", _ALIGNS.get(str(token.attrs.get("style", "")), "left")))
            elif token.type == "inline":
                rows[-1].append("".join(run.text for run in self._runs(token.children or ())))
            place += 1
        head, *body = (tuple(row) for row in rows)
        return place, Table(head, tuple(body), tuple(aligns))

    def _runs(self, children: Sequence[Token]) -> Iterator[Run]:
        """The pieces of a paragraph; neighbours alike are one."""
        bold, text, runs = False, "", []
        for child in children:
            if child.type in {"strong_open", "strong_close"}:
                runs.append(Run(text, bold))
                bold, text = child.type == "strong_open", ""
            elif child.type == "hardbreak":
                text += "\n"
            else:
                text += self._filled.restored(child.content)
        runs.append(Run(text, bold))
        yield from (run for run in runs if run.text)


def _heading(level: int, text: str) -> Block:
    """Level 1 of Markdown begins an attachment, the others are the levels of an official document."""
    found = _APPENDIX.fullmatch(text)
    if level == 1:
        return Appendix(found[1], found[2] or "") if found else Appendix("", text)
    return Heading(min(level - 1, 4), text)
