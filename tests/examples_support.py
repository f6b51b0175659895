"""The manual's examples made real: the sample workspace as a repository, an example laid over it, the findings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from qingdan.cli.main import run
from qingdan.commands.explain import page
from qingdan.core.text.canonical import scalar
from qingdan.repo import resources

MESSAGE = "提交说明"
PUBLICATION = "ledger/publications/2026-01-08-first.yaml"
UNKNOWN_COMMIT = "'" + "0" * 40 + "'"
ADJUSTMENT = (
    "adjust", "set", "JS-CG-XK-001", "promised_limit=6个工作日", "--trigger", "internal",
    "--occurred", "2026-09-14", "--reason", "优化流程，压缩办理时间", "--today", "2026-09-17",
)  # fmt: skip
"""What made the commit that the examples of 5xx and 6xx change."""
OF_COMMITS = ("QD315",)
"""Publications as a commit leaves them: only ``validate --commits`` can say so."""
OF_THE_DAY = (
    "QD417", "QD418", "QD419", "QD420", "QD421", "QD422", "QD423",
    "QD603", "QD604", "QD605", "QD606", "QD607", "QD613", "QD614", "QD631", "QD632", "QD634", "QD640", "QD643")  # fmt: skip
"""What comes to its end on a day, in registers and in the ledger, and what was not held: only ``check`` can say so."""


def build(folder: Path) -> Path:
    """A repository of three commits: the lists, their publication, and an adjustment filed by the program."""
    shutil.copytree(resources.manual() / "base", folder)
    publication = (folder / PUBLICATION).read_text("utf-8")
    (folder / PUBLICATION).unlink()
    git(folder, "init", "-q", "-b", "main")
    published = _commit(folder, "建库\n", "2026-01-07")
    text = publication.replace(UNKNOWN_COMMIT, scalar(published))
    (folder / PUBLICATION).write_text(text, "utf-8")
    _commit(folder, "公布清单\n", "2026-01-08")
    assert run(["-C", str(folder), *ADJUSTMENT]) == 0
    return folder


def stage(folder: Path, code: str, side: str) -> None:
    """Lay the ``bad`` or the ``good`` example of a code over the repository that :func:`build` made."""
    data: Any = page(code)
    example = data[side]
    scene = data.get("scene") or {"5": "adjustment", "6": "filed"}.get(code[2], "base")
    message = _set_scene(folder, scene)
    if "before" in data:
        for path, (old, new) in data["before"].items():
            _swap(folder / path, old, new)
        _commit(folder, "改动设置\n\nReason: 本例需要\n", "2026-09-17")
    for path, shown in example["show"].items():
        if path == MESSAGE:
            message = _edited(data, path, shown, message) if message else shown
        else:
            _lay(folder, data, example, path, shown)
    if code[2] == "5" or code in OF_COMMITS:
        git(folder, "update-ref", "refs/known", "HEAD")
        rewrite = ["--amend"] if example.get("rewrite") else []
        day = "2026-09-18" if scene == "filed" else "2026-09-17"
        _commit(
            folder,
            message,
            example.get("day", day),
            example.get("author", ""),
            example.get("sign", ""),
            *rewrite,
        )


def _swap(full: Path, old: str, new: str) -> None:
    """Put a text in place of another; an empty one is a file that is not there yet."""
    text = full.read_text("utf-8") if old else ""
    assert old in text
    full.parent.mkdir(parents=True, exist_ok=True)
    if "{KEY}" in new:
        new = new.replace("{KEY}", _key(full.parents[1]))
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_text(text.replace(old, new, 1) if old else new, "utf-8")


def _key(folder: Path) -> str:
    """A new key to sign with, kept beside the git directory's own files; its public half."""
    spot = folder / ".git" / "key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", f"{spot}"]
    subprocess.run(words, check=True)
    return spot.with_suffix(".pub").read_text("utf-8").strip()


