"""History that was rewritten, records that were edited: found by whoever knows a commit, or only reads a merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run, commit, git, put

RECORD = "ledger/adjustments/2026/2026-09-17-JS-CG-XK-001.yaml"
ID = "2026-09-17-JS-CG-XK-001"


class Judge:
    """Asks ``validate`` for the codes of 5xx."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys, self.code = qingdan, capsys, 0

    def __call__(self, folder: Path, *words: str) -> list[str]:
        self.capsys.readouterr()
        self.code = self.qingdan(folder, "validate", *words, "--format", "json")
        out = self.capsys.readouterr().out
        found = json.loads(out)["findings"] if out else []
        return sorted(f["code"] for f in found if f["code"].startswith("QD5"))


@pytest.fixture
def judge(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Judge:
    return Judge(qingdan, capsys)


def amend(folder: Path) -> str:
    """Rewrite the last commit; the one that was there."""
    old = git(folder, "rev-parse", "HEAD")
    put(folder, "说明.md", "并入")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--amend", "--no-edit")
    return old


def test_a_main_branch_that_lost_a_known_commit(small: Path, judge: Judge) -> None:
    old = amend(small)
    assert judge(small, "--commits", f"{old}..HEAD") == ["QD525"]
    assert judge.code == 1
    assert judge(small, "--known", old) == ["QD525"]
    assert judge(small, "--known", "HEAD~1") == []
    assert judge(small, "--known", old, "--commits", f"{old}..HEAD") == ["QD525"]


def test_a_known_commit_that_was_never_fetched(small: Path, judge: Judge) -> None:
    assert judge(small, "--known", "1" * 40) == ["QD525"]
    assert judge(small, "--known", "0" * 40) == []
    assert judge.code == 0
    judge(small, "--known", "mian")
    assert judge.code == 3
    judge(small, "--known", " ")
    assert judge.code == 2


def test_a_branch_of_one_s_own_may_begin_anywhere(small: Path, judge: Judge) -> None:
    git(small, "switch", "-q", "-c", "aside")
    put(small, "说明.md", "旁支")
    commit(small, "补充说明\n")
    git(small, "switch", "-q", "main")
    put(small, "另一份.md", "主分支")
    commit(small, "主分支前进\n")
    assert judge(small, "--commits", "main..aside") == []
    git(small, "switch", "-q", "aside")
    old = amend(small)
    assert judge(small, "--commits", f"{old}..HEAD") == []
    assert judge(small, "--known", old) == ["QD525"], "whoever knows it may ask for it"


def test_two_clerks_on_main_are_no_rewriting_and_a_forced_remote_is(
    small: Path, tmp_path: Path, judge: Judge
) -> None:
    server, clone = tmp_path / "server.git", tmp_path / "clone"
    git(small, "clone", "-q", "--bare", str(small), str(server))
    git(small, "clone", "-q", str(server), str(clone))
    put(small, "说明.md", "甲")
    commit(small, "甲的\n")
    git(small, "push", "-q", str(server), "main")
    put(clone, "另一份.md", "乙")
    commit(clone, "乙的\n")
    git(clone, "fetch", "-q")
    assert judge(clone, "--commits", "origin/main..HEAD") == []
    git(clone, "reset", "-q", "--hard", "origin/main")
    old = amend(small)
    git(small, "push", "-q", "--force", str(server), "main")
    git(clone, "fetch", "-q")
    git(clone, "reset", "-q", "--hard", "origin/main")
    assert judge(clone, "--commits", f"{old}..HEAD") == ["QD525"]


def passed(folder: Path, qingdan: Run, patch: pytest.MonkeyPatch, who: str) -> None:
    patch.setenv("GIT_AUTHOR_EMAIL", who)
    late = ("--late-reason", "会期", "--today", "2026-11-20")
    assert qingdan(folder, "review", "pass", ID, *late) == 0


@pytest.mark.parametrize("side", [1, 2])
def test_a_merge_that_edits_the_steps_of_either_side(
    side: int, small: Path, qingdan: Run, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(small, "branch", "aside")
    passed(small, qingdan, monkeypatch, "legal@js.example")
    git(small, "switch", "-q", "aside")
    put(small, "说明.md", "旁支")
    commit(small, "补充说明\n")
    ours, theirs = ("main", "aside") if side == 1 else ("aside", "main")
    git(small, "switch", "-q", ours)
    git(small, "merge", "-q", "--no-ff", "-m", "合并", theirs)
    assert judge(small, "--commits", "HEAD~1..HEAD") == []
    put(small, RECORD, (small / RECORD).read_text("utf-8").replace("会期", "改过"))
    git(small, "commit", "-q", "--amend", "-a", "--no-edit")
    assert "QD511" in judge(small, "--commits", "HEAD^1..HEAD")


def test_a_record_edited_in_the_merge_that_brings_it(
    small: Path, qingdan: Run, judge: Judge
) -> None:
    git(small, "switch", "-q", "-c", "aside")
    why = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "压减", "--yes")
    words = ("adjust", "set", "JS-CG-XK-001", "name=挖掘城市道路审批", *why)
    assert qingdan(small, *words, "--today", "2026-11-20") == 0
    git(small, "switch", "-q", "main")
    put(small, "说明.md", "主分支")
    commit(small, "主分支前进\n")
    git(small, "merge", "-q", "--no-ff", "-m", "合并", "aside")
    assert judge(small, "--commits", "HEAD^1..HEAD") == []
    record = RECORD.replace("2026-09-17", "2026-11-20")
    text = (small / record).read_text("utf-8")
    put(small, record, text.replace("done: '2026-11-20'", "done: '2026-11-19'"))
    git(small, "commit", "-q", "--amend", "-a", "--no-edit")
    assert "QD511" in judge(small, "--commits", "HEAD^1..HEAD")


def test_two_reviewers_at_once_are_merged_by_hand(
    act_district: Path, qingdan: Run, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Responsibilities wait for two; each passes in a clone of his own, and the applicant merges both steps."""
    item = "JS-YJ-QT-001"
    record = f"2026-11-20-{item}"
    path = f"ledger/adjustments/2026/{record}.yaml"
    git(act_district, "switch", "-q", "-c", "other")
    for branch, role, who in (
        ("main", "区编办", "staffing@js.example"),
        ("other", "区政府法制办", "legal@js.example"),
    ):
        git(act_district, "switch", "-q", branch)
        monkeypatch.setenv("GIT_AUTHOR_EMAIL", who)
        words = ("review", "pass", record, "--as", role, "--today", "2026-11-20")
        assert qingdan(act_district, *words) == 0
    theirs = (act_district / path).read_text("utf-8").partition("- stage: 审核")
    git(act_district, "switch", "-q", "main")
    ours = (act_district / path).read_text("utf-8")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "test@qingdan.example")
    with pytest.raises(Exception, match="merge"):
        git(act_district, "merge", "-q", "--no-ff", "-m", "合并", "other")
    put(act_district, path, ours + theirs[1] + theirs[2])
    git(act_district, "commit", "-q", "-a", "-m", "合并")
    assert judge(act_district, "--commits", "HEAD~1..HEAD") == []


@pytest.fixture
def act_district(district: Path, qingdan: Run) -> Path:
    """A district in which responsibilities were changed, and reviews must be somebody else's."""
    text = (district / "qingdan.yaml").read_text("utf-8")
    new = "  require: {second_person: 是, source: 本单位自定}\n  stages:\n"
    put(district, "qingdan.yaml", text.replace("  stages:\n", new, 1))
    commit(district, "要求第二人审核\n\nReason: 防止自己审自己\n")
    why = ("--trigger", "internal", "--occurred", "2026-11-16", "--reason", "规范", "--yes")
    change = "responsibilities.1.duty=依法受理备案材料，出具备案凭证"
    words = ("adjust", "set", "JS-YJ-QT-001", change, *why, "--today", "2026-11-20")
    assert qingdan(district, *words) == 0
    return district
