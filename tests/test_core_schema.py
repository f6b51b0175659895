"""The schemas and what is said of a document that does not keep to them."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import strategies as our
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.model.periods import YEARS
from qingdan.repo.resources import folder, schema_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.values import Doc, Value

NAMES = sorted(name for name in schema_texts() if name != "common")
PATH = "lists/powers/JS-YJ.yaml"
POWERS = our.schemas()["powers"]

PERMIT: Doc = {
    "code": "JS-YJ-XK-001",
    "name": "烟花爆竹经营（零售）许可",
    "type": "行政许可",
    "state": "在用",
    "basis": [{"law": "烟花爆竹安全管理条例", "article": "第十六条", "check": "已核对"}],
    "promised_limit": "10个工作日",
    "flow": [{"step": "受理", "limit": "1个工作日"}, {"step": "决定"}],
}


def document(**fields: Value) -> Doc:
    """A list of two permits, the second with these fields; ``None`` takes a field away."""
    second = {**PERMIT, "code": "JS-YJ-XK-002", **fields}
    kept: Doc = {key: value for key, value in second.items() if value is not None}
    items: list[Value] = [dict(PERMIT), kept]
    return {"list": "powers", "unit": "JS-YJ", "items": items}


def findings(value: Value, schema: Schema = POWERS) -> list[Finding]:
    return list(schema.findings(value, PATH))


def only(value: Value, schema: Schema = POWERS) -> Finding:
    found = findings(value, schema)
    assert [finding.message for finding in found] == [found[0].message]
    assert found[0].path == PATH
    return found[0]


# the schemas themselves


def nodes(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property and list element of a schema, by where it stands."""
    for key, child in schema.get("properties", {}).items():
        yield f"{at}/{key}", child
        yield from nodes(child, f"{at}/{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield f"{at}/{key}", schema[key]
            yield from nodes(schema[key], f"{at}/{key}")
    for key, child in schema.get("definitions", {}).items():
        yield f"{at}#{key}", child
        yield from nodes(child, f"{at}#{key}")


def chinese(text: object) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in str(text))


