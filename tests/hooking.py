"""A small workspace under git's own hooks: the manual's sample district, real commits, real pushes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from conftest import Run, git

CODE = "JS-CG-XK-001"
FILE = "lists/powers/JS-CG.yaml"
WHY = (
    *("--trigger", "internal", "--occurred", "2026-09-14"),
    *("--reason", "压减办理环节用时", "--today", "2026-09-17"),
)


def small(folder: Path, built: Path) -> Path:
    """A copy of the manual's workspace: a repository with three commits."""
    return Path(shutil.copytree(built, folder))


def attempt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git, whatever comes of it; both streams in ``stdout``."""
    return subprocess.run(
        ["git", "-C", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def head(folder: Path, rev: str = "HEAD") -> str:
    return git(folder, "rev-parse", rev)


def limit(folder: Path, days: int) -> None:
    """Edit the promised limit of :data:`CODE` in the work tree, without any papers."""
    text = (folder / FILE).read_text("utf-8")
    before, found, after = text.partition(f"- code: {CODE}\n")
    start, key, rest = after.partition("  promised_limit: ")
    assert found
    assert key
    changed = f"{before}{found}{start}{key}{days}个工作日\n{rest.partition(chr(10))[2]}"
    (folder / FILE).write_text(changed, "utf-8")


def adjust(qingdan: Run, folder: Path, days: int) -> str:
    """File an adjustment of the promised limit; the commit's id."""
    assert qingdan(folder, "adjust", "set", CODE, f"promised_limit={days}个工作日", *WHY) == 0
    return head(folder)


def filed(folder: Path) -> str:
    """The head gone on by one adjustment, from 6 to 7 days, as quick as git can make it; the commit's id."""
    many(folder, "filed", 1)
    git(folder, "reset", "-q", "--hard", "filed")
    git(folder, "branch", "-q", "-D", "filed")
    return head(folder)


def many(folder: Path, branch: str, count: int, forged: int = -1) -> None:
    """A branch of adjustments upon the head, made by git's importer at once; one of them without papers."""
    text = (folder / FILE).read_text("utf-8")
    stream, now = [], 6
    for number in range(count):
        new = 7 if now == 6 else 6
        limit(folder, new)
        record_id = f"2026-09-17-{CODE}-{number + 2}"
        files = {FILE: (folder / FILE).read_text("utf-8")}
        message = "直接改\n"
        if number != forged:
            files[f"ledger/adjustments/2026/{record_id}.yaml"] = _record(record_id, now, new)
            message = _message(record_id)
        stream.append(_imported(branch, message, files, head(folder) if not number else ""))
        now = new
    (folder / FILE).write_text(text, "utf-8")
    git_import = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(git_import, input="".join(stream).encode(), check=True)


def _imported(branch: str, message: str, files: dict[str, str], parent: str) -> str:
    lines = [
        f"commit refs/heads/{branch}\n",
        "committer 测试 <t@qingdan.example> 1789617600 +0800\n",
    ]
    lines += [_data(message), f"from {parent}\n" if parent else ""]
    lines += [f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()]
    return "".join(lines)


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _message(record_id: str) -> str:
    return f"""\
调整

说明

Adjustment: change
Item: {CODE}
Trigger: internal
Occurred: 2026-09-14
Deadline: 2026-09-20
Reason: 压减办理环节用时
Record: {record_id}
"""


def _record(record_id: str, before: int, after: int) -> str:
    return f"""\
id: '{record_id}'
kind: change
items:
- {CODE}
trigger: internal
occurred: '2026-09-14'
within: 5个工作日
deadline: '2026-09-20'
applied: '2026-09-17'
reason: 压减办理环节用时
changes:
- item: {CODE}
  field: promised_limit
  before: {before}个工作日
  after: {after}个工作日
steps:
- stage: 申请
  by: JS-CG
  started: '2026-09-14'
"""
