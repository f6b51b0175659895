"""The rows of a sheet below its headings: items, sections, continued items, and what is none of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.importing.notes import Note
from qingdan.core.tables import headings
from qingdan.core.wording import normal
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.core.tables.headings import Head
    from qingdan.model.tables import Sheet
    from qingdan.model.values import Doc

_NUMERAL = re.compile(r"[(（]?[一二三四五六七八九十百ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+[)）、.．]?")
_SECTION = re.compile(
    r"(?:第[一二三四五六七八九十]+(?:部分|类|章)|[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）])\s*(.+)",
    re.DOTALL,
)
_COUNT = re.compile(r"[(（]?共?\s*\d+\s*[项个条类]?[)）]?\s*$")
_TOTAL = re.compile(r"(?:以上|总)?共计?\s*\d+\s*[项个条件].{0,10}")
_FOOTER = r"(?:{})(?:人|签字|签名|（签字）|（盖章）)?\s*[:：]"
_COLUMN_NUMBERS = 3


class Cell(Struct, frozen=True):
    """What a field's cell says; ``at`` names where, ``measure`` comes from the heading.

    ``number`` says that the file holds a number there, ``inherited`` that it stands in a row above.
    """

    text: str
    at: str
    measure: str = ""
    number: bool = False
    inherited: bool = False


class Record(Struct, frozen=True):
    """A row that is an entry, with the sections it stands under, as (level, words) from the outermost in.

    ``entry`` is the entry itself, where the file is a list as it is kept.
    """

    row: int
    cells: Mapping[str, Cell]
    sections: tuple[tuple[int, str, str], ...] = ()
    bottom: int = 0
    """The last row that belongs to it."""
    entry: Doc | None = None

    def text(self, key: str) -> str:
        """What a field's cell says; empty without one."""
        found = self.cells.get(key)
        return found.text if found else ""


class Rows(Struct, frozen=True):
    """What a sheet holds below its headings. ``skipped`` counts rows that are no data, by what they are."""

    records: tuple[Record, ...]
    notes: tuple[Note, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)


def read(sheet: Sheet, head: Head, words: Mapping[str, Sequence[str]], file: str) -> Rows:
    """The rows of a sheet. ``words`` are the words of totals and footers."""
    if sheet.entries:
        return Rows(tuple(_kept(sheet, head)))
    return _Reader(sheet, head, words, file).read()


def _kept(sheet: Sheet, head: Head) -> Iterator[Record]:
    """The entries of a list as it is kept, whatever their cells look like."""
    for row, entry in enumerate(sheet.entries, head.last + 1):
        texts = enumerate(sheet.rows[row - 1], 1) if row <= len(sheet.rows) else ()
        cells = {
            head.columns[at].key: Cell(text, address(row, at))
            for at, text in texts
            if text and at in head.columns
        }
        yield Record(row, cells, bottom=row, entry=entry)


