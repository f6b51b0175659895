"""Undoing an adjustment, opening a branch for one, and the guard against cancelling many at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace

POWER = "JS-CG-XK-001"
FILE = "lists/powers/JS-CG.yaml"
DONE = f"2026-09-17-{POWER}"
WHY = ("--trigger", "internal", "--occurred", "2026-09-16", "--reason", "原调整有误")
DAY = ("--today", "2026-09-18")
SET = ("--trigger", "internal", "--occurred", "2026-09-16", "--reason", "优化", *DAY)


@pytest.fixture(autouse=True)
def own_days(identity: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The author's day is what ``--today`` says."""
    monkeypatch.delenv("GIT_AUTHOR_DATE")


def adjust(qingdan: Run, folder: Path, *words: str) -> int:
    return qingdan(folder, "adjust", *words)


def message(folder: Path) -> str:
    return git(folder, "log", "-1", "--format=%B")


def test_revert_by_record_is_an_adjustment_of_its_own(small: Path, qingdan: Run) -> None:
    before = git(small, "show", f"HEAD~1:{FILE}")
    assert adjust(qingdan, small, "revert", DONE, *WHY, *DAY) == 0
    assert git(small, "show", f"HEAD:{FILE}") == before
    assert "Adjustment: change" in message(small)
    assert f"Reason: 原调整有误（撤销{DONE}）" in message(small)
    assert f"Record: 2026-09-18-{POWER}" in message(small)
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_revert_by_commit_keeps_what_was_freely_changed_since(small: Path, qingdan: Run) -> None:
    wanted = git(small, "rev-parse", "HEAD")
    replace(small, FILE, "office: 窗口负责人", "office: 窗口组长")
    replace(small, FILE, "  charged: 是\n", "  charged: 是\n  note: 施工单位须持证\n")
    assert qingdan(small, "fmt") == 0
    replace(small, FILE, "office: 窗口组长", "office: 窗口负责人")
    commit(small, "补写备注")
    assert adjust(qingdan, small, "revert", wanted[:12], *WHY, *DAY) == 0
    text = (small / FILE).read_text("utf-8")
    assert "promised_limit: 8个工作日" in text
    assert "note: 施工单位须持证" in text


def test_revert_is_refused_where_the_item_moved_on(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adjust(qingdan, small, "set", POWER, "promised_limit=7个工作日", *SET) == 0
    head = git(small, "rev-parse", "HEAD")
    assert adjust(qingdan, small, "revert", DONE, *WHY, *DAY) == 4
    said = capsys.readouterr().err
    assert "测试经办人于2026-09-18" in said
    assert "6个工作日 → 7个工作日" in said
    assert git(small, "rev-parse", "HEAD") == head
    assert git(small, "status", "--porcelain") == ""


def test_revert_of_an_entry_cancels_the_item_and_uses_up_its_code(
    small: Path, qingdan: Run
) -> None:
    new = put(
        small.parent,
        "new.yaml",
        "list: fees\nunit: JS-CG\ncode: JS-CG-SF-009\nname: 试点收费\nstate: 在用\n"
        "basis:\n- {law: 城市道路管理条例, article: 第三十七条, check: 未核对}\n"
        "standard: 每平方米10元\nfund_management: 缴入地方国库\n",
    )
    code = adjust(qingdan, small, "add", "--from", str(new), *SET)
    assert code == 0
    assert adjust(qingdan, small, "revert", "2026-09-18-JS-CG-SF-009", *WHY, *DAY) == 0
    assert "Adjustment: remove" in message(small)
    text = (small / "lists/fees/JS-CG.yaml").read_text("utf-8")
    assert "JS-CG-SF-009" in text
    assert "ended: '2026-09-18'" in text
    assert adjust(qingdan, small, "add", "--from", str(new), *SET) == 4
    assert qingdan(small, "validate", "--commits", "HEAD~2..HEAD") == 0


def test_revert_of_a_suspension_resumes(small: Path, qingdan: Run) -> None:
    words = ("set", "JS-YJ-JC-001", "state=暂停", "ended=2026-09-18", "--kind", "suspend", *SET)
    assert adjust(qingdan, small, *words) == 0
    assert adjust(qingdan, small, "revert", "HEAD", *WHY, *DAY) == 0
    assert "Adjustment: resume" in message(small)
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_what_is_cancelled_stays_cancelled(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adjust(qingdan, small, "remove", "JS-YJ-JC-001", *SET) == 0
    assert adjust(qingdan, small, "revert", "HEAD", *WHY, *DAY) == 4
    assert "以新编号列入" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        (f"2026-09-17-{POWER}x", 2, f"是不是“{DONE}”"),
        ("HEAD~1", 4, "没有改动清单中的事项"),
        ("../x", 2, "没有编号为"),
    ],
)
def test_what_cannot_be_reverted_is_said(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], what: str, code: int, said: str
) -> None:
    assert adjust(qingdan, small, "revert", what, *WHY, *DAY) == code
    assert said in capsys.readouterr().err


