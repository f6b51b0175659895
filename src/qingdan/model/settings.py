"""The settings of a jurisdiction, ``qingdan.yaml`` as values: everything in which the regulations differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from qingdan.model.items import Item
    from qingdan.model.limits import Limit
    from qingdan.model.periods import Kind

LEAD = "牵头单位"
"""The role that means whoever supervises the list concerned."""
OWN = "本单位自定"
"""What a source begins with where no regulation says so, but the office itself decided."""


class Holder(Struct, frozen=True):
    """Who holds a role: a unit code, from a day, until a day or still."""

    unit: str
    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the unit held the role on ``day``."""
        return self.start <= day and (self.end is None or day <= self.end)


class Role(Struct, frozen=True):
    """A role that the regulations name. ``each`` means every unit for itself (各单位)."""

    name: str
    source: str
    holders: tuple[Holder, ...] = ()
    each: bool = False


class Lead(Struct, frozen=True):
    """Who supervises a list, or the ``part`` of it that has a supervisor of its own, and which article says so."""

    role: str
    source: str
    part: str = ""


class KeptList(Struct, frozen=True):
    """A list the jurisdiction keeps, with the role that supervises it and the article that says so."""

    id: str
    title: str
    supervisor: str
    source: str
    duties_supervisor: str = ""
    portal_supervisor: str = ""
    confirmed_by: str = ""
    filed_with: str = ""
    duties_confirmed_by: str = ""
    duties_source: str = ""
    portal_source: str = ""

    @property
    def confirmers(self) -> tuple[tuple[str, str], ...]:
        """Who confirms what before it goes public: the list, and the responsibilities in it where that is another role."""
        found = {self.duties_confirmed_by: "责任清单", self.confirmed_by: self.title}
        return tuple((title, role) for role, title in reversed(found.items()) if role)

    @property
    def leads(self) -> tuple[Lead, ...]:
        """Whoever supervises the list, then those who supervise nothing but its duties or its running on the portal."""
        apart = (
            Lead(self.duties_supervisor, self.duties_source, "duties"),
            Lead(self.portal_supervisor, self.portal_source, "portal"),
        )
        others = tuple(lead for lead in apart if lead.role not in {"", self.supervisor})
        return (Lead(self.supervisor, self.source), *others)


class SystemSettings(Struct, frozen=True):
    """A system that is configured with items. ``types`` empty means all types of ``lists``."""

    id: str
    title: str
    owner: str
    source: str
    lists: tuple[str, ...]
    types: tuple[str, ...]
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def holds(self, item: Item) -> bool:
        """Whether the system is meant to hold this item: nothing else can be missing there."""
        return item.list in self.lists and (not self.types or item.type in self.types)


PUBLISHED = "已公布"
"""What a stage ends with that a record of publication ends."""


class Stage(Struct, frozen=True):
    """A stage of an adjustment. ``within`` is None where no limit is set.

    ``result`` is what it ends with, where that is not 通过 (已公布: a record of publication ends it);
    ``channels`` are those that it brings up to date besides the general ones.
    """

    name: str
    by: str
    start: str
    source: str
    within: Limit | None = None
    result: str = ""
    channels: tuple[str, ...] = ()

    @property
    def publishes(self) -> bool:
        """Whether a record of publication ends it, and nothing else does."""
        return self.result == PUBLISHED


class Deduction(Struct, frozen=True):
    """A line of the score: what matches costs ``points`` each, at most ``cap``."""

    title: str
    match: tuple[str, ...]
    points: float
    cap: float


class Group(Struct, frozen=True):
    """Units that are ranked among themselves: by their kind in the register, or by name."""

    name: str
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


class Weight(Struct, frozen=True):
    """What a part of a year counts for in its assessment; ``kinds`` of inspection, where not every one counts."""

    part: str
    percent: int
    kinds: tuple[str, ...] = ()


class Waiver(Struct, frozen=True):
    """Facts that are not held against a unit from a day to a day, because ``approver`` (a role) said so."""

    unit: str
    match: tuple[str, ...]
    start: date
    end: date
    reason: str
    approver: str


