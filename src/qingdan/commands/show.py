"""``show``: one item as a card, or as data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.differences import field_changes
from qingdan.core.adjustments.words import kinds, list_titles, triggers
from qingdan.core.carding import parts
from qingdan.desk.output import screen
from qingdan.desk.showing import look_up
from qingdan.model.cards import Card, Part, Table
from qingdan.render import cards
from qingdan.render.formats import concise
from qingdan.render.formats.json import as_dict, dumped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.core.schema import Schemas
    from qingdan.desk.opening import Opened
    from qingdan.desk.showing import Shown
    from qingdan.model.items import Entry
    from qingdan.model.values import Doc

_LATEST = 5
"""So many adjustments stand on the card."""


def run(opened: Opened, code: str, rev: str, form: str) -> int:
    """Print the item of ``code`` as it stands, or stood at ``rev``; 0, also where it has findings."""
    shown = look_up(opened, code, rev)
    if form == "json":
        sys.stdout.write(dumped(as_data(shown)))
        return 0
    width, colours = screen()
    sys.stdout.write(cards.card(card(shown, opened.schemas), width, colours=colours))
    return 0


def as_data(shown: Shown) -> dict[str, object]:
    """The item for programs; of its adjustments only what changed in this item."""
    item, published = shown.item, shown.published
    return {
        "list": item.list,
        "unit": item.unit,
        "path": item.path,
        "item": item.data,
        "adjustments": [_own(record, item.code) for record in shown.adjustments],
        "published": published.record
        and {
            "id": published.record["id"],
            "published": published.record["published"],
            "item": published.item and published.item.data,
        },
        "findings": [as_dict(finding) for finding in shown.findings],
    }


def _own(record: Doc, code: str) -> dict[str, object]:
    changes = cast("list[Doc]", record.get("changes", []))
    return {**record, "changes": [change for change in changes if change.get("item") == code]}


def card(shown: Shown, schemas: Schemas) -> Card:
    """The item for people: every field it has, then what is public, its adjustments and findings."""
    item, book = shown.item, shown.book
    unit = book.units.get(item.unit)
    titles = list_titles(schemas)
    names = {entry.code: _named(entry, titles[entry.list]) for entry in book.entries}
    fields = parts(item.data, schemas[item.list], ("items", 0), names, ("code", "name"))
    used = tuple(f"{entry.code}  {names[entry.code]}" for entry in shown.used_by)
    return Card(
        f"{item.name}（{item.code}）",
        (f"{titles[item.list]}  {f'{unit.name}（{item.unit}）' if unit else item.unit}",),
        (
            *fields,
            *([Part("引用本项的事项", used)] if used else []),
            _public(shown, schemas),
            _adjustments(shown, schemas),
            Part("问题", tuple(map(concise.line, shown.findings)) or ("没有发现问题",)),
        ),
    )


def _named(entry: Entry, title: str) -> str:
    state = "" if entry.state == "在用" else f"，已{entry.state}"
    return f"{entry.name}（{title}{state}）"


def _public(shown: Shown, schemas: Schemas) -> Part:
    """What is public of the item, and what of it is not yet."""
    published, label = shown.published, "公布情况"
    if published.record is None:
        return Part(label, ("本清单还没有公布记录",))
    places = "、".join(
        str(channel["channel"]) for channel in cast("list[Doc]", published.record["channels"])
    )
    last = f"{published.record['published']}公布（{places}）"
    if published.unknown:
        return Part(label, (f"{last}；公布的版本不在本地的历史中，无从核对",))
    if published.item is None:
        return Part(label, (f"尚未公布：最近一次{last}时，清单中还没有这个事项",))
    change = published.change(shown.item)
    if change is None:
        return Part(label, (f"已公布：{last}，与现行内容一致",))
    rows = tuple((row.label, row.before, row.after) for row in field_changes(change, schemas))
    lines = (f"{last}；此后的调整尚未公布：",)
    return Part(label, lines, table=Table(("要素", "公布的", "现行的"), rows))


def _adjustments(shown: Shown, schemas: Schemas) -> Part:
    label, latest = "调整记录", shown.adjustments[:_LATEST]
    if not latest:
        return Part(label, ("建库以来没有调整",))
    rest = len(shown.adjustments) - len(latest)
    return Part(
        label,
        entries=tuple(tuple(_adjustment(record, schemas)) for record in latest),
        parts=(Part("", (f"此前还有{rest}次",)),) if rest else (),
    )


def _adjustment(record: Doc, schemas: Schemas) -> Iterable[str]:
    kind = kinds(schemas)[str(record["kind"])].partition("（")[0]
    trigger = triggers(schemas)[str(record["trigger"])]
    yield f"{record['applied']}  {kind}  {trigger}  {record['id']}"
    yield str(record["reason"])
