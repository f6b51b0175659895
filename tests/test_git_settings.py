"""Under other people's git settings: the same commit, the same judgement, the same bulletin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import TODAY, Run, commit, git, put, replace

CODE = "JS-YJ-QT-001"
FILE = "lists/powers/JS-YJ.yaml"
AFTER = "2027-01-05"
SET = (
    *("adjust", "set", CODE, "promised_limit=2个工作日", "--trigger", "internal"),
    *("--occurred", "2026-11-16", "--reason", "压减办理环节用时", "--today", TODAY),
)
REPORT = ("report", "--quarter", "2026Q4", "--today", AFTER, "--context")


class Outcome(NamedTuple):
    """All that must not depend on anybody's settings. The commit's id covers its message and its tree."""

    commit: str
    judged: str
    history: str
    bulletin: str


@pytest.fixture(scope="module")
def remembered() -> dict[str, Outcome]:
    return {}


@pytest.fixture
def work(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], Outcome]:
    """An adjustment, its judgement, the judgement of the whole history and the bulletin."""

    def run(folder: Path, *words: str) -> str:
        code = qingdan(folder, *words)
        told = capsys.readouterr()
        assert code == 0, told.out + told.err
        return told.out

    def outcome(folder: Path) -> Outcome:
        run(folder, *SET)
        return Outcome(
            git(folder, "rev-parse", "HEAD"),
            run(folder, "validate", "--commits", "HEAD~1..HEAD"),
            run(folder, "validate", "--commits", "HEAD", "--format", "json"),
            run(folder, *REPORT),
        )

    return outcome


@pytest.fixture
def plain(
    samples: Callable[[str], Path],
    tmp_path: Path,
    work: Callable[[Path], Outcome],
    remembered: dict[str, Outcome],
) -> Outcome:
    """What comes out without any settings; worked out once."""
    if not remembered:
        remembered["plain"] = work(shutil.copytree(samples("district"), tmp_path / "plain"))
    return remembered["plain"]


def configure(folder: Path, settings: Mapping[str, str]) -> None:
    for key, value in settings.items():
        git(folder, "config", key, value)


def hook(folder: Path, name: str, script: str) -> None:
    put(folder, f".git/hooks/{name}", f"#!/bin/sh\n{script}\n").chmod(0o755)


SETTINGS: Mapping[str, Mapping[str, str]] = {
    "log": {
        "log.showRoot": "false",
        "log.date": "relative",
        "log.decorate": "full",
        "log.abbrevCommit": "true",
        "log.follow": "true",
        "log.mailmap": "false",
        "log.diffMerges": "combined",
        "log.showSignature": "true",
        "format.pretty": "oneline",
        "notes.displayRef": "refs/notes/*",
    },
    "diff": {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.renames": "copies",
        "diff.external": "/bin/false",
        "diff.relative": "true",
        "diff.wordRegex": ".",
        "diff.algorithm": "histogram",
        "diff.colorMoved": "zebra",
        "diff.ignoreSubmodules": "all",
    },
    "an order file that is not there": {"diff.orderFile": "/nonexistent/order"},
    "status": {
        "status.short": "true",
        "status.branch": "true",
        "status.showStash": "true",
        "status.relativePaths": "false",
        "status.showUntrackedFiles": "no",
        "status.renames": "copies",
    },
    "colours and columns": {
        "color.ui": "always",
        "color.status": "always",
        "color.diff": "always",
        "column.ui": "always",
        "core.pager": "false",
        "pager.log": "true",
        "pager.status": "true",
    },
    "short ids": {"core.abbrev": "4"},
    "quoted paths": {"core.quotePath": "true"},
    "line ends": {"core.autocrlf": "true", "core.eol": "crlf", "core.safecrlf": "warn"},
    "line ends, strictly": {"core.autocrlf": "input", "core.safecrlf": "true"},
    "messages": {
        "commit.template": ".git/template",
        "commit.cleanup": "scissors",
        "commit.verbose": "true",
        "core.commentChar": "-",
        "core.editor": "/bin/false",
    },
    "watching files": {
        "core.fsmonitor": "/bin/false",
        "core.untrackedCache": "true",
        "core.splitIndex": "true",
        "index.version": "4",
    },
    "aliases": {"alias.log": "!false", "alias.commit": "!false", "alias.status": "!false"},
    "how trailers are added": {
        "trailer.where": "start",
        "trailer.ifMissing": "doNothing",
        "trailer.item.ifExists": "replace",
        "trailer.sign.command": "echo x",
    },
    "other separators": {"trailer.separators": "#"},
    "trailers by other names": {"trailer.item.key": "Item #", "trailer.reason.key": "Reason = "},
    "messages written as GBK": {"i18n.commitEncoding": "gbk"},
    "messages shown as GBK": {"i18n.logOutputEncoding": "gbk"},
    "messages written as Latin-1": {"i18n.commitEncoding": "iso-8859-1"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_change_nothing(
    district: Path, plain: Outcome, work: Callable[[Path], Outcome], name: str
) -> None:
    put(district, ".git/template", "模板\n\n请填写 #\n")
    configure(district, SETTINGS[name])
    assert work(district) == plain


def test_messages_that_were_written_as_gbk_are_read_right(
    district: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Someone else's git recoded the message, and says so in the commit."""
    for key in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(key, "Wang")
    configure(district, {"i18n.logOutputEncoding": "gbk"})
    assert qingdan(district, *SET) == 0
    message = git(district, "log", "-1", "--encoding=UTF-8", "--format=%B")
    put(district, ".git/message", (message + "\n").encode("gbk"))
    words = ("commit", "-q", "--amend", "-F", ".git/message")
    git(district, "-c", "i18n.commitEncoding=gbk", *words)
    assert "encoding gbk" in git(district, "log", "-1", "--format=encoding %e")
    capsys.readouterr()
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_signing_that_cannot_be_done_leaves_everything_as_it_was(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(district, {"commit.gpgSign": "true", "gpg.program": "/bin/false"})
    head = git(district, "rev-parse", "HEAD")
    capsys.readouterr()
    assert qingdan(district, *SET) == 4
    told = capsys.readouterr().err
    assert "没有接受这次提交，文件已恢复原样" in told
    assert "'error" not in told
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_a_hook_that_refuses_leaves_everything_as_it_was(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    hook(district, name, "echo 今天不收件 >&2; exit 1")
    head = git(district, "rev-parse", "HEAD")
    capsys.readouterr()
    assert qingdan(district, *SET) == 4
    assert "今天不收件" in capsys.readouterr().err
    assert git(district, "rev-parse", "HEAD") == head
    assert git(district, "status", "--porcelain") == ""


def test_a_hook_may_add_a_trailer(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    hook(district, "prepare-commit-msg", 'echo "Signed-off-by: 王 <w@qingdan.example>" >> "$1"')
    assert qingdan(district, *SET) == 0
    assert "Signed-off-by" in git(district, "log", "-1", "--format=%(trailers)")
    capsys.readouterr()
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_where_a_hook_buries_the_trailers_the_record_still_counts(
    district: Path, plain: Outcome, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    hook(district, "prepare-commit-msg", 'printf "\\n请审阅\\n工单 42\\n" >> "$1"')
    assert qingdan(district, *SET) == 0
    capsys.readouterr()
    assert qingdan(district, "validate", "--commits", "HEAD~1..HEAD") == 0
    assert "QD514" in capsys.readouterr().out
    assert qingdan(district, *REPORT) == 0
    ours = git(district, "rev-parse", "HEAD")
    assert (
        capsys.readouterr().out.replace(ours, plain.commit).replace(ours[:12], plain.commit[:12])
        == plain.bulletin
    )


def test_a_hook_that_adds_to_the_commit_is_told_of(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not proved is in the commit now; that must not pass in silence."""
    hook(district, "pre-commit", "echo '# 钩子' >> lists/powers/JS-CG.yaml; git add -A")
    capsys.readouterr()
    code = qingdan(district, *SET)
    assert "lists/powers/JS-CG.yaml" in git(district, "show", "--name-only", "--format=", "HEAD")
    told = capsys.readouterr()
    assert code != 0 or "lists/powers/JS-CG.yaml" in told.err


def test_windows_line_ends_in_the_work_tree_are_no_change(district: Path, qingdan: Run) -> None:
    configure(district, {"core.autocrlf": "true"})
    replace(district, FILE, "promised_limit: 3个工作日", "promised_limit: 2个工作日")
    text = (district / FILE).read_bytes()
    put(district, FILE, text.replace(b"\n", b"\r\n"))
    assert qingdan(district, "adjust", "commit", *SET[4:]) == 0
    assert f"1\t1\t{FILE}" in git(district, "show", "--numstat", "--format=", "HEAD").splitlines()
    assert (district / FILE).read_bytes() == text
    assert git(district, "status", "--porcelain") == ""


def test_odd_file_names_beside_the_lists(
    district: Path, plain: Outcome, work: Callable[[Path], Outcome]
) -> None:
    configure(district, {"core.quotePath": "true", "status.relativePaths": "true"})
    for name in ("notes 1.txt", "清单 说明.md", 'a"b.txt', "line\nbreak.txt", "-n"):
        put(district, name, "x")
    outcome = work(district)
    assert outcome.commit == plain.commit
    assert len(git(district, "status", "--porcelain", "-z").split("\0")) == 6


def test_a_folder_with_spaces_inside_another_repository(
    district: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    top = tmp_path / "机关 仓库"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    configure(top, {"core.quotePath": "true", "status.relativePaths": "true"})
    inside = top / "清单 一"
    shutil.copytree(district, inside, ignore=shutil.ignore_patterns(".git"))
    commit(top, "初始")
    put(top, "其他 文件.txt", "x")
    git(top, "add", "-A")
    capsys.readouterr()
    assert qingdan(inside, *SET) == 0
    assert qingdan(inside, "validate", "--commits", "HEAD~1..HEAD") == 0
    assert "没有发现问题" in capsys.readouterr().out
    assert git(top, "-c", "core.quotePath=false", "status", "--porcelain") == ('A  "其他 文件.txt"')
