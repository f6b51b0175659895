"""The program's start, and completion of codes, beside importing the library that its command line is made with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from timing import Command

from rows import FAILED, Ground, Group, Limit, Outcome, Round, Row, items, limit, of, unmeasured

SUBJECT = "启动"
TYPER = "import typer"
_MOST = 1.3
_MORE = 0.05
"""Seconds that completion may take beyond a start."""


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """Start and completion."""
    typer = Command([sys.executable, "-c", TYPER])
    ours = {
        "qingdan --help": Command([ground.qingdan, "--help"]),
        "qingdan --version": ground.start,
        "qingdan（不带命令）": Command([ground.qingdan], codes=frozenset({0, 2})),
    }
    rows = [Row(name, of(name), TYPER, of(TYPER), limit=Limit("most", _MOST)) for name in ours]
    rounds = ground.scale.rounds * 3
    yield from Group(SUBJECT, "", {TYPER: typer, **ours}, rows, rounds).outcomes()
    yield from _completion(ground, typer, rounds)


def _completion(ground: Ground, typer: Command, rounds: int) -> Iterator[Outcome]:
    """``qingdan show U-00100-`` and the tabulator key."""
    subject, size, name = "补全职权编号", ground.scale.largest, "补全"
    work = ground.corpora.district(size)
    unit = f"U-{min(100, size // 18 - 1):05d}-"
    words = f"qingdan -C {work} show {unit}"
    asked = {"_QINGDAN_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "4"}
    command = Command([ground.qingdan], env=asked)

    def allowed(each: Round) -> float:
        return _MOST * each[TYPER] + _MORE

    bound = limit(size, {64_000: 1}, "most")
    rows = [Row(f"补全 {unit}", of(name), f"{_MOST}×import typer＋50毫秒", allowed, limit=bound)]
    done = subprocess.run(
        command.said(0), env={**os.environ, **asked}, capture_output=True, check=False
    )
    if unit.encode() not in done.stdout:
        yield from unmeasured(subject, items(size), rows, FAILED)
        return
    commands = {TYPER: typer, name: command}
    yield from Group(subject, items(size), commands, rows, rounds).outcomes()
