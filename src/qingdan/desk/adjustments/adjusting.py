"""Making an adjustment: read, decide, prove, commit; it ends in one commit with its record, or changes nothing."""

from __future__ import annotations

import difflib
from collections import ChainMap
from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.differences import ItemChange, controlled_fields, item_changes
from qingdan.core.adjustments.fields import with_fields
from qingdan.core.adjustments.fitting import CANCELLED
from qingdan.core.adjustments.guard import refuse_mass_removal
from qingdan.core.adjustments.persons import refuse_persons
from qingdan.core.adjustments.plan import Beside, Footing, plan
from qingdan.core.adjustments.request import refuse_bad_request
from qingdan.core.adjustments.words import list_titles, offered
from qingdan.core.build import items_of
from qingdan.core.delegating import edited, registering
from qingdan.core.places import (
    ADJUSTMENTS,
    CODE,
    DELEGATIONS_PATH,
    HOLIDAYS_PATH,
    SETTINGS_PATH,
    list_path,
    place,
    stem,
)
from qingdan.core.text import reading
from qingdan.core.text.handwritten import first_comment
from qingdan.desk.branching import on_branch
from qingdan.desk.filing import file_changes, locked, now_in, refuse_newly_broken
from qingdan.desk.opening import require_settings
from qingdan.desk.scope import unit_asked
from qingdan.model.errors import RefusedError, UsageError, YamlRefusedError
from qingdan.model.items import LISTS, Item
from qingdan.model.workspace import Texts
from qingdan.render import days
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.adjustments.plan import Plan
    from qingdan.core.adjustments.request import Request
    from qingdan.core.schema import Schemas
    from qingdan.desk.opening import Opened
    from qingdan.model.errors import QingdanError
    from qingdan.model.history import Change
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book, Snapshot


class Manner(Struct, frozen=True):
    """How a clerk wants something done, whatever it is; see :class:`Order`.

    ``branch``: on a new branch of this name, or of the record's if it is empty. ``yes_remove``: so many
    items are meant to be cancelled.
    """

    today: date
    dry_run: bool = False
    pinned: bool = False
    confirm: Callable[[str], bool] | None = None
    branch: str | None = None
    yes_remove: int | None = None


class Wish(Struct, frozen=True):
    """What becomes one commit; ``beside`` is what it brings besides lists and record."""

    request: Request
    changes: Sequence[ItemChange]
    beside: Beside = Beside()


class Series(Struct, frozen=True):
    """Adjustments made one upon the other; ``commits`` is empty after a dry run, ``free`` as in :class:`Filed`."""

    plans: tuple[Plan, ...]
    preview: str
    commits: tuple[str, ...]
    free: tuple[bool, ...]


class Order(Struct, frozen=True):
    """What a clerk orders besides the change itself.

    ``pinned``: the day was given and becomes the author's day. ``confirm`` is shown the preview and may
    say no.
    """

    request: Request
    today: date
    dry_run: bool = False
    pinned: bool = False
    confirm: Callable[[str], bool] | None = None
    branch: str | None = None
    yes_remove: int | None = None

    @property
    def manner(self) -> Manner:
        """The order without what is wanted."""
        asked = (self.confirm, self.branch, self.yes_remove)
        return Manner(self.today, self.dry_run, self.pinned, *asked)


class Filed(Struct, frozen=True):
    """An adjustment made; ``commit`` is empty after a dry run. ``free`` says that no controlled field changed."""

    plan: Plan
    preview: str
    commit: str
    free: bool


class Desk(Struct, frozen=True):
    """The open workspace upon which is decided."""

    opened: Opened
    snapshot: Snapshot
    book: Book
    settings: Settings

    def item(self, code: str) -> Item:
        """An item by code; UsageError with a guess for one that is not there."""
        item = self.book.items.get(code)
        if item is None:
            raise self._unknown(code)
        return item

    def _unknown(self, code: str) -> QingdanError:
        entry = self.book.entries.of(code)
        if entry:
            return RefusedError(
                f"事项“{code}”在{entry.path}中的内容不合要求，请先运行 qingdan validate 查看并改正。"
            )
        if self.book.unread:
            return RefusedError(
                f"没有找到事项“{code}”；有清单文件不能读取，请先运行 qingdan validate 查看并改正。"
            )
        from qingdan.core.searching import near_codes  # only mistakes need it

        near = near_codes(self.book.items, code)
        guess = f"是不是“{near[0]}”（{self.book.items[near[0]].name}）？" if near else ""
        return UsageError(f"没有编号为“{code}”的事项。{guess}按名称查找请用 qingdan find {code}。")


