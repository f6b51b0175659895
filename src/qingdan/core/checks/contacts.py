"""Units that exercise items say where to complain (QD411) and who answers for the lists (QD412).

What must be said: ``complaints`` and ``responsible`` in ``qingdan.yaml``. The bureau's complaint block and its
lead section serve its sections; each section has its own head and its own named contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import found
from qingdan.core.places import UNITS_PATH
from qingdan.core.units import acting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Unit

_SERVES_SECTIONS = frozenset({"lead_section"})


def check_complaints(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Units in whose name items in use are exercised and whose complaint block lacks parts."""
    wanted = book.settings.complaint_parts if book.settings else ()
    every = frozenset(wanted)
    missing: dict[str, set[str]] = {}
    for unit in exercising(book):
        chain = _chain(unit, book.units)
        lacking = every.difference(*(body.complaint for body in chain))
        if lacking:
            missing.setdefault(chain[-1].code, set()).update(lacking)
    schema = schemas["units"]
    for code, parts in missing.items():
        at = ("units", book.units[code].place, "complaint")
        names = "、".join(schema.label((*at, part)) for part in wanted if part in parts)
        message = f"{book.units[code].short}的{schema.label(at)}没有写明：{names}。"
        fix = f"请在 registers/units.yaml 该单位的 complaint 下补填“{names}”，并向社会公布。"
        about = tuple(sorted(parts))
        yield found("QD411", message, UNITS_PATH, at, unit=code, fix=fix, about=about)


def check_responsible(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """Units that exercise items in use and do not name who is responsible."""
    wanted = book.settings.responsible_parts if book.settings else ()
    schema = schemas["units"]
    for code in exercising(book):
        if {*wanted}.issubset(book.units[code].responsible):
            continue
        chain = _chain(code, book.units)
        above = {part for body in chain for part in body.responsible} & _SERVES_SECTIONS
        missing = [part for part in wanted if part not in {*above, *chain[0].responsible}]
        if missing:
            at = ("units", chain[0].place)
            names = "、".join(schema.label((*at, part)) for part in missing)
            message = f"{chain[0].short}没有明确：{names}。"
            fix = f"请在 registers/units.yaml 该单位下补填“{names}”，只填职务，不填姓名。"
            yield found("QD412", message, UNITS_PATH, at, unit=code, fix=fix)


def exercising(book: Book) -> tuple[str, ...]:
    """The units of the register that have items in use, in the order of their lists."""
    return tuple(unit for unit in book.entries.exercising() if unit in book.units)


def _chain(unit: str, units: Mapping[str, Unit]) -> list[Unit]:
    return [units[code] for code in acting(unit, units) if code in units]
