"""Where values stand in a text that has a line for each of them, found without parsing it.

Findings need lines, and a system's snapshot of 64,000 rows has 1.3 million events: the strict reader takes half a
minute to tell where they all stand, when only a few places are asked for. In block style, with every scalar on one
line, indentation alone tells what stands where. Whether a text is of that kind is asked of all of it first: what is
written in another way (flow style, comments, texts over several lines) is left to the strict reader.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.model.findings import Places, Pointer

_KEY = r"[A-Za-z_\u3400-\u9fff][A-Za-z0-9_\u3400-\u9fff-]*+:"
_PLAIN = (
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=\S))"
    r"[^\r\n:#]*+(?:(?::(?=\S)|(?<=\S)#)[^\r\n:#]*+)*+"
)
_SCALAR = rf"(?:{_PLAIN}|'(?:[^'\r\n]|'')*+'|\"(?:[^\"\\\r\n]|\\.)*+\"|\[\]|{{}})"
_LINES = pattern(
    rf"(?: *+(?:- )?+{_KEY}\n"
    rf"|( *+){_KEY} {_SCALAR}\n(?!\1 )"
    rf"|( *+)- {_KEY} {_SCALAR}\n(?!\2   )"
    rf"|( *+)- {_SCALAR}\n(?!\3 ))*+"
)
"""Keys and elements, one a line; what is indented after a scalar would go on with it, so nothing may be."""


def places(text: str, wanted: Iterable[Pointer]) -> Places | None:
    """Where the ``wanted`` values stand, and what they stand in, as far as it is there; None for a text of another kind."""
    if text.startswith(" ") or not _LINES.fullmatch(text):
        return None
    lines = _Lines(text)
    starts: dict[Pointer, int] = {}
    for at in set(wanted):
        for depth in range(len(at) + 1):
            start = lines.start(at[:depth])
            if start < 0:
                break
            starts[at[:depth]] = start
    return _counted(text, starts)


def _counted(text: str, starts: Mapping[Pointer, int]) -> Places:
    """Line and column of where values begin: lines are counted from one to the next."""
    found: Places = {}
    line, before = 1, 0
    for at, start in sorted(starts.items(), key=itemgetter(1)):
        line += text.count("\n", before, start)
        before = start
        found[at] = line, start - text.rfind("\n", 0, start)
    return found


class _Node(Struct, frozen=True):
    """A mapping or a sequence: its text, and the column in which its keys or dashes stand."""

    start: int
    end: int
    column: int


class _Lines:
    """A text of the kind that is understood here."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._elements: dict[int, list[int]] = {}
        self._nodes: dict[Pointer, tuple[int, _Node | None]] = {(): (0, _Node(0, len(text), 0))}

    def start(self, at: Pointer) -> int:
        """Where a value begins; -1 where there is none."""
        return self._at(at)[0]

    def _at(self, at: Pointer) -> tuple[int, _Node | None]:
        """Where a value begins (-1: nowhere), and what stands below it (None: nothing)."""
        if at not in self._nodes:
            self._nodes[at] = self._child(self._at(at[:-1])[1], at[-1])
        return self._nodes[at]

    def _child(self, node: _Node | None, step: str | int) -> tuple[int, _Node | None]:
        if node is None:
            return -1, None
        if isinstance(step, int):
            start = self._element(node, step)
            return start, self._of_element(node, step, start) if start >= 0 else None
        start = self._key(node, step)
        return start, self._below(node, start + len(step) + 1) if start >= 0 else None

    def _key(self, node: _Node, key: str) -> int:
        """Where a key of a mapping stands; -1 where there is none."""
        if self._text.startswith((f"{key}: ", f"{key}:\n"), node.start):
            return node.start
        lead = "\n" + " " * node.column
        found = self._text.find(f"{lead}{key}:", node.start, node.end)
        return found + len(lead) if found >= 0 else -1

    def _below(self, node: _Node, after: int) -> _Node | None:
        """What stands below a key that ends before ``after``; None for a scalar."""
        if self._text[after] != "\n":
            return None
        start = after + 1
        end = re.compile(f"^ {{{node.column}}}[^ -]", re.MULTILINE).search(
            self._text, start, node.end
        )
        stop = end.start() if end else node.end
        column = re.compile(" *").match(self._text, start).end() - start  # type: ignore[union-attr] # no blank is a match
        return _Node(start + column, stop, column) if start < stop else None

    def _starts(self, node: _Node) -> list[int]:
        """Where the elements of a sequence begin."""
        if node.start not in self._elements:
            dashes = re.compile(f"^ {{{node.column}}}- ", re.MULTILINE)
            line = node.start - node.column
            self._elements[node.start] = [
                found.end() for found in dashes.finditer(self._text, line, node.end)
            ]
        return self._elements[node.start]

    def _element(self, node: _Node, place: int) -> int:
        """Where an element of a sequence begins; -1 where there is none, or the node is a mapping."""
        starts = self._starts(node) if self._text.startswith("- ", node.start) else []
        return starts[place] if 0 <= place < len(starts) else -1

    def _of_element(self, node: _Node, place: int, start: int) -> _Node:
        starts = self._starts(node)
        end = starts[place + 1] if place + 1 < len(starts) else node.end
        return _Node(start, end, node.column + 2)
