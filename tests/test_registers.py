"""Registers of units, officers and delegations, and the items that rest on them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TODAY, Run, Samples, put, replace
from qingdan.core.credit_codes import check_character, fault, organisation_check
from qingdan.core.units import acting, lineage
from qingdan.model.findings import Finding
from qingdan.model.workspace import Unit
from qingdan.repo import resources
from register_support import (
    DELEGATIONS,
    INSPECTION,
    OFFICERS,
    UNITS,
    base,
    codes,
    edited,
    item_with,
    judged,
    observed,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REAL = (
    "11440100007482575H",
    "11650000010183859F",
    "12440100741854396C",
    "12441500196720244T",
    "11310000MB2F30661Y",
    "11440400006988451Y",
)
SUBJECT = "  enforcement:\n    confirmed: '2019-04-23'\n    published: '2019-04-29'\n"
INSPECTS = "  type: 行政检查\n  state: 在用\n"
DELEGATED = (INSPECTS, f"{INSPECTS}  power_source: 上级委托\n")


def delegation(
    *, grantee: str = "JS-YJ", start: str = "2025-01-01", end: str = "", id_: str = "WT-1"
) -> str:
    last = f"  end: '{end}'\n" if end else ""
    return (
        f"- id: {id_}\n  from: ZZ-YJ\n  to: {grantee}\n  items: [{INSPECTION}]\n"
        f"  basis: 样例\n  document: 委托书（样例）\n  start: '{start}'\n{last}"
    )


def delegated(*records: str) -> dict[str, str]:
    return item_with(DELEGATED) | {DELEGATIONS: "delegations:\n" + "".join(records)}


# codes with check digits


@pytest.mark.parametrize("code", REAL)
def test_codes_that_exist_are_right(code: str) -> None:
    assert fault(code) == ""


def test_an_organisation_code_that_exists_is_right() -> None:
    assert organisation_check("00530771") == "4"
    assert organisation_check("MB2F3066") == "1"


bodies = st.tuples(
    st.text("123456789AEGLMNPQRTUWXY", min_size=1, max_size=1),
    st.text("0123456789", min_size=7, max_size=7),
    st.text(ALPHABET, min_size=8, max_size=8),
).map(lambda parts: "".join(parts) + organisation_check(parts[2]))


@given(bodies)
def test_a_computed_code_is_right_whatever_it_begins_with(body: str) -> None:
    assert fault(body + check_character(body)) == ""


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, char: str) -> None:
    code = body + check_character(body)
    wrong = code[:place] + char + code[place + 1 :]
    assert bool(fault(wrong)) == (wrong != code)


@given(bodies, st.integers(0, 16))
def test_two_characters_exchanged_are_noticed(body: str, place: int) -> None:
    code = body + check_character(body)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert bool(fault(wrong)) == (wrong != code)


def test_the_organisation_code_inside_is_part_of_it() -> None:
    body = "11410105" + "00530771" + "5"
    assert "第9至17位的组织机构代码，校验码应为4，写的是5" in fault(body + check_character(body))


def test_a_wrong_code_is_found_where_it_stands() -> None:
    [found] = judged(edited(UNITS, ("11410100MB00000005", "11410100MB00000050")), "QD407")
    assert (found.path, found.unit) == (UNITS, "ZZ-YJ")
    assert "郑州市应急管理局的统一社会信用代码“11410100MB00000050”有误" in found.message
    assert judged(base(), "QD407") == []


# who acts in whose name

FAMILY = {
    unit.code: unit
    for unit in (
        Unit("GOV", "区政府", "区政府", "上级机关"),
        Unit("BUR", "局", "局", "区直", "GOV"),
        Unit("SEC", "科", "科", "科室", "BUR"),
        Unit("SUB", "股", "股", "科室", "SEC"),
        Unit("LOST", "失", "失", "科室", "NOWHERE"),
        Unit("A", "甲", "甲", "科室", "B"),
        Unit("B", "乙", "乙", "科室", "A"),
    )
}


def test_a_section_acts_for_its_bureau_and_a_bureau_for_itself() -> None:
    assert acting("SUB", FAMILY) == ("SUB", "SEC", "BUR")
    assert acting("BUR", FAMILY) == ("BUR",)
    assert acting("LOST", FAMILY) == ("LOST", "NOWHERE")
    assert acting("STRANGE", FAMILY) == ("STRANGE",)
    assert lineage("SUB", FAMILY) == ("SUB", "SEC", "BUR", "GOV")


def test_a_circle_of_parents_ends() -> None:
    assert acting("A", FAMILY) == ("A", "B")


# subjects


def test_the_workspace_as_it_is_has_nothing_to_say() -> None:
    assert judged(base(), *(f"QD{number}" for number in range(405, 417))) == []
    assert observed(base(), TODAY) == []


def test_a_subject_that_is_not_confirmed_enforces_nothing() -> None:
    found = judged(edited(UNITS, (SUBJECT, "")), "QD408")
    assert {finding.item for finding in found} == {INSPECTION, "JS-YJ-XK-001"}
    assert "实施主体区应急管理局的执法主体资格没有登记“确认日期”、“公布日期”" in found[0].message
    assert "不得行使行政检查。" in found[0].message
    assert found[0].sources == (
        "《金水区行政权力清单运行监督检查办法》第十四条第（二）项",
        "可能涉及《金水区行政权力清单运行监督检查办法》第二十一条第（六）项",
    )


def test_a_subject_that_is_not_published_enforces_nothing() -> None:
    found = judged(edited(UNITS, ("    published: '2019-04-29'\n", "")), "QD408")
    assert "没有登记“公布日期”" in found[0].message
    assert "确认日期" not in found[0].message


def test_a_section_is_judged_by_its_bureau_and_a_bureau_by_itself() -> None:
    kind = "  short: 区应急管理局\n  kind: 区直\n"
    section = (kind, "  short: 区应急管理局\n  kind: 科室\n  parent: JS-CG\n")
    assert judged(edited(UNITS, (SUBJECT, ""), section), "QD408") == []
    below = (kind, f"{kind}  parent: JS-CG\n")
    assert codes(judged(edited(UNITS, (SUBJECT, ""), below), "QD408")) == ["QD408", "QD408"]


@pytest.mark.parametrize("kind", ["授权组织", "镇政府", "街道办事处", "垂直管理"])
def test_organisations_empowered_by_law_are_judged_like_others(kind: str) -> None:
    other = ("  short: 区应急管理局\n  kind: 区直\n", f"  short: 区应急管理局\n  kind: {kind}\n")
    assert judged(edited(UNITS, other), "QD408") == []
    assert len(judged(edited(UNITS, other, (SUBJECT, "")), "QD408")) == 2


def test_what_is_not_in_use_or_no_enforcement_needs_no_subject() -> None:
    idle = edited(UNITS, (SUBJECT, ""), files=item_with(("  state: 在用\n", "  state: 暂停\n")))
    assert [finding.item for finding in judged(idle, "QD408")] == ["JS-YJ-XK-001"]
    types = "  types: [行政许可, 行政处罚, 行政检查]\n"
    fewer = edited(
        "qingdan.yaml", (types, "  types: [行政处罚]\n"), files=edited(UNITS, (SUBJECT, ""))
    )
    assert judged(fewer, "QD408") == []


def test_what_is_delegated_is_judged_by_the_one_who_delegates() -> None:
    files = delegated(delegation())
    assert judged(edited(UNITS, (SUBJECT, ""), files=files), "QD408", "QD409")[0].item != INSPECTION
    grantor = "  enforcement: {confirmed: '2019-01-10', published: '2019-01-15'}\n"
    [found] = judged(edited(UNITS, (grantor, ""), files=files), "QD408", "QD409")
    assert (found.code, found.item) == ("QD408", INSPECTION)
    assert "委托机关市应急管理局的执法主体资格没有登记" in found.message


# delegations


def test_a_delegation_that_nobody_registered_is_found() -> None:
    [found] = judged(item_with(DELEGATED), "QD408", "QD409")
    assert (found.code, found.item, found.at[2]) == ("QD409", INSPECTION, "power_source")
    assert "权力来源是上级委托，委托名册中没有委托区应急管理局行使该事项的记录" in found.message
    assert found.sources[0].endswith("第十一条第二款")
    assert judged(delegated(delegation()), "QD408", "QD409") == []


def test_a_delegation_to_somebody_else_is_no_delegation() -> None:
    [found] = judged(delegated(delegation(grantee="JS-CG")), "QD409")
    assert "（委托WT-1写的是区城市管理局）" in found.message


def test_a_register_that_cannot_be_read_accuses_nobody() -> None:
    files = item_with(DELEGATED) | {DELEGATIONS: "delegations: [\n"}
    assert codes(judged(files, "QD101", "QD409")) == ["QD101"]


def test_a_delegation_names_items_that_exist() -> None:
    [found] = judged(delegated(delegation().replace("JC-001", "JC-009")), "QD203")
    assert (found.path, found.item) == (DELEGATIONS, "JS-YJ-JC-009")
    assert found.message == "委托WT-1的事项“JS-YJ-JC-009”不存在。"


@pytest.mark.parametrize(
    ("end", "today", "ended"),
    [
        ("2026-11-19", TODAY, True),
        (TODAY, TODAY, False),
        ("", TODAY, False),
        ("2027-01-01", TODAY, False),
    ],
)
def test_a_delegation_ends_after_its_last_day(end: str, today: str, ended: bool) -> None:
    found = observed(delegated(delegation(end=end)), today, "QD421")
    assert len(found) == ended
    if ended:
        assert "市应急管理局的委托（WT-1）已于2026-11-19到期，该事项仍在用。" in found[0].message


def test_a_delegation_renewed_has_not_ended() -> None:
    old = delegation(end="2026-06-30")
    assert (
        observed(delegated(old, delegation(start="2026-07-01", id_="WT-2")), TODAY, "QD421") == []
    )
    assert observed(delegated(old, delegation(end="2026-07-31", id_="WT-2")), TODAY, "QD421")


def test_an_item_that_was_devolved_needs_its_old_delegation_no_more() -> None:
    files = {DELEGATIONS: "delegations:\n" + delegation(end="2026-06-30")}
    own = item_with((INSPECTS, f"{INSPECTS}  power_source: 上级下放\n")) | files
    assert observed(own, TODAY, "QD421") == []
    idle = item_with(DELEGATED, ("  state: 在用\n", "  state: 暂停\n")) | files
    assert observed(idle, TODAY, "QD421") == []


def lent(*, start: str = "2025-01-01", end: str = "", id_: str = "WT-1", more: str = "") -> str:
    """The item's own unit lets another exercise it."""
    record = delegation(grantee="JS-CG", start=start, end=end, id_=id_)
    return record.replace("from: ZZ-YJ", "from: JS-YJ") + more