def _set_scene(folder: Path, scene: str) -> str:
    """Take the adjustment back (``base``), or out of its commit (``adjustment``: its message), or leave it."""
    if scene == "base":
        git(folder, "reset", "-q", "--hard", "HEAD~1")
    if scene != "adjustment":
        return ""
    message = git(folder, "log", "-1", "--format=%B")
    git(folder, "reset", "-q", "--soft", "HEAD~1")
    return message + "\n"


def _lay(folder: Path, data: Any, example: Any, path: str, shown: str | None) -> None:
    full = folder / path
    text = full.read_text("utf-8") if full.exists() else ""
    full.unlink(missing_ok=True)
    if shown is None:
        return
    if example.get("link"):
        full.symlink_to(shown.strip())
        return
    full.parent.mkdir(parents=True, exist_ok=True)
    after = _edited(data, path, shown, text) if text else shown
    full.write_bytes(after.encode(example.get("encode", "utf-8")))


def _edited(data: Any, path: str, shown: str, text: str) -> str:
    """The text with what is shown in place of the lines that it replaces."""
    shows = [data[side]["show"].get(path) for side in ("good", "bad")]
    named = data.get("replaces", {}).get(path)
    for old in [named] if named else [other for other in shows if other]:
        spots = spots_of(text, old)
        if spots:
            assert len(spots) == 1, f"these lines stand more than once in {path}:\n{old}"
            return _replaced(text, old, shown, spots[0][0])
    raise AssertionError(f"neither these lines nor their counterpart stand in {path}:\n{shown}")


def spots_of(text: str, block: str) -> list[tuple[int, int]]:
    """Where a block of lines stands in a text, whatever its depth: (line, depth)."""
    lines, wanted = text.splitlines(), block.splitlines()
    spots = []
    for line in range(len(lines) - len(wanted) + 1):
        depth = _lead(lines[line]) - _lead(wanted[0])
        if depth >= 0 and lines[line : line + len(wanted)] == _at(depth, wanted):
            spots.append((line, depth))
    return spots


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _at(depth: int, lines: list[str]) -> list[str]:
    return [" " * depth + line if line else "" for line in lines]


def _replaced(text: str, old: str, new: str, line: int) -> str:
    lines = text.splitlines()
    depth = _lead(lines[line]) - _lead(new)
    lines[line : line + len(old.splitlines())] = _at(depth, new.splitlines())
    return "\n".join(lines) + "\n"


def findings(folder: Path, code: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, set[str]]:
    """The exit code and the codes found by the command that looks for findings of this kind."""
    words = {
        "3": ["check"],
        "5": ["validate", "--commits", "HEAD~1..HEAD"],
        "QD525": ["validate", "--known", "refs/known"],
        "QD705": ["check", "--today", "2026-11-20"],
        "QD425": ["due", "--today", "2026-09-18"],
        "QD707": ["check", "--today", "2026-09-17"],
        "QD711": ["check", "--test"],
    } | {code: ["check", "--today", "2026-09-17"] for code in OF_THE_DAY}
    words |= dict.fromkeys(OF_COMMITS, words["5"])
    chosen = words.get(code) or words.get(code[2], ["validate"])
    capsys.readouterr()
    exit_code = run(["-C", str(folder), *chosen, "--format", "sarif", "--fail-on", "info"])
    (told,) = json.loads(capsys.readouterr().out)["runs"]
    return exit_code, {result["ruleId"] for result in told["results"]}


def _commit(
    folder: Path, message: str, day: str, author: str = "", sign: str = "", *words: str
) -> str:
    git(folder, "add", "-A")
    options = (
        "gpg.format=ssh",
        f"user.signingKey={folder / '.git' / 'key'}",
        "commit.gpgSign=true",
    )
    signing = [word for option in options for word in ("-c", option)] if sign else []
    when = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{day}T12:00:00+08:00")
    subprocess.run(
        [
            "git",
            "-C",
            str(folder),
            *signing,
            "commit",
            "-q",
            "--cleanup=verbatim",
            "-F",
            "-",
            *words,
        ],
        input=message.encode(),
        env=os.environ | when | ({"GIT_AUTHOR_EMAIL": author} if author else {}),
        check=True,
    )
    return git(folder, "rev-parse", "HEAD")
