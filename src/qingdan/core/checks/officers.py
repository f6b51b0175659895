"""Enforcement officers hold certificates that are valid (QD422), and every unit that enforces has some (QD423).

For which types: ``subjects.officers`` in ``qingdan.yaml``. The officers of a bureau serve its sections. Judged
only where the register names anybody: an empty one is not yet kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import OFFICERS_PATH
from qingdan.core.units import acting, called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def check(book: Book, world: World) -> Iterator[Finding]:
    """Certificates that have run out, and units that enforce without any."""
    officers = cast("list[Doc]", book.documents.get(OFFICERS_PATH, {}).get("officers") or [])
    today = str(world.today)
    for place, officer in enumerate(officers):
        if str(officer["until"]) < today:
            unit = str(officer["unit"])
            message = (
                f"{called(unit, book.units)}的执法证件“{officer['certificate']}”"
                f"有效期至{officer['until']}，已经到期。"
            )
            yield found(
                "QD422",
                message,
                OFFICERS_PATH,
                ("officers", place, "until"),
                unit=unit,
                fix="请换领证件后更新有效期；不再从事执法的，从执法人员名册中删去。",
            )
    if officers:
        valid = [officer for officer in officers if _valid(officer, today)]
        yield from _without(book, valid)


def _valid(officer: Doc, today: str) -> bool:
    return str(officer.get("issued", "")) <= today <= str(officer["until"])


def _without(book: Book, officers: list[Doc]) -> Iterator[Finding]:
    """A finding for each unit with types in use for which none of these officers may act."""
    for unit, types in _enforced(book).items():
        chain = acting(unit, book.units)
        serving = [officer for officer in officers if officer["unit"] in chain]
        bare = [kind for kind in types if not any(_may(officer, kind) for officer in serving)]
        if bare:
            message = (
                f"{called(unit, book.units)}没有证件有效的执法人员，不得实施{'、'.join(bare)}。"
            )
            yield found(
                "QD423",
                message,
                OFFICERS_PATH,
                ("officers",),
                unit=unit,
                fix="请在 registers/officers.yaml 登记持证人员的证号和有效期；没有持证人员的，不得从事执法活动。",
            )


def _enforced(book: Book) -> dict[str, tuple[str, ...]]:
    """Unit to the types it has in use for which officers need certificates."""
    wanted = book.settings.subjects.officers if book.settings else ()
    used = {(entry.unit, entry.type) for entry in book.entries if entry.state == "在用"}
    units = dict.fromkeys(entry.unit for entry in book.entries if entry.unit in book.units)
    found_ = {unit: tuple(kind for kind in wanted if (unit, kind) in used) for unit in units}
    return {unit: types for unit, types in found_.items() if types}


def _may(officer: Doc, kind: str) -> bool:
    return kind in cast("list[str]", officer.get("types") or [kind])
