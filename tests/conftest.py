"""Real workspaces in real git repositories; the clock and the identity are pinned."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qingdan.cli.main import run as run_command

Run = Callable[..., int]
Samples = Callable[[str], Path]

CLERK = {
    "GIT_AUTHOR_NAME": "测试经办人",
    "GIT_AUTHOR_EMAIL": "test@qingdan.example",
    "GIT_COMMITTER_NAME": "测试经办人",
    "GIT_COMMITTER_EMAIL": "test@qingdan.example",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
TODAY = "2026-11-20"
CODE = "JS-YJ-QT-001"
FILE = "lists/powers/JS-YJ.yaml"
WHY = (
    "--trigger",
    "internal",
    "--occurred",
    "2026-11-16",
    "--reason",
    "压减办理环节用时",
    "--today",
    TODAY,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own git settings, pinned commit days, no colours."""
    for key, value in CLERK.items():
        monkeypatch.setenv(key, value)
    for key in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(key, f"{TODAY}T10:00:00+08:00")
    for key in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Profile to its sample workspace, laid out once; copy it before changing anything."""
    made: dict[str, Path] = {}

    def sample(profile: str) -> Path:
        if profile not in made:
            folder = tmp_path_factory.mktemp("samples") / profile
            assert run_command(["init", str(folder), "--profile", profile, "--sample"]) == 0
            made[profile] = folder
        return made[profile]

    return sample


@pytest.fixture
def district(samples: Callable[[str], Path], tmp_path: Path) -> Path:
    """A sample district of one's own."""
    return Path(shutil.copytree(samples("district"), tmp_path / "district"))


@pytest.fixture
def bureau(samples: Callable[[str], Path], tmp_path: Path) -> Path:
    """A sample bureau of one's own."""
    return Path(shutil.copytree(samples("bureau"), tmp_path / "bureau"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual's workspace of a few items and three commits, made once; copy it before changing anything."""
    from examples_support import build

    with pytest.MonkeyPatch.context() as patch:
        for key, value in CLERK.items():
            patch.setenv(key, value)
        patch.setenv("GIT_COMMITTER_DATE", "2026-09-17T12:00:00+08:00")
        return build(tmp_path_factory.mktemp("manual") / "base")


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Path:
    """The manual's workspace, of one's own: quick to work in."""
    return Path(shutil.copytree(built, tmp_path / "small"))


@pytest.fixture
def qingdan() -> Run:
    """Run a command in a folder, in this process; its exit code."""

    def run(folder: Path, *words: str) -> int:
        return run_command(["-C", str(folder), *words])

    return run


def git(folder: Path, *words: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8").strip()


def put(folder: Path, path: str, raw: str | bytes) -> Path:
    """Write a file of a workspace."""
    full = folder / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return full


def replace(folder: Path, path: str, old: str, new: str) -> None:
    """Change a text in a file, where it must stand exactly once or more."""
    text = (folder / path).read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    (folder / path).write_text(text.replace(old, new, 1), "utf-8")


def commit(folder: Path, message: str) -> str:
    """Commit everything with this message; the commit's id."""
    git(folder, "add", "-A")
    subprocess.run(
        ["git", "-C", str(folder), "commit", "-q", "--allow-empty", "-F", "-"],
        input=message.encode(),
        check=True,
    )
    return git(folder, "rev-parse", "HEAD")
