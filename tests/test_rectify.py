"""Rectification: notices served for findings, every lawful move, every refusal, the clock, what goes up."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, commit, git, put, replace
from qingdan.cli.main import run as run_command
from qingdan.core.rectification import states
from qingdan.core.schema import Schemas
from qingdan.desk.opening import open_workspace
from qingdan.model.values import Doc
from qingdan.repo import resources
from rectify_support import (
    LEGAL,
    PINNED,
    enter_findings,
    finding,
    manual,
    rectifications,
    the_only,
    trailers,
)

POWERS = "lists/powers/JS-CG.yaml"
RESULTS = "ledger/results/2026Q3/JS-CG.yaml"
SERVED, DUE, LATE = "2026-09-18", "2026-10-09", "2026-10-12"
SCHEMA = Schemas(resources.schema_texts())["rectification"]


@pytest.fixture(scope="module")
def template(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    """A workspace in which one problem of the machine's and one of a person's were served, made once."""
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("served") / "small"))
    with pytest.MonkeyPatch.context() as patch:
        for key, value in PINNED.items():
            patch.setenv(key, value)
        replace(folder, POWERS, "promised_limit: 6个工作日", "promised_limit: 90个工作日")
        commit(folder, "直接改\n")
        ids = enter_findings(folder, manual("JS-CG", "办事大厅没有张贴清单"), code="QD207")
        assert len(ids) == 2
        words = ("rectify", "issue", "--unit", "JS-CG", "--today", SERVED)
        assert run_command(["-C", str(folder), *words]) == 0
    return folder, ids, str(the_only(folder)["id"])


@pytest.fixture
def small(
    built: Path,
    template: tuple[Path, list[str], str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Path:
    """A workspace of one's own: with the notice or only the problems, where a test asks for them."""
    wanted = {"found", "served"} & set(request.fixturenames)
    folder = Path(shutil.copytree(template[0] if wanted else built, tmp_path / "small"))
    if wanted == {"found"}:
        git(folder, "reset", "-q", "--hard", "HEAD~1")
    return folder


@pytest.fixture
def found(template: tuple[Path, list[str], str]) -> list[str]:
    """The ids of the problems."""
    return template[1]


@pytest.fixture
def served(template: tuple[Path, list[str], str]) -> str:
    """The id of the notice for both."""
    return template[2]


@pytest.fixture
def sent(small: Path, served: str, qingdan: Run) -> str:
    """The id of the notice, with its number."""
    assert act(qingdan, small, SERVED, "send", served) == 0
    return served


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path, "照片.jpg", b"\xff\xd8 a photograph")


def act(qingdan: Run, folder: Path, day: str, *words: str) -> int:
    return qingdan(folder, "rectify", *words, "--today", day)


def reply(qingdan: Run, folder: Path, name: str, photo: Path, day: str = "2026-09-25") -> None:
    words = ("--done", "已经张贴，承诺时限改回", "--evidence", str(photo))
    assert act(qingdan, folder, day, "reply", name, *words) == 0


def mend(folder: Path) -> None:
    replace(folder, POWERS, "promised_limit: 90个工作日", "promised_limit: 6个工作日")
    commit(folder, "改回\n")


