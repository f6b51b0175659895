"""Findings in the ledger by command: recorded of a run, registered by people, closed by a fresh run, void, listed."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace

POWERS = "lists/powers/JS-CG.yaml"
PORTAL = "systems/portal.yaml"
MATERIALS = "  materials:\n  - name: 申请表\n  - name: 平面图\n"
TODAY = ("--today", "2026-09-17")
LATER = ("--today", "2026-09-18")
BY = ("--by", "区政府法制办")
RULE = "jinshui-powers/14-8"


@pytest.fixture
def faulty(small: Path, qingdan: Run) -> Path:
    """A workspace with two materials without a basis, committed."""
    text = (small / POWERS).read_text("utf-8")
    item = text.index("- code: JS-CG-XK-001")
    spot = text.index("  responsibilities:\n", item)
    put(small, POWERS, text[:spot] + MATERIALS + text[spot:])
    assert qingdan(small, "fmt") == 0
    commit(small, "直接改\n")
    return small


@pytest.fixture
def listed(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(folder: Path, *words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert qingdan(folder, "ledger", "list", "--format", "json", *words) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
        return found

    return run


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    return put(tmp_path, "证据/整改报告.txt", "已经改正")


def record(qingdan: Run, folder: Path, *words: str) -> None:
    qingdan(folder, "check", "--record", *words)


def test_a_run_is_recorded_in_one_commit_and_only_once(
    faulty: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    count = int(git(faulty, "rev-list", "--count", "HEAD"))
    record(qingdan, faulty, *TODAY)
    head = git(faulty, "rev-parse", "HEAD")
    assert int(git(faulty, "rev-list", "--count", "HEAD")) == count + 1
    found = [f for f in listed(faulty) if f["code"] == "QD216"]
    assert sorted(f["key"].rpartition(".")[2] for f in found) == ["平面图", "申请表"]
    assert {f["state"] for f in found} == {"待处理"}
    capsys.readouterr()
    record(qingdan, faulty, *LATER)
    assert "台账：没有改动，新登记0个" in capsys.readouterr().err
    assert git(faulty, "rev-parse", "HEAD") == head
    assert qingdan(faulty, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_what_a_finding_quotes_of_a_person_is_not_recorded(
    small: Path, qingdan: Run, listed: Any
) -> None:
    replace(small, PORTAL, "promised_limit: 8个工作日", "promised_limit: '13812345678'")
    commit(small, "填错\n")
    record(qingdan, small, *TODAY)
    facts = [f["fact"] for f in listed(small, "--rule", "QD304")]
    assert facts == ["系统配置与公开清单不一致（原文中有像是手机号码的内容，没有录入）。"]
    assert qingdan(small, "validate", "ledger") == 0


def test_hints_are_recorded_only_if_asked(faulty: Path, qingdan: Run, listed: Any) -> None:
    record(qingdan, faulty, *TODAY, "--severity", "error")
    assert {f["severity"] for f in listed(faulty)} <= {"error"}
    record(qingdan, faulty, *TODAY, "--severity", "info")
    assert "info" in {f["severity"] for f in listed(faulty)}


def test_lines_that_move_do_not_make_new_findings(faulty: Path, qingdan: Run, listed: Any) -> None:
    record(qingdan, faulty, *TODAY)
    before = {f["id"] for f in listed(faulty)}
    replace(
        faulty, POWERS, "- code: JS-CG-CF-001\n", "- code: JS-CG-CF-001\n  note: 上面多了一行\n"
    )
    replace(faulty, POWERS, "promised_limit: 6个工作日", "promised_limit: 5个工作日")
    commit(faulty, "改别处\n")
    record(qingdan, faulty, *LATER)
    assert {f["id"] for f in listed(faulty) if f["code"] == "QD216"} <= before


def test_what_vanished_may_be_closed_and_is_not_closed_by_itself(
    faulty: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    replace(faulty, POWERS, MATERIALS, "")
    commit(faulty, "删去材料\n")
    capsys.readouterr()
    record(qingdan, faulty, *LATER)
    assert "可以销号（本次没有再发现）2个" in capsys.readouterr().err
    assert {f["state"] for f in listed(faulty, "--rule", "QD216")} == {"待处理"}


def test_closing_needs_evidence_and_a_run_that_no_longer_finds_it(
    faulty: Path, qingdan: Run, listed: Any, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    name = listed(faulty, "--rule", "QD216")[0]["id"]
    head = git(faulty, "rev-parse", "HEAD")
    assert qingdan(faulty, "ledger", "close", name, *BY, *LATER) == 2
    assert "销号要有证据" in capsys.readouterr().err
    close = ("ledger", "close", name, "--evidence", str(proof), *BY, *LATER)
    assert qingdan(faulty, *close) == 4
    assert "问题还在，不能销号" in capsys.readouterr().err
    replace(faulty, POWERS, MATERIALS, "")
    assert qingdan(faulty, *close) == 4
    assert "尚未提交的改动" in capsys.readouterr().err
    assert git(faulty, "rev-parse", "HEAD") == head
    judged = commit(faulty, "删去材料\n")
    assert qingdan(faulty, *close) == 0
    (closed,) = [f for f in listed(faulty) if f["id"] == name]
    step = closed["steps"][-1]
    assert (closed["state"], step["commit"], step["by"]) == ("已销号", judged, "区政府法制办")
    digest = sha256(proof.read_bytes()).hexdigest()
    assert step["evidence"] == [{"path": "整改报告.txt", "sha256": digest, "date": "2026-09-18"}]
    assert "整改报告" not in git(faulty, "ls-files")
    assert qingdan(faulty, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_a_file_that_cannot_be_read_proves_nothing(
    faulty: Path, qingdan: Run, listed: Any, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    name = listed(faulty, "--rule", "QD216")[0]["id"]
    put(faulty, POWERS, "list: powers\nunit: [\n")
    commit(faulty, "弄坏\n")
    assert qingdan(faulty, "ledger", "close", name, "--evidence", str(proof), *BY, *LATER) == 3
    assert "不能判断问题是否已经整改" in capsys.readouterr().err


def test_found_again_it_recurs(
    faulty: Path, qingdan: Run, listed: Any, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    good = (faulty / POWERS).read_text("utf-8").replace(MATERIALS, "")
    bad = (faulty / POWERS).read_text("utf-8")
    put(faulty, POWERS, good)
    commit(faulty, "删去材料\n")
    for finding in listed(faulty, "--rule", "QD216"):
        assert (
            qingdan(faulty, "ledger", "close", finding["id"], "--evidence", str(proof), *BY, *LATER)
            == 0
        )
    put(faulty, POWERS, bad)
    commit(faulty, "又加上\n")
    capsys.readouterr()
    record(qingdan, faulty, "--today", "2026-09-21")
    assert "复发2个" in capsys.readouterr().err
    again = listed(faulty, "--rule", "QD216")
    assert [f["steps"][-1]["move"] for f in again] == ["复发", "复发"]
    assert {f["state"] for f in again} == {"待处理"}


def test_what_was_none_stays_none(
    faulty: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    name = listed(faulty, "--rule", "QD216")[0]["id"]
    void = ("ledger", "void", name.rpartition("-")[2], *BY, *LATER)
    assert qingdan(faulty, *void, "--reason", " ") == 2
    assert qingdan(faulty, *void, "--reason", "材料由系统自动调取，不要求申请人提供") == 0
    capsys.readouterr()
    record(qingdan, faulty, "--today", "2026-09-21")
    assert "已认定不成立1个" in capsys.readouterr().err
    assert [f["id"] for f in listed(faulty, "--state", "不成立")] == [name]
    assert qingdan(faulty, *void, "--reason", "再来一次") == 4
    assert "不能办理“不成立”" in capsys.readouterr().err


def test_a_late_publication_can_be_closed_and_a_new_one_recurs(
    small: Path, qingdan: Run, listed: Any, proof: Path
) -> None:
    def decisions(*days: str) -> None:
        rows = "".join(
            f"- number: 许{n}\n  item: JS-CG-XK-001\n  served: '2026-07-01'\n  published: '{day}'\n"
            f"  credit: '{day}'\n"
            for n, day in enumerate(days)
        )
        path = "ledger/results/2026Q3/JS-CG.yaml"
        put(small, path, f"id: '2026Q3-JS-CG'\nquarter: '2026Q3'\nunit: JS-CG\nrows:\n{rows}")
        commit(small, "结果\n")

    decisions("2026-08-03")
    record(qingdan, small, *TODAY)
    (late,) = listed(small, "--rule", "QD603")
    close = ("ledger", "close", late["id"], "--evidence", str(proof), *BY, *LATER)
    assert qingdan(small, *close) == 0
    record(qingdan, small, "--today", "2026-09-21")
    assert listed(small, "--rule", "QD603")[0]["state"] == "已销号"
    decisions("2026-08-03", "2026-09-20")
    record(qingdan, small, "--today", "2026-09-21")
    assert listed(small, "--rule", "QD603")[0]["state"] == "待处理"


def test_what_is_not_public_yet_cannot_be_closed(
    small: Path, qingdan: Run, listed: Any, proof: Path
) -> None:
    put(small, "ledger/results/2026Q3/JS-CG.yaml", "id: '2026Q3-JS-CG'\nquarter: '2026Q3'\nunit: JS-CG\nrows:\n"
        "- number: 许1\n  item: JS-CG-XK-001\n  served: '2026-07-01'\n")  # fmt: skip
    commit(small, "结果\n")
    record(qingdan, small, *TODAY)
    (late,) = listed(small, "--rule", "QD603")
    assert qingdan(small, "ledger", "close", late["id"], "--evidence", str(proof), *BY, *LATER) == 4


# by people


def found_by(qingdan: Run, folder: Path, *words: str) -> int:
    return qingdan(folder, "ledger", "finding", "--source", "新闻媒体", "--rule", RULE, "--unit", "JS-CG", *BY, *words)  # fmt: skip


def test_others_findings_carry_articles_owner_gravity_and_evidence(
    small: Path, qingdan: Run, listed: Any, proof: Path
) -> None:
    words = ("--fact", "窗口公示的时限与清单不符", "--gravity", "一般", "--evidence", str(proof))
    assert found_by(qingdan, small, *words, *TODAY) == 0
    (finding,) = listed(small)
    assert finding["source"] == "新闻媒体"
    assert finding["rules"] == [RULE]
    assert finding["owner"] == "区政府法制办"
    assert finding["gravity"] == "一般"
    assert any("第十四条第（八）项" in text for text in finding["sources"])
    assert finding["evidence"][0]["sha256"] == sha256(proof.read_bytes()).hexdigest()
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_one_rule_can_be_broken_twice_but_the_same_fact_is_one(
    small: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_by(qingdan, small, "--fact", "时限不符", *TODAY) == 0
    assert found_by(qingdan, small, "--fact", "多设环节", *TODAY) == 0
    assert found_by(qingdan, small, "--fact", " 时限不符", *LATER) == 4
    assert "已经登记为" in capsys.readouterr().err
    assert len(listed(small)) == 2


def test_a_rule_that_a_machine_answers_is_run_anew_for_what_a_person_found(
    small: Path, qingdan: Run, listed: Any, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(small, "systems/portal.yaml", "promised_limit: 15日", "promised_limit: 19日")
    commit(small, "系统改动\n")
    words = (
        "--source",
        "上级机关",
        "--rule",
        RULE,
        "--item",
        "JS-YJ-XK-001",
        "--fact",
        "承诺时限不一致",
    )
    assert qingdan(small, "ledger", "finding", *words, *BY, *TODAY) == 0
    (finding,) = listed(small)
    close = ("ledger", "close", finding["id"], "--evidence", str(proof), *BY, *LATER)
    assert qingdan(small, *close) == 4
    assert "问题还在" in capsys.readouterr().err
    replace(small, "systems/portal.yaml", "promised_limit: 19日", "promised_limit: 15日")
    commit(small, "系统改回\n")
    assert qingdan(small, *close, "--reason", "已与系统核对") == 0


def test_that_a_run_finds_nothing_does_not_close_what_only_a_person_saw(
    small: Path, qingdan: Run, listed: Any, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_by(qingdan, small, "--fact", "办事大厅公示的时限与清单不符", *TODAY) == 0
    (finding,) = listed(small)
    close = ("ledger", "close", finding["id"], "--evidence", str(proof), *BY, *LATER)
    assert qingdan(small, *close) == 2
    assert "不是机器发现的" in capsys.readouterr().err
    assert qingdan(small, *close, "--reason", "已到大厅查看，公示已更换") == 0
    assert listed(small)[0]["state"] == "已销号"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--rule", "jinshui-powers/99"), "没有“jinshui-powers/99”这条规则或问题编码"),
        (("--rule", "jinshui-power/14-8"), "是不是“jinshui-powers/14-8”"),
        (("--unit", "JS-XX"), "单位名册里没有“JS-XX”"),
        (("--unit", "区城市管理居"), "是不是“区城市管理局”"),
        (("--item", "JS-CG-XK-0011"), "没有编号为“JS-CG-XK-0011”的事项。是不是“JS-CG-XK-001”"),
        (("--source", "机器检查"), "不在可选范围内"),
        (("--gravity", "很重"), "不在可选范围内"),
        (("--evidence", "没有这个.pdf"), "没有“没有这个.pdf”这个文件"),
        (("--by", "区法制办"), "既不是单位编号，也不是"),
        (("--fact", "张某某收钱"), "像是人名"),
    ],
)
def test_wrong_words_are_refused_in_a_sentence(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    head = git(small, "rev-parse", "HEAD")
    assert found_by(qingdan, small, "--fact", "时限不符", *TODAY, *words) in {2, 4}
    assert why in capsys.readouterr().err
    assert git(small, "rev-parse", "HEAD") == head


def test_without_by_the_staff_say_whose_step_it_is(
    small: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (
        "ledger",
        "finding",
        "--source",
        "审计",
        "--rule",
        RULE,
        "--unit",
        "JS-CG",
        "--fact",
        "时限不符",
    )
    assert qingdan(small, *words, *TODAY) == 2
    assert "--by" in capsys.readouterr().err
    put(small, "registers/staff.yaml",
        "staff:\n- name: 甲\n  unit: JS-YJ\n  email: test@qingdan.example\n")  # fmt: skip
    commit(small, "登记人员\n\nReason: 登记\n")
    assert qingdan(small, *words, *TODAY) == 0
    assert listed(small)[0]["steps"][0]["by"] == "JS-YJ"


# shown


def test_the_list_is_narrowed_grouped_and_given_as_csv(
    faulty: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    assert found_by(qingdan, faulty, "--fact", "=时限不符", *TODAY) == 0
    capsys.readouterr()
    assert qingdan(faulty, "ledger", "list", "--group", "pack", "--unit", "JS-CG") == 0
    said = capsys.readouterr().out
    assert "jinshui-powers（1个）" in said
    assert qingdan(faulty, "ledger", "list", "--pack", "jinshui-powers", "--format", "csv") == 0
    table = list(csv.reader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert table[0][:3] == ["问题编号", "状态", "责任单位"]
    assert table[1][-1] == "'=时限不符"
    assert qingdan(faulty, "ledger", "list", "--state", "没有") == 2
    assert qingdan(faulty, "ledger", "list", "--state", "已销号") == 0
    assert "台账中没有这样的问题" in capsys.readouterr().out


def test_show_tells_all_and_a_wrong_id_is_answered_with_a_guess(
    faulty: Path, qingdan: Run, listed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    (first, *_) = listed(faulty, "--rule", "QD216")
    assert qingdan(faulty, "ledger", "show", first["id"]) == 0
    said = capsys.readouterr().out
    assert f"{first['id']}（待处理）" in said
    assert "责任单位：区城市管理局（JS-CG）" in said
    assert qingdan(faulty, "ledger", "show", first["id"], "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "待处理"
    assert qingdan(faulty, "ledger", "show", first["id"][:-1] + "x") == 2
    assert f"是不是“{first['id']}”" in capsys.readouterr().err


def test_recording_goes_with_no_narrowing(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, "check", "--record", "--unit", "JS-CG", *TODAY) == 2
    assert "--record" in capsys.readouterr().err


def test_the_list_tells_severity_gravity_and_source(
    faulty: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    record(qingdan, faulty, *TODAY)
    assert found_by(qingdan, faulty, "--fact", "时限不符", "--gravity", "严重", *TODAY) == 0
    for group, titles in (
        ("severity", ("错误（1个）", "警告（2个）")),
        ("gravity", ("没有写明情节（2个）", "严重（1个）")),
        ("source", ("新闻媒体（1个）", "机器检查（2个）")),
    ):
        capsys.readouterr()
        assert qingdan(faulty, "ledger", "list", "--group", group) == 0
        said = capsys.readouterr().out
        assert not [title for title in titles if title not in said]
        assert f"{RULE}  严重\n" in said


def test_a_rule_or_unit_mistyped_is_no_empty_list(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_by(qingdan, small, "--fact", "时限不符", *TODAY) == 0
    for words, why in (
        (("--rule", "jinshui-powers/14-88"), "是不是“jinshui-powers/14-8”"),
        (("--rule", "QD999"), "没有“QD999”"),
        (("--unit", "区城市管理居"), "是不是“区城市管理局”"),
    ):
        assert qingdan(small, "ledger", "list", *words) == 2
        assert why in capsys.readouterr().err
    assert qingdan(small, "ledger", "list", "--unit", "区城市管理局") == 0
    assert "共1个问题" in capsys.readouterr().out
