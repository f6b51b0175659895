"""Which questions the machine leaves open at a unit: where it has not looked, or found what is nobody's in particular.

That nothing was found is an answer only where something was looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.registry import FINDINGS_OF
from qingdan.core.places import system_path
from qingdan.core.systems.comparison import rows_of
from qingdan.core.systems.judging import ADDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.workspace import Book

_COMPARED = frozenset(
    code
    for check in (
        "systems-agree",
        "systems-within-lists",
        "systems-stopped",
        "systems-nothing-added",
    )
    for code in FINDINGS_OF[check]
)
"""What only a snapshot of a system can show."""


def unsettled(rules: Iterable[Rule], findings: Iterable[Finding], book: Book) -> Iterator[str]:
    """The keys of the rules that a run of the machine does not answer, where it found nothing at the unit itself."""
    nobodys = {key for finding in findings if not finding.unit for key in finding.rules}
    for rule in rules:
        if rule.key in nobodys or not _compared(rule, book):
            yield rule.key


def _compared(rule: Rule, book: Book) -> bool:
    """Whether all that a rule asks systems about was there to be compared; true of a rule that asks them nothing."""
    codes = set(FINDINGS_OF.get(rule.check, ())) & set(_named(rule, "codes", _COMPARED))
    if not codes & _COMPARED:
        return True
    parts = (
        {part for part, code in ADDED.items() if code in codes}
        if codes <= {*ADDED.values()}
        else set()
    )
    systems = book.settings.systems if book.settings else {}
    return all(_has(name, parts, book) for name in _named(rule, "systems", systems))


def _named(rule: Rule, option: str, otherwise: Collection[str]) -> Collection[str]:
    return cast("list[str]", rule.options.get(option)) or otherwise


def _has(system: str, parts: Collection[str], book: Book) -> bool:
    """Whether there is a snapshot of a system, with these parts in it."""
    document = book.documents.get(system_path(system))
    if document is None:
        return False
    return all(any(part in row for row in rows_of(document)) for part in parts)
