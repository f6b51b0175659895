"""The life of an item: what its versions and its records say, brought together and put into words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments import words
from qingdan.core.adjustments.differences import controlled_fields, field_changes
from qingdan.core.adjustments.timeliness import used
from qingdan.core.history.kinship import kin
from qingdan.core.publications import channels_of
from qingdan.core.units import called
from qingdan.model.lives import Event, Life, Line, Papers, Public, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.calendar import Calendar
    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Pointer
    from qingdan.model.history import Commit
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Moment(Struct, frozen=True):
    """A commit that touched the item, a record of it, or both; ``change`` None where only the record came."""

    commit: Commit
    change: ItemChange | None
    records: tuple[Doc, ...] = ()


class Ground(Struct, frozen=True):
    """What a life is told from. ``public`` maps the id of a record to the publications that took it along."""

    book: Book
    settings: Settings
    calendar: Calendar
    schemas: Schemas
    public: Mapping[str, tuple[Doc, ...]]


def life(item: Item, moments: Iterable[Moment], loose: Sequence[Doc], ground: Ground) -> Life:
    """The life of an item from its moments, the earliest first; ``loose`` are records without a commit."""
    events = [event for moment in moments for event in _events(item, moment, ground)]
    events += [_filed(item, record, None, None, ground) for record in loose]
    return Life(
        item.code,
        item.name,
        item.list,
        ground.schemas[item.list].title,
        item.type,
        item.unit,
        called(item.unit, ground.book.units),
        item.state,
        kin(item.code, ground.book.items),
        tuple(events),
    )


def _events(item: Item, moment: Moment, ground: Ground) -> Iterator[Event]:
    change = moment.change
    for record in moment.records:
        yield _filed(item, record, moment.commit, change, ground)
        change = None  # told with the first
    if moment.records or change is None:
        return
    controlled = controlled_fields(change, ground.settings.controlled)
    yield Event(
        day=str(moment.commit.applied),
        what=_unpapered(change),
        lines=tuple(_lines(change, ground)),
        commit=moment.commit.id,
        subject=moment.commit.subject,
        author=moment.commit.author,
        unfiled=bool(controlled) or change.after is None,
    )


def _unpapered(change: ItemChange) -> str:
    if change.before is None:
        return "列入"
    return "修改" if change.after else "移出"


def _filed(
    item: Item, record: Doc, commit: Commit | None, change: ItemChange | None, ground: Ground
) -> Event:
    kind = words.kinds(ground.schemas)[str(record["kind"])].partition("（")[0]
    lines = _lines(change, ground) if change else _recorded(item, record, ground.schemas)
    return Event(
        day=str(record["applied"]),
        what=kind,
        lines=tuple(lines),
        papers=_papers(record, kind, ground),
        public=_public(ground.public.get(str(record["id"]), ())),
        commit=commit.id if commit else "",
        subject=commit.subject if commit else "",
        author=commit.author if commit else "",
    )


def _lines(change: ItemChange, ground: Ground) -> Iterator[Line]:
    name: Callable[[str], str] = lambda code: called(code, ground.book.units)  # noqa: E731
    for row in field_changes(change, ground.schemas):
        told = (name(row.before), name(row.after)) if row.field == "unit" else None
        yield Line(row.label, *(told or (row.before, row.after)))


def _recorded(item: Item, record: Doc, schemas: Schemas) -> Iterator[Line]:
    """What a record says of an item's change, where no commit shows it."""
    for row in cast("list[Doc]", record.get("changes") or []):
        if row["item"] == item.code:
            label = _label(str(row["field"]), schemas[item.list])
            yield Line(label, str(row.get("before", "")), str(row.get("after", "")))


def _label(field: str, schema: Schema) -> str:
    if field == "unit":
        return schema.label(("unit",))
    steps = field.split(".")
    at: Pointer = tuple(int(step) - 1 if step.isdecimal() else step for step in steps)
    return schema.path_label(("items", 0, *at))


def _papers(record: Doc, kind: str, ground: Ground) -> Papers:
    deadline, applied = str(record["deadline"]), str(record["applied"])
    runs = deadline != "none"
    within = str(record.get("within", ground.settings.apply_within))
    optional = {
        key: str(record.get(key, "")) for key in ("late_reason", "evidence", "basis", "effective")
    }
    return Papers(
        record=str(record["id"]),
        kind=kind,
        trigger=words.triggers(ground.schemas)[str(record["trigger"])],
        occurred=str(record["occurred"]),
        applied=applied,
        reason=str(record["reason"]),
        deadline=deadline if runs else "",
        within=within if runs else "",
        used=used(record, ground.settings, ground.calendar) if runs else "",
        late=runs and date.fromisoformat(applied) > date.fromisoformat(deadline),
        stops=tuple(_stop(step, ground) for step in cast("list[Doc]", record["steps"])),
        **optional,
    )


def _stop(step: Doc, ground: Ground) -> Stop:
    by = called(str(step["by"]), ground.book.units)
    rest = {
        key: str(step.get(key, "")) for key in ("due", "done", "result", "reason", "late_reason")
    }
    return Stop(str(step["stage"]), by, **rest)


def _public(records: Sequence[Doc]) -> Public | None:
    """The first publication of a version, with those that added channels later."""
    if not records:
        return None
    first, *later = (Public(str(doc["published"]), channels_of(doc)) for doc in records)
    return replace(first, later=tuple(later))
