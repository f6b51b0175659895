"""Rules that a JSON Schema fragment answers: which subjects break them (QD707)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

from qingdan.core.rules.fragments import Fragment, asserts, faults
from qingdan.core.rules.subjects import OF_ITEMS, about, described, subject_of, subjects
from qingdan.model.findings import Finding
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.core.rules.subjects import Subject
    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Pointer, Severity
    from qingdan.model.items import Item
    from qingdan.model.rules import Rule
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

CODE = "QD707"
_NOT_CANCELLED: Doc = {
    "not": {"properties": {"state": {"const": "取消"}}, "required": ["state"]},
}


class SchemaRule:
    """A rule whose fragments have no faults, ready to be put to subjects."""

    def __init__(self, rule: Rule) -> None:
        """``rule``: one that is :func:`usable`."""
        self.rule = rule

    @cached_property
    def condition(self) -> Fragment:
        """When the rule is about a subject; about cancelled items only where ``when`` speaks of states."""
        parts = [] if self.rule.when is None else [self.rule.when]
        if self.rule.target in {*LISTS, "lists"} and not _names_state(self.rule.when):
            parts.append(_NOT_CANCELLED)
        return Fragment({"allOf": list(parts)} if parts else {})

    @cached_property
    def demand(self) -> Fragment:
        """What the rule wants of it."""
        return Fragment(cast("Doc", self.rule.schema))

    @property
    def implication(self) -> Doc:
        """Both as one fragment."""
        return {"if": self.condition.document, "then": self.demand.document}

    def breaks(self, value: Doc) -> bool:
        """Whether a subject is one the rule is about, and is not as the rule demands."""
        return self.condition.accepts(value) and not self.demand.accepts(value)

    def violations(self, subject: Subject, schemas: Schemas) -> Iterator[Finding]:
        """What is wrong with a subject that breaks the rule, in sentences; one at least."""
        said: list[tuple[Pointer, str]] = []
        if subject.schema in schemas:
            base = described(self.rule.target, schemas)[0][1]
            said += schemas[subject.schema].sentences(self.demand.errors(subject.value), base)
        for at, sentence in dict.fromkeys(said or [((), "内容不合要求。")]):
            yield self._finding(subject, (*subject.at, *at), sentence)

    def _finding(self, subject: Subject, at: Pointer, sentence: str) -> Finding:
        return Finding(
            CODE,
            cast("Severity", self.rule.severity),
            f"不符合“{self.rule.question}”：{sentence}",
            subject.path,
            at,
            item=subject.item,
            unit=subject.unit,
            rules=(self.rule.key,),
            fix=self.rule.remedy or "请对照这条规则改正。",
        )


Answers = Mapping[tuple[str, str, int], tuple[Finding, ...]]
"""For a target, a path and a place in it, how that item breaks the rules; nothing where it breaks none."""


class Jury:
    """The rules of a workspace that fragments answer, ready to be put to subjects, those of one target at once.

    Rules that are broken themselves judge nothing; they are findings of their own (QD708).
    """

    def __init__(self, rules: Iterable[Rule], schemas: Schemas) -> None:
        """``rules``: those of all packs."""
        self._schemas = schemas
        self._rules: dict[str, list[SchemaRule]] = {}
        for rule in rules:
            if rule.schema is not None and usable(rule, schemas):
                self._rules.setdefault(rule.target, []).append(SchemaRule(rule))
        self._every = {
            target: Fragment({"allOf": [rule.implication for rule in own]})
            for target, own in self._rules.items()
        }

    def of_items(self, items: Sequence[Item]) -> Answers:
        """How the items of a list break the rules."""
        made = {
            (target, item.path, item.index): self._breaches(target, subject_of(item))
            for target in self._rules
            for item in items
            if about(target, item)
        }
        return {place: findings for place, findings in made.items() if findings}

    def judge(self, book: Book, answers: Answers | None = None) -> Iterator[Finding]:
        """Every subject that breaks a rule, a finding for each place.

        ``answers`` are those about the items of the book; without them it must hold the whole items.
        """
        for target in self._rules:
            if answers is not None and target in OF_ITEMS:
                for item in book.items.values():
                    yield from answers.get((target, item.path, item.index), ())
                continue
            for subject in subjects(target, book):
                yield from self._breaches(target, subject)

    def _breaches(self, target: str, subject: Subject) -> tuple[Finding, ...]:
        if self._every[target].accepts(subject.value):
            return ()
        broken = [rule for rule in self._rules[target] if rule.breaks(subject.value)]
        return tuple(f for rule in broken for f in rule.violations(subject, self._schemas))


def judge(book: Book, schemas: Schemas) -> Iterator[Finding]:
    """The same for a book that holds the whole items."""
    return Jury(book.rules, schemas).judge(book)


def usable(rule: Rule, schemas: Schemas) -> bool:
    """Whether a rule demands something, and its fragments have no faults."""
    where = described(rule.target, schemas)
    parts = [part for part in (rule.schema, rule.when) if part is not None]
    return asserts(rule.schema) and not any(True for part in parts for _ in faults(part, where))


def _names_state(when: Doc | None) -> bool:
    named = (when or {}).get("properties")
    return isinstance(named, dict) and "state" in named
