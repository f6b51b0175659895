"""Decisions that a portal gives out as a table, kept by unit and by the quarter of their service.

What stands in the ledger is completed where something became known, and never changed: a row that says something
else than what was entered is named and not taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.intake.columns import Days, Wanted, same_word
from qingdan.core.intake.subjects import Subjects
from qingdan.core.ledger.quarters import FOLDER, quarter_of
from qingdan.core.places import results_path
from qingdan.core.privacy import personal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.intake.columns import Table
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

_DAYS = {"served": "送达日期", "published": "公开日期", "credit": "信用信息导入日期"}
_LATER = ("published", "exempt", "credit")
"""What may become known of a decision after it was entered."""
_NO_GROUND = frozenset({"无", "否", "/", "-", "—", "——", "公开", "予以公开", "已公开"})
_LONGEST_NUMBER, _LONGEST_GROUND = 80, 20


def wanted(own: Mapping[str, str]) -> Wanted:
    """The columns of a table of decisions."""
    return Wanted("results", ("rows", 0), ("number", "served"), own)


class Outcome(Struct):
    """What came of a table: documents by path that changed, and how many decisions are new, completed, as they were.

    ``refused`` are (line, why) of rows that were not taken.
    """

    documents: dict[str, Doc] = field(default_factory=dict)
    added: int = 0
    completed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def take(table: Table, book: Book, unit: str, today: str) -> Outcome:
    """The table's decisions laid into the documents of a book with its items kept; ``unit`` empty for all units."""
    outcome = Outcome()
    shelf = _Shelf(book)
    for line, where, row in _decisions(table, book, unit, today, outcome.refused):
        why = shelf.lay(where, row)
        if why in {_ADDED, _COMPLETED, _SAME}:
            outcome.added += why == _ADDED
            outcome.completed += why == _COMPLETED
            outcome.same += why == _SAME
        else:
            outcome.refused.append((line, why))
    outcome.documents = shelf.changed()
    outcome.refused.sort()
    return outcome


def _decisions(
    table: Table, book: Book, unit: str, today: str, refused: list[tuple[int, str]]
) -> Iterator[tuple[int, str, Doc]]:
    """Line, unit and row of every decision that can be taken."""
    subjects, days = Subjects(book, unit), Days()
    grounds = book.settings.results.exemptions if book.settings and book.settings.results else ()
    for line, cells in table.rows():
        if "number" not in cells and "served" not in cells:
            continue
        row, why = _row(cells, days, grounds, today)
        where, item, stray = subjects.find(cells) if not why else ("", "", "")
        if why or stray:
            refused.append((line, why or stray))
        else:
            yield line, where, {"number": row.pop("number"), "item": item, **row}


def _row(
    cells: Mapping[str, str], days: Days, grounds: Sequence[str], today: str
) -> tuple[Doc, str]:
    """What a row says of a decision, and why it cannot be taken."""
    number = cells.get("number", "")
    why = _unfit(number)
    row: Doc = {"number": number}
    for key, label in _DAYS.items():
        text = cells.get(key, "")
        if text and text not in _NO_GROUND:
            row[key] = day = days.read(text)
            if not day or day > today:
                why = why or f"{label}{'还没有到' if day else '不是日期'}"
    if "served" not in row:
        why = why or "没有送达日期"
    elif str(row.get("published", today)) < str(row["served"]):
        why = why or "公开日期早于送达日期"
    return row, why or _ground(cells.get("exempt", ""), grounds, row)


def _unfit(number: str) -> str:
    if not number:
        return "没有决定书文号"
    if len(number) > _LONGEST_NUMBER:
        return f"决定书文号超过{_LONGEST_NUMBER}字"
    kind = personal(number)
    return f"决定书文号中有像是{kind}的内容" if kind else ""


def _ground(text: str, grounds: Sequence[str], row: Doc) -> str:
    """Put the ground for not publishing into a row, in the words of the settings where it is one of theirs."""
    if not text or text in _NO_GROUND:
        return ""
    ground = same_word(text, grounds) or text
    if len(ground) > _LONGEST_GROUND or personal(ground):
        return "不予公开情形写得过长，或者含有个人信息"
    row["exempt"] = ground
    return ""


_ADDED, _COMPLETED, _SAME = "新增", "补充", "相同"


class _Shelf:
    """The results of a book, and what is laid into them; nothing of the book is changed."""

    def __init__(self, book: Book) -> None:
        self._documents = {p: doc for p, doc in book.documents.items() if p.startswith(FOLDER)}
        self._rows: dict[str, list[Doc]] = {}
        self._touched: set[str] = set()
        self._spots: dict[tuple[str, str], tuple[str, int]] = {}
        for path, document in self._documents.items():
            rows = self._rows[path] = list(cast("list[Doc]", document["rows"]))
            unit = str(document["unit"])
            self._spots |= {(unit, str(row["number"])): (path, at) for at, row in enumerate(rows)}

    def lay(self, unit: str, row: Doc) -> str:
        """Lay a decision in; what came of it, or why it was not taken."""
        spot = self._spots.get((unit, str(row["number"])))
        if spot is None:
            path = results_path(f"{quarter_of(str(row['served']))}-{unit}")
            rows = self._rows.setdefault(path, [])
            self._spots[unit, str(row["number"])] = (path, len(rows))
            rows.append(row)
            self._touched.add(path)
            return _ADDED
        path, at = spot
        stood = self._rows[path][at]
        why = _contradiction(stood, row)
        if why:
            return why
        new = {key: row[key] for key in _LATER if key in row and key not in stood}
        if not new:
            return _SAME
        self._rows[path][at] = stood | new
        self._touched.add(path)
        return _COMPLETED

    def changed(self) -> dict[str, Doc]:
        """The documents that are not as they were."""
        return {path: self._document(path) for path in sorted(self._touched)}

    def _document(self, path: str) -> Doc:
        rows = cast("list[Value]", self._rows[path])
        if path in self._documents:
            return self._documents[path] | {"rows": rows}
        quarter, unit = path.removeprefix(FOLDER).removesuffix(".yaml").split("/")
        return {"id": f"{quarter}-{unit}", "quarter": quarter, "unit": unit, "rows": rows}


def _contradiction(stood: Doc, row: Doc) -> str:
    """What a row says otherwise than what was entered under its number; empty where it agrees."""
    labels = {"item": "事项", "exempt": "不予公开情形", **_DAYS}
    for key, label in labels.items():
        if key in row and key in stood and row[key] != stood[key]:
            return f"{label}与台账不一致：台账是{stood[key]}，表中是{row[key]}"
    if "exempt" in row and "published" in stood:
        return "台账中已经公开，表中却写不予公开"
    return ""