def observed_lent(*records: str, state: str = "在用") -> list[Finding]:
    files = item_with(("  state: 在用\n", f"  state: {state}\n"))
    return observed(
        files | {DELEGATIONS: "delegations:\n" + "".join(records)}, "2026-12-15", "QD421"
    )


def test_a_delegation_given_to_others_ends_too() -> None:
    """S1 第十一条第二款 is about the units' own delegating: the item in the list is the one who delegates."""
    [found] = observed_lent(lent(end="2026-11-30"))
    assert (found.path, found.item, found.unit) == (DELEGATIONS, INSPECTION, "JS-YJ")
    assert found.message == (
        "区应急管理局委托区城市管理局行使“对生产经营单位安全生产情况的监督检查”（WT-1）已于2026-11-30到期，"
        "没有续办，也没有区城市管理局停止行使的记录。"
    )
    assert observed_lent(lent(end="2026-12-15")) == []
    assert observed_lent(lent(end="2026-11-30"), state="暂停") == []


def test_a_delegation_given_to_others_is_renewed_or_taken_back() -> None:
    old = lent(end="2026-11-30")
    assert observed_lent(old, lent(start="2026-12-01", id_="WT-2")) == []
    assert observed_lent(lent(end="2026-11-30", more="  ceased: '2026-11-30'\n")) == []
    again = lent(start="2026-12-01", end="2026-12-10", id_="WT-2")
    assert observed_lent(lent(end="2026-11-30", more="  ceased: '2026-11-30'\n"), again)
    other = old.replace("to: JS-CG", "to: JS-ZF").replace("WT-1", "WT-3")
    assert len(observed_lent(old, other)) == 2