def set_fields(
    opened: Opened,
    code: str,
    assignments: list[str],
    order: Order,
    delegations: Sequence[Doc] = (),
) -> Filed:
    """Change fields of one item; ``delegations`` are registered in the same commit."""

    def decide(desk: Desk) -> list[ItemChange]:
        before = desk.item(code)
        if before.state == CANCELLED and order.request.kind not in {"correct", "resume"}:
            raise RefusedError(
                f"事项“{before.name}”（{code}）已经取消，不能再变更；写错了的用 qingdan adjust correct 勘误。"
            )
        data = with_fields(before.data, assignments, opened.schemas[before.list])
        if data.get("code") != code:
            return _renumbered(desk, before, data, order.request)
        return item_changes([before], [replace(before, data=data)])

    return _adjust(opened, order, decide, _registering(delegations))


def _renumbered(desk: Desk, before: Item, data: Doc, request: Request) -> list[ItemChange]:
    """What a new code is: the item cancelled for its successor, and entered again under that code."""
    code = str(data.get("code", ""))
    if not code:
        raise UsageError("职权编号是事项的标识，不能删去；换编号请写 code=新编号。")
    _refuse_taken(desk.book, [code])
    new = replace(before, data=data | {"predecessors": [before.code]})
    return [_cancelled(before, [code], request), ItemChange(code, None, new)]


def transfer(opened: Opened, code: str, unit: str, assignments: list[str], order: Order) -> Filed:
    """Move one item, with its code, to another unit's list (划转); what else is new there is assigned."""

    def decide(desk: Desk) -> list[ItemChange]:
        before, heir = desk.item(code), unit_asked(unit, desk.book)
        if heir == before.unit:
            raise UsageError(f"事项“{before.name}”（{code}）已经由{heir}行使，不必划转。")
        data = with_fields(before.data, assignments, opened.schemas[before.list])
        after = replace(before, unit=heir, path=list_path(before.list, heir), data=data)
        return [ItemChange(code, before, after)]

    return _adjust(opened, order, decide)


def remove(opened: Opened, code: str, successors: Sequence[str], order: Order) -> Filed:
    """Cancel one item: it stays in the list with its day and its successors."""

    def decide(desk: Desk) -> list[ItemChange]:
        before = desk.item(code)
        if before.state == CANCELLED:
            raise RefusedError(
                f"事项“{before.name}”（{code}）已于{before.data.get('ended', '此前')}取消。"
            )
        return [_cancelled(before, successors, order.request)]

    return _adjust(opened, order, decide)


def _cancelled(before: Item, successors: Sequence[str], request: Request) -> ItemChange:
    """An item as it is from the day on which the adjustment takes effect, or else was applied for."""
    data: Doc = before.data | {
        "state": CANCELLED,
        "ended": str(request.effective or request.applied),
    }
    if successors:
        data["successors"] = cast("list[Value]", list(successors))
    return ItemChange(before.code, before, replace(before, data=data))


def add(
    opened: Opened, items: Sequence[Item], order: Order, delegations: Sequence[Doc] = ()
) -> Filed:
    """Enter items, and in the same commit register ``delegations``; RefusedError for a code that is, or was, in use."""

    def decide(desk: Desk) -> list[ItemChange]:
        _refuse_taken(desk.book, [item.code for item in items])
        return [ItemChange(item.code, None, item) for item in items]

    return _adjust(opened, order, decide, _registering(delegations))


def _refuse_taken(book: Book, codes: Sequence[str]) -> None:
    """RefusedError for a code that an item has, or had."""
    for code in codes:
        if code in book.items:
            other = book.items[code]
            raise RefusedError(
                f"编号“{code}”已经用于“{other.name}”（{other.path}）；编号不得重复，也不得重新启用。"
            )
    _refuse_used(book, codes)


