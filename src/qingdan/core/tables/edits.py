"""An exported workbook that people have edited, row by row: what each row wants changed, and what cannot be.

A cell that still says what it was written with changes nothing. A row whose item has been changed by others
meanwhile is refused, if anything was edited in it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core import wording
from qingdan.core.adjustments.differences import ItemChange, field_changes
from qingdan.core.adjustments.fitting import inferred
from qingdan.core.adjustments.words import kinds, triggers
from qingdan.core.places import CODE, list_path
from qingdan.core.tables import cells
from qingdan.core.tables.exporting import SAID, base
from qingdan.core.tables.fields import fields
from qingdan.model.tables import address
from qingdan.model.workspace import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from qingdan.core.schema import Schema, Schemas
    from qingdan.core.tables.fields import Field
    from qingdan.core.tables.pages import Page
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Doc, Entries, Settings, Unit

_GONE, _HELD, _USED = "取消", "暂停", "在用"
_STATES = {"remove": _GONE, "suspend": _HELD, "resume": _USED}
"""Kinds of adjustment that by themselves say which state follows."""


class Ground(Struct, frozen=True):
    """What a workbook is compared with: the workspace as it is now.

    ``entries`` are all that there are, also of items that are not valid; ``past`` gives an item as it was in a revision;
    ``day`` is the day of the application, ``kind`` what the command line says for every row.
    """

    schemas: Schemas
    settings: Settings
    units: Mapping[str, Unit]
    items: Mapping[str, Item]
    entries: Entries
    past: Callable[[str, str], Item | None]
    day: date
    kind: str = ""
    effective: date | None = None


class Edit(Struct, frozen=True):
    """What a row wants. ``said`` holds what its own columns say of the adjustment, by key; dates as text."""

    where: str
    kind: str
    change: ItemChange
    said: Mapping[str, str]


class Rows(Struct, frozen=True):
    """What the rows of a page come to: edits, what is refused, and what people should know.

    ``done`` names the rows whose edits have been made before.
    """

    edits: tuple[Edit, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    def __add__(self, other: Rows) -> Rows:
        """Both, one after the other."""
        return Rows(
            self.edits + other.edits,
            self.problems + other.problems,
            self.notes + other.notes,
            self.done + other.done,
        )


class _RowError(Exception):
    """A row cannot be taken; the sentences without its address."""

    def __init__(self, *whys: str) -> None:
        self.whys = whys


def read_page(page: Page, ground: Ground) -> Rows:
    """Everything that the rows of one sheet want."""
    found = Rows()
    seen: dict[str, int] = {}
    for number, row in page.rows:
        code = row.get("code", "")
        if code and code in seen:
            why = f"编号“{code}”与第{seen[code]}行重复，请删去一行。"
            found += Rows(problems=(f"{page.where(number)}：{why}",))
            continue
        seen[code] = number
        found += _Row(page, number, row, ground).read()
    return found + Rows(notes=tuple(_unseen(page, seen, ground)))


def _unseen(page: Page, seen: Collection[str], ground: Ground) -> Iterator[str]:
    """A note on items that have no row: nothing happens to them."""
    units = {row.get("unit") for _, row in page.rows}
    gone = [
        entry
        for entry in ground.entries
        if entry.list == page.list
        and entry.unit in units
        and entry.code not in seen
        and entry.is_valid
    ]
    if gone:
        names = "、".join(f"{entry.name}（{entry.code}）" for entry in gone[:5])
        more = f"等{len(gone)}项" if len(gone) > 5 else ""
        state = ground.schemas[page.list].label(("items", 0, "state"))
        yield f"工作表“{page.name}”里没有{names}{more}：按没有改动处理；要取消的请把“{state}”改为“{_GONE}”。"


class _Row:
    """One row and all it takes to understand it."""

    def __init__(self, page: Page, number: int, row: Mapping[str, str], ground: Ground) -> None:
        self.page, self.number, self.row, self.ground = page, number, row, ground
        self.schema: Schema = ground.schemas[page.list]
        self.fields: tuple[Field, ...] = tuple(
            field for field in fields(self.schema) if field.key in page.columns
        )
        self.code = row.get("code", "")
        self.where = page.where(number) + (f"（{self.code}）" if self.code else "")
        self.done = False

    def read(self) -> Rows:
        """The row's edit, or what is wrong with it, or nothing."""
        try:
            found = self._taken(self._edited())
        except _RowError as error:
            return Rows(problems=tuple(error.whys))
        return Rows(done=(self.where,)) if self.done else found

    def _edited(self) -> ItemChange | None:
        """The change of the item that the row asks for; None for a row as it was exported."""
        if not self.row.get("base"):
            return self._added()
        if not self.code:
            self._refuse_without_code()
            return None
        now = self.ground.items.get(self.code)
        if now is None:
            raise self._error(self._lost())
        if base(now, self.schema) == self.row["base"] and now.list == self.page.list:
            return self._change(now)
        self._refuse_if_edited(now)
        return None

    def _refuse_without_code(self) -> None:
        if any(text for key, text in self.row.items() if key not in {"base", "unit", "unit_name"}):
            raise self._error(f"“{self._label('code')}”是空的；编号是事项的标识，不能删改。")

    def _lost(self) -> str:
        same = [
            item for item in self.ground.items.values()
            if item.list == self.page.list and base(item, self.schema) == self.row["base"]
        ]  # fmt: skip
        if same:
            return (
                f"编号原为“{same[0].code}”；编号是事项的标识，不能直接改：请取消原事项、以新编号另起一行列入，"
                f"并在“{self._label('predecessors')}”“{self._label('successors')}”栏互相注明。"
            )
        if self.ground.entries.has(self.code):
            return "该事项在清单中的内容不合要求，请先运行 qingdan validate 查看并改正。"
        return "现在的清单里没有这个事项，可能已被改号；请重新导出。"

    def _refuse_if_edited(self, now: Item) -> None:
        """Others have changed the item since: fine for a row that nobody edited, refused for any other."""
        past = self.ground.past(self.page.origin.revision, self.code)
        if past is None or base(past, self.schema) != self.row["base"]:
            if self._change(now) is not None:
                raise self._error(
                    "导出以后该事项已经变动，又找不到导出时的版本，无法判断改了什么；请重新导出，在新表里改。"
                )
            return
        wanted = self._change(past)
        if wanted is None:
            return
        if self._is_done(cast("Item", wanted.after), now, past):
            self.done = True
            return
        rows = field_changes(ItemChange(self.code, past, now), self.ground.schemas)
        since = "；".join(f"{row.label} {row.before} → {row.after}" for row in rows)
        raise self._error(
            f"导出以后别人已经改过这个事项（{since or '实施主体或所在清单变动'}），请重新导出，在新表里改。"
        )

    def _is_done(self, wanted: Item, now: Item, past: Item) -> bool:
        """Whether the item already is what the row wants, but for the day that was put in when it was filed."""
        if wanted.state == now.state != past.state and "ended" in now.data:
            wanted = replace(wanted, data=wanted.data | {"ended": now.data["ended"]})
        return _same(wanted, now)

    def _added(self) -> ItemChange | None:
        said = {key: text for key, text in self.row.items() if text}
        if not said:
            return None
        if not self.code:
            raise self._error(f"没有填写“{self._label('code')}”。")
        now = self.ground.items.get(self.code)
        if now and self._change(now) is None:
            return None
        if self.ground.entries.has(self.code):
            name = f"“{now.name}”" if now else "别的事项"
            raise self._error(
                f"编号已经用于{name}；编号不得重复，也不得重新启用。要修改原事项，请在导出的那一行改。"
            )
        if not CODE.fullmatch(self.code):
            raise self._error(f"编号“{self.code}”写法不对，应{_pattern(self.schema)}。", "code")
        unit = self._unit("")
        if not unit:
            raise self._error("没有填写实施主体的编号或名称。", "unit")
        path = list_path(self.page.list, unit)
        return ItemChange(
            self.code, None, self._with_cells(Item(self.page.list, unit, path, 0, {}))
        )

    def _change(self, before: Item) -> ItemChange | None:
        """What the row's cells make of an item; None if nothing differs."""
        after = self._with_cells(before)
        state = _STATES.get(self._kind_said(), "")
        if state and before.state == after.state != state:
            after = replace(after, data=after.data | {"state": state})
        if before.state != after.state:
            after = replace(after, data=self._with_day(before.data, after.data))
        return None if _same(before, after) else ItemChange(before.code, before, after)

    def _with_day(self, before: Doc, after: Doc) -> Doc:
        """The day that goes with a new state, where the row does not itself say another."""
        if before.get("ended") != after.get("ended"):
            return after
        if after.get("state") == _USED:
            return {key: value for key, value in after.items() if key != "ended"}
        return after | {
            "ended": str(self._date("effective") or self.ground.effective or self.ground.day)
        }

    def _with_cells(self, before: Item) -> Item:
        """The item with every edited cell put in."""
        data = dict(before.data)
        whys: list[str] = []
        for field in self.fields:
            old = field.value(before.data)
            try:
                new = cells.edited(self.row.get(field.key, ""), old, field.node, self.schema)
            except cells.CellError as error:
                whys.append(self._at(field.key, error.why))
                continue
            if new != old:
                field.put(data, new)
        unit = self._unit(before.unit)
        if whys:
            raise _RowError(*whys)
        return replace(before, unit=unit, path=list_path(before.list, unit), data=data)

    def _unit(self, before: str) -> str:
        """The unit's code, also where only its name is given or the name is what was edited."""
        code, name = self.row.get("unit", ""), self.row.get("unit_name", "")
        named = self._named(name) if name else ""
        if not code or code == before:
            if named and before and named != before and self._was_edited(before):
                raise self._error(
                    f"改了实施主体的名称“{name}”，编号仍是“{before}”；划转给别的单位的，请把编号改为“{named}”。",
                    "unit_name",
                )
            return before or named
        if code not in self.ground.units:
            code_ = self._named(code)
            if not code_:
                raise self._error(f"单位名册里没有“{code}”。", "unit")
            return code_
        return code

    def _was_edited(self, before: str) -> bool:
        unit = self.ground.units.get(before)
        return unit is not None and wording.normal(self.row["unit_name"]) != wording.normal(
            unit.name
        )

    def _named(self, name: str) -> str:
        plain = wording.normal(name)
        found = [
            unit.code
            for unit in self.ground.units.values()
            if plain in {wording.normal(unit.name), wording.normal(unit.short)}
        ]
        return found[0] if len(found) == 1 else ""

    def _taken(self, change: ItemChange | None) -> Rows:
        """The edit, judged as far as one row can be."""
        said = {key: self.row.get(f"adjust.{key}", "") for key in SAID}
        if change is None:
            if any(said.values()):
                why = "填写了调整信息，内容却没有改动，没有采用。"
                return Rows(notes=(f"{self.where}：{why}",))
            return Rows()
        after = cast("Item", change.after)
        problems = [*self._judged(after), *self._bad_dates()]
        kind = self._kind_said() or self.ground.kind or inferred(change)
        trigger = self._trigger()
        if change.before and change.before.state == _GONE and kind not in {"correct", "resume"}:
            problems.append(
                f"{self.where}：该事项已经取消，不能再变更；写错了的，调整类型请选“勘误”。"
            )
        edit = Edit(self.where, kind, change, said | {"kind": kind, "trigger": trigger})
        return Rows(problems=tuple(problems)) if problems else Rows((edit,))

    def _judged(self, after: Item) -> Iterator[str]:
        """What the list's schema has against the item, with the cell where there is one."""
        document: Doc = {"list": after.list, "unit": after.unit, "items": [after.data]}
        for finding in self.schema.findings(document, after.path):
            yield self._at(self._key_of(finding), finding.message + finding.fix)

    def _key_of(self, finding: Finding) -> str:
        """The column that a finding speaks of; empty if there is none."""
        keys = [str(step) for step in finding.at[2:]]
        missing = next((f.key for f in self.fields if f"（{f.key}）" in finding.message), "")
        spots = (".".join(keys[:2]), *keys[:1], "" if keys else missing)
        return next((key for key in spots if key in self.page.columns), "")

    def _bad_dates(self) -> Iterator[str]:
        for key in ("occurred", "effective"):
            if self.row.get(f"adjust.{key}") and self._date(key) is None:
                why = f"“{self.row[f'adjust.{key}']}”不是日期，或者没有这一天，应为 2026-11-18 的写法。"
                yield self._at(f"adjust.{key}", why)

    def _date(self, key: str) -> date | None:
        try:
            return date.fromisoformat(cells.day(self.row.get(f"adjust.{key}", "")))
        except ValueError:
            return None

    def _kind_said(self) -> str:
        return self._chosen("kind", kinds(self.ground.schemas))

    def _trigger(self) -> str:
        labels = triggers(self.ground.schemas)
        return self._chosen("trigger", {key: labels[key] for key in self.ground.settings.triggers})

    def _chosen(self, key: str, labels: Mapping[str, str]) -> str:
        """The key of what a choice says, by label, by its part before a bracket or by key."""
        said = wording.normal(self.row.get(f"adjust.{key}", ""))
        for name, label in labels.items():
            if said in {wording.normal(form) for form in (name, label, label.partition("（")[0])}:
                return name
        if said:
            why = (
                f"“{self.row[f'adjust.{key}']}”不在可选范围内，可选：{'、'.join(labels.values())}。"
            )
            raise self._error(why, f"adjust.{key}")
        return ""

    def _error(self, why: str, key: str = "") -> _RowError:
        return _RowError(self._at(key, why))

    def _at(self, key: str, why: str) -> str:
        column = self.page.columns.get(key)
        if column is None:
            return f"{self.where}：{why}"
        heading = self.page.headings[key]
        return f"{self.where}{address(self.number, column)}“{heading}”：{why}"

    def _label(self, key: str) -> str:
        return self.schema.label(("items", 0, key))


def _same(one: Item | None, other: Item | None) -> bool:
    if one is None or other is None:
        return False
    return (one.list, one.unit, one.data) == (other.list, other.unit, other.data)


def _pattern(schema: Schema) -> str:
    return str(schema.node(("items", 0, "code")).get("x-pattern", ""))
