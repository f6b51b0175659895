"""What tells who a person is, and has no place in a list, a ledger or a document.

Two questions. :func:`numbers` finds what cannot well be anything else: an identity number (GB 11643: division, birthday,
check digit), a bank card (its issuer's first digits, its length, Luhn), a mobile number. :func:`personal` is asked on
every way into the ledger, where a false alarm costs little: it takes miswritten numbers, too, and names where words
around them give them away; so a clerk is asked for no name, and a name is still refused where it is written in the usual
ways. A unified social credit code that holds by its own check digits is an organisation's, whatever else it looks like.
Nothing found is ever repeated whole.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from qingdan.core import credit_codes
from qingdan.model.errors import UsageError
from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterator, Mapping

    from qingdan.model.findings import Pointer
    from qingdan.model.values import Value

Kind = Literal["identity", "card", "mobile"]

IDENTITY, CARD, MOBILE = "居民身份证号码", "银行卡号", "手机号码"
NAME, MAIL, PLATE = "人名", "电子邮箱", "车牌号码"
TITLES: dict[Kind, str] = {"identity": IDENTITY, "card": CARD, "mobile": MOBILE}

_PLAIN = str.maketrans("０１２３４５６７８９ｘＸx", "0123456789XXX")
_GAP = "[ \u00a0\u2009\u200b\u2060\u3000]?"
_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)(?<![0-9]\.)"
_AFTER = r"(?!-?[0-9A-Za-z])(?!\.[0-9])"
"""What stands alone: not a piece of a longer code or of a decimal."""

_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_IDENTITY = pattern(
    rf"{_BEFORE}{_PROVINCE}[0-9]{{4}}{_GAP}(?:19|20)[0-9]{{2}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}[0-9X]{_AFTER}"
)
_ORGANISATION = pattern(
    rf"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{{2}}{_PROVINCE}[0-9A-HJ-NPQRTUWXY]{{14}}(?![0-9A-Z])"
)
_BANKS, _SCHEMES = "(?:62|60|65|68|69|90|94|95|98)", "(?:4[0-9]|5[1-5]|35)"
_CARD = pattern(
    rf"{_BEFORE}(?:"
    rf"{_BANKS}[0-9]{{2}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?"
    rf"|{_BANKS}[0-9]{{4}}{_GAP}[0-9]{{10,13}}"
    rf"|{_SCHEMES}[0-9]{{2}}(?:{_GAP}[0-9]{{4}}){{3}}"
    rf"){_AFTER}"
)
"""Cards of 银联 and of the banks' older ranges have 16 to 19 digits, those of the foreign schemes 16."""

_MOBILE = pattern(
    rf"{_BEFORE}(?:\+?86(?:{_GAP}|-))?1[3-9][0-9](?:{_GAP}|-)[0-9]{{4}}(?:{_GAP}|-)[0-9]{{4}}{_AFTER}"
)
_TELEPHONE = pattern(r"(?:电话|手机|热线|联系方式|传真)[^\n，。；,;|]{0,24}$")
_DIGITS = pattern(rf"[0-9](?:(?:{_GAP}|-)[0-9X]){{10}}")
"""Eleven digits, the fewest that a number of a person has."""
_AS_ZERO = bytes(
    0x30 if chr(byte) in "0123456789Xx" or 0x90 <= byte <= 0x99 or byte == 0xB8 else byte
    for byte in range(256)
)
_LEFT_OUT = bytes({*"０ｘ- \u00a0\u2009\u200b\u2060\u3000".encode()} - {0x90, 0x98})
"""Bytes of UTF-8 that begin a wide digit, and those of gaps and hyphens."""
_ELEVEN = b"0" * 11
_SHOWN = 3
_TELEPHONES = ("电话", "手机", "热线", "联系", "传真")
"""Words of a label under which a telephone number stands."""


class Personal(Struct, frozen=True):
    """One number in a text; ``masked`` tells enough to find it and not enough to use it."""

    kind: Kind
    start: int
    end: int
    masked: str

    @property
    def title(self) -> str:
        """What it is, in Chinese."""
        return TITLES[self.kind]


def numbers(text: str, known: Collection[str] = ()) -> Iterator[Personal]:
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


def suspicious(raw: bytes) -> Iterator[str]:
    """The lines of a file that may hold a number of a person: quickly, for most have none.

    With gaps left out and every byte that can end a digit, narrow or wide, turned into a zero, eleven digits are eleven
    zeros. Some lines come through that hold none: where other characters end in the same bytes.
    """
    flat = raw.translate(_AS_ZERO, _LEFT_OUT)
    place = flat.find(_ELEVEN)
    if place < 0:
        return
    lines, number, start = raw.split(b"\n"), 0, 0
    while place >= 0:
        number += flat.count(b"\n", start, place)
        yield lines[number].decode("utf-8", "replace")
        start = flat.find(b"\n", place)
        place = flat.find(_ELEVEN, start) if start >= 0 else -1


def without_numbers(text: str) -> str:
    """A text with every identity number and bank card masked, for what quotes a file."""
    if not _DIGITS.search(text.translate(_PLAIN)):
        return text
    for one in reversed([one for one in numbers(text) if one.kind != "mobile"]):
        text = f"{text[: one.start]}{one.masked}{text[one.end :]}"
    return text


