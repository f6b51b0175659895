"""What is exercised under a delegation is on record (QD409), and the delegation has not ended (QD421)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found, on_item
from qingdan.core.delegations import BY_DELEGATION, lapsed, received
from qingdan.core.places import DELEGATIONS_PATH
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.checks.ground import Ground
    from qingdan.core.checks.world import World
    from qingdan.core.delegations import Delegation
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.workspace import Book

_FIELD = "power_source"


def check(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """An item in use that is exercised under a delegation nobody has registered."""
    for entry in entries:
        if entry.state == "在用" and entry.power_source in BY_DELEGATION:
            yield from _unrecorded(entry, ground)


def _unrecorded(entry: Entry, ground: Ground) -> Iterator[Finding]:
    units = ground.book.units
    named = ground.delegations.get(entry.code, ())
    if ground.book.unread & {"delegations", "units"} or received(entry, named, units):
        return
    label = ground.schemas[entry.list].label(("items", 0, _FIELD))
    others = "".join(
        f"（委托{record.id}写的是{called(record.grantee, units)}）" for record in named[:1]
    )
    unit = called(entry.unit, units)
    yield on_item(
        "QD409",
        entry,
        f"{label}是{entry.power_source}，委托名册中没有委托{unit}行使该事项的记录{others}。",
        _FIELD,
        fix="请在 registers/delegations.yaml 登记委托机关、依据、委托书和起止日期"
        "（办理调整、导入清单时，用 --delegations 文件 一并登记）；"
        f"没有办理委托手续的，停止行使并按程序调整；“{label}”填错的，改正。",
    )


def check_ended(book: Book, world: World) -> Iterator[Finding]:
    """Items in use all of whose delegations are over: those that rest on them, and those that were given to others."""
    for entry, last, out in lapsed(book, str(world.today)):
        yield (_not_taken_back if out else _held_on)(entry, last, book)


def _held_on(entry: Entry, last: Delegation, book: Book) -> Finding:
    grantor = called(last.grantor, book.units)
    return on_item(
        "QD421",
        entry,
        f"{grantor}的委托（{last.id}）已于{last.end}到期，该事项仍在用。",
        _FIELD,
        fix="续办委托的，在 registers/delegations.yaml 登记新的委托书和起止日期；"
        "不再委托的，停止行使，按程序暂停或者取消。",
    )


def _not_taken_back(entry: Entry, last: Delegation, book: Book) -> Finding:
    """About the register, where it is put right: the list itself does not tell who exercises what is delegated."""
    grantor, grantee = (called(unit, book.units) for unit in (last.grantor, last.grantee))
    return found(
        "QD421",
        f"{grantor}委托{grantee}行使“{entry.name}”（{last.id}）已于{last.end}到期，"
        f"没有续办，也没有{grantee}停止行使的记录。",
        DELEGATIONS_PATH,
        ("delegations", last.place, "end"),
        item=entry.code,
        unit=entry.unit,
        fix="续办委托的，在 registers/delegations.yaml 登记新的委托书和起止日期；"
        "不再委托的，通知受委托单位停止行使，在这条委托中登记停止行使日期（ceased）。",
    )
