"""How a rectification stands: by its last step; which steps are lawful from there; until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

SERIES = "rectification"
"""The series of the notices' numbers in the settings."""
FOLDER = "ledger/rectifications/"
RUNNING, REPLIED, INADEQUATE = "整改中", "待核查", "整改不到位"
ESCALATED, HANDED_OVER, SANCTIONED = "已抄报", "已移送", "已处理"
CLOSED, VOID = "已销号", "已作废"

SERVE, REPLY, PASS, RETURN = "下发", "回复", "核查通过", "核查不到位"
EXTEND, ESCALATE, HAND_OVER, SANCTION, CANCEL = "延期", "抄报", "移送", "处理", "作废"

STATES: Mapping[str, str] = {
    SERVE: RUNNING,
    REPLY: REPLIED,
    PASS: CLOSED,
    RETURN: INADEQUATE,
    EXTEND: RUNNING,
    ESCALATE: ESCALATED,
    HAND_OVER: HANDED_OVER,
    SANCTION: SANCTIONED,
    CANCEL: VOID,
}
"""Move to the state in which it leaves a rectification."""
MOVES: Mapping[str, tuple[str, ...]] = {
    RUNNING: (REPLY, PASS, EXTEND, ESCALATE, HAND_OVER, CANCEL),
    REPLIED: (PASS, RETURN, CANCEL),
    INADEQUATE: (REPLY, PASS, EXTEND, ESCALATE, HAND_OVER, CANCEL),
    ESCALATED: (REPLY, PASS, HAND_OVER, SANCTION),
    HANDED_OVER: (REPLY, PASS, SANCTION),
    SANCTIONED: (REPLY, PASS, HAND_OVER, SANCTION),
    CLOSED: (),
    VOID: (),
}
"""State to the moves that are lawful from it."""
OVER = (CLOSED, VOID)
"""States in which nothing is owed any more."""
OWED = (RUNNING, INADEQUATE, ESCALATED, HANDED_OVER, SANCTIONED)
"""States in which the unit owes its rectification."""
MAY_ESCALATE = (RUNNING, INADEQUATE)
"""States from which 逾期未整改或者整改不到位 goes up."""

LATE, POOR = "逾期未整改", "整改不到位"
COSTS: Mapping[str, str] = {LATE: "QD631", POOR: "QD632"}
"""What sends a rectification up, and the finding by which it is deducted."""


class Standing(Struct, frozen=True):
    """A rectification as it stands.

    ``due`` is the last day as it is now, ``original`` as it was served; ``start`` and ``within`` are from when
    and how long ``due`` was counted (``within`` is empty where a day was given); ``since`` is the day of the last
    step.
    """

    state: str
    due: date
    original: date
    start: date
    within: str
    since: date

    @property
    def extended(self) -> bool:
        """Whether the unit got another last day than it was served with."""
        return self.due != self.original

    def overdue(self, today: date) -> bool:
        """Whether the unit still owes its rectification after the last day."""
        return self.state in OWED and today > self.due


def steps_of(record: Doc) -> list[Doc]:
    """The steps, first to last."""
    return cast("list[Doc]", record["steps"])


def standing(record: Doc) -> Standing:
    """How a valid record stands."""
    steps = steps_of(record)
    due = original = date.fromisoformat(str(record["deadline"]))
    start, within = date.fromisoformat(str(record["issued"])), str(record.get("within", ""))
    for step in steps:
        if "until" in step:
            due = date.fromisoformat(str(step["until"]))
            start, within = date.fromisoformat(str(step["done"])), str(step.get("within", ""))
    last = steps[-1]
    since = date.fromisoformat(str(last["done"]))
    return Standing(STATES[str(last["move"])], due, original, start, within, since)


def unsent(record: Doc, settings: Settings) -> bool:
    """Whether a notice is only a draft: notices are numbered here, and it has no number of any kind."""
    return SERIES in settings.numbering and not ({"number", "official"} & record.keys())


def unlawful(record: Doc) -> int | None:
    """The place of the first step that was not lawful where it stands; None if all were."""
    state = ""
    for place, step in enumerate(steps_of(record)):
        move = str(step["move"])
        if move not in (MOVES[state] if place else (SERVE,)):
            return place
        state = STATES[move]
    return None


def records(book: Book) -> Iterator[tuple[str, Doc]]:
    """(path, record) of every rectification, by path."""
    paths = sorted(path for path in book.documents if path.startswith(FOLDER))
    yield from ((path, book.documents[path]) for path in paths)


def live(book: Book, finding: str) -> str:
    """The id of the notice under which a finding is being put right; empty if there is none."""
    for _, record in records(book):
        if finding in cast("list[str]", record["findings"]) and standing(record).state not in OVER:
            return str(record["id"])
    return ""
