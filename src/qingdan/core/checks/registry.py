"""The built-in checks by name, and which findings each makes; a rule names one in ``answer: {check: …}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks import (
    approvals_agree,
    duties,
    flow_steps,
    known_laws,
    ledger_records,
    online_steps,
    references,
    time_limits,
    unique_codes,
    units_exist,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Item, Settings

ITEM_CHECKS: Mapping[str, Callable[[Item, Settings], Iterator[Finding]]] = {
    "duties-paired": duties.check,
    "limits-fit": time_limits.check,
    "flow-complete": flow_steps.check,
    "online-steps": online_steps.check,
}
"""Checks of one item by itself: pure, run file by file."""

BOOK_CHECKS: Mapping[str, Callable[[Book], Iterator[Finding]]] = {
    "codes-unique": unique_codes.check,
    "units-known": units_exist.check,
    "references-hold": references.check,
    "approvals-agree": approvals_agree.check,
    "laws-known": known_laws.check,
    "records-filed": ledger_records.check,
}
"""Checks across files."""

FINDINGS_OF: Mapping[str, tuple[str, ...]] = {
    "duties-paired": ("QD205",),
    "limits-fit": ("QD206", "QD207"),
    "flow-complete": ("QD209",),
    "online-steps": ("QD211",),
    "codes-unique": ("QD201",),
    "units-known": ("QD202", "QD208"),
    "references-hold": ("QD203", "QD204"),
    "approvals-agree": ("QD210",),
    "laws-known": ("QD401",),
    "records-filed": ("QD601", "QD602"),
    "systems-agree": ("QD301", "QD302", "QD303", "QD304", "QD305"),
    "systems-taken": ("QD306", "QD307"),
    "channels-complete": ("QD308", "QD309"),
    "adjusted-by-procedure": ("QD501", "QD504", "QD506", "QD510", "QD511", "QD512"),
    "applied-in-time": ("QD507", "QD508"),
}
"""Check name to the codes of its findings."""

CHECK_OF: Mapping[str, str] = {code: name for name, codes in FINDINGS_OF.items() for code in codes}
"""Finding code to the check that makes it."""
