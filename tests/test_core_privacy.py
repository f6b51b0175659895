from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qingdan.core.checks.personal_data import in_file
from qingdan.core.credit_codes import check_character, fault, organisation_check
from qingdan.core.privacy import (
    CARD,
    IDENTITY,
    MAIL,
    MOBILE,
    NAME,
    PLATE,
    is_telephone,
    numbers,
    personal,
    refuse_personal,
    strings,
    suspicious,
)
from qingdan.core.schema import Schemas
from qingdan.core.text.canonical import emit
from qingdan.model.errors import UsageError
from qingdan.model.values import Doc
from qingdan.repo import resources
from strategies import texts

PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
DIGITS = "0123456789"
SCHEMA = Schemas(resources.schema_texts())["powers"]


def identity(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def nobody_else(number: str) -> str:
    """A number that does not hold as the code of an organisation as well, by chance."""
    assume(len(number) != 18 or fault(number))
    return number


@st.composite
def identities(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(PROVINCES.split()))
    rest = draw(st.integers(100, 9099))
    born = draw(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    return nobody_else(
        identity(f"{province}{rest:04}{born:%Y%m%d}{draw(st.integers(0, 999)):03}".replace("-", ""))
    )


def luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    first, longest = draw(
        st.sampled_from((("62", 19), ("60", 19), ("9558", 19), ("4", 16), ("52", 16), ("35", 16)))
    )
    length = draw(st.integers(16, longest))
    size = length - len(first) - 1
    return nobody_else(luhn(first + draw(st.text(DIGITS, min_size=size, max_size=size))))


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(("11", "12", "13", "51", "52", "53", "91", "92", "54")))
    region = draw(st.sampled_from(PROVINCES.split())) + f"{draw(st.integers(0, 9999)):04}"
    organ = draw(st.text(DIGITS, min_size=8, max_size=8))
    body = kind + region + organ + organisation_check(organ)
    return body + check_character(body)


AROUND = st.sampled_from(("", "公民身份号码：", "（", "，", "。", "张某", "\n", "| ", " |", "号 "))


@given(identities(), AROUND, AROUND)
@example("11010519491231002X", "", "")
@example("540001207612090010", "", "")
def test_a_valid_identity_number_is_found_wherever_it_stands(
    number: str, before: str, after: str
) -> None:
    body = identity(number[:17])
    found = list(numbers(before + body + after))
    assert [(one.kind, one.start, one.end) for one in found] == [
        ("identity", len(before), len(before) + 18)
    ]
    assert body not in found[0].masked
    assert len(found[0].masked) == 18


@given(identities())
def test_a_wrong_check_digit_is_no_identity_number(number: str) -> None:
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    assert all(one.kind != "identity" for one in numbers(wrong))


@given(identities(), st.sampled_from((" ", "\u3000", "\u200b")))
def test_spaces_and_wide_digits_hide_nothing(number: str, gap: str) -> None:
    wide = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    for text in (f"{number[:6]}{gap}{number[6:14]}{gap}{number[14:]}", wide, number.lower()):
        assert [one.kind for one in numbers(f"身份证{text}。")] == ["identity"]


@given(cards(), AROUND, AROUND)
def test_a_bank_card_is_found(number: str, before: str, after: str) -> None:
    grouped = " ".join(number[place : place + 4] for place in range(0, len(number), 4))
    for text in (number, grouped):
        found = list(numbers(before + text + after))
        assert [one.title for one in found] == ["银行卡号"]
        assert (found[0].start, found[0].end) == (len(before), len(before) + len(text))


@given(credit_codes())
@example("11410183005307714M")
@example("915101190004190000")
def test_a_credit_code_is_never_numbers(code: str) -> None:
    assert list(numbers(f"统一社会信用代码{code}。")) == []


@given(
    credit_codes(),
    st.text(DIGITS, min_size=12, max_size=12),
    st.text(DIGITS, min_size=2, max_size=2),
)
def test_codes_of_items_are_never_numbers(code: str, catalog: str, item: str) -> None:
    task = f"{code}3{catalog}"
    for text in (task, task + item, catalog, f"{task}20261122{item}03"):
        assert list(numbers(f"实施编码{text}，")) == []


@given(
    st.one_of(identities(), cards()),
    st.sampled_from(("{0}-1", "HJ-{0}", "{0}A", "A{0}", "{0}.01", "1.{0}", "0{0}", "{0}00")),
)
def test_a_piece_of_a_longer_code_is_not_numbers(number: str, shape: str) -> None:
    assert all(one.kind == "card" for one in numbers(shape.format(number)))
    if "0" not in shape[:1] + shape[-1:]:
        assert list(numbers(shape.format(number))) == []


@given(st.one_of(identities(), cards()))
def test_what_is_known_as_a_code_is_not_numbers(number: str) -> None:
    assert list(numbers(f"职权编号{number}", known={number})) == []


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.dates(date(1900, 1, 1), date(2099, 12, 31))
)
def test_dates_and_document_numbers_are_never_numbers(first: date, second: date) -> None:
    for text in (
        f"{first} {second}",
        f"{first:%Y%m%d}{second:%Y%m%d}",
        f"{first:%Y%m%d}093000123",
        f"惠安监管〔{first.year}〕{second.day}号",
        f"{first.year}年{first.month}月{first.day}日至{second.year}年{second.month}月{second.day}日",
    ):
        assert list(numbers(text)) == []


