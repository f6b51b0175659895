"""What departments write into one cell, as the values of the lists: bases, stages, points, limits, days, names of units."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from qingdan.core.importing import duties, scalars
from qingdan.core.importing.bases import bases
from qingdan.core.importing.points import numbered, outside, points
from qingdan.core.importing.punctuation import damaged, unified
from qingdan.core.importing.unit_names import unit_names
from qingdan.core.tables import national

if TYPE_CHECKING:
    from pathlib import Path

    from qingdan.model.values import Doc


def told(text: str, titles: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    return [
        (one.law, one.article, one.text) for one in bases(text, titles or {}) if one.law or one.text
    ]


def doubts(text: str) -> list[str]:
    return [doubt for one in bases(text, {}) for doubt in one.doubts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《甲法》第三十九条 应当申请,免费领取光荣证 第四十九条已经领取的,注销光荣证。",
         [("甲法", "第三十九条", "应当申请,免费领取光荣证"), ("甲法", "第四十九条", "已经领取的,注销光荣证。")]),
        ("《甲法》（2021年修正）第三十五条第一款：“国家实行许可制度。”《乙办法》第二条",
         [("甲法", "第三十五条第一款", "国家实行许可制度。"), ("乙办法", "第二条", "")]),
        ("《甲法》第三条规定：甲应当。第四条规定：乙应当。",
         [("甲法", "第三条", "甲应当。"), ("甲法", "第四条", "乙应当。")]),
        ("《甲法》第八条 违反第三条、第四条的，依照《乙法》处罚。《丙法》另有规定的，从其规定。",
         [("甲法", "第八条", "违反第三条、第四条的，依照《乙法》处罚。《丙法》另有规定的，从其规定。")]),
        ("1.《甲法》第三条；2.《乙条例》第五条第（二）项。违反本条例第三十条规定的，依照《丙法》第五条处罚。\n3、豫政[2014]97号",
         [("甲法", "第三条", ""),
          ("乙条例", "第五条第（二）项", "违反本条例第三十条规定的，依照《丙法》第五条处罚。"),
          ("豫政〔2014〕97号", "", "")]),
        ("《甲法》\n第三条 甲。\n第四条之一 乙。\n《乙法》\n第一条 丙。",
         [("甲法", "第三条", "甲。"), ("甲法", "第四条之一", "乙。"), ("乙法", "第一条", "丙。")]),
        ("【法律】《甲法》第一条 甲乙。【行政法规】《乙条例》第二条 丙丁。",
         [("甲法", "第一条", "甲乙。"), ("乙条例", "第二条", "丙丁。")]),
        ("《甲条例》、《乙法》、《丙法》第三条、第五条",
         [("甲条例", "", ""), ("乙法", "", ""), ("丙法", "第三条、第五条", "")]),
        ("《关于印发《收费办法》的通知》（财综(2012)97号）", [("关于印发《收费办法》的通知", "", "")]),
        ("中华人民共和国安全生产法第三十六条", [("中华人民共和国安全生产法", "第三十六条", "")]),
        ("根据豫政〔2014〕97号文件规定", [("豫政〔2014〕97号", "", "")]),
        ("《幼儿园管理条例》,发改价格[2011]3207号,豫发改收费﹝2012﹞2061号，豫发改收费〔2014〕1705",
         [("幼儿园管理条例", "", ""), ("发改价格〔2011〕3207号", "", ""),
          ("豫发改收费〔2012〕2061号", "", ""), ("豫发改收费〔2014〕1705", "", "")]),
    ],
)  # fmt: skip
def test_a_cell_of_bases_is_taken_apart(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


def test_what_is_damaged_or_left_out_in_a_basis_is_told() -> None:
    assert doubts("财综〔20112号") == ["文号“财综〔20112号”不完整或有误，照原样列入，请核对"]
    assert "连着两个分隔符" in doubts("教财〔2005〕22号,,豫发改办〔2004〕232号")[0]
    assert "（2021年修正）" in doubts("《甲法》（2021年修正）第三条")[0]
    assert doubts("《甲法》第三条") == []
    titled = bases("《甲办法》（豫财〔2012〕9号）第三条", {"豫财〔2012〕9号": "甲办法"})
    assert titled[0].doubts == []
    assert told("豫财〔2012〕9号", {"豫财〔2012〕9号": "甲办法"}) == [("甲办法", "", "")]


@pytest.mark.parametrize("path", strategies.sample_paths(), ids=strategies.sample_id)
def test_the_bases_and_flows_of_the_samples_come_back_from_the_exchanges_text(path: Path) -> None:
    items: Any = strategies.sample(path)["items"]
    for item in items:
        text = "\n".join(national._basis(part) for part in item["basis"])  # noqa: SLF001
        keys = ("law", "article", "text")
        wanted = [_alike(part.get(key, "")) for part in item["basis"] for key in keys]
        assert [_alike(part) for one in told(text) for part in one] == wanted
        steps = item.get("flow", [])
        text = "→".join(national._step(part) for part in steps)  # noqa: SLF001
        assert duties.flow(unified(text)).value == steps or not steps


def _alike(text: object) -> str:
    return unified(str(text)).rstrip("；。：")


LEGAL = st.lists(
    st.sampled_from([*"《》〈〉（）()〔〕[]，,；;。：:、\n “”", "第三条", "第十条第二款", "规定", "的", "依照", "甲法", "乙条例",
                     "财综〔2012〕97号", "〔2014〕", "2014", "号", "1.", "2.", "（一）", "（二）", "①", "应当办理"]),
    max_size=25,
).map("".join)  # fmt: skip


@given(LEGAL)
def test_no_word_of_a_basis_is_lost(text: str) -> None:
    """Every word that says something stands in an entry or in what is told, in whatever form."""
    found = bases(text, {})
    said = "".join(one.law + one.article + one.text + "".join(one.doubts) for one in found)
    for word in ("甲法", "乙条例", "应当办理"):
        assert said.count(word) >= text.count(word)
    assert all(one.law or one.text or one.doubts for one in found)


HOSTILE = (
    "《甲法》" * 8000, "《甲法》" + "第三条 甲。" * 5000, "《" * 30000, "（" * 30000, "1." * 15000, "财综〔2012〕97号," * 3000,
    " " * 30000 + "甲", "受理责任：" * 6000, "(" * 15000 + ")" * 15000, "-" * 30000, "一" * 30000, "法" * 30000 + "第",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_no_cell_takes_longer_than_a_moment(text: str) -> None:
    start = time.process_time()
    for read in (told, duties.responsibilities, duties.flow, duties.materials, points, unified):
        read(text)
    for scalar in (scalars.limit, scalars.date, scalars.count):
        scalar(text)
    assert time.process_time() - start < 5


@given(LEGAL)
def test_points_lose_nothing_but_their_numbers(text: str) -> None:
    kept = re.compile(r"[甲乙法条例应当办理规定依照财综]")
    assert kept.findall("".join(points(text))) == kept.findall(text)


def test_staged_duties_become_stages() -> None:
    text = ("1、受理阶段责任:公示材料;一次性告知(不予受理的说明理由); 2、审查和决定阶段责任:审核;决定; "
            "3、送达阶段责任:发放; 4、其他法律法规规定应履行的责任。")  # fmt: skip
    found = duties.responsibilities(unified(text))
    assert [part["stage"] for part in found.value] == ["受理", "审查和决定", "送达", "其他"]
    assert found.value[0]["duty"] == "公示材料;一次性告知（不予受理的说明理由）"
    assert found.value[3]["duty"] == "其他法律法规规定应履行的责任。"
    assert found.doubts == []


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("立案责任：甲；乙。调查责任：丙。告知责任：丁。", ["立案", "调查", "告知"]),
        ("立案：甲\n调查：乙", ["立案", "调查"]),
        ("（一）立案责任：甲。\n（二）调查责任：1.乙；2.丙。", ["立案", "调查"]),
        ("1.立案责任：甲3.5。2.调查责任：（1）乙；（2）丙。", ["立案", "调查"]),
    ],
)
def test_stages_are_found_in_other_writings(text: str, stages: list[str]) -> None:
    assert [part["stage"] for part in duties.responsibilities(text).value] == stages


def test_duties_without_stages_are_one_and_say_so() -> None:
    found = duties.responsibilities("负责辖区内的日常巡查。")
    assert found.value == [{"stage": "综合", "duty": "负责辖区内的日常巡查。"}]
    assert found.doubts == ["没有分阶段，整段列入“综合”"]
    basis = duties.responsibilities("1.受理责任：甲（依据：《甲法》第三条）。2.审查责任：乙。")
    assert basis.value[0] == {"stage": "受理", "duty": "甲", "basis": "《甲法》第三条"}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("受理（1个工作日，窗口岗，窗口负责人）→审查（5工作日，审核岗，科长，许可科）→决定",
         [{"step": "受理", "limit": "1个工作日", "post": "窗口岗", "office": "窗口负责人"},
          {"step": "审查", "limit": "5个工作日", "post": "审核岗", "office": "科长", "section": "许可科"},
          {"step": "决定"}]),
        ("受理、审查、决定", [{"step": "受理"}, {"step": "审查"}, {"step": "决定"}]),
        ("1.受理 2.审查", [{"step": "受理"}, {"step": "审查"}]),
        ("受理-->审查——>决定", [{"step": "受理"}, {"step": "审查"}, {"step": "决定"}]),
        ("查（勘）验（2日，认定岗（2人），主任）→办结",
         [{"step": "查（勘）验", "limit": "2日", "post": "认定岗（2人）", "office": "主任"}, {"step": "办结"}]),
    ],
)  # fmt: skip
def test_flows_become_steps(text: str, steps: list[Doc]) -> None:
    assert duties.flow(text).value == steps


def test_materials_say_their_form_and_number() -> None:
    found = duties.materials("1.身份证（复印件2份）；2.申请表（原件）\n3、照片（近期免冠）").value
    assert found == [
        {"name": "身份证", "form": "复印件", "copies": 2},
        {"name": "申请表", "form": "原件"},
        {"name": "照片（近期免冠）"},
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1、甲；2、乙；3、丙", ["甲；", "乙；", "丙"]),
        ("一、甲（1.乙；2.丙）二、丁", ["甲（1.乙；2.丙）", "丁"]),
        ("按规定：（一）甲；\n（二）乙。", ["按规定：", "甲；", "乙。"]),
        ("①甲②乙", ["甲", "乙"]),
        ("甲\n乙", ["甲", "乙"]),
        ("甲；《乙；丙》；（丁；戊）", ["甲；", "《乙；丙》；", "（丁；戊）"]),
        ("不少于3.5平方米；不少于2人", ["不少于3.5平方米；", "不少于2人"]),
        ("第1、2款规定", ["第1、2款规定"]),
    ],
)
def test_points_are_cut_where_they_begin(text: str, parts: list[str]) -> None:
    assert points(text) == parts


def test_brackets_that_never_close_do_not_hide_what_follows() -> None:
    assert outside("甲（乙；丙", "；") == ["甲（乙", "丙"]
    assert numbered("甲") == ("甲", [])


@pytest.mark.parametrize(
    ("text", "measure", "expected"),
    [
        ("20日", "工作日", ("20日", "")),
        ("20工作日", "", ("20个工作日", "")),
        ("二十个工作日", "", ("20个工作日", "")),
        ("自受理之日起20个工作日内", "", ("20个工作日", "")),
        ("20个工作日（不含公示）", "", ("20个工作日", "不含公示")),
        ("５", "工作日", ("5个工作日", "")),
        ("5", "日", ("5日", "")),
        ("5", "", ("5", "")),
        ("即办", "", ("即时办结", "")),
        ("当场办结", "", ("即时办结", "")),
        ("三个月", "", ("3个月", "")),
        ("依法定程序", "工作日", ("依法定程序", "")),
    ],
)
def test_limits_in_other_writings(text: str, measure: str, expected: tuple[str, str]) -> None:
    assert scalars.limit(text, measure) == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/1/5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("２０２６．１．５", "2026-01-05"),
        ("二〇一六年九月六日", "2016-09-06"),
        ("二○一六年十二月三十一日", "2016-12-31"),
        ("20260105", "2026-01-05"),
        ("2026-01-05 00:00", "2026-01-05"),
        ("2026年1月", "2026年1月"),
    ],
)
def test_days_in_other_writings(text: str, day: str) -> None:
    assert scalars.date(text) == day


@pytest.mark.parametrize(
    "text", ["JS-SC-XK-001", "\tJS-SC-XK-001 ", "'JS-SC-XK-001", '="JS-SC-XK-001"', "ＪＳ－ＳＣ—XK-００１", "JS-SC- XK-001"]
)  # fmt: skip
def test_codes_lose_what_spreadsheets_and_typists_add(text: str) -> None:
    assert scalars.code(text) == "JS-SC-XK-001"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("财综[2011]12号", "财综〔2011〕12号"),
        ("财综［2011］12号", "财综〔2011〕12号"),
        ("财综(2011)第12号", "财综〔2011〕12号"),
        ("财综【2011】 12 号", "财综〔2011〕12号"),
        ("财综{２０１１}12号", "财综〔2011〕12号"),
        ("收费(含(住宿)费)", "收费（含（住宿）费）"),
        ("A(b)c", "A(b)c"),
        ("第(一)项", "第（一）项"),
    ],
)
def test_one_kind_of_each_punctuation(text: str, expected: str) -> None:
    assert unified(text) == expected
    assert unified(expected) == expected


def test_damaged_numbers_are_known() -> None:
    assert all(map(damaged, ("财综〔20112号", "豫发改收费〔2014〕1705", "财综2011〕12号")))
    assert not any(map(damaged, ("财综〔2011〕12号", "幼儿园管理条例", "2011年收费标准")))


REGISTER: list[Doc] = [
    {"code": "JS-QZF", "name": "郑州市金水区人民政府", "short": "区政府"},
    {"code": "JS-FG", "name": "郑州市金水区发展和改革委员会", "short": "区发展改革委"},
    {"code": "JS-YJ", "name": "郑州市金水区应急管理局", "short": "区应急管理局", "uscc": "11410105MB0X12345A"},
    {"code": "X-YJ", "name": "应急管理局（园区）", "short": "区应急管理局"},
]  # fmt: skip
NAMES = unit_names(REGISTER, ["郑州市金水区", "金水区"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JS-FG", "JS-FG"),
        ("js-fg", "JS-FG"),
        ("郑州市金水区应急管理局", "JS-YJ"),
        ("金水区应急管理局", "JS-YJ"),
        ("应急管理局", "JS-YJ"),
        ("11410105mb0x12345a", "JS-YJ"),
        ("区应急管理局", ""),  # the short name of two units
        ("区教育局", ""),
    ],
)
def test_units_are_known_by_every_name(text: str, code: str) -> None:
    assert NAMES.find(text) == code


def test_a_name_of_two_units_is_known_to_be_shared() -> None:
    assert NAMES.shared == {"区应急管理局"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("郑州市金水区发展和改革委员会权责清单（2026年版）", "JS-FG"),
        ("2026年区发展改革委收费清单", "JS-FG"),
        ("附件2：区政府行政权力事项目录", "JS-QZF"),
        ("新乡市卫滨区人民政府办公室", ""),
        ("卫滨区政府", ""),
        ("应急管理局（园区）和区发展改革委", ""),
        ("权责清单", ""),
    ],
)
def test_a_unit_in_a_title_stands_by_itself(text: str, code: str) -> None:
    assert NAMES.inside(text) == code