# units that registers name


@pytest.mark.parametrize(
    ("path", "old", "new", "label"),
    [
        (OFFICERS, "unit: JS-CG", "unit: JS-CGJ", "单位编号"),
        (
            UNITS,
            "  short: 市应急管理局\n",
            "  short: 市应急管理局\n  parent: ZZ-ZF\n",
            "上级单位编号",
        ),
        (
            UNITS,
            "  short: 市应急管理局\n",
            "  short: 市应急管理局\n  successors: [ZZ-ZF]\n",
            "承继单位",
        ),
    ],
)
def test_units_of_registers_are_registered(path: str, old: str, new: str, label: str) -> None:
    [found] = judged(edited(path, (old, new)), "QD410")
    assert found.path == path
    assert found.message.endswith("不在单位名册中。")
    if label != "上级单位编号":
        assert f"“{label}”" in found.message


def test_both_sides_of_a_delegation_are_registered() -> None:
    files = delegated(delegation(grantee="JS-YJJ").replace("ZZ-YJ", "ZZ-YYY"))
    said = [finding.message + finding.fix for finding in judged(files, "QD410")]
    assert len(said) == 2
    assert "“委托机关”写的“ZZ-YYY”不在单位名册中。" in said[0]
    assert "“受委托单位”写的“JS-YJJ”不在单位名册中。是不是“JS-YJ”？" in said[1]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        (
            OFFICERS,
            "officers:\n" + "- {certificate: YL1, unit: JS-CG, until: '2029-01-01'}\n" * 2,
            "YL1",
        ),
        (DELEGATIONS, "delegations:\n" + delegation() * 2, "WT-1"),
    ],
)
def test_register_entries_are_there_once(path: str, text: str, value: str) -> None:
    [found] = judged(base() | {path: text}, "QD405")
    assert f"“{value}”登记了两次" in found.message


