"""Taking an edited workbook back: every edited row becomes an adjustment, all of them or none."""

from __future__ import annotations

from collections import ChainMap, Counter
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.fitting import Deed, misfits
from qingdan.core.adjustments.request import (
    Request,
    clock,
    refuse_bad_request,
    refuse_unexplained_delay,
)
from qingdan.core.adjustments.words import kinds, triggers
from qingdan.core.tables.cells import day
from qingdan.core.tables.edits import Ground, Rows, read_page
from qingdan.core.tables.pages import pages
from qingdan.desk.adjusting import Wish, delegated, file_series
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, QingdanError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qingdan.core.adjustments.plan import Plan
    from qingdan.core.schema import Schemas
    from qingdan.core.tables.edits import Edit
    from qingdan.core.tables.reading import Tables
    from qingdan.desk.adjusting import Desk, Manner, Series
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Doc, Item

    _Row = tuple[Edit, Request]
    """A row's edit and the request that it amounts to."""

NEEDED = ("trigger", "occurred", "reason")
"""What every adjustment must say, by its row or for all rows at once."""
_OPTIONS = {"trigger": "--trigger", "occurred": "--occurred", "reason": "--reason"}
_NONE = "没有提交，文件没有改动"
_TOGETHER = frozenset({"split", "merge", "transfer"})
"""Kinds of adjustment whose items belong together in one commit."""


class Common(Struct, frozen=True):
    """What the command line says for all rows that do not say it themselves; ``applied`` is the day of application."""

    applied: date
    kind: str = ""
    trigger: str = ""
    occurred: date | None = None
    reason: str = ""
    basis: str = ""
    effective: date | None = None
    late_reason: str = ""
    evidence: str = ""

    def says(self, key: str) -> bool:
        """Whether the command line gave it."""
        return bool(getattr(self, key))


class Looked(Struct, frozen=True):
    """What the rows of a workbook want, and what not all of them say."""

    rows: Rows
    lacking: tuple[str, ...]


def look(opened: Opened, tables: Tables, common: Common) -> Looked:
    """Read a workbook against the lists as they are; RefusedError naming every row that cannot be taken."""
    book = opened.book_to_ask(opened.snapshot())
    rows = _rows(opened, book, tables, common)
    _refuse(rows.problems)
    lacking = tuple(
        key
        for key in NEEDED
        if not common.says(key) and any(not edit.said.get(key) for edit in rows.edits)
    )
    return Looked(rows, lacking)


def take_back(
    opened: Opened,
    tables: Tables,
    common: Common,
    manner: Manner,
    delegations: Sequence[Doc] = (),
    *,
    batch: bool,
) -> Series:
    """File what the rows of a workbook want: a commit an item, or with ``batch`` one commit; all or nothing.

    ``delegations`` are registered in the first of them.
    """

    def decide(desk: Desk) -> Sequence[Wish]:
        rows = _rows(opened, desk.book, tables, common)
        _refuse(rows.problems)
        wishes = _wishes(rows.edits, common, desk, manner.today, batch=batch)
        beside = delegated(opened, desk.book, desk.snapshot, delegations)
        return [replace(wish, beside=beside) for wish in wishes[:1]] + wishes[1:]

    return file_series(opened, manner, decide, preview=partial(_preview, opened.schemas))


def _rows(opened: Opened, book: Book, tables: Tables, common: Common) -> Rows:
    settings = require_settings(book)
    found, notes = pages(tables, opened.schemas, settings.name)
    ground = Ground(
        opened.schemas,
        settings,
        book.units,
        book.items,
        book.entries,
        _past(opened),
        common.applied,
        common.kind,
        common.effective,
    )
    rows = Rows(notes=notes)
    for page in found:
        rows += read_page(page, ground)
    return rows


def _past(opened: Opened) -> Callable[[str, str], Item | None]:
    """An item as it was in a revision; None where revision or item is not known."""

    @cache
    def items(revision: str) -> Mapping[str, Item]:
        try:
            return opened.book_to_ask(opened.snapshot(revision)).items
        except CannotAnswerError:
            return {}

    def past(revision: str, code: str) -> Item | None:
        return items(revision).get(code) if revision else None

    return past


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise RefusedError(f"以下{len(problems)}处不能办理，{_NONE}：\n{listed}")


def _wishes(
    edits: Sequence[Edit], common: Common, desk: Desk, today: date, *, batch: bool
) -> list[Wish]:
    """What becomes of the edits; RefusedError naming every row whose adjustment cannot be made."""
    calendar = desk.opened.calendar()
    requests: list[Request] = []
    problems: list[str] = []
    for edit in edits:
        try:
            requests.append(_request(edit, common, desk))
            refuse_bad_request(requests[-1], desk.settings, desk.opened.schemas, today)
            refuse_unexplained_delay(requests[-1], clock(requests[-1], desk.settings, calendar))
        except QingdanError as error:
            problems.append(f"{edit.where}：{error}")
    _refuse(problems)
    rows = list(zip(edits, requests, strict=True))
    groups = [rows] if batch and rows else _groups(rows)
    _refuse([problem for group in groups for problem in _differing(group, desk.opened.schemas)])
    _refuse([problem for group in groups for problem in _misfits(group, desk)])
    return [_wish(group) for group in groups]


