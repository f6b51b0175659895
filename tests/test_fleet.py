"""``fleet``: many repositories together, each in a process apart, in workers that may be killed, whatever they hold."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import TODAY, Run, commit, git, put, replace
from fleet_support import bare, below, cluster, failing, fatal, silent_server, web_server
from qingdan import __version__
from qingdan.core.fleet import addresses, plain
from qingdan.core.fleet.ranking import ranking
from qingdan.core.fleet.telling import page
from qingdan.desk.fleet import judging
from qingdan.desk.fleet.working import attempt
from qingdan.model.fleet import (
    Asked,
    Bounds,
    Counted,
    Fleet,
    Listed,
    Moved,
    Outcome,
    Summary,
    Task,
    Terms,
)
from qingdan.model.settings import Deduction, Group, Scoring
from qingdan.render import fleet as render
from qingdan.repo import apart, engine

LIST = "lists/powers/JS-YJ.yaml"
VALIDATE = Asked("validate")
RANKING = """\
ranking:
  source: 本单位自定
  full: 100
  deductions:
  - title: 错误
    match: [error]
    points: 2
    cap: 40
  - title: 逾期调整
    match: [late]
    points: 1.5
    cap: 10
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own; git's directory is put back after what was looked at in this process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_DIR", "")
    monkeypatch.delenv("GIT_DIR")
    return tmp_path / "cache" / "qingdan" / "fleet"


def look(listed: Listed, asked: Asked = VALIDATE, cache: str = "", **bounds: int) -> Outcome:
    """What is found in a repository, in this process."""
    try:
        return judging.outcome(Task(listed, asked, __version__, cache, Bounds(**bounds)))
    finally:
        os.environ.pop("GIT_DIR", None)


def wrong(workspace: Path) -> None:
    """Commit a mistake."""
    replace(workspace, LIST, "state: 在用", "state: 再用")
    commit(workspace, "改错\n")


def listing(tmp_path: Path, text: str) -> str:
    return str(put(tmp_path, "fleet.yaml", text))


# the list


