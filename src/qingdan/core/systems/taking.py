"""A table that a system gave out as a snapshot of its configuration; the columns are mapped by ``qingdan.yaml``."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.core.places import CODE
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.workspace import Doc, SystemSettings, Value

_ENCODINGS = ("utf-8-sig", "gb18030")
_TITLE_ROWS = 10
_GUARDED = re.compile(r'="([^"]*)"')
_CODES = frozenset({"code", "task_code", "catalog_code", "local_task_code", "local_catalog_code"})
_MAX = {"name": 500, "basis": 8000, "materials": 8000, "flow": 4000}


@dataclass(frozen=True, slots=True)
class Taken:
    """The rows, and what was left out: columns that are not mapped, and (line, why) of rows refused."""

    rows: tuple[Doc, ...]
    unmapped: tuple[str, ...]
    refused: tuple[tuple[int, str], ...]


def take(raw: bytes, system: SystemSettings) -> Taken:
    """Read a CSV in UTF-8 (with or without BOM) or GB18030; UsageError where it is no such table."""
    text = _decoded(raw)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise UsageError(
            f"不是规范的 CSV 表格（第{reader.line_num}行）：{_csv_reason(str(error))}。"
        ) from None
    lines = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
    if not lines:
        raise UsageError("表格是空的，没有可取的记录。")
    place, heads, mapped = _headings([cells for _, cells in lines], system)
    rows: list[Doc] = []
    refused: list[tuple[int, str]] = []
    for number, cells in lines[place + 1 :]:
        row, why = _row(cells, heads, mapped, number)
        if why:
            refused.append((number, why))
        else:
            rows.append(row)
    unmapped = tuple(head for at, head in enumerate(heads) if head and at not in mapped)
    return Taken(tuple(rows), unmapped, tuple(refused))


def _headings(
    table: list[list[str]], system: SystemSettings
) -> tuple[int, list[str], dict[int, str]]:
    """Where the heading row is among the first rows, the headings, and the field of each mapped column."""
    for place, cells in enumerate(table[:_TITLE_ROWS]):
        heads = [_clean(cell) for cell in cells]
        mapped: dict[int, str] = {}
        for at, head in enumerate(heads):
            if head in system.columns and system.columns[head] not in mapped.values():
                mapped[at] = system.columns[head]
        if "name" in mapped.values():
            return place, heads, mapped
    found, known = "、".join(map(_clean, table[0])), "、".join(system.columns)
    raise UsageError(
        f"前{_TITLE_ROWS}行中没有事项名称一列。第1行是：{found}；qingdan.yaml 中 {system.id} 的 columns 列有：{known}。"
        "各列应以逗号分隔。"
    )


def _decoded(raw: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UsageError("不是文本表格：请在 Excel 中“另存为 CSV（UTF-8）”后再取。")


def _csv_reason(message: str) -> str:
    return (
        "引号没有成对"
        if "quote" in message
        or "EOF" in message
        or "end of data" in message
        or "expected after" in message
        else "格式有误"
    )


def _clean(text: str) -> str:
    """A cell as one line without the blanks, tabs and formula marks (``="0012"``) that spreadsheets add."""
    line = " ".join(text.replace("\t", " ").split())
    guarded = _GUARDED.fullmatch(line)
    return guarded[1] if guarded else line.removeprefix("'")


def _row(
    cells: list[str], heads: list[str], mapped: dict[int, str], number: int
) -> tuple[Doc, str]:
    """A row, or why it is not taken."""
    if any(cell.strip() for cell in cells[len(heads) :]):
        return {}, f"有{len(cells)}列，多于表头的{len(heads)}列"
    row: Doc = {}
    for place, field in mapped.items():
        value = _clean(cells[place]) if place < len(cells) else ""
        if len(value) > _MAX.get(field, 200):
            return {}, f"“{heads[place]}”超过{_MAX.get(field, 200)}字"
        if field in _CODES and value and not CODE.fullmatch(value):
            return {}, f"“{heads[place]}”的“{value}”不是编码（可能被表格软件改成了数字）"
        if value:
            row[field] = value
    row["line"] = number
    return row, "" if "name" in row else "没有事项名称"


def document(system: SystemSettings, taken: Taken, day: str, name: str, digest: str) -> Doc:
    """The snapshot's document: ``day`` on which it was taken, the file's ``name`` and SHA-256."""
    rows: list[Value] = list(taken.rows)
    return {"system": system.id, "taken": day, "file": name, "sha256": digest, "rows": rows}
