"""Which articles a finding touches, whose unit it is, and who must act: from the rule packs and the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qingdan.core.checks.registry import CHECKS_OF
from qingdan.core.places import stem
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Entry, Rule


_LEAD = "牵头单位"


def cite(findings: Iterable[Finding], book: Book) -> Iterator[Finding]:
    """Each finding with every article of the workspace's rules that asks the same question.

    One fact stays one finding. The accountability articles are those it *may* touch (可能涉及): only a
    person records that one applies. A finding without an owner is the supervisor's of its list.
    """
    found = list(findings)
    if not found:
        return
    by_check: dict[str, list[Rule]] = {}
    for rule in book.rules:
        by_check.setdefault(rule.check, []).append(rule)
    entries = {entry.code: entry for entry in book.entries}
    regulations = book.settings.regulations if book.settings else {}
    for finding in found:
        entry = entries.get(finding.item)
        name = _list_of(finding, entry)
        rules = [rule for rule in _rules(finding, by_check) if _asks(rule, finding, name, book)]
        sources = (text for rule in rules for text in articles(rule, regulations))
        yield replace(
            finding,
            sources=finding.sources or tuple(dict.fromkeys(sources)),
            rules=tuple(rule.key for rule in rules),
            owner=finding.owner or _owner(rules, name, book),
            unit=finding.unit or (entry.unit if entry else _unit_of_path(finding.path)),
        )


def _asks(rule: Rule, finding: Finding, name: str, book: Book) -> bool:
    """Whether a rule is about the finding's list; registers serve every list, a system those it holds."""
    if rule.target == name or rule.target not in LISTS or finding.path.startswith("registers/"):
        return True
    systems = book.settings.systems if book.settings else {}
    system = systems.get(stem(finding.path)) if finding.path.startswith("systems/") else None
    return not name and system is not None and rule.target in system.lists


def _rules(finding: Finding, by_check: Mapping[str, list[Rule]]) -> Iterator[Rule]:
    """The rules that a finding answers, those of the widest question first."""
    for check in CHECKS_OF.get(finding.code, ()):
        yield from by_check.get(check, ())


def _list_of(finding: Finding, entry: Entry | None) -> str:
    if finding.path.startswith("lists/"):
        return finding.path.split("/")[1]
    return entry.list if entry else ""


def _owner(rules: Sequence[Rule], name: str, book: Book) -> str:
    """Who owns the first rule; where that is whoever leads (牵头单位), the supervisor of the list."""
    named = rules[0].owner if rules else ""
    kept = book.settings.lists.get(name) if book.settings else None
    return kept.supervisor if kept and named in {"", _LEAD} else named


def _unit_of_path(path: str) -> str:
    return stem(path) if path.startswith("lists/") and path.endswith(".yaml") else ""


def articles(rule: Rule, regulations: Mapping[str, str]) -> Iterator[str]:
    """The article of a rule in words, and those of accountability that it may touch."""
    title = regulations.get(rule.regulation, rule.regulation)
    yield f"《{title}》{rule.article}"
    for article in rule.accountability:
        yield f"可能涉及《{title}》{article}"
