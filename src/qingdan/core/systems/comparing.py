"""What is public against what a system is configured with, item by item and field by field (S1 第十四条第（八）项).

A difference that an adjustment not yet published explains is 待同步 (info), never an error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found, on_item
from qingdan.core.places import system_path
from qingdan.core.systems import defects, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Doc, Item, SystemSettings, Unit

CODES = ("code", "task_code", "catalog_code", "local_task_code", "local_catalog_code")
COMPARED = (
    "name",
    "unit",
    "type",
    "statutory_limit",
    "promised_limit",
    "charged",
    "handling",
    "standard",
    "address",
)
_LIMITS = frozenset({"statutory_limit", "promised_limit"})
_IN_USE = frozenset({"", "在用", "启用", "有效", "正常", "已发布"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a comparison rests on.

    ``public`` and ``current`` are items by code, the current ones to explain 待同步; ``unit_names`` comes
    from :func:`unit_names`.
    """

    system: SystemSettings
    rows: tuple[Doc, ...]
    public: Mapping[str, Item]
    current: Mapping[str, Item]
    units: Mapping[str, Unit]
    schemas: Schemas
    unit_names: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where the system's snapshot stands."""
        return system_path(self.system.id)

    def holds(self, item: Item) -> bool:
        """Whether the system is meant to hold this item."""
        types = self.system.types
        return item.list in self.system.lists and (not types or item.type in types)


def compare(comparison: Comparison) -> Iterator[Finding]:
    """Every disagreement between the public lists and a system."""
    yield from defects.check(comparison.system, comparison.rows, comparison.path)
    matched = _match(comparison)
    seen: Counter[str] = Counter()
    for place, item in enumerate(matched):
        if item is None:
            yield from _extra(comparison, place)
            continue
        seen[item.code] += 1
        if seen[item.code] > 1:
            message = f"系统中有{seen[item.code]}条记录都对应事项“{item.name}”。"
            yield _on_row(
                comparison,
                "QD306",
                place,
                message,
                item,
                fix="请在系统中删除重复的记录，或核对编号。",
            )
        else:
            yield from _row(comparison, place, item)
    for item in comparison.public.values():
        if comparison.holds(item) and item.state == "在用" and not seen[item.code]:
            yield from _missing(comparison, item)


def _match(c: Comparison) -> list[Item | None]:
    """The item of each row: by any code that names one item alone, else by unit and name."""
    known = {**c.current, **c.public}.values()
    by_code = _by_code(known)
    matched = [_first(by_code, row) for row in c.rows]
    taken = {item.code for item in matched if item}
    by_name: dict[tuple[str, str], list[Item]] = {}
    for item in known:
        if item.code not in taken:
            for unit in lineage(item.unit, c.units):
                by_name.setdefault((unit, wording.normal(item.name)), []).append(item)
    for place, row in enumerate(c.rows):
        if matched[place] is None:
            unit = c.unit_names.get(wording.normal(str(row.get("unit", ""))), "")
            named = by_name.get((unit, wording.normal(str(row["name"]))), [])
            matched[place] = _only(c, row, named)
    return matched


def _by_code(items: Iterable[Item]) -> dict[tuple[str, str], Item | None]:
    """Kind of code and code to the item; None for one that several share, as a 基本编码 may be."""
    found: dict[tuple[str, str], Item | None] = {}
    for item in items:
        for key in CODES:
            if key in item.data:
                place = (key, str(item.data[key]))
                found[place] = item if found.get(place, item) is item else None
    return found


def _first(by_code: Mapping[tuple[str, str], Item | None], row: Doc) -> Item | None:
    found = (by_code.get((key, str(row[key]))) for key in CODES if key in row)
    return next((item for item in found if item), None)


def _only(c: Comparison, row: Doc, items: list[Item]) -> Item | None:
    """The one item of that unit and name; of several, the one of the row's type."""
    if len(items) > 1 and "type" in row:
        kind = _shown(c, "type", str(row["type"]))
        items = [item for item in items if item.type == kind]
    return items[0] if len(items) == 1 else None


def lineage(unit: str, units: Mapping[str, Unit]) -> tuple[str, ...]:
    """A unit and those it belongs to: a section acts in the name of its bureau."""
    chain: list[str] = []
    while unit and unit not in chain:
        chain.append(unit)
        unit = units[unit].parent if unit in units else ""
    return tuple(chain)


def unit_names(units: Mapping[str, Unit]) -> dict[str, str]:
    """Every way in which a unit is named, normalised, to its code."""
    names: dict[str, str] = {}
    for unit in units.values():
        for name in (unit.code, unit.name, unit.short):
            names.setdefault(wording.normal(name), unit.code)
    return names


def _extra(c: Comparison, place: int) -> Iterator[Finding]:
    row = c.rows[place]
    if not _active(c, row):
        return
    message = f"{c.system.title}中有“{row['name']}”，公开的清单中没有。"
    yield _on_row(
        c, "QD302", place, message, None, fix="请核实：确应保留的按程序列入清单，否则从系统中撤下。"
    )


def _missing(c: Comparison, item: Item) -> Iterator[Finding]:
    now = c.current.get(item.code)
    if now is None or now.state != "在用":
        message = f"事项“{item.name}”已调整、尚未公布，{c.system.title}中已先行撤下。"
        yield on_item("QD305", now or item, message)
        return
    message = f"公开的清单中有“{item.name}”，{c.system.title}中没有。"
    yield on_item("QD301", now, message, fix=f"请在{c.system.title}中配置该事项。")


