"""Where an adjustment stands: which stage waits, for whom, since when, until when; and which steps were no good.

The stages are those of ``qingdan.yaml``, in order. A stage counted from the day on which the cause was found is
entered only after a return; where there is none, it is the application's. After it, it is again the turn of the
stage that returned the adjustment. A stage that several must pass (S2-3) ends when the last of them has.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.fitting import CANCELLED
from qingdan.model.errors import CalendarError, UsageError
from qingdan.model.settings import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.calendar import Calendar
    from qingdan.model.limits import Deadline
    from qingdan.model.people import Person
    from qingdan.model.settings import Settings, Stage
    from qingdan.model.values import Doc

APPLICANTS = ("申请单位", "各单位", "职能单位", "科室（队）")
"""Roles that mean the unit which applies, also where ``roles`` does not define them."""
PASSED, RETURNED = "通过", "退回"
_DUTIES, _PORTAL = "responsibilities", "online"
"""Parts of an item that may have a supervisor of their own."""
FROM_CAUSE = "cause-found"
"""The clock of what is resubmitted: from the day on which the cause of a return was found."""
_NO_WAY = "register"
"""The first entry of whole lists goes no way of approval."""


class Party(Struct, frozen=True):
    """Who must take a step: the role and the code of the unit that holds it (empty: nobody does).

    ``applies``: it is the unit that applied.
    """

    role: str
    unit: str
    applies: bool = False

    @property
    def by(self) -> str:
        """What the step says of it."""
        return self.unit or self.role

    def is_filled_by(self, person: Person) -> bool:
        """Whether a person may act for it: by role; for those who apply by the unit."""
        return self.role in person.roles or (self.applies and self.unit == person.unit)


class Turn(Struct, frozen=True):
    """What comes next. ``started`` is None where the clock begins with a day not yet known (查明原因之日).

    ``pending``: the calendar ends before the limit does. ``back``: the adjustment was returned by this stage.
    """

    stage: Stage
    parties: tuple[Party, ...]
    started: date | None
    due: Deadline | None = None
    pending: bool = False
    back: Stage | None = None

    @property
    def publishes(self) -> bool:
        """Whether a record of publication ends this stage, and nothing else does."""
        return self.stage.publishes


class Flaw(Struct, frozen=True):
    """What is wrong with a step: the finding's code, the step's place, a sentence."""

    code: str
    place: int
    message: str


class Way(Struct, frozen=True):
    """An adjustment's way so far. ``turn`` is None when it is at its end."""

    turn: Turn | None
    flaws: tuple[Flaw, ...] = ()
    turns: tuple[Turn | None, ...] = ()
    """For every step the turn it was taken in; the first, the application, has none."""


class Ground(Struct, frozen=True):
    """What decides about a way: the settings, the calendar, and the list of each item concerned."""

    settings: Settings
    calendar: Calendar
    lists: Mapping[str, str]


def way(record: Doc, ground: Ground, *, published: bool = False) -> Way:
    """How far a valid record has come; ``published``: a publication includes it."""
    steps = cast("list[Doc]", record["steps"])
    walk = _Walk(record, ground)
    if record["kind"] == _NO_WAY:
        return Way(None, (), (None,) * len(steps))
    turns: list[Turn | None] = [None]
    flaws: list[Flaw] = []
    turn, last = walk.first(), steps[0]
    for place, step in enumerate(steps[1:], 1):
        met = turn and timed(turn, _day(step, "started"), ground.calendar)
        turns.append(met)
        flaws += (
            Flaw(code, place, why) for code, why in walk.faults(step, met, _ready(turn, last))
        )
        turn, last = walk.after(turn, step), step
    return Way(None if published else turn, tuple(flaws), tuple(turns))


def timed(turn: Turn, started: date | None, calendar: Calendar) -> Turn:
    """The turn with its clock running from a day."""
    if started is None or turn.stage.within is None:
        return replace(turn, started=started, due=None, pending=False)
    try:
        due = calendar.deadline(started, turn.stage.within)
    except CalendarError:
        return replace(turn, started=started, due=None, pending=True)
    except UsageError:
        return replace(turn, started=started, due=None)
    return replace(turn, started=started, due=due, pending=False)


def parties(stage: Stage, record: Doc, ground: Ground, day: date) -> tuple[Party, ...]:
    """Who must take a stage of an adjustment on a day; several only where several supervise what was changed."""
    role = ground.settings.roles.get(stage.by)
    if stage.by != LEAD and (stage.by in APPLICANTS or (role and role.each)):
        steps = cast("list[Doc]", record["steps"])
        return (Party(stage.by, str(steps[0]["by"]), applies=True),)
    names = dict.fromkeys(leads(record, ground)) if stage.by == LEAD else {stage.by: None}
    found = (Party(name, ground.settings.holder(name, day)) for name in names)
    return tuple({party.by: party for party in reversed(tuple(found))}.values())[::-1]


