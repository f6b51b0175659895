"""Two clerks at once: what goes together in git by itself, and what ``adjust rebase`` brings together."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run, commit, git, put, replace
from qingdan.core.schema import Schemas
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.repo import resources
from qingdan.repo.replaying import Replaying

POWER, FINE = "JS-CG-XK-001", "JS-CG-CF-001"
FILE = "lists/powers/JS-CG.yaml"
SCHEMAS = Schemas(resources.schema_texts())
LAYOUT = SCHEMAS["powers"].layout
BASE = (resources.manual() / "base" / FILE).read_bytes()


@pytest.fixture(autouse=True)
def own_days(identity: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The author's day is what ``--today`` says."""
    monkeypatch.delenv("GIT_AUTHOR_DATE")


def adjust(qingdan: Run, folder: Path, *words: str) -> int:
    return qingdan(folder, "adjust", *words)


def put_in(qingdan: Run, folder: Path, code: str, value: str, day: str = "2026-09-18") -> None:
    words = ("--trigger", "internal", "--occurred", "2026-09-16", "--reason", "优化")
    assert adjust(qingdan, folder, "set", code, value, *words, "--today", day) == 0


def on_branch(folder: Path, name: str, at: str = "main") -> None:
    git(folder, "switch", "-q", "-c", name, at)


SEVEN = "promised_limit=7个工作日"
FINED = "punishment=责令限期改正，可以处1万元以下的罚款"


def parted(
    qingdan: Run,
    folder: Path,
    mine: tuple[str, str] = (POWER, SEVEN),
    theirs: tuple[str, str] = (FINE, FINED),
    day: str = "2026-09-18",
) -> str:
    """A branch ``mine`` with an adjustment, the main branch with another one; the branch's tip, checked out."""
    on_branch(folder, "mine")
    put_in(qingdan, folder, *mine)
    git(folder, "switch", "-q", "main")
    put_in(qingdan, folder, *theirs, day)
    git(folder, "switch", "-q", "mine")
    return git(folder, "rev-parse", "HEAD")


def accepted(qingdan: Run, folder: Path, revs: str = "main..HEAD") -> bool:
    return qingdan(folder, "validate", "--commits", revs) == 0


def new_item(code: str, name: str) -> str:
    return (
        f"list: fees\nunit: JS-CG\ncode: {code}\nname: {name}\nstate: 在用\n"
        "basis:\n- {law: 城市道路管理条例, article: 第三十七条, check: 未核对}\n"
        "standard: 每平方米10元\nfund_management: 缴入地方国库\n"
    )


def enter(qingdan: Run, folder: Path, code: str, name: str) -> None:
    file = put(folder.parent, f"{code}.yaml", new_item(code, name))
    words = ("--trigger", "internal", "--occurred", "2026-09-16", "--reason", "补列")
    done = adjust(qingdan, folder, "add", "--from", str(file), *words, "--today", "2026-09-18")
    assert done == 0


def test_two_new_items_that_git_cannot_merge(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_AUTHOR_NAME", "李经办")
        patch.setenv("GIT_AUTHOR_DATE", "2026-09-18T09:30:00+08:00")
        enter(qingdan, small, "JS-CG-SF-011", "试点收费一")
    mine = git(small, "log", "-1", "--format=%an %ad %B", "--date=iso")
    record = git(small, "show", "HEAD:ledger/adjustments/2026/2026-09-18-JS-CG-SF-011.yaml")
    git(small, "switch", "-q", "main")
    enter(qingdan, small, "JS-CG-SF-012", "试点收费二")
    git(small, "switch", "-q", "mine")
    clash = subprocess.run(["git", "-C", str(small), "merge", "-q", "main"], check=False)
    assert clash.returncode != 0
    git(small, "merge", "--abort")
    capsys.readouterr()
    assert adjust(qingdan, small, "rebase") == 0
    assert "接到main" in capsys.readouterr().out
    assert git(small, "rev-parse", "HEAD~1") == git(small, "rev-parse", "main")
    assert git(small, "log", "-1", "--format=%an %ad %B", "--date=iso") == mine
    path = "HEAD:ledger/adjustments/2026/2026-09-18-JS-CG-SF-011.yaml"
    assert git(small, "show", path) == record
    text = git(small, "show", "HEAD:lists/fees/JS-CG.yaml")
    assert text.index("JS-CG-SF-011") < text.index("JS-CG-SF-012")
    assert git(small, "status", "--porcelain") == ""
    assert git(small, "branch", "--show-current") == "mine"
    assert accepted(qingdan, small)
    assert qingdan(small, "fmt", "--check") == 0


def test_several_commits_of_a_branch_are_brought_over_in_order(small: Path, qingdan: Run) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN, "2026-09-18")
    put_in(qingdan, small, POWER, "promised_limit=10个工作日", "2026-09-19")
    put(small, "说明.md", "本分支的说明\n")
    commit(small, "补一个说明文件")
    git(small, "switch", "-q", "main")
    put_in(qingdan, small, FINE, FINED)
    git(small, "switch", "-q", "mine")
    assert adjust(qingdan, small, "rebase", "main") == 0
    assert len(git(small, "rev-list", "main..HEAD").split()) == 3
    text = (small / FILE).read_text("utf-8")
    assert "promised_limit: 10个工作日" in text
    assert "1万元以下" in text
    assert (small / "说明.md").read_text("utf-8") == "本分支的说明\n"
    assert accepted(qingdan, small)


