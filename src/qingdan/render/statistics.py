"""Numbers of findings, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.model.findings import SEVERITIES, SEVERITY_WORDS
from qingdan.render.formats.json import dumped
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.model.statistics import Line, Statistics

_WIDTH = 6


def text(statistics: Statistics) -> str:
    """Tables of numbers, the widest question first."""
    return "\n".join(_lines(statistics)) + "\n"


def _lines(statistics: Statistics) -> Iterator[str]:
    words = "".join(f"{SEVERITY_WORDS[severity]:>{_WIDTH - 2}}" for severity in SEVERITIES)
    for title, rows in (
        ("按规章", statistics.packs),
        ("按规则", statistics.rules),
        ("按单位", statistics.units),
    ):
        yield f"{words}  {title}"
        yield from map(_row, rows)
        yield ""
    yield f"{_numbers(statistics.total)}  合计"


def _row(line: Line) -> str:
    name = visible(line.title)
    key = f"（{visible(line.key)}）" if line.key and line.key != line.title else ""
    return f"{_numbers(line.counts)}  {name}{key}"


def _numbers(counts: Sequence[int]) -> str:
    return "".join(f"{count:>{_WIDTH}}" for count in counts)


def json(statistics: Statistics) -> str:
    """``{"summary": {…}, "packs": […], "rules": […], "units": […]}``, each line with its numbers."""
    return dumped(
        {
            "summary": _named(statistics.total),
            "packs": [_line(line) for line in statistics.packs],
            "rules": [_line(line) for line in statistics.rules],
            "units": [_line(line) for line in statistics.units],
        }
    )


def _line(line: Line) -> dict[str, object]:
    return {"id": line.key, "title": line.title, **_named(line.counts)}


def _named(counts: Sequence[int]) -> dict[str, int]:
    return dict(zip(SEVERITIES, counts, strict=True))
