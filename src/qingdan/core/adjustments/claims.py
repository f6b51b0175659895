"""What a commit says of itself: by its trailers, or by the record it brings where a squash lost the trailers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments.words import KINDS, REQUIRED, SINGLE
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.history import Commit
    from qingdan.model.values import Doc


NAMING_RECORDS = ("Review", "Inspection", "Finding", "Complaint", "Results", "Rectify", "Period")
"""Trailers of commits that name a record without being an adjustment."""


class Claim(Struct, frozen=True):
    """An adjustment as it is claimed, by trailers or, ``by_record``, by nothing but its record.

    ``deadline`` None means ``none``; ``lists`` serve 建库 in place of items.
    """

    kind: str
    items: tuple[str, ...]
    lists: tuple[str, ...]
    trigger: str
    occurred: date
    deadline: date | None
    reason: str
    record: str
    applied: date | None = None
    evidence: str = ""
    late_reason: str = ""
    effective: str = ""
    by_record: bool = False


class Flaw(Struct, frozen=True):
    """What keeps trailers from being a claim: the finding's code and a sentence.

    ``key`` is the trailer missing, ``value`` what a trailer says that makes no sense.
    """

    code: str
    message: str
    key: str = ""
    value: str = ""


def claims_adjustment(commit: Commit) -> bool:
    """Whether any trailer of an adjustment stands there: then all of them must.

    A step of its approval (``Review``), and what else is entered in the ledger, names a record, too.
    """
    record = () if any(commit.value(key) for key in NAMING_RECORDS) else ("Record",)
    return any(
        commit.values(key)
        for key in ("Adjustment", "Item", "List", "Trigger", "Occurred", "Deadline", *record)
    )


def from_trailers(
    commit: Commit, triggers: Mapping[str, str]
) -> tuple[Claim | None, tuple[Flaw, ...]]:
    """The claim of a commit's trailers, and what is wrong with them; no claim where they cannot be read."""
    flaws = list(_flaws(commit, triggers))
    if flaws:
        return None, tuple(flaws)
    deadline = commit.value("Deadline")
    applied = commit.value("Applied")
    claim = Claim(
        commit.value("Adjustment"),
        commit.values("Item"),
        commit.values("List"),
        commit.value("Trigger"),
        date.fromisoformat(commit.value("Occurred")),
        None if deadline == "none" else date.fromisoformat(deadline),
        commit.value("Reason"),
        commit.value("Record"),
        date.fromisoformat(applied) if applied else None,
        commit.value("Evidence"),
        commit.value("Late-Reason"),
        commit.value("Effective"),
    )
    return claim, ()


def _flaws(commit: Commit, triggers: Mapping[str, str]) -> Iterator[Flaw]:
    yield from _missing(commit)
    yield from _unknown(commit, triggers)
    for key in ("Occurred", "Deadline", "Applied", "Effective"):
        value = commit.value(key)
        if value and not (key == "Deadline" and value == "none") and not _is_date(value):
            yield Flaw(
                "QD503",
                f"尾行“{key}: {value}”不是真实存在的日期（应为 2026-11-18 的写法）。",
                value=value,
            )


def _missing(commit: Commit) -> Iterator[Flaw]:
    for key in REQUIRED:
        if not commit.value(key):
            near = likest(key, [name for name, _ in commit.trailers], 1, 0.75)
            misspelt = f"，写的是“{near[0]}:”" if near else ""
            yield Flaw("QD502", f"缺少尾行“{key}:”{misspelt}。", key)
    if not commit.values("Item") and not commit.values("List"):
        yield Flaw("QD502", "缺少尾行“Item:”（建库时为“List:”）。", "Item")


def _unknown(commit: Commit, triggers: Mapping[str, str]) -> Iterator[Flaw]:
    for key in SINGLE:
        if len(commit.values(key)) > 1:
            yield Flaw("QD503", f"尾行“{key}:”只能有一行，现有{len(commit.values(key))}行。")
    kind, trigger = commit.value("Adjustment"), commit.value("Trigger")
    if kind and kind not in KINDS:
        yield Flaw("QD503", f"调整类型“{kind}”不存在，可用：{'、'.join(KINDS)}。", value=kind)
    if trigger and trigger not in triggers:
        offered = "、".join(triggers)
        said = f"调整情形“{trigger}”不在 qingdan.yaml 所列情形中，可用：{offered}。"
        yield Flaw("QD503", said, value=trigger)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def from_record(record: Doc) -> Claim:
    """The claim of a valid record."""
    deadline = str(record["deadline"])
    return Claim(
        str(record["kind"]),
        tuple(cast("list[str]", record.get("items") or ())),
        tuple(cast("list[str]", record.get("lists") or ())),
        str(record["trigger"]),
        date.fromisoformat(str(record["occurred"])),
        None if deadline == "none" else date.fromisoformat(deadline),
        str(record["reason"]),
        str(record["id"]),
        date.fromisoformat(str(record["applied"])),
        str(record.get("evidence", "")),
        str(record.get("late_reason", "")),
        str(record.get("effective", "")),
        by_record=True,
    )
