"""The most memory that a cold ``validate`` holds, all its processes together, by the number of items."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from timing import WATCHED, FailedError, held

from rows import FAILED, Ground, Limit, Outcome, items

SUBJECT = "内存"
PARTS = 4
"""The curve stands on so many sizes, evenly spaced up to the largest."""
_MOST_MB = 400.0
_MB = 1_000_000


def outcomes(ground: Ground) -> Iterator[Outcome]:
    """All processes together, and the largest process alone, at evenly spaced sizes."""
    for size in sizes(ground):
        bound = Limit("most", _MOST_MB) if size == 640_000 else None
        whole = Outcome(SUBJECT, items(size), "全部进程", unit="MB", limit=bound)
        if not WATCHED:
            yield replace(whole, note="本系统不说进程占用多少内存")
            continue
        command = ground.cold(ground.corpora.district(size), "validate")
        print(f"{SUBJECT}，{items(size)} …", file=sys.stderr)
        try:
            found = held(command)
        except FailedError as error:
            print(error, file=sys.stderr)
            yield replace(whole, note=FAILED)
            continue
        yield replace(whole, figure=found.together / _MB)
        yield replace(whole, what="最大的进程", figure=found.largest / _MB, limit=None)


def sizes(ground: Ground) -> list[int]:
    """The district, and the evenly spaced ones."""
    scale = ground.scale
    most = scale.province or scale.largest
    return sorted(
        {scale.district, scale.largest, *(most * n // PARTS for n in range(1, PARTS + 1))}
    )
