"""Only a confirmed and published 执法主体 enforces (QD408): of the types that ``subjects`` in ``qingdan.yaml`` names.

A section acts in the name of its bureau. What is exercised under a delegation is judged by the one who delegates.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item
from qingdan.core.delegations import BY_DELEGATION, received
from qingdan.core.units import acting, called

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.core.checks.ground import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.workspace import Book

_AT = ("units", 0, "enforcement")
_FIX = "请在 registers/units.yaml 该单位的 enforcement 下登记；未经确认、公布的，不得开展执法活动。"


def check(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """An item in use whose subject lacks its confirmation, or the publication of it."""
    book = ground.book
    if book.settings is None or "units" in book.unread:
        return
    types = book.settings.subjects.types
    lacking = cache(partial(_lacking, book=book))
    for entry in entries:
        if entry.state == "在用" and entry.type in types:
            fields = [lacking(unit) for unit in _subjects(entry, ground) if unit in book.units]
            if fields and all(fields):
                yield _finding(entry, fields[0], ground)


def _subjects(entry: Entry, ground: Ground) -> tuple[str, ...]:
    """Whose qualification counts; nobody's where a delegation is not on record."""
    if entry.power_source not in BY_DELEGATION:
        return (entry.unit,)
    given = received(entry, ground.delegations.get(entry.code, ()), ground.book.units)
    return tuple(record.grantor for record in given)


def _lacking(unit: str, book: Book) -> tuple[str, ...]:
    """The unit that is the subject, and the fields it lacks; empty if somebody in the chain has both."""
    chain = [book.units[code] for code in acting(unit, book.units) if code in book.units]
    if any(body.confirmed and body.published for body in chain):
        return ()
    body = chain[-1]
    fields = {"confirmed": body.confirmed, "published": body.published}
    return (body.code, *(key for key, day in fields.items() if not day))


def _finding(entry: Entry, lacking: tuple[str, ...], ground: Ground) -> Finding:
    unit, *fields = lacking
    schema = ground.schemas["units"]
    names = "、".join(f"“{schema.label((*_AT, field))}”" for field in fields)
    role = "委托机关" if entry.power_source in BY_DELEGATION else "实施主体"
    message = (
        f"{role}{called(unit, ground.book.units)}的{schema.label(_AT)}没有登记{names}，"
        f"不得行使{entry.type}。"
    )
    return on_item("QD408", entry, message, "type", fix=_FIX)
