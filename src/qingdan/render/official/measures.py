"""The measures of GB/T 9704-2012, in millimetres and points, and how wide texts and columns are."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qingdan.model.documents import is_wide

if TYPE_CHECKING:
    from qingdan.model.documents import Table

PAPER = (210.0, 297.0)
"""A4."""
MARGINS = {"top": 37.0, "bottom": 35.0, "left": 28.0, "right": 26.0}
ACROSS = {"top": 28.0, "bottom": 26.0, "left": 35.0, "right": 37.0}
"""The same edges of the paper where a page is laid across: it is bound at its top."""
TEXT_WIDTH, TEXT_HEIGHT = 156.0, 225.0
TEXT_WIDTH_ACROSS = 225.0
LINES, CHARACTERS = 22, 28

POINT = 25.4 / 72
SIZES = {"二号": 22.0, "三号": 16.0, "四号": 14.0, "小四": 12.0, "五号": 10.5, "小五": 9.0}
EMBLEM_TOP = 35.0
"""From the top of the text to the red head; 30 mm from the edge of the paper in a letter."""
_EMBLEM_LARGEST = 60.0
_MOST = 40.0
_LEAST, _SHORT, _FOLDED, _PADDING = 2.0, 9.0, 6.0, 0.9
_EASY = 0.85
"""What part of the width the shortest texts may take before the type gets smaller."""

_LONG = CHARACTERS / 4
_AFTER_HYPHENS = re.compile(r"(?<=-)(?=[A-Za-z])")
_SEAMS = re.compile(r"(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])")


def cells(text: str) -> int:
    """How many half-width places a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def ems(text: str) -> float:
    """How many full-width characters a text takes."""
    return cells(text) / 2


def emblem_size(text: str) -> float:
    """The points of the red head: as large as the width allows, and no larger than the standard does."""
    room = TEXT_WIDTH / POINT * 0.98
    return round(min(_EMBLEM_LARGEST, room / max(ems(text), 1)), 1)


def text_size(table: Table) -> float:
    """The points of a table's text: 小四, or smaller where there is much to hold."""
    need = sum(need for need, _ in map(_needs, _columns(table)))
    sizes = (SIZES["小四"], SIZES["五号"], SIZES["小五"])
    return next((size for size in sizes if need <= _room(table, size) * _EASY), sizes[-1])


def shares(table: Table) -> list[float]:
    """What part of the width each column gets: what it needs at least, and of the rest as much as it could use."""
    columns = [_needs(column) for column in _columns(table)]
    left = max(_room(table, text_size(table)) - sum(need for need, _ in columns), 0)
    wishes = sum(wish for _, wish in columns)
    found = [
        need + (left * wish / wishes if wishes else left / len(columns)) for need, wish in columns
    ]
    return [each / sum(found) for each in found]


def _room(table: Table, size: float) -> float:
    """How many characters of a size stand side by side where the table does."""
    return (TEXT_WIDTH_ACROSS if is_wide(table) else TEXT_WIDTH) / POINT / size


def _columns(table: Table) -> list[list[str]]:
    return [[row[place] for row in (table.head, *table.rows)] for place in range(len(table.head))]


def _needs(column: list[str]) -> tuple[float, float]:
    """In full-width characters: what a column needs at least (its longest word, short texts whole), and what more it could use."""
    widest = max(map(_spaced, column))
    word = max(ems(part) for text in column for part in _unbroken(text))
    need = max(_LEAST, word, widest if widest <= _SHORT else _FOLDED) + _PADDING
    return need, min(max(widest - need, 0), _MOST)


def _spaced(text: str) -> float:
    """The width of a text where a quarter of a character is put between Chinese and Latin, as LibreOffice does."""
    return ems(text) + len(_SEAMS.findall(text)) / 4


def _unbroken(text: str) -> list[str]:
    """The pieces of a text that no line can break: codes and numbers."""
    plain = "".join(char if char.isascii() and not char.isspace() else " " for char in text)
    return plain.split() or [""]


def tears(text: str) -> bool:
    """Whether a text has a piece so long (an address, a commit's id) that the line before it would be torn wide apart.

    Such a paragraph is not justified. Its words are not broken either: no number may be, by GB/T 9704.
    """
    pieces = (piece for part in _unbroken(text) for piece in _AFTER_HYPHENS.split(part))
    return max(map(ems, pieces)) > _LONG


_BREAKS_AFTER = "》、，）的和度期局府"
_BREAKS_BEFORE = "《（关"


def title_lines(title: str) -> list[str]:
    """A title in 二号 in lines of about the same length, broken between words where that can be told."""
    most = int(TEXT_WIDTH / POINT / SIZES["二号"])
    count = -(-int(ems(title) + 0.5) // most)
    lines: list[str] = []
    rest = title
    for left in range(max(count, 1), 1, -1):
        place = _break(rest, len(rest) / left, most)
        lines.append(rest[:place])
        rest = rest[place:]
    return [*lines, rest]


def _break(text: str, ideal: float, most: int) -> int:
    """The best place for a break near ``ideal``, in a line that holds ``most`` characters."""
    near = range(max(1, int(ideal) - 4), min(len(text), int(ideal) + 5))
    good = [place for place in near if _breaks(text, place) and ems(text[:place]) <= most]
    whole = [place for place in near if not (text[place - 1].isascii() and text[place].isascii())]
    return min(good or whole or [round(ideal)], key=lambda place: abs(place - ideal))


def _breaks(text: str, place: int) -> bool:
    return text[place - 1] in _BREAKS_AFTER or text[place] in _BREAKS_BEFORE