def is_telephone(text: str, found: Personal) -> bool:
    """Whether a number stands where a telephone number is asked for: right after 电话, 热线 and the like."""
    return _TELEPHONE.search(text[: found.start]) is not None


def belongs(text: str, found: Personal, label: str) -> bool:
    """Whether a number may stand in a text of a list or register under this label: a telephone where one is asked for."""
    return found.kind == "mobile" and (
        is_telephone(text, found) or any(word in label for word in _TELEPHONES)
    )


def _identity(digits: str) -> bool:
    """Whether 18 characters hold by GB 11643 and are not an organisation's code."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
    checked = digits[17] == "10X98765432"[total % 11]
    return checked and _is_day(digits[6:14]) and not _organisation(digits)


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


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


# what the ledger does not take in

_SPACING = pattern(r"(?<=\d)[ \t\u3000‐-―-]+(?=[\dXx])")
_RUN = pattern(r"(?<!\d)\d{11,19}[Xx]?(?!\d)")
_LONG = pattern(r"\d{5}")
_DIGEST = pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIVISION = pattern(rf"{_PROVINCE}[0-9]{{4}}")
_ISSUER = pattern(rf"{_BANKS}[0-9]{{14,17}}|{_SCHEMES}[0-9]{{14}}")
_LONG_MOBILE = pattern(r"(?:86)?1[3-9][0-9]{9}")
_LATEST_BIRTH = "2020"
"""A number that looks like an identity number but for its check digit and is dated later is a serial number with a day."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪范廖"
    "贾夏韦付傅邹孟熊秦邱江尹薛闫阎雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔洪翟葛樊"
)
"""The commonest ones, without those that are everyday words (向、方、于、应)."""
_WHO = "投诉人|举报人|反映人|来电人|来信人|申请人|当事人|行政相对人|信访人|联系人|市民|群众|居民|业主|村民"


_NAMES = (
    pattern(rf"[{_SURNAMES}]某{{1,2}}+(?![镇乡村街区县市路庄屯寨店厂司局])"),
    pattern(rf"(?:欧阳|司马|诸葛|上官|[{_SURNAMES}])[一-鿿]{{0,2}}(?:先生|女士|小姐)"),
    pattern(rf"(?:姓名|名叫|叫做|{_WHO})(?:[:：为是]\s*|\s)[{_SURNAMES}][一-鿿]{{1,2}}(?![一-鿿])"),
    pattern(
        rf"(?:{_WHO})[{_SURNAMES}][一-鿿]{{1,2}}(?=反映|来电|来信|投诉|举报|申请|声称|表示|[，,。；;（(、]|$)"
    ),
)
_MAIL = pattern(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PLATE = pattern(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
_OTHERS = ((MAIL, _MAIL), (PLATE, _PLATE), *((NAME, each) for each in _NAMES))


def personal(text: str) -> str:
    """What kind of personal data a text seems to hold, in Chinese; empty for none."""
    number = personal_number(text)
    if number:
        return number
    plain = unicodedata.normalize("NFKC", text)
    return next((kind for kind, known in _OTHERS if known.search(plain)), "")


def personal_number(text: str) -> str:
    """The kind of personal number that seems to stand in a text, however it is spaced; empty for none."""
    if not _LONG.search(text) and text.isascii() and not _SPACING.search(text):
        return ""
    if _DIGEST.fullmatch(text):
        return ""
    plain = _SPACING.sub("", unicodedata.normalize("NFKC", text))
    plain = _ORGANISATION.sub(lambda code: "" if _organisation(code[0]) else code[0], plain)
    return next((kind for run in _RUN.findall(plain) if (kind := _kind(run.upper()))), "")


def refuse_personal(texts: Mapping[str, str]) -> None:
    """UsageError for the first text, by its label, that holds personal data; what it is, is not repeated."""
    for label, text in texts.items():
        kind = personal(text)
        if kind:
            raise UsageError(
                f"“{label}”中有像是{kind}的内容，没有登记。台账不录入投诉人、相对人等个人信息，请删去后重新填写。"
            )


def strings(value: Value, at: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Every text below a value with its pointer."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from strings(child, (*at, key))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from strings(child, (*at, place))
    elif isinstance(value, str):
        yield at, value


def _kind(run: str) -> str:
    if _seems_identity(run):
        return IDENTITY
    digits = run.rstrip("X")
    if _ISSUER.fullmatch(digits) and _card(digits):
        return CARD
    return MOBILE if _LONG_MOBILE.fullmatch(digits) else ""


def _seems_identity(run: str) -> bool:
    """Whether it is an identity number, of 15 digits as they were before 2000, or with a wrong check digit."""
    if not _DIVISION.match(run):
        return False
    if len(run) == 15:
        return run.isdecimal() and _is_day("19" + run[6:12])
    if len(run) != 18 or not _is_day(run[6:14]) or run[6:8] not in {"19", "20"}:
        return False
    return _identity(run) or (run[6:10] < _LATEST_BIRTH and not _organisation(run))
