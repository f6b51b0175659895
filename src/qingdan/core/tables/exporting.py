"""Lists and registers as grids: headings from the schemas, drop-downs, and what ``adjust import`` needs to take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from qingdan.core.adjustments.words import kinds, triggers
from qingdan.core.tables import cells
from qingdan.core.tables.fields import entries_of, fields
from qingdan.core.text.canonical import Layout, emit
from qingdan.model.digests import sha256_of
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.core.schema import Schema, Schemas
    from qingdan.core.tables.fields import Field
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Unit

    Node = Mapping[str, Any]

FORMAT = "1"
"""The version of the workbook's layout."""
BASE = "底稿"
GUIDE = "填写说明"
SAID = ("kind", "trigger", "occurred", "reason", "late_reason", "effective")
"""What a row says of its adjustment, as the schema of the record names it."""
_LEFT_OUT = frozenset({"register"})
"""Kinds of adjustment that no row can be: whole lists are entered by ``import``."""
_WIDTHS = ((400, 40), (150, 28), (40, 18))
_WORD_WIDTH, _TEXT_WIDTH, _LINES_WIDTH = 13, 18, 48
_LONG_TEXT = 200


class Origin(Struct, frozen=True):
    """What a workbook was made from: the workspace's name and the revision (empty where there is none)."""

    workspace: str
    revision: str


class Source(Struct, frozen=True):
    """What lists are exported from. ``origin`` None leaves out all that ``adjust import`` needs."""

    schemas: Schemas
    settings: Settings
    units: Mapping[str, Unit]
    origin: Origin | None = None


def list_grid(name: str, items: Sequence[Item], source: Source) -> Grid:
    """The sheet of one list: unit, every field of the schema, and for a workbook what an adjustment needs."""
    schema = source.schemas[name]
    own = fields(schema)
    columns = [*_unit_columns(schema, source.units), *_columns(own, schema, items)]
    if source.origin:
        columns += [
            *said_columns(source.schemas, source.settings),
            _base_column(name, source.origin),
        ]
    rows = tuple(_row(item, own, source) for item in items)
    return Grid(source.schemas[name].title, tuple(columns), rows)


def list_columns(schema: Schema) -> tuple[tuple[str, str], ...]:
    """(key, title) of the columns of a list, without those of the adjustment."""
    return (*_unit_titles(schema), *((each.key, each.title) for each in fields(schema)))


def register_grids(document: Doc, schema: Schema) -> list[Grid]:
    """The sheets of a valid register: one for each kind of entry it keeps."""
    grids = []
    several = entries_of(schema)
    for key in several:
        own = fields(schema, key)
        entries = cast("list[Doc]", document.get(key, []))
        columns = tuple(_column(each, schema) for each in own)
        rows = tuple(tuple(_shown(each, entry, schema) for each in own) for entry in entries)
        title = schema.title if len(several) == 1 else f"{schema.title}·{schema.label((key,))}"
        grids.append(Grid(title, columns, rows))
    return grids


def guide(source: Source) -> Grid:
    """The first sheet: how the workbook is filled in."""
    labels = source.schemas["adjustment"]
    named = "、".join(f"“{labels.label((key,))}”" for key in ("trigger", "occurred", "reason"))
    state, gone = source.schemas["powers"].label(("items", 0, "state")), "取消"
    lines = (
        "直接在各清单的表格里改；每行是一个事项，没有改的格和行不会有任何变化，行、列的次序可以变，不用的列可以删。",
        f"改了的行，请在右侧填写{named}等栏（同一批都一样的，可以不填，办理时再统一填写）；依据变动的，以公布之日为发生日期。",
        f"新增事项：在表末加一行，填写编号和各要素，右侧隐藏的“{BASE}”栏留空；取消事项：把“{state}”改为“{gone}”，不要删行——删掉的行按没有改动处理。",
        "存盘后交回办理：qingdan adjust import 工作簿文件；程序先逐项列出改动，确认后才提交，导出以后别人已经改过的事项会被退回。",
    )
    return Grid(GUIDE, (Column("line", GUIDE, 110),), tuple((line,) for line in lines))


def stamp(origin: Origin) -> Grid:
    """The hidden sheet: from what the workbook was made."""
    rows = (("格式", FORMAT), ("工作区", origin.workspace), ("版本", origin.revision))
    columns = (Column("key", "项目", 12, hidden=True), Column("value", "内容", 44, hidden=True))
    return Grid(BASE, columns, rows)