@given(texts(60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for one in numbers(text):
        assert 0 <= one.start < one.end <= len(text)


DIGIT_PIECES = st.lists(
    st.sampled_from(
        [*"0123456789Xx０９Ｘｘ", *" -\u00a0\u2009\u200b\u2060\u3000", "、", "甲", "139", "１３９"]
    ),
    max_size=40,
).map("".join)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９ｘ")


@st.composite
def lines_with_numbers(draw: st.DrawFn) -> str:
    number = draw(st.one_of(identities(), cards(), st.just("139-1234-5678")))
    gap = draw(st.sampled_from(("", " ", "\u00a0", "\u2009", "\u200b", "\u2060", "\u3000")))
    if len(number) == 18:
        number = gap.join((number[:6], number[6:10], number[10:14], number[14:]))
    return draw(AROUND) + (number.translate(WIDE) if draw(st.booleans()) else number)


@given(st.lists(st.one_of(DIGIT_PIECES, lines_with_numbers(), texts(60)), max_size=6))
@example(["１３９　１２３４　５６７８", "甲", "139\u200b1234\u20605678"])
def test_the_quick_look_at_bytes_overlooks_no_line(parts: list[str]) -> None:
    text = "\n".join(parts)
    seen = list(suspicious(text.encode()))
    assert [line for line in text.split("\n") if any(numbers(line)) and line not in seen] == []
    assert set(seen) <= set(text.split("\n"))


@given(st.lists(st.one_of(DIGIT_PIECES, lines_with_numbers(), texts(60)), min_size=1, max_size=6))
def test_all_texts_of_a_file_together_tell_what_its_bytes_tell(parts: list[str]) -> None:
    path = "lists/powers/A.yaml"
    doc: Doc = {"items": [{"name": text} for text in parts if "\n" not in text]}
    raw, lines = emit(doc).encode(), "\n".join({text for _, text in strings(doc)})
    found = list(in_file(path, raw, doc, SCHEMA, lines))
    assert found == list(in_file(path, raw, doc, SCHEMA))
    certain = {at for at, text in strings(doc) if any(n.kind != "mobile" for n in numbers(text))}
    assert certain <= {finding.at for finding in found}


@pytest.mark.parametrize(
    "text", ["issued: '2025-06-30'\nended: '2026-01-01'，20个工作日", "编码 U-00055-CF-006", ""]
)
def test_the_quick_look_at_bytes_passes_over_what_lists_are_full_of(text: str) -> None:
    assert not list(suspicious(text.encode()))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("联系电话：13912345678", True),
        ("联系人：王科长，电话 0371-63921234、139 1234 5678", True),
        ("投诉热线：+86 139-1234-5678", True),
        ("当事人13912345678反映", False),
        ("电话请查公告，当事人13912345678反映", False),
    ],
)
def test_a_mobile_number_belongs_behind_the_word_telephone(text: str, *, asked: bool) -> None:
    found = list(numbers(text))
    assert [one.kind for one in found] == ["mobile"]
    assert is_telephone(text, found[0]) is asked


def test_numbers_come_in_their_order() -> None:
    card, person = luhn("622202020000123"), identity("41010519900307123")
    kinds = [one.kind for one in numbers(f"{card}；{person}；13912345678；{card}")]
    assert kinds == ["card", "identity", "mobile", "card"]


# what the ledger does not take in


@given(st.one_of(identities(), cards()))
def test_what_cannot_be_anything_else_is_never_taken_in(number: str) -> None:
    assert personal(f"号码{number}，") in {IDENTITY, CARD}


@given(credit_codes())
def test_the_code_of_an_organisation_is_taken_in(code: str) -> None:
    assert personal(f"统一社会信用代码{code}。") == ""


@given(
    st.sampled_from(["410105", "110101", "650102"]),
    st.dates().filter(lambda day: 1920 <= day.year <= 2025),
    st.integers(0, 999),
    st.sampled_from(("", " ", "-", "　")),
    st.booleans(),
)
def test_identity_numbers_are_recognised_however_they_are_spaced(
    region: str, born: object, serial: int, gap: str, wide: bool
) -> None:
    number = identity(f"{region}{str(born).replace('-', '')}{serial:03}")
    text = gap.join((number[:6], number[6:14], number[14:]))
    if wide:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    assert personal(f"反映人证件{text}，请核实") == IDENTITY


@given(st.integers(0, 10**13 - 1), st.sampled_from(["622", "436", "521"]))
def test_bank_cards_are_recognised_by_their_check_digit(body: int, issuer: str) -> None:
    right = luhn(f"{issuer}{body:013}"[:15])
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert personal(f"退款到{right}") == CARD
    assert personal(f"退款到{wrong}") != CARD


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
