"""``FIELD=VALUE`` on an item: by key or label, into steps by number or name."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies as our
from qingdan.core.adjustments.fields import with_fields
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.workspace import Doc, Value

POWERS = our.schemas()["powers"]

ITEM: Doc = {
    "code": "JS-YJ-XK-001",
    "name": "烟花爆竹经营（零售）许可",
    "type": "行政许可",
    "clients": ["自然人", "企业法人"],
    "basis": [{"law": "烟花爆竹安全管理条例", "article": "第十六条", "check": "已核对"}],
    "materials": [{"name": "申请书", "copies": 1}, {"name": "2", "copies": 2}],
    "promised_limit": "10个工作日",
    "visits": 1,
    "flow": [
        {"step": "受理", "limit": "1个工作日", "post": "窗口"},
        {"step": "审查", "limit": "7个工作日"},
        {"step": "决定"},
    ],
    "discretion": {"standard": "裁量基准", "grades": [{"grade": "轻微", "measure": "警告"}]},
    "accountability": ["不依法受理的", "超期办结的"],
}


def changed(*assignments: str) -> dict[str, tuple[Value, Value]]:
    """What differs afterwards: key to the value before and after."""
    after = with_fields(ITEM, list(assignments), POWERS)
    return {
        key: (ITEM.get(key), after.get(key))
        for key in {**ITEM, **after}
        if key not in ITEM or key not in after or ITEM[key] != after[key]
    }


def after(assignment: str, key: str) -> Value:
    found = changed(assignment)
    assert set(found) == {key}
    return found[key][1]


def refused(*assignments: str) -> str:
    with pytest.raises(UsageError) as caught:
        with_fields(ITEM, list(assignments), POWERS)
    return str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("promised_limit=5个工作日", "promised_limit", "5个工作日"),
        ("承诺办结时限=5个工作日", "promised_limit", "5个工作日"),
        (" 承诺办结时限 = 5个工作日 ", "promised_limit", "5个工作日"),
        ("note=见附件", "note", "见附件"),
        ("note=a=b", "note", "a=b"),
        ("note=甲|乙", "note", "甲|乙"),
        ("note=甲  乙\n丙", "note", "甲 乙 丙"),
        ("note=no", "note", "no"),
        ("note=0410105", "note", "0410105"),
        ("visits=2", "visits", 2),
        ("到现场次数=0", "visits", 0),
        ("clients=自然人", "clients", ["自然人"]),
        ("服务对象=自然人 | 行政机关|", "clients", ["自然人", "行政机关"]),
        ("clients.2=行政机关", "clients", ["自然人", "行政机关"]),
        ("clients.企业法人=行政机关", "clients", ["自然人", "行政机关"]),
        ("fees=JS-SF-001|JS-SF-002", "fees", ["JS-SF-001", "JS-SF-002"]),
        ("successors=JS-YJ-XK-002", "successors", ["JS-YJ-XK-002"]),
        ("conditions=甲|乙", "conditions", ["甲", "乙"]),
        ("service.standard=一次办成", "service", {"standard": "一次办成"}),
        ("服务承诺.服务标准=一次办成", "service", {"standard": "一次办成"}),
    ],
)
def test_a_field_by_its_key_or_its_label(assignment: str, key: str, value: Value) -> None:
    assert after(assignment, key) == value


@pytest.mark.parametrize(
    "field", ["flow.2.limit", "flow.审查.limit", "运行流程.审查.办理时限", "运行流程.2.limit"]
)
def test_a_step_by_its_number_or_its_name(field: str) -> None:
    assert after(f"{field}=5个工作日", "flow") == [
        {"step": "受理", "limit": "1个工作日", "post": "窗口"},
        {"step": "审查", "limit": "5个工作日"},
        {"step": "决定"},
    ]


def test_a_number_counts_before_a_name_of_digits() -> None:
    assert after("materials.2.copies=9", "materials") == [
        {"name": "申请书", "copies": 1},
        {"name": "2", "copies": 9},
    ]


def test_deeper_than_one_step() -> None:
    assert after("裁量基准.裁量阶次.轻微.裁量幅度=通报批评", "discretion") == {
        "standard": "裁量基准",
        "grades": [{"grade": "轻微", "measure": "通报批评"}],
    }


def test_several_at_once_one_after_the_other() -> None:
    found = with_fields(ITEM, ["flow.审查.step=审核", "flow.审核.limit=3日", "visits=0"], POWERS)
    assert found["flow"] == [
        {"step": "受理", "limit": "1个工作日", "post": "窗口"},
        {"step": "审核", "limit": "3日"},
        {"step": "决定"},
    ]
    assert found["visits"] == 0


def test_nothing_asked_is_a_copy() -> None:
    found = with_fields(ITEM, [], POWERS)
    assert found == ITEM
    assert found is not ITEM


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("promised_limit=", "promised_limit", None),
        ("承诺办结时限= ", "promised_limit", None),
        ("visits=", "visits", None),
        ("flow=", "flow", None),
        ("clients.1=", "clients", ["企业法人"]),
        ("accountability.超期办结的=", "accountability", ["不依法受理的"]),
    ],
)
def test_an_empty_value_takes_the_field_away(assignment: str, key: str, value: Value) -> None:
    assert after(assignment, key) == value
    assert value is not None or key not in with_fields(ITEM, [assignment], POWERS)


def test_an_empty_value_takes_a_step_or_its_field_away() -> None:
    assert after("flow.审查.limit=", "flow") == [
        {"step": "受理", "limit": "1个工作日", "post": "窗口"},
        {"step": "审查"},
        {"step": "决定"},
    ]
    assert after("flow.2=", "flow") == [
        {"step": "受理", "limit": "1个工作日", "post": "窗口"},
        {"step": "决定"},
    ]


@pytest.mark.parametrize("assignment", ["note=", "service.standard=", "flow.决定.limit="])
def test_taking_away_what_is_not_there_changes_nothing(assignment: str) -> None:
    assert changed(assignment) == {}


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("promised_limit", ("“promised_limit”缺少等号", "promised_limit=5个工作日")),
        ("承诺办结时限＝5日", ("缺少等号",)),
        ("", ("缺少等号",)),
        ("promised_limt=5日", ("没有“promised_limt”", "是不是“promised_limit”")),
        ("承诺时限=5日", ("没有“承诺时限”", "是不是“承诺办结时限”")),
        ("Code=x", ("没有“Code”", "是不是“code”")),
        ("=x", ("没有“”",)),
        ("x-national=甲", ("没有“x-national”", "code（职权编号）")),
        ("flow.审批.limit=1日", ("“flow.审批.limit”中没有“审批”", "1 到 3", "受理、审查、决定")),
        ("flow.0.limit=1日", ("没有“0”", "1 到 3")),
        ("flow.4.limit=1日", ("没有“4”", "1 到 3")),
        ("flow.-1.limit=1日", ("没有“-1”",)),
        ("flow.审查.时限=1日", ("没有“时限”", "是不是“办理时限”")),
        ("clients.3=行政机关", ("没有“3”", "1 到 2")),
        ("service.x=甲", ("没有“x”", "standard（服务标准）")),
        ("visits=两次", ("“visits”应当是整数", "“两次”")),
        ("visits=-1", ("应当是整数",)),
        ("visits=1.5", ("应当是整数",)),
        ("materials.1.copies=三", ("“materials.1.copies”应当是整数",)),
        ("flow=受理", ("“flow”包含多项内容", "flow.1.limit=")),
        ("basis=某法", ("包含多项内容",)),
        ("service=好", ("包含多项内容",)),
        ("flow.1=受理", ("包含多项内容",)),
        ("discretion.grades=甲|乙", ("包含多项内容",)),
    ],
)
def test_what_is_no_field_or_no_value_is_said(assignment: str, words: tuple[str, ...]) -> None:
    message = refused(assignment)
    assert [word for word in words if word not in message] == []
    assert message.endswith("。")


@pytest.mark.parametrize(
    "assignment", ["code.x=1", "promised_limit.1=甲", "hours.1.x=甲", "materials.1.name.x=甲"]
)
def test_a_field_that_holds_nothing_below_says_so(assignment: str) -> None:
    """It must not offer a choice of nothing."""
    message = refused(assignment)
    assert "可用的有：。" not in message


def test_a_step_of_an_item_without_steps_is_said() -> None:
    with pytest.raises(UsageError) as caught:
        with_fields({"code": "A-1"}, ["flow.1.limit=1日"], POWERS)
    assert "可用的有：。" not in str(caught.value)


def test_nothing_is_done_if_one_of_several_is_wrong() -> None:
    before = copy.deepcopy(ITEM)
    refused("visits=3", "flow.1.limit=3日", "nonsense=1")
    assert before == ITEM


ASSIGNMENTS = st.one_of(
    st.sampled_from(
        [
            *("note={}", "name={}", "flow.1.limit={}", "flow.审查.post={}", "basis.1.article={}"),
            *(
                "service.standard={}",
                "clients={}",
                "clients.1={}",
                "accountability={}",
                "flow.3={}",
            ),
            *("visits={}", "discretion.grades.1.grade={}", "{}=甲", "flow.{}.limit=1日"),
        ]
    ).flatmap(lambda frame: our.texts().map(lambda text: frame.replace("{}", text)))
)


@settings(deadline=None, max_examples=300)
@given(st.lists(ASSIGNMENTS, max_size=4))
def test_the_item_given_is_never_changed(assignments: list[str]) -> None:
    """Whatever is asked is done to a copy or refused with a sentence."""
    before = copy.deepcopy(ITEM)
    try:
        found = with_fields(ITEM, assignments, POWERS)
    except UsageError as error:
        assert str(error).endswith(("。", "？"))
        found = {}
    if isinstance(found.get("flow"), list):
        found["flow"].clear()  # type: ignore[union-attr]
    assert before == ITEM


@settings(deadline=None, max_examples=200)
@given(st.text("甲乙a1 （）|=:#'\"", min_size=1, max_size=20).filter(str.strip))
def test_a_text_is_kept_but_for_its_spaces(text: str) -> None:
    assert with_fields(ITEM, [f"note={text}"], POWERS)["note"] == " ".join(text.split())
    parts = with_fields(ITEM, [f"conditions={text}"], POWERS)["conditions"]
    assert parts == [part.strip() for part in text.split("|") if part.strip()]


@pytest.mark.parametrize("name", ["powers", "approvals", "fees", "funds", "negative"])
def test_every_field_of_every_list_can_be_named_by_its_label(name: str) -> None:
    """No two fields of a list have one label, and the label leads to the field."""
    schema = our.schemas()[name]
    properties = schema.node(("items", 0))["properties"]
    labels = [schema.label(("items", 0, key)) for key in properties]
    assert len(set(labels)) == len(labels)
    for key, label in zip(properties, labels, strict=True):
        assert with_fields({key: "有"}, [f"{label}="], schema) == {}


@pytest.mark.parametrize("name", ["powers", "approvals", "fees", "funds", "negative"])
def test_every_list_of_texts_can_be_set(name: str) -> None:
    schema = our.schemas()[name]
    properties = schema.node(("items", 0))["properties"]
    lists = [
        key
        for key in properties
        if schema.node(("items", 0, key)).get("type") == "array"
        and schema.node(("items", 0, key, 0)).get("type") == "string"
    ]
    assert lists
    for key in lists:
        assert with_fields({}, [f"{key}=A-1|B-2"], schema) == {key: ["A-1", "B-2"]}


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("名称", "是不是“事项名称”或“结果名称”？"),
        ("类型", "是不是“权责类别”？"),
        ("承诺时限", "是不是“承诺办结时限”？"),
        ("办结时限", "是不是“法定办结时限”或“承诺办结时限”？"),
        ("", "没有“”这个要素。可用的有："),
    ],
)
def test_what_tables_call_a_field_is_offered(name: str, guess: str) -> None:
    assert guess in refused(f"{name}=x")
