"""What the checks of the world rest on: where one of these files cannot be read, they say nothing.

A register without one unit's telephone number is not valid, and then none of its units is known: whatever is held
against it would be wrong everywhere. What was not found is then no proof either, so who asks must be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.registry import FINDINGS_OF, SYSTEM_CODES, WORLD_CHECKS
from qingdan.core.places import (
    ADJUSTMENTS,
    DELEGATIONS_PATH,
    LAWS_PATH,
    OFFICERS_PATH,
    UNITS_PATH,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

UNREAD = frozenset({"QD101", "QD102", "QD103", "QD104", "QD106", "QD107", "QD108", "QD109"})
"""Findings after which a file, or an item of a list, is not known; in a wrong form or place it is."""

_LISTS, _PUBLICATIONS, _SYSTEMS = "lists/", "ledger/publications/", "systems/"
_RESULTS = (UNITS_PATH, _LISTS, "ledger/results/", "ledger/findings/")
_CYCLE = (UNITS_PATH, ADJUSTMENTS, "ledger/periods/", "ledger/inspections/")

COMPARED = (UNITS_PATH, _LISTS, _PUBLICATIONS, _SYSTEMS)
"""What a comparison with the systems rests on."""

RESTING: Mapping[str, tuple[str, ...]] = {
    "bases-current": (UNITS_PATH, LAWS_PATH, ADJUSTMENTS),
    "bases-in-force": (UNITS_PATH, LAWS_PATH),
    "delegations-current": (UNITS_PATH, DELEGATIONS_PATH, _LISTS),
    "officers-certified": (UNITS_PATH, OFFICERS_PATH, _LISTS),
    "channels-complete": (_PUBLICATIONS, _LISTS),
    "lists-confirmed": (_PUBLICATIONS,),
    "periods-held": _CYCLE,
    "decisions-carried-out": _CYCLE,
    "self-checks-explained": _CYCLE,
    "results-published": _RESULTS,
    "results-exempt": _RESULTS,
    "results-credited": _RESULTS,
    "results-known": _RESULTS,
    "complaints-answered": (UNITS_PATH, "ledger/complaints/", "ledger/findings/"),
    "rectified-in-time": (UNITS_PATH, "ledger/rectifications/", "ledger/findings/"),
    "notices-numbered": ("ledger/rectifications/",),
}
"""Check of the world to the files, or folders of them, that it rests on."""


def unread(book: Book, *, packs: bool = False) -> tuple[Finding, ...]:
    """Why files are not known, one finding for each; rule packs only where they are asked for.

    What a pack asks is not found without it, but nothing else is wrong.
    """
    first: dict[str, Finding] = {}
    for finding in book.found:
        is_pack = finding.path.startswith("rules/")
        if finding.code in UNREAD and place(finding.path) and (packs or not is_pack):
            first.setdefault(finding.path, finding)
    return tuple(first.values())


def is_comparable(book: Book) -> bool:
    """Whether systems can be compared with what is public."""
    return not _hit(COMPARED, unread(book))


def blind(book: Book) -> frozenset[str]:
    """The names of the checks of the world that cannot be made."""
    lacking = unread(book)
    return frozenset(name for name in WORLD_CHECKS if _hit(RESTING[name], lacking))


def unknowable(book: Book) -> frozenset[str]:
    """The kinds of finding of which it is not known whether there are any."""
    codes = {code for name in blind(book) for code in FINDINGS_OF[name]}
    return frozenset(codes) | (frozenset() if is_comparable(book) else SYSTEM_CODES)


def _hit(grounds: Iterable[str], lacking: Iterable[Finding]) -> bool:
    return any(finding.path.startswith(tuple(grounds)) for finding in lacking)
