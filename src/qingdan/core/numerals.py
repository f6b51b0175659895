"""Numbers and articles as Chinese legal texts write them: 一千二百六十, 第三十八条之一."""

from __future__ import annotations

import re
import unicodedata

from qingdan.model.patterns import pattern

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ONE = "[一二两三四五六七八九]"
_NUMERAL = pattern(rf"(?:({_ONE})千)?(?:零?({_ONE})百)?(?:零?({_ONE})?(十)({_ONE})?|零({_ONE}))?")
_NUMBER = "[0-9〇零一二两三四五六七八九十百千]+"
_ARTICLE = pattern(rf"({_NUMBER})(?=(?:[、,和及至到-]第?{_NUMBER})*条)")
_LONGEST = 8


def number(text: str) -> int | None:
    """The whole number that a text writes (60, 六十, 一百零二, 一二〇); None where it is not clearly one.

    一百一 is not read: the law writes 一百一十 or 一百零一. So is nothing from a 万 on.
    """
    plain = unicodedata.normalize("NFKC", text.strip())
    if len(plain) > _LONGEST:
        return None
    if plain.isascii() and plain.isdigit():
        return int(plain)
    plain = plain.replace("〇", "零")
    if plain and all(char in _DIGITS for char in plain):
        return int("".join(str(_DIGITS[char]) for char in plain))
    found = _NUMERAL.fullmatch(plain)
    return _value(found) if plain and found else None


def _value(found: re.Match[str]) -> int:
    thousands, hundreds, tens, ten, ones, lone = found.groups()
    values = (thousands, 1000), (hundreds, 100), (tens or ("一" if ten else ""), 10)
    units = _DIGITS[ones or lone] if ones or lone else 0
    return sum(_DIGITS[char] * size for char, size in values if char) + units


def articles(text: str) -> tuple[int, ...]:
    """The articles that a citation names, in its order: 第六十条第一款、第六十二条 gives 60 and 62.

    第三十八条之一 counts as 38, 第二十三、二十四条 as both, 第五条至第八条 as its two ends.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("—", "-")
    found = (number(match[1]) for match in _ARTICLE.finditer(plain))
    return tuple(article for article in found if article is not None)
