"""Rules by a schema: what a fragment may say, that a broken or hostile one is said to be so, and what it finds."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from qingdan.core.build import build
from qingdan.core.rules.fragments import MAX_DEPTH, MAX_NODES, faults
from qingdan.core.rules.judging import judge
from qingdan.core.rules.subjects import TARGETS, described
from qingdan.model.findings import Finding
from qingdan.model.workspace import Texts
from register_support import base, schemas

PACK = "rules/jinshui-powers.yaml"
HEAD = "regulation: {id: jinshui-powers, title: 金水区行政权力清单运行监督检查办法}\nrules:\n"


def rule(answer: str, *more: str, target: str = "powers") -> str:
    """A pack of one rule."""
    lines = ["- id: 9-9", "  article: 第五条", "  question: 问", "  owner: 区政府法制办"]
    lines += [f"  for: {target}", f"  answer: {answer}", "  severity: warning", *more]
    return HEAD + "\n".join(lines) + "\n"


def found(pack: str, *codes: str, files: dict[str, str] | None = None) -> list[Finding]:
    """What the tree and its rules show of these kinds."""
    texts = {**base(), **(files or {}), PACK: pack}
    book, tree = build(
        Texts({path: text.encode() for path, text in texts.items()}), schemas(), keep_items=True
    )
    return [f for f in (*tree, *judge(book, schemas())) if f.code in codes]


def said(fragment: Any, target: str = "powers") -> list[str]:
    """The faults of a fragment, each with its cure."""
    about = described(target, schemas())
    return [f"{fault.message} {fault.fix}" for fault in faults(fragment, about)]


def test_a_rule_finds_what_breaks_it_in_the_words_of_the_labels() -> None:
    [one] = found(
        rule("{when: {properties: {type: {const: 行政检查}}}, schema: {required: [section]}}"),
        "QD707",
    )
    assert one.severity == "warning", "the rule's"
    assert one.message == "不符合“问”：缺少“承办机构”（section）。"
    assert (one.item, one.unit, one.path) == ("JS-YJ-JC-001", "JS-YJ", "lists/powers/JS-YJ.yaml")
    assert one.rules == ("jinshui-powers/9-9",)


def test_each_place_is_a_finding_with_its_own_sentence() -> None:
    schema = "{properties: {flow: {items: {properties: {post: {pattern: '岗位$'}}}}}}"
    broken = [f for f in found(rule(f"{{schema: {schema}}}"), "QD707") if f.item == "JS-CG-XK-001"]
    assert [f.at[2:] for f in broken] == [
        ("flow", 0, "post"),
        ("flow", 1, "post"),
        ("flow", 2, "post"),
    ]
    assert "“运行流程第1项岗位”的值“窗口受理岗”写法不对" in broken[0].message


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("{properties: {note: {minLength: 5}}, required: [note]}", "缺少“备注”（note）"),
        ("{properties: {flow: {minItems: 9}}}", "“运行流程”至少要有9个字（项），现有3个"),
        ("{properties: {flow: {maxItems: 1}}}", "“运行流程”最多1项，现有3项"),
        ("{properties: {name: {not: {pattern: 道路}}}}", "“事项名称”属于不允许的情形"),
        ("{properties: {basis: {contains: {required: [text]}}}}", "“实施依据”中没有符合要求的一项"),
        ("{properties: {name: {maxLength: 2}}}", "“事项名称”超过2字"),
        ("{not: {required: [fees]}}", "“权责事项”不应当有fees"),
        (
            "{additionalProperties: false, properties: {code: {type: string}}}",
            "“权责事项”有不应当有的要素",
        ),
        ("{anyOf: [{required: [note]}, {required: [section]}]}", "不符合所列的任何一种情形"),
        ("{if: {required: [charged]}, then: {required: [note]}}", "缺少“备注”（note）"),
        ("{properties: {type: {enum: [行政处罚]}}}", "不在可选范围内"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(schema: str, sentence: str) -> None:
    broken = [f for f in found(rule(f"{{schema: {schema}}}"), "QD707") if f.item == "JS-CG-XK-001"]
    assert len(broken) == 1
    assert sentence in broken[0].message
    assert not {"'", "is not", "does not"} & set(broken[0].message)


def test_cancelled_items_are_judged_only_by_rules_that_speak_of_states() -> None:
    def items(when: str) -> set[str]:
        return {f.item for f in found(rule(f"{{{when}schema: {{required: [note]}}}}"), "QD707")}

    assert "JS-CG-XK-002" not in items("")
    assert items("when: {properties: {state: {const: 取消}}}, ") == {"JS-CG-XK-002"}


@pytest.mark.parametrize("target", TARGETS)
def test_every_subject_can_be_ruled_about(target: str) -> None:
    schema = schemas()["rules"]
    assert target in schema.node(("rules", 0, "for"))["enum"]
    assert target in schema.node(("rules", 0, "for"))["x-labels"]
    assert found(rule("{schema: {required: [x]}}", target="nowhere"), "QD106")


def test_registers_and_systems_are_judged_entry_by_entry() -> None:
    [unit] = [
        f
        for f in found(rule("{schema: {required: [note]}}", target="units"), "QD707")
        if f.unit == "JS-CG"
    ]
    assert unit.path == "registers/units.yaml"
    assert unit.at[0] == "units"
    rows = found(rule("{schema: {required: [unit_code]}}", target="systems"), "QD707")
    assert {f.item for f in rows} >= {"JS-CG-XK-001"}
    laws = found(rule("{schema: {required: [issuer]}}", target="laws"), "QD707")
    assert laws
    assert all(f.message.startswith("不符合“问”：缺少“") for f in laws)


# what cannot be used


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ({"requried": ["name"]}, "没有“requried”这个关键词 是不是“required”"),
        ({"$ref": "http://example.example/s.json"}, "不能用“$ref”引用别处"),
        ({"$ref": "file:///etc/passwd"}, "不能用“$ref”引用别处"),
        ({"properties": {"name": {"$ref": "#/definitions/x"}}}, "不能用“$ref”引用别处"),
        ({"$id": "http://example.example/"}, "不能用“$id”引用别处"),
        ({"patternProperties": {"(a+)+$": {}}}, "没有“patternProperties”这个关键词"),
        ({"properties": {"promised_limt": {"type": "string"}}}, "没有“promised_limt”这个要素 是不是“promised_limit”"),
        ({"required": ["承诺办结时限"]}, "没有“承诺办结时限”这个要素 是不是“promised_limit”"),
        ({"properties": {"flow": {"items": {"required": ["posts"]}}}}, "没有“posts”这个要素 是不是“post”"),
        ({"properties": {"name": {"properties": {"x": {"type": "string"}}}}}, "没有“x”这个要素"),
        ({"properties": {"type": {"const": "行政许可证"}}}, "不会是“行政许可证” 是不是“行政许可”"),
        ({"properties": {"type": {"enum": ["行政许可", "审批"]}}}, "不会是“审批”"),
        ({"if": {"required": ["name"]}}, "没有“then”"),
        ({"then": {"required": ["name"]}}, "没有“if”"),
        ({"properties": {"name": {"format": "email"}}}, "没有“email”这种格式"),
        ({"properties": {"name": {"pattern": "("}}}, "写得不对，或者太复杂"),
        ({"properties": {"name": {"pattern": "(?=a)b"}}}, "写得不对，或者太复杂"),
        ({"properties": {"name": {"pattern": r"(a)\1"}}}, "写得不对，或者太复杂"),
        ({"properties": {"name": {"pattern": "((a{999}){999}){999}"}}}, "写得不对，或者太复杂"),
        ({"properties": {"name": {"pattern": "a" * 301}}}, "式样超过300字"),
        ({"type": "strnig"}, "不是正确的 JSON Schema"),
        ({"properties": {"name": {"minLength": -1}}}, "不是正确的 JSON Schema"),
        ({"required": "name"}, "不是正确的 JSON Schema"),
        ({"properties": {"name": "text"}}, "应当是一组"),
        ({"properties": {"name": False}}, "写 not: {required: [要素]}"),
        ({"properties": ["name"]}, "不是正确的 JSON Schema"),
        ({"allOf": {"required": ["name"]}}, "不是正确的 JSON Schema"),
    ],
)  # fmt: skip
def test_a_fragment_that_cannot_mean_what_was_meant_is_refused(
    fragment: Any, sentence: str
) -> None:
    assert any(sentence in each for each in said(fragment)), said(fragment)


def nested(depth: int) -> Any:
    fragment: Any = {"required": ["name"]}
    for _ in range(depth):
        fragment = {"not": fragment}
    return fragment


@pytest.mark.parametrize(
    "fragment",
    [
        nested(3 * MAX_DEPTH),
        {"properties": {"name": {"enum": [f"{n}" for n in range(MAX_NODES)]}}},
        {"allOf": [{"required": ["name"]} for _ in range(MAX_NODES)]},
    ],
    ids=["deep", "enum", "branches"],
)
def test_a_huge_fragment_is_refused(fragment: Any) -> None:
    assert "太大或嵌套太深" in said(fragment)[0]


def test_what_is_quoted_is_kept_short() -> None:
    assert all(len(each) < 600 for each in said({"x" * 10_000: 1, "required": ["y" * 10_000]}))


def test_what_demands_nothing_is_refused() -> None:
    for schema in ("{}", "{title: 名称}", "{properties: {name: {}}}"):
        [fault] = found(rule(f"{{schema: {schema}}}"), "QD708")
        assert "什么都符合" in fault.message
        assert fault.severity == "error"


def test_a_broken_rule_is_a_finding_at_its_place_and_judges_nothing() -> None:
    pack = rule("{schema: {required: [note]}, when: {properties: {typ: {const: 行政许可}}}}")
    [fault] = found(pack, "QD708", "QD707")
    assert fault.code == "QD708"
    assert fault.at == ("rules", 0, "answer", "when", "properties", "typ")
    assert "是不是“type”" in fault.fix


def test_patterns_take_linear_time_also_where_they_are_explained() -> None:
    name = "a" * 180 + "!"
    files = {
        "lists/powers/JS-YJ.yaml": base()["lists/powers/JS-YJ.yaml"].replace(
            "安全生产知识咨询服务", name
        )
    }
    begun = time.perf_counter()
    broken = found(
        rule("{schema: {properties: {name: {pattern: '^(a+)+$'}}}}"), "QD707", files=files
    )
    assert "写法不对" in next(f.message for f in broken if f.item == "JS-YJ-FW-001")
    assert time.perf_counter() - begun < 60, "a backtracking engine would not come back"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    pack = rule("{schema: {properties: {name: {$ref: 'http://example.example/s.json'}}}}")
    assert {f.code for f in found(pack, "QD707", "QD708")} == {"QD708"}


# options and 从其规定


def test_options_narrow_what_a_rule_asks_about() -> None:
    from qingdan.core.citing import cite

    def cited(options: str) -> tuple[str, ...]:
        pack = rule(f"{{check: supervised-after, options: {options}}}")
        power = base()["lists/powers/JS-CG.yaml"].replace(
            "  post_supervision:\n  - 占用、挖掘期间每周巡查一次，期满核验恢复情况。\n", ""
        )
        texts = {**base(), "lists/powers/JS-CG.yaml": power, PACK: pack}
        book, tree = build(Texts({p: t.encode() for p, t in texts.items()}), schemas())
        [one] = [f for f in cite(tree, book) if f.code == "QD219"]
        return one.rules

    assert cited("{types: [行政许可]}") == ("jinshui-powers/9-9",)
    assert cited("{types: [行政处罚]}") == ()
    assert cited("{lists: [powers]}") == ("jinshui-powers/9-9",)
    assert cited("{lists: [fees]}") == ()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("{check: supervised-after, options: {type: [行政许可]}}", "没有“type”这个选项"),
        ("{check: supervised-after, options: {types: 行政许可}}", "应当是列表"),
        ("{check: supervised-after, options: {types: []}}", "应当是列表"),
        ("{check: supervised-after, options: {types: [许可]}}", "没有“许可”这样的值"),
        ("{check: systems-agree, options: {systems: [nowhere]}}", "没有“nowhere”这样的值"),
        ("{check: systems-agree, options: {codes: [QD101]}}", "没有“QD101”这样的值"),
        ("{check: complaints-open, options: {types: [行政许可]}}", "没有“types”这个选项"),
    ],
)
def test_an_option_that_means_nothing_is_a_finding(answer: str, sentence: str) -> None:
    [one] = found(rule(answer), "QD709")
    assert sentence in one.message
    assert one.at[:4] == ("rules", 0, "answer", "options")


def test_an_owner_must_be_a_role() -> None:
    pack = rule("manual").replace("owner: 区政府法制办", "owner: 区法制局")
    [one] = found(pack, "QD402")
    assert (one.path, one.at) == (PACK, ("rules", 0, "owner"))


def test_the_law_that_overrides_must_be_registered_and_its_items_exist() -> None:
    law = "  - {law: 行政许可法, article: 第一条, items: [JS-NO-1]}"
    broken = found(rule("manual", "  overridden:", law), "QD710")
    assert [f.at[-1] for f in broken] == ["law", 0]
    law = "  - {law: 城市道路管理条例, article: 第一条, items: [JS-CG-XK-001]}"
    assert found(rule("manual", "  overridden:", law), "QD710") == []
