"""What is wrong with a system's own table, whatever the lists say: damaged unit codes, the same matter twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.core import wording
from qingdan.core.checks.report import found
from qingdan.core.systems.comparison import code_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.settings import SystemSettings
    from qingdan.model.values import Doc

_UNIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}|[0-9A-Z]{8}-?[0-9X]")
"""A unified social credit code (GB 32100) or an organisation code (GB 11714)."""


def check(system: SystemSettings, rows: Sequence[Doc], path: str) -> Iterator[Finding]:
    """One finding for each damaged unit code, and for each matter that stands there more than once."""
    yield from _damaged(system, rows, path)
    yield from _repeated(system, rows, path)


def _damaged(system: SystemSettings, rows: Sequence[Doc], path: str) -> Iterator[Finding]:
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(str(row.get("unit_code", "")), []).append(place)
    for code, places in groups.items():
        if code and not _UNIT_CODE.fullmatch(code):
            unit = rows[places[0]].get("unit", "")
            message = (
                f"{system.title}中“{unit}”的实施主体代码“{code}”既不是18位统一社会信用代码，"
                f"也不是9位组织机构代码（{len(places)}条）。"
            )
            yield _row(system, path, places[0], message, "unit_code")


def alike(rows: Sequence[Doc]) -> frozenset[int]:
    """The rows that repeat the unit, name and type of an earlier one."""
    return frozenset(place for places in _doubled(rows) for place in places[1:])


def _repeated(system: SystemSettings, rows: Sequence[Doc], path: str) -> Iterator[Finding]:
    for places in _doubled(rows):
        first = rows[places[0]]
        lines = "、".join(str(rows[place].get("line", place + 1)) for place in places)
        message = (
            f"{system.title}中“{first.get('unit')}”的“{first['name']}”"
            f"有{len(places)}条同名同类记录（来源文件第{lines}行）。"
        )
        yield _row(system, path, places[1], message, "name", item=code_of(first))


def _doubled(rows: Sequence[Doc]) -> Iterator[list[int]]:
    """The places of rows that are one by unit, name and type; a row without unit or name is like no other."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    normal = wording.normal
    for place, row in enumerate(rows):
        unit, name = normal(str(row.get("unit", ""))), normal(str(row["name"]))
        if unit and name:
            key = (unit, name, normal(str(row.get("type", ""))))
            groups.setdefault(key, []).append(place)
    return (places for places in groups.values() if len(places) > 1)


def _row(
    system: SystemSettings, path: str, place: int, message: str, key: str, item: str = ""
) -> Finding:
    fix = f"请{system.owner}在系统中核实改正。"
    at = ("rows", place, key)
    return found("QD306", message, path, at, item=item, owner=system.owner, fix=fix)
