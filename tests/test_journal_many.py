"""Several commits at once: all of them or none, killed, failing or overtaken at any point."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import commit, git, put
from qingdan.desk.recovery import recover
from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit
from qingdan.repo.git import Repository
from qingdan.repo.journal import Journal

A, B, NEW = "lists/甲.yaml", "lists/乙.yaml", "ledger/新.yaml"
MESSAGES = ("第一", "第二", "第三")
CHANGES = (
    Change((FileEdit(A, b"a0\n", b"a1\n"), FileEdit(NEW, None, b"n1\n")), "第一\n\nItem: 1\n"),
    Change((FileEdit(A, b"a1\n", b"a2\n"), FileEdit(B, b"b0\n", b"b1\n")), "第二\n\nItem: 2\n"),
    Change((FileEdit(A, b"a2\n", b"a3\n"),), "第三\n\nItem: 3\n"),
)
STEPS = (
    *("journal", "aside", "1 journal", "1 write", "1 add", "1 commit", "1 clear", "2 commit"),
    *("2 clear", "3 journal", "3 commit", "3 clear", f"write {A}", f"write {B}", "index", "branch"),
    "clear",
)
KILLER = """
import os, signal, sys
sys.path[:0] = [sys.argv[1]]
from pathlib import Path
import test_journal_many as t

def step(name):
    if name.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

