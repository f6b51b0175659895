"""A form that came back, from a workbook or a text: every line with the place where it stands."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core import wording
from qingdan.core.inspections.papers import FORMAT, PAGES, STAMP
from qingdan.core.inspections.recording import Entry, Filled, Stamp
from qingdan.core.tables import cells, reading
from qingdan.core.text import strict
from qingdan.core.text.decoding import decode
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError, YamlRefusedError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.tables import Sheet
    from qingdan.model.values import Doc, Value

_BAR = re.compile(r"[｜|]")
_NAMED: Mapping[str, tuple[str, ...]] = {
    "answers": ("rule",),
    "samples": ("of", "member"),
    "materials": ("kind",),
    "interviews": ("kind",),
    "practices": (),
    "problems": ("rule", "item", "gravity"),
}
"""Part of the sheet to what names a line of it."""
_SAID = {"interviews": "count", "practices": "what", "problems": "what"}
"""Part to the column that says what a line says, where that is not ``answer``."""
_FOREIGN = "不是 qingdan inspect sheet 生成的检查表（没有找到隐藏的“底稿”页）；请用它生成的工作簿填写，不要另建或另存为别的格式。"


class _Reader(Struct):
    """One file being read; what is wrong with it is gathered."""

    name: str
    schema: Schema
    problems: list[str] = field(default_factory=list)
    lines: dict[str, list[Entry]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, part: str, where: str, row: Mapping[str, str], evidence: Sequence[str]) -> None:
        """Take a line of a part, unless it is empty."""
        key = tuple(row.get(name, "") for name in _NAMED[part])
        said = row.get(_SAID.get(part, "answer"), "")
        if part == "answers":
            self.asked.append((where, key[0], row.get("question", "")))
        if not (said or row.get("note") or evidence):
            return
        if part in {"practices", "problems"} and not said:
            self.problems.append(f"{where}：写了证据，没有写内容。")
            return
        found = tuple(self._evidence(where, text) for text in evidence)
        self.lines.setdefault(part, []).append(
            Entry(where, key, said, tuple(row for row in found if row), row.get("note", ""))
        )

    def _evidence(self, where: str, text: str) -> Doc:
        path, day, *rest = [*(part.strip() for part in _BAR.split(text)), ""]
        day = cells.day(day)
        if day and not _is_day(day):
            rest, day = [day, *rest], ""
        if not path:
            self.problems.append(f"{where}：证据“{text}”没有写明文件或出处。")
            return {}
        found: Doc = {"path": path, "date": day, "note": "｜".join(part for part in rest if part)}
        return {key: value for key, value in found.items() if value}

    def filled(self, raw: bytes, stamp: Stamp) -> Filled:
        """All that was read; RefusedError naming all that cannot be taken."""
        if self.problems:
            listed = "\n".join(f"  {problem}" for problem in self.problems)
            raise RefusedError(
                f"以下{len(self.problems)}处不能录入，没有提交，文件没有改动：\n{listed}"
            )
        parts = {part: tuple(lines) for part, lines in self.lines.items()}
        return Filled(self.name, sha256_of(raw), stamp, tuple(self.asked), **parts)


def read(raw: bytes, name: str, schema: Schema) -> Filled:
    """A filled form; UsageError for what is none, RefusedError naming every line that cannot be taken."""
    reader = _Reader(name, schema)
    if name.lower().endswith((".yaml", ".yml")):
        return reader.filled(raw, _from_text(raw, reader))
    return reader.filled(raw, _from_workbook(raw, reader))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _from_workbook(raw: bytes, reader: _Reader) -> Stamp:
    tables = reading.read(raw, reader.name)
    stamp = _stamp(next((s for s in tables.hidden if s.name == STAMP), None), reader.name)
    titles = {reader.schema.label((part,)): part for part in PAGES}
    pages = {titles[sheet.name]: sheet for sheet in tables.sheets if sheet.name in titles}
    if "answers" not in pages and "samples" not in pages:
        wanted = reader.schema.label(("answers",))
        raise UsageError(f"{reader.name}：没有找到工作表“{wanted}”；工作表请不要改名、删除。")
    for part, sheet in pages.items():
        _page(part, sheet, reader)
    return stamp


def _stamp(sheet: Sheet | None, name: str) -> Stamp:
    told = {row[0]: row[1] for row in sheet.rows if len(row) > 1} if sheet else {}
    keys = ("inspection", "unit", "commit", "day", "digest")
    if not all(told.get(key) for key in keys):
        raise UsageError(f"{name}：{_FOREIGN}")
    if told.get("format") != FORMAT:
        raise UsageError(f"{name}：检查表是用别的版本的 qingdan 生成的，请重新生成。")
    return Stamp(*(told[key] for key in keys))


def _page(part: str, sheet: Sheet, reader: _Reader) -> None:
    where = f"{reader.name}工作表“{sheet.name}”"
    titles = {field.key: reader.schema.label((part, 0, field.key)) for field in PAGES[part]}
    top, columns = _headings(sheet, titles)
    missing = [title for key, title in titles.items() if key not in columns]
    if missing:
        raise RefusedError(
            f"{where}没有“{'”“'.join(missing)}”栏，栏目名称请不要改动、删除；请按生成时的表头恢复。"
        )
    said = _SAID.get(part, "answer")
    for number, cells_ in enumerate(sheet.rows[top:], top + 1):
        row = {key: _at(cells_, column) for key, column in columns.items()}
        if any(row.values()):
            if part == "answers":
                row["answer"] = _word(row["answer"])
            spot = f"{where}{address(number, columns[said])}"
            reader.take(part, spot, row, _lines(row.get("evidence", "")))


def _headings(sheet: Sheet, titles: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """How many rows stand down to the headings, and key to column; the row with most of the headings."""
    known = {wording.normal(title): key for key, title in titles.items()}
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(sheet.rows[:10], 1):
        found = {
            known[wording.normal(text)]: column
            for column, text in enumerate(row, 1)
            if wording.normal(text) in known
        }
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _at(row: Sequence[str], column: int) -> str:
    return row[column - 1].strip() if column <= len(row) else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _word(text: str) -> str:
    """A tick or a cross as the answer that it stands for."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return {"√": "是", "✓": "是", "×": "否", "✗": "否"}.get(plain, plain)


def _from_text(raw: bytes, reader: _Reader) -> Stamp:
    try:
        value, _ = strict.read(decode(raw))
    except YamlRefusedError as error:
        raise UsageError(f"{reader.name}第{error.line}行：{error.message}") from None
    wrong = next(reader.schema.findings(value, reader.name), None)
    if wrong:
        raise UsageError(f"{reader.name}：{wrong.message}{wrong.fix}")
    doc = cast("Doc", value)
    for part in PAGES:
        for place, row in enumerate(cast("list[Doc]", doc.get(part) or []), 1):
            where = f"{reader.name}{reader.schema.label((part,))}第{place}项"
            texts = {key: str(text) for key, text in row.items() if isinstance(text, str | int)}
            reader.take(part, where, texts, list(_texts(row.get("evidence"))))
    keys = ("inspection", "unit", "commit", "day", "digest")
    return Stamp(*(str(doc[key]) for key in keys))


def _texts(value: Value | None) -> Iterator[str]:
    for text in value if isinstance(value, list) else ():
        if isinstance(text, str) and text.strip():
            yield text.strip()
