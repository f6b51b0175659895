"""``hook pre-receive`` on a real bare repository, asked by real pushes."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace
from hooking import FILE, adjust, attempt, filed, head, limit, many, small

PROTECTED = "refs/heads/main"


@pytest.fixture(autouse=True)
def of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the adjustments here are applied for."""
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(key, "2026-09-17T12:00:00+08:00")


@pytest.fixture
def work(tmp_path: Path, built: Path) -> Path:
    """A clerk's clone; its history up to here is on the server already."""
    folder = small(tmp_path / "work", built)
    serve(folder, tmp_path / "清单.git")
    return folder


@pytest.fixture
def server(work: Path, qingdan: Run) -> Path:
    """The server's bare repository, with the hook."""
    place = work.parent / "清单.git"
    assert qingdan(work, "hook", "install", "--server", str(place)) == 0
    return place


def serve(folder: Path, place: Path, *words: str) -> None:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", *words, str(place)], check=True)
    git(folder, "remote", "add", "origin", str(place))
    git(folder, "push", "-q", "origin", "main")


def push(folder: Path, *refs: str) -> tuple[int, str]:
    """The exit code of a push, and what the server said, without git's own ``remote:``."""
    done = attempt(folder, "push", "origin", *refs)
    said = [line.rstrip() for line in done.stdout.splitlines() if line.startswith("remote: ")]
    return done.returncode, "\n".join(line.removeprefix("remote: ") for line in said)


def test_an_adjustment_is_taken(server: Path, work: Path) -> None:
    made = filed(work)
    code, said = push(work, "main")
    assert (code, said) == (0, "qingdan：main：核对了1次提交，予以接收。")
    assert head(server, "main") == made
    assert head(server) == made


def test_a_change_without_papers_is_refused_with_its_cure(server: Path, work: Path) -> None:
    before = head(server)
    limit(work, 7)
    forged = commit(work, "直接改")
    code, said = push(work, "main")
    assert code == 1
    assert f"提交{forged[:10]}（直接改）" in said
    assert "QD501" in said
    assert "qingdan adjust commit" in said
    assert f"qingdan validate --commits {before[:10]}..{forged[:10]}" in said
    assert head(server) == before


def test_what_newly_breaks_a_list_is_refused_and_old_faults_are_not(
    work: Path, qingdan: Run
) -> None:
    replace(work, "lists/fees/JS-CG.yaml", "state: 在用", "state: 有效")
    commit(work, "an old fault")
    git(work, "push", "-q", "origin", "main")
    assert qingdan(work, "hook", "install", "--server", "../清单.git") == 0
    filed(work)
    assert push(work, "main")[0] == 0
    text = (work / "registers/units.yaml").read_text("utf-8")
    put(work, "registers/units.yaml", text.replace("JS-CG", "JS-GC"))
    commit(work, "改名册\n\nReason: 误改\n")
    code, said = push(work, "main")
    assert code == 1
    assert "QD202" in said
    assert "QD106" not in said


def test_published_history_is_neither_rewritten_nor_deleted(server: Path, work: Path) -> None:
    before = head(server)
    assert "不能删除" in push(work, ":main")[1]
    git(work, "reset", "-q", "--hard", "HEAD~1")
    filed(work)
    code, said = push(work, "+main")
    assert (code, "强制推送" in said) == (1, True)
    assert head(server) == before


def test_other_branches_and_tags_are_free(server: Path, work: Path) -> None:
    limit(work, 7)
    commit(work, "草稿")
    git(work, "tag", "v0")
    assert push(work, "HEAD:refs/heads/draft", "v0") == (0, "")
    git(work, "commit", "-q", "--amend", "-m", "改写草稿")
    assert push(work, "+HEAD:refs/heads/draft") == (0, "")
    assert push(work, ":refs/heads/draft", ":v0") == (0, "")
    assert git(server, "for-each-ref", "--format=%(refname)") == PROTECTED


def test_one_refused_branch_keeps_the_others_out(server: Path, work: Path) -> None:
    before = head(server)
    filed(work)
    git(work, "branch", "good")
    limit(work, 6)
    commit(work, "直接改")
    code, said = push(work, "main", "good")
    assert code == 1
    assert "没有接收 main" in said
    assert "其他分支和标签也没有接收" in said
    assert git(server, "for-each-ref", "--format=%(refname) %(objectname)") == (
        f"{PROTECTED} {before}"
    )


@pytest.mark.usefixtures("server")
def test_a_merge_is_taken_and_what_it_smuggles_in_is_not(work: Path) -> None:
    git(work, "switch", "-qc", "one")
    filed(work)
    git(work, "switch", "-q", "main")
    put(work, "说明.md", "x")
    commit(work, "aside")
    git(work, "merge", "-q", "--no-ff", "--no-commit", "one")
    replace(work, FILE, "name: 占用、挖掘城市道路审批", "name: 挖路审批")
    git(work, "commit", "-qam", "夹带")
    code, said = push(work, "main")
    assert (code, "QD501" in said, "夹带" in said) == (1, True, True)
    git(work, "reset", "-q", "--hard", "HEAD~1")
    git(work, "merge", "-q", "--no-ff", "-m", "合并", "one")
    assert push(work, "main") == (0, "qingdan：main：核对了3次提交，予以接收。")


