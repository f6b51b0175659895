"""统一社会信用代码 of the units: its check digit, and that of the organisation code inside (QD407).

GB 32100-2015 (18 characters, modulus 31) and GB 11714 (9 characters, modulus 11, at places 9 to 17).
Letter-led codes, such as those of trade unions and villages' organisations, are computed in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import UNITS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Doc

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIX = "请对照统一社会信用代码证书逐位核对（registers/units.yaml）。"


def check(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Codes of units that cannot be right."""
    label = schemas["units"].label(("units", 0, "uscc"))
    entries = cast("list[Doc]", book.documents.get(UNITS_PATH, {}).get("units") or [])
    for place, entry in enumerate(entries):
        code = str(entry.get("uscc", ""))
        why = fault(code) if code else ""
        if why:
            message = f"{entry['name']}的{label}“{code}”有误：{why}。"
            at = ("units", place, "uscc")
            yield found("QD407", message, UNITS_PATH, at, unit=str(entry["code"]), fix=_FIX)


def fault(code: str) -> str:
    """What is wrong with an 18-character code, in Chinese; empty if nothing is."""
    right = check_character(code[:17])
    if code[17:] != right:
        return f"按前17位计算，第18位校验码应为{right}，写的是{code[17:]}"
    inner = code[8:17]
    right = organisation_check(inner[:8])
    if inner[8] != right:
        return f"第9至17位的组织机构代码，校验码应为{right}，写的是{inner[8]}"
    return ""


def check_character(body: str) -> str:
    """The 18th character of a code whose first 17 are given."""
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return _ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The 9th character of an organisation code whose first 8 are given (X stands for 10)."""
    values = (int(char, 36) for char in body)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
