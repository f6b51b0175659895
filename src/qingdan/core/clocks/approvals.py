"""Adjustments under way: the stage that each waits in, for whom, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from qingdan.core.approval import states
from qingdan.core.clocks.counting import by_deadline, by_limit
from qingdan.core.places import ADJUSTMENTS
from qingdan.core.units import called
from qingdan.model.clocks import Clock, Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.approval.states import Party, Turn
    from qingdan.core.clocks.ground import Ground
    from qingdan.model.items import Entry
    from qingdan.model.values import Doc


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each adjustment that is not at its end: 审核 and the like, 重新上报, 公布."""
    entries = {entry.code: entry for entry in ground.book.entries}
    lists = {code: entry.list for code, entry in entries.items()}
    way_ground = states.Ground(ground.settings, ground.world.calendar, lists)
    for path, record in ground.book.documents.items():
        if path.startswith(ADJUSTMENTS):
            public = str(record["id"]) in ground.public
            turn = states.way(record, way_ground, published=public).turn
            if turn:
                last = len(cast("list[Doc]", record["steps"])) - 1
                yield replace(_clock(record, turn, entries, ground), path=path, at=("steps", last))


def _clock(record: Doc, turn: Turn, entries: dict[str, Entry], ground: Ground) -> Clock:
    items = tuple(cast("list[str]", record.get("items") or ()))
    units = (entries[code].unit for code in items if code in entries)
    owners = (_called(party, ground) for party in turn.parties)
    return Clock(
        _kind(turn),
        f"{_kind(turn)} {record['id']} {turn.stage.name} {turn.started or ''}",
        turn.stage.name,
        f"调整{record['id']}：{_named(items, entries)}",
        "、".join(dict.fromkeys(owners)),
        _count(turn, ground),
        tuple(party.role for party in turn.parties if not party.applies),
        tuple(party.unit for party in turn.parties if party.unit),
        tuple(dict.fromkeys(units)),
        items,
        str(record["id"]),
        turn.stage.source,
    )


def _kind(turn: Turn) -> str:
    if turn.back is not None:
        return "adjust"
    return "publish" if turn.publishes else "review"


def _count(turn: Turn, ground: Ground) -> Count:
    """How the turn's clock stands; 未设时限 where the stage has none."""
    within = turn.stage.within
    if within is None:
        return Count("open", "未设时限")
    if turn.started is None:
        return Count("pending", f"自查明原因之日起{within}，截止日期待定")
    if turn.due:
        return by_deadline(turn.due, ground.world)
    if turn.pending:
        return by_limit(turn.started, within, ground.world)
    return Count("open", f"时限{within}，不能推算到日")


def _called(party: Party, ground: Ground) -> str:
    if party.role in states.APPLICANTS or not party.unit:
        return called(party.unit, ground.book.units) if party.unit else party.role
    return f"{party.role}（{called(party.unit, ground.book.units)}）"


def _named(items: tuple[str, ...], entries: dict[str, Entry]) -> str:
    if not items:
        return "整个清单"
    name = entries[items[0]].name if items[0] in entries else items[0]
    return f"“{name}”" + (f"等{len(items)}项" if len(items) > 1 else "")