def test_of_the_same_item_the_second_is_told_who_when_and_what(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN)
    head = git(small, "rev-parse", "HEAD")
    git(small, "switch", "-q", "main")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_AUTHOR_NAME", "王经办")
        put_in(qingdan, small, POWER, "promised_limit=9个工作日", "2026-09-19")
    git(small, "switch", "-q", "mine")
    capsys.readouterr()
    assert adjust(qingdan, small, "rebase") == 4
    said = capsys.readouterr().err
    assert "王经办于2026-09-19" in said
    assert "6个工作日 → 9个工作日" in said
    assert "6个工作日 → 7个工作日" in said
    assert git(small, "rev-parse", "HEAD") == head
    assert git(small, "status", "--porcelain") == ""
    assert git(small, "worktree", "list").count("\n") == 0


def test_controlled_fields_of_one_item_on_both_sides_are_refused(small: Path, qingdan: Run) -> None:
    parted(qingdan, small, theirs=(POWER, "name=占用和挖掘城市道路审批"), day="2026-09-19")
    assert adjust(qingdan, small, "rebase") == 4


def test_a_free_field_on_one_side_goes_with_an_adjustment_on_the_other(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    parted(qingdan, small, theirs=(POWER, "note=施工单位须持证"))
    assert adjust(qingdan, small, "rebase") == 0
    assert f"改为2026-09-18-{POWER}-2" in capsys.readouterr().err
    text = (small / FILE).read_text("utf-8")
    assert "promised_limit: 7个工作日" in text
    assert "note: 施工单位须持证" in text
    assert f"Record: 2026-09-18-{POWER}-2" in git(small, "log", "-1", "--format=%B")
    assert accepted(qingdan, small)


def test_what_is_there_already_is_left_out(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN)
    put_in(qingdan, small, FINE, FINED)
    git(small, "switch", "-q", "main")
    put_in(qingdan, small, "JS-YJ-XK-001", "note=已核对")
    git(small, "cherry-pick", "mine~1")
    git(small, "switch", "-q", "mine")
    assert adjust(qingdan, small, "rebase") == 0
    assert "不再重复" in capsys.readouterr().err
    assert len(git(small, "rev-list", "main..HEAD").split()) == 1
    assert accepted(qingdan, small)


def test_a_branch_that_is_up_to_date_stays(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN)
    head = git(small, "rev-parse", "HEAD")
    assert adjust(qingdan, small, "rebase") == 0
    assert "不必办理" in capsys.readouterr().out
    assert git(small, "rev-parse", "HEAD") == head


def test_a_clone_goes_on_top_of_what_it_fetched(
    small: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(small), str(clone))
    put_in(qingdan, clone, POWER, SEVEN)
    put_in(qingdan, small, FINE, FINED)
    git(clone, "fetch", "-q")
    assert adjust(qingdan, clone, "rebase", "--dry-run") == 0
    assert git(clone, "rev-parse", "HEAD~1") == git(clone, "merge-base", "HEAD", "origin/main")
    capsys.readouterr()
    assert adjust(qingdan, clone, "rebase") == 0
    assert "接到origin/main" in capsys.readouterr().out
    assert git(clone, "rev-parse", "HEAD~1") == git(small, "rev-parse", "main")
    assert git(clone, "status", "--porcelain") == ""


def test_dry_run_changes_nothing(small: Path, qingdan: Run) -> None:
    head = parted(qingdan, small)
    assert adjust(qingdan, small, "rebase", "--dry-run") == 0
    assert git(small, "rev-parse", "HEAD") == head


def test_errors_that_only_both_sides_together_have_are_refused(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN)
    git(small, "switch", "-q", "main")
    enter(qingdan, small, "JS-CG-SF-011", "试点收费一")
    git(small, "switch", "-q", "mine")
    enter(qingdan, small, "JS-CG-SF-011", "试点收费一甲")
    head = git(small, "rev-parse", "HEAD")
    assert adjust(qingdan, small, "rebase") == 4
    assert "JS-CG-SF-011" in capsys.readouterr().err
    assert git(small, "rev-parse", "HEAD") == head


def test_where_a_hook_refuses_everything_is_as_before(small: Path, qingdan: Run) -> None:
    head = parted(qingdan, small)
    hook = put(small, ".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert adjust(qingdan, small, "rebase") == 4
    assert git(small, "rev-parse", "HEAD") == head
    assert git(small, "status", "--porcelain") == ""
    assert git(small, "worktree", "list").count("\n") == 0


def test_where_a_file_cannot_be_written_everything_is_as_before(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, text = parted(qingdan, small), (small / FILE).read_bytes()
    put_there = Replaying._put  # noqa: SLF001

    def full(self: Replaying, path: str, raw: bytes | None) -> None:
        put_there(self, path, raw)
        if path.startswith("lists/"):
            raise OSError(28, "full", path)

    with monkeypatch.context() as patch:
        patch.setattr(Replaying, "_put", full)
        patch.setattr(Replaying, "recover", lambda _self: None)
        assert adjust(qingdan, small, "rebase") == 4
    assert qingdan(small, "validate") == 0
    assert git(small, "rev-parse", "HEAD") == head
    assert (small / FILE).read_bytes() == text
    assert git(small, "status", "--porcelain") == ""
    assert adjust(qingdan, small, "rebase") == 0
    assert git(small, "status", "--porcelain") == ""


def test_a_branch_that_merged_the_main_branch_before_becomes_straight(
    small: Path, qingdan: Run
) -> None:
    parted(qingdan, small)
    git(small, "merge", "-q", "--no-edit", "main")
    put_in(qingdan, small, POWER, "promised_limit=9个工作日")
    git(small, "switch", "-q", "main")
    enter(qingdan, small, "JS-CG-SF-011", "试点收费一")
    git(small, "switch", "-q", "mine")
    assert adjust(qingdan, small, "rebase") == 0
    assert len(git(small, "rev-list", "main..HEAD").split()) == 2
    assert git(small, "rev-list", "--merges", "main..HEAD") == ""
    assert "promised_limit: 9个工作日" in (small / FILE).read_text("utf-8")
    assert accepted(qingdan, small)


def test_a_workspace_beside_other_files_of_its_repository(
    small: Path, qingdan: Run, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    folder = whole / "清单"
    shutil.copytree(small, folder, ignore=shutil.ignore_patterns(".git"))
    git(whole, "init", "-q", "-b", "main")
    commit(whole, "建库\n\nReason: 迁入")
    parted(qingdan, folder)
    git(whole, "switch", "-q", "main")
    put(whole, "别的.txt", "别的文件\n")
    commit(whole, "别的改动")
    git(whole, "switch", "-q", "mine")
    assert adjust(qingdan, folder, "rebase") == 0
    assert git(whole, "status", "--porcelain") == ""
    assert (whole / "别的.txt").is_file()
    text = (folder / FILE).read_text("utf-8")
    assert "promised_limit: 7个工作日" in text
    assert "1万元以下" in text
    put(whole, "又一个.txt", "文件\n")
    commit(whole, "工作区以外")
    git(whole, "switch", "-q", "main")
    put(whole, "第三个.txt", "文件\n")
    commit(whole, "工作区以外之二")
    git(whole, "switch", "-q", "mine")
    assert adjust(qingdan, folder, "rebase") == 4


def test_what_is_not_committed_is_not_touched(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    on_branch(small, "mine")
    put_in(qingdan, small, POWER, SEVEN)
    replace(small, FILE, "promised_limit: 7个工作日", "promised_limit: 3个工作日")
    assert adjust(qingdan, small, "rebase") == 4
    assert "尚未提交" in capsys.readouterr().err
    assert "promised_limit: 3个工作日" in (small / FILE).read_text("utf-8")


def test_without_a_main_branch_to_go_to_the_base_is_asked_for(small: Path, qingdan: Run) -> None:
    assert adjust(qingdan, small, "rebase") == 2
    assert adjust(qingdan, small, "rebase", "nowhere") == 3


STEPS = (
    *("journal", "aside", "1 write", "1 commit", "2 commit", f"write @{FILE}", "write @ledger/"),
    *("write other.txt", "index", "odd", "branch", "clear"),
)
"""Steps before which it is killed; ``@`` is where the workspace stands in its repository."""
KILLER = """
import os, signal, sys
from pathlib import Path
from qingdan.desk.opening import open_workspace
from qingdan.desk.adjustments.rebasing import rebase

def step(name):
    if name.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

rebase(open_workspace(Path(sys.argv[1])), "", dry_run=False, on_step=step)
"""


def killed(folder: Path, step: str) -> None:
    """Rebase the branch, the process killed before a step."""
    words = [sys.executable, "-c", KILLER, str(folder), step]
    done = subprocess.run(words, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, f"{step}: {done.stderr.decode()}"


def everything(top: Path) -> dict[str, tuple[int, bytes | str]]:
    """Every file of a work tree: whether it may be run, and what is in it; of a link, where it goes."""
    paths = (path for path in top.rglob("*") if ".git" not in path.parts and not path.is_dir())
    return {
        str(path.relative_to(top)): (
            path.lstat().st_mode & 0o100,
            str(path.readlink()) if path.is_symlink() else path.read_bytes(),
        )
        for path in paths
    }


def went_on(qingdan: Run, folder: Path, top: Path) -> str:
    """A branch of two adjustments; on the main branch others, and files of every sort beside the lists."""
    put(top, "run.sh", "#!/bin/sh\n").chmod(0o755)
    put(top, "plain.sh", "#!/bin/sh\n")
    put(top, "other.txt", "one\n")
    put(top, "gone.sh", "#!/bin/sh\n").chmod(0o755)
    commit(top, "文件")
    head = parted(qingdan, folder)
    put_in(qingdan, folder, "JS-YJ-XK-001", "note=已核对")
    git(top, "switch", "-q", "main")
    put(top, "run.sh", "#!/bin/sh\nexit 0\n")
    (top / "plain.sh").chmod(0o755)
    (top / "gone.sh").unlink()
    put(top, "new.sh", "#!/bin/sh\n").chmod(0o755)
    (top / "link").symlink_to("other.txt")
    put(top, "other.txt", "two\n")
    commit(top, "别的文件")
    git(top, "switch", "-q", "mine")
    assert head == git(top, "rev-parse", "HEAD~1")
    return git(top, "rev-parse", "HEAD")


@pytest.fixture(params=["", "清单"])
def place(request: pytest.FixtureRequest, small: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A workspace and the top of its repository: the same folder, or one above."""
    if not request.param:
        return small, small
    top = tmp_path / "whole"
    shutil.copytree(small, top / request.param, ignore=shutil.ignore_patterns(".git"))
    git(top, "init", "-q", "-b", "main")
    commit(top, "建库\n\nReason: 迁入")
    return top / request.param, top


def test_killed_at_any_step_the_branch_is_as_it_was_or_whole(
    place: tuple[Path, Path], qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, top = place
    head = went_on(qingdan, folder, top)
    before = everything(top)
    copied = tmp_path / "whole copy"
    shutil.copytree(top, copied, symlinks=True)
    assert adjust(qingdan, copied / folder.relative_to(top), "rebase") == 0
    tree, after = git(copied, "rev-parse", "HEAD^{tree}"), everything(copied)
    assert git(copied, "status", "--porcelain") == ""
    assert after["new.sh"][0]
    assert after["plain.sh"][0]
    assert "gone.sh" not in after
    assert after["link"][1] == "other.txt"
    for step in STEPS:
        shutil.rmtree(top)
        shutil.copytree(copied, top, symlinks=True)
        git(top, "reset", "-q", "--hard", head)
        prefix = str(folder.relative_to(top)) + "/" if folder != top else ""
        killed(folder, step.replace("@", prefix))
        complete = step == "clear"
        stands = git(top, "rev-parse", "HEAD")
        assert (stands == head) != complete, "history is never half, not even before recovery"
        capsys.readouterr()
        assert qingdan(folder, "validate") == 0
        assert git(top, "rev-parse", "HEAD") == stands, step
        assert everything(top) == (after if complete else before), step
        assert git(top, "status", "--porcelain") == "", step
        assert git(top, "worktree", "list").count("\n") == 0, step
        assert adjust(qingdan, folder, "rebase") == 0
        assert git(top, "rev-parse", "HEAD^{tree}") == tree, step
        assert everything(top) == after, step


def test_what_somebody_did_after_the_kill_stays(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    went_on(qingdan, small, small)
    killed(small, "branch")
    put(small, "other.txt", "mine\n")
    put(small, "run.sh", "#!/bin/sh\necho mine\n")
    capsys.readouterr()
    assert qingdan(small, "validate") == 0
    said = capsys.readouterr().err
    assert "other.txt" in said
    assert "run.sh" in said
    assert (small / "other.txt").read_text("utf-8") == "mine\n"
    assert (small / "run.sh").read_text("utf-8") == "#!/bin/sh\necho mine\n"
    assert git(small, "diff", "--name-only").split() == ["other.txt", "run.sh"]


@pytest.mark.parametrize("path", ["run.sh", "new.sh"])
def test_what_git_would_overwrite_is_refused(small: Path, qingdan: Run, path: str) -> None:
    head = went_on(qingdan, small, small)
    put(small, path, "mine\n")
    if path == "new.sh":
        git(small, "config", "status.showUntrackedFiles", "no")
    assert adjust(qingdan, small, "rebase") == 4
    assert git(small, "rev-parse", "HEAD") == head
    assert (small / path).read_text("utf-8") == "mine\n"


TEXTS = st.text("道路占用挖掘审批登记受理岗0123一二三", min_size=1, max_size=8).map(
    lambda t: f"改{t}"
)
FIELDS = st.dictionaries(
    st.sampled_from(["name", "note", "scope", "accountability", "post_supervision", "clients"]),
    TEXTS,
    min_size=1,
    max_size=3,
)
LISTED = {"accountability", "post_supervision", "clients"}


EDITS = st.dictionaries(st.integers(0, 4), st.tuples(st.booleans(), FIELDS), min_size=2)


def _changed(items: list[dict[str, Any]], edits: dict[int, dict[str, str]]) -> bytes:
    """The list with some items edited, as the program writes it."""
    new: Any = [
        item | {key: [text] if key in LISTED else text for key, text in edits.get(at, {}).items()}
        for at, item in enumerate(items)
    ]
    return emit({"list": "powers", "unit": "JS-CG", "items": new}, LAYOUT).encode()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(EDITS)
def test_branches_that_edit_different_items_never_conflict(
    tmp_path: Path, drawn: dict[int, tuple[bool, dict[str, str]]]
) -> None:
    mine = {at: fields for at, (first, fields) in drawn.items() if first}
    theirs = {at: fields for at, (first, fields) in drawn.items() if not first}
    model: Any = reading.read(BASE, LAYOUT).value
    rows = model["items"]
    items = [rows[at % len(rows)] | {"code": f"JS-CG-XK-{at:03}"} for at in range(5)]
    folder = tmp_path / "merge"
    if not folder.exists():
        folder.mkdir()
        git(folder, "init", "-q", "-b", "main")
    put(folder, "powers.yaml", _changed(items, {}))
    base = commit(folder, "底本")
    for name, edits in (("one", mine), ("other", theirs)):
        git(folder, "switch", "-q", "-C", name, base)
        put(folder, "powers.yaml", _changed(items, edits))
        commit(folder, name)
    git(folder, "merge", "-q", "--no-edit", "one")
    assert (folder / "powers.yaml").read_bytes() == _changed(items, mine | theirs)
    git(folder, "switch", "-q", "-C", "main", base)
