"""Files of tables as candidates: every sheet found, its headings understood, its rows read, the rest told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.importing import rows
from qingdan.core.importing.items import IN_USE, Where, without_repeats
from qingdan.core.importing.notes import Note
from qingdan.core.tables import headings, national
from qingdan.model.errors import UsageError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qingdan.core.importing.items import Candidate, Ground
    from qingdan.core.importing.rows import Record
    from qingdan.core.schema import Schema
    from qingdan.core.tables.headings import Head, Vocabulary
    from qingdan.core.tables.reading import Tables
    from qingdan.model.tables import Sheet

    Judge = Callable[[Record, Where, Ground], tuple[Candidate, tuple[Note, ...]]]

_ADJUSTMENT = ("kind", "trigger", "occurred", "reason", "late_reason", "effective")
_BASE = "底稿"
_NAMED = 5
"""So many rows are named one by one."""


class SheetRead(Struct, frozen=True):
    """A sheet that was understood: where its headings are, (column, heading, label) of each column, how many rows."""

    file: str
    sheet: str
    first: int
    last: int
    columns: tuple[tuple[str, str, str], ...]
    records: int
    skipped: Mapping[str, int] = field(default_factory=dict)


class Imported(Struct, frozen=True):
    """What files hold. ``repeated`` are rows that say exactly what another one says."""

    candidates: tuple[Candidate, ...]
    repeated: tuple[Candidate, ...]
    notes: tuple[Note, ...]
    sheets: tuple[SheetRead, ...]

    def count(self, status: str) -> int:
        """How many candidates have a status."""
        return sum(one.status == status for one in self.candidates)


class Asked(Struct, frozen=True):
    """What the command says about where to look: the sheet by name, the unit by code, the district's own headings.

    ``only``: of several lists asked for at once, the (file, sheet) that are this one. ``key`` tells a register's
    entries apart; ``adjusting`` are the headings of the columns that ``export`` adds.
    """

    entries: str
    sheet: str = ""
    unit: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    adjusting: tuple[str, ...] = ()
    key: str = ""
    only: frozenset[tuple[str, str]] | None = None


def read(
    files: Sequence[tuple[str, Tables]], asked: Asked, ground: Ground, judge: Judge
) -> Imported:
    """The candidates of all files; UsageError for a file in which there is no such table."""
    words = headings.vocabulary(ground.schema, asked.entries, asked.headings)
    found: list[Candidate] = []
    notes: list[Note] = []
    sheets: list[SheetRead] = []
    for name, opened in files:
        reader = _FileReader(name, opened, asked, ground, words)
        for where, records, sheet in reader.sheets():
            sheets.append(sheet)
            for record in records:
                made, told = judge(record, where, ground)
                found.append(made)
                notes += told
        notes += reader.notes
    kept, repeated = without_repeats(found, asked.key)
    return Imported(tuple(kept), tuple(repeated), tuple(notes), tuple(sheets))


def named(sheet: Sheet, schema: Schema) -> str:
    """The list that a sheet's name says it is; empty where it says none."""
    if sheet.entries:
        return sheet.name
    titles = schema.document["definitions"]["list"]["x-labels"]
    return next((key for key, title in titles.items() if title in sheet.name), "")


def shared_out(
    files: Sequence[tuple[str, Tables]], schemas: Mapping[str, Schema], own: Mapping[str, str]
) -> dict[str, frozenset[tuple[str, str]]]:
    """Which visible sheets are which of several lists: by name, else by whose headings fit best.

    UsageError for a sheet that could be two of them.
    """
    words = {name: headings.vocabulary(schema, "items", own) for name, schema in schemas.items()}
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in schemas}
    for file, opened in files:
        for sheet in opened.sheets:
            name = named(sheet, next(iter(schemas.values()))) or _fitting(sheet, file, words)
            if name in found:
                found[name].add((file, sheet.name))
    return {name: frozenset(sheets) for name, sheets in found.items()}


def left_out(
    files: Sequence[tuple[str, Tables]], shares: Mapping[str, frozenset[tuple[str, str]]]
) -> tuple[Note, ...]:
    """Notes on the visible sheets that are none of the lists."""
    taken = frozenset().union(*shares.values())
    return tuple(
        _left(file, sheet, "不是所要导入的清单")
        for file, opened in files
        for sheet in opened.sheets
        if any(sheet.rows) and (file, sheet.name) not in taken
    )


def _left(file: str, sheet: Sheet, why: str) -> Note:
    return Note("left", file, sheet.name, "", f"{sum(any(row) for row in sheet.rows)}行", why)


