"""From what a clerk wants to the commit that does it: the new list files, the record, the message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.adjustments import draft as drafting
from qingdan.core.adjustments.differences import field_changes
from qingdan.core.adjustments.draft import Draft
from qingdan.core.adjustments.fitting import Deed, misfits
from qingdan.core.adjustments.request import clock, refuse_unexplained_delay
from qingdan.core.adjustments.words import kinds
from qingdan.core.places import adjustment_path, list_path
from qingdan.core.text.canonical import emit
from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.adjustments.request import Request
    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schemas
    from qingdan.model.items import Item
    from qingdan.model.limits import Deadline
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc, Value


class Beside(Struct, frozen=True):
    """What goes into the same commit as an adjustment: files that are no list, and the lines that tell of them."""

    texts: Mapping[str, bytes] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


class Footing(Struct, frozen=True):
    """What an adjustment stands on.

    ``documents`` are the list files that it touches as they stand, by path; ``taken`` the ids of the
    records there are; ``by`` the unit that applies; ``items`` all items as they stand, as far as they are known;
    ``beside`` what is filed with it.
    """

    documents: Mapping[str, Doc]
    settings: Settings
    calendar: Calendar
    schemas: Schemas
    taken: Collection[str]
    by: str
    items: Mapping[str, Item] = field(default_factory=dict)
    beside: Beside = Beside()


class Plan(Struct, frozen=True):
    """The adjustment ready to be proved and filed. ``deadline`` is None where no clock runs."""

    request: Request
    changes: tuple[ItemChange, ...]
    record_id: str
    record: Doc
    message: str
    deadline: Deadline | None
    late: bool
    texts: Mapping[str, bytes] = field(default_factory=dict)

    def change(self, before: Mapping[str, bytes | None], *, takes_edits: bool = False) -> Change:
        """The commit to be made, given what the files hold now."""
        edits = tuple(FileEdit(path, before.get(path), raw) for path, raw in self.texts.items())
        return Change(edits, self.message, takes_edits)


def plan(request: Request, changes: Sequence[ItemChange], footing: Footing) -> Plan:
    """The plan of an adjustment; RefusedError for a change of nothing, of another kind, or too late without a reason."""
    if not changes:
        raise RefusedError("没有任何改动：新值与现值相同。")
    schemas = footing.schemas
    _refuse_misfit(request, changes, footing)
    deadline = clock(request, footing.settings, footing.calendar)
    late = refuse_unexplained_delay(request, deadline)
    draft = Draft(
        request,
        changes,
        {change.code: field_changes(change, schemas) for change in changes},
        _record_id(request, changes, footing.taken),
        deadline,
        footing.settings.stages[0].name,
        footing.by,
        schemas,
        footing.beside.lines,
    )
    record = drafting.record(draft)
    texts = {path: text_of(doc, schemas) for path, doc in laid(changes, footing.documents).items()}
    texts |= footing.beside.texts
    texts[adjustment_path(draft.record_id)] = emit(record, schemas["adjustment"].layout).encode()
    message = drafting.message(draft)
    return Plan(request, tuple(changes), draft.record_id, record, message, deadline, late, texts)


def _refuse_misfit(request: Request, changes: Sequence[ItemChange], footing: Footing) -> None:
    deed = Deed(
        request.kind,
        changes,
        request.reason,
        footing.settings.controlled,
        footing.schemas,
        footing.items,
    )
    for change, why in misfits(deed):
        label = kinds(footing.schemas)[request.kind]
        raise RefusedError(
            f"调整类型“{label}”（{request.kind}）与事项“{change.item.name}”（{change.code}）的改动不符：{why}。"
            "请改正，或用 --kind 另选类型。"
        )


def text_of(document: Doc, schemas: Schemas) -> bytes:
    """A list as its file holds it."""
    return emit(document, schemas[str(document["list"])].layout).encode()


def laid(changes: Sequence[ItemChange], documents: Mapping[str, Doc]) -> dict[str, Doc]:
    """The list files with every changed item put where it belongs."""
    changed: dict[str, Doc] = {}
    for change in changes:
        for item in (change.before, change.after):
            if item is None:
                continue
            path = list_path(item.list, item.unit)
            document = (
                changed.get(path)
                or documents.get(path)
                or {"list": item.list, "unit": item.unit, "items": []}
            )
            rest = [entry for entry in _items(document) if entry.get("code") != change.code]
            data: list[Value] = [*rest, item.data] if item is change.after else [*rest]
            changed[path] = document | {"items": sorted(data, key=_code)}
    return changed


def _items(document: Doc) -> list[Doc]:
    entries = document["items"]
    return (
        [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )


def _code(value: Value) -> str:
    return str(value.get("code", "")) if isinstance(value, dict) else ""


def _record_id(request: Request, changes: Sequence[ItemChange], taken: Collection[str]) -> str:
    """The day and the first item; a day on which the same item is adjusted again gets a number."""
    what = request.kind if request.lists else changes[0].code
    more = f"-x{len(changes)}" if len(changes) > 1 and not request.lists else ""
    stem = f"{request.applied}-{what}{more}"
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name
