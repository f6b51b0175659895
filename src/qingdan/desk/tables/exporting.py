"""Giving lists and registers out as files: workbooks, tables of text, JSON, the exchange's table."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.documents import listing
from qingdan.core.places import REGISTERS, UNITS_PATH, list_path
from qingdan.core.privacy import numbers, strings
from qingdan.core.tables import national
from qingdan.core.tables.exporting import (
    Origin,
    Source,
    guide,
    list_grid,
    register_grids,
    stamp,
)
from qingdan.core.units import unit_called
from qingdan.desk import documents
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.model.papers import Letterhead
from qingdan.render.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qingdan.desk.opening import Opened
    from qingdan.model.items import Entry, Item
    from qingdan.model.settings import Settings
    from qingdan.model.tables import Grid
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

PUBLICATION = "list-publication.md"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula when it opens a CSV."""


class Wanted(Struct, frozen=True):
    """What is to be given out. Empty ``lists`` and ``registers``: all lists that have items; empty ``units``: all."""

    lists: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    at: str = ""


class Exported(Struct, frozen=True):
    """Files by name, and what people must know of them. ``left_out`` says that something is missing in them."""

    files: Mapping[str, bytes]
    items: int
    notes: tuple[str, ...] = ()
    left_out: bool = False


class _Stock(Struct, frozen=True):
    """What was read for an export."""

    source: Source
    lists: Mapping[str, Sequence[Item]]
    registers: Mapping[str, Doc]
    entries: Mapping[str, Doc]
    title: str

    @property
    def items(self) -> int:
        return sum(len(items) for items in self.lists.values())


def export(opened: Opened, wanted: Wanted, form: str) -> Exported:
    """The files of an export in one of :data:`NAMES`; UsageError, CannotAnswerError where there is none."""
    book = opened.book(wanted.at, keep_items=True)
    settings = require_settings(book)
    units = tuple(unit_called(name, book.units) for name in wanted.units)
    names = _lists(wanted, settings, opened)
    chosen = {name: _items(book, name, units) for name in names}
    if not wanted.lists:
        chosen = {name: items for name, items in chosen.items() if items}
    registers = {name: _register(name, book) for name in wanted.registers}
    if not any(chosen.values()) and not registers:
        raise CannotAnswerError("没有对应到任何事项，没有导出。")
    _refuse_numbers(chosen, registers)
    origin = Origin(settings.name, _revision(opened, wanted.at))
    source = Source(opened.schemas, settings, book.units, origin if form == "xlsx" else None)
    stock = _Stock(
        source,
        chosen,
        registers,
        _entries(book),
        _title(settings, chosen, registers, source),
    )
    if form in FORMATS:
        files, notes = FORMATS[form](stock)
    else:
        office = documents.office(opened.schemas, opened.snapshot(wanted.at), book)
        files, notes = _publications(stock, office, form)
    bad = _left_out(book, names, units)
    return Exported(files, stock.items, (*notes, *bad), bool(bad))


def _refuse_numbers(chosen: Mapping[str, Sequence[Item]], registers: Mapping[str, Doc]) -> None:
    """RefusedError where something to export holds the number of an identity or of a card."""
    parts = [(f"事项{item.code}", item.data) for items in chosen.values() for item in items]
    parts += [(f"名册{name}", document) for name, document in registers.items()]
    exposed = [
        f"{where}有疑似{one.title}（{one.masked}）"
        for where, data in parts
        for _, text in strings(data)
        for one in numbers(text)
        if one.kind != "mobile"
    ]
    if exposed:
        raise RefusedError(f"{'；'.join(exposed)}；没有导出，请先删去。")


def _lists(wanted: Wanted, settings: Settings, opened: Opened) -> tuple[str, ...]:
    """The lists asked for, by id or title; all that are kept where nothing was asked for."""
    if not wanted.lists:
        return () if wanted.registers else tuple(settings.lists)
    titles = {opened.schemas[name].title: name for name in settings.lists}
    names = [titles.get(name, name) for name in wanted.lists]
    for name in names:
        if name not in settings.lists:
            known = "、".join(f"{key}（{title}）" for title, key in titles.items())
            raise UsageError(f"没有“{name}”这个清单，可用：{known}。")
    return tuple(dict.fromkeys(names))


def _items(book: Book, name: str, units: Sequence[str]) -> Sequence[Item]:
    found = (item for item in book.items.values() if item.list == name)
    return sorted(
        (item for item in found if not units or item.unit in units),
        key=lambda item: (item.unit, item.code),
    )


def _register(name: str, book: Book) -> Doc:
    if name not in REGISTERS:
        raise UsageError(f"没有“{name}”这个名册，可用：{'、'.join(REGISTERS)}。")
    document = book.documents.get(f"registers/{name}.yaml")
    if document is None:
        raise CannotAnswerError(
            f"registers/{name}.yaml 不存在或内容不合要求，不能导出；请运行 qingdan validate 查看。"
        )
    return document


def _entries(book: Book) -> Mapping[str, Doc]:
    """The entries of the units register by code."""
    document = book.documents.get(UNITS_PATH, {})
    return {str(entry["code"]): entry for entry in cast("list[Doc]", document.get("units", []))}


def _revision(opened: Opened, at: str) -> str:
    """The commit that is given out, or upon which the work tree stands; empty where there is none."""
    try:
        return opened.revision(at or "HEAD")
    except CannotAnswerError:
        return ""