def _fitting(sheet: Sheet, file: str, words: Mapping[str, Vocabulary]) -> str:
    heads = {name: headings.find(sheet, vocabulary) for name, vocabulary in words.items()}
    ranks = sorted(
        ((len(head.columns), name) for name, head in heads.items() if head), reverse=True
    )
    if len(ranks) > 1 and ranks[0][0] == ranks[1][0]:
        raise UsageError(
            f"看不出{file}的工作表“{sheet.name}”是哪类清单，请把工作表名改成清单的名称，或分别导入。"
        )
    return ranks[0][1] if ranks else ""


class _FileReader:
    """One file's sheets, one after the other."""

    def __init__(
        self, file: str, tables: Tables, asked: Asked, ground: Ground, words: Vocabulary
    ) -> None:
        self.file, self.tables, self.asked, self.ground, self.words = (
            file,
            tables,
            asked,
            ground,
            words,
        )
        self.notes: list[Note] = []

    def sheets(self) -> Iterator[tuple[Where, Sequence[Record], SheetRead]]:
        """Each sheet that has headings; the others are told."""
        chosen = list(self._chosen())
        heads = {sheet.name: headings.find(sheet, self.words) for sheet in chosen}
        if not any(heads.values()) and (chosen or self.asked.only is None):
            raise UsageError(self._no_headings(chosen))
        for sheet in chosen:
            head = heads[sheet.name]
            if head is None:
                self._left_sheet(sheet, "没有找到表头")
            else:
                yield self._sheet(sheet, head)

    def _chosen(self) -> Iterator[Sheet]:
        every = (*self.tables.sheets, *self.tables.hidden)
        names = [sheet.name for sheet in every]
        if self.asked.sheet and self.asked.sheet not in names:
            raise UsageError(
                f"{self.file}没有名为“{self.asked.sheet}”的工作表，有：{'、'.join(names)}。"
            )
        for sheet in every:
            if self.asked.sheet:
                if sheet.name == self.asked.sheet:
                    yield sheet
            elif self._why_not(sheet):
                self._left_sheet(sheet, self._why_not(sheet))
            elif self.asked.only is None or (self.file, sheet.name) in self.asked.only:
                yield sheet

    def _why_not(self, sheet: Sheet) -> str:
        """Why a sheet is not looked into; empty for one that is."""
        if self.asked.only is not None:
            return ""
        if sheet in self.tables.hidden:
            return "是隐藏的工作表（要取请用 --sheet 写明）"
        return "是另一类清单" if self._other_list(sheet) else ""

    def _other_list(self, sheet: Sheet) -> bool:
        return named(sheet, self.ground.schema) not in {"", self.ground.list}

    def _title(self, sheet: Sheet) -> str:
        """What a sheet is called, a list as it is kept by its title."""
        titles = self.ground.schema.document["definitions"]["list"]["x-labels"]
        return str(titles.get(sheet.name, sheet.name) if sheet.entries else sheet.name)

    def _left_sheet(self, sheet: Sheet, why: str) -> None:
        if any(sheet.rows):
            self.notes.append(_left(self.file, sheet, why))

    def _no_headings(self, chosen: Sequence[Sheet]) -> str:
        if not chosen:
            names = "、".join(f"“{self._title(sheet)}”" for sheet in self.tables.sheets)
            return f"{self.file}中没有{self.ground.schema.title}，有的是：{names}。"
        main = next(self.words.title(key) for key in headings.MAIN if key in self.words.titles)
        first = next((row for sheet in chosen for row in sheet.rows if any(row)), ())
        seen = "、".join(" ".join(text.split()) for text in first if text)[:80]
        return (
            f"{self.file}没有找到表头：前{headings.FIRST_ROWS}行中没有一行写有“{main}”和别的列名。"
            f"第一行是：{seen}。本地另有叫法的，请写入 qingdan.yaml 的 headings（列名: 要素）。"
        )

    def _sheet(self, sheet: Sheet, head: Head) -> tuple[Where, Sequence[Record], SheetRead]:
        lists = self.ground.schema.document["definitions"]["table"]["x-words"]
        found = rows.read(sheet, head, lists, self.file)
        self._titles(sheet, head)
        self.notes += found.notes
        self._stateless(sheet, head)
        self._unseen(sheet, found.records)
        self._columns(sheet, head, found.records)
        records = found.records
        if _is_national(sheet, head, self.ground, self.asked):
            top = sheet.rows[head.last - 1]
            records = tuple(_reworded(record, sheet, top, self.ground.schema) for record in records)
        unit = self.asked.unit or self._unit(sheet, head, records)
        where = Where(self.file, sheet.name, unit, bool(self.asked.unit))
        columns = tuple(
            (_letters(at), heading.text, self.words.title(heading.key))
            for at, heading in sorted(head.columns.items())
        )
        told = SheetRead(
            self.file, sheet.name, head.first, head.last, columns, len(records), found.skipped
        )
        return where, records, told

    def _unit(self, sheet: Sheet, head: Head, records: Sequence[Record]) -> str:
        """The unit that the sheet's name, its title rows or the file's name tell; told where rows rest on it."""
        if sheet.entries:
            return ""
        titles = (" ".join(row) for row in sheet.rows[: head.first - 1])
        for text in (sheet.name, *titles, self.file.rpartition(".")[0]):
            unit = self.ground.units.inside(text)
            if unit and self.asked.entries == "items":
                if any(headings.UNIT not in record.cells for record in records):
                    why = f"按此认定实施主体为“{self.ground.units.names[unit]}”"
                    self.notes.append(Note("doubt", self.file, sheet.name, "", text, why))
                return unit
        return ""

    def _titles(self, sheet: Sheet, head: Head) -> None:
        for row, cells in enumerate(sheet.rows[: head.first - 1], 1):
            text = " ".join(" ".join(cells).split())
            if text:
                self.notes.append(
                    Note("left", self.file, sheet.name, f"第{row}行", text, "在表头之上")
                )

    def _stateless(self, sheet: Sheet, head: Head) -> None:
        """A list that does not say of its items whether they are in use says so of all."""
        keys = {heading.key for heading in head.columns.values()}
        if (
            "state" not in keys
            and not sheet.entries
            and any(each.key == "state" for each in self.ground.fields)
        ):
            why = f"表中没有这一列，新的事项都按“{IN_USE}”列入"
            text = self.words.title("state")
            self.notes.append(Note("doubt", self.file, sheet.name, "", text, why))

    def _unseen(self, sheet: Sheet, records: Sequence[Record]) -> None:
        """Records in rows that do not show: who looks at the table does not know of them."""
        places = [str(one.row) for one in records if one.row in sheet.unseen]
        if places:
            more = "等" if len(places) > _NAMED else ""
            at = f"第{'、'.join(places[:_NAMED])}{more}行"
            why = "在表格中没有显示（隐藏的，或者被筛选掉的），照样取用"
            self.notes.append(Note("doubt", self.file, sheet.name, at, f"{len(places)}行", why))

    def _columns(self, sheet: Sheet, head: Head, records: Sequence[Record]) -> None:
        """Columns that are not taken, with how much stands in them."""
        lines = [row for one in records for row in range(one.row, one.bottom + 1)]
        exchange = _is_national(sheet, head, self.ground, self.asked)
        for at, text, guess in head.unknown:
            if _ours(text, self.asked.adjusting) or (exchange and _joins(text)):
                continue
            why = self._not_kept(text) or "这个列名不认识" + (
                f"，是不是“{guess}”？" if guess else ""
            )
            self._column(sheet, lines, at, text, why)
        for at, text, taken in head.repeated:
            also = self.words.title(head.columns[taken].key)
            self._column(sheet, lines, at, text, f"与{_letters(taken)}列同为“{also}”，只取前者")

    def _not_kept(self, heading: str) -> str:
        """Why a register has no place for such a column, where its schema says so; else empty."""
        told = self.ground.schema.node((self.asked.entries, 0)).get("x-not-kept", {})
        return told["why"] if any(word in heading for word in told.get("words", ())) else ""

    def _column(self, sheet: Sheet, lines: Sequence[int], at: int, text: str, why: str) -> None:
        count = sum(bool("".join(sheet.rows[row - 1][at - 1 : at])) for row in lines)
        if count:
            place = f"{_letters(at)}列"
            self.notes.append(
                Note("left", self.file, sheet.name, place, f"{text}（{count}格）", why)
            )