def base(item: Item, schema: Schema) -> str:
    """The digest of an item as it is: its list, its unit and its canonical text."""
    text = emit(item.data, schema.layout.children["items"].items or Layout())
    return sha256_of(f"{item.list}\n{item.unit}\n{text}".encode())[:16]


def base_title(name: str, origin: Origin) -> str:
    """The heading of the hidden column: what the sheet is, so that it can be known again whatever its name is."""
    return cells.BAR.join((BASE, FORMAT, name, origin.revision, origin.workspace))


def read_base_title(text: str) -> tuple[str, str, Origin] | None:
    """(format, list, origin) of the hidden column's heading; None for any other heading."""
    parts = text.split(cells.BAR, 4)
    if len(parts) != 5 or parts[0] != BASE:
        return None
    return parts[1], parts[2], Origin(parts[4], parts[3])


def said_columns(schemas: Schemas, settings: Settings) -> list[Column]:
    """The columns in which a row says what adjustment it is."""
    choices = {
        "kind": tuple(label for key, label in kinds(schemas).items() if key not in _LEFT_OUT),
        "trigger": tuple(triggers(schemas)[key] for key in settings.triggers),
    }
    notes = {
        "kind": "一般不用填：按改动自动判定（新增、取消、暂停、恢复、变更）；要按勘误、下放、划转等办理的才填。",
        "trigger": "请从下拉列表中选择。",
        "late_reason": "申请已经超过期限的必填。",
    }
    schema = schemas["adjustment"]
    return [
        Column(
            f"adjust.{key}",
            schema.label((key,)),
            _width(schema.node((key,)), schema),
            choices.get(key, ()),
            note=notes.get(key) or _note(schema.node((key,)), schema),
        )
        for key in SAID
    ]


def _base_column(name: str, origin: Origin) -> Column:
    return Column("base", base_title(name, origin), 18, hidden=True)


def _unit_columns(schema: Schema, units: Mapping[str, Unit]) -> list[Column]:
    (code, code_title), (name, name_title) = _unit_titles(schema)
    return [Column(code, code_title, 12, tuple(sorted(units))), Column(name, name_title, 18)]


def _unit_titles(schema: Schema) -> tuple[tuple[str, str], tuple[str, str]]:
    label = schema.label(("unit",))
    return ("unit", f"{label}编号"), ("unit_name", label)


def _columns(own: Sequence[Field], schema: Schema, items: Iterable[Item]) -> list[Column]:
    found = list(items)
    columns = []
    for each in own:
        column = _column(each, schema)
        used = not found or any(each.value(item.data) is not None for item in found)
        narrow = Column(column.key, column.title, _WORD_WIDTH, column.choices, note=column.note)
        columns.append(column if used else narrow)
    return columns


def _column(each: Field, schema: Schema) -> Column:
    choices = tuple(str(word) for word in each.node.get("enum", ()))
    width = 32 if each.key in {"name", "title"} else _width(each.node, schema)
    return Column(each.key, each.title, width, choices, note=_note(each.node, schema))


def _width(node: Node, schema: Schema) -> int:
    if node.get("type") == "array":
        element = schema.resolve(cast("dict[str, Any]", node["items"]))
        long = element.get("type") == "object" or element.get("maxLength", 0) > _LONG_TEXT
        return _LINES_WIDTH if long else _TEXT_WIDTH
    if "enum" in node:
        return _WORD_WIDTH
    if "pattern" in node:
        return _WORD_WIDTH if "format" in node else _TEXT_WIDTH
    return next(
        (width for least, width in _WIDTHS if node.get("maxLength", 0) > least), _WORD_WIDTH
    )


def _note(node: Node, schema: Schema) -> str:
    if node.get("type") != "array":
        return str(node.get("x-pattern", ""))
    names = cells.BAR.join(cells.parts(node, schema))
    element = schema.resolve(cast("dict[str, Any]", node["items"]))
    words = "、".join(str(word) for word in element.get("enum", ()))
    order = f"，各段用“{cells.BAR}”隔开：{names}" if names else ""
    return f"每行一条{order}。" + (f"可选：{words}。" if words else "")


def _row(item: Item, own: Sequence[Field], source: Source) -> tuple[str, ...]:
    schema = source.schemas[item.list]
    unit = source.units.get(item.unit)
    row = (item.unit, unit.name if unit else "", *(_shown(each, item.data, schema) for each in own))
    return (*row, *("" for _ in SAID), base(item, schema)) if source.origin else row


def _shown(each: Field, entry: Doc, schema: Schema) -> str:
    return cells.fitted(cells.shown(each.value(entry), each.node, schema))
