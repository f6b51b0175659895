"""Cells that hold one value: codes, words of a closed choice, limits, dates, numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from qingdan.core import wording
from qingdan.core.importing.points import aside
from qingdan.core.importing.punctuation import tight, unified
from qingdan.core.numerals import number

if TYPE_CHECKING:
    from collections.abc import Mapping

_GUARDED = re.compile(r'="(.*)"', re.DOTALL)
_N = r"[\d〇零一二两三四五六七八九十百]+"
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_SOLID_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_CHINESE_DATE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_LIMIT = re.compile(rf"({_N})\s*(个?工作日|个?自然日|个?日|个?天|个?月|个?小时|个?周)")
_BARE_LIMIT = re.compile(
    rf"(?:自|从)?[^\d]{{0,20}}?({_LIMIT.pattern})(?:以?内|之内)?(?:办结|办理完毕|办理|完成|作出决定)?"
)
_AT_ONCE = ("即办", "当场", "即时", "当日办结", "立即办结")
_MEASURES: Mapping[str, str] = {
    "天": "日",
    "自然日": "日",
    "日": "日",
    "工作日": "个工作日",
    "月": "个月",
    "小时": "小时",
}
_COUNT = re.compile(
    r"(?:最多|不超过|至多)?\s*(\d+|[一二两三四五六七八九十]+)\s*(?:次|份|条|个|人|年)?"
)
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
MOST_DIGITS = 15
"""Spreadsheets keep no more digits of a number than these."""


def plain(text: str) -> str:
    """A cell without what spreadsheets and typists put around a code: ="0012", a leading ', tabs, width."""
    text = text.strip()
    guarded = _GUARDED.fullmatch(text)
    text = guarded[1] if guarded else text
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").removeprefix("`").strip()


def code(text: str) -> str:
    """A code as the lists write it: no blanks, one kind of dash."""
    return re.sub(r"\s", "", plain(text)).translate(
        {0x2014: "-", 0x2013: "-", 0x2212: "-", 0x2010: "-"}
    )


def public_key(text: str) -> tuple[str, str]:
    """A public key as the register has it, and the comment that stood behind an ssh one: a gpg block stays whole."""
    if text.lstrip().startswith("-----BEGIN PGP"):
        return "\n".join(line.strip() for line in text.strip().splitlines()), ""
    kind, _, rest = " ".join(plain(text).split()).partition(" ")
    key, _, comment = rest.partition(" ")
    return f"{kind} {key}".strip(), comment


def word(text: str, node: Mapping[str, Any]) -> str:
    """A word of a closed choice, also where it is written otherwise; else the text itself."""
    found = wording.decoded(tight(text), node)
    if found in node["enum"]:
        return found
    bare = re.sub(r"[（(].*[）)]$|^\d+[-.、\s]+", "", tight(text)).strip()
    again = wording.decoded(bare, node) if bare else found
    return again if again in node["enum"] else tight(unified(text))


def date(text: str) -> str:
    """A day as the lists write it, however it is written; else the text itself."""
    shape = unicodedata.normalize("NFKC", text).strip()
    found = _DATE.fullmatch(shape) or _SOLID_DATE.fullmatch(shape)
    if found:
        return f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}"
    chinese = _CHINESE_DATE.fullmatch(text.strip().replace("○", "〇").replace("O", "〇"))
    if chinese:
        return "-".join(f"{number(part) or 0:02}" for part in chinese.groups())
    return shape


def limit(text: str, measure: str = "") -> tuple[str, str]:
    """A time limit as the lists write it, and the words beside it; ``measure`` counts bare numbers.

    The limit is the text itself where it cannot be read.
    """
    shape = tight(unicodedata.normalize("NFKC", text)).rstrip("。;；")
    head, remark = aside(shape)
    shape = head or shape
    known = wording.limit(shape)
    if known == "即时办结" or shape.startswith(_AT_ONCE):
        return "即时办结", remark
    found = _BARE_LIMIT.fullmatch(shape)
    if found:
        return _limit(found[2], found[3]), remark
    bare = number(shape)
    if bare is not None and measure:
        return _limit(shape, measure), remark
    return shape, remark


def count(text: str) -> int | str:
    """A whole number, with or without the word it counts; else the text itself."""
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    value = number(found[1]) if found else None
    return text.strip() if value is None else value


def _limit(amount: str, measure: str) -> str:
    value = number(amount)
    kind = measure.removeprefix("个")
    if kind == "周" and value is not None:
        return f"{value * 7}日"
    return "即时办结" if value == 0 else f"{value}{_MEASURES[kind]}"
