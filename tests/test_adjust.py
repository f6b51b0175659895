"""Adjustments: one commit and its record, before or complete."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from conftest import CODE, FILE, TODAY, WHY, Run, commit, git, put, replace
from qingdan.repo.git import Repository
from qingdan.repo.journal import Journal


def adjust(qingdan: Run, folder: Path, *words: str) -> int:
    return qingdan(folder, "adjust", *words)


def test_one_field_is_one_line_one_record_one_commit(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = git(district, "rev-parse", "HEAD")
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 0
    assert git(district, "rev-parse", "HEAD~1") == before
    stat = git(district, "show", "--numstat", "--format=", "HEAD").splitlines()
    record = f"ledger/adjustments/2026/{TODAY}-{CODE}.yaml"
    assert f"1\t1\t{FILE}" in stat
    assert [line.split("\t")[2] for line in stat] == [record, FILE]
    assert git(district, "status", "--porcelain") == ""
    assert f"Record: {TODAY}-{CODE}" in capsys.readouterr().out


def test_trailers_are_as_git_reads_them(district: Path, qingdan: Run) -> None:
    assert adjust(qingdan, district, "set", CODE, "承诺办结时限=2个工作日", *WHY) == 0
    trailers = git(district, "log", "-1", "--format=%(trailers:only,unfold)").splitlines()
    assert trailers == [
        "Adjustment: change",
        f"Item: {CODE}",
        "Trigger: internal",
        "Occurred: 2026-11-16",
        "Deadline: 2026-11-23",
        "Reason: 压减办理环节用时",
        f"Record: {TODAY}-{CODE}",
    ]
    assert git(district, "log", "-1", "--format=%s") == (
        f"调整 承诺办结时限：生产经营单位生产安全事故应急预案备案（{CODE}） 3个工作日 → 2个工作日"
    )
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_dry_run_shows_difference_and_message_and_changes_nothing(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    head = git(district, "rev-parse", "HEAD")
    capsys.readouterr()
    assert (
        adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY, "--dry-run") == 0
    )
    out = capsys.readouterr().out
    assert "-  promised_limit: 3个工作日" in out
    assert "+  promised_limit: 2个工作日" in out
    assert "Deadline: 2026-11-23" in out
    assert "2026-11-23  第5日  星期一，截止日" in out
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["set", CODE, "promised_limit=3个工作日", *WHY], 4, "没有任何改动"),
        (["set", CODE, "promised_limt=2个工作日", *WHY], 2, "是不是“promised_limit”"),
        (["set", "JS-YJ-QT-01", "promised_limit=2个工作日", *WHY], 2, f"是不是“{CODE}”"),
        (
            ["set", "ＪＳ-ＹＪ-ＱＴ-００１", "promised_limit=2个工作日", *WHY],
            2,
            f"是不是“{CODE}”",
        ),
        (["set", "应急预案", "name=x", *WHY], 2, "按名称查找请用 qingdan find 应急预案"),
        (
            ["set", CODE, "state=取消", *WHY],
            4,
            "由“在用”变为“取消”，应按取消（qingdan adjust remove）办理",
        ),
        (["set", CODE, "state=暂停", *WHY], 4, "由“在用”变为“暂停”，应按暂停（suspend）办理"),
        (["set", CODE, "state=停用", *WHY], 4, "事项状态由“在用”变为“停用”。"),
        (["set", CODE, "实施主体=JS-SC", *WHY], 2, "换实施主体是划转"),
        (["set", CODE, "promised_limit=两天", *WHY], 4, "写法不对"),
        (["set", CODE, "promised_limit=1个工作日", *WHY], 4, "QD206"),
        (["set", CODE, "promised_limit", *WHY], 2, "缺少等号"),
        (["set", CODE, *WHY], 2, "请写明改什么"),
        (
            [
                "set",
                CODE,
                "promised_limit=2个工作日",
                "--trigger",
                "mood",
                "--occurred",
                "2026-11-16",
                "--reason",
                "x",
                "--today",
                TODAY,
            ],
            2,
            "不在 qingdan.yaml 所列情形中，可用：law-enacted（新法颁布）、",
        ),
        (
            [
                "set",
                CODE,
                "promised_limit=2个工作日",
                "--trigger",
                "internal",
                "--occurred",
                "2026-11-25",
                "--reason",
                "x",
                "--today",
                TODAY,
            ],
            2,
            "晚于申请日期",
        ),
        (
            [
                "set",
                CODE,
                "promised_limit=2个工作日",
                "--trigger",
                "internal",
                "--occurred",
                "2026-11-31",
                "--reason",
                "x",
                "--today",
                TODAY,
            ],
            2,
            "不是真实存在的日期",
        ),
        (
            [
                "set",
                CODE,
                "promised_limit=2个工作日",
                "--trigger",
                "internal",
                "--occurred",
                "2026-11-16",
                "--today",
                TODAY,
            ],
            2,
            "调整理由",
        ),
        (
            [
                "set",
                CODE,
                "promised_limit=2个工作日",
                "--trigger",
                "internal",
                "--occurred",
                "2026-10-12",
                "--reason",
                "x",
                "--today",
                TODAY,
            ],
            4,
            "已经逾期",
        ),
        (["set", CODE, "promised_limit=2个工作日", *WHY, "--applied", "2026-11-17"], 2, "收文登记"),
        (["set", CODE, "promised_limit=2个工作日", *WHY, "--kind", "suspend"], 4, "改动不符"),
        (
            ["set", CODE, "promised_limit=2个工作日", *WHY, "--kind", "improve"],
            2,
            "没有“improve”这种调整类型，可用：add（新增（列入））、",
        ),
        (["set", CODE, f"code={CODE}-2", *WHY], 2, "不能直接改"),
        (["remove", "JS-MZ-XK-003", *WHY], 4, "取消"),
        (["add", "--from", "missing.yaml", *WHY], 2, "不能读取"),
        (["commit", *WHY], 4, "没有对清单的改动"),
    ],
)
def test_refusals_say_why_and_change_nothing(
    words: list[str],
    code: int,
    sentence: str,
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    head = git(district, "rev-parse", "HEAD")
    capsys.readouterr()
    assert adjust(qingdan, district, *words) == code
    assert sentence in capsys.readouterr().err
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == ""


def test_trigger_and_kind_may_be_said_by_their_labels(district: Path, qingdan: Run) -> None:
    words = ("--trigger", "内部职能调整、流程优化", "--kind", "变更", *WHY[2:])
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *words, "--yes") == 0
    message = git(district, "log", "-1", "--format=%B")
    assert "Adjustment: change\n" in message
    assert "Trigger: internal\n" in message


def test_late_application_is_filed_with_its_reason(district: Path, qingdan: Run) -> None:
    words = [
        "--trigger",
        "internal",
        "--occurred",
        "2026-10-12",
        "--reason",
        "流程优化",
        "--today",
        TODAY,
    ]
    late = ["--late-reason", "经办人员轮岗，交接遗漏"]
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *words, *late) == 0
    assert "Late-Reason: 经办人员轮岗，交接遗漏" in git(district, "log", "-1", "--format=%B")
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_paper_application_entered_later(district: Path, qingdan: Run) -> None:
    words = [*WHY, "--applied", "2026-11-18", "--evidence", "收文〔2026〕第88号"]
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *words) == 0
    message = git(district, "log", "-1", "--format=%B")
    assert "Applied: 2026-11-18" in message
    assert "Evidence: 收文〔2026〕第88号" in message
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_removal_keeps_the_item(district: Path, qingdan: Run) -> None:
    assert adjust(qingdan, district, "remove", CODE, *WHY) == 0
    text = (district / FILE).read_text("utf-8")
    assert f"code: {CODE}" in text
    assert f"ended: '{TODAY}'" in text
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 4


NEW = """\
list: powers
unit: JS-YJ
items:
- code: JS-YJ-QT-901
  name: 小型应急避难场所认领
  type: 其他行政权力
  state: 在用
  basis:
  - law: 中华人民共和国安全生产法
    check: 未核对
  flow:
  - step: 受理
    limit: 1个工作日
    post: 受理岗
    office: 科长
  responsibilities:
  - stage: 受理
    duty: 核对材料。
  accountability:
  - 不按规定受理的。
