"""研判会商: what is hot, the meeting and its decisions on record, decisions carried out, the papers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from conftest import Run, commit, git, put, replace
from inspection_support import OVER, ready
from qingdan.core.text import strict

MEET = ("--period", "2026Q3", "--document", "研判会商会议纪要〔2026〕3号", "--day", "2026-10-19")
NET = "核对承诺时限|JS-CG|2026-10-30"
STUDY = "研究清单调整｜区政府法制办｜2026-11-20"
TODAY = ("--today", "2026-11-02")


def at(patch: pytest.MonkeyPatch, day: str) -> None:
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        patch.setenv(key, f"{day}T10:00:00+08:00")


@pytest.fixture
def office(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one thing wrong at JS-CG since September."""
    at(monkeypatch, "2026-09-18")
    ready(small)
    at(monkeypatch, "2026-10-12")
    return small


def confer(folder: Path, qingdan: Run, *words: str) -> int:
    return qingdan(folder, "inspect", "confer", *words)


def record(folder: Path, name: str = "confer-2026-10-19") -> dict[str, Any]:
    path = folder / "ledger/periods/2026Q3" / f"{name}.yaml"
    return cast("dict[str, Any]", strict.read(path.read_text("utf-8"))[0])


def materials(folder: Path, qingdan: Run) -> str:
    """The materials of the last quarter of the year, in January."""
    out = folder.parent / "out"
    words = ("--period", "2026Q4", "--prepare", "--format", "md", "--out", "../out")
    assert confer(folder, qingdan, *words, "--today", "2027-01-05") == 0
    return (out / "2026Q4-研判会商材料.md").read_text("utf-8")


def paper(folder: Path, qingdan: Run, name: str, *words: str) -> str:
    """A paper of the meeting of the third quarter."""
    out = folder.parent / "out"
    more = ("--paper", name, "--format", "md", "--out", str(out))
    assert confer(folder, qingdan, "--period", "2026Q3", *words, *more, *TODAY) == 0
    return (out / f"2026Q3-研判会商{name}.md").read_text("utf-8")


def codes(folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], day: str) -> list[str]:
    capsys.readouterr()
    qingdan(folder, "check", "--today", day, "--format", "json")
    every = json.loads(capsys.readouterr().out)["findings"]
    return [f"{row['code']} {row['unit']}" for row in every if row["code"] == "QD643"]


