"""The built-in checks by name, and which findings each makes; a rule names one in ``answer: {check: …}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks import (
    approvals_agree,
    bases_current,
    bases_lawful,
    charges,
    complaints,
    conferences,
    contacts,
    credit_codes,
    cycle_sound,
    delegated,
    discretion,
    duties,
    finding_steps,
    flow_steps,
    inspection_records,
    known_laws,
    law_register,
    ledger_links,
    ledger_records,
    materials,
    officers,
    online_steps,
    periods_held,
    personal_data,
    placeholders,
    procedures,
    published,
    rectifications,
    references,
    register_units,
    results,
    services,
    staff,
    subjects,
    supervision,
    time_limits,
    unique_codes,
    units_exist,
)
from qingdan.core.places import DELEGATIONS_PATH, LAWS_PATH, SETTINGS_PATH, UNITS_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from qingdan.core.checks.ground import Ground
    from qingdan.core.checks.world import World
    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry, Item
    from qingdan.model.settings import Settings
    from qingdan.model.workspace import Book

ITEM_CHECKS: Mapping[str, Callable[[Iterable[Item], Settings], Iterator[Finding]]] = {
    "duties-paired": duties.check,
    "limits-fit": time_limits.check,
    "flow-complete": flow_steps.check,
    "online-steps": online_steps.check,
}
"""Checks of items each by itself: pure, given those of a file together."""

SCHEMA_CHECKS: Mapping[str, Callable[[Iterable[Item], Schema], Iterator[Finding]]] = {
    "discretion-made": discretion.check,
    "services-promised": services.check,
    "procedures-bounded": procedures.check,
    "materials-founded": materials.check,
    "no-placeholders": placeholders.check,
    "supervised-after": supervision.check,
}
"""The same for those that read the schema: what fields there are and what they are called."""

ENTRY_CHECKS: Mapping[str, Callable[[Iterable[Entry], Ground], Iterator[Finding]]] = {
    "discretion-current": discretion.check_dates,
    "laws-known": known_laws.check,
    "subjects-confirmed": subjects.check,
    "delegations-recorded": delegated.check,
    "bases-lawful": bases_lawful.check,
    "articles-exist": bases_lawful.check_articles,
}
"""Checks of entries each against settings and registers: given those of a file, too; see :data:`GROUND`."""

GROUND = (SETTINGS_PATH, UNITS_PATH, LAWS_PATH, DELEGATIONS_PATH)
"""The files besides the lists that those may read: what they found stands as long as these do."""

LINK_CHECKS: Mapping[str, Callable[[Book], Iterator[Finding]]] = {
    "codes-unique": unique_codes.check,
    "references-hold": references.check,
    "approvals-agree": approvals_agree.check,
    "charges-agree": charges.check,
}
"""Checks of entries against entries: against those that have or point at the same codes, and no others.

