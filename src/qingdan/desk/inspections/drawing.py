"""Random draws at the desk: the seed is a commit that was public before, the population is what was public in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import wording
from qingdan.core.inspections.drawing import Lot, Member, draw
from qingdan.core.inspections.questions import belongs
from qingdan.core.ledger.inspections import Case, rows, scope
from qingdan.core.places import inspection_path
from qingdan.core.publications import publications
from qingdan.core.tables import reading
from qingdan.core.units import unit_called
from qingdan.desk.inspections.inspecting import case_of, step
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.model.tables import address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.desk.inspections.inspecting import Entered, Manner
    from qingdan.desk.opening import Opened
    from qingdan.model.items import Entry
    from qingdan.model.tables import Sheet
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

_NUMBER = ("案号", "案卷号", "案卷编号", "卷宗号", "文书号", "决定书文号", "编号")
_UNIT = ("单位编号", "单位", "实施主体", "承办单位", "执法单位")


class Drawing(Struct, frozen=True):
    """What is to be drawn. ``table`` is the file's name and content that case files are drawn from."""

    of: str
    count: int
    by: str = ""
    seed: str = ""
    reason: str = ""
    table: tuple[str, bytes] | None = None


def draw_for(opened: Opened, name: str, wanted: Drawing, manner: Manner) -> Entered:
    """Draw, and put the draw on record."""

    def decide(case: Case, book: Book) -> tuple[str, Mapping[str, Doc], str]:
        schema = opened.schemas["inspection"]
        of = _choice(wanted.of, schema.node(("draws", 0, "of")))
        by = _choice(wanted.by, schema.node(("draws", 0, "by"))) if wanted.by else ""
        made = rows(case.record, "draws")
        if any(each["of"] == of for each in made) and not wanted.reason:
            raise RefusedError(
                f"这次检查已经抽取过{of}；确须再抽的，请用 --reason 写明理由，前一次的结果会保留。"
            )
        if case.sheets:
            raise RefusedError("已经录入检查表，不能再抽取。")
        seed = _seed(opened, case, book, wanted)
        lot = Lot(case.id, of, wanted.count, seed, by)
        members = _population(opened, case.record, lot, wanted.table)
        drawn = draw(lot, members, manner.day, wanted.reason)
        record = case.record | {"draws": [*made, drawn]}
        return "draw", {inspection_path(case.id): record}, f"随机抽取{of}：{case.record['title']}"

    return step(opened, name, decide, manner)


class Repeated(Struct, frozen=True):
    """A draw on record: what it was, its result, and why repeating it gives something else (empty: it does not)."""

    what: str
    result: str
    why: str


NO_TABLE = "案卷名单不在库中，不能验证，请用 --from 写明抽取时所用的名单。"
"""Why a draw of case files cannot be repeated."""


def verify(opened: Opened, name: str, table: tuple[str, bytes] | None) -> list[Repeated]:
    """Every draw on record, repeated."""
    case = case_of(opened.book(), name)
    made = rows(case.record, "draws")
    if not made:
        raise CannotAnswerError(f"“{case.id}”没有抽取过，没有可以验证的。")
    return [
        Repeated(
            f"{each['day']} 抽取{each['of']}{each['count']}个",
            "、".join(str(row["member"]) for row in cast("list[Doc]", each["result"])),
            _differs(opened, case, place, table) if _repeatable(each, table) else NO_TABLE,
        )
        for place, each in enumerate(made)
    ]


def _repeatable(made: Doc, table: tuple[str, bytes] | None) -> bool:
    """Whether all that a draw was made from is here: lists of case files are not in the repository."""
    return made["of"] != "案卷" or table is not None


def _differs(opened: Opened, case: Case, place: int, table: tuple[str, bytes] | None) -> str:
    each = rows(case.record, "draws")[place]
    seed = str(each["seed"])
    parent = _parent_of_plan(opened, case)
    if not (parent and opened.repository.is_ancestor(seed, parent)):
        return f"种子{seed[:10]}不在拟定检查之前的历史中。"
    before: Doc = case.record | {"draws": cast("Value", rows(case.record, "draws")[:place])}
    lot = Lot(case.id, str(each["of"]), int(str(each["count"])), seed, str(each.get("by", "")))
    again = draw(lot, _population(opened, before, lot, table), date.min)
    wrong = [key for key in ("population", "strata", "result") if again.get(key) != each.get(key)]
    labels = [opened.schemas["inspection"].label(("draws", 0, key)) for key in wrong]
    return f"{'、'.join(labels)}与重新计算的不同。" if wrong else ""


def _choice(text: str, node: dict[str, object]) -> str:
    word = wording.decoded(text, node)
    choices = cast("list[str]", node["enum"])
    if word not in choices:
        codes = cast("dict[str, str]", node["x-codes"])
        listed = "、".join(f"{codes[each]}（{each}）" for each in choices)
        raise UsageError(f"“{text}”不在可选范围内：{listed}。")
    return word


