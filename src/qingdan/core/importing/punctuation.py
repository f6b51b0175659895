"""The punctuation of official documents as the lists write it: （）, 〔2014〕97号, one kind of each."""

from __future__ import annotations

import re
import unicodedata

_WIDE = re.compile(r"[\u3400-\u9fff\u3007\u3001-\u3011\uff01-\uff5e]")
_OPEN, _CLOSE = "〔［[【{（(﹝", "〕］]】}）)﹞"
_WORD = r"[\u4e00-\u9fffA-Za-z]"
_NUMBER = re.compile(
    rf"({_WORD})\s*[{re.escape(_OPEN)}]\s*((?:19|20)\d\d)\s*[{re.escape(_CLOSE)}]\s*第?\s*(\d{{1,5}})\s*号"
)
_HALF = re.compile(r"\(([^()]*)\)")
_LATIN = str.maketrans("\ue000\ue001", "()")
"""Brackets that stay half-width, kept apart while those around them are looked at."""
_DEEPEST = 4
"""Brackets in brackets are followed so far."""
_FULL_DIGITS = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+")

DOCUMENT = re.compile(rf"{_WORD}[\u4e00-\u9fffA-Za-z·]{{0,20}}〔(?:19|20)\d\d〕\d{{1,5}}号")
"""A document number in the form that lists use."""

_DAMAGED = re.compile(
    rf"[\u4e00-\u9fff]{{1,20}}[{re.escape(_OPEN)}]?\s*(?:19|20)\d\d\s*[{re.escape(_CLOSE)}]?\s*\d{{1,5}}\s*号?"
)


def unified(text: str) -> str:
    """A text with full-width brackets around and beside Chinese, half-width digits, one form of document numbers."""
    text = _FULL_DIGITS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = _NUMBER.sub(r"\1〔\2〕\3号", text)
    for _ in range(_DEEPEST):
        text = _HALF.sub(_widened, text)
    return text.translate(_LATIN)


def _widened(found: re.Match[str]) -> str:
    """``(…)`` as ``（…）`` where Chinese stands in it or beside it; left alone in Latin text."""
    text, start, end = found.string, found.start(), found.end()
    beside = text[max(start - 1, 0) : start] + text[end : end + 1]
    chinese = _WIDE.search(found[1] + beside)
    return f"（{found[1]}）" if chinese else f"\ue000{found[1]}\ue001"


def name(text: str) -> str:
    """A name on one line, without the blanks that line breaks in a narrow column leave."""
    return tight(unified(text)).strip("　 ,，;；、")


def tight(text: str) -> str:
    """A text on one line; blanks go where Chinese stands on either side."""
    line = " ".join(text.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", line)


def line(text: str) -> str:
    """A running text on one line: a line break beside Chinese goes, blanks that somebody typed stay."""
    text = re.sub(r"(?<=[^\x00-\x7f])[ \t]*\n\s*|[ \t]*\n\s*(?=[^\x00-\x7f])", "", text.strip())
    return " ".join(text.split())


def damaged(text: str) -> bool:
    """Whether a short text is a document number in which something is missing or too much."""
    return not DOCUMENT.fullmatch(text) and bool(_DAMAGED.fullmatch(text))
