"""Penalties have a discretion standard (QD212), and one that is no older than the bases it grades (QD213).

A basis counts as changed on the last of its amendments, or on the day it was made public (where the register
does not know that day: on the day it came into force).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import on_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.checks.ground import Ground
    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry, Item
    from qingdan.model.values import Doc

_FIELD = "discretion"
_UPDATE = "请对照修改后的依据修订裁量基准，并按程序调整。"


def check(items: Iterable[Item], schema: Schema) -> Iterator[Finding]:
    """Penalties in use without a standard."""
    for item in items:
        if item.state == "在用" and item.type == "行政处罚" and not item.data.get(_FIELD):
            label = schema.label(("items", 0, _FIELD))
            yield on_item(
                "QD212",
                item,
                f"行政处罚没有“{label}”。",
                fix=f"请对照上级裁量标准制定裁量基准，补填“{label}”（{_FIELD}）。",
            )


def check_dates(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """A standard of an item in use that does not say when it was issued, or was issued before a basis changed."""
    registered = ground.registered or {}
    changes: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.state != "在用" or entry.discretion is None:
            continue
        if entry.discretion:
            for title in entry.laws:
                if title not in changes:
                    changes[title] = _changed(registered.get(title, {}))
            yield from _older(entry, entry.discretion, changes)
        else:
            yield on_item(
                "QD213",
                entry,
                "裁量基准没有写明印发日期，无法核对是否早于依据的修改。",
                _FIELD,
                fix="请补填裁量基准的印发日期（discretion.issued）。",
            )


def _older(entry: Entry, issued: str, changes: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    for title in dict.fromkeys(entry.laws):
        day, what = changes[title]
        if issued < day:
            message = f"裁量基准于{issued}印发，早于依据《{title}》{what}的日期{day}。"
            yield on_item("QD213", entry, message, _FIELD, "issued", fix=_UPDATE)


def _changed(law: Doc) -> tuple[str, str]:
    """The last day on which a basis changed, and what happened on it; both empty where that is not known."""
    days = [(str(day), "修改") for day in cast("list[str]", law.get("amended") or [])]
    if "published" in law:
        days.append((str(law["published"]), "公布"))
    elif "effective" in law:
        days.append((str(law["effective"]), "施行"))
    return max(days, default=("", ""))