class _Reader:
    """One sheet being read from top to bottom."""

    def __init__(
        self, sheet: Sheet, head: Head, words: Mapping[str, Sequence[str]], file: str
    ) -> None:
        self.sheet, self.head, self.file = sheet, head, file
        self.totals = frozenset(words["totals"])
        self.footer = re.compile(_FOOTER.format("|".join(map(re.escape, words["footers"]))))
        keys = {heading.key for heading in head.columns.values()}
        self.main = next(key for key in headings.MAIN if key in keys)
        self.column = {
            heading.key: at for at, heading in sorted(head.columns.items(), reverse=True)
        }
        self.covered = _covered(sheet, head)
        self.sections: list[tuple[int, str, str]] = []
        self.records: list[Record] = []
        self.notes: list[Note] = []
        self.skipped: dict[str, int] = {}

    def read(self) -> Rows:
        """Every row, in order."""
        for row in range(self.head.last + 1, len(self.sheet.rows) + 1):
            cells = {at: text for at, text in enumerate(self.sheet.rows[row - 1], 1) if text}
            if cells:
                self._row(row, cells)
        return Rows(tuple(self._without_mains()), tuple(self.notes), self.skipped)

    def _row(self, row: int, cells: dict[int, str]) -> None:
        if self._is_heading(cells):
            self._skip("重复的表头")
        elif self._is_column_numbers(cells):
            self._skip("栏次行")
        elif self._is_total(cells):
            self._left(row, cells, "是合计行")
        elif self._is_footer(row, cells):
            self._left(row, cells, "是表尾说明")
        elif section := self._section(row, cells):
            self._enter(section)
        else:
            self._data(row, cells)

    def _skip(self, what: str) -> None:
        self.skipped[what] = self.skipped.get(what, 0) + 1

    def _left(self, row: int, cells: Mapping[int, str], why: str) -> None:
        text = " ".join(" ".join(cells.values()).split())
        self.notes.append(Note("left", self.file, self.sheet.name, f"第{row}行", text, why))

    def _is_heading(self, cells: Mapping[int, str]) -> bool:
        """Whether a row says again what stands above its columns."""
        alike = sum(
            normal(text) in {normal(part) for part in self.head.stacks.get(at, ())}
            for at, text in cells.items()
        )
        return alike >= headings.LEAST_HITS and alike * 2 >= len(cells)

    def _is_column_numbers(self, cells: Mapping[int, str]) -> bool:
        numbers = [text.strip("()（）栏") for text in cells.values()]
        wanted = [str(place) for place in range(1, len(numbers) + 1)]
        return len(numbers) >= _COLUMN_NUMBERS and numbers == wanted

    def _is_total(self, cells: Mapping[int, str]) -> bool:
        texts = [normal(text).rstrip(":") for text in cells.values()]
        return any(_starts_total(text, self.totals) for text in texts[:2]) and not self._has_code(
            cells
        )

    def _has_code(self, cells: Mapping[int, str]) -> bool:
        return bool(cells.get(self.column.get("code", 0)))

    def _is_footer(self, row: int, cells: Mapping[int, str]) -> bool:
        first = min(cells)
        alone = self.column[self.main] not in cells or len(cells) == 1 or self._wide(row, first)
        return alone and bool(self.footer.match(cells[first].strip()))

    def _wide(self, row: int, column: int) -> bool:
        """Whether a cell is merged over several columns, the name's among them."""
        return any(
            region.top == row
            and region.left == column
            and region.right >= self.column[self.main] > region.left
            for region in self.sheet.merged
        )

    def _section(self, row: int, cells: Mapping[int, str]) -> tuple[int, str, str] | None:
        """The section that a row begins: its level, its words, where; None for any other row."""
        ordinals = [
            at for at, heading in self.head.columns.items() if heading.key == headings.ORDINAL
        ]
        lead = next((cells[at] for at in ordinals if at in cells), "")
        rest = {at: text for at, text in cells.items() if at not in ordinals}
        if not rest and lead and _SECTION.match(lead):
            rest, lead = {min(cells): lead}, ""
        if len(rest) != 1:
            return None
        at, text = next(iter(rest.items()))
        numbered = bool(_NUMERAL.fullmatch(lead)) or (not lead and bool(_SECTION.match(text)))
        aside = (
            not lead and (at < self.column[self.main] or self._wide(row, at)) and self._may_head(at)
        )
        if not numbered and not aside:
            return None
        return _level(lead or text), _section_words(text), address(row, at)

    def _may_head(self, at: int) -> bool:
        """A cell alone in its row is no section where it continues a merged or running column."""
        heading = self.head.columns.get(at)
        return heading is None or heading.key in {headings.UNIT, "type", "sector", headings.ORDINAL}

    def _enter(self, section: tuple[int, str, str]) -> None:
        self.sections = [one for one in self.sections if one[0] < section[0]] + [section]

    def _data(self, row: int, cells: dict[int, str]) -> None:
        own = self._own(row, cells)
        filled = self._filled(row, own)
        if self.main in own or self._is_sub(own) or ("code" in own and self.main in filled):
            self._record(row, filled)
        elif self.records and not self._numbered(own) and self._may_continue(own):
            self._continue(row, own)
        else:
            self._left(row, cells, "没有名称")

    def _numbered(self, own: Mapping[str, Cell]) -> bool:
        lead = own.get(headings.ORDINAL)
        return lead is not None and not lead.inherited

    def _is_sub(self, own: Mapping[str, Cell]) -> bool:
        return headings.SUB_ITEM in own and bool(self.records)

    @staticmethod
    def _may_continue(own: Mapping[str, Cell]) -> bool:
        return bool(own) and not {"code", "type", "state", headings.UNIT} & own.keys()

    def _own(self, row: int, cells: Mapping[int, str]) -> dict[str, Cell]:
        """The cells of a row by key; a cell beyond the headings is told."""
        found: dict[str, Cell] = {}
        for at, text in cells.items():
            heading = self.head.columns.get(at)
            if heading is None:
                self._outside(row, at, text)
                continue
            cell = Cell(text, address(row, at), heading.measure, (row, at) in self.sheet.numbers)
            found.setdefault(heading.key, cell)
        return found

    def _outside(self, row: int, at: int, text: str) -> None:
        if at not in self.head.stacks:
            why = "这一列没有表头"
            self.notes.append(Note("left", self.file, self.sheet.name, address(row, at), text, why))

    def _filled(self, row: int, own: Mapping[str, Cell]) -> dict[str, Cell]:
        """A row's cells with those that are merged down from a row above."""
        found = dict(own)
        for key, at in self.column.items():
            above = self.covered.get((row, at))
            if key not in found and above:
                text = (
                    self.sheet.rows[above - 1][at - 1]
                    if at <= len(self.sheet.rows[above - 1])
                    else ""
                )
                if text:
                    cell = Cell(
                        text, address(above, at), self.head.columns[at].measure, inherited=True
                    )
                    found[key] = replace(cell, number=(above, at) in self.sheet.numbers)
        return found

    def _record(self, row: int, cells: dict[str, Cell]) -> None:
        """An entry; a sub-item below its main item takes over what it leaves blank, unless cells are merged."""
        if headings.SUB_ITEM in cells and self.main not in cells:
            cells = {**_inherited(self.records[-1]), **cells}
        self.records.append(Record(row, cells, tuple(self.sections), row))

    def _continue(self, row: int, own: Mapping[str, Cell]) -> None:
        """More lines of the entry above."""
        last = self.records[-1]
        cells = dict(last.cells)
        for key, cell in own.items():
            before = cells.get(key)
            if before is None or before.inherited:
                cells[key] = cell
            else:
                cells[key] = replace(
                    before, text=f"{before.text}\n{cell.text}", at=f"{before.at}、{cell.at}"
                )
        self.records[-1] = replace(last, cells=cells, bottom=row)

    def _without_mains(self) -> Iterator[Record]:
        """The records without those that only head their sub-items."""
        for place, record in enumerate(self.records):
            below = self.records[place + 1] if place + 1 < len(self.records) else None
            if headings.SUB_ITEM not in record.cells and below and self._heads(record, below):
                text = record.text(self.main)
                why = "只是主项，要素已由各子项承用"
                at = f"第{record.row}行"
                self.notes.append(Note("doubt", self.file, self.sheet.name, at, text, why))
            else:
                yield record

    def _heads(self, record: Record, below: Record) -> bool:
        name = below.cells.get(self.main)
        return (
            headings.SUB_ITEM in below.cells
            and bool(name and name.inherited)
            and (name is not None and name.at == record.cells[self.main].at)
        )