def _row(c: Comparison, place: int, item: Item) -> Iterator[Finding]:
    public, now = c.public.get(item.code), c.current.get(item.code)
    active = _active(c, c.rows[place])
    if public is None:
        if active:
            yield _on_row(
                c,
                "QD305",
                place,
                f"事项“{item.name}”已列入、尚未公布，{c.system.title}中已先行配置。",
                item,
            )
        return
    if public.state != "在用":
        if active:
            message = f"事项“{public.name}”公开的清单中已{public.state}，{c.system.title}中仍在用。"
            yield _on_row(
                c,
                "QD303",
                place,
                message,
                public,
                "state",
                fix=f"请立即在{c.system.title}中停用该事项。",
            )
        return
    if not active:
        if now is not None and now.state != "在用":
            yield _on_row(
                c,
                "QD305",
                place,
                f"事项“{item.name}”已调整为{now.state}、尚未公布，{c.system.title}中已先行停用。",
                item,
            )
        else:
            message = f"公开的清单中“{public.name}”在用，{c.system.title}中已停用。"
            yield _on_row(
                c,
                "QD301",
                place,
                message,
                public,
                "state",
                fix=f"请在{c.system.title}中恢复该事项。",
            )
        return
    if now is not None and now.state != "在用":
        yield _on_row(
            c,
            "QD305",
            place,
            f"事项“{item.name}”已调整为{now.state}、尚未公布，公布后{c.system.title}应同步停用。",
            item,
        )
    yield from _fields(c, place, public, now)


def _fields(c: Comparison, place: int, public: Item, now: Item | None) -> Iterator[Finding]:
    for key in _comparable(c, public, c.rows[place]):
        theirs, ours = _shown(c, key, str(c.rows[place].get(key, ""))), _own(c, key, public)
        current = _own(c, key, now) if now else ours
        as_public, as_current = _same(c, key, theirs, ours), _same(c, key, theirs, current)
        if as_public and as_current:
            continue
        label, title = _label(c, key, public), c.system.title
        if as_public:
            moved = f"{label}已由“{ours or '无'}”调整为“{current or '无'}”"
            message = f"{moved}、尚未公布，公布后{title}应同步更新。"
            yield _on_row(c, "QD305", place, message, public, key)
        elif as_current:
            message = f"{label}在{title}中已是调整后的“{theirs or '无'}”，该调整尚未公布。"
            yield _on_row(c, "QD305", place, message, public, key)
        else:
            message = (
                f"{label}：公开的清单为“{ours or '（空）'}”，{title}为“{theirs or '（空）'}”。"
            )
            fix = f"请按公开的清单改正{title}的配置；清单有误的按程序调整。"
            yield _on_row(c, "QD304", place, message, public, key, fix=fix)


def _comparable(c: Comparison, item: Item, row: Doc) -> Iterator[str]:
    """What both the system and the item's list have a place for; a code only where both give one."""
    configured = set(c.system.columns.values())
    schema = c.schemas[item.list]
    for key in (*CODES, *COMPARED):
        known = key == "unit" or schema.node(("items", 0, key))
        if key in configured and known and (key not in CODES or (key in item.data and key in row)):
            yield key


def _label(c: Comparison, key: str, item: Item) -> str:
    return c.schemas[item.list].label(("unit",) if key == "unit" else ("items", 0, key))


def _own(c: Comparison, key: str, item: Item) -> str:
    if key == "unit":
        return c.units[item.unit].name if item.unit in c.units else item.unit
    value = item.data.get(key)
    return "" if value is None else str(value)


def _shown(c: Comparison, key: str, text: str) -> str:
    """A system's value in the words of the lists: its own spellings, then the national codes."""
    text = c.system.values.get(key, {}).get(text, text)
    if key in _LIMITS:
        return wording.limit(text) if text else ""
    schema = c.schemas[c.system.lists[0]]
    return wording.decoded(text, schema.node(("items", 0, key)))


def _same(c: Comparison, key: str, theirs: str, ours: str) -> bool:
    if key == "unit":
        one, other = (
            c.unit_names.get(wording.normal(theirs), ""),
            c.unit_names.get(wording.normal(ours), ""),
        )
        return (
            one in lineage(other, c.units)
            if one and other
            else wording.normal(theirs) == wording.normal(ours)
        )
    if key in _LIMITS:
        return theirs == wording.limit(ours)
    return wording.normal(theirs) == wording.normal(ours)


def _active(c: Comparison, row: Doc) -> bool:
    return _shown(c, "state", str(row.get("state", ""))) in _IN_USE


def _on_row(
    c: Comparison, code: str, place: int, message: str, item: Item | None, *at: str, fix: str = ""
) -> Finding:
    row = c.rows[place]
    return found(
        code,
        message,
        c.path,
        ("rows", place, *at),
        item=item.code if item else str(next((row[key] for key in CODES if key in row), "")),
        unit=item.unit if item else c.unit_names.get(wording.normal(str(row.get("unit", ""))), ""),
        owner=c.system.owner if item is None else "",
        fix=fix,
    )


def rows_of(document: Doc) -> tuple[Doc, ...]:
    """The rows of a valid snapshot."""
    return tuple(cast("list[Doc]", document["rows"]))