@pytest.mark.usefixtures("server")
def test_nobody_frees_the_branch_in_the_push_that_uses_it(work: Path) -> None:
    """By the server's settings it is protected, whatever the push says."""
    replace(work, "qingdan.yaml", "branch: main", "branch: other")
    limit(work, 7)
    commit(work, "改主分支名\n\nReason: 试试\n")
    assert "QD501" in push(work, "main")[1]
    git(work, "rm", "-q", "qingdan.yaml")
    git(work, "commit", "-q", "--amend", "-m", "x\n\nReason: 试试")
    code, said = push(work, "main")
    assert (code, "没有接收 main" in said) == (1, True)


def test_what_hides_history_is_refused(server: Path, work: Path) -> None:
    limit(work, 7)
    forged = commit(work, "直接改")
    git(work, "reset", "-q", "--hard", "HEAD~1")
    good = filed(work)
    code, said = push(work, f"{forged}:refs/replace/{good}")
    assert (code, "refs/replace" in said) == (1, True)
    git(server, "fetch", "-q", str(work), "main")
    git(server, "update-ref", f"refs/replace/{forged}", git(server, "rev-parse", "FETCH_HEAD"))
    assert "QD501" in push(work, f"{forged}:main")[1]


def test_five_hundred_commits_take_seconds_and_the_forged_one_is_named(
    server: Path, work: Path
) -> None:
    many(work, "many", 500, forged=250)
    bad = head(work, "many~249")
    began = time.monotonic()
    code, said = push(work, "many:main")
    took = time.monotonic() - began
    assert code == 1
    assert set(re.findall("提交([0-9a-f]{10})", said)) == {bad[:10]}
    many(work, "good", 500)
    assert push(work, "good:main") == (0, "qingdan：main：核对了500次提交，予以接收。")
    assert head(server) == head(work, "good")
    assert took < 60, "seconds, on a machine that does other things as well"


def test_a_shallow_clone_may_push_what_the_server_can_judge(
    server: Path, work: Path, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    git(work, "clone", "-q", "--depth", "1", f"file://{server}", str(shallow))
    filed(shallow)
    assert push(shallow, "main")[0] == 0
    limit(shallow, 6)
    commit(shallow, "直接改")
    assert "QD501" in push(shallow, "main")[1]


def test_a_shallow_clone_cannot_bring_half_a_history(
    work: Path, qingdan: Run, tmp_path: Path
) -> None:
    shallow, empty = tmp_path / "shallow", tmp_path / "empty.git"
    git(work, "clone", "-q", "--depth", "1", f"file://{work}", str(shallow))
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(empty)], check=True)
    assert qingdan(work, "hook", "install", "--server", str(empty)) == 0
    git(shallow, "remote", "set-url", "origin", str(empty))
    assert push(shallow, "main")[0] == 1
    git(empty, "config", "receive.shallowUpdate", "true")
    code, said = push(shallow, "main")
    assert (code, "浅克隆" in said) == (1, True)
    assert git(empty, "for-each-ref") == ""


@pytest.mark.parametrize("default", ["main", "master"])
def test_the_first_push_is_judged_from_the_first_commit(
    default: str, bureau: Path, qingdan: Run, tmp_path: Path
) -> None:
    server = tmp_path / "first.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", default, str(server)], check=True)
    assert qingdan(bureau, "hook", "install", "--server", str(server)) == 0
    git(bureau, "remote", "add", "origin", str(server))
    count = git(bureau, "rev-list", "--count", "HEAD")
    assert push(bureau, "main") == (0, f"qingdan：main：核对了{count}次提交，予以接收。")


def test_the_first_push_of_a_history_without_papers_is_refused(
    work: Path, qingdan: Run, tmp_path: Path
) -> None:
    server = tmp_path / "first.git"
    subprocess.run(["git", "init", "-q", "--bare", str(server)], check=True)
    assert qingdan(work, "hook", "install", "--server", str(server)) == 0
    git(work, "remote", "set-url", "origin", str(server))
    code, said = push(work, "main")
    assert (code, "QD501" in said) == (1, True)
    assert re.search("……另有[0-9]+个问题", said) or said.count("QD501") < 20
    git(work, "switch", "-q", "--orphan", "notes")
    put(work, "说明.md", "x")
    commit(work, "no workspace")
    assert push(work, "notes:main") == (0, "")


