"""Which rules ask about a finding, and which of them have given way to another law there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.registry import CHECKS_OF
from qingdan.core.places import stem
from qingdan.core.rules import options
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.rules import Override, Rule
    from qingdan.model.workspace import Book


class Questions:
    """The rules of a book by what they ask."""

    def __init__(self, book: Book) -> None:
        """``book``: whose rules and entries are meant."""
        self._book = book
        self._by_check: dict[str, list[Rule]] = {}
        for rule in book.rules:
            self._by_check.setdefault(rule.check, []).append(rule)
        self._by_key = {rule.key: rule for rule in book.rules}

    def entry(self, finding: Finding) -> Entry | None:
        """The list item that a finding is about."""
        return self._book.entries.of(finding.item)

    def list_of(self, finding: Finding) -> str:
        """The list that a finding is about; empty where it is about none or several."""
        lists = self._lists_of(finding)
        return next(iter(lists)) if len(lists) == 1 else ""

    def _lists_of(self, finding: Finding) -> Collection[str]:
        return options.lists_of(finding, self.entry(finding), self._book)

    def asking(self, finding: Finding) -> list[Rule]:
        """The rules that ask about a finding, those of the widest question first: its own, or by the check that made it."""
        if finding.rules:
            return [self._by_key[key] for key in finding.rules if key in self._by_key]
        checks = CHECKS_OF.get(finding.code, ())
        rules = (rule for check in checks for rule in self._by_check.get(check, ()))
        return [rule for rule in rules if self._asks(rule, finding)]

    def standing(self, finding: Finding) -> list[Rule]:
        """Those of them that no other law overrides there."""
        return [rule for rule in self.asking(finding) if not self.prevailing(rule, finding)]

    def prevailing(self, rule: Rule, finding: Finding) -> Override | None:
        """The law to which a rule gives way for a finding."""
        return next((o for o in rule.overridden if self._covers(o, finding)), None)

    def _covers(self, override: Override, finding: Finding) -> bool:
        entry = self.entry(finding)
        if override.items and finding.item not in override.items:
            return False
        return not override.types or (entry is not None and entry.type in override.types)

    def _asks(self, rule: Rule, finding: Finding) -> bool:
        """Whether a rule is about the finding's list; a system serves those it holds, what names no list serves every one."""
        if not options.asks(rule, finding, self.entry(finding), self._book):
            return False
        about = self._lists_of(finding) or self._held(finding) or LISTS
        return rule.target in about or rule.target not in LISTS

    def _held(self, finding: Finding) -> Collection[str]:
        """The lists of the system whose snapshot a finding is about; empty where it is about none."""
        systems = self._book.settings.systems if self._book.settings else {}
        system = systems.get(stem(finding.path)) if finding.path.startswith("systems/") else None
        return system.lists if system else ()