def _refuse_used(book: Book, codes: Collection[str]) -> None:
    """RefusedError for a code that an adjustment on record was about, though its item is in no list any more."""
    for path, record in book.documents.items():
        named = cast("list[str]", record.get("items") or ()) if path.startswith(ADJUSTMENTS) else ()
        for code in named:
            if code in codes:
                raise RefusedError(
                    f"编号“{code}”曾经用过（见{path}），不得重新启用；请用新的编号，被删除的事项请从历史中恢复。"
                )


def commit_edits(opened: Opened, order: Order) -> Filed:
    """File the edits of lists already made in the work tree."""

    def decide(desk: Desk) -> list[ItemChange]:
        paths = [
            p
            for p in desk.opened.repository.status(["lists"])
            if (where := place(p)) and where.schema in LISTS
        ]
        if not paths:
            raise RefusedError("工作区里没有对清单的改动。")
        head = desk.opened.snapshot("HEAD")
        before = _items_at(desk.opened, head, paths)
        after = _items_at(desk.opened, desk.snapshot, paths)
        _refuse_comments(desk, paths)
        changes = item_changes(before, after)
        vanished = [change for change in changes if change.after is None]
        if vanished:
            names = "、".join(f"{change.item.name}（{change.code}）" for change in vanished)
            raise RefusedError(
                f"{names}被直接从清单中删除；取消的事项应留在清单中：请恢复后用 qingdan adjust remove 办理。"
            )
        _refuse_used(desk.book, {change.code for change in changes if change.before is None})
        return changes

    return _adjust(opened, order, decide, _edited_delegations, takes_edits=True)


def _registering(
    delegations: Sequence[Doc],
) -> Callable[[Desk, Sequence[ItemChange]], Beside]:
    """What registering these delegations brings."""
    return lambda desk, _changes: delegated(desk.opened, desk.book, desk.snapshot, delegations)


def delegated(opened: Opened, book: Book, snapshot: Snapshot, entries: Sequence[Doc]) -> Beside:
    """What registering these delegations brings, upon a snapshot and its book."""
    raw = _text_or_empty(snapshot, DELEGATIONS_PATH) or None
    return registering(entries, book, raw, opened.schemas["delegations"])


def _edited_delegations(desk: Desk, changes: Sequence[ItemChange]) -> Beside:
    """The register as it was edited in the work tree, where it was for the items that are adjusted."""
    if not desk.opened.repository.status([DELEGATIONS_PATH]):
        return Beside()
    raw = _text_or_empty(desk.snapshot, DELEGATIONS_PATH)
    return edited(desk.opened.book("HEAD"), desk.book, raw, {change.code for change in changes})


def _refuse_comments(desk: Desk, paths: Iterable[str]) -> None:
    """RefusedError where filing would lose what somebody wrote beside an item."""
    for path in paths:
        line = first_comment(_text_or_empty(desk.snapshot, path).decode("utf-8", "replace"))
        if line:
            raise RefusedError(
                f"{path}第{line}行有注释，清单中不能保留；请改写到该事项的“备注”（note）或删去，再办理。"
            )


def _adjust(
    opened: Opened,
    order: Order,
    decide: Callable[[Desk], list[ItemChange]],
    beside: Callable[[Desk, Sequence[ItemChange]], Beside] = lambda _desk, _changes: Beside(),
    *,
    takes_edits: bool = False,
) -> Filed:
    """One adjustment, decided upon the open desk, with what belongs beside it."""

    def wish(desk: Desk) -> list[Wish]:
        refuse_bad_request(order.request, desk.settings, opened.schemas, order.today)
        changes = decide(desk)
        return [Wish(order.request, changes, beside(desk, changes))]

    made = file_series(opened, order.manner, wish, takes_edits=takes_edits)
    return Filed(made.plans[0], made.preview, "".join(made.commits), made.free[0])