def test_a_repository_of_long_ids(
    work: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = tmp_path / "long"
    subprocess.run(
        ["git", "init", "-q", "-b", "main", "--object-format=sha256", str(long)], check=True
    )
    git(work, "archive", "-o", str(tmp_path / "tree.tar"), "HEAD")
    subprocess.run(["tar", "-xf", str(tmp_path / "tree.tar"), "-C", str(long)], check=True)
    commit(long, "begin")
    serve(long, tmp_path / "long.git", "--object-format=sha256")
    assert qingdan(long, "hook", "install", "--server", "../long.git") == 0
    filed(long)
    assert push(long, "main") == (0, "qingdan：main：核对了1次提交，予以接收。")
    limit(long, 6)
    git(long, "add", "-A")
    capsys.readouterr()
    file = put(long, ".git/COMMIT_EDITMSG", "直接改\n")
    assert qingdan(long, "hook", "commit-msg", str(file)) == 1
    commit(long, "直接改")
    assert "QD501" in push(long, "main")[1]


def test_a_workspace_in_a_folder_of_a_larger_repository(
    work: Path, qingdan: Run, tmp_path: Path
) -> None:
    top = tmp_path / "top"
    git(work, "clone", "-q", str(work), str(top / "清单"))
    subprocess.run(["rm", "-rf", str(top / "清单" / ".git")], check=True)
    git(top, "init", "-q", "-b", "main")
    put(top, "程序/main.py", "x")
    git(top, "add", "程序")
    git(top, "commit", "-q", "-m", "before there was a workspace")
    commit(top, "begin")
    serve(top, tmp_path / "top.git")
    assert qingdan(top, "hook", "install", "--server", "../top.git") == 0
    put(top, "程序/main.py", "y")
    commit(top, "something else")
    adjust(qingdan, top / "清单", 7)
    assert push(top, "main") == (0, "qingdan：main：核对了2次提交，予以接收。")
    limit(top / "清单", 6)
    replace(top / "清单", "lists/fees/JS-CG.yaml", "state: 在用", "state: 有效")
    commit(top, "直接改")
    said = push(top, "main")[1]
    assert "QD501" in said
    assert "清单/lists/fees/JS-CG.yaml:" in said


# installing on a server


def test_a_server_s_own_hook_runs_first_on_the_same_lines(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    place = work.parent / "清单.git"
    own = put(place, "hooks/pre-receive", "#!/bin/sh\ncat >&2\n")
    own.chmod(0o755)
    assert qingdan(work, "hook", "install", "--server", str(place)) == 0
    assert "原有的钩子改名为 pre-receive.local" in capsys.readouterr().out
    made = filed(work)
    said = push(work, "main")[1]
    assert said.splitlines()[0].endswith(f"{made} {PROTECTED}")
    assert "核对了1次提交" in said
    assert qingdan(work, "hook", "install", "--server", str(place), "--remove") == 0
    assert own.read_text() == "#!/bin/sh\ncat >&2\n"


def test_a_folder_of_hooks_as_forges_have_it(work: Path, qingdan: Run) -> None:
    place = work.parent / "清单.git"
    put(place, "hooks/pre-receive", "#!/bin/sh\nexit 0\n")
    (place / "hooks/pre-receive.d").mkdir()
    assert qingdan(work, "hook", "install", "--server", str(place)) == 0
    assert (place / "hooks/pre-receive").read_text() == "#!/bin/sh\nexit 0\n"
    assert "hook pre-receive" in (place / "hooks/pre-receive.d/qingdan").read_text("utf-8")


def test_only_a_bare_repository_is_a_server(
    work: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (".", "lists", "qingdan.yaml", "nowhere"):
        assert qingdan(work, "hook", "install", "--server", place) == 2
        assert "不是裸仓库" in capsys.readouterr().err
    assert not (work / ".git/hooks/pre-receive").exists()


@pytest.mark.parametrize("given", ["x\n", "a b\n"])
def test_what_is_no_push_is_said(
    given: str, server: Path, run_with_input: Callable[[Path, str, str], tuple[int, str]]
) -> None:
    code, said = run_with_input(server, given, "pre-receive")
    assert code == 2
    assert "标准输入" in said


@pytest.fixture
def run_with_input(
    qingdan: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path, str, str], tuple[int, str]]:
    """Run a hook in this process with something on its standard input."""

    def run(folder: Path, given: str, name: str) -> tuple[int, str]:
        import io
        import sys

        raw = io.TextIOWrapper(io.BytesIO(given.encode()))
        monkeypatch.setattr(sys, "stdin", raw)
        capsys.readouterr()
        return qingdan(folder, "hook", name), capsys.readouterr().err

    return run


def test_judged_in_this_process_it_says_the_same(
    server: Path,
    work: Path,
    run_with_input: Callable[[Path, str, str], tuple[int, str]],
) -> None:
    old = head(work)
    limit(work, 7)
    forged = commit(work, "直接改")
    git(server, "fetch", "-q", str(work), "main")
    none = "0" * 40
    lines = f"{old} {forged} {PROTECTED}\n{none} {old} refs/heads/other\n"
    code, said = run_with_input(server, lines, "pre-receive")
    assert code == 1
    assert "没有接收 main" in said
    assert "其他分支和标签" in said
    assert run_with_input(server, f"{old} {none} {PROTECTED}\n", "pre-receive")[0] == 1
    assert run_with_input(server, f"{forged} {old} {PROTECTED}\n", "pre-receive")[0] == 1
    assert run_with_input(server, "", "pre-receive") == (0, "")
    code, said = run_with_input(server, f"{'a' * 40} {old} {PROTECTED}\n", "pre-receive")
    assert code == 1
