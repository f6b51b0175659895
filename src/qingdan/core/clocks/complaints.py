"""Complaints that wait for their answer: by whom, until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qingdan.core.clocks.counting import by_limit
from qingdan.core.ledger.complaints import done_on, handler, kept, limit_of, named
from qingdan.core.places import complaint_path
from qingdan.core.units import called
from qingdan.model.clocks import Clock, Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.clocks.ground import Ground
    from qingdan.model.values import Doc


def clocks(ground: Ground) -> Iterator[Clock]:
    """A clock for each that is not answered."""
    names = {entry.code: entry.name for entry in ground.book.entries}
    for record in kept(ground.book):
        if not done_on(record):
            yield _clock(record, names, ground)


def _clock(record: Doc, names: dict[str, str], ground: Ground) -> Clock:
    limit, unit = limit_of(record), handler(record)
    item = str(record.get("item", ""))
    start = date.fromisoformat(str(record["received"]))
    secret = "，要求保密" if record.get("confidential") == "是" else ""
    about = f"，涉及“{names.get(item, item)}”" if item else ""
    return Clock(
        "complaint",
        f"complaint {record['id']}",
        "答复",
        f"{named(record)}{about}{secret}",
        called(unit, ground.book.units),
        by_limit(start, limit, ground.world) if limit else Count("open", "未设时限"),
        units=(unit,),
        concerned=(str(record["unit"]),),
        items=(item,) if item else (),
        record=str(record["id"]),
        source=str(record.get("within_source", "")),
        path=complaint_path(str(record["id"])),
    )
