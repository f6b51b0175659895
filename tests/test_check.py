"""``check``: everything that a machine can answer of the rules, over tree and world."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.calendar import Calendar
from qingdan.core.rectification.limits import PENDING, with_deadlines
from qingdan.desk.opening import judge, open_workspace
from qingdan.desk.world import every_finding
from qingdan.model.findings import Finding
from qingdan.model.limits import Limit
from qingdan.model.settings import MatchedLimit, Rectification

DAY = date(2026, 9, 17)
TODAY = ("--today", "2026-09-17")
POWERS = "lists/powers/JS-CG.yaml"
PACK = "rules/jinshui-powers.yaml"
SUPERVISED = "  post_supervision:\n  - 占用、挖掘期间每周巡查一次，期满核验恢复情况。\n"
OVER = ("promised_limit: 8个工作日", "promised_limit: 25个工作日")
"""Longer than the statutory limit, and other than in the portal."""

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def small(small: Path) -> Path:
    """Published as it stands: without the adjustment that is not public yet."""
    git(small, "reset", "-q", "--hard", "HEAD~1")
    return small


def found(folder: Path, run: Run, capsys: Capture, *words: str) -> list[dict[str, Any]]:
    """What ``check`` finds, as it says it to programs."""
    capsys.readouterr()
    run(folder, "check", *TODAY, *words, "--format", "json")
    return list(json.loads(capsys.readouterr().out)["findings"])


def codes(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["code"] for finding in findings}


def asking(folder: Path, *rules: str) -> None:
    """Add rules to the pack."""
    text = (folder / PACK).read_text("utf-8")
    (folder / PACK).write_text(text + "".join(rules), "utf-8")


def rule(id_: str, answer: str, *more: str, target: str = "powers") -> str:
    lines = [f"- id: {id_}", "  article: 第五条", "  question: 问", "  owner: 区政府法制办"]
    lines += [f"  for: {target}", f"  answer: {answer}", "  severity: warning", *more]
    return "\n".join(lines) + "\n"


def test_every_finding_is_that_of_the_tree_and_of_the_world(small: Path) -> None:
    def every() -> set[str]:
        opened = open_workspace(small)
        snapshot = opened.snapshot()
        book, _ = judge(opened, snapshot, keep_items=True)
        findings = every_finding(opened, book, snapshot, DAY)
        assert list(findings) == sorted(findings, key=lambda finding: finding.order)
        assert all(finding.line for finding in findings)
        return {finding.code for finding in findings}

    assert not every() & {"QD219", "QD304", "QD707"}
    replace(small, POWERS, SUPERVISED, "")
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    replace(small, "systems/portal.yaml", *OVER)
    assert every() >= {"QD219", "QD304", "QD707"}


def test_check_answers_what_the_rules_ask_and_leaves_the_rest_to_validate(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, SUPERVISED, "")
    assert "QD219" not in codes(found(small, qingdan, capsys)), "no rule of this workspace asks"
    qingdan(small, "check", *TODAY)
    assert "另有1个问题不属任何规则的检查内容" in capsys.readouterr().out
    asking(small, rule("10-9", "{check: supervised-after}"))
    [one] = [f for f in found(small, qingdan, capsys) if f["code"] == "QD219"]
    assert one["rules"] == ["jinshui-powers/10-9"]
    qingdan(small, "check", *TODAY)
    assert "不属任何规则" not in capsys.readouterr().out


def test_a_pack_is_asked_for_all_that_it_asks_in_tree_and_world(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    own = "regulation: {id: own, title: 本局要点, source: 本单位自定}\nrules:\n"
    put(
        small,
        "rules/own.yaml",
        own + rule("1-1", "{check: limits-fit}").replace("  article: 第五条\n", ""),
    )
    regulations = "- id: jinshui-powers\n"
    replace(small, "qingdan.yaml", regulations, f"- {{id: own, title: 本局要点}}\n{regulations}")
    replace(small, POWERS, "statutory_limit: 20个工作日", "statutory_limit: 3个工作日")
    replace(small, "systems/portal.yaml", "promised_limit: 8个工作日", "promised_limit: 9个工作日")
    assert codes(found(small, qingdan, capsys)) >= {"QD207", "QD304"}
    [of_own] = found(small, qingdan, capsys, "--pack", "own")
    assert (of_own["code"], of_own["sources"]) == ("QD207", ["《本局要点》（本单位自定）"])
    of_powers = found(small, qingdan, capsys, "--pack", "jinshui-powers")
    assert "QD304" in codes(of_powers)
    assert "QD207" not in codes(of_powers)
    both = found(small, qingdan, capsys, "--pack", "own", "--pack", "jinshui-powers")
    assert len(both) == len(of_powers) + 1
    assert qingdan(small, "check", "--pack", "jinshui-power") == 2
    assert "是不是“jinshui-powers”" in capsys.readouterr().err


def test_unit_and_list_narrow_but_faults_of_rules_stay(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    asking(small, rule("9-9", "{schema: {requried: [note]}}"))
    assert codes(found(small, qingdan, capsys, "--unit", "JS-CG")) == {"QD707", "QD708"}
    assert codes(found(small, qingdan, capsys, "--unit", "JS-YJ")) == {"QD708"}
    assert codes(found(small, qingdan, capsys, "--list", "fees")) == {"QD708"}
    assert qingdan(small, "check", "--unit", "JS-NO") == 2


def test_a_pack_that_cannot_be_read_never_passes(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    (small / PACK).write_text("regulation: {id: jinshui-powers\n", "utf-8")
    for words in ((), ("--pack", "jinshui-powers"), ("--unit", "JS-YJ"), ("--test",)):
        assert qingdan(small, "check", *TODAY, *words) == 1
        assert PACK in capsys.readouterr().out


def test_a_revision_is_checked_as_it_was(small: Path, qingdan: Run, capsys: Capture) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    commit(small, "试改\n")
    assert "QD707" in codes(found(small, qingdan, capsys))
    assert "QD707" not in codes(found(small, qingdan, capsys, "--at", "HEAD~1"))
    assert qingdan(small, "check", "--at", "") == 2


def test_commits_are_judged_where_they_are_named(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    asking(small, rule("9-9", "{check: adjusted-by-procedure}"))
    replace(small, "qingdan.yaml", "branch: main", "branch: main  # 试")
    commit(small, "添规则\n\nReason: 试\n")
    replace(small, POWERS, "promised_limit: 8个工作日", "promised_limit: 7个工作日")
    commit(small, "不办手续\n")
    assert "QD501" not in codes(found(small, qingdan, capsys))
    of_commits = found(small, qingdan, capsys, "--commits", "HEAD~1..HEAD")
    [one] = [f for f in of_commits if f["code"] == "QD501"]
    assert one["rules"] == ["jinshui-powers/9-9"]


def test_a_law_that_says_otherwise_takes_the_finding_away_and_is_named(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    replace(small, POWERS, SUPERVISED, "")
    law = "{law: 城市道路管理条例, article: 第四十二条"
    asking(
        small,
        rule(
            "9-8", "{check: supervised-after}", "  overridden:", f"  - {law}, types: [行政许可]}}"
        ),
    )
    replace(
        small,
        PACK,
        "  remedy: 请在",
        f"  overridden:\n  - {law}, types: [行政检查]}}\n  remedy: 请在",
    )
    assert codes(found(small, qingdan, capsys)) == {"QD707"}
    said = capsys.readouterr()
    qingdan(small, "check", *TODAY)
    said = capsys.readouterr()
    assert (
        "从其规定：规则jinshui-powers/9-8有1处依《城市道路管理条例》第四十二条，不作为问题"
        in said.err
    )
    qingdan(small, "validate", "--fail-on", "info")
    said = capsys.readouterr()
    assert "QD219" not in said.out
    assert "从其规定" in said.err
    replace(small, PACK, "types: [行政检查]", "items: [JS-CG-CF-001]")
    assert found(small, qingdan, capsys) == []


def test_another_rule_that_still_asks_keeps_the_finding(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, SUPERVISED, "")
    law = "  - {law: 城市道路管理条例, article: 第四十二条}"
    asking(
        small,
        rule("9-7", "{check: supervised-after}"),
        rule("9-8", "{check: supervised-after}", "  overridden:", law),
    )
    [one] = [f for f in found(small, qingdan, capsys) if f["code"] == "QD219"]
    assert one["rules"] == ["jinshui-powers/9-7"]


def test_each_finding_says_by_which_day_it_must_be_put_right(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    replace(small, "systems/portal.yaml", "promised_limit: 8个工作日", "promised_limit: 9个工作日")
    assert {f["deadline"] for f in found(small, qingdan, capsys)} == {"2026-10-08"}, "the usual one"
    limits = (
        "  limits:\n  - {match: [jinshui-powers/14-8], within: 3个工作日, source: 本单位自定}\n"
    )
    replace(small, "qingdan.yaml", "  issuer: 发现", f"{limits}  issuer: 发现")
    days = {f["code"]: f["deadline"] for f in found(small, qingdan, capsys)}
    assert days == {"QD707": "2026-10-08", "QD304": "2026-09-21"}
    [broken] = [f for f in found(small, qingdan, capsys) if f["code"] == "QD707"]
    assert broken["owner"] == "区政府法制办"
    assert broken["fix"] == "请在事中事后监管措施中写明处罚决定在几日内公开。"
    [differs] = [f for f in found(small, qingdan, capsys) if f["code"] == "QD304"]
    assert "《金水区行政权力清单运行监督检查办法》第二十一条第（三）项" in differs["accountability"]
    qingdan(small, "check", *TODAY)
    assert "    期限：2026-10-08\n" in capsys.readouterr().out


def test_a_deadline_beyond_the_calendar_is_open_and_hints_have_none() -> None:
    within, sooner = Limit.parse("10个工作日"), Limit.parse("7日")
    own = "本单位自定"
    limits = (MatchedLimit(("warning",), sooner, own), MatchedLimit(("QD219",), within, own))
    terms = Rectification(within, own, "区政府法制办", "某办", "某局", own, limits=limits)
    error, warning, info = (
        Finding("QD207", "error", ""), Finding("QD219", "warning", ""), Finding("QD305", "info", ""),
    )  # fmt: skip
    far = list(with_deadlines([error, warning, info], terms, date(2090, 1, 2), Calendar()))
    assert [f.deadline for f in far] == [PENDING, PENDING, ""]
    assert list(with_deadlines([error], None, DAY, Calendar())) == [error], "no limit is set"
    near = list(with_deadlines([error, warning], terms, DAY, Calendar()))
    assert [f.deadline for f in near] == ["2026-10-08", "2026-09-24"]


def test_statistics_count_by_pack_rule_unit_and_severity(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    replace(small, "systems/portal.yaml", "promised_limit: 8个工作日", "promised_limit: 9个工作日")
    capsys.readouterr()
    assert qingdan(small, "check", *TODAY, "--stats", "--format", "json") == 1
    counted = json.loads(capsys.readouterr().out)
    assert counted["summary"] == {"error": 1, "warning": 1, "info": 0}
    [pack] = counted["packs"]
    assert (pack["id"], pack["error"], pack["warning"]) == ("jinshui-powers", 1, 1)
    assert {line["id"] for line in counted["rules"]} == {
        "jinshui-powers/13-1",
        "jinshui-powers/14-8",
    }
    [unit] = counted["units"]
    assert (unit["id"], unit["error"], unit["warning"]) == ("JS-CG", 1, 1)
    assert qingdan(small, "check", *TODAY, "--stats") == 1
    assert "     1     1     0  合计" in capsys.readouterr().out
    assert qingdan(small, "check", *TODAY, "--stats", "--format", "sarif") == 2


def test_validate_takes_the_rules_in_where_asked(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, POWERS, "处罚决定七日内公开，半年内", "半年内")
    assert qingdan(small, "validate", "--fail-on", "warning") == 0
    assert qingdan(small, "validate", "--rules", "--fail-on", "warning") == 1
    assert "QD707" in capsys.readouterr().out
    assert qingdan(small, "validate", "--rules", "--since", "HEAD", "--fail-on", "warning") == 1
    commit(small, "试改\n")
    assert qingdan(small, "validate", "--rules", "--since", "HEAD", "--fail-on", "warning") == 0


# check --test


def put_to_test(folder: Path, run: Run, capsys: Capture) -> tuple[int, dict[str, str], list[str]]:
    """The exit code, how each rule did, and what was wrong."""
    capsys.readouterr()
    code = run(folder, "check", "--test", "--format", "json")
    said = json.loads(capsys.readouterr().out)
    outcomes = {rule["rule"].split("/")[1]: rule["outcome"] for rule in said["rules"]}
    return code, outcomes, [finding["message"] for finding in said["findings"]]


def test_rules_are_put_to_their_examples(small: Path, qingdan: Run, capsys: Capture) -> None:
    asking(
        small,
        rule("9-1", "manual"),
        rule(
            "9-2", "{check: limits-fit}", "  examples:", "    good:",
            "    - {statutory_limit: 20个工作日, promised_limit: 9个工作日}", "    bad:",
            "    - {statutory_limit: 20个工作日, promised_limit: 21个工作日}",
        ),
    )  # fmt: skip
    code, outcomes, wrong = put_to_test(small, qingdan, capsys)
    assert (code, wrong) == (0, [])
    assert outcomes["13-1"] == outcomes["9-2"] == "通过"
    assert (outcomes["9-1"], outcomes["14-8"]) == ("由人回答", "内置检查")
    assert qingdan(small, "check", "--test") == 0
    assert (
        "内置检查  jinshui-powers/11-2  由内置检查自带的例子检验（QD409）"
        in capsys.readouterr().out
    )


EXAMPLES = ("  examples:", "    good:")
FIT = "{statutory_limit: 20个工作日, promised_limit: 9个工作日}"


@pytest.mark.parametrize(
    ("answer", "examples", "sentence"),
    [
        ("{schema: {required: [note]}}", (), "没有正例"),
        ("{schema: {required: [note]}}", (*EXAMPLES, "    - {note: 有}"), "没有反例"),
        ("{schema: {required: [note]}}", (*EXAMPLES, "    - {name: 有}", "    bad:", "    - {}"), "第1个正例不符合"),
        ("{schema: {required: [note]}}", (*EXAMPLES, "    - {note: 有}", "    bad:", "    - {note: 有}"), "第1个反例没有被查出来"),
        (
            "{when: {required: [fees]}, schema: {required: [note]}}",
            (*EXAMPLES, "    - {note: 有}", "    bad:", "    - {fees: [A-1]}"),
            "没有一个在适用范围",
        ),
        ("{schema: {requried: [note]}}", (*EXAMPLES, "    - {note: 有}"), "无从检验"),
        ("{check: limits-fit}", ("  examples:", "    bad:", f"    - {FIT}"), "第1个反例没有被查出来"),
        ("{check: limits-fit}", (*EXAMPLES, f"    - {FIT.replace('9个', '90个')}"), "第1个正例被查出问题"),
        ("{check: limits-fit}", (*EXAMPLES, "    - {promised_limit: 很快}"), "不是合格的事项"),
        ("{check: limits-fit}", (*EXAMPLES, "    - {flow: 受理}"), "不是合格的事项"),
        (
            "{check: limits-fit, options: {types: [行政许可]}}",
            ("  examples:", "    bad:", "    - {type: 行政处罚, statutory_limit: 9日, promised_limit: 90日}"),
            "没有被查出来",
        ),
        ("{check: complaints-open}", (*EXAMPLES, "    - {phone: 1}"), "用不上例子"),
        ("manual", (*EXAMPLES, "    - {phone: 1}"), "用不上例子"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold_fails_its_rule(
    answer: str,
    examples: tuple[str, ...],
    sentence: str,
    small: Path,
    qingdan: Run,
    capsys: Capture,
) -> None:
    asking(small, rule("9-9", answer, *examples))
    code, outcomes, wrong = put_to_test(small, qingdan, capsys)
    assert code == 1
    assert outcomes["9-9"] == "未通过"
    assert any(sentence in message for message in wrong), wrong


def test_without_rules_there_is_nothing_to_test(small: Path, qingdan: Run, capsys: Capture) -> None:
    (small / PACK).unlink()
    assert qingdan(small, "check", "--test") == 3
    assert "没有规则文件" in capsys.readouterr().err


def test_two_rules_broken_at_one_place_are_two_findings_of_the_ledger(small: Path) -> None:
    from qingdan.core.ledger.findings import key_of

    asking(small, *(rule(f"9-{n}", "{schema: {required: [note]}}") for n in (1, 2)))
    opened = open_workspace(small)
    snapshot = opened.snapshot()
    book, _ = judge(opened, snapshot, keep_items=True)
    findings = [f for f in every_finding(opened, book, snapshot, DAY) if f.code == "QD707"]
    keys = {key_of(f, book) for f in findings if f.item == "JS-CG-XK-001"}
    assert {key.partition("|")[0] for key in keys} == {"jinshui-powers/9-1", "jinshui-powers/9-2"}


# what the settings say of rules


def test_a_deduction_for_a_rule_counts_once_at_the_highest_rate() -> None:
    from qingdan.core.reports.scoring import rank
    from qingdan.model.settings import Deduction, Scoring

    lines = (
        Deduction("内容错误", ("error",), 1, 30),
        Deduction("配置不一致", ("jinshui-powers/14-8",), 3, 30),
    )
    fact = frozenset({"QD304", "error", "jinshui-powers/14-8", "district-operation/5-6"})
    [unit] = rank({"某局": [fact]}, Scoring(100, "本单位自定", lines))
    assert unit.score == "97"
    assert [line.title for line in unit.lines] == ["配置不一致"]


@pytest.mark.parametrize("word", ["jinshui-powers/14-80", "QD999"])
def test_a_deduction_for_nothing_is_a_finding(
    word: str, small: Path, qingdan: Run, capsys: Capture
) -> None:
    replace(small, "qingdan.yaml", "match: [late]", f"match: [{word}]")
    assert qingdan(small, "validate") == 1
    said = capsys.readouterr().out
    assert "QD712" in said
    assert f"“{word}”既不是问题编码，也不是现有规则的编号" in said


def test_only_systems_with_a_snapshot_were_compared(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    qingdan(small, "check", *TODAY)
    assert "已与郑州市政务服务网的快照比对。" in capsys.readouterr().out
    git(small, "rm", "-q", "systems/portal.yaml")
    qingdan(small, "check", *TODAY)
    said = capsys.readouterr().out
    assert "各信息系统都没有可用的快照，未作比对。" in said
    assert "已与" not in said


def differing(folder: Path, run: Run, capsys: Capture, code: str) -> dict[str, Any]:
    """The one finding of a kind."""
    [finding] = [each for each in found(folder, run, capsys) if each["code"] == code]
    return finding


def test_a_finding_is_as_grave_as_the_gravest_rule_that_asks(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    def grave(severity: str) -> None:
        text = (small / PACK).read_text("utf-8")
        at = text.index("answer: {check: systems-agree}")
        rest = text[at:].replace("severity: error", f"severity: {severity}", 1)
        (small / PACK).write_text(text[:at] + rest, "utf-8")

    replace(small, "systems/portal.yaml", *OVER)
    assert differing(small, qingdan, capsys, "QD304")["severity"] == "error"
    assert qingdan(small, "check", *TODAY) == 1
    grave("info")
    assert differing(small, qingdan, capsys, "QD304")["severity"] == "info"
    assert qingdan(small, "check", *TODAY, "--fail-on", "error") == 0
    assert qingdan(small, "check", *TODAY, "--fail-on", "info") == 1
    asking(small, rule("90-1", "{check: systems-agree}"))
    assert differing(small, qingdan, capsys, "QD304")["severity"] == "warning"


def test_what_an_adjustment_under_way_explains_is_no_breach(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    """The rule asks with an error and names who may be held to account: of a difference, not of its explanation."""
    replace(small, POWERS, "promised_limit: 8个工作日", "promised_limit: 7个工作日")
    replace(small, "qingdan.yaml", "owner: 区电子政务中心", "owner: 区政府办")
    pending = differing(small, qingdan, capsys, "QD305")
    assert pending["severity"] == "info"
    assert pending["sources"] == ["《金水区行政权力清单运行监督检查办法》第十四条第（八）项"]
    assert pending["accountability"] == []
    assert pending["owner"] == "区政府办"


def test_a_rule_that_is_loosened_does_not_loosen_what_commits_are_held_to(
    small: Path, qingdan: Run, capsys: Capture
) -> None:
    """Commits are judged by the rules of their parents; their findings are shown with those of the tree."""
    asking(small, rule("90-2", "{check: adjusted-by-procedure}").replace("warning", "info"))
    replace(small, POWERS, "promised_limit: 8个工作日", "promised_limit: 7个工作日")
    commit(small, "悄悄改\n")
    words = ("validate", "--commits", "HEAD~1..HEAD", "--format", "json")
    capsys.readouterr()
    assert qingdan(small, *words) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    bare = [each for each in findings if "jinshui-powers/90-2" in each["rules"]]
    assert bare
    assert {each["severity"] for each in bare} == {"error"}
