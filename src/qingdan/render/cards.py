"""Cards and lists of items as text: wrapped and coloured on a terminal, one line a line elsewhere.

rich counts the cells of Chinese characters, so columns stand straight in both.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType
    from rich.table import Table as Grid
    from rich.text import Text

    from qingdan.model.cards import Card, Part, Table

_ENDLESS = 100_000
"""The width where nothing is wrapped."""


_CODE = 20
"""What is no longer is a code or a day and stays in one piece; names are wrapped, or they would leave the other columns no room."""


def card(value: Card, width: int | None = None, *, colours: bool = False) -> str:
    """A card; ``width`` in cells of the terminal, None where it goes to a file or another program."""
    heading = [_text(value.title, "bold"), *(_text(note) for note in value.notes)]
    return _printed([*heading, _text(""), _parts(value.parts)], width, colours=colours)


def table(value: Table, width: int | None = None, *, colours: bool = False) -> str:
    """A table with its headings; nothing where there are no rows."""
    return _printed([_table(value)], width, colours=colours) if value.rows else ""


def _printed(pieces: Iterable[RenderableType], width: int | None, *, colours: bool) -> str:
    from rich.console import Console

    console = Console(
        file=io.StringIO(),
        width=width or _ENDLESS,
        force_terminal=colours,
        color_system="standard" if colours else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        for piece in pieces:
            console.print(piece)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _text(words: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(visible(words), style=style)


def _grid(columns: Sequence[str], *, whole: bool = True) -> Grid:
    """A grid without lines, with a style a column; ``whole``: the first column is never wrapped."""
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 2, 0, 0))
    for place, style in enumerate(columns):
        grid.add_column(style=style, no_wrap=whole and place == 0, overflow="fold")
    return grid


def _parts(parts: Iterable[Part]) -> Grid:
    grid = _grid(("cyan", ""))
    for part in parts:
        grid.add_row(_text(part.label), _part(part))
    return grid


def _part(part: Part) -> RenderableType:
    from rich.console import Group

    pieces: list[RenderableType] = [_text(line) for line in part.lines]
    pieces += [_entries(part.entries)] if part.entries else []
    pieces += [_table(part.table)] if part.table else []
    pieces += [_parts(part.parts)] if part.parts else []
    return Group(*(pieces or [_text("")]))


def _entries(entries: Sequence[Sequence[str]]) -> Grid:
    from rich.console import Group

    grid = _grid(("dim", ""))
    for number, lines in enumerate(entries, 1):
        grid.add_row(_text(f"{number}."), Group(*map(_text, lines)))
    return grid


def _table(value: Table) -> Grid:
    from rich.cells import cell_len

    longest = max((cell_len(row[0]) for row in value.rows), default=0)
    grid = _grid(["" for _ in value.heads], whole=longest <= _CODE)
    grid.add_row(*(_text(head, "dim") for head in value.heads))
    for row in value.rows:
        grid.add_row(*map(_text, row))
    return grid
