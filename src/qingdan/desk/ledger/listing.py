"""The findings of the ledger that were asked for, and how they are grouped."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.ledger.findings import STATES, kept, state_of
from qingdan.core.units import acting
from qingdan.desk.scope import unit_asked, unknown_rule
from qingdan.model.codes import CODES
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

GROUPS = {
    "unit": "责任单位",
    "rule": "规则",
    "pack": "规则包",
    "severity": "程度",
    "gravity": "情节",
    "source": "问题来源",
}


class Asked(Struct, frozen=True):
    """Which findings: of a unit with its sections, under a rule or a kind, of a pack, in a state; empty is any."""

    unit: str = ""
    rule: str = ""
    pack: str = ""
    state: str = ""


def listed(book: Book, asked: Asked) -> list[Doc]:
    """The findings that were asked for, by unit and day."""
    asked = replace(asked, unit=unit_asked(asked.unit, book))
    states = tuple(dict.fromkeys(STATES.values()))
    if asked.state and asked.state not in states:
        raise UsageError(f"没有“{asked.state}”这种状态，可选：{'、'.join(states)}。")
    packs = {rule.regulation for rule in book.rules}
    if asked.pack and asked.pack not in packs:
        raise UsageError(f"没有“{asked.pack}”这个规则包，现有：{'、'.join(sorted(packs))}。")
    _refuse_unknown_rule(asked.rule, book)
    found = [record for record in kept(book) if _wanted(record, asked, book)]
    return sorted(found, key=lambda doc: (str(doc["unit"]), str(doc["found"]), str(doc["id"])))


def _refuse_unknown_rule(name: str, book: Book) -> None:
    """UsageError for what is no rule, is no code and was none when a finding was entered."""
    entered = (rule for record in kept(book) for rule in rules_of(record))
    if name and name not in {*CODES, *(rule.key for rule in book.rules), *entered}:
        raise unknown_rule(name, book)


def _wanted(record: Doc, asked: Asked, book: Book) -> bool:
    names = rules_of(record)
    packs = {name.partition("/")[0] for name in names}
    return (
        (not asked.unit or asked.unit in acting(str(record["unit"]), book.units))
        and (not asked.rule or asked.rule in {*names, record.get("code")})
        and (not asked.pack or asked.pack in packs)
        and (not asked.state or asked.state == state_of(record))
    )


def rules_of(record: Doc) -> tuple[str, ...]:
    """The rules that a finding breaks."""
    return tuple(cast("list[str]", record.get("rules") or ()))


def grouped(records: list[Doc], group: str) -> dict[str, list[Doc]]:
    """The findings by unit, rule, pack, severity, gravity or source; one that breaks several rules stands under each."""
    found: dict[str, list[Doc]] = {}
    for record in records:
        for name in _names(record, group):
            found.setdefault(name, []).append(record)
    return dict(sorted(found.items()))


def _names(record: Doc, group: str) -> tuple[str, ...]:
    if group not in {"rule", "pack"}:
        return (str(record.get(group, "")),)
    rules = rules_of(record)
    if group == "pack":
        return tuple(dict.fromkeys(rule.partition("/")[0] for rule in rules)) or ("",)
    return rules or (str(record.get("code", "")),)
