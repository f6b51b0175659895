"""The papers of an adjustment from its record: the application, and the note with which it was returned."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments.differences import field_changes, worded
from qingdan.core.adjustments.words import kinds, list_titles, triggers
from qingdan.core.approval.states import FROM_CAUSE, RETURNED, parties
from qingdan.core.tables.fields import fields
from qingdan.core.wording import sentence
from qingdan.model.errors import UsageError
from qingdan.model.papers import AdjustmentApplication, FieldMoved, ReturnNote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.approval.states import Ground
    from qingdan.core.schema import Schemas
    from qingdan.model.papers import Letterhead
    from qingdan.model.settings import Stage
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Adjustment(Struct, frozen=True):
    """An adjustment with what its papers need. ``changes``: the items before and after, as the history has them."""

    record: Doc
    changes: Sequence[ItemChange]
    book: Book
    ground: Ground
    schemas: Schemas

    @property
    def kind(self) -> str:
        """变更, 取消 …."""
        return kinds(self.schemas)[str(self.record["kind"])]

    @property
    def applicant(self) -> str:
        """The unit that applied, by name."""
        return self.unit(str(self.steps[0]["by"]))

    @property
    def steps(self) -> list[Doc]:
        """The steps taken so far."""
        return cast("list[Doc]", self.record["steps"])

    @property
    def last_return(self) -> Doc:
        """The last step that returned it; UsageError where there is none."""
        found = [step for step in self.steps if step.get("result") == RETURNED]
        if not found:
            raise UsageError(f"“{self.record['id']}”没有被退回过，没有退回说明。")
        return found[-1]

    def unit(self, code: str) -> str:
        """The full name of a unit; a role, or a code that the register does not know, as it is."""
        return self.book.units[code].name if code in self.book.units else code

    def named(self) -> Iterator[str]:
        """The items (or the lists) in words."""
        names = {entry.code: entry.name for entry in self.book.entries}
        for code in cast("list[str]", self.record.get("items") or ()):
            yield f"{names[code]}（{code}）" if code in names else code
        for name in cast("list[str]", self.record.get("lists") or ()):
            yield list_titles(self.schemas)[name]


def application(of: Adjustment, letterhead: Letterhead) -> AdjustmentApplication:
    """The application, as its record has it."""
    record, deadline = of.record, str(of.record["deadline"])
    return AdjustmentApplication(
        letterhead=letterhead,
        to=_reviewers(of),
        record=str(record["id"]),
        unit=of.applicant,
        kind=of.kind,
        items_named=tuple(of.named()),
        trigger=triggers(of.schemas)[str(record["trigger"])],
        occurred=str(record["occurred"]),
        applied=str(record["applied"]),
        deadline="" if deadline == "none" else deadline,
        reason=sentence(record.get("reason")),
        basis=sentence(record.get("basis")),
        effective=str(record.get("effective", "")),
        late_reason=sentence(record.get("late_reason")),
        moves=tuple(move for change in of.changes for move in _moves(change, of.schemas)),
        articles=tuple(dict.fromkeys(_articles(of.changes))),
    )


def returned(of: Adjustment, letterhead: Letterhead) -> ReturnNote:
    """The note of the last return; UsageError for an adjustment that never was returned."""
    step = of.last_return
    stages = of.ground.settings.stages
    again = next((stage for stage in stages if stage.start == FROM_CAUSE), None)
    return ReturnNote(
        letterhead=letterhead,
        to=of.applicant,
        record=str(of.record["id"]),
        items_named=tuple(of.named()),
        kind=of.kind,
        applied=str(of.record["applied"]),
        stage=str(step["stage"]),
        by=of.unit(str(step["by"])),
        returned=str(step["done"]),
        reason=sentence(step.get("reason")),
        again=str(again.within) if again and again.within else "",
        source=_cited(again, of) if again else "",
    )


def _reviewers(of: Adjustment) -> str:
    """Whom the application goes to: who takes the stage after it."""
    stages = [stage for stage in of.ground.settings.stages if stage.start != FROM_CAUSE]
    if len(stages) < 2:
        return ""
    day = date.fromisoformat(str(of.record["applied"]))
    found = parties(stages[1], of.record, of.ground, day)
    return "，".join(of.unit(party.unit) if party.unit else party.role for party in found)


def _moves(change: ItemChange, schemas: Schemas) -> Iterator[FieldMoved]:
    """What an item's elements were and became; of an item that enters a list, all that it holds."""
    name = change.item.name
    if change.before is None:
        for each in fields(schemas[change.item.list]):
            value = each.value(change.item.data)
            if value is not None and each.at not in {("code",), ("name",)}:
                yield FieldMoved(change.code, name, each.title, "（无）", worded(value))
    for row in field_changes(change, schemas):
        yield FieldMoved(change.code, name, row.label, row.before, row.after)


def _articles(changes: Sequence[ItemChange]) -> Iterator[str]:
    """The articles that the items rest on, with their text where it is known."""
    for change in changes:
        for basis in cast("list[Doc]", change.item.data.get("basis") or ()):
            cited = f"《{str(basis['law']).strip('《》')}》{basis.get('article', '')}"
            yield f"{cited}：{sentence(basis['text'])}" if "text" in basis else f"{cited}。"


def _cited(stage: Stage, of: Adjustment) -> str:
    """The article that sets a stage, with its regulation's title; empty where the office set it itself."""
    regulation, _, article = stage.source.partition(" ")
    title = of.ground.settings.regulations.get(regulation, "")
    return f"《{title}》{article}" if title else ""
