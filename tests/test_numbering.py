"""Numbers: as documents write them, and taken on several clones at once: none twice, none left out."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run, commit, git, put, replace
from qingdan.cli.main import run as run_command
from qingdan.core import numbering
from qingdan.core.ledger import findings as kept
from qingdan.core.places import finding_path, rectification_path
from qingdan.core.rectification.issuing import Wish, notice
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import open_workspace
from qingdan.desk.rectification.rectifying import ground_of
from qingdan.model.errors import UsageError
from qingdan.model.settings import Series
from qingdan.model.values import Doc
from qingdan.model.workspace import Book
from rectify_support import PINNED, enter_findings, manual, rectifications, trailers

DAY = "2026-09-18"
SERIES = Series("整改", {2025: 17})
UNITS = ("JS-CG", "JS-YJ", "JS-CZJ", "JS-ZWJ")
EACH = 5


def numbers(folder: Path) -> list[str]:
    return sorted(str(r["number"]) for r in rectifications(folder).values() if "number" in r)


def expected(count: int) -> list[str]:
    return sorted(f"整改〔2026〕{number}号" for number in range(1, count + 1))


# the words


@pytest.mark.parametrize(
    ("text", "right", "corrections"),
    [
        ("金整改〔2026〕12号", "金整改〔2026〕12号", 0),
        ("金整改[2026]12号", "金整改〔2026〕12号", 1),
        ("金整改(2026)12号", "金整改〔2026〕12号", 1),
        ("金整改（2026）第012号", "金整改〔2026〕12号", 3),
        ("金整改【２０２６】１２", "金整改〔2026〕12号", 2),
        ("郑金政法〔2026年〕1号", "郑金政法〔2026〕1号", 0),
    ],
)
def test_a_document_number_is_put_right(text: str, right: str, corrections: int) -> None:
    found, corrected = numbering.official(text)
    assert found == right
    assert len(corrected) == corrections


@pytest.mark.parametrize(
    "text", ["", "12号", "金整改2026-12", "金整改〔26〕12号", "〔2026〕12号", "金〔2026〕0号"]
)
def test_what_is_no_document_number(text: str) -> None:
    with pytest.raises(UsageError, match="发文字号"):
        numbering.official(text)


@given(st.integers(1900, 2100), st.integers(1, 99999))
def test_a_number_is_read_as_it_is_written(year: int, number: int) -> None:
    written = str(numbering.Number("整改", year, number))
    assert numbering.read(written) == numbering.Number("整改", year, number)
    assert numbering.official(written) == (written, ())


@given(st.sets(st.integers(1, 30)), st.integers(1, 5))
def test_the_next_numbers_follow_what_is_taken(used: set[int], count: int) -> None:
    taken = [f"整改〔2026〕{number}号" for number in used] + [
        "整改〔2025〕40号",
        "督〔2026〕90号",
        "",
    ]
    after = max(used, default=0)
    assert numbering.following(SERIES, 2026, taken, count) == [
        f"整改〔2026〕{after + place}号" for place in range(1, count + 1)
    ]
    gaps = [f"整改〔2026〕{number}号" for number in range(1, after) if number not in used]
    assert [text for text in numbering.left_out(SERIES, taken) if "2026" in text] == gaps


def test_a_series_may_begin_where_the_paper_one_ended() -> None:
    assert numbering.following(SERIES, 2025, [], 2) == ["整改〔2025〕17号", "整改〔2025〕18号"]
    assert list(numbering.left_out(SERIES, ["整改〔2025〕19号", "整改〔2025〕17号"])) == [
        "整改〔2025〕18号"
    ]


# one clone


@pytest.fixture(scope="module")
def template(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with problems of four units, five each, and no notices yet; made once."""
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("numbers") / "small"))
    with pytest.MonkeyPatch.context() as patch:
        for key, value in PINNED.items():
            patch.setenv(key, value)
        enter_findings(folder, *(manual(u, f"第{n}个问题") for u in UNITS for n in range(EACH)))
    return folder


