"""The same thing written differently: brackets, width, codes for words, 20工作日 for 20个工作日; days as documents write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUOTES = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "〔": "(",
    "〕": ")",
    "［": "(",
    "］": ")",
    "[": "(",
    "]": ")",
    "—": "-",
    "－": "-",
    "–": "-",
}
_QUOTE = pattern(f"[{re.escape(''.join(_QUOTES))}]")
_SPACE = pattern(r"\s+")
_UNNAMEABLE = pattern(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LIMIT = pattern(r"(\d+)(个?工作日|个?自然日|个?日|天|个?月|小时|个?小时)")
_UNITS = {
    "工作日": "个工作日",
    "自然日": "日",
    "日": "日",
    "天": "日",
    "月": "个月",
    "小时": "小时",
}
_AT_ONCE = frozenset(
    {"即办", "即办件", "即时办结", "当场办结", "当场办理", "当日办结", "0个工作日", "0工作日"}
)


@lru_cache(maxsize=200_000)
def normal(text: str) -> str:
    """A text without what does not change its meaning: width, brackets, quotes, white space, case."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _QUOTE.sub(lambda quote: _QUOTES[quote[0]], plain).casefold()


def limit(text: str) -> str:
    """A time limit as the lists write it, where it can be recognised."""
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    if plain in _AT_ONCE:
        return "即时办结"
    found = _LIMIT.fullmatch(plain)
    return f"{int(found[1])}{_UNITS[found[2].removeprefix('个')]}" if found else plain


def decoded(text: str, node: Mapping[str, Any]) -> str:
    """A national code (``1``, ``01``) or another spelling (停用) as its word; any other text as it is."""
    stripped = text.strip()
    return spellings(node).get(spelled(stripped), stripped)


def spellings(node: Mapping[str, Any]) -> dict[str, str]:
    """Every way in which the words of a closed choice are written (see :func:`spelled`), to the word."""
    words = [str(word) for word in node.get("enum", ())]
    found = {spelled(word): word for word in words}
    for word, code in node.get("x-codes", {}).items():
        found.setdefault(spelled(str(code)), str(word))
    for word, others in node.get("x-synonyms", {}).items():
        for other in others:
            found.setdefault(spelled(str(other)), str(word))
    return found


def spelled(text: str) -> str:
    """A word or a code as it is looked up: ``01`` is ``1``."""
    plain = normal(text)
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def chinese_day(day: date) -> str:
    """2026年9月30日, as official documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def written_day(text: str) -> str:
    """``2026-09-30`` as official documents write it; what is no day stays as it is."""
    try:
        return chinese_day(date.fromisoformat(text))
    except ValueError:
        return text


def one_line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def sentence(text: object) -> str:
    """A text with its stop; nothing for nothing."""
    plain = str(text or "").strip()
    return plain if not plain or plain.endswith(("。", "！", "？")) else f"{plain}。"


def filename(text: str) -> str:
    """A text as a part of a file's name that every system allows."""
    return _UNNAMEABLE.sub("", one_line(text)).strip(" .")[:60]
