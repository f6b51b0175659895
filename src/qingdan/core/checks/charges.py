"""What items say of charging and the list of fees agree (QD217).

Who charges names the fee, who does not names none; a fee and the items it belongs to name one another. An
approval counts as the power that it rests on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.workspace import Book

_BOTH = "请核实是否收费，按程序调整，使事项与收费清单一致。"


def check(book: Book) -> Iterator[Finding]:
    """Items and fees in use that contradict themselves or one another.

    What is not valid has no bases here: of that it is not known which fees it names.
    """
    used = [entry for entry in book.entries if entry.state == "在用" and entry.laws]
    fees = {entry.code: entry for entry in used if entry.list == "fees"}
    items = {entry.code: entry for entry in used if entry.list in {"powers", "approvals"}}
    for item in items.values():
        yield from _by_itself(item, fees)
        yield from _not_named_back(item, fees)
    for fee in fees.values():
        yield from _fee(fee, items)


def _by_itself(item: Entry, fees: Mapping[str, Entry]) -> Iterator[Finding]:
    named = _refs(item, "fees")
    if item.charged == "是" and not named:
        known = "、".join(code for code, fee in fees.items() if item.code in _refs(fee, "powers"))
        fix = f"请补填收费项目编号（fees）{f'：{known}' if known else ''}；不收费的，改为“否”。"
        yield on_item("QD217", item, "写明收费，没有写明收费项目编号。", "charged", fix=fix)
    if item.charged == "否" and named:
        message = f"写明不收费，又列有收费项目{'、'.join(named)}。"
        yield on_item("QD217", item, message, "fees", fix=_BOTH)


def _not_named_back(item: Entry, fees: Mapping[str, Entry]) -> Iterator[Finding]:
    mine = {item.code, *_refs(item, "power")}
    for code in _refs(item, "fees"):
        powers = _refs(fees[code], "powers") if code in fees else ()
        if powers and not mine & set(powers):
            message = (
                f"列有收费项目“{fees[code].name}”（{code}），该收费项目对应的职权中没有本事项。"
            )
            yield on_item("QD217", item, message, "fees", code, fix=_BOTH)


def _fee(fee: Entry, items: Mapping[str, Entry]) -> Iterator[Finding]:
    for code in _refs(fee, "powers"):
        item = items.get(code)
        if item is None or fee.code in (named := _refs(item, "fees")):
            continue
        if item.charged == "否":
            message = f"对应的职权“{item.name}”（{code}）写明不收费。"
            yield on_item("QD217", fee, message, "powers", code, fix=_BOTH)
        elif named or item.charged != "是":  # what says 收费 and names no fee has its own finding
            message = f"对应的职权“{item.name}”（{code}）没有列出本收费项目。"
            yield on_item("QD217", fee, message, "powers", code, fix=_BOTH)


def _refs(entry: Entry, field: str) -> tuple[str, ...]:
    return tuple(code for name, code in entry.refs if name == field)
