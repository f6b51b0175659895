"""A table that a system gave out as a snapshot of its configuration; the columns are mapped by ``qingdan.yaml``."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.workspace import Doc, SystemSettings, Value

_ENCODINGS = ("utf-8-sig", "gb18030")
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
    heads = [_clean(head) for head in lines[0][1]]
    mapped = {
        place: system.columns[head] for place, head in enumerate(heads) if head in system.columns
    }
    if "name" not in mapped.values():
        known = "、".join(system.columns)
        raise UsageError(
            f"第1行中没有事项名称一列。表头是：{'、'.join(heads)}；qingdan.yaml 中 {system.id} 的 columns 列有：{known}。"
        )
    rows: list[Doc] = []
    refused: list[tuple[int, str]] = []
    for number, cells in lines[1:]:
        if len(cells) > len(heads):
            refused.append((number, f"有{len(cells)}列，多于表头的{len(heads)}列"))
            continue
        row = _row(cells, mapped, number)
        if "name" in row:
            rows.append(row)
        else:
            refused.append((number, "没有事项名称"))
    unmapped = tuple(head for head in heads if head and head not in system.columns)
    return Taken(tuple(rows), unmapped, tuple(refused))


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
    """A cell as one line without the blanks and tabs that spreadsheets add."""
    return " ".join(text.replace("\t", " ").split())


def _row(cells: list[str], mapped: dict[int, str], number: int) -> Doc:
    row: Doc = {}
    for place, field in mapped.items():
        value = _clean(cells[place]) if place < len(cells) else ""
        if value and field not in row:
            row[field] = value[: _MAX.get(field, 200)]
    row["line"] = number
    return row


def document(system: SystemSettings, taken: Taken, day: str, name: str, digest: str) -> Doc:
    """The snapshot's document: ``day`` on which it was taken, the file's ``name`` and SHA-256."""
    rows: list[Value] = list(taken.rows)
    return {"system": system.id, "taken": day, "file": name, "sha256": digest, "rows": rows}
