"""Codes and names out of a file's bytes, without reading its YAML: for whoever waits at a key of the keyboard.

Lists are in the canonical form, where the lines of an item's code and name are known. Of files that people write, what
they usually look like is found, and the rest is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Named = tuple[str, str]
"""A code and the name of what has it."""

_ITEM = re.compile(rb"^- code: ([^\n]+)\n(?:  name: ([^\n]+)\n)?", re.MULTILINE)
_ENTRY = re.compile(rb"^\s*- *\{?code: *([^\s,}]+)(?:,|\n) *name: *([^\n,}]+)", re.MULTILINE)
_PACK = re.compile(rb"^  id: *([^\s#]+)", re.MULTILINE)
_RULE = re.compile(rb"^- id: *([^\n]+)\n(?:  [^\n]*\n)*?  question: *([^\n]+)", re.MULTILINE)
_CHANNELS = re.compile(rb"^channels:\n((?:[-\s#][^\n]*\n|\n)*)", re.MULTILINE)
_NAME = re.compile(rb"\bname: *([^\n,}]+)")


def items(raw: bytes) -> bytes:
    """A line for each item of a list: code, tab, name."""
    return _lines(_ITEM.findall(raw))


def beginning(lines: bytes, typed: str) -> list[bytes]:
    """The lines that begin with what was typed; where none does, in whatever case."""
    text, word = b"\n" + lines + b"\n", b"\n" + typed.encode("utf-8", "replace")
    if not typed:
        return lines.split(b"\n") if lines else []
    return list(_found(text, text, word)) or list(_found(text, text.lower(), word.lower()))


def _found(text: bytes, searched: bytes, word: bytes) -> Iterator[bytes]:
    place = searched.find(word)
    while place >= 0:
        end = searched.find(b"\n", place + 1)
        yield text[place + 1 : end]
        place = searched.find(word, end)


def forks(lines: Sequence[bytes], size: int) -> list[str]:
    """What the codes of many lines begin with, to the next hyphen after so many bytes at which they part."""
    first, last = min(lines), max(lines)
    alike = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    size = max(size, first.rfind(b"-", 0, alike) + 1)
    cut = dict.fromkeys(line[: line.find(b"-", size) + 1] or line for line in lines)
    words = dict.fromkeys(word.partition(b"\t")[0] for word in cut)
    return [word.decode("utf-8", "replace") for word in words]


def named(line: bytes) -> Named:
    """The code and the name of a line."""
    code, _, name = line.decode("utf-8", "replace").partition("\t")
    return code, name


def entries(raw: bytes) -> bytes:
    """A line for each entry of a register that has a code and, right after it, a name."""
    return _lines(_ENTRY.findall(raw))


def rules(raw: bytes) -> bytes:
    """A line for each rule of a pack: key, tab, question."""
    pack = _PACK.search(raw)
    lead = _plain(pack[1]) + b"/" if pack else b""
    return _lines((lead + _plain(code), question) for code, question in _RULE.findall(raw))


def channels(raw: bytes) -> bytes:
    """A line for each channel that settings name."""
    block = _CHANNELS.search(raw)
    return b"\n".join(map(_plain, _NAME.findall(block[1]))) if block else b""


def _lines(rows: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"\n".join(_plain(code) + b"\t" + _plain(name) for code, name in rows)


def _plain(scalar: bytes) -> bytes:
    """The text of a scalar that stands on one line; what is escaped stays as it is written."""
    text = scalar.strip().replace(b"\t", b" ")
    quoted = len(text) > 1 and text[:1] == text[-1:] and text[:1] in {b"'", b'"'}
    return text[1:-1].replace(b"''", b"'") if quoted else text