def test_a_list_with_the_wrong_things_in_it_is_refused_in_a_sentence(
    tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "title: 全市\nrepositories:\n- name: 金水区\n  at: a\n"
    for text, line, said in (
        ("title: 全市\nrepositories: []\n", 2, "“仓库”不能为空"),
        (head + "  brunch: main\n", 5, "是不是“branch”（分支）？"),
        ("title: 全市\nrepositories:\n- name: 金水区\n", 3, "缺少“地址”（at）"),
        (head + "- name: 金水区\n  at: b\n", 5, "名称“金水区”与第1项相同"),
        (head + "- {name: b, at: 'ext::sh -c id'}\n", 5, "会使 git 运行别的程序"),
        (head + "- {name: b, at: '-uhoh'}\n", 5, "以“-”开头"),
        (head + "- {name: b, at: 'git://h/x'}\n", 5, "协议 git 不可用"),
        (head + "- {name: b, at: 'https://u:secret@h/x'}\n", 5, "中写有口令"),
        (head + "  branch: --upload-pack=x\n", 5, "不能作分支名"),
        (head + "  branch: a..b\n", 5, "不能作分支名"),
        (head + "  folder: ../elsewhere\n", 5, "应当是仓库里的文件夹"),
        (head + "ranking: {source: 我说的, full: 100, deductions: []}\n", 5, "扣分项”不能为空"),
        (head + "- {name: b, at: a}\n", 5, "与第1项“a”是同一个仓库"),
        (head + "title: 又一个\n", 5, "重复"),
        (head + "\tx: y\n", 5, ""),
    ):
        assert qingdan(tmp_path, "fleet", "validate", listing(tmp_path, text)) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith(f"qingdan：fleet.yaml第{line}行："), (text, told.err)
        assert said in told.err, (text, told.err)
        assert told.err.count("\n") == 1
        assert "secret" not in told.err


def test_without_a_list_and_with_too_much_of_it(
    tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(tmp_path, "fleet", "validate") == 2
    assert "不能读取名单" in capsys.readouterr().err
    put(tmp_path, "fleet.yaml", "title: 全市\nrepositories:\n- {name: a, at: a}\n")
    assert qingdan(tmp_path, "fleet", "validate", "fleet.yaml", "b") == 2
    assert "要单独写" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "validate", "a", "a") == 2
    assert "写了两遍" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "report") == 2
    assert "--quarter" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "validate", "--format", "docx", "--workers", "0") == 2
    assert "没有“docx”这种输出格式" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "check", "--workers", "2", "--scheduler", "tcp://h:1") == 2
    assert "只能写一个" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("ext::sh -c touch% pwned", "运行别的程序"),
        ("fd::17/foo", "运行别的程序"),
        ("--upload-pack=touch pwned", "以“-”开头"),
        ("git://host/x", "不可用"),
        ("ftp://host/x", "不可用"),
        ("https://host/a b", "空格"),
        ("https://clerk:secret@host/x", "写有口令"),
    ],
)
def test_an_address_that_could_run_something_goes_nowhere(
    at: str, said: str, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither from the command line nor in a worker, which may have been given a task by another program."""
    assert qingdan(tmp_path, "fleet", "validate", "--workers", "0", "--", at) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "secret" not in told
    assert said in look(Listed("x", at)).why
    assert not list(tmp_path.rglob("pwned"))


def test_only_those_protocols_are_taken_that_run_nothing() -> None:
    taken = ["https://h/x", "ssh://h/x", "git@h:x.git", "file:///x", "/x", "../x", "C:x", "东区"]
    assert [at for at in taken if addresses.refused(at)] == []
    assert addresses.shown("https://u:p@h/x@y") == "https://h/x@y"
    assert addresses.is_url("git@h:x.git")
    assert not addresses.is_url("./a:b")


# one repository


def test_a_path_and_a_url_of_the_same_repository_say_the_same(
    small: Path, tmp_path: Path, cache: Path
) -> None:
    wrong(small)
    near = look(Listed("a", str(small)))
    far = look(Listed("a", bare(small, tmp_path / "far.git")))
    assert near == far
    assert (near.why, near.commit, near.day) == ("", git(small, "rev-parse", "HEAD"), TODAY)
    assert (near.files, near.items) == (12, 9)
    assert [(each.code, each.severity, each.count) for each in near.found] == [
        ("QD106", "error", 1)
    ]
    assert sorted(path.suffix for path in cache.iterdir()) == ["", "", ".lock", ".lock"]


def test_what_is_not_committed_is_not_looked_at(small: Path) -> None:
    replace(small, LIST, "state: 在用", "state: 再用")
    assert look(Listed("a", str(small))).found == ()


def test_a_workspace_may_stand_in_a_folder_of_its_repository(small: Path, tmp_path: Path) -> None:
    wrong(small)
    outer = tmp_path / "outer"
    shutil.copytree(small, outer / "城区" / "jinshui", ignore=shutil.ignore_patterns(".git"))
    git(tmp_path, "init", "-q", "-b", "main", str(outer))
    commit(outer, "一起\n")
    inner = look(Listed("a", str(outer / "城区" / "jinshui")))
    named = look(Listed("a", f"file://{outer}", folder="城区/jinshui"))
    assert inner == named
    assert [each.code for each in inner.found] == ["QD106"]
    assert "不是工作区" in look(Listed("a", str(outer))).why


def test_a_branch_of_the_list_is_the_one_that_counts(small: Path) -> None:
    git(small, "switch", "-q", "-c", "draft")
    wrong(small)
    assert look(Listed("a", str(small), "main")).found == ()
    assert look(Listed("a", str(small), "draft")).found != ()
    assert look(Listed("a", str(small))).commit == git(small, "rev-parse", "draft")


def test_a_copy_follows_its_repository_and_mends_itself(small: Path, cache: Path) -> None:
    listed = Listed("a", str(small))
    assert look(listed).found == ()
    wrong(small)
    assert [each.code for each in look(listed).found] == ["QD106"]
    git(small, "commit", "-q", "--amend", "--allow-empty", "-m", "改写")
    amended = look(listed)
    assert amended.commit == git(small, "rev-parse", "HEAD")
    (copy,) = (path for path in cache.iterdir() if path.is_dir())
    for pack in copy.rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:-400])
    assert look(listed) == amended
    shutil.rmtree(copy / "objects")
    assert look(listed) == amended
    assert look(listed, Asked("check", TODAY)).commit == amended.commit


def test_a_check_sees_the_world_and_the_history(small: Path) -> None:
    found = look(Listed("a", str(small)), Asked("check", "2026-11-20"))
    assert found.why == ""
    assert {"QD307"} <= {each.code for each in found.found} or found.found
    later = look(Listed("a", str(small)), Asked("check", "2026-12-30"))
    assert later.commit == found.commit


def broken(kind: str, small: Path, folder: Path) -> Path:
    """A repository with something wrong with it."""
    match kind:
        case "nothing":
            return folder
        case "folder":
            folder.mkdir()
        case "empty":
            git(small, "init", "-q", str(folder))
        case "other":
            git(small, "init", "-q", str(folder))
            commit(folder, "别的\n")
        case "corrupt":
            shutil.copytree(small, folder)
            blob = git(folder, "rev-parse", f"HEAD:{LIST}")
            loose = folder / ".git" / "objects" / blob[:2] / blob[2:]
            loose.chmod(0o600)
            loose.write_bytes(b"\0" * 40)
        case _:
            shutil.copytree(small, folder)
            put(folder, "qingdan.yaml", "a: [\n")
            commit(folder, "坏了\n")
    return folder


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nothing", "没有这个文件夹"),
        ("folder", "不在 git 仓库中"),
        ("empty", "还没有任何提交"),
        ("other", "没有 qingdan.yaml，不是工作区"),
        ("corrupt", "缺失或损坏"),
    ],
)
def test_a_repository_that_cannot_be_read_says_why(
    kind: str, said: str, small: Path, tmp_path: Path
) -> None:
    found = look(Listed("a", str(broken(kind, small, tmp_path / "b"))))
    assert said in found.why
    assert "内部错误" not in found.why
    assert found.commit == ""


def test_settings_that_cannot_be_read_are_a_finding_or_the_end(small: Path, tmp_path: Path) -> None:
    listed = Listed("a", str(broken("settings", small, tmp_path / "b")))
    assert look(listed).state("error") == "faulty"
    assert "qingdan.yaml 缺失或有误" in look(listed, Asked("check", TODAY)).why


def test_an_unknown_branch_and_an_unreachable_host_say_why(small: Path) -> None:
    assert "没有这个分支" in look(Listed("a", str(small), "nowhere")).why
    why = look(Listed("a", "http://clerk@127.0.0.1:1/x.git")).why
    assert "连不上这台主机" in why
    assert "clerk" not in why


def test_nothing_of_the_other_repository_is_run_or_followed(small: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for hook in ("post-checkout", "reference-transaction", "pre-upload", "post-merge"):
        put(small, f".git/hooks/{hook}", f"#!/bin/sh\ntouch {trap}\n").chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "uploadpack.packObjectsHook",
        "core.pager",
        "diff.external",
    ):
        git(small, "config", key, f"touch {trap}")
    secret = put(tmp_path, "secret.yaml", (small / LIST).read_bytes())
    (small / "lists/powers/JS-CG.yaml").unlink()
    (small / "lists/powers/JS-CG.yaml").symlink_to(secret)
    git(small, "-c", "core.fsmonitor=false", "add", "-A")
    git(small, "-c", "core.fsmonitor=false", "commit", "-q", "-m", "链接")
    trap.unlink(missing_ok=True)
    found = look(Listed("a", str(small)))
    assert found.why == ""
    assert "QD108" in {each.code for each in found.found}
    look(Listed("a", str(small)), Asked("check", TODAY))
    assert not trap.exists()


# bounds


def test_a_repository_that_never_answers_is_given_up() -> None:
    with silent_server() as (port, came):
        listed = Listed("a", f"http://127.0.0.1:{port}/x.git")
        begun = time.monotonic()
        found = attempt(Task(listed, VALIDATE, __version__, bounds=Bounds(seconds=2)))
        assert came.is_set()
    assert found == Outcome("a", "超过2秒（--timeout）没有完成，已经停止。")
    assert time.monotonic() - begun < 20
    assert not [words for words in below(os.getpid()).values() if f":{port}/" in words]


def test_a_repository_that_is_too_large_is_given_up(small: Path) -> None:
    put(small, "lists/big.bin", os.urandom(3 << 20))
    commit(small, "大\n")
    task = Task(Listed("a", str(small)), VALIDATE, __version__, bounds=Bounds(size=1))
    assert "超过了1MiB（--size）" in attempt(task).why
    fitting = Task(Listed("a", str(small)), VALIDATE, __version__, bounds=Bounds(size=10))
    assert attempt(fitting).why == ""


def test_a_repository_that_unfolds_to_more_than_memory_holds_is_given_up(small: Path) -> None:
    with (small / "lists/powers/bomb.yaml").open("wb") as file:
        file.truncate(100 << 20)
    git(small, "add", "-A")
    git(small, "-c", "core.bigFileThreshold=1m", "commit", "-q", "-m", "炸弹")
    task = Task(Listed("a", str(small)), VALIDATE, __version__, bounds=Bounds(memory=64))
    assert attempt(task).why == "占用的内存超过了64MiB（--memory）。"


def test_another_version_of_the_program_is_told(small: Path) -> None:
    assert "请装同一个版本" in attempt(Task(Listed("a", str(small)), VALIDATE, "0.0.1")).why


def test_a_process_that_the_system_ends_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "dying.py", "import os\nos.kill(os.getpid(), 9)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert apart.run("dying", b"", 20).status == -signal.SIGKILL


def test_values_cross_to_another_process_as_they_are() -> None:
    task = Task(Listed("a", "b", "c", "d", "e"), Asked("check", TODAY), "1", "f", Bounds(1, 2, 3))
    assert plain.task(plain.told(task)) == task
    for moved in (None, Moved(1, 2, 3, 4, 5, 6, TODAY)):
        outcome = Outcome("a", "", "b", "c", 1, 2, (Counted("QD101", "error", ("x",), 3),), moved)
        assert plain.outcome(plain.told(outcome)) == outcome


# summary and ranking


def fleet_of(groups: dict[str, str], per: int = 0) -> Fleet:
    scoring = Scoring(
        100,
        "本单位自定",
        (
            Deduction("错误", ("error",), 2, 40),
            Deduction("承诺时限", ("QD207",), 5, 100),
            Deduction("逾期调整", ("late",), 1.5, 3),
        ),
        groups=tuple(map(Group, dict.fromkeys(filter(None, groups.values())))),
    )
    listed = tuple(Listed(name, name, group=group) for name, group in groups.items())
    return Fleet("全市", listed, Terms(scoring, per))


def found_in(name: str, items: int = 100, late: int = 0, **codes: int) -> Outcome:
    kinds = tuple(Counted(code, "error", (), count) for code, count in codes.items())
    return Outcome(name, "", "0" * 40, TODAY, 1, items, kinds, Moved(0, 0, late, late, 0, 0))


def test_groups_are_ranked_apart_and_what_cannot_be_read_is_not() -> None:
    fleet = fleet_of({"a": "区", "b": "县", "c": "区", "d": "区", "e": "", "f": "区"})
    outcomes = (
        found_in("a", QD101=3),
        found_in("b", QD101=30),
        found_in("c"),
        Outcome("d", "不在 git 仓库中。"),
        found_in("e", QD207=1),
        found_in("f", QD101=1, QD102=2),
    )
    rows = ranking(fleet, outcomes)
    assert [(row.group, row.rank, row.unit, row.score) for row in rows] == [
        ("区", 1, "c", "100"),
        ("区", 2, "a", "94"),
        ("区", 2, "f", "94"),
        ("县", 1, "b", "60"),
        ("", 1, "e", "95"),
    ]
    assert rows[1].arithmetic == "100－6（错误3项×2分）＝94"
    assert rows[3].arithmetic == "100－40（错误30项×2分，以40分为限）＝60"
    assert (
        "没有排名：d（不能读取）。" in page(Summary(fleet, VALIDATE, outcomes, rows, "error")).told
    )


def test_points_for_so_many_items_do_not_punish_the_larger_place() -> None:
    fleet = fleet_of({"a": "", "b": "", "c": ""}, 100)
    outcomes = (found_in("a", 4000, QD101=40), found_in("b", 100, QD101=2), found_in("c", 0))
    rows = ranking(fleet, outcomes)
    assert [(row.unit, row.score) for row in rows] == [("a", "98"), ("b", "96")]
    assert rows[0].arithmetic == "100－2（错误40项×0.05分）＝98"
    assert "c（没有事项）" in page(Summary(fleet, VALIDATE, outcomes, rows, "error")).told[-1]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4)), min_size=1, max_size=6))
def test_every_score_is_what_its_arithmetic_says(facts: list[tuple[int, int]]) -> None:
    names = [f"r{place}" for place in range(len(facts))]
    fleet = fleet_of(dict.fromkeys(names, "区"))
    outcomes = [
        found_in(name, late=late, QD101=errors)
        for name, (errors, late) in zip(names, facts, strict=True)
    ]
    rows = {row.unit: row for row in ranking(fleet, outcomes)}
    for name, (errors, late) in zip(names, facts, strict=True):
        taken = min(Decimal(2) * errors, Decimal(40)) + min(Decimal("1.5") * late, Decimal(3))
        assert Decimal(rows[name].score) == 100 - taken
        better = sum(Decimal(row.score) > 100 - taken for row in rows.values())
        assert rows[name].rank == better + 1
        parts = [Decimal(part) for part in re.findall(r"－([0-9.]+)（", rows[name].arithmetic)]
        assert sum(parts, Decimal(0)) == taken


def test_the_sums_of_the_table_are_those_of_its_rows() -> None:
    fleet = fleet_of({"a": "", "b": "", "c": ""})
    outcomes = (found_in("a", 3, 2, QD101=3), found_in("b", 4, 1, QD102=5), Outcome("c", "坏。"))
    asked = Asked("report", TODAY, "quarter", "2026Q3")
    made = Summary(fleet, asked, outcomes, ranking(fleet, outcomes), "error", "2026年第三季度")
    told = page(made)
    assert told.title == "全市汇总（2026年第三季度）"
    assert told.told[:2] == (
        "共3个仓库：正常0个，有问题2个，不能读取1个。",
        "已读取的共有事项7个：错误8个，警告0个，提示0个。",
    )
    tables = dict(told.tables)
    for name, first, last in (("各仓库", 4, None), ("期间变动", 1, -1)):
        rows = tables[name].rows
        assert {len(row) for row in rows} == {len(tables[name].heads)}
        numbers = [[int(cell or 0) for cell in row[first:last]] for row in rows]
        assert numbers[-1] == [sum(column) for column in zip(*numbers[:-1], strict=True)]
        assert sum(numbers[-1]) > 0
    assert tables["常见问题"].rows[0][0] == "QD102"


def hostile() -> Summary:
    listed = (Listed("<script>|*x*\x1b[31m\n", "/<b>"), Listed("b", "/b"))
    outcomes = (Outcome(listed[0].name, "坏|<i>。"), Outcome("b", "", "1" * 40, TODAY, 1, 1))
    return Summary(Fleet("标题<b>", listed), VALIDATE, outcomes, (), "error")


def test_no_text_of_a_list_becomes_markup_or_moves_the_cursor() -> None:
    told = page(hostile())
    assert "\x1b" not in render.text(told)
    assert "\x1b" not in render.markdown(told)
    assert "\\<script\\>\\|\\*x\\*" in render.markdown(told)
    assert "<script>" not in render.html(told)
    assert "&lt;script&gt;" in render.html(told)
    assert json.loads(render.json(hostile()))["repositories"][0]["state"] == "unread"
    book = openpyxl.load_workbook(io.BytesIO(render.xlsx(told)))
    assert book.sheetnames == ["各仓库", "不能读取的仓库"]
    assert book.worksheets[0]["A1"].value == "标题<b>核对"
    assert render.xlsx(told) == render.xlsx(told)


# the command


@pytest.fixture
def city(small: Path, tmp_path: Path) -> Path:
    """A list of four: a good one, one behind a URL with a mistake, and two that cannot be read."""
    faulty = Path(shutil.copytree(small, tmp_path / "faulty"))
    wrong(faulty)
    broken("corrupt", small, tmp_path / "corrupt")
    text = f"""\
title: 全市权责清单
repositories:
- {{name: 金水区, at: small, group: 区}}
- {{name: 惠济区, at: '{bare(faulty, tmp_path / "faulty.git")}', group: 区, branch: main}}
- {{name: 中原区, at: corrupt, group: 区}}
- {{name: 刘寨镇, at: nowhere, group: 镇}}
{RANKING}"""
    put(tmp_path, "fleet.yaml", text)
    return tmp_path


def test_workers_say_the_same_as_one_after_the_other_and_broken_ones_stop_nobody(
    city: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(workers: str) -> list[bytes]:
        files = [city / f"{workers}.{form}" for form in ("json", "html", "xlsx", "text")]
        formats = [word for file in files for word in ("--format", f"{file.suffix[1:]}={file}")]
        assert qingdan(city, "fleet", "validate", "--workers", workers, *formats) == 3
        return [file.read_bytes() for file in files]

    made = run("3")
    assert run("0") == made
    told = made[3].decode()
    assert "共4个仓库：正常1个，有问题1个，不能读取2个。" in told
    assert "没有排名：中原区（不能读取）、刘寨镇（不能读取）。" in told
    assert "100－2（错误1项×2分）＝98" in told
    assert "没有这个文件夹。" in told
    data = json.loads(made[0])
    assert [row["name"] for row in data["repositories"]] == ["金水区", "惠济区", "中原区", "刘寨镇"]
    assert [row["state"] for row in data["repositories"]] == ["fine", "faulty", "unread", "unread"]
    assert data["summary"]["error"] == 1
    assert [(row["group"], row["rank"], row["name"]) for row in data["ranking"]] == [
        ("区", 1, "金水区"),
        ("区", 2, "惠济区"),
    ]
    assert capsys.readouterr().err == ""


def test_findings_decide_the_exit_code(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("fleet", "validate", "--workers", "0", "small")
    assert qingdan(tmp_path, *words) == 0
    assert "未作排名" in capsys.readouterr().out
    wrong(small)
    assert qingdan(tmp_path, *words) == 1
    assert qingdan(tmp_path, *words, "--format", "xlsx") == 2
    assert "--format xlsx=文件" in capsys.readouterr().err


def test_two_of_one_name_are_told_apart_by_their_addresses(
    small: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(small, tmp_path / "east/small")
    words = ("fleet", "validate", "--workers", "0", "--format", "json", "small", "east/small/")
    assert qingdan(tmp_path, *words) == 0
    names = [row["name"] for row in json.loads(capsys.readouterr().out)["repositories"]]
    assert names == ["small", "east/small/"]


def test_a_quarter_and_a_year_of_many(
    bureau: Path, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "fleet.yaml", f"title: 区\nrepositories:\n- {{name: 局, at: bureau}}\n{RANKING}")
    words = ("--workers", "0", "--today", TODAY, "--format", "json")
    qingdan(tmp_path, "fleet", "report", "--quarter", "2026Q3", "fleet.yaml", *words)
    (row,) = json.loads(capsys.readouterr().out)["repositories"]
    qingdan(bureau, "report", "--quarter", "2026Q3", "--today", TODAY, "--context")
    told = json.loads(capsys.readouterr().out)
    assert row["why"] is None
    assert row["commit"] == told["commit"]
    assert row["period"]["adjusted"] == len(told["adjustments"]) > 0
    assert row["period"]["late"] == sum(a["on_time"] is False for a in told["adjustments"])
    assert row["period"]["new"] == sum(flow["entered"] for flow in told["severities"])
    assert row["summary"]["warning"] == sum(p["severity"] == "warning" for p in told["problems"])
    assert qingdan(tmp_path, "fleet", "report", "--year", "2026", *words) == 3
    assert "2026-12-31才结束" in capsys.readouterr().err
    for wrong in ("2026Q9", "2026W47", "2026-10", "2026年第五季度"):
        capsys.readouterr()
        assert qingdan(tmp_path, "fleet", "report", "--quarter", wrong, "fleet.yaml", *words) == 2
        assert f"“{wrong}”不是季度的写法，应为 2026Q3" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "report", "--quarter", "2026Q2", "2026Q3", *words) == 2
    assert "只能写一个期间" in capsys.readouterr().err


# the engine


def test_without_the_engine_they_are_done_one_after_the_other(
    small: Path,
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    shutil.copytree(small, tmp_path / "other")
    assert qingdan(tmp_path, "fleet", "validate", "small", "other") == 0
    told = capsys.readouterr()
    assert "正常2个" in told.out
    assert "pip install 'qingdan[fleet]'" in told.err
    assert qingdan(tmp_path, "fleet", "validate", "--workers", "2", "small", "other") == 2
    assert "pip install 'qingdan[fleet]'" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "validate", "--scheduler", "tcp://h:1", "small") == 2


def test_work_that_ends_its_workers_is_given_up_and_stops_no_other() -> None:
    done = list(engine.spread(fatal, ["a", "fatal", "b"], workers=2))
    lost = [each for each in done if isinstance(each, engine.Lost)]
    assert [(each.what, each.why) for each in lost] == [
        ("fatal", "办理它的进程几次都中途终止，不再重试")
    ]
    assert sorted(each for each in done if isinstance(each, str)) == ["a!", "b!"]


def serving(small: Path, tmp_path: Path) -> Path:
    """A repository as a plain web server has it."""
    folder = tmp_path / "web"
    folder.mkdir()
    git(small, "clone", "-q", "--bare", str(small), str(folder / "x.git"))
    git(folder / "x.git", "update-server-info")
    return folder


def test_a_worker_killed_in_the_middle_is_replaced(small: Path, tmp_path: Path) -> None:
    """The first connection comes from a worker that is killed then; another one does its work."""
    wrong(small)
    with web_server(serving(small, tmp_path)) as (port, came, may):
        command = [sys.executable, "-m", "qingdan", "fleet", "validate", "--workers", "2"]
        command += ["--format", "json", f"http://127.0.0.1:{port}/x.git", str(small)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert came.wait(60)
        ours = below(process.pid)
        at_it = next(pid for pid, words in ours.items() if "fleet.judging" in words)
        worker = next(
            pid for pid, words in ours.items() if "spawn_main" in words and at_it in below(pid)
        )
        os.kill(worker, signal.SIGKILL)
        _wait_until(lambda: at_it not in below(process.pid) and not _alive(at_it))
        may.set()
        out, err = process.communicate(timeout=60)
    data = json.loads(out)
    assert [row["state"] for row in data["repositories"]] == ["faulty", "faulty"], data
    assert data["repositories"][0]["commit"] == git(small, "rev-parse", "HEAD")
    assert (process.returncode, err) == (1, b"")


def test_ctrl_c_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    with silent_server() as (port, came):
        command = [sys.executable, "-m", "qingdan", "fleet", "validate", "--workers", "2"]
        command += [f"http://127.0.0.1:{port}/x.git", f"http://127.0.0.1:{port}/y.git"]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        )
        assert came.wait(60)
        ours = set(below(process.pid))
        assert len(ours) > 4
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - begun < 10
        assert (process.returncode, out) == (130, b"")
        assert b"Traceback" not in err
        _wait_until(lambda: not any(map(_alive, ours)))
    assert list(tmp_path.glob("qingdan-*")) == []


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_until(true: Any) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_cluster_is_used_by_its_address_and_stays(
    city: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("fleet", "validate", "--format", "json")
    with cluster(1) as (address, _):
        assert qingdan(city, *words, "--scheduler", address) == 3
        (only,) = engine.spread(failing, ["x"], scheduler=address)
    far = capsys.readouterr().out
    assert qingdan(city, *words, "--workers", "0") == 3
    assert capsys.readouterr().out == far
    assert isinstance(only, engine.Lost)
    assert only.why == "工作节点出错：ValueError：x"


def test_a_cluster_that_is_not_there_is_told(
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 1)
    assert qingdan(tmp_path, "fleet", "validate", "--scheduler", "tcp://127.0.0.1:1", "small") == 3
    assert "连不上调度器 tcp://127.0.0.1:1" in capsys.readouterr().err
    assert qingdan(tmp_path, "fleet", "validate", "--scheduler", "nonsense", "small") in {2, 3}
    assert "连不上调度器 nonsense" in capsys.readouterr().err
    with cluster(0) as (address, _):
        words = ("fleet", "validate", "--scheduler", address, "small")
        assert qingdan(tmp_path, *words) == 3
        assert f"调度器 {address} 上没有工作进程" in capsys.readouterr().err


def test_a_cluster_that_goes_away_is_told(
    tmp_path: Path,
    qingdan: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 2)
    with silent_server() as (port, came), cluster(1) as (address, process):

        def go() -> None:
            came.wait(60)
            process.kill()

        going = threading.Thread(target=go)
        going.start()
        words = ("--scheduler", address, f"http://127.0.0.1:{port}/x.git")
        assert qingdan(tmp_path, "fleet", "validate", *words) == 3
        going.join()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"qingdan：与调度器 {words[1]} 的连接断了，没有查完。\n"
