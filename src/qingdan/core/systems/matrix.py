"""The matrix item × system, made of the same findings that ``check`` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.systems import values
from qingdan.core.systems.comparison import code_of
from qingdan.core.units import called
from qingdan.model.matrices import Cell, Held, Line, Matrix, Stray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.core.schema import Schemas
    from qingdan.core.systems.comparing import Compared
    from qingdan.core.systems.comparison import Comparison
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.matrices import Standing
    from qingdan.model.settings import SystemSettings
    from qingdan.model.workspace import Unit

UNPUBLISHED = "未公布"

_STANDINGS: Mapping[str, Standing] = {
    "QD301": "missing",
    "QD303": "running",
    "QD304": "differs",
    "QD305": "pending",
    "QD306": "differs",
    "QD310": "near",
    "QD311": "differs",
    "QD312": "differs",
}
_RANK: tuple[Standing, ...] = ("near", "missing", "stopped", "running", "differs", "pending")
_PARTS = {"QD306": "重复记录", "QD311": "多设环节", "QD312": "多要材料"}


class Column(Struct, frozen=True):
    """A system with its findings; ``compared`` is None where it has no snapshot, ``taken`` the snapshot's day.

    ``excepted`` are findings that approved exceptions hide.
    """

    system: SystemSettings
    findings: tuple[Finding, ...]
    compared: Compared | None = None
    taken: str = ""
    excepted: tuple[Finding, ...] = ()


class Ground(Struct, frozen=True):
    """What a matrix is made of besides its columns.

    ``wanted`` says of a unit's code and a list (empty for a row of a system) whether they are asked for.
    """

    jurisdiction: str
    day: date
    public: Mapping[str, Item]
    current: Mapping[str, Item]
    units: Mapping[str, Unit]
    schemas: Schemas
    wanted: Callable[[str, str], bool]


class _Sorted(Struct, frozen=True):
    """The findings of a column by what they are about: an item's code, a row that is no item, the system."""

    column: Column
    items: dict[str, list[Finding]] = field(default_factory=dict)
    rows: dict[int, list[Finding]] = field(default_factory=dict)
    system: list[Finding] = field(default_factory=list)
    excepted: dict[str, list[Finding]] = field(default_factory=dict)
    matched: frozenset[str] = frozenset()


def matrix(ground: Ground, columns: Sequence[Column]) -> Matrix:
    """Every item that a system holds, or should, and every row that is none."""
    whole = [_sorted(column) for column in columns]
    known = {**ground.current, **ground.public}.values()
    items = sorted(known, key=lambda item: (item.list, item.unit, item.code))
    lines = (_line(ground, item, whole) for item in items if ground.wanted(item.unit, item.list))
    return Matrix(
        ground.jurisdiction,
        ground.day,
        tuple(map(_held, whole)),
        tuple(line for line in lines if any(cell.standing != "outside" for cell in line.cells)),
        tuple(stray for each in whole for stray in _strays(ground, each)),
    )


def _sorted(column: Column) -> _Sorted:
    if column.compared is None:
        return _Sorted(column, system=list(column.findings))
    pairing, path = column.compared.pairing, column.compared.comparison.path
    matched = frozenset(item.code for item in pairing.items if item)
    found = _Sorted(column, matched=matched)
    for finding in column.excepted:
        found.excepted.setdefault(finding.item, []).append(finding)
    for finding in column.findings:
        place = finding.at[1] if finding.path == path else None
        item = pairing.item(place) if isinstance(place, int) else None
        if isinstance(place, int) and item is None:
            found.rows.setdefault(place, []).append(finding)
        else:
            found.items.setdefault(item.code if item else finding.item, []).append(finding)
    return found


def _line(ground: Ground, item: Item, columns: Sequence[_Sorted]) -> Line:
    public = ground.public.get(item.code)
    return Line(
        item.code,
        item.name,
        called(item.unit, ground.units),
        ground.schemas[item.list].title,
        public.state if public else UNPUBLISHED,
        tuple(_cell(item, column) for column in columns),
    )


def _cell(item: Item, column: _Sorted) -> Cell:
    holds, compared = column.column.system.holds(item), column.column.compared
    findings = tuple(column.items.get(item.code, ()))
    if findings and compared:
        standing = min(map(_standing, findings), key=_RANK.index)
        named = (_part(compared.comparison, item, f) for f in findings if _standing(f) == standing)
        return Cell(standing, tuple(dict.fromkeys(part for part in named if part)), findings)
    if compared is None and holds:
        return Cell("untaken")
    if item.code in column.excepted:
        return Cell("excepted", findings=tuple(column.excepted[item.code]))
    return Cell("agrees" if holds or item.code in column.matched else "outside")


def _standing(finding: Finding) -> Standing:
    if finding.code == "QD301" and finding.at[:1] == ("rows",):
        return "stopped"
    return _STANDINGS[finding.code]


def _part(c: Comparison, item: Item, finding: Finding) -> str:
    """What of an item differs, in a word; empty where it is the item itself."""
    key = str(finding.at[2]) if finding.at[:1] == ("rows",) and len(finding.at) > 2 else ""
    if key == "unit_code":
        return c.schemas["system"].label(("rows", 0, key))
    if finding.code in _PARTS:
        return _PARTS[finding.code]
    return values.label(c, item, key) if key and finding.code in {"QD304", "QD305"} else ""


def _strays(ground: Ground, column: _Sorted) -> Iterator[Stray]:
    if column.column.compared is None:
        return
    c = column.column.compared.comparison
    for place, findings in sorted(column.rows.items()):
        row = c.rows[place]
        if ground.wanted(c.unit(row), ""):
            yield Stray(
                c.system.id,
                int(str(row.get("line", 0))),
                code_of(row),
                str(row["name"]),
                str(row.get("unit", "")),
                tuple(findings),
            )


def _held(column: _Sorted) -> Held:
    system, compared = column.column.system, column.column.compared
    rows = len(compared.comparison.rows) if compared else 0
    return Held(system.id, system.title, column.column.taken, rows, tuple(column.system))
