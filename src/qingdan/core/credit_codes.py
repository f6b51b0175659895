"""统一社会信用代码: its check digit, and that of the organisation code inside.

GB 32100-2015 (18 characters, modulus 31) and GB 11714 (9 characters, modulus 11, at places 9 to 17).
Letter-led codes, such as those of trade unions and villages' organisations, are computed in the same way.
"""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


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
