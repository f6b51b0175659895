"""Two versions of a workspace side by side: what became of each item, and the counts that follow from it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.adjustments import words
from qingdan.core.adjustments.differences import controlled_fields, item_changes
from qingdan.core.adjustments.fitting import fits, inferred
from qingdan.core.history.fields import Spot, differences
from qingdan.core.places import ADJUSTMENTS, place
from qingdan.core.units import called
from qingdan.model.differing import (
    Count,
    Difference,
    FieldDifference,
    Filed,
    ItemDifference,
    OtherFile,
    Stand,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.schema import Schemas
    from qingdan.model.differing import Side
    from qingdan.model.items import Item
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book, Unit

EDIT, GONE = "直接修改", "移出"
"""What becomes of an item without an adjustment: a field that anybody may edit; taken out of the file."""
_SHOWN = 8
"""So many differences of a register or of the settings are shown, and as many lines of each."""
_WIDE = 80


class Scope(Struct, frozen=True):
    """Which items are looked at; empty for all."""

    list: str = ""
    units: frozenset[str] = frozenset()

    def holds(self, item: Item | None) -> bool:
        """Whether an item belongs to it."""
        return (
            item is not None
            and self.list in {"", item.list}
            and (not self.units or item.unit in self.units)
        )

    @property
    def is_all(self) -> bool:
        """Whether everything is looked at, registers and settings included."""
        return not (self.list or self.units)


class Ends(Struct, frozen=True):
    """The two versions. ``said`` maps a code to the kinds that the trailers of commits in between give it."""

    before: Book
    after: Book
    schemas: Schemas
    controlled: Mapping[str, frozenset[str]]
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)


def difference(ends: Ends, sides: tuple[Side, Side], scope: Scope) -> Difference:
    """What differs between two versions, as far as the scope goes."""
    changes = [c for c in _changes(ends) if scope.holds(c.before) or scope.holds(c.after)]
    records = _records(ends)
    kinds = {change.code: _kind(change, records, ends) for change in changes}
    items = tuple(_item(change, kinds[change.code], records, ends) for change in changes)
    counted = _Counted(ends, scope, changes, kinds)
    return Difference(
        *sides,
        counted.stand("合计"),
        tuple(counted.by_list()),
        tuple(counted.by_unit()),
        items,
        tuple(_others(ends)) if scope.is_all else (),
        tuple(_unread(ends, scope)),
    )


def _changes(ends: Ends) -> list[ItemChange]:
    """The items that differ, by list and unit; those of which a version is not valid are left out."""
    broken = _broken(ends.before) | _broken(ends.after)
    changes = item_changes(ends.before.items.values(), ends.after.items.values())
    lists = list(dict.fromkeys(e.list for book in (ends.before, ends.after) for e in book.entries))
    order = {
        name: rank for rank, name in enumerate(words.list_titles(ends.schemas)) if name in lists
    }
    sound = [change for change in changes if change.code not in broken]
    return sorted(sound, key=lambda c: (order.get(c.item.list, 0), c.item.unit, c.code))


def _broken(book: Book) -> set[str]:
    return {entry.code for entry in book.entries} - book.items.keys()


def _unread(ends: Ends, scope: Scope) -> Iterator[str]:
    for when, book in (("前一版", ends.before), ("后一版", ends.after)):
        for name in sorted(book.unread - {"units"}):
            if scope.list in {"", name}:
                title = words.list_titles(ends.schemas).get(name, name)
                yield f"{when}的{title}有文件不能读取，其中的事项没有比较。"
        broken = sorted(_broken(book))
        if broken:
            yield f"{when}有{len(broken)}个事项内容不合要求，没有比较：{'、'.join(broken[:_SHOWN])}。"


class _Records(Struct, frozen=True):
    """The adjustments that came between the two versions, by day, found by the item or the list they name."""

    by_item: Mapping[str, list[Doc]]
    by_list: Mapping[str, list[Doc]]

    def naming(self, change: ItemChange) -> list[Doc]:
        """Those that name an item, or the list with which it was entered."""
        entered = self.by_list.get(change.item.list, []) if change.before is None else []
        return [*entered, *self.by_item.get(change.code, [])]


def _records(ends: Ends) -> _Records:
    found = [
        doc
        for path, doc in ends.after.documents.items()
        if path.startswith(ADJUSTMENTS) and path not in ends.before.documents
    ]
    by_item: dict[str, list[Doc]] = {}
    by_list: dict[str, list[Doc]] = {}
    for record in sorted(found, key=lambda doc: (str(doc["applied"]), str(doc["id"]))):
        for key, index in (("items", by_item), ("lists", by_list)):
            for name in cast("list[str]", record.get(key) or []):
                index.setdefault(name, []).append(record)
    return _Records(by_item, by_list)


def _kind(change: ItemChange, records: _Records, ends: Ends) -> str:
    """What became of the item: by its papers the kind that fits, else what can be seen."""
    if change.after is None:
        return GONE
    said = [str(record["kind"]) for record in records.naming(change)]
    said = said or list(ends.said.get(change.code, ()))
    kind = next((kind for kind in words.KINDS if kind in said and fits(kind, change)), "")
    if not kind and not said and change.before and not controlled_fields(change, ends.controlled):
        return EDIT
    return _short(kind or inferred(change), ends.schemas)


def _short(kind: str, schemas: Schemas) -> str:
    return words.kinds(schemas)[kind].partition("（")[0]


def _item(change: ItemChange, kind: str, records: _Records, ends: Ends) -> ItemDifference:
    item, units = change.item, _units(ends)
    filed = tuple(
        Filed(
            str(record["id"]),
            _short(str(record["kind"]), ends.schemas),
            str(record["applied"]),
            str(record["reason"]),
        )
        for record in records.naming(change)
    )
    return ItemDifference(
        item.code,
        item.name,
        item.type,
        item.list,
        ends.schemas[item.list].title,
        item.unit,
        called(item.unit, units),
        kind,
        filed,
        tuple(_fields(change, ends, units)),
    )


def _fields(change: ItemChange, ends: Ends, units: Mapping[str, Unit]) -> Iterator[FieldDifference]:
    before, after = change.before, change.after
    if before is None or after is None:
        return
    schema = ends.schemas[after.list]
    yield from differences(before.data, after.data, Spot(schema, ("items", 0)))
    if before.unit != after.unit:
        label = schema.label(("unit",))
        yield FieldDifference(label, called(before.unit, units), called(after.unit, units))
    if before.list != after.list:
        yield FieldDifference("清单", ends.schemas[before.list].title, schema.title)


def _units(ends: Ends) -> dict[str, Unit]:
    return {**ends.before.units, **ends.after.units}


class _Counted:
    """The items of both versions in a scope, counted by what they have in common: everything, a list, a unit."""

    def __init__(
        self, ends: Ends, scope: Scope, changes: Sequence[ItemChange], kinds: Mapping[str, str]
    ) -> None:
        self.ends, self.kinds = ends, kinds
        self.old, self.new = (
            self._groups(b.items.values(), scope) for b in (ends.before, ends.after)
        )
        self.touched: dict[str, dict[str, None]] = {}
        for change in changes:
            for item in (change.before, change.after):
                for group in _groups_of(item) if item and scope.holds(item) else ():
                    self.touched.setdefault(group, {})[change.code] = None

    @staticmethod
    def _groups(items: Iterable[Item], scope: Scope) -> dict[str, dict[str, Item]]:
        groups: dict[str, dict[str, Item]] = {}
        for item in items:
            for group in _groups_of(item) if scope.holds(item) else ():
                groups.setdefault(group, {})[item.code] = item
        return groups

    def stand(self, name: str, group: str = "") -> Stand:
        """The numbers of one group."""
        old, new = self.old.get(group, {}), self.new.get(group, {})
        kinds = Counter(self.kinds[code] for code in self.touched.get(group, ()))
        return Stand(
            name,
            before=len(old),
            entered=len(new.keys() - old.keys()),
            left=len(old.keys() - new.keys()),
            after=len(new),
            used_before=sum(item.state == "在用" for item in old.values()),
            used_after=sum(item.state == "在用" for item in new.values()),
            kinds=tuple(Count(kind, count) for kind, count in sorted(kinds.items(), key=_rank)),
        )

    def by_list(self) -> list[Stand]:
        """Every list that has items."""
        titles = words.list_titles(self.ends.schemas).items()
        stands = [self.stand(title, f"list {name}") for name, title in titles]
        return [stand for stand in stands if stand.before or stand.after]

    def by_unit(self) -> list[Stand]:
        """Every unit of which an item differs."""
        units = _units(self.ends)
        codes = sorted(g.removeprefix("unit ") for g in self.touched if g.startswith("unit "))
        return [self.stand(called(code, units), f"unit {code}") for code in codes]


def _groups_of(item: Item) -> tuple[str, ...]:
    return "", f"list {item.list}", f"unit {item.unit}"


_ORDER = (
    "新增",
    "承接",
    "建库",
    "取消",
    "下放",
    "划转",
    "拆分",
    "合并",
    "暂停",
    "恢复",
    "变更",
    "勘误",
    EDIT,
    GONE,
)


def _rank(row: tuple[str, int]) -> tuple[int, str]:
    return (_ORDER.index(row[0]) if row[0] in _ORDER else len(_ORDER), row[0])


def _others(ends: Ends) -> Iterator[OtherFile]:
    """Registers, settings, rules and snapshots that differ, and how much the ledger has grown."""
    old, new = ends.before.documents, ends.after.documents
    for path in sorted(old.keys() | new.keys()):
        where = place(path)
        if where is None or path.startswith("ledger/") or old.get(path) == new.get(path):
            continue
        schema = ends.schemas[where.schema]
        tell = _snapshots if where.schema == "system" else differences
        found = tuple(tell(old.get(path, {}), new.get(path, {}), Spot(schema, ())))
        shown = tuple(_brief(row) for row in found[:_SHOWN])
        yield OtherFile(path, schema.title, shown, len(found[_SHOWN:]))
    for folder, name in (("adjustments", "adjustment"), ("publications", "publication")):
        below = f"ledger/{folder}/"
        ids = [str(d["id"]) for p, d in new.items() if p.startswith(below) and p not in old]
        if ids:
            told = _brief(FieldDifference(f"新增{len(ids)}份", new=tuple(sorted(ids))))
            yield OtherFile(f"ledger/{folder}", ends.schemas[name].title, (told,))


def _snapshots(before: Value, after: Value, spot: Spot) -> Iterator[FieldDifference]:
    """When a system's table was taken and how long it is; ``systems compare`` tells the rest."""
    for key in ("taken", "rows"):
        label = spot.below(key).label
        yield FieldDifference(label, _stated(before, key), _stated(after, key))


def _stated(document: Value, key: str) -> str:
    value = document.get(key) if isinstance(document, dict) else None
    if isinstance(value, list):
        return f"{len(value)}条"
    return str(value) if value else "（无）"


def _brief(row: FieldDifference) -> FieldDifference:
    return replace(row, gone=_cut(row.gone), new=_cut(row.new))


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    shown = [line if len(line) <= _WIDE else f"{line[:_WIDE]}…" for line in lines[:_SHOWN]]
    more = len(lines) - len(shown)
    return (*shown, f"另有{more}项") if more > 0 else tuple(shown)
