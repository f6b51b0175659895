"""The life of an item as it is told: what happened to it, when and why, and whom it comes from."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct, frozen=True):
    """One difference in words: the field's Chinese label, before and after."""

    label: str
    before: str
    after: str


class Stop(Struct, frozen=True):
    """A stage that an adjustment went through; ``result`` is empty while it is under way."""

    stage: str
    by: str
    due: str = ""
    done: str = ""
    result: str = ""
    reason: str = ""
    late_reason: str = ""


class Papers(Struct, frozen=True):
    """What the record of an adjustment says, in words. ``deadline`` is empty where no clock runs.

    ``used`` are the days from the event to the application in the limit's measure, 待定 beyond the calendar.
    """

    record: str
    kind: str
    trigger: str
    occurred: str
    applied: str
    reason: str
    deadline: str = ""
    within: str = ""
    used: str = ""
    late: bool = False
    late_reason: str = ""
    evidence: str = ""
    basis: str = ""
    effective: str = ""
    stops: tuple[Stop, ...] = ()


class Public(Struct, frozen=True):
    """The publication by which something became public; ``later`` added channels to the same version."""

    day: str
    channels: tuple[str, ...]
    later: tuple[Public, ...] = ()


class Event(Struct, frozen=True):
    """One thing that happened to an item: an adjustment, or without ``papers`` a direct edit of its file.

    ``what`` is 列入, 修改, 移出 or 恢复列入 for a direct edit, else the kind; ``unfiled`` says that papers are
    missing where there should be some; ``commit`` is empty where the history does not have it.
    """

    day: str
    what: str
    lines: tuple[Line, ...] = ()
    papers: Papers | None = None
    public: Public | None = None
    commit: str = ""
    subject: str = ""
    author: str = ""
    unfiled: bool = False


class Kin(Struct, frozen=True):
    """A predecessor or successor, or the item itself. ``generation`` is negative before it, positive after it."""

    generation: int
    code: str
    name: str
    state: str


class Life(Struct, frozen=True):
    """An item and all that happened to it, the earliest first. ``left_out`` counts earlier events not told."""

    code: str
    name: str
    list: str
    list_title: str
    type: str
    unit: str
    unit_name: str
    state: str
    kin: tuple[Kin, ...]
    events: tuple[Event, ...]
    left_out: int = 0
