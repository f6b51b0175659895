"""Charts as values: what is compared with what, in which unit, and what it says to those who cannot see it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["bars", "columns", "lines"]
"""``bars`` lie and compare names, ``columns`` stand and show a distribution, ``lines`` run over periods."""


class Series(Struct, frozen=True):
    """One row of numbers; None where there is none."""

    name: str
    values: tuple[float | None, ...]


class Chart(Struct, frozen=True):
    """A chart. ``id`` names it within its document, ``unit`` is 分, 件, 个工作日 …; ``alt`` says in words what it shows.

    ``most`` is the most that a number can be, where the axis ends (0: as far as the numbers need).
    """

    id: str
    kind: Kind
    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    most: float = 0


class HeatMap(Struct, frozen=True):
    """Counts by row and column, the more the darker; each cell shows its number, so it reads in black and white."""

    id: str
    title: str
    unit: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    alt: str

    def shade(self, count: int) -> int:
        """How dark a cell is, from 0 (none) to 4 (the most there is, if that is 4 or more)."""
        most = max((cell for row in self.cells for cell in row), default=0)
        return -(-4 * count // max(most, 4))


Drawn = Chart | HeatMap
"""What a document can show."""


def told(value: float | None) -> str:
    """A number of a chart as it is written; empty where there is none."""
    return "" if value is None else f"{value:g}"


def grid(drawn: Drawn) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The numbers of a chart as a table's head and rows."""
    if isinstance(drawn, HeatMap):
        head = ("", *drawn.columns)
        cells = zip(drawn.rows, drawn.cells, strict=True)
        return head, tuple((name, *map(told, row)) for name, row in cells)
    columns = zip(drawn.categories, *(row.values for row in drawn.series), strict=True)
    head = ("", *(f"{row.name}（{drawn.unit}）" for row in drawn.series))
    rows = ((str(name), values) for name, *values in columns)
    return head, tuple((name, *map(told, values)) for name, values in rows if _tells(values))


def _tells(values: list[float | None]) -> bool:
    return any(value is not None for value in values)


def ticks(chart: Chart) -> tuple[int, ...]:
    """Where a scale of whole numbers is marked, at most seven times; empty where there are broken numbers."""
    values = [value for row in chart.series for value in row.values if value is not None]
    if not values or any(value != int(value) for value in values):
        return ()
    most = int(max(values))
    step = next(
        s * 10**power for power in range(12) for s in (1, 2, 5) if s * 10**power * 6 >= most
    )
    return tuple(range(0, -(-most // step) * step + 1, step))