def leads(record: Doc, ground: Ground) -> Iterator[str]:
    """The roles that supervise what was changed: of the list, and of the parts of items that have their own."""
    kept = ground.settings.lists
    named = cast("list[str]", record.get("items") or ())
    lists = [*(ground.lists.get(code, "") for code in named)]
    lists += cast("list[str]", record.get("lists") or ())
    duties = _lists_with(_DUTIES, record, ground)
    portal = _lists_with(_PORTAL, record, ground)
    for name in dict.fromkeys(lists):
        if name in kept:
            yield kept[name].supervisor
            if name in duties and kept[name].duties_supervisor:
                yield kept[name].duties_supervisor
            if name in portal and kept[name].portal_supervisor:
                yield kept[name].portal_supervisor


def _lists_with(part: str, record: Doc, ground: Ground) -> frozenset[str]:
    """The lists in which a part of items changed; what is entered or cancelled brings or takes its own."""
    rows = cast("list[Doc]", record.get("changes") or ())
    whole = set(cast("list[str]", record.get("items") or ())) - {str(row["item"]) for row in rows}
    changed = {
        str(row["item"])
        for row in rows
        if str(row["field"]).split(".")[0] == part
        or (row["field"] == "state" and row.get("after") == CANCELLED)
    }
    return frozenset(ground.lists.get(code, "") for code in whole | changed)


class _Walk(Struct, frozen=True):
    """The rules by which one record goes on."""

    record: Doc
    ground: Ground

    @property
    def stages(self) -> Sequence[Stage]:
        return [s for s in self.ground.settings.stages if s.start != FROM_CAUSE]

    @property
    def again(self) -> Stage:
        """The stage after a return."""
        every = self.ground.settings.stages
        return next((s for s in every if s.start == FROM_CAUSE), every[0])

    def first(self) -> Turn | None:
        steps = cast("list[Doc]", self.record["steps"])
        return self._following(self.stages[0], _day(steps[0], "done") or _day(steps[0], "started"))

    def after(self, turn: Turn | None, step: Doc) -> Turn | None:
        """Whose turn it is after a step; a step that was none changes nothing."""
        if turn is None or step["stage"] != turn.stage.name or "done" not in step:
            return turn
        done = _day(step, "done")
        if turn.back:
            return self._turn(turn.back, done)
        if step.get("result") == RETURNED:
            return replace(self._turn(self.again, None, step), back=turn.stage)
        left = tuple(party for party in turn.parties if party.by != step["by"])
        if left and len(left) < len(turn.parties):
            return replace(turn, parties=left)
        return self._following(turn.stage, done) if not left else turn

    def faults(self, step: Doc, met: Turn | None, ready: date | None) -> Iterator[tuple[str, str]]:
        """What is wrong with a step that was taken in a turn, which came on a day: code and sentence."""
        name, by = step["stage"], step["by"]
        if met is None:
            yield "QD519", f"环节“{name}”之前各环节已经办完，不应再有环节"
            return
        if name != met.stage.name:
            yield "QD519", f"应当办理“{met.stage.name}”，却办理了“{name}”"
            return
        if by not in {party.by for party in met.parties}:
            wanted = "、".join(party.by for party in met.parties)
            yield "QD519", f"“{name}”应由{wanted}办理，却写的是{by}"
        yield from _untimely(step, met, ready)

    def _following(self, stage: Stage, day: date | None) -> Turn | None:
        place = [known.name for known in self.stages].index(stage.name) + 1
        return self._turn(self.stages[place], day) if place < len(self.stages) else None

    def _turn(self, stage: Stage, started: date | None, step: Doc | None = None) -> Turn:
        day = started or (_day(step, "done") if step else None) or date.max
        found = Turn(stage, parties(stage, self.record, self.ground, day), started)
        return timed(found, started, self.ground.calendar)


def _ready(turn: Turn | None, last: Doc) -> date | None:
    """The day from which a turn can be taken: when it came, or after a return the day of that."""
    return (turn and turn.started) or _day(last, "done") or _day(last, "started")


def _untimely(step: Doc, met: Turn, ready: date | None) -> Iterator[tuple[str, str]]:
    started, done = _day(step, "started"), _day(step, "done")
    name = step["stage"]
    if started and ready and started < ready:
        yield "QD519", f"“{name}”自{started}开始，早于上一环节的{ready}"
    if started and done and done < started:
        yield "QD519", f"“{name}”于{done}办结，早于开始的{started}"
    if done and met.due and done > met.due.last and "late_reason" not in step:
        yield "QD520", f"“{name}”应于{met.due.last}前办结，{done}才办结，没有写明理由"


def _day(step: Doc | None, key: str) -> date | None:
    return date.fromisoformat(str(step[key])) if step and key in step else None