@pytest.fixture
def alone(template: Path, tmp_path: Path) -> Path:
    """A workspace without a remote."""
    return Path(shutil.copytree(template, tmp_path / "alone"))


@pytest.fixture
def bare(template: Path, tmp_path: Path) -> Path:
    """A bare repository to which clones push."""
    folder = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(template), str(folder))
    return folder


def clone(bare: Path, name: str) -> Path:
    git(bare.parent, "clone", "-q", str(bare), name)
    return bare.parent / name


def serve(folder: Path, unit: str, count: int = 1) -> list[str]:
    """Notices for some problems of a unit, one each; their ids, in order."""
    book = sorted((folder / "ledger/findings/2026").glob(f"2026-{unit}-*.yaml"))
    waiting = [path.stem for path in book if "通知整改" not in path.read_text("utf-8")]
    for name in waiting[:count]:
        words = ("rectify", "issue", "--finding", name, "--today", DAY)
        assert run_command(["-C", str(folder), *words]) == 0
    every = rectifications(folder)
    mine = {str(r["findings"][0]): name for name, r in every.items()}
    return [mine[name] for name in waiting[:count]]


def test_without_a_remote_the_number_is_taken_at_once(
    alone: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = serve(alone, "JS-CG", 2)
    assert qingdan(alone, "rectify", "send", first, second, "--today", DAY) == 0
    assert "没有远程仓库" in capsys.readouterr().out
    assert trailers(alone) == ["Rectify: number", f"Record: {first}", f"Record: {second}"]
    assert numbers(alone) == expected(2)
    head = git(alone, "rev-parse", "HEAD")
    assert qingdan(alone, "rectify", "send", first, "--today", DAY) == 0
    assert "都已经有编号" in capsys.readouterr().out
    assert git(alone, "rev-parse", "HEAD") == head
    assert qingdan(alone, "rectify", "show", "整改〔2026〕2号") == 0
    assert second in capsys.readouterr().out


def test_a_void_notice_keeps_its_number(alone: Path, qingdan: Run) -> None:
    first, second, third = serve(alone, "JS-CG", 3)
    assert qingdan(alone, "rectify", "send", first, "--today", DAY) == 0
    for name in (first, second):
        words = ("rectify", "void", name, "--reason", "错发", "--today", DAY)
        assert qingdan(alone, *words) == 0
    assert qingdan(alone, "rectify", "send", second, "--today", DAY) == 4
    assert qingdan(alone, "rectify", "send", third, "--today", DAY) == 0
    every = rectifications(alone)
    assert every[first]["number"] == "整改〔2026〕1号"
    assert every[third]["number"] == "整改〔2026〕2号"
    assert qingdan(alone, "validate") == 0


def test_a_new_year_begins_anew(alone: Path, qingdan: Run) -> None:
    first, second = serve(alone, "JS-CG", 2)
    to = ("--until", "2027-01-29", "--reason", "等待批复", "--approver", "区政府法制办")
    assert qingdan(alone, "rectify", "extend", second, *to, "--today", "2026-09-21") == 0
    assert (
        qingdan(alone, "rectify", "send", first, "--day", "2026-09-18", "--today", "2026-12-31")
        == 0
    )
    assert qingdan(alone, "rectify", "send", second, "--today", "2027-01-04") == 0
    assert numbers(alone) == ["整改〔2026〕1号", "整改〔2027〕1号"]


def test_a_series_goes_on_from_the_paper_one(alone: Path, qingdan: Run) -> None:
    (first,) = serve(alone, "JS-CG")
    replace(alone, "qingdan.yaml", "{word: 整改}", "{word: 督改, first: {'2026': 17}}")
    commit(alone, "年中起用\n\nReason: 本例需要\n")
    assert qingdan(alone, "rectify", "send", first, "--today", DAY) == 0
    assert numbers(alone) == ["督改〔2026〕17号"]
    assert qingdan(alone, "validate") == 0


def test_a_number_twice_or_left_out_is_found(
    alone: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = serve(alone, "JS-CG", 3)
    assert qingdan(alone, "rectify", "send", *names, "--today", DAY) == 0
    path = f"ledger/rectifications/2026/{names[1]}.yaml"
    replace(alone, path, "number: 整改〔2026〕2号", "number: 整改〔2026〕3号")
    capsys.readouterr()
    assert qingdan(alone, "validate", "--format", "concise") == 1
    out = capsys.readouterr().out
    assert out.count("QD635") == 2
    assert "“整改〔2026〕2号”没有任何记录" in out
    assert "“整改〔2026〕3号”与整改" in out


def test_the_registry_s_number_is_written_once(
    alone: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = serve(alone, "JS-CG", 2)
    words = ("rectify", "number", first, "--official", "金整改[2026]第012号")
    assert qingdan(alone, *words) == 0
    said = capsys.readouterr()
    assert "六角括号" in said.err
    assert rectifications(alone)[first]["official"] == "金整改〔2026〕12号"
    assert trailers(alone)[0] == "Rectify: number"
    assert qingdan(alone, "rectify", "number", first, "--official", "金整改〔2026〕13号") == 4
    assert qingdan(alone, "rectify", "number", second, "--official", "金整改〔2026〕12号") == 4
    assert first in capsys.readouterr().err


def test_without_a_series_it_says_so(
    alone: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (first,) = serve(alone, "JS-CG")
    replace(
        alone,
        "qingdan.yaml",
        "numbering:\n  series:\n    rectification: {word: 整改}\n  source: 本单位自定\n",
        "",
    )
    commit(alone, "不编号\n\nReason: 本例需要\n")
    assert qingdan(alone, "rectify", "send", first, "--today", DAY) == 2
    assert "numbering" in capsys.readouterr().err


# several clones


def test_a_number_lands_with_what_others_landed(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = clone(bare, "one"), clone(bare, "two")
    (mine,), (theirs,) = serve(one, "JS-CG"), serve(two, "JS-YJ")
    assert qingdan(one, "rectify", "send", mine, "--today", DAY) == 0
    assert qingdan(two, "rectify", "send", theirs, "--today", DAY) == 0
    assert rectifications(two)[mine]["number"] == "整改〔2026〕1号"
    assert rectifications(two)[theirs]["number"] == "整改〔2026〕2号"
    for folder in (one, two):
        assert git(folder, "status", "--porcelain") == ""
    assert git(two, "rev-parse", "HEAD") == git(bare, "rev-parse", "main")
    first_parents = git(two, "log", "--first-parent", "--format=%H").splitlines()
    assert git(one, "rev-parse", "HEAD") in first_parents, "the main branch stays what it was"
    capsys.readouterr()
    assert qingdan(two, "validate", "--commits", "HEAD~3..HEAD") == 0


def test_a_workspace_in_a_folder_of_its_repository_lands_too(
    template: Path, tmp_path: Path, qingdan: Run
) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(template, outer / "清单", ignore=shutil.ignore_patterns(".git"))
    git(outer, "init", "-q", "-b", "main")
    commit(outer, "放进大仓库\n")
    git(tmp_path, "clone", "-q", "--bare", str(outer), "bare.git")
    one, two = (clone(tmp_path / "bare.git", name) / "清单" for name in ("one", "two"))
    (mine,), (theirs,) = serve(one, "JS-CG"), serve(two, "JS-YJ")
    assert qingdan(one, "rectify", "send", mine, "--today", DAY) == 0
    assert qingdan(two, "rectify", "send", theirs, "--today", DAY) == 0
    assert numbers(two) == expected(2)
    assert git(two, "status", "--porcelain") == ""


def test_what_is_refused_leaves_everything_as_it_was(
    bare: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    one = clone(bare, "one")
    (mine,) = serve(one, "JS-CG")
    local, there = git(one, "rev-parse", "HEAD"), git(bare, "rev-parse", "main")

    def refused(said: str) -> None:
        capsys.readouterr()
        assert qingdan(one, "rectify", "send", mine, "--today", DAY) == 4
        assert said in capsys.readouterr().err
        assert (git(one, "rev-parse", "HEAD"), git(bare, "rev-parse", "main")) == (local, there)
        assert len(git(one, "worktree", "list").splitlines()) == 1

    hook = put(bare, "hooks/pre-receive", "#!/bin/sh\necho 不收 >&2\nexit 1\n")
    hook.chmod(0o755)
    refused("不收")
    hook.unlink()
    replace(one, "lists/powers/JS-CG.yaml", "6个工作日", "5个工作日")
    refused("尚未提交")
    git(one, "checkout", "-q", "--", ".")
    git(one, "remote", "set-url", "origin", str(bare) + "-gone")
    refused("不能从远程仓库“origin”取来主分支")
    git(one, "remote", "set-url", "origin", str(bare))
    git(one, "switch", "-q", "-c", "side")
    refused("主分支")
    git(one, "switch", "-q", "main")
    assert qingdan(one, "rectify", "send", mine, "--today", DAY) == 0


@pytest.mark.parametrize("hook", ["one/.git/hooks/pre-push", "bare.git/hooks/post-receive"])
def test_killed_before_or_after_the_push_nothing_is_half(
    hook: str, bare: Path, qingdan: Run
) -> None:
    one = clone(bare, "one")
    (mine,) = serve(one, "JS-CG")
    before = git(one, "rev-parse", "HEAD")
    script = put(bare.parent, hook, "#!/bin/sh\nkill -9 $WRITER\nexit 1\n")
    script.chmod(0o755)
    killed = subprocess.run(
        [sys.executable, "-c", _WRITER, str(one), DAY, mine], capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert git(one, "rev-parse", "HEAD") == before
    assert git(one, "status", "--porcelain") == ""
    script.unlink()
    assert qingdan(one, "rectify", "send", mine, "--today", DAY) == 0
    assert git(one, "rev-parse", "HEAD") == git(bare, "rev-parse", "main")
    assert numbers(one) == expected(1)
    assert len(git(one, "worktree", "list").splitlines()) == 1
    assert qingdan(one, "validate") == 0


_WRITER = """
import os, sys
os.environ["WRITER"] = str(os.getpid())
from qingdan.cli.main import run
folder, day, *groups = sys.argv[1:]
for group in groups:
    code = run(["-C", folder, "rectify", "send", *group.split(","), "--today", day])
    if code:
        sys.exit(code)
"""


def serve_all(folder: Path, unit: str) -> list[str]:
    """Notices for all problems of a unit, one each, in one commit: quicker than a command each."""
    names: list[str] = []

    def decide(book: Book) -> Entering:
        ground = ground_of(open_workspace(folder), book, date.fromisoformat(DAY))
        documents = {}
        for record in [r for r in kept.kept(book) if r["unit"] == unit]:
            made = notice(ground, Wish(unit, ground.today, (str(record["id"]),)))
            step: Doc = {"move": "通知整改", "by": "JS-SFJ", "done": DAY, "notice": made["id"]}
            documents[finding_path(str(record["id"]))] = kept.moved(record, step)
            documents[rectification_path(str(made["id"]))] = made
            names.append(str(made["id"]))
        return Entering(documents, "下发\n")

    assert enter(open_workspace(folder), decide, None)
    return names


def test_many_writers_at_once_leave_no_gap_and_nothing_twice(bare: Path, qingdan: Run) -> None:
    served = {}
    for unit in UNITS:
        folder = clone(bare, unit)
        served[folder] = serve_all(folder, unit)
    writers = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                _WRITER,
                str(folder),
                DAY,
                names[0],
                ",".join(names[1:3]),
                ",".join(names[3:]),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for folder, names in served.items()
    ]
    ended = [(writer.communicate(), writer.returncode) for writer in writers]
    assert [(code, said[1]) for said, code in ended] == [(0, b"")] * len(UNITS)
    last = clone(bare, "last")
    assert numbers(last) == expected(len(UNITS) * EACH)
    assert qingdan(last, "validate") == 0
    for folder in served:
        assert git(folder, "status", "--porcelain") == ""
        assert git(last, "merge-base", "HEAD", git(folder, "rev-parse", "HEAD")) == git(
            folder, "rev-parse", "HEAD"
        )
