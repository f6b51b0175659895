"""``doctor``: each thing that can be wrong is made so, named, and cured by what it says to type."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from conftest import Run, commit, git, put, replace
from hooking import small
from qingdan import __version__
from qingdan.cli import app
from qingdan.model.history import SHANGHAI
from qingdan.repo import cache
from qingdan.repo.git import Repository
from qingdan.repo.journal import Journal

SUMMER = "2026-07-01"
Points = dict[str, dict[str, str]]


class Doctor:
    """Asks ``doctor`` and keeps what it said, by name."""

    def __init__(self, qingdan: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.qingdan, self.capsys, self.code = qingdan, capsys, 0

    def __call__(self, folder: Path, *words: str, today: str = SUMMER) -> Points:
        self.capsys.readouterr()
        self.code = self.qingdan(folder, "doctor", "--format", "json", "--today", today, *words)
        found: Any = json.loads(self.capsys.readouterr().out)
        assert sum(found["summary"].values()) == len(found["points"])
        assert self.code == bool(found["summary"]["problem"])
        return {point["name"]: point for point in found["points"]}


@pytest.fixture
def doctor(qingdan: Run, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(qingdan, capsys)


@pytest.fixture(autouse=True)
def in_beijing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock is right."""
    moment = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
    monkeypatch.setattr("qingdan.cli.enforcing.now", lambda: moment)


