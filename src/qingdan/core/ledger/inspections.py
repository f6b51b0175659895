"""Inspections as the ledger holds them: their records, their sheets, whom they are about, how far they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.places import inspection_path, stem
from qingdan.core.units import acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.model.settings import FollowUp, Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Unit

FOLDER = "ledger/inspections/"
SELF = "自查"
"""The kind in which units inspect themselves."""
NOTIFIED, CLOSED = "通知", "评定"
"""Stages that the program itself writes; those that come after are the workspace's own."""


class Case(Struct, frozen=True):
    """An inspection: its record and, by unit, its sheets as far as there are any."""

    record: Doc
    sheets: Mapping[str, Doc]

    @property
    def id(self) -> str:
        """The inspection's id."""
        return str(self.record["id"])

    @property
    def kind(self) -> str:
        """联合督查, 自查 …."""
        return str(self.record["kind"])

    @property
    def units(self) -> tuple[str, ...]:
        """The units that are inspected: those drawn last, else all in scope."""
        found = drawn(self.record, "单位")
        return tuple(str(row["member"]) for row in found) or scope(self.record, "units")

    @property
    def steps(self) -> tuple[Doc, ...]:
        """What was done, in order."""
        return tuple(cast("list[Doc]", self.record.get("steps") or ()))

    def step(self, stage: str) -> Doc | None:
        """The last step of a stage; None if it was not taken."""
        return next((step for step in reversed(self.steps) if step["stage"] == stage), None)


def cases(book: Book) -> tuple[Case, ...]:
    """Every inspection of the ledger, by id."""
    records: dict[str, Doc] = {}
    sheets: dict[str, dict[str, Doc]] = {}
    for path, document in book.documents.items():
        if path.startswith(FOLDER):
            folder = path.split("/")[2]
            if path == inspection_path(folder):
                records[folder] = document
            else:
                sheets.setdefault(folder, {})[stem(path)] = document
    return tuple(
        Case(record, dict(sorted(sheets.get(folder, {}).items())))
        for folder, record in sorted(records.items())
    )


def scope(record: Doc, key: str) -> tuple[str, ...]:
    """The ``units``, ``lists`` or ``packs`` of an inspection; of lists and packs none may be named."""
    return tuple(cast("list[str]", cast("Doc", record["scope"]).get(key) or ()))


def drawn(record: Doc, what: str) -> tuple[Doc, ...]:
    """What the last draw of 单位, 事项 or 案卷 gave."""
    draws = [draw for draw in cast("list[Doc]", record.get("draws") or ()) if draw["of"] == what]
    return tuple(cast("list[Doc]", draws[-1]["result"])) if draws else ()


def parties(record: Doc) -> tuple[Doc, ...]:
    """Organiser and members, each with ``unit`` and, where it is one, ``role``."""
    members = cast("list[Doc]", record.get("members") or ())
    return (cast("Doc", record["organiser"]), *members)


def conflicts(record: Doc, units: Mapping[str, Unit]) -> Iterator[tuple[Doc, str]]:
    """Who would inspect his own unit, its sections or what it belongs to, and which unit of the scope that is."""
    for party in parties(record):
        own = str(party.get("unit", ""))
        for unit in scope(record, "units"):
            if own and (unit in acting(own, units) or own in acting(unit, units)):
                yield party, unit


def latest(entries: Iterable[Doc], *keys: str) -> dict[tuple[str, ...], Doc]:
    """The last of the entries that were appended for the same thing, by what names it."""
    return {tuple(str(entry[key]) for key in keys): entry for entry in entries}


def rows(sheet: Doc, key: str) -> list[Doc]:
    """What a sheet has appended under a key."""
    return cast("list[Doc]", sheet.get(key) or [])


def facts_of(sheet: Doc) -> list[Doc]:
    """What the machine found, as a sheet holds it."""
    return cast("list[Doc]", cast("Doc", sheet.get("machine") or {}).get("findings") or [])


def unsettled_of(sheet: Doc) -> list[str]:
    """The keys of the rules that the machine could not settle, as a sheet holds them."""
    return cast("list[str]", cast("Doc", sheet.get("machine") or {}).get("unsettled") or [])


def rules_of(fact: Doc) -> tuple[str, ...]:
    """The keys of the rules that a fact answers."""
    return tuple(cast("list[str]", fact.get("rules") or ()))


def next_stage(case: Case, settings: Settings) -> FollowUp | None:
    """What comes next after an inspection was closed; None at its end."""
    stages = settings.inspecting.stages_of(case.kind) if settings.inspecting else ()
    done = {str(step["stage"]) for step in case.steps}
    return next((stage for stage in stages if stage.stage not in done), None)
