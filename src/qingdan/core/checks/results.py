"""Results on record: public in time, exempt on lawful grounds only, in the credit system, of items in the lists.

A decision that is not public (QD603), exempt on another ground (QD604), not in the credit system (QD605), or of an
item that the lists do not have (QD606); each stands once, in the file of its quarter (QD611).

One finding is about one item of one unit in one quarter, however many decisions it is about: what a person must see
to is the item, and a unit that forgot three thousand decisions has one thing to put right. A decision has one of
these faults at most, the gravest; what is within its limit, or whose last day nobody can tell yet, has none. What
cannot be undone (made public late, decided outside the lists) is over with the day on which its finding was closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.checks.report import found
from qingdan.core.deadlines import Deadlines
from qingdan.core.ledger.findings import key, settled
from qingdan.core.ledger.quarters import FOLDER, quarter_of, quarter_words
from qingdan.core.places import CODE
from qingdan.core.settings import cite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.core.checks.world import World
    from qingdan.model.findings import Finding
    from qingdan.model.settings import Results
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

UNLISTED = "不在清单中"
UNPUBLISHED, LATE, NOT_IMPORTED = "未公开", "迟延公开", "未导入"
_SHOWN = 5
_HEAD = 4
"""Lines of a file before its first decision."""
_CURE = "再用 qingdan ledger results 取入日期"


class _File(Struct, frozen=True):
    """A unit's decisions of a quarter."""

    path: str
    document: Doc

    @property
    def rows(self) -> list[Doc]:
        return cast("list[Doc]", self.document["rows"])

    @property
    def when(self) -> str:
        return quarter_words(str(self.document["quarter"]))

    def line(self, place: int) -> int:
        """Where a decision stands: in the canonical form each of its fields is a line."""
        return _HEAD + 1 + sum(map(len, self.rows[:place]))


class _Group(Struct, frozen=True):
    """The decisions of one item in a file that have a fault: fault in a word to the places of its decisions."""

    file: _File
    item: str
    faults: Mapping[str, list[int]]

    @property
    def places(self) -> list[int]:
        return sorted(place for group in self.faults.values() for place in group)

    @property
    def numbers(self) -> str:
        """The first of their numbers, in words."""
        places = self.places
        shown = "、".join(str(self.file.rows[place]["number"]) for place in places[:_SHOWN])
        return f"决定书文号：{shown}" + (f"等{len(places)}件。" if len(places) > _SHOWN else "。")


class _Ground(Struct, frozen=True):
    """What decisions are judged by besides themselves."""

    book: Book
    settled: Mapping[str, str]

    def groups(self, judge: Callable[[Doc, str], str]) -> Iterator[_Group]:
        """What ``judge`` says of each decision (and its file's id), by file and item; nothing where it is silent."""
        for file in _files(self.book):
            found_: dict[str, dict[str, list[int]]] = {}
            record = str(file.document["id"])
            for place, row in enumerate(file.rows):
                fault = judge(row, record)
                if fault:
                    found_.setdefault(str(row["item"]), {}).setdefault(fault, []).append(place)
            yield from (_Group(file, item, faults) for item, faults in found_.items())

    def outside(self, row: Doc) -> str:
        """Why a decision rests on no item of the lists, in words; empty where it does, or nobody can tell."""
        entry = self.book.entries.of(str(row["item"]))
        if entry is None:
            return "" if self.book.unread else UNLISTED
        stopped = entry.state != "在用" and str(row["served"]) >= (entry.ended or "")
        return f"送达时已经{entry.state}" if stopped else ""

    def since(self, code: str, row: Doc, record: str) -> str:
        """The day on which the finding was closed that a decision belongs to; empty if it never was."""
        return self.settled.get(_key(code, str(row["item"]), record), "")


def _ground(book: Book) -> _Ground:
    return _Ground(book, settled(book))


def _files(book: Book) -> Iterator[_File]:
    for path, document in book.documents.items():
        if path.startswith(FOLDER):
            yield _File(path, document)


def _key(code: str, item: str, record: str) -> str:
    subject = item if CODE.fullmatch(item) else record.partition("-")[2]
    return key(code, subject, record, _place(item))


def _place(item: str) -> str:
    return "" if CODE.fullmatch(item) else f"rows.{item}"


def check_published(book: Book, world: World) -> Iterator[Finding]:
    """Decisions that are not public though their time is over, and those that were made public late."""
    results = book.settings.results if book.settings else None
    if results is None:
        return
    ground, today = _ground(book), world.today.isoformat()
    deadlines = Deadlines(results.publish.within, world.calendar)

    def judge(row: Doc, record: str) -> str:
        public = str(row.get("published", ""))
        if "exempt" in row or not deadlines.over(str(row["served"]), public or today):
            return ""
        if ground.outside(row) or (public and public <= ground.since("QD603", row, record)):
            return ""
        return LATE if public else UNPUBLISHED

    for group in ground.groups(judge):
        yield _not_in_time(group, results, book)