t.file_them(Path(sys.argv[2]), step)
"""


def file_them(folder: Path, on_step: object = lambda _step: None) -> list[str]:
    """File the three changes in the workspace ``folder``."""
    journal = Journal(Repository(folder))
    with journal.lock():
        return journal.file_all(CHANGES, {}, on_step)  # type: ignore[arg-type]


def repository(tmp_path: Path, inside: str = "") -> Path:
    """A small repository, the workspace in its folder ``inside``."""
    top = tmp_path / "仓库"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    folder = top / inside
    put(folder, A, "a0\n")
    put(folder, B, "b0\n")
    put(top, "other.txt", "x\n")
    commit(top, "开始")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {
        path: (folder / path).read_text("utf-8") for path in (A, B, NEW) if (folder / path).exists()
    }


def subjects(folder: Path) -> list[str]:
    return git(folder, "log", "--reverse", "--format=%s").splitlines()


BEFORE = {A: "a0\n", B: "b0\n"}
AFTER = {A: "a3\n", B: "b1\n", NEW: "n1\n"}


def is_clean(folder: Path) -> bool:
    """Nothing is staged or changed, no work tree and no journal is left."""
    return (
        git(folder, "status", "--porcelain") == ""
        and len(git(folder, "worktree", "list").splitlines()) == 1
        and not Journal(Repository(folder)).pending
        and not (Repository(folder).folder / "qingdan" / "series").exists()
    )


@pytest.mark.parametrize("inside", ["", "工作区"])
def test_all_commits_stand_one_upon_the_other(tmp_path: Path, inside: str) -> None:
    folder = repository(tmp_path, inside)
    put(tmp_path / "仓库", "other.txt", "somebody is working here\n")
    git(folder, "add", "-A", ":/")
    commits = file_them(folder)
    assert subjects(folder) == ["开始", *MESSAGES]
    assert commits == git(folder, "log", "--reverse", "--format=%H").splitlines()[1:]
    assert files(folder) == AFTER
    prefix = f"{inside}/" if inside else ""
    assert git(folder, "show", f"HEAD~1:{prefix}{A}") == "a2"
    assert git(folder, "branch", "--show-current") == "main"
    assert git(folder, "show", "--stat", "HEAD").count("other") == 0
    assert git(tmp_path / "仓库", "status", "--porcelain") == "M  other.txt"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_or_all_is_there(tmp_path: Path, step: str) -> None:
    folder = repository(tmp_path)
    words = [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(folder), step]
    done = subprocess.run(words, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    complete = step == "clear"
    expected = ["开始", *(MESSAGES if complete else ())]
    assert subjects(folder) == expected, "history is never half, not even before recovery"
    recover(folder)
    assert subjects(folder) == expected
    assert files(folder) == (AFTER if complete else BEFORE)
    assert is_clean(folder)
    if not complete:
        assert len(file_them(folder)) == 3
        assert files(folder) == AFTER
        assert is_clean(folder)


def test_a_hook_that_refuses_the_second_undoes_the_first(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    hook = put(folder, ".git/hooks/commit-msg", "#!/bin/sh\n! grep -q 第二 $1 || exit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RefusedError, match="git 没有接受"):
        file_them(folder)
    assert subjects(folder) == ["开始"]
    assert files(folder) == BEFORE
    assert is_clean(folder)


def test_what_a_hook_adds_comes_along(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    script = (
        "#!/bin/sh\ndate > hook.txt\ngit add hook.txt\necho y >> other.txt\ngit add other.txt\n"
    )
    put(folder, ".git/hooks/pre-commit", script).chmod(0o755)
    file_them(folder)
    assert files(folder) == AFTER
    assert (folder / "other.txt").read_text() == "x\ny\ny\ny\n"
    assert is_clean(folder)


def test_what_a_hook_adds_does_not_overwrite_what_somebody_edits(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    put(
        folder, ".git/hooks/pre-commit", "#!/bin/sh\necho y >> other.txt\ngit add other.txt\n"
    ).chmod(0o755)
    put(folder, "other.txt", "mine\n")
    with pytest.raises(RefusedError, match=r"other\.txt"):
        file_them(folder)
    assert (folder / "other.txt").read_text() == "mine\n"
    assert subjects(folder) == ["开始"]
    assert files(folder) == BEFORE


@pytest.mark.parametrize("step", ["1 commit", "index", "branch"])
def test_a_commit_of_somebody_else_meanwhile_stays(tmp_path: Path, step: str) -> None:
    folder = repository(tmp_path)

    def overtake(name: str) -> None:
        if name == step:
            put(folder, "theirs.txt", "z\n")
            git(folder, "add", "theirs.txt")
            git(folder, "commit", "-q", "-m", "别人的提交", "--", "theirs.txt")

    with pytest.raises(RefusedError, match="别人在这个分支上提交"):
        file_them(folder, overtake)
    assert subjects(folder) == ["开始", "别人的提交"]
    assert files(folder) == BEFORE
    assert is_clean(folder)


def test_killed_and_overtaken_the_other_s_commit_stays(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    words = [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(folder), "index"]
    subprocess.run(words, check=False, capture_output=True)
    put(folder, "theirs.txt", "z\n")
    git(folder, "add", "theirs.txt")
    git(folder, "commit", "-q", "-m", "别人的提交", "--", "theirs.txt")
    recover(folder)
    assert subjects(folder) == ["开始", "别人的提交"]
    assert files(folder) == BEFORE
    assert is_clean(folder)


def test_overtaken_after_the_branch_moved_all_stays(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    words = [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(folder), "clear"]
    subprocess.run(words, check=False, capture_output=True)
    put(folder, "theirs.txt", "z\n")
    commit(folder, "别人的提交")
    recover(folder)
    assert subjects(folder) == ["开始", *MESSAGES, "别人的提交"]
    assert files(folder) == AFTER
    assert is_clean(folder)


def test_someone_s_later_edit_survives_recovery(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    words = [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(folder), "branch"]
    subprocess.run(words, check=False, capture_output=True)
    put(folder, A, "mine\n")
    recover(folder)
    assert files(folder) == {A: "mine\n", B: "b0\n"}
    assert subjects(folder) == ["开始"]


def test_a_full_disk_in_the_middle_leaves_everything_as_it_was(tmp_path: Path) -> None:
    folder = repository(tmp_path)

    def full(name: str) -> None:
        if name == f"write {B}":
            raise OSError(28, os.strerror(28), B)

    with pytest.raises(OSError, match="No space"):
        file_them(folder, full)
    assert subjects(folder) == ["开始"]
    assert files(folder) == BEFORE
    assert is_clean(folder)


def test_a_changed_file_is_refused_before_anything(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    put(folder, B, "mine\n")
    with pytest.raises(RefusedError, match=r"乙\.yaml"):
        file_them(folder)
    assert files(folder) == {A: "a0\n", B: "mine\n"}
