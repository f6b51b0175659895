"""Undoing an adjustment by another one, with its own reason and record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.differences import ItemChange, controlled_fields
from qingdan.core.adjustments.fitting import inferred
from qingdan.core.adjustments.merging import merged
from qingdan.core.adjustments.request import refuse_bad_request
from qingdan.core.places import CODE, adjustment_path, stem
from qingdan.desk.adjusting import Filed, Wish, file_series
from qingdan.desk.history import History
from qingdan.desk.touching import told, touches
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.model.likeness import likest
from qingdan.repo.git import GitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.core.adjustments.request import Request
    from qingdan.desk.adjusting import Desk, Order
    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit
    from qingdan.model.workspace import Item

_GONE = "取消"


class _Undone(Struct, frozen=True):
    """What is to be undone: the commit, its items (all of them, or those of one record), how it is called."""

    history: History
    commit: Commit
    changes: tuple[ItemChange, ...]
    label: str


def revert(opened: Opened, what: str, order: Order) -> Filed:
    """Undo the adjustment of a record or a commit; ``order.request.kind`` may be empty: it is inferred."""
    undone = _found(opened, what)

    def decide(desk: Desk) -> list[Wish]:
        wanted = order.request
        changes = [change for was in undone.changes for change in _back(was, undone, desk, wanted)]
        if not changes:
            raise RefusedError(f"“{undone.label}”改动的内容现在已经是调整前的样子，不必撤销。")
        request = replace(
            wanted,
            kind=wanted.kind or _kind(changes),
            reason=wanted.reason and f"{wanted.reason.strip()}（撤销{undone.label}）",
        )
        refuse_bad_request(request, desk.settings, opened.schemas, order.today)
        return [Wish(request, changes)]

    made = file_series(opened, order.manner, decide)
    return Filed(made.plans[0], made.preview, "".join(made.commits), made.free[0])


def _found(opened: Opened, what: str) -> _Undone:
    """The adjustment by its record's id or by a commit; UsageError for what is neither."""
    opened.repository.require_whole_history()
    history = History(opened)
    commit = _of_record(opened, what)
    named = commit is not None
    commit = commit or _of_revision(opened, what)
    view = history.view(commit)
    if view.unreadable:
        raise RefusedError(
            f"提交{commit.id[:10]}中的{'、'.join(view.unreadable)}内容不合要求，不能据以撤销。"
        )
    records = [after for _, before, after in view.records if before is None and after]
    if named:
        records = [record for record in records if record["id"] == what]
    changes = view.items
    if named and records and "items" in records[0]:
        codes = cast("list[str]", records[0]["items"])
        changes = tuple(change for change in changes if change.code in codes)
    if not changes:
        raise RefusedError(f"“{what}”没有改动清单中的事项，没有可以撤销的内容。")
    ids = [str(record["id"]) for record in records]
    more = f"等{len(ids)}件" if len(ids) > 1 else ""
    return _Undone(history, commit, changes, f"{ids[0]}{more}" if ids else commit.id[:10])


def _of_record(opened: Opened, what: str) -> Commit | None:
    """The commit that brought a record; None where there is no such record in this history."""
    if not CODE.fullmatch(what):
        return None
    path = adjustment_path(what)
    for commit in opened.repository.touching("HEAD", path):
        if any(change.path == path and not change.before for change in commit.changes):
            return opened.repository.log(commit.id, only=True)[0]  # with all that it changed
    return None


def _of_revision(opened: Opened, what: str) -> Commit:
    repository = opened.repository
    try:
        found = repository.resolve(what)
        repository.git("merge-base", "--is-ancestor", found, "HEAD")
    except CannotAnswerError:
        raise UsageError(
            f"没有编号为“{what}”的调整，也没有这个提交。{_guess(opened, what)}"
        ) from None
    except GitError:
        raise RefusedError(
            f"提交{what}不在当前分支的历史中，没有什么可以撤销；请先切换到有这次调整的分支。"
        ) from None
    return repository.log(found, only=True)[0]


def _guess(opened: Opened, what: str) -> str:
    entries = opened.repository.entries(opened.repository.resolve("HEAD"), "ledger/adjustments")
    near = likest(what, [stem(path) for _, _, path in entries], 1)
    return f"是不是“{near[0]}”？" if near else "用 qingdan log 职权编号 可以查到历次调整的编号。"


def _back(was: ItemChange, undone: _Undone, desk: Desk, request: Request) -> Sequence[ItemChange]:
    """The change that takes one item back; nothing where it is back already."""
    now = desk.book.items.get(was.code)
    if was.after is None or now is None:
        raise RefusedError(f"事项“{was.item.name}”（{was.code}）已经不在清单中，不能撤销。")
    if was.before is None:
        return _entered(was, undone, desk, request)
    if was.before.state != _GONE and now.state == _GONE:
        raise RefusedError(
            f"事项“{now.name}”（{now.code}）已经取消，取消了的编号不再启用，不能撤销；"
            "确要恢复行使的，请用 qingdan adjust add 以新编号列入，写明前身（predecessors）"
            f"{now.code}；取消以来一直未公布的，可以请审核人不予合并。"
        )
    found = merged(was.after, was.before, now)
    if found.clashes:
        raise _moved_on(was, now, undone, desk)
    change = ItemChange(was.code, now, found.item)
    return [change] if change.fields() else []


def _entered(
    was: ItemChange, undone: _Undone, desk: Desk, request: Request
) -> Sequence[ItemChange]:
    """What was entered is cancelled: its code is used up, and it stays in the list."""
    now = desk.book.items[was.code]
    if now.state == _GONE:
        return []
    if controlled_fields(ItemChange(was.code, was.after, now), desk.settings.controlled):
        raise _moved_on(was, now, undone, desk)
    ended = str(request.effective or request.applied)
    return [
        ItemChange(was.code, now, replace(now, data=now.data | {"state": _GONE, "ended": ended}))
    ]


def _moved_on(was: ItemChange, now: Item, undone: _Undone, desk: Desk) -> RefusedError:
    since = touches(undone.history, undone.commit.id, "HEAD", {was.code}).get(was.code, [])
    who = told(since, desk.opened.schemas) or "\n  工作区里有尚未提交的改动。"
    return RefusedError(
        f"事项“{now.name}”（{now.code}）在“{undone.label}”之后又改动过，不能整个撤销；"
        f"请用 qingdan adjust set 按现在的情况调整。之后的改动：{who}"
    )


def _kind(changes: Sequence[ItemChange]) -> str:
    """The kind that all of them look like."""
    kinds = list(dict.fromkeys(inferred(change) for change in changes))
    if len(kinds) > 1:
        raise RefusedError(
            f"撤销它要做几类调整（{'、'.join(kinds)}），不能在一次调整中办理；请逐个事项用 qingdan adjust 办理。"
        )
    return kinds[0]
