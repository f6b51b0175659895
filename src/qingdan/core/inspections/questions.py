"""What is asked at a unit, and what a machine has found there: the sheet before anybody has filled it in."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.checks.registry import BOOK_CODES, FINDINGS_OF, WORLD_CODES
from qingdan.core.ledger import findings as kept
from qingdan.core.ledger.inspections import drawn, latest, rows, rules_of, scope
from qingdan.core.units import acting
from qingdan.model.digests import sha256_of
from qingdan.model.errors import CannotAnswerError
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.ledger.inspections import Case
    from qingdan.model.findings import Finding
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Role
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book, Unit

INTERVIEWS = ("座谈会", "个别谈话", "访谈办事群众")
ANSWERS = ("是", "否", "不适用")
VERDICTS = ("合格", "不合格", "不适用")
FOUND = ("有", "没有", "不适用")


class Basis(Struct, frozen=True):
    """What the machine's answers rest on: a commit and the day on which it was judged."""

    commit: str
    day: str


class Machine(Struct, frozen=True):
    """What the machine has to say at a unit: upon which basis, what it found, which rules it could not settle."""

    basis: Basis
    facts: tuple[Doc, ...] = ()
    unsettled: frozenset[str] = frozenset()

    @property
    def row(self) -> Doc:
        """As a sheet records it."""
        row: Doc = {
            "commit": self.basis.commit,
            "day": self.basis.day,
            "findings": list(self.facts),
        }
        if self.unsettled:
            row["unsettled"] = cast("Value", sorted(self.unsettled))
        return row


