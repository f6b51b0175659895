"""Which articles a finding touches, and who must act: read from the rule packs and roles of the workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qingdan.core.checks.registry import CHECK_OF
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Rule


def cite(findings: Iterable[Finding], book: Book) -> Iterator[Finding]:
    """Each finding with every article of the workspace's rules that asks the same question, and its owner.

    One fact stays one finding. The accountability articles are those it *may* touch (可能涉及): only a
    person records that one applies.
    """
    by_check: dict[str, list[Rule]] = {}
    for rule in book.rules:
        if rule.check:
            by_check.setdefault(rule.check, []).append(rule)
    regulations = book.settings.regulations if book.settings else {}
    lists = {entry.code: entry.list for entry in book.entries}
    for finding in findings:
        target = (
            finding.path.split("/")[1]
            if finding.path.startswith("lists/")
            else lists.get(finding.item, "")
        )
        rules = [
            rule
            for rule in by_check.get(CHECK_OF.get(finding.code, ""), ())
            if rule.target == target or rule.target not in LISTS
        ]
        if rules:
            yield replace(
                finding,
                sources=tuple(
                    dict.fromkeys(text for rule in rules for text in _articles(rule, regulations))
                ),
                rules=tuple(rule.key for rule in rules),
                owner=finding.owner or rules[0].owner,
            )
        else:
            yield finding


def _articles(rule: Rule, regulations: Mapping[str, str]) -> Iterator[str]:
    title = regulations.get(rule.regulation, rule.regulation)
    yield f"《{title}》{rule.article}"
    for article in rule.accountability:
        yield f"可能涉及《{title}》{article}"