def broken(folder: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is wrong with the last two commits, or with what they wrote in the ledger."""
    capsys.readouterr()
    qingdan(folder, "validate", "--commits", "HEAD~2..HEAD", "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return [row["code"] for row in found if not row["code"].startswith("QD2")]


# materials


def test_materials_tell_what_is_wrong_again_and_whose_it_is(office: Path, qingdan: Run) -> None:
    text = materials(office, qingdan)
    assert "《行政权责事项运行监督管理办法》第十七条" in text
    assert "## 二、反复出现的问题" in text
    assert "连续两个季度都出现的问题有1类，没有比上季度增多。" in text
    line = next(each for each in text.splitlines() if each.startswith("| 《本局检查规则》第三条"))
    assert line.endswith("| 1 | 1 | 区城市管理局 |")
    assert (
        "1个单位季末有问题或者本季度有扣分，得分最低的是区城市管理局（96分，季末问题1个）" in text
    )
    assert "没有逾期未整改的问题。" in text
    assert "投诉举报反映的问题" not in text


def test_what_was_put_right_in_the_quarter_is_not_found_again(
    office: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-03")
    replace(office, "lists/powers/JS-CG.yaml", OVER[1], OVER[0])
    commit(office, "改正\n\nReason: 改正\n")
    text = materials(office, qingdan)
    assert "没有需要集中研判的突出问题" in text
    assert "没有连续两个季度都出现的问题。" in text
    assert "各单位季末检查都没有发现问题，也没有扣分。" in text
    assert "其他情况" not in text


def test_a_changed_law_is_told_with_what_rests_on_it(
    office: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-03")
    register = (office / "registers/laws.yaml").read_text("utf-8")
    title = str(cast("Any", strict.read(register)[0])["laws"][0]["title"])
    head, rest = register.split(f"title: {title}\n", 1)
    put(
        office,
        "registers/laws.yaml",
        f"{head}title: {title}\n  interpreted:\n  - '2026-11-01'\n{rest}",
    )
    commit(office, "登记解释\n")
    text = materials(office, qingdan)
    line = next(each for each in text.splitlines() if each.startswith(f"| 《{title}》"))
    assert "2026年11月1日解释" in line
    resting = sum(
        f"law: {title}" in entry
        for path in (office / "lists").glob("*/*.yaml")
        for entry in path.read_text("utf-8").split("\n- ")
    )
    assert f"| {resting} |" in line
    assert "新出台、修改、废止的法律法规1部" in text


def test_complaints_are_counted_and_those_in_confidence_told_of_no_unit(
    office: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-03")
    for reference, more in (("受理71号", ()), ("受理72号", ("--confidential",))):
        words = ("--reference", reference, "--channel", "来信", "--kind", "投诉", "--unit", "JS-CG")
        days = ("--within", "5个工作日", "--day", "2026-11-03", "--today", "2026-11-03")
        assert qingdan(office, "ledger", "complaint", *words, *days, *more) == 0
    text = materials(office, qingdan)
    assert (
        "本季度收到投诉举报和意见建议2件，季末尚未答复2件，其中2件超过时限。"
        "其中1件要求保密，只计入总数，不分单位列出。" in text
    )
    assert "| 区城市管理局 | 投诉 | 1 | 1 | 1 |" in text
    assert "受理71号" not in text
    assert "受理72号" not in text


def test_late_adjustments_and_differences_are_told_with_their_figures(
    district: Path, qingdan: Run, tmp_path: Path
) -> None:
    words = ("--period", "2026Q3", "--prepare", "--format", "md", "--out", str(tmp_path / "out"))
    assert confer(district, qingdan, *words, *TODAY) == 0
    text = (tmp_path / "out/2026Q3-研判会商材料.md").read_text("utf-8")
    assert "件逾期，涉及经八路街道办、区教育局。" in text
    records = (district / "ledger/adjustments/2026").glob("*.yaml")
    late = [each.stem for each in records if "late_reason:" in each.read_text("utf-8")]
    quarter = [name for name in late if "2026-07" <= name < "2026-10"]
    part = text.partition("逾期申请的调整\n")[2].partition("\n## ")[0]
    assert len([line for line in part.splitlines() if line.startswith("| ")]) == len(quarter) + 2
    assert "公开的清单与信息系统不一致5处。" in text
    assert "| 郑州市政务服务网 | 2026年6月30日 | 1 | 5 | 0 |" in text


def test_a_quarter_that_still_runs_has_no_materials(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, "--period", "2026Q4", "--prepare", *TODAY) == 3
    assert "2026年第四季度到2026-12-31才结束" in capsys.readouterr().err


# the meeting and its decisions


def test_a_meeting_with_its_decisions_is_one_commit(office: Path, qingdan: Run) -> None:
    before = git(office, "rev-list", "--count", "HEAD")
    words = ("--decision", NET, "--decision", STUDY, "--proposal", "建议增加比对的次数")
    assert confer(office, qingdan, *MEET, *words, "--attend", "区财政局") == 0
    assert int(git(office, "rev-list", "--count", "HEAD")) == int(before) + 1
    doc = record(office)
    assert doc["attended"] == ["区财政局"]
    assert doc["proposals"] == ["建议增加比对的次数"]
    assert [row["number"] for row in doc["decisions"]] == [1, 2]
    assert doc["decisions"][0] == {
        "number": 1,
        "text": "核对承诺时限",
        "unit": "JS-CG",
        "day": "2026-10-19",
        "due": "2026-10-30",
    }
    assert doc["decisions"][1]["role"] == "区政府法制办"
    assert qingdan(office, "validate", "ledger") == 0


def test_what_was_forgotten_is_added_to_the_last_meeting(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    late = ("--period", "2026Q3", "--decision", STUDY, "--day", "2026-10-22")
    assert confer(office, qingdan, *late) == 0
    rows = record(office)["decisions"]
    assert [(row["number"], row["day"]) for row in rows] == [(1, "2026-10-19"), (2, "2026-10-19")]
    assert broken(office, qingdan, capsys) == []
    second = ("--period", "2026Q3", "--document", "会议纪要〔2026〕4号", "--day", "2026-10-26")
    assert confer(office, qingdan, *second, "--decision", NET) == 0
    assert record(office, "confer-2026-10-26")["decisions"][0]["number"] == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*MEET, "--decision", "核对承诺时限"), "读不懂"),
        ((*MEET, "--decision", "核对|JS-CG|月底"), "“月底”不是日期"),
        ((*MEET, "--decision", "核对|JS-CG|2026-10-01"), "早于会商的日期"),
        ((*MEET, "--decision", "核对|城管|2026-10-30"), "既不是角色，也不是单位"),
        ((*MEET, "--decision", "联系13912345678|JS-CG|2026-10-30"), "个人信息"),
        (("--period", "2026Q3", "--decision", NET), "还没有登记研判会商"),
        (("--period", "2026Q3", "--note", "说明"), "--document"),
        (("--period", "2026Q3", "--prepare", "--done", "1"), "分开办理"),
        (("--period", "2026Q3", "--done", "1", "--note", "已办"), "没有第1项议定事项"),
        (("--period", "2026Q3", "--evidence", "x"), "--done"),
        ((*MEET, "--paper", "通报"), "没有“通报”这种文书"),
    ],
)
def test_what_cannot_be_entered_is_said_and_nothing_is_written(
    words: tuple[str, ...],
    told: str,
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    head = git(office, "rev-parse", "HEAD")
    assert confer(office, qingdan, *words) in {2, 4}
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
    assert git(office, "rev-parse", "HEAD") == head
    assert not (office / "ledger/periods").exists()


# decisions carried out


def test_a_decision_is_a_clock_then_a_finding_then_done(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET, "--decision", STUDY) == 0
    capsys.readouterr()
    due = ("due", "--kind", "inspect", "--format", "json", "--today", "2026-10-28")
    assert qingdan(office, *due) == 0
    clocks = json.loads(capsys.readouterr().out)["clocks"]
    mine = [each for each in clocks if each["duty"] == "议定事项"]
    assert [(each["owner"], each["words"]) for each in mine] == [
        ("区城市管理局", "还有2日"),
        ("区政府法制办", "还有23日"),
    ]
    assert mine[0]["source"].endswith("第十七条")
    assert codes(office, qingdan, capsys, "2026-10-30") == []
    assert codes(office, qingdan, capsys, "2026-10-31") == ["QD643 JS-CG"]
    proof = tmp_path / "核对表.txt"
    proof.write_text("一致", "utf-8")
    done = ("--period", "2026Q3", "--done", "1", "--note", "已核对", "--evidence", str(proof))
    assert confer(office, qingdan, *done, "--day", "2026-10-29") == 0
    assert "还有1项议定事项没有办结" in capsys.readouterr().out
    (step,) = record(office)["steps"]
    assert (step["decision"], step["done"], step["reason"]) == (1, "2026-10-29", "已核对")
    assert (step["evidence"][0]["path"], len(step["evidence"][0]["sha256"])) == ("核对表.txt", 64)
    assert codes(office, qingdan, capsys, "2026-10-31") == []
    assert broken(office, qingdan, capsys) == []
    assert confer(office, qingdan, *done, "--day", "2026-10-30") == 4
    assert "已于2026-10-29办结" in capsys.readouterr().err
    assert confer(office, qingdan, "--period", "2026Q3", "--format", "json", *TODAY) == 0
    rows = json.loads(capsys.readouterr().out)["decisions"]
    assert [row["state"] for row in rows] == ["2026-10-29办结", "办理中"]


def test_a_decision_gets_more_time_before_its_own_is_over(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day that the meeting set stays in the record; what counts is the last extension."""
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    more = ("--period", "2026Q3", "--extend", "1", "--note", "设备到货推迟")
    for words, told in (
        (("--until", "2026-11-10", "--day", "2026-10-31"), "已过"),
        (("--until", "2026-10-30", "--day", "2026-10-29"), "应当晚于"),
        (("--day", "2026-10-29"), "--until"),
    ):
        assert confer(office, qingdan, *more, *words) in {2, 4}
        assert told in capsys.readouterr().err
    assert confer(office, qingdan, *more, "--until", "2026-11-10", "--day", "2026-10-29") == 0
    assert confer(office, qingdan, *more, "--until", "2026-11-20", "--day", "2026-11-09") == 0
    kept = record(office)
    assert kept["decisions"][0]["due"] == "2026-10-30"
    assert [step["until"] for step in kept["steps"]] == ["2026-11-10", "2026-11-20"]
    assert codes(office, qingdan, capsys, "2026-11-20") == []
    assert codes(office, qingdan, capsys, "2026-11-21") == ["QD643 JS-CG"]
    done = ("--period", "2026Q3", "--done", "1", "--note", "已核对", "--day", "2026-11-19")
    assert confer(office, qingdan, *done) == 0
    assert broken(office, qingdan, capsys) == []
    assert confer(office, qingdan, *more, "--until", "2026-12-20", "--day", "2026-11-19") == 4
    replace(office, "ledger/periods/2026Q3/confer-2026-10-19.yaml", "  until: '2026-11-20'\n", "")
    assert broken(office, qingdan, capsys) != []


def test_a_decision_that_is_rewritten_is_a_rewritten_ledger(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    path = "ledger/periods/2026Q3/confer-2026-10-19.yaml"
    replace(office, path, "due: '2026-10-30'", "due: '2026-12-30'")
    commit(office, "改期限\n")
    assert qingdan(office, "validate", "--commits", "HEAD~1..HEAD") == 1
    assert "QD530" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unit: JS-CG", "unit: JS-WU"),
        ("due: '2026-10-30'", "due: '2026-10-01'"),
        ("  decision: 1", "  decision: 7"),
        ("done: '2026-10-29'", "done: '2026-10-01'"),
    ],
)
def test_a_record_that_does_not_hold_is_found(
    old: str, new: str, office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    done = ("--period", "2026Q3", "--done", "1", "--note", "已核对", "--day", "2026-10-29")
    assert confer(office, qingdan, *done) == 0
    path = "ledger/periods/2026Q3/confer-2026-10-19.yaml"
    replace(office, path, old.replace("  decision", "- decision"), new.replace("  dec", "- dec"))
    capsys.readouterr()
    assert qingdan(office, "validate", "ledger") == 1
    assert "QD642" in capsys.readouterr().out


# papers


def test_minutes_and_request_are_made_from_the_record(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--decision", NET, "--proposal", "建议增加比对的次数", "--attend", "区财政局")
    assert confer(office, qingdan, *MEET, *words) == 0
    minutes = paper(office, qingdan, "会议纪要")
    assert "研判会商会议纪要〔2026〕3号" in minutes
    assert "1. 核对承诺时限。由区城市管理局负责，2026年10月30日前完成。" in minutes
    assert "参加：区财政局。" in minutes
    assert "此前会商议定的事项" not in minutes, "what this meeting decided is not what was left"
    request = ("--period", "2026Q3", "--paper", "请示", *TODAY)
    assert confer(office, qingdan, *request) == 2
    assert "--to" in capsys.readouterr().err
    text = paper(office, qingdan, "请示", "--to", "区人民政府", "--signer", "张示例")
    assert "签发人：张示例" in text
    assert "区人民政府：\n" in text
    assert "建议增加比对的次数。" in text
    assert "附件：研判会商会议纪要〔2026〕3号" in text
    assert text.index("1个单位季末有问题或者本季度有扣分") < text.index("妥否，请批示。")


def test_of_two_meetings_the_last_one_or_that_of_the_day_is_meant(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    second = ("--period", "2026Q3", "--document", "会议纪要〔2026〕4号", "--day", "2026-10-26")
    assert confer(office, qingdan, *second, "--decision", STUDY) == 0
    last = paper(office, qingdan, "会议纪要")
    assert "研究清单调整" in last
    assert "此前会商议定的事项尚有1项没有办结，都在期限以内。" in last
    assert "核对承诺时限。" in paper(office, qingdan, "会议纪要", "--day", "2026-10-19")
    words = ("--period", "2026Q3", "--paper", "会议纪要", "--day", "2026-10-20", *TODAY)
    assert confer(office, qingdan, *words) == 2
    assert "已登记的：2026-10-19、2026-10-26" in capsys.readouterr().err


def test_settings_say_who_confers_and_to_whom_it_goes(office: Path, qingdan: Run) -> None:
    own = "held_by: 研判会商, "
    more = own + "members: [区政府法制办, 区财政局], submits_to: 区人民政府, "
    replace(office, "qingdan.yaml", own, more)
    commit(office, "设置会商\n\nReason: 会商\n")
    assert "参加：区政府法制办、区财政局。" in materials(office, qingdan)
    assert confer(office, qingdan, *MEET, "--proposal", "建议一") == 0
    assert record(office)["attended"] == ["区政府法制办", "区财政局"]
    assert "区人民政府：\n" in paper(office, qingdan, "请示")


def test_nothing_proposed_needs_no_request(
    office: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    words = ("--period", "2026Q3", "--paper", "请示", "--to", "区人民政府", *TODAY)
    assert confer(office, qingdan, *words) == 2
    assert "没有提请研究的建议" in capsys.readouterr().err


def test_the_next_materials_and_the_bulletin_tell_what_is_left(
    office: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, "2026-10-19")
    assert confer(office, qingdan, *MEET, "--decision", NET) == 0
    text = materials(office, qingdan)
    assert "此前会商议定的事项尚有1项没有办结，其中1项已经逾期。" in text
    capsys.readouterr()
    words = ("report", "--quarter", "2026Q4", "--today", "2027-01-05", "--context")
    assert qingdan(office, *words) == 0
    said = json.loads(capsys.readouterr().out)["sentences"]["conference"]
    assert said == (
        "2026年10月19日对2026年第三季度清单运行情况召开研判会商会议，议定事项1项。"
        "季末会商议定事项尚有1项没有办结，其中1项已经逾期。"
    )
