"""Complaints: what was said and what came of it; never by whom, and of the confidential ones not the case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.core.text import strict
from qingdan.model.values import Doc

TODAY = ("--today", "2026-09-17")
SECRETS = (
    "410105198001011234",
    "6222021234567890128",
    "13812345678",
    "张某某",
    "张三丰",
    "市民赵伟反映",
)
WITHIN = (
    "complaints:\n  required: [phone, email]\n  source: district-operation 第十四条第一款\n",
    (
        "complaints:\n  required: [phone, email]\n  within:\n"
        "  - {kind: 投诉, within: 15个工作日, source: 本单位自定}\n"
        "  - {kind: 意见建议, within: 30日, source: 本单位自定}\n"
        "  source: district-operation 第十四条第一款\n"
    ),
)


@pytest.fixture
def open_(small: Path) -> Path:
    """The small workspace with limits for answers."""
    replace(small, "qingdan.yaml", *WITHIN)
    commit(small, "写明答复时限\n\nReason: 本单位规定\n")
    return small


@pytest.fixture
def complain(qingdan: Run) -> Any:
    def run(folder: Path, *words: str, reference: str = "A-1", day: str = "2026-09-01") -> int:
        usual = (
            "--reference",
            reference,
            "--channel",
            "12345热线",
            "--kind",
            "投诉",
            "--unit",
            "JS-CG",
        )
        return qingdan(folder, "ledger", "complaint", *usual, "--day", day, *TODAY, *words)

    return run


@pytest.fixture
def clocks(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(folder: Path, today: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert (
            qingdan(folder, "due", "--kind", "complaint", "--today", today, "--format", "json") == 0
        )
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["clocks"]
        return found

    return run


def records(folder: Path) -> list[Doc]:
    paths = sorted((folder / "ledger/complaints").rglob("*.yaml"))
    return [cast("Doc", strict.read(path.read_text("utf-8"))[0]) for path in paths]


def codes(qingdan: Run, capsys: pytest.CaptureFixture[str], folder: Path, today: str) -> list[str]:
    capsys.readouterr()
    qingdan(folder, "check", "--today", today, "--format", "json")
    found = json.loads(capsys.readouterr().out)["findings"]
    return [finding["code"] for finding in found if finding["code"].startswith("QD6")]


def test_the_clock_runs_as_the_unit_published_it(
    open_: Path, qingdan: Run, complain: Any, clocks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """S0 第十四条: 办理时限 is made public; of letters that are no complaint qingdan.yaml says it."""
    register = "registers/units.yaml"
    text = (open_ / register).read_text("utf-8")
    at = text.index("    phone:", text.index("code: JS-CG\n"))
    put(open_, register, f"{text[:at]}    within: 5个工作日\n{text[at:]}")
    commit(open_, "公布答复时限\n\nReason: 已经公布\n")
    assert complain(open_) == 0
    assert complain(open_, "--kind", "意见建议", reference="A-2") == 0
    assert complain(open_, "--within", "3个工作日", reference="A-3") == 0
    assert complain(open_, "--unit", "JS-YJ", reference="A-4") == 0
    assert complain(open_, "--unit", "JS-YJ", "--handler", "JS-CG", reference="A-5") == 0
    last = {
        clock["about"].split("“")[1][:3]: clock["last"] for clock in clocks(open_, "2026-09-01")
    }
    assert last == {
        "A-1": "2026-09-08",
        "A-2": "2026-10-08",
        "A-3": "2026-09-04",
        "A-4": "2026-09-21",
        "A-5": "2026-09-08",
    }
    capsys.readouterr()
    qingdan(open_, "check", "--today", "2026-09-09")
    said = capsys.readouterr().out
    assert "A-1" in said
    assert "公布的答复时限" in said
    assert "A-4" not in said
    assert qingdan(open_, "check", "--today", "2026-09-08", "--fail-on", "info") in {0, 1}
    assert "A-1" not in capsys.readouterr().out


def test_a_complaint_is_a_record_of_its_own_with_its_limit(
    open_: Path, complain: Any, qingdan: Run
) -> None:
    assert complain(open_, "--item", "JS-CG-XK-001", "--about", "多要材料") == 0
    (record,) = records(open_)
    assert record["reference"] == "A-1"
    assert (record["within"], record["within_source"]) == ("15个工作日", "本单位自定")
    assert (record["about"], record["item"]) == ("多要材料", "JS-CG-XK-001")
    assert f"Record: {record['id']}" in git(open_, "log", "-1", "--format=%B")
    assert qingdan(open_, "validate", "--commits", "HEAD~1..HEAD", "--fail-on", "info") == 0


def test_the_same_again_changes_nothing_and_another_story_is_refused(
    open_: Path, complain: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complain(open_) == 0
    head = git(open_, "rev-parse", "HEAD")
    assert complain(open_) == 0
    assert complain(open_, "--about", "另一件事") == 4
    assert complain(open_, day="2026-09-02") == 4
    assert "不能改写" in capsys.readouterr().err
    assert git(open_, "rev-parse", "HEAD") == head


def test_of_who_asks_for_confidence_the_case_is_not_kept(
    open_: Path, complain: Any, qingdan: Run, capsys: pytest.CaptureFixture[str], clocks: Any
) -> None:
    for words in (("--about", "某企业偷排"), ("--item", "JS-CG-XK-001")):
        assert complain(open_, "--confidential", *words) == 2
        assert "要求保密，不得录入" in capsys.readouterr().err
    assert complain(open_, "--confidential") == 0
    (record,) = records(open_)
    assert "about" not in record
    assert "item" not in record
    (clock,) = clocks(open_, "2026-09-17")
    assert "要求保密" in clock["about"]
    answer = ("ledger", "answer", str(record["id"]), "--by", "JS-CG", *TODAY)
    assert qingdan(open_, *answer, "--result", "已处罚某企业") == 2
    assert (
        qingdan(
            open_,
            *answer,
            "--verified",
            "属实",
            "--finding",
            "jinshui-powers/14-8",
            "--fact",
            "偷排",
        )
        == 2
    )
    assert "某企业" not in git(open_, "log", "-p")
    assert qingdan(open_, *answer) == 0


def test_its_clock_runs_until_it_is_answered(
    open_: Path, complain: Any, qingdan: Run, clocks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complain(open_, "--item", "JS-CG-XK-001", "--handler", "JS-YJ") == 0
    (clock,) = clocks(open_, "2026-09-17")
    assert (clock["duty"], clock["owner"], clock["units"]) == ("答复", "区应急管理局", ["JS-YJ"])
    assert (clock["last"], clock["state"]) == ("2026-09-21", "running")
    assert codes(qingdan, capsys, open_, "2026-09-21") == []
    assert codes(qingdan, capsys, open_, "2026-09-22") == ["QD607"]
    assert clocks(open_, "2026-09-23")[0]["state"] == "overdue"
    answer = (
        "ledger",
        "answer",
        "A-1",
        "--by",
        "JS-YJ",
        "--verified",
        "不属实",
        "--result",
        "材料合规",
    )
    assert qingdan(open_, *answer, "--today", "2026-09-21") == 0
    assert clocks(open_, "2026-09-23") == []
    assert codes(qingdan, capsys, open_, "2026-09-23") == []
    assert qingdan(open_, "validate", "--commits", "HEAD~2..HEAD", "--fail-on", "info") == 0


def test_a_late_answer_is_a_finding_until_it_is_closed(
    open_: Path, complain: Any, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    proof = put(tmp_path, "说明.txt", "已经整改")
    assert complain(open_) == 0
    assert qingdan(open_, "ledger", "answer", "A-1", "--by", "JS-CG", "--today", "2026-09-24") == 0
    assert codes(qingdan, capsys, open_, "2026-09-25") == ["QD607"]
    qingdan(open_, "check", "--record", "--today", "2026-09-25")
    capsys.readouterr()
    qingdan(open_, "ledger", "list", "--rule", "QD607", "--format", "json")
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    close = ("ledger", "close", finding["id"], "--evidence", str(proof), "--by", "区政府法制办")
    assert qingdan(open_, *close, "--today", "2026-09-25") == 0
    assert codes(qingdan, capsys, open_, "2026-12-25") == []


def test_without_a_limit_nothing_is_overdue(
    small: Path, complain: Any, qingdan: Run, clocks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complain(small) == 0
    assert clocks(small, "2026-12-01")[0]["words"] == "未设时限"
    assert codes(qingdan, capsys, small, "2026-12-01") == []
    assert complain(small, "--within", "5日", reference="A-2") == 0
    assert codes(qingdan, capsys, small, "2026-09-08") == ["QD607"]


def test_an_answer_that_proved_true_becomes_a_finding_in_the_same_commit(
    open_: Path, complain: Any, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complain(open_, "--item", "JS-CG-XK-001") == 0
    answer = (
        "ledger",
        "answer",
        "A-1",
        "--by",
        "区政府法制办",
        "--finding",
        "jinshui-powers/14-8",
        *TODAY,
    )
    assert qingdan(open_, *answer, "--verified", "不属实") == 2
    assert "只有核查属实" in capsys.readouterr().err
    words = ("--verified", "属实", "--result", "窗口多要材料，已改正", "--thanks")
    assert qingdan(open_, *answer, *words) == 0
    capsys.readouterr()
    qingdan(open_, "ledger", "list", "--format", "json")
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    (record,) = records(open_)
    said = cast("Doc", record["answer"])
    assert finding["complaint"] == record["id"]
    assert finding["source"] == "投诉举报"
    assert (said["finding"], said["thanks"]) == (finding["id"], "是")
    assert qingdan(open_, *answer, *words) == 4
    assert qingdan(open_, "validate", "--commits", "HEAD~1..HEAD", "--fail-on", "info") == 0


HEADS = "工单编号,受理日期,诉求类型,承办单位,事项名称,诉求标题,是否保密,来电人,来电号码,身份证号\n"


def test_a_hotline_s_table_is_taken_without_who_called(
    open_: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = f"{SECRETS[4]},{SECRETS[2]},{SECRETS[0]}"
    heads = HEADS.replace("承办单位", "被投诉单位")
    put(tmp_path, "热线.csv", heads
        + f"R1,2026-09-01 10:20,投诉,区城市管理局,,多要材料,否,{who}\n"
        + f"R2,2026/9/2,建议,区城市管理局,,{SECRETS[5]}窗口少,,{who}\n"
        + f"R3,2026-09-02,举报,区城市管理局,,某企业,是,{who}\n"
        + f"R{SECRETS[0]},2026-09-02,投诉,区城市管理局,,x,,{who}\n"
        + f"R5,2026-09-02,表扬,区城市管理局,,x,,{who}\n"
        + f"R6,2026-09-02,投诉,,,x,,{who}\n")  # fmt: skip
    words = (
        "ledger",
        "complaint",
        "--from",
        str(tmp_path / "热线.csv"),
        "--channel",
        "12345热线",
        *TODAY,
    )
    assert qingdan(open_, *words, "--dry-run") == 0
    assert not (open_ / "ledger/complaints").exists()
    assert qingdan(open_, *words, "--with-about") == 0
    said = capsys.readouterr()
    assert [(r["reference"], r["kind"], r.get("about")) for r in records(open_)] == [
        ("R1", "投诉", "多要材料"),
        *sorted([("R2", "意见建议", None), ("R3", "举报", None)], key=lambda row: row[0] != records(open_)[1]["reference"]),
    ]  # fmt: skip
    assert "来电人、来电号码、身份证号属于个人或者相对人信息，从不取入" in said.err
    assert "第3行已取，部分内容没有取：反映的问题中有像是人名的内容" in said.err
    assert "第5行未取：受理编号中有像是居民身份证号码的内容" in said.err
    assert "第7行未取：没有写明单位" in said.err
    everything = git(open_, "log", "-p") + said.out + said.err
    assert not [secret for secret in (*SECRETS, "某企业") if secret in everything]
    assert qingdan(open_, *words, "--with-about") == 0
    assert "没有新的内容" in capsys.readouterr().out


def test_where_a_table_names_who_handles_it_alone_the_complaint_is_of_that_unit(
    open_: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "热线.csv", "工单号,受理时间,诉求类别,承办单位,诉求内容\n"
        "R1,2026/9/1,投诉,区城市管理局,多要材料\n"
        "R2,2026/9/1,投诉,区没有的局,多要材料\n")  # fmt: skip
    words = ("--from", str(tmp_path / "热线.csv"), "--channel", "12345热线", "--with-about")
    assert qingdan(open_, "ledger", "complaint", *words, *TODAY) == 0
    (record,) = records(open_)
    assert (record["unit"], record["about"]) == ("JS-CG", "多要材料")
    assert "第3行未取：单位不在单位名册中" in capsys.readouterr().err


def test_a_unit_may_be_called_by_its_name(open_: Path, complain: Any) -> None:
    assert complain(open_, "--unit", "区城市管理局") == 0
    assert [record["unit"] for record in records(open_)] == ["JS-CG"]


TYPED = (
    ("complaint", "--reference", "{}", "--channel", "来信", "--kind", "投诉", "--unit", "JS-CG"),
    ("complaint", "--reference", "A", "--channel", "{}", "--kind", "投诉", "--unit", "JS-CG"),
    ("complaint", "--reference", "A", "--channel", "来信", "--kind", "投诉", "--unit", "JS-CG", "--about", "{}"),
    ("complaint", "--reference", "A", "--channel", "来信", "--kind", "投诉", "--unit", "{}"),
    ("answer", "A-1", "--by", "JS-CG", "--result", "{}"),
    ("answer", "A-1", "--by", "JS-CG", "--verified", "属实", "--finding", "QD304", "--fact", "{}"),
    ("finding", "--source", "审计", "--rule", "QD304", "--unit", "JS-CG", "--by", "JS-CG", "--fact", "{}"),
    ("close", "x", "--by", "JS-CG", "--evidence", "《文件》", "--reason", "{}"),
    ("close", "x", "--by", "JS-CG", "--evidence", "https://a.example/{}"),
    ("void", "x", "--by", "JS-CG", "--reason", "{}"),
    ("void", "{}", "--by", "JS-CG", "--reason", "误报"),
    ("void", "x", "--by", "{}", "--reason", "误报"),
    ("void", "x", "--by", "JS-CG", "--reason", "误报", "--day", "{}"),
)  # fmt: skip
"""Every way in which something can be typed."""


@pytest.mark.parametrize("secret", SECRETS[:4])
def test_personal_data_gets_in_by_no_way_and_is_not_repeated(
    open_: Path, complain: Any, qingdan: Run, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    assert complain(open_) == 0
    head = git(open_, "rev-parse", "HEAD")
    for words in TYPED:
        capsys.readouterr()
        assert qingdan(open_, "ledger", *(word.format(secret) for word in words), *TODAY) == 2
        said = capsys.readouterr()
        assert "像是" in said.err
        assert secret not in said.out + said.err
    assert git(open_, "rev-parse", "HEAD") == head
    assert git(open_, "status", "--porcelain") == ""


def test_what_somebody_wrote_by_hand_is_found_and_not_repeated(
    open_: Path, complain: Any, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complain(open_, "--about", "多要材料") == 0
    (path,) = (open_ / "ledger/complaints").rglob("*.yaml")
    name = path.relative_to(open_).as_posix()
    replace(open_, name, "多要材料", f"{SECRETS[3]}反映，证件{SECRETS[0]}")
    capsys.readouterr()
    assert qingdan(open_, "validate") == 1
    said = capsys.readouterr()
    assert "QD609" in said.out
    assert not [secret for secret in SECRETS if secret in said.out + said.err]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--kind", "表扬"), "不在可选范围内"),
        (("--unit", "JS-XX"), "单位名册里没有“JS-XX”"),
        (("--item", "JS-CG-XK-0011"), "没有编号为“JS-CG-XK-0011”的事项。是不是“JS-CG-XK-001”"),
        (("--within", "三天"), "写法不对"),
        (("--day", "2026-10-01"), "还没有到"),
    ],
)
def test_wrong_words_are_refused(
    open_: Path, complain: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert complain(open_, *words) == 2
    assert why in capsys.readouterr().err
    assert records(open_) == []
