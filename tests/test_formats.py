"""Output formats: the same findings, as people and programs read them."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt
from msgspec.structs import replace

from conftest import Run
from conftest import replace as replace_text
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
    moved = Verdict((replace(FINDING, line=99),))
    one, other = (
        json.loads(FORMATS["sarif"](v))["runs"][0]["results"][0] for v in (VERDICT, moved)
    )
    assert one["partialFingerprints"] == other["partialFingerprints"]


CONTROL = replace(FINDING, message="坏\x00字\ufffe、\udcff。", path="lists/powers/\udcff.yaml")
INFO = replace(FINDING, severity="info", code="QD305", message="待同步。")


def junit(verdict: Verdict) -> ET.Element:
    """The report, parsed as CI does; every suite's counts agree with its cases."""
    root = ET.fromstring(FORMATS["junit"](verdict).encode())
    assert root.tag == "testsuites"
    for suite in (root, *root.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(len(c.findall("failure")) for c in cases)
        assert int(suite.attrib["skipped"]) == sum(len(c.findall("skipped")) for c in cases)
        assert suite.attrib["errors"] == "0"
    for suite in root:
        assert suite.tag == "testsuite"
        assert {child.tag for child in suite} <= {"testcase", "system-out"}
        names = [(case.attrib["classname"], case.attrib["name"]) for case in suite.iter("testcase")]
        assert len(set(names)) == len(names) > 0
    return root


def test_junit_fails_a_case_for_each_error_and_warning() -> None:
    root = junit(Verdict((FINDING, replace(FINDING, line=20), INFO, BARE), ("提示一句。",), 3, 7))
    assert root.attrib["tests"] == "4"
    assert root.attrib["failures"] == "3"
    assert root.attrib["skipped"] == "1"
    first, second, third = root[0].findall("testcase")
    assert first.attrib["file"] == FINDING.path
    assert first.attrib["line"] == "12"
    assert second.attrib["name"].startswith(first.attrib["name"])
    failure = first.find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "error", "message": FINDING.message}
    assert "依据：《某办法》第八条" in str(failure.text)
    skipped = third.find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "待同步。"
    bare = root[1].find("testcase/failure")
    assert bare is not None
    assert bare.attrib["type"] == "warning"
    assert "提示一句。" in str(root.findtext(".//system-out"))


def test_junit_of_a_clean_run_has_a_case_that_passed() -> None:
    root = junit(EMPTY)
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["没有发现问题"]
    assert "没有发现问题" in str(root.findtext(".//system-out"))


def test_junit_names_stay_when_lines_move_and_words_change() -> None:
    moved = replace(FINDING, line=99, message="承诺时限40日长于法定时限20日。")
    one, other = (junit(Verdict((f,))).find(".//testcase") for f in (FINDING, moved))
    assert one is not None
    assert other is not None
    assert one.attrib["name"] == other.attrib["name"]


def test_gitlab_has_the_documented_keys_and_unique_fingerprints() -> None:
    twin = replace(FINDING, line=20)
    entries = json.loads(FORMATS["gitlab"](Verdict((FINDING, twin, INFO, BARE))))
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert set(entry["location"]) == {"path", "lines"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert not entry["location"]["path"].startswith(("/", "./"))
    assert [entry["severity"] for entry in entries] == ["major", "major", "info", "minor"]
    assert entries[0]["check_name"] == "QD207"
    assert entries[0]["location"] == {"path": FINDING.path, "lines": {"begin": 12}}
    assert entries[3]["location"]["path"] == "qingdan.yaml"
    assert len({entry["fingerprint"] for entry in entries}) == 4
    assert json.loads(FORMATS["gitlab"](EMPTY)) == []


def test_gitlab_fingerprints_stay_when_lines_move() -> None:
    moved = Verdict((replace(FINDING, line=99), replace(FINDING, line=120)))
    there = Verdict((FINDING, replace(FINDING, line=20)))
    one, other = (json.loads(FORMATS["gitlab"](verdict)) for verdict in (there, moved))
    assert [e["fingerprint"] for e in one] == [e["fingerprint"] for e in other]


def test_markdown_is_a_table_that_nothing_breaks_out_of() -> None:
    words = "a|b\n<script> @me #12 https://x.example [点](http://y.example) `c` ~~*_"
    hostile = replace(FINDING, message=words, fix="")
    text = FORMATS["markdown"](Verdict((hostile, BARE), ("一句。",), 3, 7))
    assert text.startswith("**共检查3个文件、7个事项，发现错误1个、警告1个。**\n")
    assert text.endswith("- 一句。\n")
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    assert html.count("<tr>") == 3
    assert html.count("<td>") == 10
    assert "<a " not in html
    assert not re.search(r"<(?!/?(p|strong|table|thead|tbody|tr|th|td|ul|li)\b|!-- -->)", html)
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    assert words.replace("\n", "\\u000a") in shown
    assert not re.search(r"[@#]\w|://", text)


def test_markdown_cuts_a_long_list_and_says_so() -> None:
    many = tuple(replace(FINDING, item=f"A-{n}", severity="warning") for n in range(1000))
    text = FORMATS["markdown"](Verdict((*many, replace(FINDING, item="最重"))))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert "最重" in rows[2]
    shown = len(rows) - 3
    assert f"其余{1001 - shown}个问题没有列出" in rows[-1]
    assert len(text) < 65_536
    long = tuple(replace(FINDING, item=f"A-{n}", message="长" * 5000) for n in range(300))
    assert len(FORMATS["markdown"](Verdict(long))) < 65_536


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_what_is_no_text_and_gives_the_same_bytes(name: str) -> None:
    verdict = Verdict((CONTROL, INFO, BARE), ("提示。",), 1, 1)
    first = FORMATS[name](verdict)
    assert first.encode() == FORMATS[name](verdict).encode()
    assert first.endswith("\n")
    assert "\x00" not in first
    if name in {"json", "sarif", "gitlab"}:
        json.loads(first)
    if name == "junit":
        assert (
            "坏\\u0000字\\ufffe、\\udcff。"
            in ET.fromstring(first.encode())[0][0][0].attrib["message"]
        )


def test_several_formats_at_once(tmp_path: Path, district: Path, qingdan: Run) -> None:
    replace_text(
        district, "lists/powers/JS-YJ.yaml", "promised_limit: 3个工作日", "promised_limit: 3天"
    )
    chosen = [f"{name}={tmp_path / name}" for name in FORMATS]
    assert qingdan(district, "validate", *(w for c in chosen for w in ("--format", c))) == 1
    for name in FORMATS:
        text = (tmp_path / name).read_text("utf-8")
        assert "QD106" in text, name


@pytest.mark.parametrize("words", [["validate"], ["check"], ["due", "--today", "2026-11-20"]])
def test_a_file_is_seen_from_the_folder_that_was_named(
    words: list[str], small: Path, qingdan: Run
) -> None:
    assert qingdan(small, *words, "--format", "json=../found.json") in {0, 1}
    assert json.loads((small.parent / "found.json").read_bytes())


def test_nothing_is_written_when_one_format_is_wrong(
    tmp_path: Path, district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    assert qingdan(district, "validate", "--format", f"json={target}", "--format", "jnuit") == 2
    assert not target.exists()
    assert "没有“jnuit”这种输出格式" in capsys.readouterr().err
    two = ("--format", f"json={target}", "--format", f"junit={target}")
    assert qingdan(district, "validate", *two) == 2
    assert "同一个文件" in capsys.readouterr().err
