"""Output formats: the same findings, as people and programs read them."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft7Validator

from qingdan.model.findings import Finding, Verdict
from qingdan.render.formats import FORMATS

SCHEMA = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json"

FINDING = Finding(
    "QD207",
    "error",
    "承诺时限30日长于法定时限20日。",
    "lists/powers/单位 甲.yaml",
    ("items", 0, "promised_limit"),
    12,
    3,
    item="A-1",
    unit="A",
    owner="区政府法制办",
    sources=("《某办法》第八条",),
    rules=("x/8-1",),
    fix="请改，100%：a,b\n第二行",
)
BARE = Finding("QD501", "warning", "没有调整手续。")
VERDICT = Verdict((FINDING, BARE), ("提示一句。",), 3, 7)
EMPTY = Verdict((), (), 3, 7)


def test_concise_is_one_line_a_finding() -> None:
    lines = FORMATS["concise"](VERDICT).splitlines()
    assert lines[0] == "lists/powers/单位 甲.yaml:12:3: QD207 承诺时限30日长于法定时限20日。（A-1）"
    assert lines[1] == "QD501 没有调整手续。"
    assert FORMATS["concise"](EMPTY) == ""


def test_text_tells_article_owner_and_cure() -> None:
    text = FORMATS["text"](VERDICT)
    assert "lists/powers/单位 甲.yaml:12:3: 错误 QD207" in text
    assert "依据：《某办法》第八条" in text
    assert "责任：区政府法制办" in text
    assert "共检查3个文件、7个事项，发现错误1个、警告1个。" in text
    assert text.endswith("提示一句。\n")
    assert "没有发现问题" in FORMATS["text"](EMPTY)


def test_json_has_the_contract_s_names_and_is_stable() -> None:
    document = json.loads(FORMATS["json"](VERDICT))
    assert list(document) == ["tool", "findings", "summary"]
    assert document["summary"] == {"error": 1, "warning": 1, "info": 0}
    wanted = {
        "code",
        "severity",
        "path",
        "line",
        "column",
        "item",
        "unit",
        "owner",
        "message",
        "sources",
        "fix",
    }
    assert wanted <= set(document["findings"][0])
    assert FORMATS["json"](VERDICT) == FORMATS["json"](VERDICT)


def test_github_escapes_what_its_commands_would_take_apart() -> None:
    first, second = FORMATS["github"](VERDICT).splitlines()
    assert first.startswith("::error file=lists/powers/单位 甲.yaml,line=12,col=3,title=QD207 ")
    assert "100%25：a,b%0A第二行" in first
    assert second.startswith("::warning title=QD501 ")


def test_sarif_is_valid_by_its_schema() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for verdict in (VERDICT, EMPTY):
        document = json.loads(FORMATS["sarif"](verdict))
        assert not list(Draft7Validator(schema).iter_errors(document))
    results = json.loads(FORMATS["sarif"](VERDICT))["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "lists/powers/%E5%8D%95%E4%BD%8D%20%E7%94%B2.yaml"
    assert place["region"] == {"startLine": 12, "startColumn": 3}
    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


def test_fingerprint_does_not_move_with_the_line() -> None:
    from dataclasses import replace

    moved = Verdict((replace(FINDING, line=99),))
    one, other = (
        json.loads(FORMATS["sarif"](v))["runs"][0]["results"][0] for v in (VERDICT, moved)
    )
    assert one["partialFingerprints"] == other["partialFingerprints"]