@pytest.fixture
def work(
    tmp_path: Path,
    built: Path,
    qingdan: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A workspace in which everything is as it should be."""
    folder = small(tmp_path / "work", built)
    monkeypatch.delenv("GIT_AUTHOR_NAME")
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(key, "2026-09-17T12:00:00+08:00")
    git(folder, "config", "user.name", "测试经办人")
    put(folder, ".gitattributes", "*.yaml text eol=lf\n")
    for path in (Path(__file__).parent.parent / "schemas").glob("*.json"):
        put(folder, f"schemas/{path.name}", path.read_bytes())
    assert qingdan(folder, "hook", "install") == 0
    return folder


def cure(folder: Path, point: dict[str, str]) -> None:
    """Type what the point says, as a clerk would: one command after the other."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for words in point["do"].split("；"):
        env = os.environ | {"PATH": path}
        subprocess.run(["bash", "-c", words], cwd=folder, check=True, env=env)


def test_what_git_has_not_finished_is_told(work: Path, doctor: Doctor) -> None:
    git(work, "switch", "-q", "-c", "theirs")
    put(work, "a.txt", "甲\n")
    commit(work, "a")
    git(work, "switch", "-q", "main")
    put(work, "a.txt", "乙\n")
    commit(work, "b")
    merge = ["git", "-C", str(work), "merge", "-q", "theirs"]
    assert subprocess.run(merge, check=False, capture_output=True).returncode == 1
    point = doctor(work)["仓库"]
    assert (point["state"], doctor.code) == ("problem", 1)
    assert "有一次合并还没有完成" in point["said"]
    assert "git merge --abort" in point["do"]
    git(work, "merge", "--abort")
    git(work, "checkout", "-q", "--detach")
    point = doctor(work)["仓库"]
    assert "游离的 HEAD" in point["said"]
    cure(work, point)
    assert doctor(work)["仓库"]["state"] == "ok"


def test_where_all_is_well_every_point_says_so(
    work: Path, doctor: Doctor, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    found = doctor(work)
    assert {name: point["said"] for name, point in found.items() if point["state"] != "ok"} == {}
    assert all(point["do"] == "" for point in found.values())
    assert doctor.code == 0
    assert doctor(work / "lists").keys() == found.keys()
    capsys.readouterr()
    assert qingdan(work, "doctor", "--today", SUMMER) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(found) + 1
    assert lines[-1] == f"共检查{len(found)}项：正常{len(found)}项。"


def test_outside_a_workspace_the_machine_is_looked_at(doctor: Doctor, tmp_path: Path) -> None:
    found = doctor(tmp_path)
    assert found["工作区"]["state"] == "attention"
    assert {"程序", "git 程序", "经办人", "日历"} <= found.keys()
    assert "历史" not in found
    assert doctor.code == 0


def test_without_a_repository(work: Path, doctor: Doctor) -> None:
    subprocess.run(["rm", "-rf", str(work / ".git")], check=True)
    found = doctor(work)
    assert found["仓库"]["state"] == "problem"
    assert "git init" in found["仓库"]["said"]
    git(work, "init", "-q")
    assert doctor(work)["时钟"]["state"] == "attention"


def test_without_git(
    work: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = doctor(work)
    assert found["git 程序"]["state"] == "problem"
    assert "安装" in found["git 程序"]["said"]


def test_an_old_git(
    work: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = 'case "$*" in *--version) echo git version 2.17.1;; *) exec "$real" "$@";; esac'
    real = f"real={shutil.which('git')}"
    put(tmp_path / "old", "git", f"#!/bin/sh\n{real}\n{old}\n").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "old"), prepend=":")
    assert doctor(work)["git 程序"]["state"] == "problem"


@pytest.mark.parametrize(
    ("setting", "value", "name", "state"),
    [
        ("core.hooksPath", "/nowhere", "git 钩子", "attention"),
        ("i18n.commitEncoding", "GBK", "提交说明编码", "attention"),
        ("i18n.logOutputEncoding", "gb18030", "提交说明编码", "attention"),
        ("branch.main.mergeOptions", "--no-ff --squash", "合并方式", "attention"),
        ("remote.origin.promisor", "true", "历史", "attention"),
        ("commit.gpgSign", "yes", "签名", "ok"),
    ],
)
def test_settings_of_git(
    work: Path, doctor: Doctor, setting: str, value: str, name: str, state: str
) -> None:
    git(work, "config", "gpg.program", "true")
    git(work, "config", setting, value)
    assert doctor(work)[name]["state"] == state


def test_what_it_says_to_type_cures(work: Path, doctor: Doctor) -> None:
    git(work, "config", "branch.main.mergeOptions", "--squash")
    put(work, "schemas/powers.schema.json", "{}")
    put(work, ".gitlab-ci.yml", "x: 1\n")
    (work / ".gitattributes").unlink()
    put(work, "说明.md", "x")
    commit(work, "a name in Chinese")
    found = doctor(work)
    wrong = ["合并方式", "schemas", "平台归属文件", "换行", "中文文件名"]
    assert [name for name, point in found.items() if point["state"] != "ok"] == wrong
    for name in wrong:
        found[name]["do"] = found[name]["do"].replace(" --global", "")
        cure(work, found[name])
    assert {point["state"] for point in doctor(work).values()} == {"ok"}


def test_line_ends_that_would_spoil_the_lists(work: Path, doctor: Doctor) -> None:
    (work / ".gitattributes").unlink()
    git(work, "config", "core.autocrlf", "true")
    point = doctor(work)["换行"]
    assert point["state"] == "problem"
    cure(work, point)
    assert doctor(work)["换行"]["state"] == "ok"


def test_nobody_has_said_who_works_here(work: Path, doctor: Doctor) -> None:
    git(work, "config", "--unset", "user.name")
    point = doctor(work)["经办人"]
    assert (point["state"], "user.email" in point["do"]) == ("problem", True)


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"gpg.program": "/nowhere/gpg"}, "problem"),
        ({"gpg.format": "ssh"}, "problem"),
        ({"gpg.format": "ssh", "user.signingKey": "/nowhere/key.pub"}, "problem"),
        ({"gpg.format": "ssh", "user.signingKey": "ssh-ed25519 AAAA"}, "ok"),
        ({"gpg.program": "true"}, "ok"),
    ],
)
def test_signing_that_is_wanted_must_be_possible(
    work: Path, doctor: Doctor, settings: dict[str, str], state: str
) -> None:
    for key, value in ({"commit.gpgSign": "true"} | settings).items():
        git(work, "config", key, value)
    assert doctor(work)["签名"]["state"] == state