@pytest.mark.parametrize("path", [OFFICERS, DELEGATIONS])
@pytest.mark.parametrize(
    "text", ["", "[]\n", "officers: 1\ndelegations: 1\n", "a: &a [*a]\n", "\x00"]
)
def test_hostile_registers_are_findings(path: str, text: str) -> None:
    files = item_with(DELEGATED) | {path: text}
    assert any(
        finding.path == path
        for finding in judged(files, "QD101", "QD102", "QD106", "QD107", "QD109")
    )
    observed(files, TODAY)


# where to complain, who is responsible


def test_a_complaint_block_says_what_the_workspace_asks() -> None:
    [found] = judged(edited(UNITS, ("    email: yjj@jinshui.example\n", "")), "QD411")
    assert (found.unit, found.severity) == ("JS-YJ", "warning")
    assert found.message == "区应急管理局的投诉举报渠道没有写明：电子信箱。"


def test_every_part_that_is_asked_for_is_named_once_a_unit() -> None:
    wanted = ("  required: [phone, email]\n", "  required: [phone, email, fax, limit]\n")
    found = judged(edited("qingdan.yaml", wanted), "QD411")
    assert {finding.unit: finding.message for finding in found} == {
        "JS-CG": "区城市管理局的投诉举报渠道没有写明：传真、办理时限。",
        "JS-YJ": "区应急管理局的投诉举报渠道没有写明：传真、办理时限。",
    }


def test_the_bureaus_block_serves_its_sections() -> None:
    block = "  complaint:\n    phone: 0371-00000118\n    email: yjj@jinshui.example\n"
    kind = (
        "  short: 区应急管理局\n  kind: 区直\n",
        "  short: 区应急管理局\n  kind: 科室\n  parent: JS-CG\n",
    )
    assert judged(edited(UNITS, (block, ""), kind), "QD411") == []
    [alone] = judged(edited(UNITS, (block, "")), "QD411")
    assert "电话、电子信箱" in alone.message


