"""The comparison of lists and systems as values: an item a line, a system a column."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from qingdan.model.findings import Finding

Standing = Literal[
    "agrees",
    "differs",
    "missing",
    "stopped",
    "running",
    "near",
    "pending",
    "excepted",
    "outside",
    "untaken",
]
"""How an item stands in a system."""

WORDS: Mapping[Standing, str] = {
    "differs": "不一致",
    "missing": "没有",
    "stopped": "已停用",
    "running": "仍在用",
    "near": "名称相近",
    "untaken": "没有快照",
    "pending": "待同步",
    "excepted": "例外",
    "agrees": "一致",
    "outside": "不在范围",
}
"""What people read for it, the disagreements first."""

MEANINGS: Mapping[Standing, str] = {
    "differs": "系统中有，冒号后的内容与公开的清单不同",
    "missing": "公开的清单中在用，系统中没有",
    "stopped": "公开的清单中在用，系统中已停用",
    "running": "公开的清单中已取消或暂停，系统中仍在用",
    "near": "系统中有名称相近而对应不上的记录，是不是同一事项请核实",
    "untaken": "没有取入该系统的快照，无从比对",
    "pending": "清单已调整、尚未公布，公布后应当同步",
    "excepted": "与公开的清单不同，经批准列为例外",
    "agrees": "与公开的清单一致",
    "outside": "该系统不承载这类事项",
}

GOOD = frozenset({"agrees", "pending", "excepted", "outside"})
"""What is no disagreement."""


class Cell(Struct, frozen=True):
    """An item in a system: ``parts`` are what differs, ``findings`` say it in full."""

    standing: Standing
    parts: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """Such as ``不一致：承诺办结时限、事项名称``."""
        word = WORDS[self.standing]
        return f"{word}：{'、'.join(self.parts)}" if self.parts else word


class Line(Struct, frozen=True):
    """An item. ``unit`` is the unit's name, ``state`` what is public (在用, 暂停, 取消), or 未公布."""

    code: str
    name: str
    unit: str
    list: str
    state: str
    cells: tuple[Cell, ...]

    @property
    def agrees(self) -> bool:
        """Whether the item stands in every system as it should."""
        return all(cell.standing in GOOD for cell in self.cells)


class Stray(Struct, frozen=True):
    """A row of a system that is no item of the lists. ``row`` is its line in the table it came from, or 0."""

    system: str
    row: int
    code: str
    name: str
    unit: str
    findings: tuple[Finding, ...]


class Held(Struct, frozen=True):
    """A column: a system, and how many rows its snapshot of the day ``taken`` has; no day: no snapshot."""

    id: str
    title: str
    taken: str = ""
    rows: int = 0
    findings: tuple[Finding, ...] = ()


class Matrix(Struct, frozen=True):
    """Items and systems of a jurisdiction, compared on ``day``."""

    jurisdiction: str
    day: date
    systems: tuple[Held, ...]
    lines: tuple[Line, ...]
    strays: tuple[Stray, ...] = field(default=())

    @property
    def agrees(self) -> bool:
        """Whether nothing disagrees, and every system could be looked at."""
        return (
            all(system.taken for system in self.systems)
            and all(line.agrees for line in self.lines)
            and not self.strays
        )

    def counts(self, place: int) -> Mapping[Standing, int]:
        """How many items stand how in the system of this column."""
        return Counter(line.cells[place].standing for line in self.lines)

    def beyond(self, place: int) -> int:
        """How many rows of the system of this column are on no list."""
        return sum(stray.system == self.systems[place].id for stray in self.strays)