def test_a_shallow_clone(work: Path, doctor: Doctor, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(work, "clone", "-q", "--depth", "1", f"file://{work}", str(shallow))
    found = doctor(shallow)
    assert found["历史"]["state"] == "problem"
    assert found["git 钩子"]["state"] == "attention"
    cure(shallow, found["历史"])
    assert doctor(shallow)["历史"]["state"] == "ok"


def test_hooks_of_another_program_are_old(work: Path, doctor: Doctor, qingdan: Run) -> None:
    hook = work / ".git/hooks/commit-msg"
    hook.write_text(re.sub("python=.*", "python=/old/python", hook.read_text("utf-8")))
    point = doctor(work)["git 钩子"]
    assert (point["state"], point["do"]) == ("attention", "qingdan hook install")
    assert qingdan(work, *point["do"].split()[1:]) == 0
    assert doctor(work)["git 钩子"]["state"] == "ok"


def test_the_calendar_and_how_long_it_lasts(work: Path, doctor: Doctor) -> None:
    assert doctor(work, today="2026-10-31")["日历"]["state"] == "ok"
    soon = doctor(work, today="2026-11-01")["日历"]
    assert (soon["state"], "2027年" in soon["do"]) == ("attention", True)
    assert doctor(work, today="2031-01-01")["日历"]["state"] == "problem"
    year = "- {year: 2027, source: 通知, off: ['2027-01-01'], work: []}\n"
    put(work, "registers/holidays.yaml", f"years:\n{year}")
    assert doctor(work, today="2026-11-01")["日历"]["said"] == "放假安排到2027年底。"
    put(work, "registers/holidays.yaml", "years: 两年\n")
    assert doctor(work)["日历"]["state"] == "problem"


def test_settings_and_units_that_cannot_be_used(work: Path, doctor: Doctor) -> None:
    replace(work, "qingdan.yaml", "profile: district", "profile: 省")
    put(work, "registers/units.yaml", "units: [")
    found = doctor(work)
    assert [found[path]["state"] for path in ("qingdan.yaml", "registers/units.yaml")] == [
        "problem",
        "problem",
    ]


def test_what_was_left_half_done(work: Path, doctor: Doctor, qingdan: Run) -> None:
    journal = Journal(Repository(work))
    journal.folder.mkdir(exist_ok=True)
    journal.path.write_text("{}", "utf-8")
    assert doctor(work)["办理中的调整"]["state"] == "problem"
    assert journal.pending, "looking changes nothing"
    with journal.lock():
        assert doctor(work)["办理中的调整"]["state"] == "attention"
    assert qingdan(work, "validate") == 0
    put(work, ".git/index.lock", "")
    point = doctor(work)["办理中的调整"]
    assert str(work / ".git/index.lock") in point["do"]


def test_a_clock_that_is_wrong(work: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    early = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=-5)))
    monkeypatch.setattr("qingdan.cli.enforcing.now", lambda: early)
    found = doctor(work)
    assert found["时钟"]["state"] == "problem"
    assert (found["时区"]["state"], "UTC-5" in found["时区"]["said"]) == ("attention", True)


def test_a_terminal_without_chinese(work: Path) -> None:
    from qingdan.desk import doctoring

    machine = doctoring.Machine(app.now(), app.day(SUMMER), "python", "ANSI_X3.4-1968")
    states = {point.name: point.state for point in doctoring.points(work, machine)}
    assert states["终端编码"] == "注意"


def test_an_unknown_format(work: Path, qingdan: Run) -> None:
    assert qingdan(work, "doctor", "--format", "xml") == 2


@pytest.fixture
def never(work: Path) -> Path:
    """The workspace before its first run: what came with the copy of its git directory is gone."""
    for spot in work.glob(".git/qingdan/cache-*"):
        spot.unlink()
    return work


@pytest.fixture
def kept(never: Path, qingdan: Run) -> Path:
    """What a run has left for the next."""
    assert qingdan(never, "validate") == 0
    (spot,) = never.glob(".git/qingdan/cache-*.db")
    return spot


