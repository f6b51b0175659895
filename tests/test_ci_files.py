"""The files that ``init`` lays out for forges and for pre-commit: what they run, on a clean and on a broken change."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Run, commit, git, replace
from hooking import FILE, filed, limit, small
from qingdan.cli.main import run as run_command
from qingdan.desk.laying import FORGES, PROFILES, forge_files

ROOT = Path(__file__).parent.parent
ACTIONS = ("github", "gitea")
REPORT = "gl-code-quality-report.json"
MERGE, BRANCH, SCHEDULE, DUE = "合并请求", "主分支", "定期检查", "期限提醒"
NONE = "0" * 40


@pytest.fixture(autouse=True)
def of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the adjustments here are applied for."""
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(key, "2026-09-17T12:00:00+08:00")


@pytest.fixture
def work(tmp_path: Path, built: Path) -> Path:
    return small(tmp_path / "work", built)


def parsed(forge: str, branch: str = "main") -> Any:
    """What a forge reads; ``on`` stays a word, as the forges have it."""
    (raw,) = forge_files([forge], branch).values()
    return yaml.load(raw, Loader=yaml.BaseLoader)


def steps(forge: str) -> dict[str, str]:
    """What is run for a merge request, for the main branch and by schedule: the shell text, by words of its name."""
    found = parsed(forge)
    if forge == "gitlab":
        jobs = {name: "\n".join(job["script"]) for name, job in found.items() if "script" in job}
    else:
        jobs = {s["name"]: s["run"] for s in found["jobs"]["qingdan"]["steps"] if "if" in s}
    return {
        word: next(text for name, text in jobs.items() if word in name)
        for word in (MERGE, BRANCH, SCHEDULE, DUE)
    }


@dataclass(frozen=True)
class Forge:
    """The shell of a forge's runner."""

    name: str

    def run(self, folder: Path, event: str, base: str = "") -> subprocess.CompletedProcess[str]:
        """Run the step of an event as the runner would: bash, stopping at the first failure."""
        key = {
            MERGE: {"gitlab": "CI_MERGE_REQUEST_DIFF_BASE_SHA"}.get(self.name, "BASE"),
            BRANCH: {"gitlab": "CI_COMMIT_BEFORE_SHA"}.get(self.name, "BEFORE"),
        }.get(event, "UNUSED")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps(self.name)[event]],
            cwd=folder,
            env=os.environ | {"PATH": path, key: base},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture(params=list(FORGES))
def forge(request: pytest.FixtureRequest) -> Forge:
    return Forge(request.param)


def told(forge: Forge, folder: Path, done: subprocess.CompletedProcess[str]) -> str:
    """What the forge shows beside the lines of a merge request."""
    if forge.name != "gitlab":
        return done.stdout
    return (folder / REPORT).read_text("utf-8")


def test_a_clean_merge_request_passes_and_a_broken_one_does_not(forge: Forge, work: Path) -> None:
    text = (work / "lists/fees/JS-CG.yaml").read_text("utf-8")
    (work / "lists/fees/JS-CG.yaml").write_text(
        text.replace("state: 在用", "state: 有效", 1), "utf-8"
    )
    commit(work, "an old fault")
    base = git(work, "rev-parse", "HEAD")
    git(work, "switch", "-qc", "request")
    filed(work)
    done = forge.run(work, MERGE, base)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "QD106" not in told(forge, work, done)
    limit(work, 6)
    commit(work, "直接改")
    done = forge.run(work, MERGE, base)
    assert done.returncode == 1
    assert "QD501" in told(forge, work, done)
    assert "QD106" not in told(forge, work, done)
    if forge.name == "github":
        assert re.search("^::error .*title=QD501", done.stdout, re.MULTILINE)
    if forge.name == "gitlab":
        assert json.loads((work / REPORT).read_text("utf-8"))


def test_a_main_branch_that_went_on_is_no_fault_of_the_request(forge: Forge, work: Path) -> None:
    git(work, "switch", "-qc", "request")
    filed(work)
    git(work, "switch", "-q", "main")
    (work / "说明.md").write_text("x", "utf-8")
    moved = commit(work, "the main branch goes on")
    git(work, "switch", "-q", "request")
    assert forge.run(work, MERGE, moved).returncode == 0


