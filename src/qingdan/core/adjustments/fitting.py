"""Whether a kind of adjustment is one that can do what was done, and why not.

A cancelled item keeps its successors and a new one its predecessors: 拆分, 合并, 划转, 下放 and 承接 are told by them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.adjustments import slips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.schema import Schemas
    from qingdan.model.workspace import Item

CANCELLED = "取消"
_OWN = "法定本级行使"
_BODY = re.compile(
    r"政府|部门|局|委员会|委|办公室|办事处|街道|镇|乡|村|社区|管委会|中心|厅|省|市|县|区"
)
"""A body to which, or from which, a power goes."""


class Deed(Struct, frozen=True):
    """What one adjustment did. ``items`` are other items, as far as they are known.

    ``joined`` are the items of which another adjustment in the same commit accounts for what became of them: a
    squash shows only where several led.
    """

    kind: str
    changes: Sequence[ItemChange]
    reason: str
    controlled: Mapping[str, frozenset[str]]
    schemas: Schemas
    items: Mapping[str, Item] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()

    def item(self, code: str) -> Item | None:
        """An item as it is after the adjustment; None where it is not known."""
        mine = next((change.after for change in self.changes if change.code == code), None)
        return mine or self.items.get(code)


def misfits(deed: Deed) -> Iterator[tuple[ItemChange, str]]:
    """Every change that the kind cannot have made, with a clause why."""
    for change in deed.changes:
        why = "" if fits(deed.kind, change) else _why(deed.kind, change)
        why = why or _unsaid(deed, change)
        if why and change.code not in deed.joined:
            yield change, why
            return
    yield from ((change, why) for change, why in _together(deed) if change.code not in deed.joined)


def fits(kind: str, change: ItemChange) -> bool:
    """Whether a kind of adjustment is one that can do this to an item, taken by itself."""
    return kind in _FITS and _FITS[kind](change)


def inferred(change: ItemChange) -> str:
    """The kind that a change of an item that is still there looks like."""
    if change.before is None:
        return "add"
    if _cancels(change):
        return "remove"
    if change.before.state != change.item.state:
        return "suspend" if change.item.state == "暂停" else "resume"
    return "transfer" if _moved(change) else "change"


_WHY: Mapping[str, str] = {
    "add": "该事项此前已经在清单中",
    "register": "该事项此前已经在清单中",
    "receive": "该事项此前已经在清单中",
    "remove": "该事项的状态没有由在用或暂停改为取消",
    "devolve": "该事项的状态没有由在用或暂停改为取消",
    "suspend": "该事项的状态没有由在用改为暂停",
    "resume": "该事项的状态没有由暂停改为在用",
    "transfer": "实施主体没有变，也没有取消并写明承继事项（successors）或列入并写明前身（predecessors）",
    "split": "没有取消并写明两个以上承继事项（successors），也不是写明前身（predecessors）的新事项",
    "merge": "没有取消并写明唯一的承继事项（successors），也不是写明前身（predecessors）的承继事项",
}


def _why(kind: str, change: ItemChange) -> str:
    """Why a kind does not fit, and which would where the item was to stay as it is but for its fields."""
    if kind in _WHY:
        return _WHY[kind]
    if change.before is None:
        return "该事项是新增的，应按新增（add）办理"
    if _moved(change):
        return "实施主体变了，应按划转（transfer）办理"
    before, after = change.before.state, change.item.state
    fit = _OF_STATE.get((before, after))
    advice = f"，应按{fit}办理" if fit else ""
    return f"事项状态由“{before}”变为“{after}”{advice}"


_OF_STATE: Mapping[tuple[str, str], str] = {
    ("在用", CANCELLED): "取消（qingdan adjust remove）",
    ("暂停", CANCELLED): "取消（qingdan adjust remove）",
    ("在用", "暂停"): "暂停（suspend）",
    ("暂停", "在用"): "恢复（resume）",
}


def successors(change: ItemChange) -> list[str]:
    """The codes that an item names as its successors after the change."""
    return _codes(change.after, "successors")


def _codes(item: Item | None, key: str) -> list[str]:
    return cast("list[str]", item.data.get(key) or []) if item else []


def _cancels(change: ItemChange) -> bool:
    before = change.before.state if change.before else ""
    return before not in {"", CANCELLED} and bool(change.after) and change.item.state == CANCELLED


def _moved(change: ItemChange) -> bool:
    return bool(change.before and change.after and change.before.unit != change.after.unit)


def _hands_over(change: ItemChange, least: int) -> bool:
    return _cancels(change) and len(successors(change)) >= least


def _takes_over(change: ItemChange) -> bool:
    """Whether an item is entered, or goes on, as the successor of others that it did not name before."""
    gained = set(_codes(change.after, "predecessors")) - set(_codes(change.before, "predecessors"))
    return bool(gained) and (change.before is None or change.before.state == change.item.state)


def _enters(change: ItemChange) -> bool:
    return change.before is None


def _turns(before: str, after: str, change: ItemChange) -> bool:
    return change.before is not None and (change.before.state, change.item.state) == (before, after)


def _stays(change: ItemChange) -> bool:
    """Whether the item is in the same state with the same unit as before."""
    state = change.before.state if change.before else ""
    return bool(change.after) and _turns(state, state, change) and not _moved(change)


def _goes_elsewhere(change: ItemChange) -> bool:
    return _moved(change) or _hands_over(change, 1) or _takes_over(change)


def _is_split(change: ItemChange) -> bool:
    return _hands_over(change, 2) or _takes_over(change)


def _is_merged(change: ItemChange) -> bool:
    return (_hands_over(change, 1) and len(successors(change)) == 1) or _takes_over(change)


_FITS: Mapping[str, Callable[[ItemChange], bool]] = {
    "add": _enters,
    "register": _enters,
    "receive": _enters,
    "remove": _cancels,
    "devolve": _cancels,
    "suspend": partial(_turns, "在用", "暂停"),
    "resume": partial(_turns, "暂停", "在用"),
    "change": _stays,
    "correct": _stays,
    "transfer": _goes_elsewhere,
    "split": _is_split,
    "merge": _is_merged,
}


def _unsaid(deed: Deed, change: ItemChange) -> str:
    """What a kind demands to be said of one item, and is not."""
    match deed.kind:
        case "correct":
            controlled = deed.controlled.get(change.item.list, frozenset())
            found = "、".join(slips.altered(change, controlled, deed.schemas[change.item.list]))
            return f"{found}，不是笔误；勘误只改明显的笔误，不改变内容" if found else ""
        case "devolve" if not successors(change) and not _BODY.search(deed.reason):
            return "没有写明由谁承接：请写承接事项的编号（successors），或在理由中写明承接的单位"
        case "receive" if not _from_elsewhere(change) and not _BODY.search(deed.reason):
            return (
                "没有写明自何处承接：请写前身（predecessors）、权力来源，或在理由中写明下放的单位"
            )
        case _:
            return ""


def _from_elsewhere(change: ItemChange) -> bool:
    source = change.item.data.get("power_source", _OWN)
    return bool(_codes(change.after, "predecessors")) or source != _OWN


def _together(deed: Deed) -> Iterator[tuple[ItemChange, str]]:
    """What the items of one adjustment must be to one another."""
    gone = [change for change in deed.changes if _cancels(change)]
    first = deed.changes[0] if deed.changes else None
    if first and deed.kind == "split" and len(gone) != 1:
        yield first, "拆分须在同一次调整中取消一个原事项"
    elif first and deed.kind == "merge" and len(gone) < 2:
        yield first, "合并须在同一次调整中取消两个以上原事项"
    elif first and deed.kind == "merge" and len({code for c in gone for code in successors(c)}) > 1:
        yield first, "合并的各个原事项须写明同一个承继事项"
    elif deed.kind in {"split", "merge", "transfer"}:
        yield from _strangers(deed, gone)


def _strangers(deed: Deed, gone: Sequence[ItemChange]) -> Iterator[tuple[ItemChange, str]]:
    """Successors that are known and do not name whom they follow, or that stay with the same unit."""
    for change in gone:
        for code in successors(change):
            heir = deed.item(code)
            if heir is not None and change.code not in _codes(heir, "predecessors"):
                yield change, f"承继事项{code}没有写明前身（predecessors）{change.code}"
                return
            if heir is not None and deed.kind == "transfer" and heir.unit == change.item.unit:
                yield change, f"承继事项{code}仍在原单位，没有划转"
                return
    named = {code for change in gone for code in successors(change)}
    for change in deed.changes:
        if gone and change not in gone and change.code not in named:
            yield change, "取消的原事项没有把它写作承继事项（successors）"
            return
