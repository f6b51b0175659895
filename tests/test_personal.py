"""Personal data is recognised however it is written, and what a ledger is full of is not taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingdan.core.personal import (
    CARD,
    IDENTITY,
    MAIL,
    MOBILE,
    NAME,
    PLATE,
    personal,
    refuse_personal,
)
from qingdan.model.errors import UsageError

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
GAPS = ("", " ", "-", "　")


def identity(region: str, born: str, serial: str) -> str:
    """A number with its check character, counted from the standard."""
    head = f"{region}{born}{serial}"
    total = sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True))
    return head + "10X98765432"[total % 11]


@given(
    st.sampled_from(["410105", "110101", "650102"]),
    st.dates().filter(lambda day: 1920 <= day.year <= 2025),
    st.integers(0, 999),
    st.sampled_from(GAPS),
    st.booleans(),
)
def test_identity_numbers_are_recognised_however_they_are_spaced(
    region: str, born: object, serial: int, gap: str, wide: bool
) -> None:
    number = identity(region, str(born).replace("-", ""), f"{serial:03}")
    text = gap.join((number[:6], number[6:14], number[14:]))
    if wide:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    assert personal(f"反映人证件{text}，请核实") == IDENTITY


@given(st.integers(0, 10**13 - 1), st.sampled_from(["622", "436", "521"]))
def test_bank_cards_are_recognised_by_their_check_digit(body: int, issuer: str) -> None:
    head = f"{issuer}{body:013}"[:15]
    total = 0
    for place, digit in enumerate(reversed(head)):
        number = int(digit) * (2 - place % 2)
        total += number // 10 + number % 10
    right = (10 - total % 10) % 10
    assert personal(f"退款到{head}{right}") == CARD
    assert personal(f"退款到{head}{(right + 1) % 10}") != CARD


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("来电13812345678", MOBILE),
        ("来电138 1234 5678", MOBILE),
        ("来电+8613812345678", MOBILE),
        ("410105800101123", IDENTITY),
        ("张某某反映窗口不受理", NAME),
        ("李某来电", NAME),
        ("王女士反映", NAME),
        ("市民张伟反映排队时间长", NAME),
        ("姓名：王五", NAME),
        ("联系人 李四", NAME),
        ("发到a.b@mail.example", MAIL),
        ("豫A12345违停", PLATE),
    ],
)
def test_what_tells_a_person_is_recognised(text: str, kind: str) -> None:
    assert personal(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "金市监处罚〔2026〕12345号",
        "12345-20261105-0001",
        "410105202611050001",
        "2026-11-05至2026-11-08",
        "0371-00000104",
        "JS-SC-XK-001",
        "2026-JS-SC-0123456789",
        "3f1c0123456789012345678901234567890123456789012345678901234567ab",
        "0" * 40,
        "市民反映排队时间长",
        "居民向社区反映",
        "业主方面反映电梯收费",
        "群众高度关注",
        "某街道办事处不受理",
        "马某庄路口",
        "投诉人要求答复",
    ],
)
def test_what_a_ledger_is_full_of_is_not_taken_for_it(text: str) -> None:
    assert personal(text) == ""


def test_a_refusal_names_the_field_and_the_kind_and_repeats_nothing() -> None:
    with pytest.raises(UsageError) as refused:
        refuse_personal({"反映的问题": "张某某，410105198001011234"})
    assert "反映的问题" in str(refused.value)
    assert IDENTITY in str(refused.value)
    assert "4101" not in str(refused.value)
    assert "张" not in str(refused.value)
