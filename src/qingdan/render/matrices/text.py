"""The matrix at a terminal: a table there, aligned columns in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.matrices import GOOD
from qingdan.render.formats.visible import visible
from qingdan.render.matrices import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from qingdan.model.matrices import Matrix

_NAME = 40
_COLOURS = {
    "pending": "cyan",
    "excepted": "cyan",
    "agrees": "green",
    "outside": "dim",
    "untaken": "yellow",
}


def plain(matrix: Matrix, *, everything: bool) -> str:
    """Aligned columns: the items that disagree (or all), the rows on no list, the sums, the conclusion."""
    blocks = [_aligned([_head(matrix), *rows])] if (rows := _rows(matrix, everything)) else []
    if matrix.strays:
        blocks.append("清单以外的记录：\n" + _aligned([words.STRAY, *words.strays(matrix)]))
    return "\n".join([*blocks, _aligned(words.sums(matrix)), words.conclusion(matrix)]) + "\n"


def tables(matrix: Matrix, *, everything: bool) -> str:
    """The same as tables with colours for a terminal; without colours where NO_COLOR asks for it."""
    from rich.console import Console

    console = Console()
    with console.capture() as capture:
        lines = [line for line in matrix.lines if everything or not line.agrees]
        if lines:
            table = _table(_head(matrix))
            for line in lines:
                cells = [_coloured(cell.text, cell.standing) for cell in line.cells]
                table.add_row(*map(_escaped, (line.code, line.name, line.unit, line.state)), *cells)
            console.print(table)
        if matrix.strays:
            console.print(_filled(words.STRAY, words.strays(matrix), "清单以外的记录"))
        head, *rows = words.sums(matrix)
        console.print(_filled(head, rows, "各系统"))
        console.print(words.conclusion(matrix), markup=False, highlight=False)
    return capture.get()


def _head(matrix: Matrix) -> tuple[str, ...]:
    return (*words.LEADING, *(system.title for system in matrix.systems))


def _rows(matrix: Matrix, everything: bool) -> list[tuple[str, ...]]:
    return [
        (line.code, _cut(line.name), line.unit, line.state, *(cell.text for cell in line.cells))
        for line in matrix.lines
        if everything or not line.agrees
    ]


def _cut(text: str) -> str:
    """A name that is not wider than the column; ``…`` for what is left out."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= _NAME else set_cell_size(text, _NAME - 2).rstrip() + "…"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns two blanks apart; a Chinese character is two wide."""
    from rich.cells import cell_len

    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in shown
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _table(head: Sequence[str], title: str = "") -> Table:
    from rich.table import Table

    table = Table(title=title or None, title_justify="left")
    for heading in head:
        table.add_column(heading, overflow="fold")
    return table


def _filled(head: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> Table:
    table = _table(head, title)
    for row in rows:
        table.add_row(*map(_escaped, row))
    return table


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(visible(text))


def _coloured(text: str, standing: str) -> str:
    colour = _COLOURS.get(standing, "red") if standing in {*GOOD, "untaken"} else "red"
    return f"[{colour}]{_escaped(text)}[/]"
