"""The matrix as a page of its own: colour and word, nothing to load, no scripts, good on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.matrices import MEANINGS, WORDS
from qingdan.render.documents import day_words, pages
from qingdan.render.matrices import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.matrices import Line, Matrix


class _Square(Struct, frozen=True):
    """A cell on the page; ``first`` and ``last`` are the numbers of its notes, 0 for none."""

    standing: str
    text: str
    first: int = 0
    last: int = 0


class _Note(Struct, frozen=True):
    """What is said of one cell: its number, what it is about, the finding."""

    number: int
    about: str
    finding: Finding


def render(matrix: Matrix) -> str:
    """The page: sums, legend, the items that disagree, the rows on no list, every note, then the rest."""
    notes: list[_Note] = []
    wrong = [(line, _squares(matrix, line, notes)) for line in matrix.lines if not line.agrees]
    right = [(line, _squares(matrix, line, notes)) for line in matrix.lines if line.agrees]
    titles = {held.id: held.title for held in matrix.systems}
    strays = [
        (row, _noted(f"{stray.name}　{titles[stray.system]}", stray.findings, notes))
        for row, stray in zip(words.strays(matrix), matrix.strays, strict=True)
    ]
    used = {cell.standing for line in matrix.lines for cell in line.cells}
    return pages().get_template("matrix.html").render(
        matrix=matrix,
        day=day_words(str(matrix.day)),
        conclusion=words.conclusion(matrix),
        sums=words.sums(matrix),
        leading=words.LEADING,
        groups=[("不一致的事项", wrong), ("一致的事项", right)],
        stray_head=words.STRAY,
        strays=strays,
        notes=notes,
        severities=SEVERITY_WORDS,
        legend=[(key, WORDS[key], MEANINGS[key]) for key in WORDS if key in used],
    )  # fmt: skip


def _squares(matrix: Matrix, line: Line, notes: list[_Note]) -> Sequence[_Square]:
    """The cells of a line; what they say in full is added to the notes."""
    squares = []
    for held, cell in zip(matrix.systems, line.cells, strict=True):
        numbers = _noted(f"{line.name}（{line.code}）　{held.title}", cell.findings, notes)
        squares.append(_Square(cell.standing, cell.text, *numbers))
    return squares


def _noted(about: str, findings: Sequence[Finding], notes: list[_Note]) -> tuple[int, int]:
    """Add findings to the notes; the numbers of the first and the last, or 0 and 0."""
    first = len(notes) + 1
    notes += [_Note(first + place, about, finding) for place, finding in enumerate(findings)]
    return (first, len(notes)) if findings else (0, 0)
