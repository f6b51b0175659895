"""Lines that were meant as trailers and that git does not read as such: which they are, why, and the cure.

Only git says what a trailer is. What stands here looks at the lines that git left out, and is no reader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.model.history import Commit

_LINE = re.compile(r"(\s*)(?:[*-]\s+)?([^\s:：][^:：]{0,19}?)[ \t]*([:：])")
_TRAILER = re.compile(r"[A-Za-z0-9-]+[ \t]*:|\s|#|\(cherry picked from commit ")
_SHOWN = 30

_CURES = {
    "wide": "冒号改用半角（:）",
    "chinese": "名称改用英文",
    "indented": "去掉行首的空格和符号",
    "glued": "把不是尾行的文字移到上面，与尾行之间空一行",
    "untitled": "第一行写标题，空一行再写尾行",
    "buried": "把尾行移到说明的最后一段，每行一项，中间不空行",
}
"""Why git does not read a line, to what helps; in the order in which they are told."""


class Trouble(Struct, frozen=True):
    """A line that git does not read as a trailer: which one it was meant to be, why, and the line to look at."""

    key: str
    cause: str
    line: int
    text: str


class Unread(Struct, frozen=True):
    """The trailers that a message means and git does not read; none of them is one that git reads elsewhere."""

    troubles: tuple[Trouble, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Such as ``Reason``."""
        return frozenset(trouble.key for trouble in self.troubles)

    @property
    def quoted(self) -> bool:
        """Whether the lines look taken over from another message, as a squash does it: above the end, or indented."""
        return {trouble.cause for trouble in self.troubles} <= {"buried", "indented"}

    @property
    def why(self) -> str:
        """What is wrong, a clause a cause."""
        return "；".join(_clause(trouble) for trouble in self._first)

    @property
    def cure(self) -> str:
        """What to do about it."""
        return "，".join(_CURES[trouble.cause] for trouble in self._first)

    @property
    def _first(self) -> list[Trouble]:
        """The first trouble of each cause."""
        first: dict[str, Trouble] = {}
        for trouble in self.troubles:
            first.setdefault(trouble.cause, trouble)
        return [first[cause] for cause in _CURES if cause in first]


def unread(commit: Commit, names: Mapping[str, str]) -> Unread:
    """What a commit's message means as trailers in vain; ``names`` are the spellings of each, in lower case."""
    read = {key.lower() for key, _ in commit.trailers}
    return Unread(tuple(t for t in _troubles(commit.body, names) if t.key.lower() not in read))


def _troubles(message: str, names: Mapping[str, str]) -> Iterator[Trouble]:
    lines = [line.rstrip("\r") for line in message.split("\n")]
    start = _last_paragraph(lines)
    title_end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    meant = {n: found for n, line in enumerate(lines) if (found := _meant(line, names))}
    block = [n for n in range(start, len(lines)) if lines[n].strip()]
    stranger = next((n for n in block if n not in meant and not _TRAILER.match(lines[n])), None)
    odd = any(n >= start and cause in {"wide", "chinese"} for n, (_, cause) in meant.items())
    for number, (key, cause) in meant.items():
        if cause:
            yield Trouble(key, cause, number + 1, lines[number])
        elif number < title_end:
            yield Trouble(key, "untitled", number + 1, lines[number])
        elif number < start:
            yield Trouble(key, "buried", number + 1, lines[number])
        elif stranger is not None:
            yield Trouble(key, "glued", stranger + 1, lines[stranger])
        elif odd:  # told of at that line; this one is lost with it
            yield Trouble(key, "wide", *_oddest(meant, lines, start))
        else:
            yield Trouble(key, "glued", number + 1, lines[number])


def _oddest(
    meant: Mapping[int, tuple[str, str]], lines: Sequence[str], start: int
) -> tuple[int, str]:
    number = next(n for n, (_, cause) in meant.items() if n >= start and cause)
    return number + 1, lines[number]


def _last_paragraph(lines: Sequence[str]) -> int:
    """Where the last paragraph begins, blank lines and comments after it left out."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or lines[place - 1].startswith("#")):
        place -= 1
    while place and lines[place - 1].strip():
        place -= 1
    return place


def _meant(line: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    """Which trailer a line is meant to be, and what is wrong with the line itself (empty: nothing)."""
    found = _LINE.match(line)
    key = names.get(found[2].lower()) if found else None
    if found is None or key is None:
        return None
    if found[3] == "：":
        return key, "wide"
    if not found[2].isascii():
        return key, "chinese"
    return key, "" if found.start(2) == 0 else "indented"


def _clause(trouble: Trouble) -> str:
    text = trouble.text.strip()
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    where = f"第{trouble.line}行“{shown}”"
    match trouble.cause:
        case "wide":
            return f"{where}用了全角冒号"
        case "chinese":
            return f"{where}的名称是中文，应写 {trouble.key}"
        case "indented":
            return f"{where}行首有空格或符号"
        case "glued":
            return f"{where}不是尾行，却与尾行连在一段"
        case "untitled":
            return f"{where}写在第一段，第一段是标题"
        case _:
            return f"{where}不在最后一段"
