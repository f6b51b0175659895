"""Cold ``validate``, every check on and no cache, beside the peers doing the schema alone and the parser doing nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from timing import CORES, Command

from rows import Ground, Group, Outcome, Row, items, limit, of, unmeasured

SUBJECT = "冷检查（不用缓存）"
ONE, PARSED = "validate，一核", "只解析，一核"
_OWN, _TWO, _PARSED_TWO = "validate", "validate，两核", "只解析，两核"
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
        own = {_OWN: ground.cold(work, "validate")}
        rounds = ground.scale.rounds if size == ground.scale.district else ground.scale.few
        yield from _floors(ground, size, rounds)
        slow, few = (_SLOW, ground.scale.few) if size == ground.scale.district else (_SLOW[:1], 1)
        if ground.scale.patient:
            slow = _SLOW
        for names, times in ((_QUICK, rounds), (slow, few)):
            yield from _beside(ground, size, own, names, times)
    if ground.scale.province:
        yield from _floors(ground, ground.scale.province, 1)
    yield from _small(ground)


def _floors(ground: Ground, size: int, rounds: int) -> Iterator[Outcome]:
    """Ours on one core and on two, beside the parser alone on the same bytes."""
    work = ground.corpora.district(size)
    own = ground.cold(work, "validate")
    parser = [sys.executable, str(_PARSER), str(work)]
    bounds = [limit(size, {4_000: most, 64_000: most}, "most") for most in (3, 1.8)]
    rows = [
        Row(ONE, of(ONE), PARSED, of(PARSED), limit=bounds[0]),
        Row(_TWO, of(_TWO), PARSED, of(PARSED), limit=bounds[1]),
        Row(_TWO, of(_TWO), _PARSED_TWO, of(_PARSED_TWO)),
        Row(_TWO, of(_TWO), ONE, of(ONE)),
    ]
    commands = {
        ONE: replace(own, cores=1),
        _TWO: replace(own, cores=2),
        PARSED: Command(parser, cores=1),
        _PARSED_TWO: Command([*parser, "2"], cores=2),
    }
    yield from _on_cores(Group(SUBJECT, items(size), commands, rows, rounds))


def _on_cores(group: Group) -> Iterator[Outcome]:
    if len(CORES) > 1:
        yield from group.outcomes()
    else:
        why = "本机不能把进程限定在一核、两核"
        yield from unmeasured(group.subject, group.size, group.rows, why)


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
    own = ground.cold(ground.corpora.district(_SMALL), "validate")
    commands = {_TWO: replace(own, cores=2), ONE: replace(own, cores=1)}
    rows = [Row(_TWO, of(_TWO), ONE, of(ONE))]
    yield from _on_cores(Group(SUBJECT, items(_SMALL), commands, rows, ground.scale.rounds))