def _inherited(record: Record) -> dict[str, Cell]:
    """What a sub-item takes over from its main item: all but codes and its own name."""
    kept = {}
    for key, cell in record.cells.items():
        if key != headings.SUB_ITEM and not key.endswith("code"):
            kept[key] = replace(cell, inherited=True)
    return kept


def _covered(sheet: Sheet, head: Head) -> dict[tuple[int, int], int]:
    """For each cell below the first of a merged column: the row in which its text stands."""
    found: dict[tuple[int, int], int] = {}
    for region in sheet.merged:
        if region.top <= head.last or region.left not in head.columns:
            continue
        for row in range(region.top + 1, min(region.bottom, len(sheet.rows)) + 1):
            found[row, region.left] = region.top
    return found


def _starts_total(text: str, words: Iterable[str]) -> bool:
    bare = _COUNT.sub("", text).rstrip(":")
    return bare in words or bool(_TOTAL.fullmatch(text))


def _level(text: str) -> int:
    """How deep a section is by its number: 第一部分 0, 一、 1, （一） 2, no number 1."""
    if text.startswith("第"):
        return 0
    return 2 if text[:1] in "(（" else 1


def _section_words(text: str) -> str:
    found = _SECTION.match(text)
    words = " ".join((found[1] if found else text).split())
    return _COUNT.sub("", words).rstrip("：:") or words