def _groups(rows: Sequence[_Row]) -> list[list[_Row]]:
    """A group a commit: each row for itself, but items split, merged or handed over together with their heirs."""
    groups: list[list[_Row]] = []
    for row in rows:
        linked = [group for group in groups if any(_belong(row[0], other) for other, _ in group)]
        merged = [*(each for group in linked for each in group), row]
        groups = [group for group in groups if group not in linked] + [merged]
    return groups


def _belong(one: Edit, other: Edit) -> bool:
    """Whether one item is the heir of the other in the same adjustment."""
    if one.kind != other.kind or one.kind not in _TOGETHER:
        return False
    return other.change.code in _named(one) or one.change.code in _named(other)


def _named(edit: Edit) -> list[str]:
    data = edit.change.item.data
    keys = ("predecessors", "successors")
    return [code for key in keys for code in cast("list[str]", data.get(key) or ())]


def _differing(group: Sequence[_Row], schemas: Schemas) -> Iterator[str]:
    """What rows that become one commit say differently."""
    (first, request), *others = group
    for edit, other in others:
        keys = ("kind", *NEEDED, "effective", "late_reason")
        differ = [key for key in keys if getattr(other, key) != getattr(request, key)]
        if differ:
            labels = "、".join(schemas["adjustment"].label((key,)) for key in differ)
            yield f"{edit.where}：要与{first.where}合为一次提交，{labels}却不同；请填写一致，或不用 --batch。"


def _misfits(group: Sequence[_Row], desk: Desk) -> Iterator[str]:
    """What the kind of an adjustment cannot do to its items."""
    wish = _wish(group)
    request, schemas = wish.request, desk.opened.schemas
    ahead = {edit.change.code: edit.change.item for edit, _ in group}
    items = ChainMap(ahead, cast("dict[str, Item]", desk.book.items))
    deed = Deed(
        request.kind, wish.changes, request.reason, desk.settings.controlled, schemas, items
    )
    for change, why in misfits(deed):
        where = next(edit.where for edit, _ in group if edit.change is change)
        yield f"{where}：调整类型“{kinds(schemas)[request.kind]}”与改动不符：{why}。"


def _wish(group: Sequence[_Row]) -> Wish:
    changes = sorted((edit.change for edit, _ in group), key=lambda change: change.code)
    return Wish(group[0][1], tuple(changes))


def _request(edit: Edit, common: Common, desk: Desk) -> Request:
    """What the row says, else what the command line says; RefusedError where neither does."""
    said = edit.said
    lacking = [key for key in NEEDED if not said.get(key) and not common.says(key)]
    if lacking:
        schema = desk.opened.schemas["adjustment"]
        labels = "、".join(schema.label((key,)) for key in lacking)
        options = "、".join(_OPTIONS[key] for key in lacking)
        raise RefusedError(f"缺少{labels}：请填在这一行右侧的栏里，或用 {options} 统一写明。")
    return Request(
        edit.kind,
        said["trigger"] or common.trigger,
        _date(said["occurred"]) or common.occurred or common.applied,
        said["reason"] or common.reason,
        common.applied,
        common.evidence,
        common.basis,
        _date(said["effective"]) or common.effective,
        said["late_reason"] or common.late_reason,
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(day(text)) if text else None


def _preview(schemas: Schemas, plans: Sequence[Plan], _before: Mapping[str, bytes]) -> str:
    """What changes, item by item, in words; then how much of it."""
    parts = [_worded(number, ready, schemas) for number, ready in enumerate(plans, 1)]
    counted = Counter(
        label
        for ready in plans
        for label in [kinds(schemas)[ready.request.kind]] * len(ready.changes)
    )
    kinds_ = "、".join(f"{label.partition('（')[0]}{count}项" for label, count in counted.items())
    total = sum(counted.values())
    commits = "合并为1次提交" if len(plans) == 1 < total else f"共{len(plans)}次提交"
    return "\n".join(parts) + f"\n合计{total}项：{kinds_}；{commits}。\n"


def _worded(number: int, ready: Plan, schemas: Schemas) -> str:
    subject, body, _ = ready.message.split("\n\n", 2)
    request = ready.request
    labels = triggers(schemas)
    due = f"申请期限{ready.deadline.last}" if ready.deadline else "不起算申请期限"
    late = f"，已逾期，逾期理由：{request.late_reason}" if ready.late else ""
    effective = f"，{request.effective}生效" if request.effective else ""
    why = f"{labels[request.trigger]}（{request.occurred}），{due}{late}{effective}；理由：{request.reason}"
    rows = body.split("\n")
    lines = [f"   {line}" for line in (rows[1:] if len(ready.changes) == 1 else rows)]
    return "\n".join([f"{number}. {subject}", *lines, f"   {why}"])
