"""``hook install``, and what git's own commit, merge and amend make of the hooks."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import Run, git, put, replace
from hooking import CODE, FILE, WHY, adjust, attempt, filed, head, limit, small
from qingdan.model.history import Change, FileEdit
from qingdan.repo.git import Repository
from qingdan.repo.journal import Journal

LOCAL = ("pre-commit", "pre-merge-commit", "commit-msg")


@pytest.fixture(autouse=True)
def of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the adjustments here are applied for."""
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(key, "2026-09-17T12:00:00+08:00")


@pytest.fixture
def bare(tmp_path: Path, built: Path) -> Path:
    """A workspace without hooks."""
    return small(tmp_path / "work", built)


@pytest.fixture
def work(bare: Path, qingdan: Run) -> Path:
    """A workspace with the hooks installed."""
    assert qingdan(bare, "hook", "install") == 0
    return bare


def script(path: Path, text: str) -> Path:
    put(path.parent, path.name, f"#!/bin/sh\n{text}\n").chmod(0o755)
    return path


# installing


def test_installing_says_what_was_done_and_twice_is_once(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bare / ".git/hooks"
    capsys.readouterr()
    assert qingdan(bare, "hook", "install") == 0
    assert [line.split("（")[0] for line in capsys.readouterr().out.splitlines()] == [
        f"{name}：已安装" for name in LOCAL
    ]
    before = {name: (folder / name).read_bytes() for name in LOCAL}
    assert all(os.access(folder / name, os.X_OK) for name in LOCAL)
    assert qingdan(bare / "lists", "hook", "install") == 0
    assert capsys.readouterr().out.count("已经是最新的") == 3
    assert {name: (folder / name).read_bytes() for name in LOCAL} == before
    (folder / "commit-msg").write_text("#!/bin/sh\n# qingdan-hook 0\n")
    assert qingdan(bare, "hook", "install") == 0
    assert "commit-msg：已更新" in capsys.readouterr().out
    assert (folder / "commit-msg").read_bytes() == before["commit-msg"]


def test_a_hook_that_was_there_runs_first_and_comes_back(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    old = script(bare / ".git/hooks/pre-commit", "echo 先看我的 >&2; test ! -e 禁止")
    told = old.read_bytes()
    assert qingdan(bare, "hook", "install") == 0
    assert "原有的钩子改名为 pre-commit.local" in capsys.readouterr().out
    put(bare, "a.txt", "x")
    git(bare, "add", "-A")
    assert "先看我的" in attempt(bare, "commit", "-m", "one").stdout
    put(bare, "禁止", "x")
    git(bare, "add", "-A")
    refused = attempt(bare, "commit", "-m", "two")
    assert refused.returncode == 1
    assert "qingdan" not in refused.stdout
    assert qingdan(bare, "hook", "install", "--remove") == 0
    assert "pre-commit：已卸下，原有的钩子已恢复原名" in capsys.readouterr().out
    assert old.read_bytes() == told
    assert sorted(p.name for p in old.parent.iterdir() if p.suffix != ".sample") == ["pre-commit"]


def test_somebody_else_s_hook_is_never_lost(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    one = script(work / ".git/hooks/commit-msg", "exit 0")
    two = script(work / ".git/hooks/commit-msg.local", "exit 1")
    capsys.readouterr()
    assert qingdan(work, "hook", "install") == 4
    assert "合并成一个" in capsys.readouterr().err
    assert qingdan(work, "hook", "install", "--remove") == 0
    assert "commit-msg：不是 qingdan 写的，没有动" in capsys.readouterr().out
    assert (one.read_text(), two.read_text()) == ("#!/bin/sh\nexit 0\n", "#!/bin/sh\nexit 1\n")


def test_hooks_shared_by_repositories_are_asked_for(
    bare: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = tmp_path / "共用 钩子"
    shared.mkdir()
    git(bare, "config", "core.hooksPath", str(shared))
    capsys.readouterr()
    assert qingdan(bare, "hook", "install") == 4
    assert "--force-shared" in capsys.readouterr().err
    assert list(shared.iterdir()) == []
    assert qingdan(bare, "hook", "install", "--force-shared") == 0
    assert sorted(path.name for path in shared.iterdir()) == sorted(LOCAL)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "config", "core.hooksPath", str(shared))
    put(other, "a", "x")
    git(other, "add", "a")
    done = attempt(other, "commit", "-q", "-m", "no workspace here")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_hooks_path_inside_the_git_directory_is_one_s_own(bare: Path, qingdan: Run) -> None:
    git(bare, "config", "core.hooksPath", ".git/mine")
    assert qingdan(bare / "lists", "hook", "install") == 0
    assert sorted(path.name for path in (bare / ".git/mine").iterdir()) == sorted(LOCAL)


def test_outside_a_repository_there_is_nothing_to_install(
    tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(tmp_path, "hook", "install") == 3
    assert "不在 git 仓库中" in capsys.readouterr().err
    assert qingdan(tmp_path, "hook", "pre-commit") == 3
    assert qingdan(tmp_path, "hook", "commit-msg", "nothing") == 2


def test_a_program_that_is_gone_says_so(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LOCAL:
        path = work / ".git/hooks" / name
        path.write_text(re.sub("python=.*", "python=/nowhere/python", path.read_text("utf-8")))
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("git", "sh", "dirname"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(tools))
    put(work, "a.txt", "x")
    git(work, "add", "-A")
    refused = attempt(work, "commit", "-m", "one")
    assert refused.returncode == 1
    assert "没有找到 qingdan 程序" in refused.stdout
    assert f"删除 {'.git/hooks/pre-commit'}" in refused.stdout
    other = tmp_path / "other"
    shutil.copytree(work / ".git/hooks", other / "hooks")
    git(other, "init", "-q")
    git(other, "config", "core.hooksPath", str(other / "hooks"))
    assert attempt(other, "commit", "-q", "--allow-empty", "-m", "no workspace").returncode == 0


def test_nothing_of_the_repository_is_run_as_the_program(work: Path) -> None:
    put(work, "qingdan/__init__.py", "raise SystemExit('偷换的程序')")
    put(work, "sitecustomize.py", "raise SystemExit('偷换的程序')")
    limit(work, 7)
    git(work, "add", "-A")
    refused = attempt(work, "commit", "-m", "x")
    assert "偷换" not in refused.stdout
    assert "QD501" in refused.stdout


# what may be committed


def test_a_controlled_field_needs_an_adjustment_and_the_cure_works(
    work: Path, qingdan: Run
) -> None:
    before = head(work)
    limit(work, 7)
    git(work, "add", "-A")
    refused = attempt(work, "commit", "-m", "压缩时限")
    assert refused.returncode == 1
    assert "QD501 事项“占用、挖掘城市道路审批”改动了受控要素（承诺办结时限）" in refused.stdout
    assert "qingdan adjust commit" in refused.stdout
    assert head(work) == before
    git(work, *re.search("git (restore --staged .) ", refused.stdout)[1].split())  # type: ignore[index]
    assert qingdan(work, "adjust", "commit", *WHY) == 0
    assert git(work, "show", "-s", "--format=%(trailers:key=Item,valueonly)", "HEAD") == CODE
    assert git(work, "status", "--porcelain") == ""


def test_the_index_is_judged_and_not_the_work_tree(work: Path) -> None:
    text = (work / FILE).read_text("utf-8")
    put(work, FILE, text.replace("state: 在用", "state: 有效", 1))
    git(work, "add", "-A")
    put(work, FILE, text)
    refused = attempt(work, "commit", "-m", "x")
    assert (refused.returncode, "QD106" in refused.stdout) == (1, True)
    git(work, "add", "-A")
    put(work, "a.txt", "x")
    git(work, "add", "a.txt")
    put(work, FILE, "not: [yaml")
    assert attempt(work, "commit", "-m", "only a.txt").returncode == 0


def test_old_faults_do_not_count_but_a_touched_file_must_be_canonical(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(bare, FILE, "  type: 行政许可\n", "  type:  行政许可\n")
    replace(bare, "lists/fees/JS-CG.yaml", "state: 在用", "state: 有效")
    git(bare, "commit", "-qam", "old faults")
    put(bare, "lists/powers/README.md", "x")
    git(bare, "add", "-A")
    assert qingdan(bare, "hook", "pre-commit") == 0
    replace(bare, FILE, "每周巡查一次", "每周巡查两次")
    git(bare, "add", "-A")
    capsys.readouterr()
    assert qingdan(bare, "hook", "pre-commit") == 1
    told = capsys.readouterr().err
    assert "QD105" in told
    assert "QD106" not in told
    assert "qingdan fmt" in told
    assert qingdan(bare, "fmt", FILE) == 0
    git(bare, "add", "-A")
    assert qingdan(bare, "hook", "pre-commit") == 0


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("改设置\n\nReason: 统一名称\n", ""),
        ("改设置\n", "QD509"),
        ("改设置\n\nReason: 统一名称\n\n后记\n", "Reason"),
        ("改设置\n\n说明\nReason：全角冒号\n", "Reason"),
    ],
)
def test_settings_need_a_reason_as_git_reads_it(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], message: str, wanted: str
) -> None:
    replace(bare, "qingdan.yaml", "name: 郑州市金水区", "name: 金水区")
    git(bare, "add", "-A")
    file = put(bare, ".git/COMMIT_EDITMSG", message)
    capsys.readouterr()
    assert qingdan(bare, "hook", "commit-msg", str(file)) == bool(wanted)
    told = capsys.readouterr().err
    assert (wanted in told) if wanted else not told
    assert "提交0" not in told


@pytest.mark.parametrize("missing", ["Item", "Deadline", "Reason", "Record", "Trigger"])
def test_half_an_adjustment_is_refused(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    filed(bare)
    message = git(bare, "log", "-1", "--format=%B")
    git(bare, "reset", "-q", "--soft", "HEAD~1")
    file = put(bare, ".git/COMMIT_EDITMSG", message + "\n")
    assert qingdan(bare, "hook", "commit-msg", str(file)) == 0
    put(bare, ".git/COMMIT_EDITMSG", re.sub(rf"(?m)^{missing}: .*\n", "", message + "\n"))
    capsys.readouterr()
    assert qingdan(bare, "hook", "commit-msg", str(file)) == 1
    assert f"QD502 缺少尾行“{missing}:”" in capsys.readouterr().err


def test_what_an_editor_leaves_in_the_message_is_no_message(
    bare: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comments and the diff of ``commit -v`` go before git records the message; without an editor they stay."""
    monkeypatch.delenv("GIT_EDITOR", raising=False)
    replace(bare, "qingdan.yaml", "name: 郑州市金水区", "name: 金水区")
    git(bare, "add", "-A")
    scissors = "# ------------------------ >8 ------------------------\ndiff --git a b\n"
    file = put(bare, ".git/M", f"改设置\n\nReason: 统一\n# 请填写\n{scissors}+后记\n")
    assert qingdan(bare, "hook", "commit-msg", str(file)) == 0
    put(bare, ".git/M", f"改设置\n\n# Reason: 统一\n{scissors}\nReason: 在差异里\n")
    assert qingdan(bare, "hook", "commit-msg", str(file)) == 1
    put(bare, ".git/M", f"# 什么也没写\n{scissors}")
    assert qingdan(bare, "hook", "commit-msg", str(file)) == 0


def test_an_editor_and_its_comments_in_earnest(work: Path, tmp_path: Path) -> None:
    replace(work, "qingdan.yaml", "name: 郑州市金水区", "name: 金水区")
    editor = script(
        tmp_path / "editor", 'printf "改设置\\n\\nReason: 统一\\n" | cat - "$1" > m; mv m "$1"'
    )
    done = attempt(work, "-c", f"core.editor={editor}", "commit", "-a", "-v")
    assert done.returncode == 0, done.stdout
    assert git(work, "log", "-1", "--format=%(trailers)") == "Reason: 统一"


def test_other_files_and_free_fields_go_through(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    message = str(put(bare, ".git/COMMIT_EDITMSG", "Adjust the words of a readme\n"))
    capsys.readouterr()
    for path, old, new in (("说明.md", "x", "y"), (FILE, "每周巡查一次", "每周巡查两次")):
        put(bare, path, "x") if path != FILE else None
        replace(bare, path, old, new)
        git(bare, "add", "-A")
        assert qingdan(bare, "hook", "pre-commit") == 0
        assert qingdan(bare, "hook", "commit-msg", message) == 0
    assert capsys.readouterr().err == ""


# merges, squashes, amends


def test_merging_an_adjustment_is_fine_and_a_squash_is_warned_of(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    git(work, "switch", "-qc", "one")
    filed(work)
    git(work, "switch", "-q", "main")
    put(work, "a.txt", "x")
    git(work, "add", "-A")
    git(work, "commit", "-q", "--no-verify", "-m", "aside")
    done = attempt(work, "merge", "--no-ff", "-m", "合并 one", "one")
    assert done.returncode == 0, done.stdout
    git(work, "reset", "-q", "--hard", "HEAD~1")
    git(work, "merge", "-q", "--squash", "one")
    message = put(work, ".git/COMMIT_EDITMSG", "压缩合并\n")
    capsys.readouterr()
    assert qingdan(work, "hook", "commit-msg", str(message)) == 0
    told = capsys.readouterr().err
    assert "QD514" in told
    assert "没有提交" not in told


def test_what_a_clean_merge_would_break_is_refused(work: Path) -> None:
    """Two branches enter the same code, each in a file of its own."""
    item = (work / FILE).read_text("utf-8").partition("items:\n")[2]
    for name, unit in (("one", "JS-SFJ"), ("two", "JS-CZJ")):
        git(work, "switch", "-qc", name, "main")
        entry = item.replace(CODE, "JS-ZZ-XK-001")
        put(work, f"lists/powers/{unit}.yaml", f"list: powers\nunit: {unit}\nitems:\n{entry}")
        git(work, "add", "-A")
        git(work, "commit", "-q", "--no-verify", "-m", name)
    refused = attempt(work, "merge", "--no-ff", "-m", "合并", "one")
    assert refused.returncode == 1
    assert "QD201" in refused.stdout


def test_amending_is_judged_as_what_it_makes(work: Path) -> None:
    filed(work)
    message = git(work, "log", "-1", "--format=%B")
    reworded = message.replace("调整", "改办", 1)
    assert attempt(work, "commit", "-q", "--amend", "-m", reworded).returncode == 0
    assert git(work, "log", "-1", "--format=%s").startswith("改办")
    replace(work, "qingdan.yaml", "name: 郑州市金水区", "name: 金水区")
    git(work, "commit", "-q", "--no-verify", "-am", "改设置\n\nReason: 统一")
    refused = attempt(work, "commit", "-q", "--amend", "-m", "改设置")
    assert refused.returncode == 1
    assert "QD509" in refused.stdout


def test_a_fixup_waits_for_the_rebase(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    limit(bare, 7)
    git(bare, "add", "-A")
    message = put(bare, ".git/COMMIT_EDITMSG", "fixup! 建库\n")
    capsys.readouterr()
    assert qingdan(bare, "hook", "commit-msg", str(message)) == 0
    assert "git rebase --autosquash" in capsys.readouterr().err
    message.write_text("补充：fixup! 建库\n", "utf-8")
    assert qingdan(bare, "hook", "commit-msg", str(message)) == 1


def test_the_hooks_hold_in_a_linked_work_tree_and_in_a_subfolder(
    bare: Path, qingdan: Run, tmp_path: Path
) -> None:
    top = tmp_path / "top"
    shutil.copytree(bare, top / "清单 一", ignore=shutil.ignore_patterns(".git"))
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "begin")
    assert qingdan(top / "清单 一", "hook", "install") == 0
    git(top, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    folder = tmp_path / "linked" / "清单 一"
    limit(folder, 7)
    refused = attempt(folder, "commit", "-am", "x")
    assert (refused.returncode, "QD501" in refused.stdout) == (1, True)
    replace(folder, FILE, "state: 在用", "state: 有效")
    refused = attempt(folder, "commit", "-am", "x")
    assert f"清单 一/{FILE}:" in refused.stdout


# what the program commits itself


def test_an_adjustment_passes_the_hooks(work: Path, qingdan: Run) -> None:
    before = head(work)
    adjust(qingdan, work, 7)
    assert head(work, "HEAD~1") == before


def test_what_a_living_command_has_proved_is_not_judged_again(bare: Path, qingdan: Run) -> None:
    """The journal under a lock vouches for these files upon this head, and for nothing else."""
    before = (bare / FILE).read_bytes()
    replace(bare, FILE, "state: 在用", "state: 有效")
    after = (bare / FILE).read_bytes()
    git(bare, "add", "-A")
    journal = Journal(Repository(bare))
    message = put(bare, ".git/COMMIT_EDITMSG", "说明\n")
    words = ("hook", "commit-msg", str(message))
    journal.folder.mkdir(exist_ok=True)
    journal._write_journal(Change((FileEdit(FILE, before, after),), "说明\n"))  # noqa: SLF001
    (journal.folder / "message").write_text("说明\n", "utf-8")
    assert qingdan(bare, "hook", "pre-commit") == 1, "the journal of a command that died"
    with journal.lock():
        assert qingdan(bare, "hook", "pre-commit") == 0
        assert qingdan(bare, *words) == 0
        message.write_text("别的说明\n", "utf-8")
        assert qingdan(bare, *words) == 1
        put(bare, "lists/powers/README.md", "x")
        git(bare, "add", "-A")
        assert qingdan(bare, "hook", "pre-commit") == 1, "one file more than was proved"


def test_what_another_hook_adds_to_an_adjustment_is_judged(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    script(bare / ".git/hooks/pre-commit", "echo '# 钩子' >> lists/fees/JS-CG.yaml; git add -A")
    assert qingdan(bare, "hook", "install") == 0
    before = head(bare)
    capsys.readouterr()
    assert qingdan(bare, "adjust", "set", CODE, "promised_limit=7个工作日", *WHY) == 4
    assert "QD105" in capsys.readouterr().err
    assert head(bare) == before
