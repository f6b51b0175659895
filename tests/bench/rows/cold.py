"""Cold ``validate``, every check on and no cache, beside the peers doing the schema alone and the parser doing nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from timing import PINNABLE, Command

from rows import Ground, Group, Outcome, Row, items, limit, of, unmeasured

SUBJECT = "冷检查（不用缓存）"
_OWN, _ONE, _FLOOR, _FLOORS = "validate", "validate，一核", "解析器，一核", "解析器，全部核"
_FASTER: Mapping[str, Mapping[int, float]] = {
    "check-jsonschema": {4_000: 12, 64_000: 40},
    "ajv": {4_000: 1.2, 64_000: 1.8},
}
_QUICK: tuple[str, ...] = ("ajv",)
_SLOW: tuple[str, ...] = ("check-jsonschema", "yamale", "spectral")
_PARSER = Path(__file__).parents[1] / "parsing.py"
_SMALL = 180
"""Items of a workspace for which a second process does not pay."""


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """Floors and quick peers in many rounds, slow ones in few."""
    for size in ground.scale.sizes:
        work = ground.corpora.district(size)
        own = {_OWN: ground.on(work, *ground.cold("validate"))}
        rounds = ground.scale.rounds if size == ground.scale.district else 3
        yield from _floors(ground, size, own, rounds)
        slow, few = (_SLOW, 3) if size == ground.scale.district else (_SLOW[:1], 1)
        if ground.scale.patient:
            slow = _SLOW
        for names, times in ((_QUICK, rounds), (slow, few)):
            yield from _beside(ground, size, own, names, times)
    if ground.scale.province:
        size = ground.scale.province
        work = ground.corpora.district(size)
        yield from _floors(ground, size, {_OWN: ground.on(work, *ground.cold("validate"))}, 1)
    yield from _small(ground)


def _floors(
    ground: Ground, size: int, own: Mapping[str, Command], rounds: int
) -> Iterator[Outcome]:
    work, cores = ground.corpora.district(size), os.cpu_count() or 1
    parser = [sys.executable, str(_PARSER), str(work)]
    two = cores == 2 and size in {4_000, 64_000}
    rows = [
        Row("validate，一核", of(_ONE), "只解析，一核", of(_FLOOR), limit=limit(size, {4_000: 3, 64_000: 3}, "most")),
        Row(f"validate，{cores}核", of(_OWN), "只解析，一核", of(_FLOOR), limit=limit(size, {size: 1.8} if two else {}, "most")),
        Row(f"validate，{cores}核", of(_OWN), f"只解析，{cores}核", of(_FLOORS)),
        Row(f"validate，{cores}核", of(_OWN), "validate，一核", of(_ONE)),
    ]  # fmt: skip
    if not PINNABLE:
        yield from unmeasured(SUBJECT, items(size), rows, "本系统不能把进程限定在一核")
        return
    commands = {
        **own,
        _ONE: replace(own[_OWN], one_core=True),
        _FLOOR: Command(parser, one_core=True),
        _FLOORS: Command([*parser, str(cores)]),
    }
    yield from Group(SUBJECT, items(size), commands, rows, rounds).outcomes()


def _beside(
    ground: Ground, size: int, own: Mapping[str, Command], names: tuple[str, ...], rounds: int
) -> Iterator[Outcome]:
    """Peers that can be measured, in turn with our own command; the others with the reason why not."""
    lists = ground.corpora.district(size) / "lists" / "powers"
    commands, rows = dict(own), []
    for name in names:
        bound = limit(size, _FASTER.get(name, {}), "least")
        row = Row("validate", of(_OWN), f"{name}（只核对格式）", of(name), faster=True, limit=bound)
        found = ground.peer(name, lists)
        if isinstance(found, str):
            yield from unmeasured(SUBJECT, items(size), [row], found)
        else:
            commands[name] = found
            rows.append(row)
    if rows:
        yield from Group(SUBJECT, items(size), commands, rows, rounds).outcomes()


def _small(ground: Ground) -> Iterator[Outcome]:
    """A small workspace must not pay for the other cores."""
    command = ground.on(ground.corpora.district(_SMALL), *ground.cold("validate"))
    row = Row("validate，全部核", of(_OWN), "validate，一核", of(_ONE))
    if not PINNABLE:
        yield from unmeasured(SUBJECT, items(_SMALL), [row], "本系统不能把进程限定在一核")
        return
    commands = {_OWN: command, _ONE: replace(command, one_core=True)}
    yield from Group(SUBJECT, items(_SMALL), commands, [row], ground.scale.rounds).outcomes()