"""


def test_new_item_from_a_file(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, "new.yaml", NEW.replace("list: powers", "list: 行政权责清单"))
    assert adjust(qingdan, district, "add", "--from", str(file), *WHY) == 0
    assert "- 列入清单" in git(district, "log", "-1", "--format=%B")
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0
    capsys.readouterr()
    assert adjust(qingdan, district, "add", "--from", str(file), *WHY) == 4
    assert "不得重新启用" in capsys.readouterr().err


def test_new_item_that_breaks_a_list_is_refused(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, "new.yaml", NEW.replace("  accountability:\n  - 不按规定受理的。\n", ""))
    assert adjust(qingdan, district, "add", "--from", str(file), *WHY) == 4
    assert "QD205" in capsys.readouterr().err


def test_old_faults_elsewhere_do_not_hinder(district: Path, qingdan: Run) -> None:
    replace(district, "lists/powers/JS-SC.yaml", "state: 在用", "state: 停用")
    commit(district, "an old fault")
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 0


def test_edits_in_the_work_tree_become_one_adjustment(district: Path, qingdan: Run) -> None:
    replace(district, FILE, "  promised_limit: 3个工作日\n", "  promised_limit: 2个工作日\n")
    put(district, "notes.txt", "mine, not to be committed")
    git(district, "add", "notes.txt")
    assert adjust(qingdan, district, "commit", *WHY) == 0
    assert git(district, "show", "--name-only", "--format=", "HEAD").splitlines() == [
        f"ledger/adjustments/2026/{TODAY}-{CODE}.yaml",
        FILE,
    ]
    assert git(district, "status", "--porcelain") == "A  notes.txt"
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_edits_out_of_form_are_filed_in_form(district: Path, qingdan: Run) -> None:
    replace(district, FILE, "  promised_limit: 3个工作日\n", '  promised_limit:   "2个工作日"\n')
    assert adjust(qingdan, district, "commit", *WHY) == 0
    assert git(district, "show", "--numstat", "--format=", "HEAD", "--", FILE) == f"1\t1\t{FILE}"
    assert qingdan(district, "validate") == 0


def test_edits_with_a_comment_are_refused_and_kept(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, FILE, "  promised_limit: 3个工作日\n", "  promised_limit: 2个工作日 # 待定\n")
    before = (district / FILE).read_bytes()
    assert adjust(qingdan, district, "commit", *WHY) == 4
    assert "有注释" in capsys.readouterr().err
    assert (district / FILE).read_bytes() == before


def test_settings_not_yet_committed_are_not_obeyed(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, "qingdan.yaml", "within: 5个工作日", "within: 50个工作日")
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 4
    assert "qingdan.yaml有尚未提交的改动" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("list: powers\nunit: ../../etc\nitems:\n- code: A-1\n", "写法不对"),
        ("list: powers\nunit: JS-YJ\nitems:\n- 文字\n", "每个以“- code: 编号”开头"),
        ("list: powers\nunit: JS-YJ\nitems:\n- name: 无编号\n", "缺少职权编号"),
        ("list: powers\nunit: JS-YJ\nitems:\n- code: A-1\n- code: A-1\n", "“A-1”用了不止一次"),
        ("list: powers\nitems:\n- code: A-1\n", "哪个单位"),
        ("list: power\nunit: JS-YJ\nitems:\n- code: A-1\n", "没有“power”这类清单，可选：powers（"),
        ("- code: A-1\n", "内容不对"),
    ],
)
def test_files_that_are_no_items(
    text: str,
    sentence: str,
    district: Path,
    qingdan: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = put(tmp_path, "new.yaml", text)
    assert adjust(qingdan, district, "add", "--from", str(file), *WHY) == 2
    assert sentence in capsys.readouterr().err


def test_deleting_an_item_by_hand_is_refused(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (district / FILE).read_text("utf-8")
    put(district, FILE, text[: text.index("- code: JS-YJ-XK-002")])
    assert adjust(qingdan, district, "commit", *WHY) == 4
    assert "adjust remove" in capsys.readouterr().err


def test_a_dirty_file_is_refused(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, FILE, "level: 县级", "level: 市级")
    before = (district / FILE).read_bytes()
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 4
    assert "尚未提交的改动" in capsys.readouterr().err
    assert (district / FILE).read_bytes() == before


def test_a_hook_that_refuses_leaves_everything_as_it_was(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = put(district, ".git/hooks/pre-commit", "#!/bin/sh\necho 今天不收件 >&2\nexit 1\n")
    hook.chmod(0o755)
    head = git(district, "rev-parse", "HEAD")
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 4
    assert "今天不收件" in capsys.readouterr().err
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == ""


def test_no_identity_detached_head_unfinished_merge(
    district: Path,
    qingdan: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["set", CODE, "promised_limit=2个工作日", *WHY]
    with monkeypatch.context() as patch:
        for key in (
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
        ):
            patch.delenv(key)
        assert adjust(qingdan, district, *words) == 2
        assert "git 还不知道您是谁" in capsys.readouterr().err
    put(district, ".git/MERGE_HEAD", git(district, "rev-parse", "HEAD") + "\n")
    assert adjust(qingdan, district, *words) == 4
    said = capsys.readouterr().err
    assert "合并还没有完成" in said
    assert "git merge --abort" in said
    (district / ".git/MERGE_HEAD").unlink()
    git(district, "checkout", "-q", "--detach")
    assert adjust(qingdan, district, *words) == 4
    assert "游离" in capsys.readouterr().err


def test_holidays_not_published_are_never_guessed(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "--trigger",
        "internal",
        "--occurred",
        "2026-12-30",
        "--reason",
        "x",
        "--today",
        "2026-12-31",
    ]
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *words) == 3
    assert "2027年的放假安排" in capsys.readouterr().err


KILLER = """
import os, signal, sys
from qingdan.repo import journal

