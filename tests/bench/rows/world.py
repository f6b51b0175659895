"""``check`` by all rule packs beside cold ``validate``; systems compared with the lists."""

from __future__ import annotations

from collections.abc import Iterator

from rows import TODAY, Ground, Group, Limit, Outcome, Row, items, limit, of

CHECK, SYSTEMS = "按规则检查", "与信息系统比对"
_SECONDS = 10.0
"""The task says "in seconds"; more than this is no answer while somebody waits."""


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """At every size."""
    for size in ground.scale.sizes:
        work = ground.corpora.district(size)
        commands = {
            "validate": ground.cold(work, "validate"),
            "check": ground.cold(work, "check", "--today", TODAY, codes=(0, 1)),
        }
        bound = limit(size, {64_000: 2}, "most")
        rows = [
            Row("check，全部规则包", of("check"), "validate，不用缓存", of("validate"), limit=bound)
        ]
        yield from Group(CHECK, items(size), commands, rows, ground.scale.few).outcomes()
        yield from _systems(ground, size)


def _systems(ground: Ground, size: int) -> Iterator[Outcome]:
    told = f"{size:,}项 × 3个系统"
    bound = Limit("most", _SECONDS) if size == 64_000 else None
    row = Row("systems compare，含相近名称", of("compare"), limit=bound)
    work = ground.corpora.systems(size)
    command = ground.on(work, "systems", "compare", "--today", TODAY, codes=(0, 1))
    yield from Group(SYSTEMS, told, {"compare": command}, [row], ground.scale.few).outcomes()
