"""The command line as a person meets it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run, commit, git, put, replace
from qingdan.cli.main import run


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    captured = capsys.readouterr()
    return captured.out, captured.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["adjst"], "没有“adjst”这个命令，是不是 adjust？用 qingdan --help 查看用法。"),
        (["adjust", "sett"], "是不是 set？用 qingdan adjust --help 查看用法。"),
        (["fmt", "--chek"], "是不是 --check、--help？用 qingdan fmt --help"),
        (["log", "A", "-n", "abc"], "“-n、--number”的值“abc”不是数。"),
        (["log", "A", "-n", "-1"], "“-n、--number”的值“-1”超出范围（x>=0）。"),
        (["validate", "--sinc", "x"], "没有“--sinc”这个选项，是不是 --since"),
        (["deadline"], "缺少“YYYY-MM-DD”"),
        (["deadline", "2026-11-18"], "缺少“--within”"),
        (["deadline", "2026-13-30", "--within", "7日"], "“2026-13-30”不是真实存在的日期"),
        (["deadline", "20261130", "--within", "7日"], "“20261130”写法不对，应为 2026-11-18 的写法"),
        (["deadline", "2026年11月30日", "--within", "7日"], "“2026年11月30日”写法不对"),
        (["deadline", "２０２６-11-30", "--within", "7日"], "“２０２６-11-30”写法不对"),
        (["deadline", "2026-11-18", "--within", "3天"], "“3天”写法不对"),
        (["explain", "QD999"], "没有“QD999”这个问题编码"),
        (["report", "2026Q3"], "--quarter"),
        (["-C", "/nowhere/at/all", "validate"], "不是文件夹"),
    ],
)
def test_wrong_words_get_a_chinese_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    out, err = said(capsys)
    assert sentence in err
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [["--help"], ["adjust", "--help"], ["adjust", "set", "-h"], ["report", "--help"]]
)
def test_help_is_chinese(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 0
    out, _ = said(capsys)
    assert "用法：qingdan" in out
    for english in (
        "Usage",
        "Options:",
        "Arguments",
        "Show this message",
        "Commands:",
        "[OPTIONS]",
    ):
        assert english not in out


def test_without_words_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    _, err = said(capsys)
    assert "命令：" in err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert said(capsys)[0].startswith("qingdan ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_chinese_passes_whatever_the_machine_says_of_its_language(encoding: str) -> None:
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    words = [sys.executable, "-m", "qingdan", "explain", "QD999"]
    done = subprocess.run(words, capture_output=True, check=False, env=env)
    assert done.returncode == 2
    assert "没有“QD999”这个问题编码" in done.stderr.decode("gbk" if encoding == "gbk" else "utf-8")


def test_what_a_narrow_encoding_lacks_is_spelt_out(small: Path) -> None:
    replace(small, "lists/powers/JS-CG.yaml", "code: ", "name: \u9fff\n  code: ")
    env = os.environ | {"PYTHONIOENCODING": "gb2312", "PYTHONUTF8": "0"}
    words = [sys.executable, "-m", "qingdan", "-C", str(small), "find", "\u9fff"]
    done = subprocess.run(words, capture_output=True, check=False, env=env)
    assert b"\\u9fff" in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("closed", "code"), [(">&-", 2), ("2>&-", 2), (">&- 2>&-", 2)])
def test_closed_streams_swallow_what_is_said(closed: str, code: int) -> None:
    command = f'"{sys.executable}" -m qingdan explain QD999 {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


LOST = """
import time, weakref
from qingdan.cli.main import prepare

class Thing:
    pass

def drop(_):
    raise KeyboardInterrupt

prepare()
thing = Thing()
kept = weakref.ref(thing, drop)
try:
    del thing  # Python drops what a callback raises
    time.sleep(20)
except KeyboardInterrupt:
    print("again")
"""


def test_an_interrupt_is_not_lost_where_python_drops_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST], capture_output=True, check=False, timeout=15
    )
    assert (done.stdout, done.stderr) == (b"again\n", b"")


def test_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qingdan", "--version"], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"qingdan ")


HEAVY = {"git", "rich", "jinja2", "jsonschema", "jsonschema_rs", "ruamel", "yaml", "yaml_rs"} | {
    "chinese_calendar",
    "markdown_it",
}


def loaded(*words: str) -> set[str]:
    """The modules that a command loads."""
    code = "import sys; from qingdan.cli.main import run; run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, check=True, text=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_starting_loads_nothing_heavy() -> None:
    modules = loaded("--version")
    assert "typer" in modules
    assert not HEAVY & modules


def test_what_has_not_changed_is_told_without_what_reads_options(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(small, "validate", "--fail-on", "error") == 0
    told = said(capsys)
    assert run(["-C", str(small), "validate"]) == 0
    assert said(capsys) == told
    assert not (HEAVY | {"typer", "qingdan.core.build"}) & loaded("-C", str(small), "validate")


def test_what_is_printed_arrives_whole_however_soon_the_process_ends(district: Path) -> None:
    """Into a pipe that holds less, with what waits in Python's own buffer when the command is done."""
    for number in range(40):
        shutil.copytree(district / "registers", district / f"lists/powers/{number:02}/甲")
    words = (sys.executable, "-m", "qingdan", "-C", str(district), "validate", "--format", "json")
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0
    assert len(done.stdout) > 1 << 16
    assert json.loads(done.stdout)["findings"]


