"""Which articles a finding touches, whose unit it is, and who must act: from the rule packs and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.places import stem
from qingdan.core.rules.asking import Questions
from qingdan.model.findings import SEVERITIES
from qingdan.model.settings import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qingdan.model.findings import Finding, Severity
    from qingdan.model.rules import Rule
    from qingdan.model.workspace import Book


NO_BREACH = frozenset({"QD305", "QD418"})
"""Kinds of finding that break no rule yet: explained by an adjustment under way, or the time to apply for one still runs."""


_OF_COMMITS = "QD5"


def cite(findings: Iterable[Finding], book: Book) -> Iterator[Finding]:
    """Each finding with every article of the workspace's rules that asks the same question.

    One fact stays one finding. The accountability articles are those it *may* touch (可能涉及): only a
    person records that one applies, and what is no breach yet touches none. A finding is as grave as the gravest of
    these rules says. One without an owner is the supervisor's of its list; one without a cure has that of its rule.
    """
    found = list(findings)
    if not found:
        return
    questions = Questions(book)
    regulations = book.settings.regulations if book.settings else {}
    for finding in found:
        entry = questions.entry(finding)
        rules = questions.standing(finding)
        breach = finding.code not in NO_BREACH
        liable = (a for rule in rules for a in _liable(rule, regulations) if breach)
        sources = (text for rule in rules for text in _cited(rule, regulations, breach=breach))
        yield replace(
            finding,
            sources=finding.sources or tuple(dict.fromkeys(sources)),
            accountability=finding.accountability or tuple(dict.fromkeys(liable)),
            severity=_severity(finding, rules),
            rules=tuple(rule.key for rule in rules),
            owner=finding.owner or _owner(rules, questions.list_of(finding), book),
            unit=finding.unit or (entry.unit if entry else _unit_of_path(finding.path)),
            fix=finding.fix or next((rule.remedy for rule in rules if rule.remedy), ""),
        )


def _owner(rules: Sequence[Rule], name: str, book: Book) -> str:
    """Who owns the first rule; where that is whoever leads (牵头单位), the supervisor of the list."""
    named = rules[0].owner if rules else ""
    kept = book.settings.lists.get(name) if book.settings else None
    return kept.supervisor if kept and named in {"", LEAD} else named


def _severity(finding: Finding, rules: Iterable[Rule]) -> Severity:
    """What the gravest of the rules says; of what is no breach yet, no more than its kind, of commits no less.

    Commits are judged by the rules of their parents: nobody loosens a rule and uses it at once.
    """
    said = {rule.severity for rule in rules}
    own = SEVERITIES.index(finding.severity)
    asked = SEVERITIES[own:] if finding.code in NO_BREACH else SEVERITIES
    asked = asked[: own + 1] if finding.code.startswith(_OF_COMMITS) else asked
    return next((each for each in asked if each in said), finding.severity)


def _unit_of_path(path: str) -> str:
    return stem(path) if path.startswith("lists/") and path.endswith(".yaml") else ""


def articles_of(rule: Rule, regulations: Mapping[str, str]) -> Iterator[str]:
    """The article of a rule in words, and those by which somebody may be held to account; none of these as a plain fact."""
    return _cited(rule, regulations, breach=True)


def _cited(rule: Rule, regulations: Mapping[str, str], *, breach: bool) -> Iterator[str]:
    if rule.article not in rule.accountability:
        yield f"《{regulations.get(rule.regulation, rule.regulation)}》{rule.article}"
    if breach:
        yield from (f"可能涉及{article}" for article in _liable(rule, regulations))


def _liable(rule: Rule, regulations: Mapping[str, str]) -> Iterator[str]:
    title = regulations.get(rule.regulation, rule.regulation)
    yield from (f"《{title}》{article}" for article in rule.accountability)