@pytest.mark.parametrize(
    "path", sorted(folder("schemas").glob("*.json")), ids=lambda path: path.stem
)
def test_every_schema_is_valid_draft_07(path: Any) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere(name: str) -> None:
    schema = our.schemas()[name]
    references = {
        str(node["$ref"]).rsplit("/", 1)[1]
        for _, node in nodes(schema.document)
        for node in (node, *node.get("allOf", ()))
        if "$ref" in node
    }
    assert references <= set(schema.document["definitions"])
    assert all(
        "common" not in ref for _, node in nodes(schema.document) for ref in [str(node.get("$ref"))]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_property_has_a_chinese_title(name: str) -> None:
    """``if`` and ``then`` name properties to test them, and a free key is its own name."""
    schema = our.schemas()[name]
    assert chinese(schema.title)
    untitled = [
        at
        for at, node in nodes(schema.document)
        if not chinese(schema.resolve(node).get("title"))
        and not at.endswith("additionalProperties")
    ]
    assert untitled == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_says_what_it_may_hold(name: str) -> None:
    schema = our.schemas()[name]
    inner = [("", schema.document), *nodes(schema.document)]
    open_ones = [
        at
        for at, node in inner
        if schema.resolve(node).get("type") == "object"
        and "additionalProperties" not in schema.resolve(node)
    ]
    assert open_ones == []


@pytest.mark.parametrize("name", NAMES)
def test_patterns_are_read_alike_by_all_validators(name: str) -> None:
    r"""``\d``, ``\w`` and ``\Z`` are not; each pattern says in Chinese what it asks for."""
    schema = our.schemas()[name]
    for at, node in nodes(schema.document):
        if "pattern" in node:
            assert not set("\\") & set(node["pattern"]), at
            assert node["pattern"].startswith("^"), at
            assert node["pattern"].endswith("$"), at
            assert chinese(node.get("x-pattern")), at


@pytest.mark.parametrize("name", NAMES)
def test_required_properties_exist(name: str) -> None:
    schema = our.schemas()[name]
    for _, node in [("", schema.document), *nodes(schema.document)]:
        known = set(node.get("properties", {}))
        rules = [node, *(rule["then"] for rule in node.get("allOf", ()) if "then" in rule)]
        assert {key for rule in rules for key in rule.get("required", ())} <= known


def test_the_shared_definitions_are_no_schema_of_their_own() -> None:
    assert "common" not in our.schemas()
    assert "powers" in our.schemas()
    assert "nothing" not in our.schemas()


# the order of keys


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_written_in_the_order_of_the_schema(name: str) -> None:
    schema = our.schemas()[name]
    same_order(schema, schema.document, schema.layout)


def same_order(schema: Schema, node: dict[str, Any], layout: Any) -> None:
    node = schema.resolve(node)
    keys = tuple(node.get("properties", {}))
    assert layout.keys == keys
    assert layout.order(tuple(reversed(keys))) == keys
    for key in keys:
        same_order(schema, node["properties"][key], layout.children[key])
    if isinstance(node.get("items"), dict):
        same_order(schema, node["items"], layout.items)


@pytest.mark.parametrize("name", ["powers", "approvals", "fees", "funds", "negative"])
def test_items_of_lists_are_sorted_by_code_and_their_code_comes_first(name: str) -> None:
    layout = our.schemas()[name].layout
    assert layout.keys == ("list", "unit", "items")
    assert layout.children["items"].sort_by == "code"
    assert layout.children["items"].items is not None
    assert layout.children["items"].items.keys[0] == "code"


def test_steps_stay_in_the_order_of_the_office() -> None:
    text = emit(document(flow=[{"step": "决定"}, {"limit": "1日", "step": "受理"}]), POWERS.layout)
    assert "  - step: 决定\n  - step: 受理\n    limit: 1日\n" in text


# labels


@pytest.mark.parametrize(
    ("at", "label", "path"),
    [
        (("items", 0, "promised_limit"), "承诺办结时限", "承诺办结时限"),
        (("items", 3, "flow", 1, "limit"), "办理时限", "运行流程第2项办理时限"),
        (("unit",), "实施主体", "实施主体"),
        (("items", 2), "权责事项", "事项第3项"),
        (("items", 0, "unknown"), "unknown", "unknown"),
        ((), "行政权责清单", ""),
    ],
)
def test_labels(at: Pointer, label: str, path: str) -> None:
    assert POWERS.label(at) == label
    assert POWERS.path_label(at) == path


# one fault, one sentence

ITEM = ("items", 1)
LIMIT = "形如 20个工作日、7日、3个月、24小时，当场办结的写 即时办结"
SENTENCES: dict[str, tuple[Doc, str, Pointer, str, str]] = {
    "a field is missing": (
        document(flow=None),
        "QD109",
        (*ITEM, "flow"),
        "缺少“运行流程”（flow）。",
        "请补填“运行流程”。",
    ),
    "a permit has no promised limit": (
        document(promised_limit=None),
        "QD109",
        (*ITEM, "promised_limit"),
        "缺少“承诺办结时限”（promised_limit）。",
        "请补填“承诺办结时限”。",
    ),
    "a removed item has no day": (
        document(state="取消"),
        "QD109",
        (*ITEM, "ended"),
        "缺少“取消或暂停日期”（ended）。",
        "请补填",
    ),
    "a step has no name": (
        document(flow=[{"step": "受理"}, {"limit": "1日"}]),
        "QD109",
        (*ITEM, "flow", 1, "step"),
        "缺少“环节名称”（step）。",
        "请补填“环节名称”。",
    ),
    "a key is misspelt": (
        document(promise_limit="5日"),
        "QD107",
        (*ITEM, "promise_limit"),
        "没有“promise_limit”这个要素。",
        "是不是“promised_limit”（承诺办结时限）？",
    ),
    "a key is a label": (
        document(承诺办结时限="5日"),
        "QD107",
        (*ITEM, "承诺办结时限"),
        "没有“承诺办结时限”这个要素。",
        "是不是“promised_limit”（承诺办结时限）？",
    ),
    "a key below is a label": (
        document(flow=[{"step": "受理", "办理时限": "1日"}]),
        "QD107",
        (*ITEM, "flow", 0, "办理时限"),
        "没有“办理时限”这个要素。",
        "是不是“limit”（办理时限）？",
    ),
    "a key is unheard of": (
        document(xyz="甲"),
        "QD107",
        (*ITEM, "xyz"),
        "没有“xyz”这个要素。",
        "可用的有：code、name、type、state、",
    ),
    "a type is misspelt": (
        document(type="行政许可证"),
        "QD106",
        (*ITEM, "type"),
        "“权责类别”的值“行政许可证”不在可选范围内。是不是“行政许可”？可选：行政许可、行政处罚、",
        "",
    ),
    "a state is unheard of": (
        document(state="active"),
        "QD106",
        (*ITEM, "state"),
        "“事项状态”的值“active”不在可选范围内。可选：在用、暂停、取消。",
        "",
    ),
    "a state is a number": (document(state=1), "QD106", (*ITEM, "state"), "“事项状态”", ""),
    "a limit is written wrongly": (
        document(promised_limit="5天"),
        "QD106",
        (*ITEM, "promised_limit"),
        f"“承诺办结时限”的值“5天”写法不对，应当{LIMIT}。",
        "",
    ),
    "a limit of a step is written wrongly": (
        document(flow=[{"step": "受理"}, {"step": "审查", "limit": "三日"}]),
        "QD106",
        (*ITEM, "flow", 1, "limit"),
        f"“运行流程第2项办理时限”的值“三日”写法不对，应当{LIMIT}。",
        "",
    ),
    "a limit is empty": (
        document(promised_limit=""),
        "QD106",
        (*ITEM, "promised_limit"),
        "“承诺办结时限”",
        "",
    ),
    "a limit ends with a line break": (
        document(promised_limit="5日\n"),
        "QD106",
        (*ITEM, "promised_limit"),
        "“承诺办结时限”的内容不合要求，请检查有无多余的空格或换行。",
        "",
    ),
    "a limit is a number": (
        document(promised_limit=5),
        "QD106",
        (*ITEM, "promised_limit"),
        "“承诺办结时限”应当是文字，现为“5”。",
        "",
    ),
    "a day that is none": (
        document(ended="2026-13-30"),
        "QD106",
        (*ITEM, "ended"),
        "“取消或暂停日期”的值“2026-13-30”不是真实存在的日期。",
        "",
    ),
    "the 30th of February": (
        document(ended="2026-02-30"),
        "QD106",
        (*ITEM, "ended"),
        "“取消或暂停日期”的值“2026-02-30”不是真实存在的日期。",
        "",
    ),
    "a day written otherwise": (
        document(ended="2026年1月3日"),
        "QD106",
        (*ITEM, "ended"),
        "“取消或暂停日期”的值“2026年1月3日”写法不对，应当形如 2026-11-22，年份在1900至2199之间。",
        "",
    ),
    "a year in which no list stands": (
        document(ended="0206-01-03"),
        "QD106",
        (*ITEM, "ended"),
        "“取消或暂停日期”的值“0206-01-03”写法不对，应当形如 2026-11-22，年份在1900至2199之间。",
        "",
    ),
    "a name is a list": (
        document(name=["甲"]),
        "QD106",
        (*ITEM, "name"),
        "“事项名称”应当是文字，现为列表。",
        "",
    ),
    "a name is a mapping": (
        document(name={"甲": "乙"}),
        "QD106",
        (*ITEM, "name"),
        "“事项名称”应当是文字，现为一组“键: 值”。",
        "",
    ),
    "a flow is a text": (
        document(flow="受理、审查"),
        "QD106",
        (*ITEM, "flow"),
        "“运行流程”应当是列表（每项以“- ”开头），现为“受理、审查”。",
        "",
    ),
    "a step is a text": (
        document(flow=["受理"]),
        "QD106",
        (*ITEM, "flow", 0),
        "“运行流程第1项”应当是一组“键: 值”，现为“受理”。",
        "",
    ),
    "visits are a text": (
        document(visits="两次"),
        "QD106",
        (*ITEM, "visits"),
        "“到现场次数”应当是整数，现为“两次”。",
        "",
    ),
    "visits are half": (
        document(visits=1.5),
        "QD106",
        (*ITEM, "visits"),
        "“到现场次数”应当是整数，现为“1.5”。",
        "",
    ),
    "visits are a truth": (
        document(visits=True),
        "QD106",
        (*ITEM, "visits"),
        "“到现场次数”应当是整数，现为",
        "",
    ),
    "visits are many": (
        document(visits=99),
        "QD106",
        (*ITEM, "visits"),
        "“到现场次数”的值“99”超出允许范围。",
        "",
    ),
    "visits are negative": (
        document(visits=-1),
        "QD106",
        (*ITEM, "visits"),
        "“到现场次数”的值“-1”超出允许范围。",
        "",
    ),
    "a name is empty": (document(name=""), "QD106", (*ITEM, "name"), "“事项名称”不能为空。", ""),
    "a flow is empty": (document(flow=[]), "QD106", (*ITEM, "flow"), "“运行流程”不能为空。", ""),
    "a name is too long": (
        document(name="甲" * 201),
        "QD106",
        (*ITEM, "name"),
        "“事项名称”超过200字，现有201字。",
        "",
    ),
    "clients are twice the same": (
        document(clients=["自然人", "自然人"]),
        "QD106",
        (*ITEM, "clients"),
        "“服务对象”中有重复的内容。",
        "",
    ),
    "a code has a space": (
        document(code="JS YJ"),
        "QD106",
        (*ITEM, "code"),
        "“职权编号”的值“JS YJ”写法不对，应当由字母、数字、连字符和点组成，2至64位。",
        "",
    ),
    "a long value is cut": (
        document(type="甲" * 100),
        "QD106",
        (*ITEM, "type"),
        f"“权责类别”的值“{'甲' * 40}…”不在可选范围内。",
        "",
    ),
}


@pytest.mark.parametrize("fault", SENTENCES)
def test_one_fault_is_one_clear_sentence_at_its_place(fault: str) -> None:
    value, code, at, message, fix = SENTENCES[fault]
    finding = only(value)
    assert (finding.code, finding.at, finding.severity) == (code, at, "error")
    assert finding.message.startswith(message)
    assert finding.message.endswith("。")
    assert finding.fix.startswith(fix)
    assert finding.item == str(cast("Any", value)["items"][1]["code"])


def test_a_null_is_called_an_empty_value() -> None:
    value = document()
    cast("Any", value)["items"][1]["name"] = None
    assert only(value).message == "“事项名称”应当是文字，现为空值。"


@pytest.mark.parametrize(
    ("value", "at", "message"),
    [
        (None, (), "“行政权责清单”应当是一组“键: 值”，现为空值。"),
        ([], (), "“行政权责清单”应当是一组“键: 值”，现为列表。"),
        ("键：值", (), "“行政权责清单”应当是一组“键: 值”，现为“键：值”。"),
        ({**document(), "list": "fees"}, ("list",), "“清单”应当是“powers”，现为“fees”。"),
        ({**document(), "items": "x"}, ("items",), "“事项”应当是列表（每项以“- ”开头），现为“x”。"),
        ({**document(), "items": ["x"]}, ("items", 0), "“事项第1项”应当是一组“键: 值”，现为“x”。"),
    ],
)
def test_faults_outside_of_items(value: Value, at: Pointer, message: str) -> None:
    finding = only(value)
    assert (finding.code, finding.at, finding.message) == ("QD106", at, message)
    assert finding.item == ""


def test_every_unknown_key_is_said_at_once() -> None:
    found = findings(document(promise_limit="5日", colour="红", xyz="甲"))
    assert {(finding.code, finding.at[-1]) for finding in found} == {
        ("QD107", "promise_limit"),
        ("QD107", "colour"),
        ("QD107", "xyz"),
    }


def test_every_missing_field_is_said_at_once() -> None:
    found = findings(document(name=None, type=None, flow=None))
    assert {(finding.code, finding.message[3:].split("”")[0]) for finding in found} == {
        ("QD109", "事项名称"),
        ("QD109", "权责类别"),
        ("QD109", "运行流程"),
    }


def test_faults_of_several_items_name_their_item() -> None:
    value = document(promised_limit="5天")
    cast("Any", value)["items"][0]["state"] = "废止"
    assert [(finding.item, finding.at) for finding in findings(value)] == [
        ("JS-YJ-XK-001", ("items", 0, "state")),
        ("JS-YJ-XK-002", ("items", 1, "promised_limit")),
    ]


def test_a_stray_line_break_is_said_beside_other_faults() -> None:
    found = findings(document(promised_limit="5日\n", state="废止"))
    assert {finding.at[-1] for finding in found} == {"promised_limit", "state"}


@pytest.mark.parametrize("path", our.sample_paths(), ids=our.sample_id)
def test_the_samples_are_valid(path: Any) -> None:
    assert findings(our.sample(path), our.schemas()[path.parent.name]) == []


@pytest.mark.parametrize("path", sorted(folder("rules").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_rules_are_valid(path: Any) -> None:
    assert findings(reading.read(path.read_bytes()).value, our.schemas()["rules"]) == []


# the two validators

ODD_VALUES: st.SearchStrategy[Value] = st.one_of(
    our.SCALARS,
    st.sampled_from(
        [
            *(
                "在用",
                "取消",
                "行政许可",
                "行政处罚",
                "已核对",
                "是",
                "powers",
                "2026-11-22",
                "2026-02-30",
            ),
            *(
                "20261122",
                "2026-W47-7",
                "2026-11-22\n",
                "5日",
                "5日\n",
                "\n5日",
                "５日",
                "٥日",
                "0日",
            ),
            *(
                "JS-1",
                "JS-1\n",
                "ＪＳ",
                "js1",
                "A",
                "A" * 64,
                "A" * 65,
                "a.b",
                "甲" * 201,
                "😀" * 200,
            ),
            *(
                "😀" * 201,
                "e\u0301" * 100,
                "本单位自定",
                "本单位自定（甲\n乙）",
                "a 第一条\u2028",
                "a 第一条",
            ),
        ]
    ),
    st.sampled_from([[], {}, ["甲", "甲"], [1, 1.0], [1, True], [{}, {}], 1.0, 0, 9, 10, -1, 99]),
)


@st.composite
def mutated_samples(draw: st.DrawFn) -> tuple[Schema, Doc]:
    """A sample list of at most two items, changed in one to three places."""
    path = draw(st.sampled_from(our.sample_paths()))
    doc = our.sample(path)
    doc["items"] = cast("list[Value]", doc["items"])[:2]
    for _ in range(draw(st.integers(1, 3))):
        place: Any = draw(st.sampled_from(list(containers(doc))))
        step = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        act = draw(st.sampled_from(("set", "set", "odd end", "delete", "rename", "copy")))
        if act == "delete":
            del place[step]
        elif act == "set":
            place[step] = copy.deepcopy(draw(ODD_VALUES))
        elif act == "odd end" and isinstance(place[step], str):
            place[step] += draw(st.sampled_from(("\n", " ", "\r\n", "\u2028", "\x00", "甲")))
        elif isinstance(place, dict):
            place[step + "_" if act == "rename" else draw(our.texts(8))] = place.pop(step)
        else:
            place.append(copy.deepcopy(place[step]))
    return our.schemas()[path.parent.name], doc


def containers(value: Value) -> Iterator[Value]:
    if isinstance(value, dict | list) and value:
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from containers(child)


DIFFERENTIAL = settings(
    deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow]
)


@DIFFERENTIAL
@given(mutated_samples())
def test_the_two_validators_agree(case: tuple[Schema, Doc]) -> None:
    """But for a line break at the end, which Python's ``$`` overlooks: there the stricter one counts."""
    schema, doc = case
    checker = Draft7Validator.FORMAT_CHECKER
    slow = {
        tuple(error.absolute_path)
        for error in Draft7Validator(schema.document, format_checker=checker).iter_errors(doc)
    }
    quick = jsonschema_rs.Draft7Validator(schema.document, validate_formats=True)
    fast = {tuple(error.instance_path) for error in quick.iter_errors(doc)}
    assert slow <= fast
    for at in fast - slow:
        value: Any = doc
        for step in at:
            value = value[step]
        assert isinstance(value, str)
        assert value.endswith("\n") or any(letter in value for letter in "\r\u2028\u2029")


@DIFFERENTIAL
@given(mutated_samples())
def test_what_is_not_accepted_is_never_silent_and_what_is_has_no_findings(
    case: tuple[Schema, Doc],
) -> None:
    schema, doc = case
    found = findings(doc, schema)
    assert bool(found) is not schema.accepts(doc)
    for finding in found:
        assert finding.code in {"QD106", "QD107", "QD109"}
        assert finding.message.endswith("。")
        assert chinese(finding.message)
        value: Any = doc
        missing = finding.code == "QD109"  # stands under the name of what is not there
        for step in finding.at[:-1] if missing else finding.at:
            value = value[step]
        assert not missing or finding.at[-1] not in value


@DIFFERENTIAL
@given(mutated_samples())
def test_one_place_has_one_sentence_of_a_kind(case: tuple[Schema, Doc]) -> None:
    """Two keywords that fail for one reason (type and enum, pattern and format) are one fact."""
    schema, doc = case
    found = [finding for finding in findings(doc, schema) if finding.code == "QD106"]
    assert len({finding.at for finding in found}) == len(found)


def test_a_schema_of_ones_own_is_read_as_any_other() -> None:
    """References to the shared definitions are put in; a name beside a reference wins."""
    common = {"definitions": {"day": {"title": "日", "type": "string", "minLength": 1}}}
    own = {
        "title": "样例",
        "type": "object",
        "properties": {
            "start": {"title": "起", "allOf": [{"$ref": "common.schema.json#/definitions/day"}]},
            "end": {"$ref": "common.schema.json#/definitions/day"},
        },
    }
    schema = Schemas({"common": json.dumps(common), "own": json.dumps(own)})["own"]
    assert schema.label(("start",)) == "起"
    assert schema.label(("end",)) == "日"
    assert only({"start": ""}, schema).message == "“起”不能为空。"
    assert schema.accepts({"start": "甲", "end": "乙"})


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("email", "不是邮箱", "写法不对，应当是git 提交所用的电子邮箱，例如 name@example.cn。"),
        (
            "key",
            "不是公钥，只是一段比较长的文字，用来充数用来充数",
            "写法不对，应当是ssh 公钥的前两段",
        ),
    ],
)
def test_what_a_text_should_be_is_a_sentence(key: str, value: str, said: str) -> None:
    person: Doc = {"name": "张三", "unit": "JS-YJ", "office": "科长", "roles": [], key: value}
    person.setdefault("email", "a@b.example")
    found = our.schemas()["staff"].findings({"staff": [person]}, "registers/staff.yaml")
    assert any(said in finding.message for finding in found)


@pytest.mark.parametrize("year", [YEARS[0] - 1, YEARS[0], YEARS[-1], YEARS[-1] + 1])
def test_the_years_of_a_file_are_those_of_a_command(year: int) -> None:
    shared = json.loads(schema_texts()["common"])["definitions"]
    for named in (shared["date"], Schemas(schema_texts())["adjustment"].node(("deadline",))):
        accepts = jsonschema_rs.Draft7Validator(named, validate_formats=True).is_valid
        assert accepts(f"{year}-11-22") == (year in YEARS)