def test_nothing_is_kept_yet_or_never(
    never: Path, doctor: Doctor, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(never)["检查缓存"]["said"] == "还没有，下次检查时生成。"
    assert not list(never.glob(".git/qingdan/cache-*")), "looking leaves nothing"
    off = "已用环境变量 QINGDAN_NO_CACHE 关闭，每次都全部重新检查。"
    with monkeypatch.context() as patch:
        patch.setenv("QINGDAN_NO_CACHE", "1")
        assert doctor(never)["检查缓存"]["said"] == off
    assert qingdan(never, "validate") == 0
    monkeypatch.setenv("QINGDAN_NO_CACHE", "1")
    said = doctor(never)["检查缓存"]["said"]
    assert said.startswith(f"{off}以前留下的可以删除，")
    assert f"{never}/.git/qingdan/cache-" in said


def test_what_is_kept_is_told_with_its_size_and_program(
    work: Path, doctor: Doctor, kept: Path
) -> None:
    raw = kept.read_bytes()
    size = f"{-(-len(raw) // 1000)} KB（{kept}）"
    said = f"可用，由 qingdan {__version__} 生成，{size}。随时可以删除，下次检查重新生成。"
    ok = {"name": "检查缓存", "state": "ok", "said": said, "do": ""}
    assert doctor(work)["检查缓存"] == ok
    put(work, ".git/qingdan/cache-77-0a0a0a0a.db", "x")
    put(work, ".git/qingdan/unlike.db", "x")
    told = doctor(work)["检查缓存"]["said"]
    assert told == f"{said}同一文件夹里另有1个，是别的工作区或别的用户的。"
    assert kept.read_bytes() == raw, "looking changes nothing"


def test_a_damaged_file_is_told_and_cured(
    work: Path, doctor: Doctor, kept: Path, qingdan: Run
) -> None:
    whole = kept.read_bytes()
    for raw in (whole[: len(whole) // 2], b"no database" * 1000, b""):
        kept.write_bytes(raw)
        point = doctor(work)["检查缓存"]
        assert (point["state"], point["said"][:4]) == ("attention", "已损坏，")
        assert kept.read_bytes() == raw
    put(work, f".git/qingdan/{kept.name}-journal", "x")
    cure(work, doctor(work)["检查缓存"])
    assert not list(kept.parent.glob("cache-*"))
    assert qingdan(work, "validate") == 0
    assert doctor(work)["检查缓存"]["state"] == "ok"


def test_one_damaged_blob_is_found(work: Path, doctor: Doctor, kept: Path) -> None:
    whole = kept.read_bytes()
    walk, table, head = (f"CAST('{name}' AS BLOB)" for name in ("walk", "table", "head"))
    for sql in (
        f"UPDATE blobs SET blob = x'00' WHERE name = {walk}",
        f"UPDATE blobs SET blob = (SELECT blob FROM blobs WHERE name = {table}) WHERE name = {walk}",
        f"UPDATE blobs SET blob = 'text' WHERE name = {table}",
        f"UPDATE blobs SET blob = x'00' WHERE name = {head}",
        "INSERT INTO blobs VALUES ('text', 'text')",
        f"DELETE FROM blobs WHERE name = {head}",
        "DROP TABLE blobs",
    ):
        with closing(sqlite3.connect(kept)) as connection:
            changed = connection.execute(sql).rowcount
            connection.commit()
        assert changed != 0, sql
        assert doctor(work)["检查缓存"]["state"] == "attention", sql
        kept.write_bytes(whole)
        assert doctor(work)["检查缓存"]["state"] == "ok"


def test_what_another_program_left_or_somebody_brought_is_replaced(
    work: Path, doctor: Doctor, kept: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache, "program", lambda: "9.8.7 0")
        said = doctor(work)["检查缓存"]["said"]
    assert said.startswith(f"由另一份程序（qingdan {__version__}）留下，")
    raw = kept.read_bytes()
    kept.rename(kept.with_name("away"))
    kept.write_bytes(raw)
    point = doctor(work)["检查缓存"]
    assert (point["state"], point["said"][:6]) == ("ok", "从别处复制而")
    assert qingdan(work, "validate") == 0
    assert doctor(work)["检查缓存"]["said"].startswith("可用")


def test_a_link_in_its_place_is_never_followed(work: Path, doctor: Doctor, kept: Path) -> None:
    real = kept.rename(work / ".git/kept.db")
    kept.symlink_to(real)
    point = doctor(work)["检查缓存"]
    assert (point["state"], "每次都全部重新检查" in point["said"]) == ("attention", True)
    cure(work, point)
    assert real.exists()
    assert doctor(work)["检查缓存"]["said"].startswith("还没有")


def test_who_writes_just_now_is_left_alone(work: Path, doctor: Doctor, kept: Path) -> None:
    with closing(sqlite3.connect(kept, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert doctor(work)["检查缓存"]["said"].startswith("另一个 qingdan 命令正在写入")
    assert doctor(work)["检查缓存"]["said"].startswith("可用")