def file_series(
    opened: Opened,
    manner: Manner,
    decide: Callable[[Desk], Sequence[Wish]],
    *,
    takes_edits: bool = False,
    preview: Callable[[Sequence[Plan], Mapping[str, bytes]], str] | None = None,
) -> Series:
    """Read, decide, prove; ask; then the same once more with the repository held, and file it: all or nothing.

    Nobody is kept waiting while a clerk reads the preview; what has changed meanwhile is seen. ``preview``
    words the plans, given what their files hold before.
    """
    prove = partial(_proved, opened, decide, takes_edits, preview or _preview, manner.yes_remove)
    first = None
    if manner.confirm:
        with locked(opened):
            first = prove()
        if not manner.confirm(first.preview):
            raise RefusedError("已放弃，没有提交，文件没有改动。")
    with locked(opened) as journal:
        proved = prove()
        if first and first.plans != proved.plans:
            raise RefusedError("确认期间清单有了别的改动，没有提交；请重新运行本命令。")
        if manner.dry_run or not proved.plans:
            return proved
        changes = _changes(opened, proved.plans, takes_edits=takes_edits)
        with on_branch(opened.repository, manner.branch, proved.plans[0].record_id):
            day = manner.today if manner.pinned else None
            commits = file_changes(opened, journal, changes, day)
    return replace(proved, commits=tuple(commits))


def _changes(opened: Opened, plans: Sequence[Plan], *, takes_edits: bool) -> list[Change]:
    """The commits to be made: each begins where the one before it ends."""
    standing = now_in(opened, {path for plan_ in plans for path in plan_.texts})
    changes = []
    for plan_ in plans:
        changes.append(plan_.change(standing, takes_edits=takes_edits))
        standing |= plan_.texts
    return changes


def _proved(
    opened: Opened,
    decide: Callable[[Desk], Sequence[Wish]],
    takes_edits: bool,
    preview: Callable[[Sequence[Plan], Mapping[str, bytes]], str],
    yes_remove: int | None,
) -> Series:
    """The adjustments as they would be filed; RefusedError for what they would newly break together."""
    loose = opened.repository.status([SETTINGS_PATH, HOLIDAYS_PATH])
    if loose:
        raise RefusedError(
            f"{'、'.join(sorted(loose))}有尚未提交的改动；时限等设置以提交了的为准，请先提交（写明 Reason）或恢复原样。"
        )
    snapshot = opened.snapshot()
    book = opened.book_to_ask(snapshot)
    desk = Desk(opened, snapshot, book, require_settings(book))
    plans = _plans(desk, decide(desk))
    every = (change for plan_ in plans for change in plan_.changes)
    refuse_mass_removal(every, book.items, desk.settings.guard, opened.schemas, yes_remove)
    texts = {path: raw for plan_ in plans for path, raw in plan_.texts.items()}
    base = opened.snapshot("HEAD") if takes_edits else snapshot
    if texts:
        refuse_newly_broken(opened, base, texts)
    worded = preview(plans, {path: _text_or_empty(base, path) for path in texts})
    return Series(tuple(plans), worded, (), tuple(_is_free(plan_, desk) for plan_ in plans))


def _is_free(ready: Plan, desk: Desk) -> bool:
    controlled = desk.settings.controlled
    return not any(controlled_fields(change, controlled) for change in ready.changes)


def _plans(desk: Desk, wishes: Sequence[Wish]) -> list[Plan]:
    """The plans, each upon what those before it leave."""
    taken = {stem(p) for p in desk.book.documents if p.startswith(ADJUSTMENTS)}
    calendar = desk.opened.calendar()
    plans: list[Plan] = []
    texts: dict[str, bytes | None] = {}
    ahead: dict[str, Item] = {}
    items = ChainMap(ahead, cast("dict[str, Item]", desk.book.items))
    for wish in wishes:
        refuse_persons(wish.request, wish.changes, desk.opened.schemas)
        documents = documents_of(desk.opened, Texts(texts, desk.snapshot), wish.changes)
        by = wish.changes[0].item.unit if wish.changes else ""
        known = frozenset(taken)
        schemas = desk.opened.schemas
        footing = Footing(
            documents, desk.settings, calendar, schemas, known, by, items, wish.beside
        )
        plans.append(plan(wish.request, wish.changes, footing))
        taken.add(plans[-1].record_id)
        texts |= plans[-1].texts
        ahead |= {change.code: change.item for change in wish.changes}
    return plans


def documents_of(
    opened: Opened, standing: Snapshot, changes: Iterable[ItemChange]
) -> dict[str, Doc]:
    """The list files that changes touch, as they stand."""
    items = (item for change in changes for item in (change.before, change.after) if item)
    paths = {list_path(item.list, item.unit) for item in items}
    return {path: _document(opened, standing, path) for path in paths}


