"""Complaints that a hotline gives out as a table: what may be kept of them, and nothing of who complained."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.intake.columns import Days, Wanted
from qingdan.core.intake.subjects import OTHER_UNIT, UNKNOWN_UNIT, Subjects
from qingdan.core.ledger.complaints import Complaint
from qingdan.core.privacy import personal
from qingdan.core.tables.headings import UNIT, UNIT_CODE
from qingdan.core.wording import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.core.intake.columns import Table
    from qingdan.core.schema import Schema
    from qingdan.model.workspace import Book

_FREE = {"reference": "受理编号", "channel": "渠道"}
_LONGEST = {"reference": 60, "channel": 60, "about": 300}


class Common(Struct, frozen=True):
    """What holds for every row that does not say it; ``about``: what is complained of is taken from the table, too."""

    channel: str = ""
    kind: str = ""
    unit: str = ""
    confidential: bool = False
    about: bool = False


class Row(Struct, frozen=True):
    """A row as it was read: a complaint, or why it is none; ``left`` says what of it was not taken."""

    line: int
    complaint: Complaint | None
    why: str = ""
    left: str = ""


def wanted(own: Mapping[str, str]) -> Wanted:
    """The columns of a table of complaints."""
    return Wanted("complaint", (), ("reference", "received"), own)


def rows(table: Table, book: Book, common: Common, schema: Schema, today: str) -> Iterator[Row]:
    """Every row that has a reference or a day; ``book`` with its items kept."""
    subjects, days = Subjects(book, common.unit), Days()
    for line, cells in table.rows():
        if "reference" in cells or "received" in cells:
            yield _row(line, cells, common, (subjects, days, schema, today))


def _row(
    line: int,
    cells: Mapping[str, str],
    common: Common,
    ground: tuple[Subjects, Days, Schema, str],
) -> Row:
    subjects, days, schema, today = ground
    texts = {key: cells.get(key, "") or getattr(common, key, "") for key in _FREE}
    received = days.read(cells.get("received", ""))
    kind = decoded(cells.get("kind", ""), schema.node(("kind",))) or common.kind
    unit, item, stray = _subject(cells, subjects)
    why = _unfit(texts) or stray
    if not received or received > today:
        why = "收到日期不是日期" if not received else "收到日期还没有到"
    if kind not in schema.node(("kind",))["enum"]:
        why = why or "没有写明是投诉、举报、意见建议还是咨询"
    if why:
        return Row(line, None, why)
    asked = decoded(cells.get("confidential", ""), schema.node(("confidential",))) == "是"
    secret = common.confidential or asked
    about = "" if secret or not common.about else " ".join(cells.get("about", "").split())
    left = _left(about)
    complaint = Complaint(
        texts["reference"],
        texts["channel"],
        date.fromisoformat(received),
        kind,
        unit,
        "" if secret else item,
        subjects.unit(cells.get("handler", "")),
        "" if left else about,
        secret,
    )
    return Row(line, complaint, left=left)


def _left(about: str) -> str:
    """Why what is complained of is not taken; empty where it is."""
    kind = personal(about)
    if kind:
        return f"反映的问题中有像是{kind}的内容"
    return f"反映的问题超过{_LONGEST['about']}字" if len(about) > _LONGEST["about"] else ""


def _subject(cells: Mapping[str, str], subjects: Subjects) -> tuple[str, str, str]:
    """Unit and, where the lists have it, item; what is complained of need not be an item.

    A hotline that does not say of whom people complain passes each case to those of whom they do: the handler.
    """
    if not {UNIT, UNIT_CODE} & cells.keys() and cells.get("handler"):
        cells = {**cells, UNIT: cells["handler"]}
    unit, item, why = subjects.find(cells)
    if unit or why.startswith((UNKNOWN_UNIT, OTHER_UNIT)):
        known = subjects.item({"code": item}, unit) if item else None
        return unit, known.code if known else "", why if not unit else ""
    return subjects.only, "", "" if subjects.only else "没有写明单位"


def _unfit(texts: Mapping[str, str]) -> str:
    for key, label in _FREE.items():
        text = texts[key]
        kind = personal(text)
        if kind:
            return f"{label}中有像是{kind}的内容"
        if not text or len(text) > _LONGEST[key]:
            return f"{label}超过{_LONGEST[key]}字" if text else f"没有写明{label}"
    return ""