class Appeal(Struct, frozen=True):
    """Until when after a bulletin a unit may object, and which role decides."""

    within: Limit
    decided_by: str
    source: str


class Scoring(Struct, frozen=True):
    """The arithmetic of a unit's score (本单位自定): deductions from ``full``, but never below ``lowest``."""

    full: int
    source: str
    deductions: tuple[Deduction, ...]
    lowest: int = 0
    groups: tuple[Group, ...] = ()
    weights: tuple[Weight, ...] = ()
    exemptions: tuple[Waiver, ...] = ()
    appeal: Appeal | None = None

    def line(self, fact: frozenset[str]) -> Deduction | None:
        """By which a fact is deducted: of the lines that match it the one with most points; None if none does."""
        found = [line for line in self.deductions if fact & set(line.match)]
        return max(found, key=lambda line: line.points, default=None)


class Period(Struct, frozen=True):
    """A recurring duty: 周清, 月结, 季通报, 年考核 …; ``period`` is week, month, quarter or year.

    It is to be done within ``due`` after the period's end. ``held_by`` is what proves that it was: a kind of
    inspection, 研判会商, or 报告 (a closed report, which must hold ``holds``); empty where nothing in the ledger does.
    Nothing before ``start`` is asked for. ``members`` are the roles that take part; with ``each`` every one of them owes
    it as the owner does, without it all do it together. ``submits_to`` is who gets their proposals.
    """

    name: str
    period: Kind
    owner: str
    source: str
    due: Limit
    held_by: str = ""
    start: date | None = None
    holds: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    submits_to: str = ""
    due_source: str = ""
    each: bool = False


class Cited(Struct, frozen=True):
    """A piece of text with the article it comes from."""

    text: str
    source: str


class InspectionKind(Struct, frozen=True):
    """A kind of inspection that the regulations know here; what is empty or None is as for every inspection."""

    kind: str
    source: str
    organiser: str = ""
    members: tuple[str, ...] | None = None
    packs: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None


class FollowUp(Struct, frozen=True):
    """What comes after an inspection: by which role, to whom it reports, before which audiences.

    ``kinds`` are those that it comes after; empty: after every one.
    """

    stage: str
    by: str
    source: str
    reports_to: str = ""
    audience: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Inspecting(Struct, frozen=True):
    """How inspections are held: who organises them, which kinds there are, how they go, what follows.

    Rules for what is ``supervisory`` ask those who supervise, not every unit that is inspected.
    """

    organiser: str
    members: tuple[str, ...]
    source: str
    kinds: Mapping[str, InspectionKind]
    methods: tuple[Cited, ...] = ()
    procedure: tuple[Cited, ...] = ()
    measures: tuple[Cited, ...] = ()
    materials: tuple[Cited, ...] = ()
    feedback: Cited | None = None
    stages: tuple[FollowUp, ...] = ()
    supervisory: tuple[str, ...] = ()

    def stages_of(self, kind: str) -> tuple[FollowUp, ...]:
        """What comes after an inspection of a kind, in order."""
        only = self.kinds[kind].stages if kind in self.kinds else None
        return tuple(
            stage
            for stage in self.stages
            if (not stage.kinds or kind in stage.kinds) and (only is None or stage.stage in only)
        )


class MatchedLimit(Struct, frozen=True):
    """A limit for findings of these codes, rules, severities or gravities, and where it comes from."""

    match: tuple[str, ...]
    within: Limit
    source: str


class Rectification(Struct, frozen=True):
    """Rectification as the regulation and the office have it: who serves, until when, to whom it goes up.

    ``issuer`` may be generic (发现问题的监督部门); ``inform`` are told of an escalation besides, as ``inform_source``
    wants it; ``assessment`` is what the ledger of assessment is called, ``verify_within`` is None where verifying has no
    limit. Of ``limits`` the first that matches counts, where none does ``within``.
    """

    within: Limit
    within_source: str
    issuer: str
    escalate_to: str
    accountability: str
    source: str
    accountability_source: str = ""
    sanctions: tuple[str, ...] = ()
    limits: tuple[MatchedLimit, ...] = ()
    inform: tuple[str, ...] = ()
    assessment: str = ""
    verify_within: Limit | None = None
    verify_source: str = ""
    inform_source: str = ""