def test_the_main_branch_is_looked_at_after_a_merge(forge: Forge, work: Path) -> None:
    before = git(work, "rev-parse", "HEAD")
    filed(work)
    assert forge.run(work, BRANCH, before).returncode == 0
    limit(work, 6)
    commit(work, "直接改")
    done = forge.run(work, BRANCH, before)
    assert (done.returncode, "QD501" in told(forge, work, done)) == (1, True)


@pytest.mark.parametrize("name", list(FORGES))
def test_without_an_earlier_state_all_of_the_branch_is_judged(name: str, bureau: Path) -> None:
    """The first push."""
    done = Forge(name).run(bureau, BRANCH, NONE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("fetched", [True, False])
def test_a_main_branch_that_was_rewritten_is_an_error(
    forge: Forge, work: Path, *, fetched: bool
) -> None:
    """Whether or not the forge's runner still has what was there before."""
    before = git(work, "rev-parse", "HEAD") if fetched else "1" * 40
    git(work, "commit", "-q", "--amend", "-m", "改写")
    done = forge.run(work, BRANCH, before)
    assert (done.returncode, "QD525" in told(forge, work, done)) == (1, True)


def test_the_world_is_checked_by_schedule(forge: Forge, work: Path) -> None:
    done = forge.run(work, SCHEDULE)
    assert done.returncode in {0, 1}
    assert done.stderr == ""
    assert "qingdan check" in steps(forge.name)[SCHEDULE]


@pytest.mark.parametrize("name", ["github", "gitea", "gitlab"])
def test_the_world_is_checked_after_a_merge_and_not_on_a_request(name: str) -> None:
    found = parsed(name)
    if name == "gitlab":
        (job,) = (job for key, job in found.items() if SCHEDULE in key)
        events = [rule["if"] for rule in job["rules"]]
        assert any('"push"' in event for event in events)
        assert not any("merge_request_event" in event for event in events)
    else:
        (step,) = (s for s in found["jobs"]["qingdan"]["steps"] if SCHEDULE in s.get("name", ""))
        assert step["if"] == "github.event_name != 'pull_request'"


def test_what_runs_out_is_told_by_schedule_where_it_stands(forge: Forge, work: Path) -> None:
    register = "registers/officers.yaml"
    done = forge.run(work, DUE)
    assert (done.returncode, done.stderr) == (0, "")
    assert register not in told(forge, work, done)
    replace(work, register, "2029-05-31", "2020-01-31")
    done = forge.run(work, DUE)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = (line for line in done.stdout.splitlines() if register in line)
    assert line.startswith(f"::error file={register},line=" if forge.name == "github" else register)
    assert "QD425" in line
    assert "已到期" in line
    if forge.name == "gitlab":
        found = json.loads((work / REPORT).read_text("utf-8"))
        severities = [e["severity"] for e in found if e["location"]["path"] == register]
        assert severities == ["major"]


def test_reminding_comes_before_what_may_fail() -> None:
    for name in ACTIONS:
        every = [
            step["name"] for step in parsed(name)["jobs"]["qingdan"]["steps"] if "name" in step
        ]
        places = [
            next(at for at, one in enumerate(every) if word in one) for word in (DUE, SCHEDULE)
        ]
        assert places == sorted(places)


@pytest.mark.parametrize("name", ACTIONS)
def test_the_whole_history_is_fetched_and_nothing_is_written(name: str) -> None:
    found = parsed(name, "master")
    assert found["on"]["pull_request"]["branches"] == ["master"]
    assert found["on"]["push"]["branches"] == ["master"]
    checkout, python, install = found["jobs"]["qingdan"]["steps"][:3]
    assert checkout["uses"].startswith("actions/checkout@")
    assert checkout["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    assert python["uses"].startswith("actions/setup-python@")
    assert install["run"] == "python -m pip install qingdan"
    conditions = [s["if"] for s in found["jobs"]["qingdan"]["steps"] if "if" in s]
    events = set(re.findall(r"github\.event_name == '(\w+)'", " ".join(conditions)))
    assert events == set(found["on"])
    for step in found["jobs"]["qingdan"]["steps"]:
        assert "${{" not in step.get("run", ""), "what a stranger names must not become shell"


def test_gitlab_fetches_all_and_reports_code_quality() -> None:
    found = parsed("gitlab", "master")
    common = found[".qingdan"]
    assert common["variables"] == {"GIT_DEPTH": "0"}
    assert common["before_script"] == ["python -m pip install qingdan"]
    assert common["artifacts"] == {"when": "always", "reports": {"codequality": REPORT}}
    jobs = [job for name, job in found.items() if not name.startswith(".")]
    assert {job["extends"] for job in jobs} == {".qingdan"}
    rules = " ".join(job["rules"][0]["if"] for job in jobs)
    assert '$CI_COMMIT_BRANCH == "master"' in rules
    assert set(re.findall(r'PIPELINE_SOURCE == "(\w+)"', rules)) == {
        *("merge_request_event", "push", "schedule", "web"),
    }


@pytest.mark.parametrize("name", FORGES)
def test_no_file_names_a_host(name: str) -> None:
    (raw,) = forge_files([name], "main").values()
    assert re.findall(r"https?://|\.(?:com|cn|org|io)\b", raw.decode()) == []


# laying them out


@pytest.mark.parametrize("profile", PROFILES)
def test_a_sample_comes_with_all_three_and_stays_clean(
    profile: str, samples: Callable[[str], Path], qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = samples(profile)
    tracked = git(folder, "ls-files").splitlines()
    assert set(FORGES.values()) <= set(tracked)
    assert not (folder / ".git/hooks/pre-commit").exists(), "a sample is for trying out"
    capsys.readouterr()
    assert qingdan(folder, "validate", "--format", "json", "--fail-on", "info") == 0
    assert "QD111" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "laid"),
    [
        ((), set(FORGES.values())),
        (("--forge", "gitlab"), {".gitlab-ci.yml"}),
        (("--forge", "none"), set()),
    ],
)
def test_a_new_workspace_comes_with_what_was_asked_for_and_with_hooks(
    words: tuple[str, ...], laid: set[str], tmp_path: Path, qingdan: Run
) -> None:
    folder = tmp_path / "new"
    assert run_command(["init", str(folder), "--profile", "town", *words]) == 0
    assert set(FORGES.values()) & set(git(folder, "ls-files").splitlines()) == laid
    assert git(folder, "status", "--porcelain") == ""
    assert qingdan(folder, "validate", "--commits", "HEAD") == 0
    assert (folder / ".git/hooks/commit-msg").is_file()


def test_an_unknown_forge_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["init", str(tmp_path / "new"), "--profile", "town", "--forge", "svn"]
    assert run_command(words) == 2
    assert "github" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_hooks_of_many_repositories_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {tmp_path}/shared\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert run_command(["init", str(tmp_path / "new"), "--profile", "town"]) == 0
    assert "qingdan hook install" in capsys.readouterr().err
    assert not (tmp_path / "shared").exists()


# pre-commit, the tool of that name


HOOKS: Mapping[str, Any] = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}


