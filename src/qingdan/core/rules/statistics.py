"""Findings counted: by rule pack, by rule, by unit, by severity. A finding of several rules counts once with each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.model.findings import SEVERITIES
from qingdan.model.statistics import Line, Statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

OTHERS = "其他"
"""Findings that no rule asks about, or that concern no unit."""


def count(findings: Sequence[Finding], book: Book) -> Statistics:
    """The counts of what was found, every pack of the workspace among them."""
    regulations = dict(book.settings.regulations) if book.settings else {}
    packs: dict[str, list[Finding]] = {rule.regulation: [] for rule in book.rules}
    rules: dict[str, list[Finding]] = {}
    units: dict[str, list[Finding]] = {}
    for finding in findings:
        for pack in dict.fromkeys(key.partition("/")[0] for key in finding.rules) or ("",):
            packs.setdefault(pack, []).append(finding)
        for key in finding.rules:
            rules.setdefault(key, []).append(finding)
        units.setdefault(finding.unit, []).append(finding)
    questions = {rule.key: rule.question for rule in book.rules}
    names = {code: unit.short for code, unit in book.units.items()}
    return Statistics(
        _counted(findings),
        tuple(_lines(packs, regulations)),
        tuple(_lines(dict(sorted(rules.items(), key=_order)), questions)),
        tuple(_lines(dict(sorted(units.items())), names)),
    )


def _order(group: tuple[str, Sequence[Finding]]) -> tuple[int, str]:
    key, found = group
    return (-len(found), key)


def _lines(groups: Mapping[str, Sequence[Finding]], titles: Mapping[str, str]) -> Iterable[Line]:
    for key, found in groups.items():
        yield Line(key, titles.get(key, key or OTHERS), _counted(found))


def _counted(findings: Iterable[Finding]) -> tuple[int, ...]:
    counts = Counter(finding.severity for finding in findings)
    return tuple(counts[severity] for severity in SEVERITIES)