def _ours(heading: str, labels: Sequence[str]) -> bool:
    """Whether a column is one that ``export`` adds for adjustments."""
    return heading in labels or heading.startswith(_BASE)


def _joins(heading: str) -> bool:
    """Whether a column of the exchange goes into another one's value: the unit of a limit, our own code."""
    return national.snake(heading) in {"anticipate_type", "promise_type", national.CODE}


def labels(schema: Schema) -> tuple[str, ...]:
    """The headings of the columns that ``export`` adds; ``schema`` is the record's."""
    return tuple(schema.label((key,)) for key in _ADJUSTMENT)


def _letters(column: int) -> str:
    return address(1, column)[:-1]


def _is_national(sheet: Sheet, head: Head, ground: Ground, asked: Asked) -> bool:
    """Whether a sheet has the headings of the national exchange."""
    carried = asked.entries == "items" and national.carries(ground.schema)
    return carried and national.is_national(sheet.rows[head.last - 1], ground.schema)


def _reworded(record: Record, sheet: Sheet, top: Sequence[str], schema: Schema) -> Record:
    line = sheet.rows[record.row - 1]
    said = national.united(
        {head: text for head, text in zip(top, line, strict=False) if head}, schema
    )
    cells = dict(record.cells)
    for key, text in said.items():
        known = cells.get(key) or rows.Cell("", f"第{record.row}行")
        cells[key] = replace(known, text=text)
    return replace(record, cells=cells)