They are given books of a few files and all that these have to do with, and findings about entries of these alone.
"""

REGISTER_CHECKS: Mapping[str, Callable[[Book, Schemas], Iterator[Finding]]] = {
    "credit-codes-hold": credit_codes.check,
    "registers-agree": register_units.check,
    "complaints-open": contacts.check_complaints,
    "responsible-named": contacts.check_responsible,
    "laws-sound": law_register.check,
    "staff-fit": staff.check,
    "confidence-kept": complaints.check_confidence,
}
"""Checks of registers: they name fields of several schemas."""

WORLD_CHECKS: Mapping[str, Callable[[Book, World], Iterator[Finding]]] = {
    "bases-current": bases_current.check,
    "bases-in-force": bases_current.check_in_force,
    "delegations-current": delegated.check_ended,
    "officers-certified": officers.check,
    "channels-complete": published.channels,
    "lists-confirmed": published.confirmed,
    "periods-held": periods_held.check,
    "decisions-carried-out": conferences.overdue,
    "self-checks-explained": inspection_records.check_self,
    "results-published": results.check_published,
    "results-exempt": results.check_exempt,
    "results-credited": results.check_credited,
    "results-known": results.check_known,
    "complaints-answered": complaints.check,
    "rectified-in-time": rectifications.in_time,
    "notices-numbered": rectifications.numbered,
}
"""Checks of the world, most of which depend on the day: ``check`` runs them, ``validate`` does not."""

BOOK_CHECKS: Mapping[str, Callable[[Book], Iterator[Finding]]] = {
    "units-known": units_exist.check,
    "references-hold": references.check_delegated,
    "records-filed": ledger_records.check,
    "inspections-sound": inspection_records.check,
    "no-personal-data": personal_data.check,
    "ledger-agrees": ledger_links.check,
    "results-filed": results.check_filed,
    "findings-moved": finding_steps.check,
    "rectifications-sound": rectifications.sound,
    "cycle-sound": cycle_sound.check,
    "conferences-sound": conferences.sound,
}
"""Checks across files, of what is no list; of the lists they ask which codes there are."""

FINDINGS_OF: Mapping[str, tuple[str, ...]] = {
    "duties-paired": ("QD205",),
    "limits-fit": ("QD206", "QD207"),
    "flow-complete": ("QD209",),
    "online-steps": ("QD211",),
    "discretion-made": ("QD212",),
    "discretion-current": ("QD213",),
    "services-promised": ("QD214",),
    "procedures-bounded": ("QD215",),
    "materials-founded": ("QD216",),
    "charges-agree": ("QD217",),
    "no-placeholders": ("QD218",),
    "supervised-after": ("QD219",),
    "codes-unique": ("QD201",),
    "units-known": ("QD202", "QD208"),
    "references-hold": ("QD203", "QD204"),
    "approvals-agree": ("QD210",),
    "laws-known": ("QD401",),
    "credit-codes-hold": ("QD407",),
    "subjects-confirmed": ("QD408",),
    "delegations-recorded": ("QD409",),
    "delegations-current": ("QD421",),
    "registers-agree": ("QD410",),
    "complaints-open": ("QD411",),
    "responsible-named": ("QD412",),
    "bases-lawful": ("QD413",),
    "articles-exist": ("QD414",),
    "laws-sound": ("QD415", "QD416"),
    "staff-fit": ("QD402",),
    "bases-current": ("QD417", "QD418", "QD419"),
    "bases-in-force": ("QD420",),
    "officers-certified": ("QD422", "QD423"),
    "records-filed": ("QD601", "QD602"),
    "periods-held": ("QD613", "QD640"),
    "decisions-carried-out": ("QD643",),
    "self-checks-explained": ("QD614",),
    "inspections-sound": ("QD615", "QD616"),
    "results-published": ("QD603",),
    "results-exempt": ("QD604",),
    "results-credited": ("QD605",),
    "results-known": ("QD606",),
    "complaints-answered": ("QD607",),
    "confidence-kept": ("QD608",),
    "no-personal-data": ("QD609", "QD637", "QD638"),
    "ledger-agrees": ("QD610",),
    "results-filed": ("QD611",),
    "findings-moved": ("QD612",),
    "rectified-in-time": ("QD631", "QD632"),
    "rectifications-sound": ("QD633", "QD635", "QD636"),
    "notices-numbered": ("QD634",),
    "cycle-sound": ("QD641", "QD642"),
    "conferences-sound": ("QD642",),
    "systems-agree": ("QD301", "QD302", "QD303", "QD304", "QD305", "QD310", "QD311", "QD312"),
    "systems-within-lists": ("QD302",),
    "systems-stopped": ("QD303",),
    "systems-nothing-added": ("QD311", "QD312"),
    "systems-taken": ("QD306", "QD307"),
    "channels-complete": ("QD308", "QD309"),
    "lists-confirmed": ("QD313",),
    "adjusted-by-procedure": ("QD501", "QD504", "QD506", "QD510", "QD511", "QD512"),
    "applied-in-time": ("QD507", "QD508"),
    "stages-kept": ("QD519", "QD520", "QD522", "QD523"),
    "burden-founded": ("QD517",),
}
"""Check name to the codes of its findings; where regulations ask more than one question of a fact, to several."""

CHECKS_OF: Mapping[str, tuple[str, ...]] = {
    code: tuple(name for name, others in FINDINGS_OF.items() if code in others)
    for codes in FINDINGS_OF.values()
    for code in codes
}
"""Finding code to the checks that make it."""


def _codes(names: Iterable[str]) -> frozenset[str]:
    return frozenset(code for name in names for code in FINDINGS_OF[name])


ITEM_CODES = _codes([*ITEM_CHECKS, *SCHEMA_CHECKS])
"""Findings that one item shows by itself."""

BOOK_CODES = ITEM_CODES | _codes([*ENTRY_CHECKS, *LINK_CHECKS, *BOOK_CHECKS, *REGISTER_CHECKS])
"""Findings of the checks that ``validate`` makes, without a clock."""

WORLD_CODES = frozenset(code for code in CHECKS_OF if code[2] != "5") - BOOK_CODES
"""Findings of the checks that look at the world on a day."""

SYSTEM_CODES = WORLD_CODES - _codes(WORLD_CHECKS)
"""Those that a comparison with the systems can make."""