class Series(Struct, frozen=True):
    """A series of numbers of a kind of document: ``word`` (代字), and the first number of years that do not begin with 1."""

    word: str
    first: Mapping[int, int] = field(default_factory=dict)


class Subjects(Struct, frozen=True):
    """Which types only a confirmed and published 执法主体 may exercise, and for which officers need certificates."""

    types: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()


class Channel(Struct, frozen=True):
    """A place where lists must be published; ``lists`` empty means all that are kept."""

    name: str
    lists: tuple[str, ...] = ()

    def serves(self, name: str) -> bool:
        """Whether this list must be published there."""
        return not self.lists or name in self.lists


class Required(Struct, frozen=True):
    """What commits must prove besides: that they are signed, and that another person reviewed."""

    signatures: bool = False
    second_person: bool = False


class Guard(Struct, frozen=True):
    """How many items one command may take out of a list unsaid: ``items``, or ``share`` per cent if that is more."""

    items: int = 5
    share: int = 10

    def allowed(self, every: int) -> int:
        """The number for a list of so many items in use."""
        return max(self.items, every * self.share // 100)


class Edition(Struct, frozen=True):
    """A bulletin for an audience: what it leaves out, to whom it goes (empty: to nobody by name), by which article."""

    audience: str
    withhold: frozenset[str]
    source: str
    to: str = ""


class Secret(Struct, frozen=True):
    """An item that only some audiences may know by name and code, and on which ground (国家秘密 …)."""

    item: str
    ground: str
    known_to: frozenset[str]


class Audiences(Struct, frozen=True):
    """Which editions of a bulletin there are."""

    editions: Mapping[str, Edition] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()


class TimeLimit(Struct, frozen=True):
    """A limit and the article it comes from."""

    within: Limit
    source: str


class Results(Struct, frozen=True):
    """How the results of exercised powers are made public.

    ``publish`` counts from the service of the decision; ``exemptions`` are the only grounds not to publish;
    decisions of ``credit_types`` go to the credit system, by ``credit`` or, where that is not set, by ``publish``.
    """

    publish: TimeLimit
    exemptions: tuple[str, ...]
    source: str
    credit_types: tuple[str, ...] = ()
    credit: TimeLimit | None = None


class Settings(Struct, frozen=True):
    """``qingdan.yaml`` as values: everything in which the regulations differ.

    ``answers`` are the kinds of complaint with the time in which they are to be answered. ``accounts``: role or
    e-mail to the account by which the forge knows it, such as ``@jinshui/legal``.
    """

    name: str
    short: str
    division: str
    profile: str
    branch: str
    regulations: Mapping[str, str]
    lists: Mapping[str, KeptList]
    roles: Mapping[str, Role]
    controlled: Mapping[str, frozenset[str]]
    channels: tuple[Channel, ...]
    systems: Mapping[str, SystemSettings]
    apply_within: Limit
    apply_source: str
    triggers: Mapping[str, str]
    stages: tuple[Stage, ...]
    scoring: Scoring
    online_types: tuple[str, ...] = ()
    online_steps: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    subjects: Subjects = Subjects()
    complaint_parts: tuple[str, ...] = ()
    responsible_parts: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    guard: Guard = Guard()
    required: Required = Required()
    accounts: Mapping[str, str] = field(default_factory=dict)
    inspecting: Inspecting | None = None
    results: Results | None = None
    answers: Mapping[str, TimeLimit] = field(default_factory=dict)
    rectification: Rectification | None = None
    numbering: Mapping[str, Series] = field(default_factory=dict)
    audiences: Audiences = Audiences()

    def holder(self, role: str, day: date) -> str:
        """The code of the unit that holds ``role`` on ``day``; empty if nobody does."""
        found = self.roles.get(role)
        held = [holder.unit for holder in found.holders if holder.holds(day)] if found else []
        return held[-1] if held else ""