def _document(opened: Opened, snapshot: Snapshot, path: str) -> Doc:
    """A list file as it stands; an empty one where there is none. RefusedError for one that is not in order."""
    _, name, _ = path.split("/")
    schema = opened.schemas[name]
    try:
        value = reading.read(snapshot.read(path), schema.layout).value
    except KeyError:
        return {"list": name, "unit": stem(path), "items": []}
    except YamlRefusedError as error:
        raise RefusedError(f"{path}第{error.line}行：{error.message}请先改正。") from None
    if not schema.accepts(value):
        raise RefusedError(f"{path}的内容不合要求，请先运行 qingdan validate 查看并改正。")
    return cast("Doc", value)


def _items_at(opened: Opened, snapshot: Snapshot, paths: Iterable[str]) -> list[Item]:
    """The items of list files, as a snapshot has them."""
    return [item for path in paths for item in items_of(path, _document(opened, snapshot, path))]


def items_in(file: Path, name: str, unit: str, schemas: Schemas) -> list[Item]:
    """The items of a file given by a clerk: a list document, a single item, or ``items:``."""
    from qingdan.desk.scope import list_called  # it searches, which most adjustments do not

    value = given(file)
    name, unit = (
        list_called(str(value.get("list") or name), schemas),
        str(value.get("unit") or unit),
    )
    if not name or not unit:
        choices = offered(LISTS, list_titles(schemas))
        raise UsageError(
            f"请写明列入哪个清单、哪个单位：在{file.name}中写 list 和 unit，或用 --list、--unit。清单可选：{choices}。"
        )
    if not CODE.fullmatch(unit):
        raise UsageError(f"单位编号“{unit}”写法不对，应为 registers/units.yaml 中登记的编号。")
    alone = {key: part for key, part in value.items() if key not in {"list", "unit"}}
    entries = _entries(file, value.get("items", [alone]))
    return [
        Item(name, unit, list_path(name, unit), index, entry) for index, entry in enumerate(entries)
    ]


def given(file: Path) -> Doc:
    """What a YAML file of a clerk's holds; UsageError for what is no mapping."""
    try:
        value = reading.read(files.read(file)).value
    except YamlRefusedError as error:
        raise UsageError(f"{file}第{error.line}行：{error.message}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{file}内容不对：应为一组“键: 值”，例如含 items 的清单。")
    return value


def _entries(file: Path, entries: Value) -> list[Doc]:
    """The items themselves; UsageError where one is no item, has no code, or one that another has."""
    items = (
        [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )
    if not items or not isinstance(entries, list) or len(items) < len(entries):
        raise UsageError(f"{file}中的 items 应为一个或多个事项，每个以“- code: 编号”开头。")
    codes = [item.get("code") for item in items]
    if not all(isinstance(code, str) for code in codes):
        raise UsageError(f"{file}中的事项缺少职权编号（code），或编号不是文字。")
    twice = [code for code in codes if codes.count(code) > 1]
    if twice:
        raise UsageError(f"{file}中的编号“{twice[0]}”用了不止一次。")
    return items


def _text_or_empty(snapshot: Snapshot, path: str) -> bytes:
    try:
        return snapshot.read(path)
    except KeyError:
        return b""


def _preview(plans: Sequence[Plan], before: Mapping[str, bytes]) -> str:
    """The difference of every file, then the message of the commit."""
    parts: list[str] = []
    for path, raw in {path: raw for plan_ in plans for path, raw in plan_.texts.items()}.items():
        old, new = before[path].decode().splitlines(), raw.decode().splitlines()
        parts += difflib.unified_diff(
            old, new, f"a/{path}" if old else "/dev/null", f"b/{path}", n=2, lineterm=""
        )
    told = "\n".join(f"{plan_.message}\n{clock_words(plan_)}" for plan_ in plans)
    return "\n".join(parts) + "\n\n" + told


def clock_words(ready: Plan) -> str:
    """The deadline of a plan and the days that prove it."""
    if ready.deadline is None:
        return "此类调整不起算申请期限。\n"
    late = "，已逾期" if ready.late else ""
    return (
        f"申请期限：{ready.deadline.last}（自{ready.deadline.start}起{ready.deadline.limit}）{late}\n"
        + days.chain(ready.deadline)
    )