def _parent_of_plan(opened: Opened, case: Case) -> str:
    """The commit before the one that brought the plan; empty where the history does not show it."""
    path = inspection_path(case.id)
    for commit in opened.repository.touching("HEAD", path):
        if any(change.path == path and not change.before for change in commit.changes):
            return next(iter(commit.parents), "")
    return ""


def _seed(opened: Opened, case: Case, book: Book, wanted: Drawing) -> str:
    """The commit by which is drawn: of the last publication before the plan, or another one with a reason."""
    opened.repository.require_whole_history()
    parent = _parent_of_plan(opened, case)
    if not parent:
        raise CannotAnswerError("历史中找不到拟定这次检查的提交，不能确定种子在它之前已经公开。")
    if wanted.seed:
        return _given_seed(opened, parent, book, wanted)
    public = [str(doc["commit"]) for doc in publications(book)]
    known = [each for each in reversed(public) if opened.repository.is_ancestor(each, parent)]
    if not known:
        raise CannotAnswerError(
            "拟定检查之前没有公布记录，没有公开在先的版本可作种子；请用 --seed 写明主分支上早于拟定的提交，并用 --reason 写明理由。"
        )
    return known[0]


def _given_seed(opened: Opened, parent: str, book: Book, wanted: Drawing) -> str:
    repository = opened.repository
    seed = repository.resolve(wanted.seed)
    if not wanted.reason:
        raise UsageError("自己指定种子的，请用 --reason 写明为什么不用最近一次公布的版本。")
    if not repository.is_ancestor(seed, parent):
        raise RefusedError(f"种子{seed[:10]}不早于拟定检查的提交，可以被挑选，不能使用。")
    heads = repository.remote_heads(require_settings(book).branch)
    if heads and not any(repository.is_ancestor(seed, head) for head in heads):
        raise RefusedError(f"种子{seed[:10]}不在远程仓库的主分支上，别人看不到，不能使用。")
    return seed


def _population(
    opened: Opened, record: Doc, lot: Lot, table: tuple[str, bytes] | None
) -> list[Member]:
    case = Case(record, {})
    if lot.of == "案卷":
        if table is None:
            raise UsageError("抽取案卷请用 --from 写明案卷名单（Excel 或 CSV）。")
        return _case_files(table, opened.book(), lot)
    if lot.of == "单位":
        units = scope(record, "units")
        if lot.by not in {"", "类别"}:
            raise UsageError("抽取单位只能按类别（type）分层。")
        kinds = {code: unit.kind for code, unit in opened.book().units.items()}
        return [Member(unit, unit, kinds.get(unit, "") if lot.by else "") for unit in units]
    book, lists = opened.book(lot.seed), scope(record, "lists")
    return [
        Member(entry.code, entry.unit, _stratum(entry, lot.by, opened))
        for entry in book.entries
        if entry.state == "在用"
        and (not lists or entry.list in lists)
        and any(belongs(entry.unit, unit, record, book) for unit in case.units)
    ]


def _stratum(entry: Entry, by: str, opened: Opened) -> str:
    title = opened.schemas[entry.list].title
    return {"": "", "单位": entry.unit, "清单": title}.get(by, entry.type or title)


def _case_files(table: tuple[str, bytes], book: Book, lot: Lot) -> list[Member]:
    """The case files of a list, each by its number, and the unit it names; UsageError for a table without numbers."""
    name, raw = table
    sheet = reading.sheets(raw, name)[0]
    top, number, unit = _columns(sheet, name)
    if lot.by not in {"", "单位"} or (lot.by and not unit):
        raise UsageError("抽取案卷只能按单位（unit）分层，名单中要有“单位”一栏。")
    found = []
    for row, cells in enumerate(sheet.rows[top:], top + 1):
        if number <= len(cells) and cells[number - 1].strip():
            owner = cells[unit - 1].strip() if unit and unit <= len(cells) else ""
            code = _owner(owner, book, f"{name}{address(row, unit)}") if owner else ""
            found.append(Member(cells[number - 1].strip(), code, code if lot.by else ""))
    return found


def _owner(text: str, book: Book, where: str) -> str:
    try:
        return unit_called(text, book.units)
    except UsageError as error:
        raise UsageError(f"{where}：{error}") from None


def _columns(sheet: Sheet, name: str) -> tuple[int, int, int]:
    """How many rows stand down to the headings, and the columns of number and unit (0: none)."""
    for top, row in enumerate(sheet.rows[:10], 1):
        number, unit = _column(row, _NUMBER), _column(row, _UNIT)
        if number:
            return top, number, unit
    raise UsageError(f"{name}：没有找到案卷编号一栏；表头请写“{'”“'.join(_NUMBER[:3])}”之一。")


def _column(row: Sequence[str], names: Sequence[str]) -> int:
    plain = [wording.normal(text) for text in row]
    return next(
        (plain.index(wording.normal(n)) + 1 for n in names if wording.normal(n) in plain), 0
    )