def entry(name: str, folder: Path, *more: str) -> int:
    """Run a hook's entry as the tool would, in the folder of the repository."""
    words = shlex.split(HOOKS[name]["entry"])
    assert words[0] == "qingdan"
    return run_command(["-C", str(folder), *words[1:], *more])


def test_the_entries_refuse_what_they_are_for(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = work / ".git/COMMIT_EDITMSG"
    message.write_text("直接改\n", "utf-8")
    for name in ("qingdan-staged", "qingdan-validate", "qingdan-fmt"):
        assert entry(name, work) == 0
    limit(work, 7)
    git(work, "add", "-A")
    assert entry("qingdan-commit-msg", work, str(message)) == 1
    text = (work / FILE).read_text("utf-8")
    (work / FILE).write_text(text.replace("type: 行政许可", "type:  行政许可", 1), "utf-8")
    git(work, "add", "-A")
    assert entry("qingdan-staged", work) == 1
    assert entry("qingdan-validate", work) == 1
    assert entry("qingdan-fmt", work) == 1
    assert FILE in capsys.readouterr().out


def test_the_tool_calls_them_where_they_belong() -> None:
    assert {hook["language"] for hook in HOOKS.values()} == {"python"}
    assert HOOKS["qingdan-commit-msg"]["stages"] == ["commit-msg"]
    for path in (FILE, "qingdan.yaml", "清单/registers/units.yaml"):
        assert re.search(HOOKS["qingdan-validate"]["files"], path)
    assert not re.search(HOOKS["qingdan-validate"]["files"], "src/main.py")
    assert re.search(HOOKS["qingdan-fmt"]["files"], FILE)
