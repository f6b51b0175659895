"""The workspaces that are measured on: made once, kept below a folder, and put back as they were before each use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import history
from generate import generate
from systems import snapshots

from qingdan.repo import resources

_SEED = 20261120
_MADE = "made"
"""The tag of the state in which a corpus was made."""
_MAKERS = ("generate.py", "history.py", "systems.py")


@dataclass(frozen=True, slots=True)
class Corpora:
    """Workspaces by what they hold and how much."""

    folder: Path

    def district(self, count: int) -> Path:
        """A workspace with so many items, committed."""

        def make(place: Path) -> None:
            generate(place, count, _SEED)
            _commit(place)

        return self._kept(f"items-{count}", f"{count:,}个事项", make)

    def past(self, count: int, commits: int) -> Path:
        """A workspace with so many items and so many commits that adjust one each."""
        told = f"{count:,}个事项、{commits:,}次提交"
        return self._kept(
            f"past-{count}-{commits}", told, lambda place: history.make(place, count, commits)
        )

    def systems(self, count: int) -> Path:
        """A workspace with snapshots of three systems."""

        def make(place: Path) -> None:
            generate(place, count, _SEED)
            snapshots(place, count, _SEED)
            _commit(place)

        return self._kept(f"systems-{count}", f"{count:,}个事项、三个系统", make)

    def _kept(self, name: str, told: str, make: Callable[[Path], None]) -> Path:
        """Make a workspace unless it is there, of what the generators are today."""
        place, stamp = self.folder / name, self.folder / f"{name}.made"
        if stamp.is_file() and stamp.read_text("ascii") == _makers():
            git(place, "reset", "-q", "--hard", _MADE)
            git(place, "clean", "-fdq")
            return place
        print(f"生成{told} …", file=sys.stderr)
        stamp.unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        make(place)
        for words in (("config", "gc.auto", "0"), ("tag", _MADE), ("status",)):
            git(place, *words)
        stamp.write_text(_makers(), "ascii")
        return place


def git(place: Path, *words: str) -> str:
    """Run git in a workspace."""
    done = subprocess.run(["git", "-C", str(place), *words], check=True, stdout=subprocess.PIPE)
    return done.stdout.decode("utf-8")


def _commit(place: Path) -> None:
    git(place, "init", "-q", "-b", "main")
    for key, value in (("user.name", "测试"), ("user.email", "bench@qingdan.example")):
        git(place, "config", key, value)
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "建库")


def _makers() -> str:
    """A digest of all that a corpus is made of."""
    here = Path(__file__).parent
    texts = [(here / name).read_bytes() for name in _MAKERS]
    texts += [path.read_bytes() for path in sorted(resources.folder("schemas").glob("*.json"))]
    texts.append((resources.folder("lists") / "jinshui" / "qingdan.yaml").read_bytes())
    return sha256(b"\0".join(texts)).hexdigest()
