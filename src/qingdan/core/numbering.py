"""Numbers of documents: 整改〔2026〕3号, a series a year and word, none twice and none left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.errors import UsageError
from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from qingdan.model.settings import Series

_FORM = pattern(r"([^〔〕\s]{1,20})〔([0-9]{4})〕([1-9][0-9]*)号")
_LOOSE = pattern(
    r"(?P<word>[^\[\](){}（）【】〔〕［］〈〉《》\s]{1,20})"
    r"(?P<open>[\[({（【〔［〈《])\s*(?P<year>[0-9]{4})\s*年?\s*(?P<close>[\])}）】〕］〉》])"
    r"\s*(?P<nth>第?)(?P<zeros>0*)(?P<number>[1-9][0-9]{0,5})\s*(?P<end>号?)"
)
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Number(Struct, frozen=True):
    """A number taken apart."""

    word: str
    year: int
    number: int

    def __str__(self) -> str:
        """As documents write it."""
        return f"{self.word}〔{self.year}〕{self.number}号"


def read(text: str) -> Number | None:
    """A number as documents write it; None for anything else."""
    found = _FORM.fullmatch(text)
    return Number(found[1], int(found[2]), int(found[3])) if found else None


def following(series: Series, year: int, taken: Iterable[str], count: int) -> list[str]:
    """The next so many numbers of a year, after all that are taken."""
    found = (number for number in map(read, taken) if number is not None)
    used = [n.number for n in found if (n.word, n.year) == (series.word, year)]
    start = max([series.first.get(year, 1) - 1, *used]) + 1
    return [str(Number(series.word, year, number)) for number in range(start, start + count)]


def left_out(series: Series, taken: Iterable[str]) -> Iterator[str]:
    """The numbers that were passed over: below the highest of their year, and taken by nobody."""
    years: dict[int, set[int]] = {}
    for found in map(read, taken):
        if found is not None and found.word == series.word:
            years.setdefault(found.year, set()).add(found.number)
    for year, used in sorted(years.items()):
        first = series.first.get(year, 1)
        for number in range(first, max(used)):
            if number not in used:
                yield str(Number(series.word, year, number))


def official(text: str) -> tuple[str, tuple[str, ...]]:
    """A 发文字号 in its right form, and what was corrected in it; UsageError for what is none.

    GB/T 9704-2012, 7.2.5: the year whole and in 〔〕, the number without 第 and without leading zeros.
    """
    found = _LOOSE.fullmatch(text.translate(_DIGITS).strip())
    if found is None:
        raise UsageError(
            f"“{text}”不是发文字号，应当由发文机关代字、年份、序号组成，例如 金整改〔2026〕12号。"
        )
    number = Number(found["word"], int(found["year"]), int(found["number"]))
    return str(number), tuple(_corrected(found))


def _corrected(found: re.Match[str]) -> Iterator[str]:
    if (found["open"], found["close"]) != ("〔", "〕"):
        yield f"年份用六角括号“〔〕”，不用“{found['open']}{found['close']}”"
    if found["nth"]:
        yield "序号前不加“第”"
    if found["zeros"]:
        yield "序号不编虚位"
    if not found["end"]:
        yield "序号后加“号”"