def test_reverting_twice_finds_nothing_to_do(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adjust(qingdan, small, "revert", DONE, *WHY, *DAY) == 0
    assert adjust(qingdan, small, "revert", DONE, *WHY, *DAY) == 4
    assert "不必撤销" in capsys.readouterr().err


def test_a_commit_of_another_branch_is_not_reverted(small: Path, qingdan: Run) -> None:
    git(small, "switch", "-q", "-c", "side", "HEAD~1")
    assert adjust(qingdan, small, "revert", "main", *WHY, *DAY) == 4


def test_branch_without_a_name_is_named_after_the_record(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    main = git(small, "rev-parse", "main")
    assert adjust(qingdan, small, "set", POWER, "promised_limit=7个工作日", *SET, "--branch") == 0
    assert git(small, "branch", "--show-current") == f"adjust/2026-09-18-{POWER}"
    assert git(small, "rev-parse", "main") == main == git(small, "rev-parse", "HEAD~1")
    assert f"已建立分支“adjust/2026-09-18-{POWER}”" in capsys.readouterr().err
    assert git(small, "status", "--porcelain") == ""


def test_branch_with_a_name_and_before_other_options(small: Path, qingdan: Run) -> None:
    words = ("set", POWER, "promised_limit=7个工作日")
    assert adjust(qingdan, small, *words, "--branch", "承诺时限", *SET) == 0
    assert git(small, "branch", "--show-current") == "承诺时限"
    assert adjust(qingdan, small, *words[:2], "promised_limit=10个工作日", "--branch", *SET) == 0
    assert git(small, "branch", "--show-current") == f"adjust/2026-09-18-{POWER}-2"


@pytest.mark.parametrize(("name", "code"), [("有 空格", 2), ("-x", 2), ("main", 4), ("a..b", 2)])
def test_a_name_that_cannot_be_changes_nothing(
    small: Path, qingdan: Run, name: str, code: int
) -> None:
    head = git(small, "rev-parse", "HEAD")
    words = ("set", POWER, "promised_limit=7个工作日", *SET, f"--branch={name}")
    assert adjust(qingdan, small, *words) == code
    assert git(small, "for-each-ref", "--format=%(refname:short)", "refs/heads") == "main"
    assert git(small, "rev-parse", "HEAD") == head
    assert git(small, "status", "--porcelain") == ""


def test_where_the_commit_fails_no_branch_is_left(small: Path, qingdan: Run) -> None:
    hook = put(small, ".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    words = ("set", POWER, "promised_limit=7个工作日", *SET, "--branch", "试")
    assert adjust(qingdan, small, *words) == 4
    assert git(small, "branch", "--show-current") == "main"
    assert git(small, "for-each-ref", "--format=%(refname:short)", "refs/heads") == "main"
    assert git(small, "status", "--porcelain") == ""


def test_dry_run_opens_no_branch(small: Path, qingdan: Run) -> None:
    words = ("set", POWER, "promised_limit=7个工作日", *SET, "--branch", "--dry-run")
    assert adjust(qingdan, small, *words) == 0
    assert git(small, "branch", "--show-current") == "main"


def _guarded(folder: Path) -> None:
    """No list may lose more than one item unsaid."""
    replace(
        folder,
        "qingdan.yaml",
        "  stages:\n",
        "  guard: {items: 1, share: 10, source: 本单位自定}\n  stages:\n",
    )
    commit(folder, "收紧一次取消的项数\n\nReason: 试行\n")


def _cancel_two(folder: Path) -> None:
    for code in ("JS-YJ-JC-001", "JS-YJ-FW-001"):
        path = folder / "lists/powers/JS-YJ.yaml"
        head, _, rest = path.read_text("utf-8").partition(f"- code: {code}\n")
        rest = rest.replace("state: 在用\n", "state: 取消\n  ended: '2026-09-18'\n", 1)
        path.write_text(f"{head}- code: {code}\n{rest}", "utf-8")


def test_many_are_cancelled_only_where_their_number_is_said(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _guarded(small)
    _cancel_two(small)
    head = git(small, "rev-parse", "HEAD")
    words = ("commit", "--kind", "remove", *SET)
    assert adjust(qingdan, small, *words) == 4
    said = capsys.readouterr().err
    assert "取消2项（现有5项），超过一次可以取消的1项" in said
    assert "--yes-remove 2" in said
    assert adjust(qingdan, small, *words, "--yes-remove", "3") == 4
    assert git(small, "rev-parse", "HEAD") == head
    assert adjust(qingdan, small, *words, "--yes-remove", "2") == 0
    assert qingdan(small, "validate", "--commits", "HEAD~1..HEAD") == 0


def test_the_usual_guard_lets_a_few_through(small: Path, qingdan: Run) -> None:
    _cancel_two(small)
    assert adjust(qingdan, small, "commit", "--kind", "remove", *SET) == 0


def test_a_number_said_for_nothing_is_refused(small: Path, qingdan: Run) -> None:
    words = ("set", POWER, "promised_limit=7个工作日", *SET, "--yes-remove", "1")
    assert adjust(qingdan, small, *words) == 4
