"""What must never stand in the ledger: numbers and names that tell who a person is.

Numbers are recognised by their check digits and shapes, names only where words around them give them away; so
a clerk is asked for no name, and a name is still refused where it is written in the usual ways.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.findings import Pointer
    from qingdan.model.workspace import Value

IDENTITY, CARD, MOBILE = "身份证号码", "银行卡号", "手机号码"
NUMBERS = (IDENTITY, CARD, MOBILE)
NAME, MAIL, PLATE = "人名", "电子邮箱", "车牌号码"

_GAP = re.compile(r"(?<=\d)[ \t\u3000‐-―-]+(?=[\dXx])")
_RUN = re.compile(r"(?<!\d)\d{11,19}[Xx]?(?!\d)")
_LONG = re.compile(r"\d{5}")
_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_REGIONS = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()  # noqa: SIM905 one line reads best
)
_LATEST_BIRTH = 2020
"""A number that looks like an identity number but for its check digit and is dated later is a serial number with a day."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪范廖"
    "贾夏韦付傅邹孟熊秦邱江尹薛闫阎雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔洪翟葛樊"
)
"""The commonest ones, without those that are everyday words (向、方、于、应)."""
_WHO = "投诉人|举报人|反映人|来电人|来信人|申请人|当事人|行政相对人|信访人|联系人|市民|群众|居民|业主|村民"
_NAMES = (
    re.compile(rf"[{_SURNAMES}]某{{1,2}}+(?![镇乡村街区县市路庄屯寨店厂司局])"),
    re.compile(rf"(?:欧阳|司马|诸葛|上官|[{_SURNAMES}])[一-鿿]{{0,2}}(?:先生|女士|小姐)"),
    re.compile(
        rf"(?:姓名|名叫|叫做|{_WHO})(?:[:：为是]\s*|\s)[{_SURNAMES}][一-鿿]{{1,2}}(?![一-鿿])"
    ),
    re.compile(
        rf"(?:{_WHO})[{_SURNAMES}][一-鿿]{{1,2}}(?=反映|来电|来信|投诉|举报|申请|声称|表示|[，,。；;（(、]|$)"
    ),
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
_OTHERS = ((MAIL, _MAIL), (PLATE, _PLATE), *((NAME, pattern) for pattern in _NAMES))


def personal(text: str) -> str:
    """What kind of personal data a text seems to hold, in Chinese; empty for none."""
    number = personal_number(text)
    if number:
        return number
    plain = unicodedata.normalize("NFKC", text)
    return next((kind for kind, pattern in _OTHERS if pattern.search(plain)), "")


def personal_number(text: str) -> str:
    """The kind of personal number that stands in a text, however it is spaced; empty for none."""
    if not _LONG.search(text) and text.isascii() and not _GAP.search(text):
        return ""
    if _DIGEST.fullmatch(text):
        return ""
    plain = _GAP.sub("", unicodedata.normalize("NFKC", text))
    return next((kind for run in _RUN.findall(plain) if (kind := _kind(run))), "")


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
    if _is_identity(run):
        return IDENTITY
    digits = run.rstrip("Xx")
    if _is_card(digits):
        return CARD
    bare = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    return MOBILE if len(bare) == 11 and bare[0] == "1" and bare[1] in "3456789" else ""


def _is_identity(run: str) -> bool:
    if run[:2] not in _REGIONS:
        return False
    if len(run) == 15:
        return run.isdecimal() and _is_day("19" + run[6:12])
    if len(run) != 18 or not _is_day(run[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(run, _WEIGHTS, strict=False))
    return run[17].upper() == _CHECKS[total % 11] or int(run[6:10]) < _LATEST_BIRTH


def _is_day(text: str) -> bool:
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_card(digits: str) -> bool:
    """Whether it has the length, the first digits and the check digit (Luhn) of a bank card."""
    length = len(digits)
    if not (digits[:2] == "62" and 16 <= length <= 19) and not (
        digits[0] in "345" and length == 16
    ):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
