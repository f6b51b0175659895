"""Warm ``validate``: nothing changed, or one file; and ``adjust``, beside what git takes for the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from timing import Command, run

from rows import Ground, Group, Outcome, Round, Row, beyond, first_code, items, limit, of

WARM, ADJUST = "热检查（用缓存）", "办理一次调整"
_START, _STATUS = "--version", "git status"
_SECTION = re.compile(rb"(?m)^  section: .*$")


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """At every size, since neither may grow with it."""
    for size in ground.scale.sizes:
        yield from _warm(ground, size)
        yield from _adjust(ground, size)


def touch(path: Path, mark: str) -> None:
    """Change one field of the first item, to what no cache has seen."""
    path.write_bytes(_SECTION.sub(f"  section: 第{mark}科".encode(), path.read_bytes(), count=1))


def _warm(ground: Ground, size: int) -> Iterator[Outcome]:
    work = ground.corpora.district(size)
    path = _a_file(work)
    own = ground.on(work, "validate")
    run(own)
    changed = Command(own.words, before=lambda number: touch(path, f"W{number}"))
    status = Command(["git", "-C", str(work), "status"])

    def allowed(each: Round) -> float:
        return each[_START] + 3 * each[_STATUS]

    bound, told = limit(size, {64_000: 1}, "most"), "--version＋3×git status"
    rows = [
        Row("validate，没有改动", of("validate"), told, allowed, limit=bound),
        Row("validate，改动一个文件", of("改动一个文件"), told, allowed, limit=bound),
    ]
    commands = {_START: ground.start, _STATUS: status, "validate": own, "改动一个文件": changed}
    yield from Group(WARM, items(size), commands, rows, ground.scale.rounds).outcomes()


def _adjust(ground: Ground, size: int) -> Iterator[Outcome]:
    """Both change the same file; each round says something new, so that there is something to commit."""
    work = ground.corpora.district(size)
    path = _a_file(work)
    code = first_code(path)
    run(ground.on(work, "validate"))
    why = ("--trigger", "internal", "--occurred", "2026-11-18", "--reason", "压减办理用时")

    def adjust(number: int) -> list[str]:
        new = f"promised_limit={17 + number % 4}个工作日"
        words = ["adjust", "set", code, new, *why, "--today", "2026-11-20", "--yes"]
        return [ground.qingdan, "-C", str(work), *words]

    commit = ["git", "-C", str(work), "commit", "-q", "-m", "改", "--", str(path)]
    commands = {
        _START: ground.start,
        "adjust set": Command(adjust),
        "git commit": Command(commit, before=lambda number: touch(path, f"A{number}")),
    }
    bound = limit(size, {64_000: 3}, "most")
    own = beyond("adjust set", _START)
    rows = [Row("adjust set，减去启动", own, "git commit 同一文件", of("git commit"), limit=bound)]
    yield from Group(ADJUST, items(size), commands, rows, ground.scale.rounds).outcomes()


def _a_file(work: Path) -> Path:
    """A file from the middle."""
    paths = sorted((work / "lists" / "powers").glob("*.yaml"))
    return paths[len(paths) // 2]