def codes(qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> set[str]:
    capsys.readouterr()
    qingdan(folder, *words, "--format", "json")
    return {f["code"] for f in json.loads(capsys.readouterr().out)["findings"]}


def ledger_codes(
    qingdan: Run, folder: Path, capsys: pytest.CaptureFixture[str], day: str
) -> set[str]:
    every = codes(qingdan, folder, capsys, "check", "--today", day)
    return {code for code in every if code.startswith("QD63")}


# serving


def test_a_notice_is_one_commit_with_its_findings(
    small: Path, found: list[str], qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = git(small, "rev-list", "--count", "HEAD")
    words = ("--unit", "JS-CG", "--requirement", "逐项整改", "--cc", "区监察局")
    assert act(qingdan, small, SERVED, "issue", *words) == 0
    out = capsys.readouterr().out
    assert "2个问题，2026-10-09前整改到位" in out
    assert git(small, "rev-list", "--count", "HEAD") == str(int(before) + 1)
    record = the_only(small)
    assert trailers(small) == ["Rectify: issue", f"Record: {record['id']}"]
    assert record["findings"] == sorted(found)
    assert record["issuer"] == LEGAL
    assert record["deadline"] == DUE  # 国庆节和中秋节不计
    assert record["requirements"] == ["逐项整改"]
    assert "number" not in record
    for name in found:
        last = finding(small, name)["steps"][-1]
        assert (last["move"], last["notice"], last["by"]) == ("通知整改", record["id"], "JS-SFJ")


def test_the_chain_of_days_proves_the_deadline(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(qingdan, small, SERVED, "show", served, "--chain") == 0
    out = capsys.readouterr().out
    assert "2026-10-09  第10日  星期五，截止日" in out
    assert "国庆节放假" in out


def test_beyond_the_calendar_only_a_day_helps(
    small: Path, found: list[str], qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found
    words = ("issue", "--unit", "JS-CG")
    assert act(qingdan, small, "2026-12-25", *words) == 3
    assert "直接写明截止日期" in capsys.readouterr().err
    assert rectifications(small) == {}
    assert act(qingdan, small, "2026-12-25", *words, "--deadline", "2027-01-15") == 0
    assert "within" not in the_only(small)


@pytest.mark.parametrize(
    ("limits", "deadline"),
    [
        ("{match: [QD999], within: 3个工作日, source: 本单位自定}", DUE),
        ("{match: [jinshui-powers/14-8], within: 3个工作日, source: 本单位自定}", "2026-09-22"),
        ("{match: [error], within: 7日, source: 本单位自定}", "2026-09-28"),
    ],
    ids=["other", "rule", "severity"],
)
def test_the_tightest_limit_of_the_settings_counts(
    limits: str, deadline: str, small: Path, found: list[str], qingdan: Run
) -> None:
    assert found
    replace(small, "qingdan.yaml", "  issuer: 发现", f"  limits: [{limits}]\n  issuer: 发现")
    commit(small, "改期限\n\nReason: 本例需要\n")
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG") == 0
    assert the_only(small)["deadline"] == deadline


def test_problems_of_two_departments_are_served_by_each(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    own = manual("JS-CG", "没有张贴")
    other = manual("JS-CG", "多收费", "区财政局")
    enter_findings(small, own, other)
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG") == 2
    err = capsys.readouterr().err
    assert "区政府法制办1个" in err
    assert "区财政局1个" in err
    everything = ("issue", "--finding", str(own["id"]), "--finding", str(other["id"]))
    assert act(qingdan, small, SERVED, *everything, "--as", LEGAL) == 4
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG", "--as", LEGAL) == 0
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG", "--as", "区财政局") == 0
    served = {r["issuer"]: r["findings"] for r in rectifications(small).values()}
    assert served == {LEGAL: [own["id"]], "区财政局": [other["id"]]}


def test_what_cannot_be_served(
    small: Path, served: str, found: list[str], qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    other = str(enter_findings(small, manual("JS-YJ", "没有公示"))[0])
    head = git(small, "rev-parse", "HEAD")
    for words, code, said in (
        (("--finding", found[0]), 4, f"整改编号{served}"),
        (("--unit", "JS-CG"), 4, "没有待处理的问题"),
        (("--unit", "JS-XX"), 2, "单位名册里没有“JS-XX”"),
        (("--finding", other[:-1]), 2, f"是不是“{other}”"),
        (("--finding", other, "--unit", "JS-CG"), 4, "一份整改通知书只发给一个单位"),
        (("--finding", other, "--as", "区政府法制处"), 2, "是不是“区政府法制办”"),
        (("--finding", other, "--cc", "区监查局"), 2, "是不是“区监察局”"),
        (("--finding", other, "--within", "十天"), 2, "写法不对"),
        (("--finding", other, "--deadline", SERVED), 2, "应当晚于"),
        (("--finding", other, "--within", "3个工作日", "--deadline", DUE), 2, "只能写一个"),
        (("--finding", other, "--day", "2026-09-19"), 2, "晚于今天"),
        (("--finding", other, "--day", "2026-09-16"), 4, "是2026-09-17登记的"),
        (("--unit", "JS-YJ", "--day", "2026-09-16"), 4, "没有待处理的问题"),
        (("--finding", other, "--requirement", "问身份证11010519491231002X"), 2, "个人信息"),
        ((), 2, "--unit"),
    ):
        assert act(qingdan, small, SERVED, "issue", *words) == code, words
        assert said in capsys.readouterr().err, words
    assert git(small, "rev-parse", "HEAD") == head


def test_without_settings_it_says_so(
    small: Path, found: list[str], qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found
    text = (small / "qingdan.yaml").read_text("utf-8")
    start, end = text.index("rectification:\n"), text.index("numbering:\n")
    put(small, "qingdan.yaml", text[:start] + text[end:])
    commit(small, "去掉整改\n\nReason: 本例需要\n")
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG") == 2
    assert "rectification" in capsys.readouterr().err


# the reply, its evidence


def test_a_reply_names_its_evidence_by_digest(
    small: Path, served: str, qingdan: Run, photo: Path
) -> None:
    reply(qingdan, small, served, photo)
    step = the_only(small)["steps"][-1]
    digest = sha256(photo.read_bytes()).hexdigest()
    assert step["evidence"] == [{"path": "照片.jpg", "sha256": digest, "date": "2026-09-25"}]
    assert step["by"] == "JS-CG"
    assert git(small, "status", "--porcelain") == ""
    assert "照片" not in git(small, "-c", "core.quotePath=false", "ls-files")


def test_a_copy_stays_out_of_git_and_is_kept_only_when_asked(
    small: Path, served: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("reply", served, "--done", "已张贴", "--evidence", str(photo))
    assert act(qingdan, small, "2026-09-24", *words, "--attach") == 0
    path = f"attachments/{served}/照片.jpg"
    assert (small / path).read_bytes() == photo.read_bytes()
    assert the_only(small)["steps"][-1]["evidence"][0]["path"] == path
    assert git(small, "status", "--porcelain") == ""
    assert (
        act(qingdan, small, "2026-09-25", "verify", served, "--inadequate", "--reason", "不清楚")
        == 0
    )
    assert act(qingdan, small, "2026-09-28", *words, "--keep") == 0
    kept = f"evidence/{served}/照片.jpg"
    assert kept in git(small, "-c", "core.quotePath=false", "ls-files").splitlines()
    assert the_only(small)["steps"][-1]["evidence"][0]["path"] == kept
    assert codes(qingdan, small, capsys, "validate", "--commits", "HEAD~4..HEAD") == {"QD207"}


def test_what_a_reply_refuses(
    small: Path, served: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = git(small, "rev-parse", "HEAD")
    file = ("--evidence", str(photo))
    for words, code, said in (
        (("--done", "已改"), 2, "证据"),
        (("--done", " ", *file), 2, "整改情况"),
        (("--done", "已改", "--evidence", str(photo) + "x"), 2, "不存在"),
        (("--done", "已改", *file, *file), 2, "改名"),
        (("--done", "联系张某，卡号6222021234567890128", *file), 2, "银行卡"),
        (("--done", "详询13800138000", *file), 2, "手机号码"),
        (("--done", "已改", *file, "--day", "2026-09-17"), 4, "早于上一步"),
        (("--done", "已改", *file, "--day", "2026-09-30"), 2, "晚于今天"),
    ):
        assert act(qingdan, small, "2026-09-25", "reply", served, *words) == code, words
        assert said in capsys.readouterr().err, words
    assert git(small, "rev-parse", "HEAD") == head


# verifying


def test_verifying_runs_the_checks_again_and_closes_the_findings(
    small: Path,
    served: str,
    found: list[str],
    qingdan: Run,
    photo: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reply(qingdan, small, served, photo)
    assert act(qingdan, small, "2026-09-28", "verify", served) == 1
    assert "仍然存在1个，没有再发现0个，须人工核查1个" in capsys.readouterr().out
    passing = ("verify", served, "--pass", "--evidence", str(photo))
    assert act(qingdan, small, "2026-09-28", *passing) == 4
    err = capsys.readouterr().err
    assert "仍然存在" in err
    machine = next(name for name in found if "code" in finding(small, name))
    assert machine in err
    mend(small)
    assert act(qingdan, small, "2026-09-28", "verify", served, "--pass") == 4
    assert "人工发现" in capsys.readouterr().err
    head = git(small, "rev-parse", "HEAD")
    assert act(qingdan, small, "2026-09-28", *passing) == 0
    assert git(small, "rev-parse", "HEAD~1") == head
    assert trailers(small) == ["Rectify: verify", f"Record: {served}"]
    step = the_only(small)["steps"][-1]
    assert (step["move"], step["commit"]) == ("核查通过", head)
    for name in found:
        last = finding(small, name)["steps"][-1]
        assert (last["move"], last["commit"]) == ("销号", head)
        assert last["evidence"]
    assert act(qingdan, small, "2026-09-29", *passing) == 4
    assert "已销号" in capsys.readouterr().err


def test_verifying_looks_at_what_is_committed(
    small: Path, served: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reply(qingdan, small, served, photo)
    replace(small, POWERS, "promised_limit: 90个工作日", "promised_limit: 6个工作日")
    passing = ("verify", served, "--pass", "--evidence", str(photo))
    assert act(qingdan, small, "2026-09-28", *passing) == 4
    assert "尚未提交" in capsys.readouterr().err


def test_what_could_not_be_looked_at_does_not_pass(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    mend(small)
    passing = ("verify", served, "--pass", "--evidence", str(small / "qingdan.yaml"))
    whole = (small / POWERS).read_text("utf-8")
    put(small, POWERS, "list: powers\n")
    commit(small, "弄坏清单\n")
    assert act(qingdan, small, "2026-09-28", *passing) == 3
    assert "不能判断问题是否已经整改" in capsys.readouterr().err
    put(small, POWERS, whole)
    commit(small, "改回清单\n")
    assert act(qingdan, small, "2026-09-28", *passing) == 0


def test_a_system_that_was_taken_away_does_not_pass(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = manual("JS-YJ", "系统配置不一致") | {"source": "机器检查", "code": "QD304"}
    enter_findings(small, problem)
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-YJ") == 0
    name = the_only(small)["id"]
    (small / "systems/portal.yaml").unlink()
    commit(small, "移走快照\n")
    assert act(qingdan, small, SERVED, "verify", name, "--pass") == 3
    assert "快照" in capsys.readouterr().err
    git(small, "revert", "--no-edit", "HEAD")
    assert act(qingdan, small, SERVED, "verify", name, "--pass") == 0


def test_what_was_late_once_ends_with_the_notice(small: Path, qingdan: Run, photo: Path) -> None:
    rows = "rows:\n- number: 许1\n  item: JS-CG-XK-001\n  served: '2026-07-01'\n"
    put(small, RESULTS, f"id: '2026Q3-JS-CG'\nquarter: '2026Q3'\nunit: JS-CG\n{rows}")
    commit(small, "结果\n")
    assert qingdan(small, "check", "--record", "--today", SERVED, "--fail-on", "error") == 1
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG") == 0
    name = the_only(small)["id"]
    reply(qingdan, small, name, photo)
    assert act(qingdan, small, "2026-09-28", "verify", name, "--pass") == 4, "not public yet"
    put(small, RESULTS, (small / RESULTS).read_text("utf-8") + "  published: '2026-09-24'\n")
    commit(small, "公开\n")
    assert act(qingdan, small, "2026-09-28", "verify", name, "--pass") == 0


def test_an_office_that_serves_itself_is_told(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    enter_findings(small, manual("JS-SFJ", "没有公示"))
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-SFJ") == 0
    assert "同一单位" in capsys.readouterr().err


def test_inadequate_goes_back_with_a_new_deadline(
    small: Path, served: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reply(qingdan, small, served, photo)
    bad = ("verify", served, "--inadequate")
    assert act(qingdan, small, "2026-09-28", *bad) == 2
    assert "--reason" in capsys.readouterr().err
    words = (*bad, "--reason", "照片看不清", "--within", "3个工作日")
    assert act(qingdan, small, "2026-09-28", *words) == 0
    now = states.standing(the_only(small))
    assert (now.state, str(now.due), str(now.original)) == (states.INADEQUATE, "2026-10-08", DUE)
    assert ledger_codes(qingdan, small, capsys, "2026-09-28") == {"QD632", "QD634"}
    reply(qingdan, small, served, photo, "2026-09-29")
    assert ledger_codes(qingdan, small, capsys, "2026-09-29") == {"QD634"}


# extending


def test_an_extension_keeps_the_original_day(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("extend", served, "--until", "2026-10-20", "--reason", "等待批复")
    assert act(qingdan, small, "2026-10-08", *words, "--approver", "区领导") == 2
    capsys.readouterr()
    assert act(qingdan, small, "2026-10-08", *words) == 2
    assert "请写明批准延期的角色（--approver）" in capsys.readouterr().err
    assert act(qingdan, small, "2026-10-08", *words, "--approver", LEGAL) == 0
    record = the_only(small)
    now = states.standing(record)
    assert (str(now.original), str(now.due), record["deadline"]) == (DUE, "2026-10-20", DUE)
    assert trailers(small)[-1] == f"Approver: {LEGAL}"
    capsys.readouterr()
    act(qingdan, small, "2026-10-08", "show", served)
    assert "2026-10-20（原为2026-10-09）" in capsys.readouterr().out
    assert ledger_codes(qingdan, small, capsys, LATE) == {"QD634"}


def test_nobody_extends_what_is_over(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("extend", served, "--reason", "忙", "--approver", LEGAL)
    assert act(qingdan, small, LATE, *words, "--until", "2026-10-20") == 4
    assert "抄报" in capsys.readouterr().err
    assert act(qingdan, small, SERVED, *words, "--until", DUE) == 2
    assert act(qingdan, small, LATE, *words, "--until", "2026-10-20", "--day", DUE) == 0


# escalating


def test_check_asks_for_it_on_the_day_and_only_a_person_does_it(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ledger_codes(qingdan, small, capsys, DUE) == set()
    assert act(qingdan, small, DUE, "escalate", sent) == 4
    assert "还没有逾期" in capsys.readouterr().err
    assert ledger_codes(qingdan, small, capsys, "2026-10-10") == {"QD631"}
    assert states.standing(the_only(small)).state == states.RUNNING
    assert act(qingdan, small, LATE, "escalate", sent, "--inform", "区财政局") == 0
    step = the_only(small)["steps"][-1]
    assert step == {
        "move": "抄报",
        "by": "JS-SFJ",
        "done": LATE,
        "ground": "逾期未整改",
        "to": "区政务服务改革管理办公室",
        "unit": "JS-ZWJ",
        "inform": ["区财政局"],
        "assessment": {
            "ledger": "单位目标绩效考核台账",
            "title": "逾期未整改或者整改不到位",
            "points": 3,
        },
    }
    assert ledger_codes(qingdan, small, capsys, LATE) == set()
    assert act(qingdan, small, LATE, "escalate", sent) == 4
    assert "已抄报" in capsys.readouterr().err


def test_an_escalation_that_tells_nobody_says_so(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = "  escalate_to: 区政务服务改革管理办公室\n"
    article = "  inform_source: district-operation 第二十二条\n"
    replace(small, "qingdan.yaml", rules, rules + article)
    commit(small, "设置\n\nReason: 写明告知的出处\n")
    capsys.readouterr()
    assert act(qingdan, small, LATE, "escalate", sent) == 0
    assert (
        "注意：《行政权责事项运行监督管理办法》第二十二条要求告知相关部门和单位，这次抄报没有告知任何部门和单位"
        in capsys.readouterr().out
    )


def test_whom_the_settings_name_is_told_of_every_escalation(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = "  escalate_to: 区政务服务改革管理办公室\n"
    replace(small, "qingdan.yaml", rules, f"{rules}  inform: [区财政局]\n")
    commit(small, "设置\n\nReason: 写明告知的部门\n")
    capsys.readouterr()
    assert act(qingdan, small, LATE, "escalate", sent) == 0
    assert "没有告知" not in capsys.readouterr().out
    assert the_only(small)["steps"][-1]["inform"] == ["区财政局"]


def test_nobody_answers_for_a_draft_that_was_never_sent(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ledger_codes(qingdan, small, capsys, LATE) == {"QD634"}
    for words in (("escalate",), ("hand-over", "--reason", "拒不整改"), ("send",)):
        assert act(qingdan, small, LATE, words[0], served, *words[1:]) == 4
        assert "作废后重新下发" in capsys.readouterr().err
    assert qingdan(small, "due", "--kind", "rectify", "--today", LATE) == 0
    assert "抄报" not in capsys.readouterr().out
    assert [step["move"] for step in the_only(small)["steps"]] == ["下发"]
    assert act(qingdan, small, LATE, "send", served, "--day", DUE) == 0, "it did go out in time"
    assert act(qingdan, small, LATE, "escalate", served) == 0


def test_an_office_does_not_write_to_itself(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        small, "qingdan.yaml", "  escalate_to: 区政务服务改革管理办公室", f"  escalate_to: {LEGAL}"
    )
    commit(small, "改抄报对象\n\nReason: 本例需要\n")
    assert act(qingdan, small, LATE, "escalate", sent) == 0
    assert "不另行文" in capsys.readouterr().out
    assert the_only(small)["steps"][-1]["internal"] == "是"
    assert (
        act(qingdan, small, LATE, "show", sent, "--document", "escalation", "--format", "json") == 2
    )
    assert "单位目标绩效考核台账" in capsys.readouterr().err


def test_the_ledger_of_assessment_of_a_year(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(qingdan, small, LATE, "escalate", sent) == 0
    capsys.readouterr()
    ledger = ("list", "--ledger", "目标绩效考核台账", "--format", "json")
    assert act(qingdan, small, LATE, *ledger) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["totals"] == [["郑州市金水区城市管理局", "3"]]
    assert [(row["number"], row["source"], row["fact"]) for row in told["lines"]] == [
        (1, "整改〔2026〕1号", "逾期未整改")
    ]
    assert act(qingdan, small, LATE, *ledger, "--year", "2025") == 0
    assert json.loads(capsys.readouterr().out)["lines"] == []


def test_the_bulletin_deducts_what_went_up(
    small: Path,
    sent: str,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lines() -> dict[str, str]:
        capsys.readouterr()
        words = ("report", "2026Q4", "--quarter", "--context", "--today", "2027-01-04")
        assert qingdan(small, *words) == 0
        ranking = json.loads(capsys.readouterr().out)["ranking"]
        row = next(row for row in ranking if row["unit"] == "区城市管理局")
        return {line["title"]: line["taken"] for line in row["lines"]}

    title = "逾期未整改或者整改不到位"
    assert lines()[title] == "3", "overdue when the quarter ends"
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-11-21T10:00:00+08:00")
    assert act(qingdan, small, LATE, "escalate", sent) == 0
    assert lines()[title] == "3", "gone up it counts, and once"


# handing over, sanctions, void


def test_handing_over_and_what_was_decided(
    small: Path, sent: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(qingdan, small, DUE, "hand-over", sent, "--reason", "拒不整改") == 4
    assert act(qingdan, small, LATE, "hand-over", sent) == 2
    assert act(qingdan, small, LATE, "hand-over", sent, "--reason", "拒不整改") == 0
    assert the_only(small)["steps"][-1]["to"] == "区监察局"
    capsys.readouterr()
    assert act(qingdan, small, LATE, "sanction", sent, "--sanction", "罚款") == 2
    assert "书面检查" in capsys.readouterr().err
    assert (
        act(qingdan, small, LATE, "sanction", sent, "--sanction", "通报批评", "--against", "张三")
        == 2
    )
    assert "单位负责人和责任人" in capsys.readouterr().err
    for against in ("单位和责任人", "单位负责人和责任人", "责任人"):
        words = ("--sanction", "通报批评", "--against", against)
        assert act(qingdan, small, LATE, "sanction", sent, *words) == 0
        step = the_only(small)["steps"][-1]
        assert (step["by"], step["sanction"], step["against"]) == ("JS-JW", "通报批评", against)
    assert qingdan(small, "validate", "ledger") == 0
    other = ("hand-over", sent, "--reason", "涉及资金", "--to")
    assert act(qingdan, small, LATE, *other, "审计局") == 2
    assert act(qingdan, small, LATE, *other, "区财政局") == 0
    assert the_only(small)["steps"][-1]["to"] == "区财政局"


def test_a_void_notice_gives_its_findings_back(
    small: Path, served: str, found: list[str], qingdan: Run
) -> None:
    assert act(qingdan, small, SERVED, "void", served) == 2
    assert act(qingdan, small, SERVED, "void", served, "--reason", "漏列问题") == 0
    assert {finding(small, name)["steps"][-1]["move"] for name in found} == {"撤回通知"}
    assert act(qingdan, small, SERVED, "issue", "--unit", "JS-CG") == 0
    again = [name for name in rectifications(small) if name != served]
    assert len(again) == 1
    assert act(qingdan, small, SERVED, "reply", served, "--done", "已改") == 2


@given(st.lists(st.sampled_from(sorted(states.STATES)), max_size=8))
def test_only_lawful_moves_make_a_record(moves: list[str]) -> None:
    steps: list[Any] = [{"move": "下发", "by": "JS-SFJ", "done": SERVED}]
    record: Doc = {
        "id": "2026-09-18-JS-CG-000000", "unit": "JS-CG", "issuer": LEGAL, "findings": ["x1"],
        "requirements": ["改"], "issued": SERVED, "deadline": DUE, "steps": steps,
    }  # fmt: skip
    lawful = True
    for move in moves:
        lawful = lawful and move in states.MOVES[states.standing(record).state]
        steps.append({"move": move, "by": "JS-SFJ", "done": SERVED})
        assert SCHEMA.accepts(record)
        assert (states.unlawful(record) is None) == lawful
        if not lawful:
            assert states.unlawful(record) is not None
            return


# who may


def test_nobody_verifies_his_own_unit(
    small: Path,
    served: str,
    qingdan: Run,
    photo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = "- {name: 甲, unit: JS-CG, office: 科员, email: cg@jinshui.example}\n"
    put(small, "registers/staff.yaml", f"staff:\n{person}")
    commit(small, "登记人员\n\nReason: 本例需要\n")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "cg@jinshui.example")
    reply(qingdan, small, served, photo)
    mend(small)
    passing = ("verify", served, "--pass", "--evidence", str(photo))
    capsys.readouterr()
    assert act(qingdan, small, "2026-09-28", *passing) == 4
    assert "被整改单位" in capsys.readouterr().err
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "sf@jinshui.example")
    assert act(qingdan, small, "2026-09-28", *passing) == 0


# the clock, the list


def test_due_shows_what_the_unit_owes_and_what_waits(
    small: Path, sent: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def due(day: str) -> list[tuple[str, str, str, str]]:
        capsys.readouterr()
        words = ("due", "--kind", "rectify", "--format", "json", "--today", day)
        assert qingdan(small, *words) == 0
        rows = json.loads(capsys.readouterr().out)["clocks"]
        return [(row["duty"], row["owner"], row["state"], row["words"]) for row in rows]

    unit, issuer = "区城市管理局", "区政府法制办（区司法局）"
    assert due(SERVED) == [("整改", unit, "running", "还有10个工作日")]
    assert due("2026-10-13") == [
        ("抄报", issuer, "overdue", "已逾期4日"),
        ("整改", unit, "overdue", "已逾期3个工作日"),
    ]
    reply(qingdan, small, sent, photo)
    assert due("2026-10-13") == [("核查", issuer, "open", "未设时限")]
    replace(
        small,
        "qingdan.yaml",
        "  issuer: 发现",
        "  verify_within: 5个工作日\n  verify_source: 本单位自定\n  issuer: 发现",
    )
    assert due("2026-09-28") == [("核查", issuer, "running", "还有4个工作日")]


def test_the_list_has_the_overdue_first(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    enter_findings(small, manual("JS-YJ", "没有公示"))
    assert act(qingdan, small, "2026-10-12", "issue", "--unit", "JS-YJ") == 0
    capsys.readouterr()
    assert act(qingdan, small, "2026-10-13", "list", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["unit"], row["overdue"]) for row in rows] == [("JS-CG", True), ("JS-YJ", False)]
    assert rows[0]["id"] == served
    assert act(qingdan, small, "2026-10-13", "list", "--unit", "JS-YJ", "--state", "整改中") == 0
    out = capsys.readouterr().out
    assert "共1件整改，其中逾期0件" in out
    assert served not in out
    assert act(qingdan, small, "2026-10-13", "list", "--state", "没有") == 2
    assert act(qingdan, small, "2026-10-13", "list", "--unit", "JS-XX") == 2
    assert act(qingdan, small, "2026-10-13", "list", "--year", "今年") == 2
    assert act(qingdan, small, "2026-10-13", "show", served[:-2]) == 2
    assert served in capsys.readouterr().err


# the documents


def test_the_documents_say_who_what_by_which_article_until_when(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def document(name: str) -> Any:
        capsys.readouterr()
        words = ("show", served, "--document", name, "--format", "json")
        assert act(qingdan, small, LATE, *words) == 0
        return json.loads(capsys.readouterr().out)

    notice = document("整改通知书")
    assert notice["unit"] == "郑州市金水区城市管理局"
    assert notice["letterhead"]["issuer"] == "郑州市金水区司法局"
    assert (notice["letterhead"]["number"], notice["letterhead"]["dated"]) == ("", "")
    assert notice["deadline"] == DUE
    assert notice["basis"] == ["《行政权责事项运行监督管理办法》第二十二条"]
    assert [row["number"] for row in notice["problems"]] == [1, 2]
    assert notice["days"][-1] == "2026年10月9日，第10日，星期五，截止日"
    assert act(qingdan, small, LATE, "show", served, "--document", "抄报") == 2
    assert act(qingdan, small, LATE, "send", served, "--day", DUE) == 0
    assert document("notice")["letterhead"]["number"] == "整改〔2026〕1号"
    assert act(qingdan, small, LATE, "number", served, "--official", "金法〔2026〕9号") == 0
    letterhead = document("notice")["letterhead"]
    assert (letterhead["number"], letterhead["dated"]) == ("金法〔2026〕9号", SERVED)
    assert act(qingdan, small, LATE, "escalate", served, "--inform", "区财政局") == 0
    report = document("抄报")
    assert report["to"] == "郑州市金水区行政审批和政务信息管理局"
    assert (report["outcome"], report["deadline"]) == ("逾期未整改", DUE)
    assert report["ledger"] == "上述情况已记入单位目标绩效考核台账，扣3分。"
    assert document("letter")["to"] == "郑州市金水区财政局"


def test_every_document_comes_as_word_page_and_text(
    small: Path, sent: str, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(qingdan, small, LATE, "escalate", sent, "--inform", "区财政局") == 0
    out = ("--out", str(tmp_path / "out"))
    for name in ("整改通知书", "抄报", "告知函"):
        assert act(qingdan, small, LATE, "show", sent, "--document", name, *out) == 0
    for name in ("目标绩效考核台账", "联合督查工作台账"):
        assert act(qingdan, small, LATE, "list", "--ledger", name, *out) == 0
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(made) == 15
    notice = (tmp_path / "out" / f"{sent}-整改通知书.md").read_text("utf-8")
    for words in ("整改〔2026〕1号", "2026年10月9日", "办事大厅没有张贴清单", "整改期限推算表"):
        assert words in notice
    assert "函" in (tmp_path / "out" / f"{sent}-抄报.md").read_text("utf-8")
    assert (tmp_path / "out" / f"{sent}-告知函.docx").read_bytes()[:2] == b"PK"
    capsys.readouterr()
    assert act(qingdan, small, LATE, "show", sent, "--document", "批复") == 2
    assert "告知函" in capsys.readouterr().err
    assert act(qingdan, small, LATE, "show", sent, "--number", "金法〔2026〕9号") == 2
    assert git(small, "status", "--porcelain") == ""


def test_only_what_goes_up_is_signed_for_release(
    small: Path, sent: str, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The office that is over the issuer gets a report, an equal gets a letter, which nobody signs for release."""
    assert act(qingdan, small, LATE, "escalate", sent, "--inform", "区财政局") == 0
    up = ("show", sent, "--document", "抄报", "--signer", "陈主任", "--out", str(tmp_path))
    assert act(qingdan, small, LATE, *up) == 2
    assert "不是上行文" in capsys.readouterr().err
    short = "  short: 区司法局\n"
    replace(small, "registers/units.yaml", short, f"{short}  parent: JS-ZWJ\n")
    commit(small, "设置 登记上级单位\n")
    assert act(qingdan, small, LATE, *up, "--dated", LATE) == 0
    text = (tmp_path / f"{sent}-抄报.md").read_text("utf-8")
    assert "情况的报告" in text
    assert "签发人：陈主任" in text
    assert "印发" in text
    assert "目前尚未整改到位。" in text
    assert "现状" not in text


def test_an_office_may_lay_out_its_own_notice(
    small: Path, served: str, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "---\nform: 信函\ntitle: 本区整改通知\nto: {{ unit }}\n---\n"
    show = ("show", served, "--document", "整改通知书", "--out", str(tmp_path))
    for body, said in (
        ("{{ nosuch }}\n", "没有“nosuch”这项数据"),
        ('{% include "../qingdan.yaml" %}\n', "只能引用 templates/ 里的"),
    ):
        put(small, "templates/rectification-notice.md", head + body)
        assert act(qingdan, small, LATE, *show) != 0
        assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("*.docx"))
    put(small, "templates/rectification-notice.md", head + "{{ problems[0].fact }}\n")
    assert act(qingdan, small, LATE, *show) == 0
    text = (tmp_path / f"{served}-整改通知书.md").read_text("utf-8")
    assert text.startswith("# 本区整改通知\n\n郑州市金水区城市管理局：")


def test_an_extension_stands_in_what_goes_up(small: Path, sent: str, qingdan: Run) -> None:
    to = ("--until", "2026-10-12", "--reason", "等待批复", "--approver", LEGAL)
    assert act(qingdan, small, "2026-09-21", "extend", sent, *to) == 0
    assert act(qingdan, small, "2026-10-13", "escalate", sent) == 0
    words = (
        "show",
        sent,
        "--document",
        "抄报",
        "--format",
        "md",
        "--out",
        str(small / "reports"),
    )
    assert act(qingdan, small, "2026-10-13", *words) == 0
    text = (small / "reports" / f"{sent}-抄报.md").read_text("utf-8")
    assert "于2026年10月9日前完成整改，后经批准延期至2026年10月12日。" in text
    assert "没有获准延期" not in text


def test_the_working_ledger_of_joint_inspection(
    small: Path, served: str, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert act(qingdan, small, LATE, "list", "--ledger", "joint", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["period"] == "2026年"
    assert [
        (row["fact"], row["notice"], row["state"], row["deadline"]) for row in told["lines"]
    ] == [("办事大厅没有张贴清单", served, "整改中", DUE)]


# only ever appended to


def test_a_whole_rectification_is_only_ever_appended_to(
    small: Path, served: str, qingdan: Run, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since = git(small, "rev-parse", "HEAD~1")
    extend = ("--until", "2026-10-12", "--reason", "等待批复", "--approver", LEGAL)
    assert act(qingdan, small, SERVED, "send", served) == 0
    assert act(qingdan, small, "2026-09-21", "extend", served, *extend) == 0
    reply(qingdan, small, served, photo)
    bad = ("--inadequate", "--reason", "不清楚", "--deadline", "2026-10-13")
    assert act(qingdan, small, "2026-09-28", "verify", served, *bad) == 0
    assert act(qingdan, small, "2026-10-14", "escalate", served) == 0
    assert act(qingdan, small, "2026-10-14", "number", served, "--official", "金法〔2026〕9号") == 0
    assert act(qingdan, small, "2026-10-15", "hand-over", served, "--reason", "拒不整改") == 0
    words = ("validate", "--commits", f"{since}..HEAD")
    assert codes(qingdan, small, capsys, *words) == {"QD207"}, "the machine's own problem, unmended"
    path = f"ledger/rectifications/2026/{served}.yaml"
    for old, new in (
        ("until: '2026-10-12'", "until: '2026-10-11'"),
        ("number: 整改〔2026〕1号\n", ""),
        (f"deadline: '{DUE}'", "deadline: '2026-10-30'"),
        ("official: 金法〔2026〕9号", "official: 金法〔2026〕8号"),
    ):
        replace(small, path, old, new)
        commit(small, "改记录\n")
        assert "QD530" in codes(qingdan, small, capsys, "validate", "--commits", "HEAD~1..HEAD"), (
            old
        )
        git(small, "reset", "-q", "--hard", "HEAD~1")


@pytest.mark.parametrize(
    "swap",
    [
        ("- move: 通知整改\n  by: JS-SFJ\n  done: '2026-09-18'\n  notice: '{id}'\n", ""),
        ("- move: 销号\n", "- move: 通知整改\n"),
    ],
    ids=["not served", "not closed"],
)
def test_the_two_ledgers_must_agree(
    swap: tuple[str, str],
    small: Path,
    served: str,
    found: list[str],
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = swap
    mend(small)
    passing = ("verify", served, "--pass", "--evidence", str(small / "qingdan.yaml"))
    assert act(qingdan, small, "2026-09-28", *passing) == 0
    assert codes(qingdan, small, capsys, "validate") == set()
    path = f"ledger/findings/2026/{found[0]}.yaml"
    replace(small, path, old.format(id=served), new)
    if not new:
        replace(small, path, f"notice: '{served}'", "notice: '2026-09-18-JS-CG-ffffff'")
    assert codes(qingdan, small, capsys, "validate") - {"QD612"} == {"QD633"}


def test_the_day_is_that_of_the_standing() -> None:
    record: Doc = {
        "issued": SERVED, "deadline": DUE, "within": "10个工作日",
        "steps": [{"move": "下发", "by": "JS-SFJ", "done": SERVED}],
    }  # fmt: skip
    now = states.standing(record)
    assert not now.overdue(date(2026, 10, 9))
    assert now.overdue(date(2026, 10, 10))


def test_a_killed_command_leaves_nothing_half(small: Path, served: str, qingdan: Run) -> None:
    """A hook that refuses stands for whatever stops the commit."""
    hook = put(small, ".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = the_only(small)
    extend = ("--until", "2026-10-12", "--reason", "等待批复", "--approver", LEGAL)
    assert act(qingdan, small, "2026-09-21", "extend", served, *extend) == 4
    assert the_only(small) == before
    assert git(small, "status", "--porcelain") == ""
    assert open_workspace(small).repository.branch() == "main"