def _left_out(book: Book, names: Sequence[str], units: Sequence[str]) -> tuple[str, ...]:
    """Sentences on what could not be given out: items that are not valid, files that cannot be read."""
    known = {(item.path, item.index) for item in book.items.values()}
    bad = [
        entry
        for entry in book.entries
        if entry.list in names
        and (entry.path, entry.index) not in known
        and (not units or entry.unit in units)
    ]
    notes = []
    if bad:
        notes.append(
            f"有{len(bad)}个事项内容不合要求或编号重复，没有导出：{_named(bad)}。请运行 qingdan validate 查看并改正。"
        )
    if set(names) & book.unread:
        notes.append("有清单文件不能读取，其中的事项没有导出。请运行 qingdan validate 查看并改正。")
    return tuple(notes)


def _named(entries: Sequence[Entry]) -> str:
    more = f"等{len(entries)}项" if len(entries) > 5 else ""
    return (
        "、".join(entry.code or list_path(entry.list, entry.unit) for entry in entries[:5]) + more
    )


def _title(
    settings: Settings, lists: Mapping[str, object], registers: Mapping[str, object], source: Source
) -> str:
    """What a workbook is called: by its one list or register, else the lists together."""
    names = [*lists, *registers]
    what = source.schemas[names[0]].title if len(names) == 1 else "权责清单"
    return f"{settings.short}{what}"


_Files = tuple[dict[str, bytes], tuple[str, ...]]


def _xlsx(stock: _Stock) -> _Files:
    source = stock.source
    grids = [list_grid(name, items, source) for name, items in stock.lists.items()]
    extra = [grid for _, grid in _register_grids(stock)]
    if grids and source.origin:
        return {
            f"{stock.title}.xlsx": workbook([guide(source), *grids, *extra, stamp(source.origin)])
        }, ()
    return {f"{stock.title}.xlsx": workbook(extra)}, ()


def _csv(stock: _Stock) -> _Files:
    grids = [list_grid(name, items, stock.source) for name, items in stock.lists.items()]
    grids += [grid for _, grid in _register_grids(stock)]
    return {f"{grid.name}.csv": _table(grid) for grid in grids}, ()


def _json(stock: _Stock) -> _Files:
    """One value a file: whole lists as their files hold them; a register alone is its own document."""
    documents: list[Value] = [
        {"list": name, "unit": unit, "items": [item.data for item in items if item.unit == unit]}
        for name, items in stock.lists.items()
        for unit in dict.fromkeys(item.unit for item in items)
    ]
    value: Value = documents
    if stock.registers and not documents:
        alone = list(stock.registers.values())
        value = alone[0] if len(alone) == 1 else cast("list[Value]", alone)
    elif stock.registers:
        value = [*documents, *stock.registers.values()]
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return {f"{stock.title}.json": text.encode()}, ()


def _national(stock: _Stock) -> _Files:
    if stock.registers:
        raise UsageError(
            "国家交换格式（national）只有事项，没有名册；名册请用 xlsx、csv 或 json 导出。"
        )
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for name, items in stock.lists.items():
        schema = stock.source.schemas[name]
        if not national.carries(schema):
            notes.append(f"国家交换格式没有{schema.title}的列名，没有导出这一清单。")
            continue
        files[f"{schema.title}.csv"] = _table(national.grid(items, schema, stock.entries))
        notes.append(
            f"{schema.title}：国家交换格式没有以下要素的列，没有导出：{'、'.join(national.missing(schema))}。"
        )
    if not files:
        raise UsageError("".join(notes) + "请用 xlsx、csv 或 json 导出。")
    return files, tuple(notes)


def _publications(stock: _Stock, office: documents.Office, form: str) -> _Files:
    """清单公示, one a list."""
    if stock.registers:
        raise UsageError(f"公示（{form}）只有清单，没有名册；名册请用 xlsx、csv 或 json 导出。")
    source, files, notes = stock.source, {}, []
    for name, items in stock.lists.items():
        letterhead = Letterhead(listing.office(name, source.settings, source.units))
        schema = source.schemas[name]
        told = listing.publication(items, schema, source.units, source.settings, letterhead)
        done = documents.made(office, PUBLICATION, documents.plain(told))
        stem = f"{source.settings.short}{schema.title}公示"
        files[f"{stem}.{form}"] = documents.written(office, done, (form,))[form]
        if left := len(items) - len(told.entries):
            notes.append(f"{schema.title}有{left}个事项不在用（取消、暂停），没有列入公示。")
    return files, tuple(notes)


def _register_grids(stock: _Stock) -> list[tuple[str, Grid]]:
    return [
        (name, grid)
        for name, document in stock.registers.items()
        for grid in register_grids(document, stock.source.schemas[name])
    ]


def _table(grid: Grid) -> bytes:
    """A grid as CSV that Excel opens rightly: with BOM; a text that it would take for a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in grid.columns])
    writer.writerows([_harmless(text) for text in row] for row in grid.rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text


FORMATS: Mapping[str, Callable[[_Stock], _Files]] = {
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "national": _national,
}
"""Format to its writer."""
NAMES = (*FORMATS, *documents.WRITERS)
"""Every format: those of tables and data, and those in which a list is published as a document."""