def test_no_workspace_here(
    tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(tmp_path, "validate") == 2
    assert "不是工作区" in said(capsys)[1]


def test_workspace_is_found_upwards_but_not_above_the_git_root(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qingdan(district / "lists" / "powers", "validate") == 0
    inner = district / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    capsys.readouterr()
    assert qingdan(inner, "validate") == 2


@pytest.mark.parametrize("profile", ["district", "town", "bureau"])
def test_empty_workspace_of_each_profile_validates(
    profile: str, tmp_path: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / profile
    assert run(["init", str(folder), "--profile", profile]) == 0
    assert git(folder, "status", "--porcelain") == ""
    capsys.readouterr()
    assert qingdan(folder, "validate", "--commits", "HEAD") == 0
    assert "清单目前是空的" in said(capsys)[0]


def test_empty_workspace_of_another_district(tmp_path: Path, qingdan: Run) -> None:
    folder = tmp_path / "zhongyuan"
    words = ["--name", "郑州市中原区", "--short", "中原区", "--division", "410102000000"]
    assert run(["init", str(folder), "--profile", "district", *words]) == 0
    settings = (folder / "qingdan.yaml").read_text("utf-8")
    assert "name: 郑州市中原区" in settings
    assert "'410102000000'" in settings
    assert "# 保留的清单" in settings
    units = (folder / "registers/units.yaml").read_text("utf-8")
    assert "中原区司法局" in units
    assert "应急管理局" not in units
    assert qingdan(folder, "validate") == 0


def test_init_leaves_what_is_there_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "mine.txt", "mine")
    assert run(["init", str(tmp_path), "--profile", "district", "--sample"]) == 4
    assert "不是空的" in said(capsys)[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


def test_sample_is_the_same_on_every_machine(district: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run(["init", str(again), "--profile", "district", "--sample"]) == 0
    assert git(again, "rev-parse", "HEAD") == git(district, "rev-parse", "HEAD")


def test_paths_narrow_what_is_shown(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(district, "lists/powers/JS-YJ.yaml", "state: 在用", "state: 停用")
    replace(district, "lists/powers/JS-SC.yaml", "state: 在用", "state: 停用")
    capsys.readouterr()
    assert qingdan(district, "validate", "lists/powers/JS-YJ.yaml", "--format", "json") == 1
    findings = json.loads(said(capsys)[0])["findings"]
    assert {finding["path"] for finding in findings} == {"lists/powers/JS-YJ.yaml"}
    assert qingdan(district, "validate", "lists/fees") == 0
    assert qingdan(district, "validate", "lists/none") == 3
    assert qingdan(district, "validate", "../elsewhere") == 2


def test_since_shows_only_what_is_new(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        district,
        "lists/powers/JS-YJ.yaml",
        "law: 中华人民共和国安全生产法",
        "law: 安全生产法（旧名）",
    )
    commit(district, "break it")
    replace(district, "lists/powers/JS-SC.yaml", "state: 在用", "state: 停用")
    capsys.readouterr()
    assert qingdan(district, "validate", "--since", "HEAD", "--format", "json") == 1
    found = json.loads(said(capsys)[0])["findings"]
    assert {finding["path"] for finding in found if finding["severity"] == "error"} == {
        "lists/powers/JS-SC.yaml"
    }
    assert not any(finding["code"] == "QD401" and "旧名" in finding["message"] for finding in found)
    assert qingdan(district, "validate", "--at", "HEAD") == 0
    assert qingdan(district, "validate", "--at", "nowhere") == 3


def test_output_to_files_and_screen(
    district: Path, qingdan: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.sarif"
    assert qingdan(district, "validate", "--format", "concise", "--format", f"sarif={target}") == 0
    assert json.loads(target.read_text("utf-8"))["version"] == "2.1.0"
    capsys.readouterr()
    assert qingdan(district, "validate", "--format", "json", "--format", "text") == 2
    assert qingdan(district, "validate", "--format", "xml") == 2
    assert qingdan(district, "validate", "--format", f"json={tmp_path}") == 2


def test_fail_on(district: Path, qingdan: Run) -> None:
    replace(district, "lists/powers/JS-YJ.yaml", "law: 中华人民共和国安全生产法", "law: 未登记的法")
    assert qingdan(district, "validate") == 0
    assert qingdan(district, "validate", "--fail-on", "warning") == 1
    assert qingdan(district, "validate", "--fail-on", "all") == 2


@pytest.mark.parametrize("words", [["--division", "41"], ["--short", ""], ["--name", "x" * 99]])
def test_init_that_fails_leaves_nothing(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if words[1] == "":
        for key in (
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
        ):
            monkeypatch.delenv(key)
    folder = tmp_path / "new"
    assert run(["init", str(folder), "--profile", "district", *words]) in {2, 3}
    assert not folder.exists()
    folder.mkdir()
    assert run(["init", str(folder), "--profile", "district", *words]) in {2, 3}
    assert list(folder.iterdir()) == []


def test_settings_that_cannot_be_read_are_the_only_fault(
    district: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rules name periods and systems of the settings: of these nobody can say now that they are not there."""
    put(district, "qingdan.yaml", (district / "qingdan.yaml").read_text("utf-8") + "bad: [\n")
    assert qingdan(district, "validate", "--format", "json") == 1
    found = json.loads(said(capsys)[0])["findings"]
    assert [(one["code"], one["path"]) for one in found] == [("QD101", "qingdan.yaml")]
