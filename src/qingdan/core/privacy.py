"""Numbers that belong to persons and have no place in a list, a ledger or a document.

What counts is what cannot well be anything else: an identity number (GB 11643: division, birthday, check digit), a
bank card (its issuer's first digits, its length, Luhn), a mobile number. A unified social credit code that holds by its
own check digits is an organisation's, whatever else it looks like. Nothing found is ever repeated whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from qingdan.core.checks import credit_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

Kind = Literal["identity", "card", "mobile"]

TITLES: dict[Kind, str] = {"identity": "居民身份证号码", "card": "银行卡号", "mobile": "手机号码"}

_PLAIN = str.maketrans("０１２３４５６７８９ｘＸx", "0123456789XXX")
_GAP = "[ \u00a0\u2009\u200b\u2060\u3000]?"
_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)(?<![0-9]\.)"
_AFTER = r"(?!-?[0-9A-Za-z])(?!\.[0-9])"
"""What stands alone: not a piece of a longer code or of a decimal."""

_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_IDENTITY = re.compile(
    rf"{_BEFORE}{_PROVINCE}[0-9]{{4}}{_GAP}(?:19|20)[0-9]{{2}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}[0-9X]{_AFTER}"
)
_ORGANISATION = re.compile(rf"[1-9][0-9]{_PROVINCE}[0-9]{{13}}[0-9X]")
_CARD = re.compile(
    rf"{_BEFORE}(?:"
    rf"(?:62|60|65|68|69|90|94|95|98)[0-9]{{2}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?"
    rf"|(?:62|60|65|68|69|90|94|95|98)[0-9]{{4}}{_GAP}[0-9]{{10,13}}"
    rf"|(?:4[0-9]|5[1-5]|35)[0-9]{{2}}(?:{_GAP}[0-9]{{4}}){{3}}"
    rf"){_AFTER}"
)
"""Cards of 银联 and of the banks' older ranges have 16 to 19 digits, those of the foreign schemes 16."""

_MOBILE = re.compile(
    rf"{_BEFORE}(?:\+?86(?:{_GAP}|-))?1[3-9][0-9](?:{_GAP}|-)[0-9]{{4}}(?:{_GAP}|-)[0-9]{{4}}{_AFTER}"
)
_TELEPHONE = re.compile(r"(?:电话|手机|热线|联系方式|传真)[^\n，。；,;|]{0,24}$")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Personal:
    """One number in a text; ``masked`` tells enough to find it and not enough to use it."""

    kind: Kind
    start: int
    end: int
    masked: str

    @property
    def title(self) -> str:
        """What it is, in Chinese."""
        return TITLES[self.kind]


def personal(text: str, known: Collection[str] = ()) -> Iterator[Personal]:
    """Every number of a person in a text, in its order. ``known``: codes of items and units, which are nobody's number."""
    plain = text.translate(_PLAIN)
    found = [
        Personal(kind, match.start(), match.end(), _masked(match[0]))
        for kind, pattern, holds in _KINDS
        for match in pattern.finditer(plain)
        if text[match.start() : match.end()] not in known and holds(_digits(match[0]))
    ]
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def is_telephone(text: str, found: Personal) -> bool:
    """Whether a number stands where a telephone number is asked for: right after 电话, 热线 and the like."""
    return _TELEPHONE.search(text[: found.start]) is not None


def _identity(digits: str) -> bool:
    """Whether 18 characters hold by GB 11643 and are not an organisation's code."""
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
    return digits[17] == "10X98765432"[total % 11] and not _organisation(digits)


def _card(digits: str) -> bool:
    """Whether 16 to 19 digits hold by Luhn and are not an organisation's code."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0 and not _organisation(
        digits
    )


def _organisation(code: str) -> bool:
    return _ORGANISATION.fullmatch(code) is not None and not credit_codes.fault(code)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _masked(text: str) -> str:
    digits = _digits(text)
    return f"{digits[:_SHOWN]}{'*' * (len(digits) - _SHOWN - 2)}{digits[-2:]}"


def _any(_: str) -> bool:
    return True


_KINDS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("identity", _IDENTITY, _identity),
    ("card", _CARD, _card),
    ("mobile", _MOBILE, _any),
)
