"""Who is who and what differs, without files: near names, parts, and a trial that finds every drift and nothing else."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qingdan.core.schema import Schemas
from qingdan.core.systems import parts
from qingdan.core.systems.comparing import Comparison, compare, unit_names
from qingdan.core.systems.matching import Coded
from qingdan.core.systems.parts import Parts
from qingdan.model.findings import Finding
from qingdan.model.items import Item
from qingdan.model.settings import SystemSettings
from qingdan.model.values import Doc
from qingdan.model.workspace import Unit
from qingdan.repo import resources

SCHEMAS = Schemas(resources.schema_texts())
KEYS = (
    "code", "task_code", "name", "unit", "type", "state", "statutory_limit", "promised_limit",
    "flow", "materials", "basis", "result",
)  # fmt: skip
SYSTEM = SystemSettings(
    "portal", "政务服务网", "某局", "本单位自定", ("powers",), (), {key: key for key in KEYS}
)
UNITS = {
    "A": Unit("A", "郑州市金水区民政局", "区民政局", "区直"),
    "A1": Unit("A1", "郑州市金水区民政局救助科", "救助科", "科室", "A"),
    "B": Unit("B", "郑州市金水区教育局", "区教育局", "区直"),
}


def item(code: str, name: str, unit: str = "A", **data: object) -> Item:
    whole = {"code": code, "name": name, "type": "行政许可", "state": "在用"} | data
    return Item("powers", unit, f"lists/powers/{unit}.yaml", 0, whole)  # type: ignore[arg-type]


def row(name: str, unit: str = "区民政局", **data: str) -> Doc:
    return {"name": name, "unit": unit, "type": "行政许可", **data}


def compared(
    items: list[Item], rows: list[Doc], *, now: list[Item] | None = None, **system: object
) -> tuple[Finding, ...]:
    public = {each.code: each for each in items}
    current = {each.code: each for each in (items if now is None else now)}
    settings = replace(SYSTEM, **system)
    names = unit_names(UNITS, "金水区")
    c = Comparison(settings, tuple(rows), public, current, UNITS, SCHEMAS, names)
    pairing, findings = compare(c)
    assert Coded.of(pairing).pairing(c) == pairing
    return findings


def said(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.item) for finding in found]


# near names


def test_a_near_name_is_one_question_and_nothing_is_compared() -> None:
    here = item("A-1", "养老机构设立备案", promised_limit="5个工作日")
    there = row("养老机构设立备案登记", promised_limit="99个工作日", code="X-7")
    (finding,) = compared([here], [there])
    assert (finding.code, finding.item, finding.at) == ("QD310", "A-1", ("rows", 0, "name"))
    for part in (
        "“养老机构设立备案登记”（X-7）",
        "“养老机构设立备案”（A-1）",
        "88%",
        "是不是同一事项",
    ):
        assert part in finding.message
    assert "补上编号A-1" in finding.fix


@pytest.mark.parametrize(
    ("names", "rows", "codes"),
    [
        (["户口登记"], [row("户口注销")], ["QD302", "QD301"]),  # two of four characters
        (["养老机构设立备案"], [row("养老机构设立备案登记", "区教育局")], ["QD302", "QD301"]),
        (["养老机构设立备案"], [row("养老机构设立备案登记", "某某中心")], ["QD310"]),
        (["养老机构设立备案"], [row("养老机构设立备案", "某某中心")], ["QD310"]),
        (["养老机构设立备案"], [row("养老机构设立备案登记", state="停用")], ["QD301"]),
        (["养老机构第一类备案", "养老机构第二类备案"], [row("养老机构第三类备案")],
         ["QD302", "QD301", "QD301"]),  # as near to the one as to the other
        (["养老机构设立备案"], [row("养老机构设立备案表"), row("养老机构设立备案")], ["QD302"]),
        (["养老机构备案办理", "养老机构撤销备案办理"],
         [row("养老机构备案办理事项"), row("养老机构撤销备案办理事项")], ["QD310", "QD310"]),
    ],
)  # fmt: skip
def test_when_a_name_is_near(names: list[str], rows: list[Doc], codes: list[str]) -> None:
    items = [item(f"A-{number}", name) for number, name in enumerate(names)]
    assert [code for code, _ in said(compared(items, rows))] == codes


def test_a_section_acts_in_the_name_of_its_bureau_also_under_a_near_name() -> None:
    assert said(compared([item("A-1", "临时救助对象认定", "A1")], [row("临时救助对象的认定")])) == [
        ("QD310", "A-1")
    ]


def test_a_cancelled_item_under_another_name_is_asked_about() -> None:
    gone = item("A-1", "社会团体年度检查", state="取消")
    (finding,) = compared([gone], [row("社会团体年度检查办理")])
    assert finding.code == "QD310"
    assert "清单中已取消" in finding.message


def test_what_a_system_does_not_hold_is_no_near_name() -> None:
    here = item("A-1", "养老机构设立备案", type="其他行政权力")
    assert said(compared([here], [row("养老机构设立备案登记")], types=("行政许可",))) == [
        ("QD302", "")
    ]


def test_a_group_too_large_to_compare_has_no_suggestions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingdan.core.systems.matching.MOST_PAIRS", 0)
    found = compared([item("A-1", "养老机构设立备案")], [row("养老机构设立备案登记")])
    assert said(found) == [("QD302", ""), ("QD301", "A-1")]


def test_without_units_a_name_alone_matches_where_it_is_the_only_one() -> None:
    items = [
        item("A-1", "养老机构备案"),
        item("B-1", "幼儿园备案", "B"),
        item("B-2", "校车许可", "B"),
    ]
    items.append(item("A-2", "校车许可"))
    rows: list[Doc] = [{"name": "养老机构备案"}, {"name": "幼儿园 备案"}, {"name": "校车许可"}]
    columns = {"name": "name", "code": "code"}
    found = compared(items, rows, columns=columns)
    assert said(found) == [("QD302", ""), ("QD301", "B-2"), ("QD301", "A-2")]


@pytest.mark.parametrize(
    "name", ["金水区民政局", "郑州市金水区民政局", "区民政局", "金水区 民政局"]
)
def test_a_unit_s_short_forms_are_the_unit(name: str) -> None:
    assert said(compared([item("A-1", "养老机构备案")], [row("养老机构备案", name)])) == []


# states


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("在用", "", ""),
        ("启用", "", ""),
        ("1", "", ""),
        ("01", "", ""),
        ("停用", "QD301", "已停用（停用）"),
        ("2", "QD301", "已停用（2）"),
        ("已上线", "QD301", "的状态是“已上线”"),
    ],
)
def test_words_for_states_come_from_the_schema(state: str, code: str, words: str) -> None:
    found = compared([item("A-1", "甲乙丙丁")], [row("甲乙丙丁", state=state)])
    assert [finding.code for finding in found] == ([code] if code else [])
    assert words in "".join(finding.message for finding in found)
    if words.startswith("的"):
        assert "systems.portal.values.state" in found[0].fix


# parts


FLOW = ("受理", "现场核查", "审批")


@pytest.mark.parametrize(
    ("text", "differing"),
    [
        ("受理（1日）→现场核查（6日）→审批（3日）", Parts()),
        ("受理->现场核查->审批", Parts()),
        ("1.受理：材料齐全的当场受理，出具凭证；2.现场核查：3个工作日；3、审批", Parts()),
        ("①受理②现场核查③审批", Parts()),
        ("（一）受理；（二）现场核查；（三）审批", Parts()),
        ("受理、现场核查、审批", Parts()),
        ("受理环节 现场核查环节 审批", Parts()),
        ("受理（1个工作日，窗口岗；负责人）—现场核查3个工作日—审批", Parts()),
        ("环节：受理；环节：现场核查；环节：审批", Parts()),
        ("受理→现场核查→专家评审（5日）→公示→审批", Parts(("专家评审", "公示"))),
        ("受理、现场核查、公示、审批", Parts(("公示",))),
        ("受理→审批", Parts(missing=("现场核查",))),
        ("受理→现场检查核查→审批", Parts(("现场检查核查",), ("现场核查",))),
        ("受理→入户现场核查→审批", Parts(renamed=(("现场核查", "入户现场核查"),))),
        (
            "收到申请后，由窗口人员当日予以登记受理并出具凭证，随后现场核查",
            Parts(missing=("审批",)),
        ),
    ],
)
def test_steps_as_systems_write_them(text: str, differing: Parts) -> None:
    here = item("A-1", "甲", flow=[{"step": step, "limit": "1日"} for step in FLOW])
    assert parts.compared(text, here, "flow") == differing


@pytest.mark.parametrize(
    ("text", "differing"),
    [
        ("申请书1份；身份证复印件（2份）；营业执照（副本）；户口簿", Parts()),
        ("申请书、身份证、营业执照、户口簿", Parts()),
        ("1.《申请书》2.身份证、户口簿 3.营业执照原件及复印件", Parts()),
        ("申请书；身份证、户口簿；营业执照；无犯罪记录证明", Parts(("无犯罪记录证明",))),
        ("申请书；营业执照", Parts(missing=("身份证、户口簿",))),
        ("申请书；身份证、户口簿；营业执照；附件（二）", Parts(("附件（二）",))),
    ],
)
def test_materials_as_systems_write_them(text: str, differing: Parts) -> None:
    names = ("申请书", "身份证、户口簿", "营业执照（副本）")
    here = item("A-1", "甲", materials=[{"name": name} for name in names])
    assert parts.compared(text, here, "materials") == differing


@pytest.mark.parametrize(
    ("text", "differing"),
    [
        ("《安全生产法》第九条；《中华人民共和国消防法（2021修正）》第三条", Parts()),
        ("安全生产法第九条第一款、消防法第三条", Parts()),
        ("《安全生产法》第九条：依照《某某办法》的规定……《刑法》；《消防法》", Parts()),
        ("见文件", Parts()),
        ("《安全生产法》", Parts(missing=("中华人民共和国消防法",))),
        ("《安全生产法》《消防法》《行政许可法》", Parts(("行政许可法",))),
    ],
)
def test_bases_are_compared_as_titles(text: str, differing: Parts) -> None:
    bases = [
        {"law": "中华人民共和国安全生产法", "text": "构成犯罪的，依照《刑法》追究"},
        {"law": "中华人民共和国消防法"},
        {"law": "中华人民共和国消防法"},
    ]
    assert parts.compared(text, item("A-1", "甲", basis=bases), "basis") == differing


NAMES = st.lists(
    st.text("申请受理审查勘验公示决定送达表书证", min_size=2, max_size=9),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(
    NAMES,
    st.sampled_from(("→", "；", ";", "、", "，", "\n", " -> ", "——")),
    st.sampled_from(("{}", "{}（3个工作日）", "{}环节")),
)
def test_an_item_s_own_steps_are_no_difference(names: list[str], mark: str, form: str) -> None:
    here = item("A-1", "甲", flow=[{"step": name} for name in names])
    text = mark.join(form.format(name) for name in names)
    assert not parts.compared(text, here, "flow")


@given(st.text(max_size=200), st.sampled_from(parts.PARTS))
def test_no_text_is_too_odd(text: str, key: str) -> None:
    part: Doc = {"step": "受理", "name": "申请书", "law": "刑法"}
    here = replace(item("A-1", "甲"), data={"code": "A-1", key: [part]})
    parts.compared(text, here, key)


def test_extra_steps_and_materials_are_findings_of_their_own() -> None:
    here = item(
        "A-1",
        "养老机构备案",
        flow=[{"step": "受理"}, {"step": "审查"}, {"step": "决定"}],
        materials=[{"name": "申请书"}],
        basis=[{"law": "中华人民共和国老年人权益保障法"}],
    )
    there = row(
        "养老机构备案",
        flow="受理→专家评审→公示→决定",
        materials="申请书；会议纪要",
        basis="《老年人权益保障法》《养老机构管理办法》",
    )
    found = compared([here], [there])
    assert [(f.code, f.at[2]) for f in found] == [
        ("QD311", "flow"),
        ("QD312", "materials"),
        ("QD304", "basis"),
    ]
    assert (
        "多出2个环节：“专家评审”、“公示”；公开的清单有“审查”，政务服务网没有。" in found[0].message
    )
    assert "多出1个材料：“会议纪要”。" in found[1].message
    assert "政务服务网有“养老机构管理办法”，公开的清单没有。" in found[2].message


def test_steps_that_an_unpublished_adjustment_adds_are_pending() -> None:
    def steps(*names: str) -> Item:
        return item("A-1", "养老机构备案", flow=[{"step": name} for name in names])

    before, after = steps("受理", "决定"), steps("受理", "公示", "决定")
    texts = {
        "受理→公示→决定": ["QD305"],
        "受理→决定": ["QD305"],
        "受理→公示→评审→决定": ["QD311"],
        "受理": ["QD304"],
    }
    for text, codes in texts.items():
        found = compared([before], [row("养老机构备案", flow=text)], now=[after])
        assert [finding.code for finding in found] == codes, text
    (extra,) = compared([before], [row("养老机构备案", flow="受理→公示→评审→决定")], now=[after])
    assert "多出1个环节：“评审”" in extra.message


# the trial: lists of any kind, a faithful export, and drifts


WORDS = (
    "食品",
    "道路",
    "学校",
    "医院",
    "排水",
    "燃气",
    "广告",
    "档案",
    "社团",
    "林木",
    "水利",
    "文物",
)
LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东南西北春夏秋冬金木水火土"


def lists(chance: random.Random, count: int) -> list[Item]:
    made = []
    for number in range(count):
        unit = chance.choice(("A", "A1", "B"))
        name = "".join(chance.sample(LETTERS, 8)) + chance.choice(WORDS) + "审批"
        made.append(
            item(
                f"{unit}-{number}",
                name,
                unit,
                statutory_limit="20个工作日",
                promised_limit=f"{chance.randint(1, 15)}个工作日",
                flow=[{"step": step} for step in ("受理", "审查", "决定", "送达")],
                materials=[{"name": "申请书"}, {"name": "身份证"}],
                basis=[{"law": "中华人民共和国行政许可法"}],
                result="批准文件",
            )
        )
    return made


def exported(items: list[Item]) -> list[Doc]:
    """What a portal holds that has entered every item faithfully."""
    return [
        {
            "code": each.code,
            "name": each.name,
            "unit": UNITS["A" if each.unit == "A1" else each.unit].name,
            "type": "1",
            "state": "有效",
            "statutory_limit": "20工作日",
            "promised_limit": str(each.data["promised_limit"]).replace("个", ""),
            "flow": "受理→审查（2日）→决定→送达",
            "materials": "1.申请书；2.身份证复印件1份",
            "basis": "《行政许可法》第十二条",
            "result": "批准文件",
        }
        for each in items
    ]


def without(there: Doc, *keys: str) -> Doc:
    return {key: value for key, value in there.items() if key not in keys}


DRIFTS: dict[str, tuple[Callable[[Doc], list[Doc]], str]] = {
    "name": (lambda r: [r | {"name": f"全然不同的{r['code']}"}], "QD304"),
    "limit": (lambda r: [r | {"promised_limit": "19个工作日"}], "QD304"),
    "type": (lambda r: [r | {"type": "06"}], "QD304"),
    "result": (lambda r: [r | {"result": "证书"}], "QD304"),
    "unit": (lambda r: [r | {"unit": "区财政局"}], "QD304"),
    "state": (lambda r: [r | {"state": "停用"}], "QD301"),
    "step": (lambda r: [r | {"flow": "受理→审查→专家评审→决定→送达"}], "QD311"),
    "lost step": (lambda r: [r | {"flow": "受理→审查→决定"}], "QD304"),
    "material": (lambda r: [r | {"materials": "申请书；身份证；无违法证明"}], "QD312"),
    "law": (lambda r: [r | {"basis": "《行政许可法》；《某某条例》"}], "QD304"),
    "removed": (lambda _: [], "QD301"),
    "added": (lambda r: [r, {"name": f"擅设{r['code']}", "unit": "区教育局"}], "QD302"),
    "renamed": (lambda r: [without(r, "code") | {"name": f"{r['name']}事项"}], "QD310"),
    "doubled": (lambda r: [r, dict(r)], "QD306"),
}


@pytest.mark.parametrize("seed", range(6))
def test_every_drift_is_one_finding_and_there_are_no_others(seed: int) -> None:
    chance = random.Random(seed)
    items = lists(chance, 400)
    rows = exported(items)
    assert compared(items, rows) == ()
    drifted = dict.fromkeys(chance.sample(range(400), 60), "")
    expected: Counter[tuple[str, str]] = Counter()
    mixed: list[Doc] = []
    for place, there in enumerate(rows):
        if place not in drifted:
            mixed.append(there)
            continue
        change, code = DRIFTS[chance.choice(list(DRIFTS))]
        mixed += change(there)
        expected[code, "" if code == "QD302" else items[place].code] += 1
    chance.shuffle(mixed)
    found = compared(items, mixed)
    assert Counter((f.code, f.item) for f in found) == expected
    assert sum(expected.values()) == 60


def test_a_finding_is_made_for_every_kind_of_drift() -> None:
    items = lists(random.Random(9), 1)
    for name, (change, code) in DRIFTS.items():
        found: tuple[Finding, ...] = compared(items, change(exported(items)[0]))
        assert [finding.code for finding in found] == [code], name
