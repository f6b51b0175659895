"""A table that a system gave out as a snapshot of its configuration; the columns are mapped by ``qingdan.yaml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.places import CODE
from qingdan.core.systems.parts import PARTS
from qingdan.core.tables.cells import BAR
from qingdan.core.tables.headings import vocabulary
from qingdan.core.wording import normal
from qingdan.model.errors import UsageError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schemas
    from qingdan.model.settings import SystemSettings
    from qingdan.model.tables import Sheet
    from qingdan.model.values import Doc, Value

_TITLE_ROWS = 10
_GUARDED = re.compile(r'="([^"]*)"')
_CODES = frozenset({"code", "task_code", "catalog_code", "local_task_code", "local_catalog_code"})
_LIMITS = frozenset({"statutory_limit", "promised_limit"})
_MAX = {"name": 500, "basis": 8000, "materials": 8000, "flow": 4000}
_DIGITS = 15
"""Of a longer number spreadsheets keep no more."""


class Taken(Struct, frozen=True):
    """The rows of one sheet, and what was left out.

    ``unmapped`` are (address, heading, field or empty) of columns that ``qingdan.yaml`` does not map, the
    field being what the schemas know under such a heading; ``refused`` are (line, why) of rows.
    """

    rows: tuple[Doc, ...]
    unmapped: tuple[tuple[str, str, str], ...]
    refused: tuple[tuple[int, str], ...]
    sheet: str = ""


class _Table(Struct, frozen=True):
    """A sheet with its headings understood. ``head`` is the place of the row of headings, from 0."""

    sheet: Sheet
    head: int
    heads: tuple[str, ...]
    mapped: Mapping[int, str]


def take(
    sheets: Sequence[Sheet], system: SystemSettings, schemas: Schemas, name: str = ""
) -> Taken:
    """The records of the one sheet that has them, or of the one called ``name``; UsageError where there is none."""
    known = known_headings(system, schemas)
    table = _chosen(sheets, system, known, name)
    filled = _filled(table)
    rows: list[Doc] = []
    refused: list[tuple[int, str]] = []
    for place in range(table.head + 1, len(table.sheet.rows)):
        cells = _cells(table, place, filled)
        if not any(map(str.strip, table.sheet.rows[place])) or _is_heading(cells, table):
            continue
        row, why = _row(cells, table, place)
        if why:
            refused.append((place + 1, why))
        else:
            rows.append(row)
    return Taken(tuple(rows), tuple(_unmapped(table, known)), tuple(refused), table.sheet.name)


def known_headings(system: SystemSettings, schemas: Schemas) -> dict[str, str]:
    """Every heading under which the schemas know a field that a snapshot can hold, normalised, to the field."""
    keys = schemas["system"].node(("rows", 0))["properties"]
    found = {
        normal(schemas["system"].label(("rows", 0, key))): key for key in keys if key != "line"
    }
    for name in system.lists:
        for word, key in vocabulary(schemas[name], "items", {}).keys.items():
            if key in keys:
                found.setdefault(word, key)
    return found


def document(system: SystemSettings, taken: Taken, day: str, name: str, digest: str) -> Doc:
    """The snapshot's document: ``day`` on which it was taken, the file's ``name`` and SHA-256."""
    rows: list[Value] = list(taken.rows)
    return {"system": system.id, "taken": day, "file": name, "sha256": digest, "rows": rows}


def _chosen(
    sheets: Sequence[Sheet], system: SystemSettings, known: Mapping[str, str], name: str
) -> _Table:
    titles = "、".join(f"“{sheet.name}”" for sheet in sheets)
    looked = [sheet for sheet in sheets if not name or normal(sheet.name) == normal(name)]
    if not looked:
        raise UsageError(f"没有名为“{name}”的工作表，现有：{titles}。")
    tables = [table for sheet in looked if (table := _table(sheet, system))]
    if not tables:
        raise UsageError(_unreadable(looked, system, known))
    if len(tables) > 1:
        found = "、".join(f"“{table.sheet.name}”" for table in tables)
        raise UsageError(f"{found}都有事项名称一列，请用 --sheet 写明取哪个工作表。")
    return tables[0]


def _table(sheet: Sheet, system: SystemSettings) -> _Table | None:
    """The sheet with the first row that has the column of the names; None without one."""
    filled = [place for place, cells in enumerate(sheet.rows) if any(map(str.strip, cells))]
    for place in filled[:_TITLE_ROWS]:
        heads = tuple(map(_clean, sheet.rows[place]))
        mapped: dict[int, str] = {}
        for at, head in enumerate(heads):
            if head in system.columns and system.columns[head] not in mapped.values():
                mapped[at] = system.columns[head]
        if "name" in mapped.values():
            return _Table(sheet, place, heads, mapped)
    return None


def _unreadable(sheets: Sequence[Sheet], system: SystemSettings, known: Mapping[str, str]) -> str:
    """Why no sheet serves, and which line of ``columns`` would help."""
    rows = [row for sheet in sheets for row in sheet.rows if any(map(str.strip, row))]
    named = next(
        (
            _clean(cell)
            for row in rows[:_TITLE_ROWS]
            for cell in row
            if _field(cell, known) == "name"
        ),
        "",
    )
    advice = (
        f"“{named}”像是事项名称，可在 columns 中加：{named}: name"
        if named
        else "各列应以逗号分隔，或者用 Excel 工作簿"
    )
    shown = "、".join(head for head in map(_clean, rows[0] if rows else ()) if head)[:200]
    columns = "、".join(system.columns)
    return (
        f"前{_TITLE_ROWS}行中没有事项名称一列。第1行是：{shown}；"
        f"qingdan.yaml 中 {system.id} 的 columns 列有：{columns}。{advice}。"
    )


def _field(heading: str, known: Mapping[str, str]) -> str:
    plain = normal(heading).strip("*＊：:")
    return known.get(plain) or known.get(plain.replace("_", ""), "")


def _unmapped(table: _Table, known: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    taken = set(table.mapped.values())
    for at, head in enumerate(table.heads):
        if head and at not in table.mapped:
            field = _field(head, known)
            yield address(table.head + 1, at + 1), head, "" if field in taken else field


def _cells(table: _Table, place: int, filled: Mapping[tuple[int, int], str]) -> list[str]:
    """The texts of a row, at least one a heading."""
    row = table.sheet.rows[place]
    texts = [*row, *[""] * (len(table.heads) - len(row))]
    return [text or filled.get((place, at), "") for at, text in enumerate(texts)]


def _filled(table: _Table) -> dict[tuple[int, int], str]:
    """What merged cells say below their first one, by place of row and column; never a name or a code."""
    rows = table.sheet.rows
    filled: dict[tuple[int, int], str] = {}
    for region in table.sheet.merged:
        top, left = region.top - 1, region.left - 1
        if top <= table.head or top >= len(rows) or left >= len(rows[top]):
            continue
        if table.mapped.get(left, "name") not in {"name", *_CODES}:
            for place in range(top + 1, min(region.bottom, len(rows))):
                filled.setdefault((place, left), rows[top][left])
    return filled


def _is_heading(cells: Sequence[str], table: _Table) -> bool:
    """Whether a row only repeats the headings, as each printed page does."""
    return all(_clean(cells[at]) == table.heads[at] for at in table.mapped)


def _row(cells: Sequence[str], table: _Table, place: int) -> tuple[Doc, str]:
    """A row, or why it is not taken."""
    if any(cell.strip() for cell in cells[len(table.heads) :]):
        return {}, f"有{len(cells)}列，多于表头的{len(table.heads)}列"
    row: Doc = {}
    for at, field in table.mapped.items():
        head, where = table.heads[at], (place + 1, at + 1)
        value = _value(cells[at], field, head)
        why = _wrong(value, field, number=where in table.sheet.numbers)
        if why:
            return {}, f"“{head}”（{address(*where)}）{why}"
        if value:
            row[field] = value
    row["line"] = place + 1
    return row, "" if "name" in row else "没有事项名称"


def _wrong(value: str, field: str, *, number: bool) -> str:
    if len(value) > _MAX.get(field, 200):
        return f"超过{_MAX.get(field, 200)}字"
    if field in _CODES and value and not CODE.fullmatch(value):
        return f"的“{value}”不是编码（可能被表格软件改成了数字）"
    if field in _CODES and number and len(value) > _DIGITS:
        return f"的“{value}”被表格软件当作数字，末几位已经丢失，请按文本格式重新导出"
    return ""


def _value(cell: str, field: str, head: str) -> str:
    """A cell's text; of parts, each line apart; a bare number under 承诺时限（工作日） with that measure."""
    if field in PARTS and ("\n" in cell or BAR in cell):
        lines = (line.strip("；; ") for line in map(_clean, cell.split("\n")))
        return "；".join(_part(line, field) for line in lines if line)
    value = _clean(cell)
    if field in _LIMITS and value.isdecimal():
        return f"{value}{'个工作日' if '工作日' in head else '日' if re.search('[日天]', head) else ''}"
    return value


def _part(line: str, field: str) -> str:
    """A part's line, as ``export`` writes it (名称｜…), by what parts are compared by: its name; of a basis the article, too."""
    name, several, rest = line.partition(BAR)
    if field == "basis" and several:
        return f"《{name.strip('《》')}》{rest.partition(BAR)[0]}"
    return name


def _clean(text: str) -> str:
    """A cell as one line without the blanks, tabs and formula marks (``="0012"``) that spreadsheets add."""
    line = " ".join(text.split())
    guarded = _GUARDED.fullmatch(line)
    return guarded[1] if guarded else line.removeprefix("'")