def _not_in_time(group: _Group, results: Results, book: Book) -> Finding:
    article = cite(results.publish.source, book.settings.regulations if book.settings else {})
    counts = "，".join(f"{fault}{len(places)}件" for fault, places in sorted(group.faults.items()))
    message = (
        f"{group.file.when}送达的决定没有按时公开：{counts}"
        f"（应自送达之日起{results.publish.within}内公开，{article}）。{group.numbers}"
    )
    return _found(
        "QD603", message, group, f"请立即公开，{_CURE}；公开迟了的，查明原因，销号时写明。"
    )


def check_exempt(book: Book, _world: World) -> Iterator[Finding]:
    """Decisions kept from the public on other grounds than the settings allow."""
    results = book.settings.results if book.settings else None
    if results is None:
        return
    ground, lawful = _ground(book), results.exemptions

    def judge(row: Doc, _record: str) -> str:
        why = str(row.get("exempt", ""))
        kept = why and why not in lawful and "published" not in row
        return why if kept and not ground.outside(row) else ""

    for group in ground.groups(judge):
        message = (
            f"{group.file.when}有{len(group.places)}件决定以“{'”“'.join(group.faults)}”为由不予公开，"
            f"可以不公开的只有{'、'.join(lawful)}。{group.numbers}"
        )
        yield _found("QD604", message, group, f"请予公开，{_CURE}。")


def check_credited(book: Book, world: World) -> Iterator[Finding]:
    """Decisions of the types that go to the credit system and did not get there in time."""
    results = book.settings.results if book.settings else None
    if results is None or not results.credit_types:
        return
    if not any(_files(book)):
        return
    ground, today = _ground(book), world.today.isoformat()
    due = Deadlines((results.credit or results.publish).within, world.calendar)
    public = Deadlines(results.publish.within, world.calendar)
    wanted = {e.code: e.type for e in book.entries if e.type in results.credit_types}

    def judge(row: Doc, _record: str) -> str:
        if "credit" in row or "exempt" in row or str(row["item"]) not in wanted:
            return ""
        served = str(row["served"])
        unpublished = "published" not in row and public.over(served, today)
        late = not unpublished and due.over(served, today)
        return NOT_IMPORTED if late and not ground.outside(row) else ""

    for group in ground.groups(judge):
        what = f"{len(group.places)}件{wanted[group.item]}决定"
        message = f"{group.file.when}送达的{what}没有导入信用信息系统。{group.numbers}"
        yield _found("QD605", message, group, f"请导入信用信息系统，{_CURE}。")


def check_known(book: Book, _world: World) -> Iterator[Finding]:
    """Decisions on items that the lists do not have, or no longer had in use on the day of service."""
    ground = _ground(book)

    def judge(row: Doc, record: str) -> str:
        fault = ground.outside(row)
        return fault if fault and str(row["served"]) > ground.since("QD606", row, record) else ""

    for group in ground.groups(judge):
        message = (
            f"{group.file.when}有{len(group.places)}件决定所依据的事项“{group.item}”"
            f"{'、'.join(group.faults)}。{group.numbers}"
        )
        fix = "系统中编号写错的，请在系统中改正；确属在清单以外行使职权的，立即停止，依法处理。"
        entry = book.entries.of(group.item)
        about = (entry.state if entry else UNLISTED,)
        yield replace(_found("QD606", message, group, fix), about=about)


def _found(code: str, message: str, group: _Group, fix: str) -> Finding:
    """A finding about a group, at the line of its first decision."""
    file, item = group.file, group.item
    at = ("rows", item) if _place(item) else ()
    unit = str(file.document["unit"])
    named = "" if at else item
    made = found(code, message, file.path, at, item=named, unit=unit, fix=fix)
    return replace(made, line=file.line(group.places[0]), column=1)


def check_filed(book: Book) -> Iterator[Finding]:
    """Decisions entered twice for a unit, or in the file of another quarter than that of their service."""
    seen: set[tuple[str, str]] = set()
    for file in _files(book):
        unit, quarter = str(file.document["unit"]), str(file.document["quarter"])
        if str(file.document["id"]) != f"{quarter}-{unit}":
            message = f"登记编号“{file.document['id']}”与季度{quarter}、单位{unit}不符。"
            yield found("QD611", message, file.path, ("id",), unit=unit, fix="请改回原来的编号。")
        for place, row in enumerate(file.rows):
            number, served = str(row["number"]), str(row["served"])
            twice, strayed = (unit, number) in seen, quarter_of(served) != quarter
            seen.add((unit, number))
            if twice or strayed:
                why = "已经登记过" if twice else f"的送达日期{served}不在{file.when}"
                fix = "请恢复原来的内容；决定由 qingdan ledger results 登记。"
                made = found("QD611", f"决定“{number}”{why}。", file.path, unit=unit, fix=fix)
                yield replace(made, at=("rows", place), line=file.line(place), column=1)