def test_units_without_items_in_use_owe_nobody_a_contact() -> None:
    assert not [f for f in judged(base(), "QD411", "QD412") if f.unit in {"JS-SFJ", "ZZ-YJ"}]
    silent = edited("qingdan.yaml", ("  required: [phone, email]\n", "  required: [phone]\n"))
    assert (
        judged(edited(UNITS, ("    email: yjj@jinshui.example\n", ""), files=silent), "QD411") == []
    )


def test_who_is_responsible_is_named() -> None:
    first = ("  first_responsible: 应急管理局局长\n", "")
    [found] = judged(edited(UNITS, first), "QD412")
    assert found.message == "区应急管理局没有明确：第一责任人职务。"
    lead = ("  lead_section: 政策法规科\n", "")
    assert judged(edited(UNITS, lead), "QD412")[0].message.endswith("：牵头科室。")


def test_a_section_has_its_own_head_and_its_bureaus_lead_section() -> None:
    kind = (
        "  short: 区应急管理局\n  kind: 区直\n",
        "  short: 区应急管理局\n  kind: 科室\n  parent: JS-CG\n",
    )
    lead = ("  lead_section: 政策法规科\n", "")
    assert judged(edited(UNITS, kind, lead), "QD412") == []
    first = ("  first_responsible: 应急管理局局长\n", "")
    assert judged(edited(UNITS, kind, first), "QD412")[0].unit == "JS-YJ"


# officers

MINE = "- certificate: YL4101050002\n  unit: JS-YJ\n  until: '2029-12-31'\n"


@pytest.mark.parametrize(("until", "over"), [("2026-11-19", True), (TODAY, False)])
def test_a_certificate_is_good_on_its_last_day(until: str, over: bool) -> None:
    found = observed(edited(OFFICERS, ("2029-12-31", until)), TODAY)
    assert codes(found) == (["QD422", "QD423"] if over else [])
    if over:
        assert (
            "区应急管理局的执法证件“YL4101050002”有效期至2026-11-19，已经到期。" in found[0].message
        )
        assert found[1].message == "区应急管理局没有证件有效的执法人员，不得实施行政检查。"


def test_officers_of_another_kind_or_not_yet_licensed_do_not_count() -> None:
    other = MINE.replace("  until", "  types: [行政处罚]\n  until")
    assert codes(observed(edited(OFFICERS, (MINE, other)), TODAY)) == ["QD423"]
    right = MINE.replace("  until", "  types: [行政处罚, 行政检查]\n  until")
    assert observed(edited(OFFICERS, (MINE, right)), TODAY) == []
    later = MINE.replace("  until", "  issued: '2026-12-01'\n  until")
    assert codes(observed(edited(OFFICERS, (MINE, later)), TODAY)) == ["QD423"]


def test_officers_of_the_bureau_serve_its_sections() -> None:
    kind = (
        "  short: 区应急管理局\n  kind: 区直\n",
        "  short: 区应急管理局\n  kind: 科室\n  parent: JS-CG\n",
    )
    files = edited(OFFICERS, (MINE, ""))
    assert codes(observed(files, TODAY)) == ["QD423"]
    assert observed(edited(UNITS, kind, files=files), TODAY) == []


def test_a_register_of_officers_that_is_empty_is_not_kept() -> None:
    assert observed(base() | {OFFICERS: "officers: []\n"}, TODAY) == []
    without = {path: text for path, text in base().items() if path != OFFICERS}
    assert observed(without, TODAY) == []


def test_a_workspace_that_asks_for_nothing_is_told_nothing() -> None:
    text = base()["qingdan.yaml"]
    head, _, rest = text.partition("subjects:\n")
    tail = rest.partition("adjustment:\n")[2]
    files = base() | {"qingdan.yaml": f"{head}adjustment:\n{tail}", UNITS: _bare(base()[UNITS])}
    assert judged(files, "QD106", "QD408", "QD411", "QD412") == []
    assert observed(files | {OFFICERS: base()[OFFICERS].replace(MINE, "")}, TODAY) == []


def _bare(text: str) -> str:
    """A register of units that says no more than it must."""
    kept = ("units", "- code", "  name", "  kind")
    return "".join(f"{line}\n" for line in text.splitlines() if line.startswith(kept))