class Form(Struct, frozen=True):
    """The sheet of a unit: rules, what the machine says, what was drawn, what is to be looked at, and what stands already."""

    case: Case
    unit: Unit
    said: Machine
    rules: tuple[Rule, ...]
    samples: tuple[tuple[str, str], ...]
    materials: tuple[str, ...]
    regulations: Mapping[str, str]
    citable: Mapping[str, Rule]
    """Every rule of the packs, also those that are not asked at the unit, by its key."""

    @property
    def basis(self) -> Basis:
        """What the machine's answers rest on."""
        return self.said.basis

    @property
    def facts(self) -> tuple[Doc, ...]:
        """What the machine found at the unit."""
        return self.said.facts

    @property
    def sheet(self) -> Doc:
        """What has been recorded so far; empty if nothing has."""
        return self.case.sheets.get(self.unit.code, {})

    @property
    def digest(self) -> str:
        """What tells this form from another: inspection, unit, questions, samples, materials."""
        asked = [[rule.key, rule.question, rule.expected] for rule in self.rules]
        parts = [self.case.id, self.unit.code, asked, self.samples, self.materials]
        text = json.dumps(parts, ensure_ascii=False)
        return sha256_of(text.encode())[:16]

    def found(self, rule: Rule) -> tuple[Doc, ...]:
        """The machine's facts by which it answers a rule."""
        return tuple(fact for fact in self.facts if rule.key in rules_of(fact))

    def machine(self, rule: Rule) -> str:
        """The machine's answer in the words of the question; empty where it has none.

        That an office's own items are in order does not say that it watches over everybody's.
        """
        if not judged(rule):
            return ""
        if self.found(rule):
            return bad(rule)
        if rule.key in self.said.unsettled:
            return ""
        return "" if rule.of and rule.target in (*LISTS, "lists") else rule.expected

    def for_people(self, rule: Rule) -> bool:
        """Whether a person must answer: as the pack says, or because the machine could not settle it at this unit."""
        return for_people(rule) or (rule.key in self.said.unsettled and not self.found(rule))

    def open_to(self, rule: Rule) -> bool:
        """Whether a person must still answer."""
        return self.for_people(rule) and (rule.key,) not in latest(
            rows(self.sheet, "answers"), "rule"
        )

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What nobody has answered yet: rules, and samples drawn at the unit."""
        known = latest(rows(self.sheet, "samples"), "of", "member")
        samples = [f"{of}{member}" for of, member in self.samples if (of, member) not in known]
        return (*(rule.key for rule in self.rules if self.open_to(rule)), *samples)


def judged(rule: Rule) -> bool:
    """Whether a run over the files and the world answers a rule; what only commits show, it cannot."""
    found = FINDINGS_OF.get(rule.check, ())
    return rule.schema is not None or any(code in BOOK_CODES | WORLD_CODES for code in found)


def for_people(rule: Rule) -> bool:
    """Whether a person must answer a rule: where the pack says so, or nothing else does."""
    return rule.by_person or not judged(rule)


def bad(rule: Rule) -> str:
    """The answer to a rule that is a finding."""
    return "否" if rule.expected == "是" else "是"


def form(case: Case, unit: str, book: Book, said: Machine) -> Form:
    """The sheet of a unit, given what the machine says there."""
    settings = book.settings
    inspecting = settings.inspecting if settings else None
    if unit not in book.units:
        raise CannotAnswerError(
            f"检查范围中的单位“{unit}”不在单位名册中，请先运行 qingdan validate 查看并改正。"
        )
    return Form(
        case,
        book.units[unit],
        said,
        tuple(asked(case.record, unit, book)),
        tuple(_samples(case.record, unit, book)),
        tuple(cited.text for cited in inspecting.materials) if inspecting else (),
        settings.regulations if settings else {},
        {r.key: r for r in book.rules if r.regulation in scope(case.record, "packs")},
    )


def asked(record: Doc, unit: str, book: Book) -> Iterator[Rule]:
    """The rules of an inspection that concern a unit.

    A rule about a role's duty is asked of whoever holds the role, whatever lists it keeps. Of the others those
    about lists are asked only where the unit keeps items of them, those about supervision only where it holds a role.
    """
    packs, roles = scope(record, "packs"), _roles_of(unit, record, book)
    left_out = set(LISTS) - _kept(unit, record, book)
    if all(role.each for role in roles.values()):
        left_out |= _supervisory(book)
    beside = set(LISTS) - set(scope(record, "lists") or LISTS)
    for rule in book.rules:
        mine = not roles.keys().isdisjoint(rule.of) if rule.of else rule.target not in left_out
        if mine and rule.regulation in packs and rule.target not in beside and not _prevailed(rule):
            yield rule


def _kept(unit: str, record: Doc, book: Book) -> set[str]:
    """The lists of which a unit keeps items."""
    return {
        entry.list
        for entry in book.entries
        if entry.state != "取消" and belongs(entry.unit, unit, record, book)
    }


def _supervisory(book: Book) -> set[str]:
    inspecting = book.settings.inspecting if book.settings else None
    return set(inspecting.supervisory) if inspecting else set()


def _roles_of(unit: str, record: Doc, book: Book) -> dict[str, Role]:
    """The roles for which a unit answers on the inspection's first day, those of each unit among them.

    A bureau answers for a section that is not inspected itself. A section does not answer for its bureau: what one
    office owes is not owed by each of its sections.
    """
    day = date.fromisoformat(str(record["from"]))
    roles = book.settings.roles if book.settings else {}
    return {
        name: role
        for name, role in roles.items()
        if role.each
        or any(h.holds(day) and belongs(h.unit, unit, record, book) for h in role.holders)
    }


def _prevailed(rule: Rule) -> bool:
    """Whether another law prevails over the whole of a rule."""
    return any(not (override.types or override.items) for override in rule.overridden)


def belongs(owner: str, unit: str, record: Doc, book: Book) -> bool:
    """Whether what is ``owner``'s is looked at with ``unit``: its own, or a section's that is not inspected itself."""
    if owner == unit:
        return True
    return owner not in scope(record, "units") and unit in acting(owner, book.units)


def _samples(record: Doc, unit: str, book: Book) -> Iterator[tuple[str, str]]:
    """Items and case files drawn that are the unit's; case files of no unit are everybody's."""
    for of in ("事项", "案卷"):
        for row in drawn(record, of):
            owner = str(row.get("unit", ""))
            if not owner or belongs(owner, unit, record, book):
                yield of, str(row["member"])


def facts_at(
    record: Doc, unit: str, rules: Iterable[Rule], findings: Iterable[Finding], book: Book
) -> Iterator[Doc]:
    """The findings of a run that answer the ``rules`` asked at a unit, as its sheet records them."""
    keys = {rule.key for rule in rules}
    run = tuple(findings)
    for finding, name in zip(run, kept.keys(run, book), strict=True):
        answered = [key for key in finding.rules if key in keys]
        if (
            answered
            and finding.severity != "info"
            and belongs(_owner(finding, record, book), unit, record, book)
        ):
            fact = kept.fact_of(finding, name, book) | {"rules": list(answered)}
            place = f"{finding.path}:{finding.line}" if finding.line else finding.path
            fact |= {"place": place}
            yield {key: value for key, value in fact.items() if value not in ("", [])}


def _owner(finding: Finding, record: Doc, book: Book) -> str:
    """Whose a finding is: the unit's, or of whoever must act."""
    if finding.unit or book.settings is None:
        return finding.unit
    return book.settings.holder(finding.owner, date.fromisoformat(str(record["from"])))