def killed(self, change, env, on_step=None):
    def step(name):
        if name.split()[0] == sys.argv[2] and (len(sys.argv) < 5 or sys.argv[4] in name):
            os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, change, env, step)

whole = journal.Journal.file
journal.Journal.file = killed
from qingdan.cli.main import run
sys.exit(run(["-C", sys.argv[1], "adjust", "set", "JS-YJ-QT-001", "promised_limit=2个工作日", "--trigger", "internal",
              "--occurred", "2026-11-16", "--reason", "x", "--today", sys.argv[3]]))
"""


@pytest.mark.parametrize("step", ["journal", "write", "add", "commit", "clear"])
def test_killed_at_any_step_history_is_before_or_complete(
    step: str, district: Path, qingdan: Run
) -> None:
    head = git(district, "rev-parse", "HEAD")
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(district), step, TODAY], check=False, capture_output=True
    )
    assert done.returncode == -9
    if step == "clear":
        assert git(district, "rev-parse", "HEAD~1") == head
    else:
        assert git(district, "rev-parse", "HEAD") == head
    after = git(district, "rev-parse", "HEAD")
    assert qingdan(district, "validate", "--commits", "HEAD") == 0
    assert git(district, "status", "--porcelain") == ""
    assert git(district, "rev-parse", "HEAD") == after
    assert not (district / ".git/qingdan/journal.json").exists()
    assert (
        adjust(
            qingdan,
            district,
            "set",
            CODE,
            "promised_limit=即时办结",
            "flow.2.limit=即时办结",
            "flow.3.limit=即时办结",
            *WHY,
        )
        == 0
    )


def test_killed_between_two_files(district: Path, qingdan: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(district), "write", TODAY, "ledger"],
        check=False,
        capture_output=True,
    )
    assert done.returncode == -9
    assert git(district, "status", "--porcelain") != ""
    assert qingdan(district, "validate") == 0
    assert git(district, "status", "--porcelain") == ""


def test_git_killed_inside_the_commit(district: Path, qingdan: Run) -> None:
    """The hook kills git and the program that called it; git leaves its lock on the index."""
    hook = put(district, ".git/hooks/pre-commit", "#!/bin/sh\nkill -9 $(cat .git/victim) $PPID\n")
    hook.chmod(0o755)
    code = textwrap.dedent(
        f"""
        import os, sys
        open({str(district / ".git/victim")!r}, "w").write(str(os.getpid()))
        from qingdan.cli.main import run
        run(["-C", {str(district)!r}, "adjust", "set", {CODE!r}, "promised_limit=2个工作日", *{list(WHY)!r}])
        """
    )
    head = git(district, "rev-parse", "HEAD")
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == -9
    hook.unlink()
    assert qingdan(district, "validate") == 0
    assert git(district, "status", "--porcelain") == ""
    assert git(district, "rev-parse", "HEAD") == head
    assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 0


def test_someone_s_later_edit_survives_recovery(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(
        [sys.executable, "-c", KILLER, str(district), "commit", TODAY],
        check=False,
        capture_output=True,
    )
    replace(district, FILE, "level: 县级", "level: 市级")
    mine = (district / FILE).read_bytes()
    qingdan(district, "validate")
    assert (district / FILE).read_bytes() == mine
    assert "后来又被改动" in capsys.readouterr().err


def test_two_at_once_take_turns(district: Path) -> None:
    words = [sys.executable, "-m", "qingdan", "-C", str(district), "adjust", "set"]
    orders = [(CODE, "promised_limit=2个工作日"), ("JS-FG-QR-001", "note=两人同时办理")]
    running = [
        subprocess.Popen([*words, code, field, *WHY], env=os.environ) for code, field in orders
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert git(district, "rev-list", "--count", "HEAD~2..HEAD") == "2"
    assert git(district, "status", "--porcelain") == ""


def test_the_lock_is_refused_after_a_while(
    district: Path,
    qingdan: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("qingdan.repo.journal.WAIT", 0.2)
    with Journal(Repository(district)).lock():
        assert adjust(qingdan, district, "set", CODE, "promised_limit=2个工作日", *WHY) == 4
    assert "另一个 qingdan 命令" in capsys.readouterr().err


def test_a_single_item_with_its_list_and_unit_on_top(
    district: Path, qingdan: Run, tmp_path: Path
) -> None:
    head, _, item = NEW.partition("items:\n- ")
    file = put(tmp_path, "new.yaml", head + item.replace("\n  ", "\n"))
    assert adjust(qingdan, district, "add", "--from", str(file), *WHY) == 0
    assert qingdan(district, "validate") == 0