# articles


def with_all_packs(files: dict[str, str]) -> dict[str, str]:
    packs = sorted(resources.folder("rules").glob("*.yaml"))
    return files | {f"rules/{pack.name}": pack.read_text("utf-8") for pack in packs}


def test_every_regulation_that_asks_is_cited() -> None:
    files = with_all_packs(edited(UNITS, ("    email: yjj@jinshui.example\n", "")))
    [found] = judged(files, "QD411")
    assert [rule for rule in found.rules if rule.endswith(("/14-1", "/13-1", "/9-1", "/28-1"))] == [
        "district-operation/14-1",
        "huiji-safety/9-1",
        "huiji-safety/28-1",
        "liuzhai-operation/13-1",
    ]
    assert found.owner == "区政务服务改革管理办公室"
    [lead] = judged(with_all_packs(edited(UNITS, ("  lead_section: 政策法规科\n", ""))), "QD412")
    assert lead.rules == ("huiji-safety/24-1",)
    over = observed(with_all_packs(edited(OFFICERS, ("2029-12-31", "2026-01-01"))), TODAY, "QD423")
    assert {"jinshui-powers/11-3", "jinshui-powers/14-3", "huiji-safety/19-1"} <= set(over[0].rules)
    assert any("可能涉及" in text and "第二十条第（七）项" in text for text in over[0].sources)
    [end] = observed(with_all_packs(delegated(delegation(end="2026-01-01"))), TODAY, "QD421")
    assert {"jinshui-powers/11-2-2", "liuzhai-powers/14-9-2"} <= set(end.rules)


# whole commands


def found_by(
    folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, list[tuple[str, str]]]:
    capsys.readouterr()
    code = qingdan(folder, *words, "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return code, [(finding["code"], finding["item"] or finding["unit"]) for finding in found]


def test_validate_judges_registers_without_a_clock(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_by(bureau, qingdan, capsys, "validate") == (0, [])
    replace(bureau, UNITS, "    published: '2019-05-06'\n", "")
    fax = "    fax: 0371-00000302\n    email: yjj-fz@huiji.example\n"
    replace(bureau, UNITS, fax, "    email: yjj-fz@huiji.example\n")
    assert "QD411" not in dict(found_by(bureau, qingdan, capsys, "validate")[1]), (
        "the sections have theirs"
    )
    replace(bureau, UNITS, fax, "")
    code, found = found_by(bureau, qingdan, capsys, "validate", "--fail-on", "warning")
    assert code == 1
    assert {kind for kind, _ in found} == {"QD408", "QD411"}
    assert ("QD411", "HJ-YJ") in found


def test_check_judges_them_on_a_day(
    bureau: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    day = ("check", "--unit", "HJ-YJ-DD", "--today")
    assert "QD423" not in dict(found_by(bureau, qingdan, capsys, *day, TODAY)[1])
    code, found = found_by(bureau, qingdan, capsys, *day, "2028-06-01", "--fail-on", "warning")
    assert code == 1
    assert [kind for kind, _ in found if kind.startswith("QD4")] == [
        "QD423",
        "QD422",
        "QD422",
        "QD422",
    ]


def test_a_new_workspace_has_empty_registers(tmp_path: Path, qingdan: Run) -> None:
    folder = tmp_path / "new"
    assert qingdan(tmp_path, "init", str(folder), "--profile", "town", "--name", "某市某镇") == 0
    assert (folder / OFFICERS).read_text("utf-8") == "# 执法人员名册\nofficers: []\n"
    assert (folder / DELEGATIONS).read_text("utf-8") == "# 委托名册\ndelegations: []\n"
    assert qingdan(folder, "validate", "--fail-on", "info") == 0


def test_a_delegation_of_the_town_is_needed(
    samples: Samples, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Path(shutil.copytree(samples("town"), tmp_path / "town"))
    assert found_by(town, qingdan, capsys, "validate") == (0, [])
    put(town, DELEGATIONS, "delegations: []\n")
    assert found_by(town, qingdan, capsys, "validate") == (1, [("QD409", "LZ-SS-JF-001")])
