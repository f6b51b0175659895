"""A text of several points as its points: 1、2. （一） ① , else lines, else semicolons; never inside brackets or 《》."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.core.importing.punctuation import line
from qingdan.core.numerals import number

if TYPE_CHECKING:
    from collections.abc import Iterator

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_STYLES = (
    re.compile(rf"({_NUMERAL})、\s*"),
    re.compile(rf"[(（]({_NUMERAL})[)）][、.．]?\s*"),
    re.compile(r"(\d{1,2})(?:[、．]|\.(?!\d))\s*"),
    re.compile(r"[(（](\d{1,2})[)）][、.．]?\s*"),
    re.compile(rf"([{_CIRCLED}])[、.．]?\s*"),
)
_OPEN = dict(zip("《〈（(〔[【“‘「", "》〉）)〕]】”’」", strict=True))
_BEFORE = "；;。，,：:、．.!！？?）)”》"
"""After one of these a number may begin a point."""


def points(text: str) -> list[str]:
    """The points of a text, without their numbers; a text that has none is one point."""
    lead, found = numbered(text)
    if found:
        return [part for part in (line(lead), *map(_point, found)) if part]
    lines = [point for point in map(_point, text.split("\n")) if point]
    if len(lines) > 1:
        return lines
    *ended, last = outside(text, "；;")
    return [
        part
        for part in map(_point, [*(f"{part}；" for part in ended if part.strip()), last])
        if part
    ]


def numbered(text: str) -> tuple[str, list[str]]:
    """What stands before the first number, and the numbered points; no points where the numbers do not go 1, 2, 3."""
    best: tuple[str, list[str]] = (text, [])
    for style in _STYLES:
        marks = _marks(text, style)
        if len(marks) > 1 or (marks and marks[0].start() == 0):
            lead = text[: marks[0].start()]
            if not best[1] or len(lead) < len(best[0]):
                ends = [mark.start() for mark in marks[1:]] + [len(text)]
                best = lead, [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return best


def outside(text: str, marks: str) -> list[str]:
    """A text cut at marks that stand in no brackets and in no 《》."""
    parts, start, closing = [], 0, []
    for place, letter in enumerate(text):
        if letter in _OPEN:
            closing.append(_OPEN[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        elif not closing and letter in marks:
            parts.append(text[start:place])
            start = place + 1
    if closing and not parts:  # brackets that never close hide everything after them
        return re.split(f"[{re.escape(marks)}]", text)
    return [*parts, text[start:]]


def aside(text: str) -> tuple[str, str]:
    """A text and what stands in the brackets at its end: ``受理（1个工作日）`` as 受理 and 1个工作日; ("", "") without."""
    whole = text.strip()
    depth = 0
    for place in range(len(whole) - 1, -1, -1):
        depth += (whole[place] in ")）") - (whole[place] in "(（")
        if depth <= 0:
            break
    else:
        return "", ""
    return (
        (whole[:place].strip(), whole[place + 1 : -1])
        if place and place < len(whole) - 1
        else ("", "")
    )


def _marks(text: str, style: re.Pattern[str]) -> list[re.Match[str]]:
    """The numbers 1, 2, 3 … of one style, each at the beginning or after an end of something."""
    found: list[re.Match[str]] = []
    for mark in style.finditer(text):
        if _value(mark[1]) == len(found) + 1 and _may_begin(text, mark.start()):
            found.append(mark)
    return found


def _value(text: str) -> int | None:
    return _CIRCLED.index(text) + 1 if text in _CIRCLED else number(text)


def _may_begin(text: str, place: int) -> bool:
    return (
        place == 0
        or text[place] in _CIRCLED
        or text[place - 1].isspace()
        or text[place - 1] in _BEFORE
    )


def _point(text: str) -> str:
    """A point on one line; its stop at the end stays, as the lists write it."""
    point = line(text).strip("，, ").lstrip("；;")
    return f"{point[:-1]}；" if point.endswith(";") else point


def labelled(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Each part as what stands before its first colon and what comes after; ("", part) without a short label."""
    for part in parts:
        label, colon, rest = part.replace(":", "：", 1).partition("：")
        short = colon and len(label) <= 20 and not re.search(r"[，。；,;《]", label)
        yield (label.strip(), rest.strip()) if short else ("", part)
