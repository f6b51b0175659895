"""The most memory that a cold ``validate`` holds, all its processes together, by the number of items."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from timing import FailedError, run, together

from rows import Ground, Limit, Outcome, items

SUBJECT = "内存"
PARTS = 4
"""The curve stands on so many sizes, evenly spaced up to the largest."""
_MOST_MB = 400.0
_MB = 1_000_000


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """All processes together, and the largest process alone, at evenly spaced sizes."""
    for size in sizes(ground):
        command = ground.on(ground.corpora.district(size), *ground.cold("validate"))
        print(f"{SUBJECT}，{items(size)} …", file=sys.stderr)
        try:
            whole, largest = together(command) / _MB, run(command).peak / _MB
        except FailedError as error:
            yield Outcome(SUBJECT, items(size), "全部进程", unit="MB", note=str(error))
            continue
        bound = Limit("most", _MOST_MB) if size == 640_000 else None
        yield Outcome(SUBJECT, items(size), "全部进程", figure=whole, unit="MB", limit=bound)
        yield Outcome(SUBJECT, items(size), "最大的进程", figure=largest, unit="MB")


def sizes(ground: Ground) -> list[int]:
    """The district, and the evenly spaced ones."""
    scale = ground.scale
    most = scale.province or scale.largest
    return sorted(
        {scale.district, scale.largest, *(most * n // PARTS for n in range(1, PARTS + 1))}
    )
