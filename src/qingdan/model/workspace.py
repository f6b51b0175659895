"""What a workspace is made of: its files, its list items and the settings of ``qingdan.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.model.findings import Finding
    from qingdan.model.folders import BadFile
    from qingdan.model.limits import Limit
    from qingdan.model.periods import Kind

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
"""What a document of the accepted YAML subset can hold."""

Doc = dict[str, Value]
"""A mapping of the accepted subset, such as one list item."""

LISTS = ("powers", "approvals", "fees", "funds", "negative")

LEAD = "牵头单位"
"""The role that means whoever supervises the list concerned."""


class Item(Struct, frozen=True):
    """One entry of a list. ``data`` is the item as it stands in the file; it is never changed in place."""

    list: str
    unit: str
    path: str
    index: int
    data: Doc

    @property
    def code(self) -> str:
        """职权编号, the item's key."""
        return str(self.data.get("code", ""))

    @property
    def name(self) -> str:
        """事项名称."""
        return str(self.data.get("name", ""))

    @property
    def type(self) -> str:
        """权责类别; empty for lists that have none."""
        return str(self.data.get("type", ""))

    @property
    def state(self) -> str:
        """在用, 暂停 or 取消."""
        return str(self.data.get("state", ""))


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
    Nothing before ``start`` is asked for. ``members`` are the roles that confer, ``submits_to`` is who gets their proposals.
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
    """What comes after an inspection: by which role, to whom it reports, before which audiences."""

    stage: str
    by: str
    source: str
    reports_to: str = ""
    audience: tuple[str, ...] = ()


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
        return tuple(s for s in self.stages if only is None or s.stage in only)


class MatchedLimit(Struct, frozen=True):
    """A limit for findings of these codes, rules, severities or gravities, and where it comes from."""

    match: tuple[str, ...]
    within: Limit
    source: str


class Rectification(Struct, frozen=True):
    """Rectification as the regulation and the office have it: who serves, until when, to whom it goes up.

    ``issuer`` may be generic (发现问题的监督部门); ``inform`` are told of an escalation besides, ``assessment``
    is what the ledger of assessment is called, ``verify_within`` is None where verifying has no limit. Of ``limits``
    the first that matches counts, where none does ``within``.
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


class Unit(Struct, frozen=True):
    """A unit of the register, at ``place`` in it. ``short`` is its abbreviation, or its name.

    ``confirmed`` and ``published`` are the days on which it was confirmed and made public as 执法主体, as
    written (empty if it was not); ``complaint`` and ``responsible`` name the parts of these blocks that it gives.
    """

    code: str
    name: str
    short: str
    kind: str
    parent: str = ""
    place: int = 0
    confirmed: str = ""
    published: str = ""
    complaint: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()


class Exemption(Struct, frozen=True):
    """An approved exception of a list item: findings of this kind are known there, and accepted until a day.

    ``approver`` is a role, ``until`` the last day as written (``2027-06-30``).
    """

    finding: str
    approver: str
    until: str


class Entry(Struct, frozen=True):
    """What the checks across files need of one list item.

    ``refs`` are (field, code) pairs that point at other items, ``laws`` the titles of its bases,
    ``limits`` the statutory and the promised limit as written (empty if there is none), ``charged`` is 是, 否
    or empty; ``discretion`` is the day its discretion standard was issued (empty if it does not say, None
    if it has no standard). ``articles`` are the articles cited of each of ``laws``, as written; ``power_source``
    is 权力来源 or empty; ``ended`` the day from which it is out of use, as written, or empty.
    """

    list: str
    unit: str
    path: str
    index: int
    code: str
    name: str
    type: str
    state: str
    refs: tuple[tuple[str, str], ...] = ()
    laws: tuple[str, ...] = ()
    limits: tuple[str, str] = ("", "")
    charged: str = ""
    discretion: str | None = None
    exemptions: tuple[Exemption, ...] = ()
    articles: tuple[str, ...] = ()
    power_source: str = ""
    ended: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the item is: of one that is not, no more than its code is certain, and no bases are here."""
        return bool(self.laws)

    @property
    def is_linked(self) -> bool:
        """Whether it has to do with others by what it says.

        Of an entry that has not, checks of links find nothing, unless another has its code.
        """
        return bool(self.refs) or self.charged == "是"


class Entries(Protocol):
    """The entries of a book in the order of its files.

    There may be more than memory holds: each is made when it is asked for.
    """

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""

    def __len__(self) -> int:
        """How many there are."""

    def has(self, code: str) -> bool:
        """Whether an entry has this code."""

    def of(self, code: str) -> Entry | None:
        """The entry with this code, the last of doubles; None where there is none."""

    def list_of(self, code: str) -> str:
        """The list in which the entry with this code stands; empty where there is none."""

    def pointing(self, code: str) -> Iterable[Entry]:
        """The entries that point at this code."""

    def exercising(self) -> Iterable[str]:
        """The units that have entries in use, in the order of their files."""

    def exempted(self) -> Iterable[Entry]:
        """The entries with exceptions."""


class Listed(tuple[Entry, ...]):
    """A few entries in memory."""

    __slots__ = ()

    def has(self, code: str) -> bool:
        """Whether an entry has this code."""
        return any(entry.code == code for entry in self)

    def of(self, code: str) -> Entry | None:
        """The entry with this code, the last of doubles; None where there is none."""
        return next((entry for entry in reversed(self) if entry.code == code), None)

    def list_of(self, code: str) -> str:
        """The list in which the entry with this code stands; empty where there is none."""
        entry = self.of(code)
        return entry.list if entry else ""

    def pointing(self, code: str) -> Iterable[Entry]:
        """The entries that point at this code."""
        return [entry for entry in self if any(code == target for _, target in entry.refs)]

    def exercising(self) -> Iterable[str]:
        """The units that have entries in use."""
        return dict.fromkeys(entry.unit for entry in self if entry.state == "在用")

    def exempted(self) -> Iterable[Entry]:
        """The entries with exceptions."""
        return [entry for entry in self if entry.exemptions]


class Override(Struct, frozen=True):
    """Another law that prevails over a rule (从其规定): everywhere, or for these types or items only."""

    law: str
    article: str
    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    note: str = ""


class Rule(Struct, frozen=True):
    """A rule of a regulation's pack, at ``index`` in the file ``path``.

    It is answered by the built-in ``check`` with ``options``, or by the JSON Schema fragment ``schema`` on each
    subject that ``when`` accepts, or by a person; the parts that do not apply are empty or None. A person is asked
    where nothing else answers, and besides a machine where the pack says so; ``expected`` (是 or 否) is the answer
    that is no finding. ``good`` and ``bad`` are its examples. Where the article names who owes the duty, ``of`` are
    these roles, and nobody else is asked.
    """

    regulation: str
    id: str
    article: str
    question: str
    owner: str
    target: str
    check: str
    severity: str
    accountability: tuple[str, ...]
    path: str = ""
    index: int = 0
    options: Doc = field(default_factory=dict)
    schema: Doc | None = None
    when: Doc | None = None
    ask: bool = False
    expected: str = "是"
    remedy: str = ""
    materials: tuple[str, ...] = ()
    overridden: tuple[Override, ...] = ()
    good: tuple[Doc, ...] = ()
    bad: tuple[Doc, ...] = ()
    of: tuple[str, ...] = ()

    @property
    def by_machine(self) -> bool:
        """Whether a machine answers it."""
        return bool(self.check) or self.schema is not None

    @property
    def by_person(self) -> bool:
        """Whether a person is asked."""
        return self.ask or not self.by_machine

    @property
    def key(self) -> str:
        """Such as ``jinshui-powers/14-8``."""
        return f"{self.regulation}/{self.id}"


class Yielded(Struct, frozen=True):
    """A finding that is none, because another law prevails over the rule that asks about it (从其规定)."""

    finding: Finding
    rule: str
    law: Override


class Snapshot(Protocol):
    """The files of a workspace at one moment, in the work tree or in a revision."""

    def paths(self) -> Sequence[str]:
        """Every path below the folders of a workspace, and ``qingdan.yaml``, sorted."""

    def bad(self) -> Sequence[BadFile]:
        """Paths that cannot be read as files: links, folders with a file's name, unreadable ones."""

    def read(self, path: str) -> bytes:
        """The bytes of one of :meth:`paths`, or of the owners files; KeyError for one that is not there."""


class Texts(Struct, frozen=True):
    """A snapshot held in memory, or a change laid over another snapshot (``None`` removes a file)."""

    files: Mapping[str, bytes | None]
    base: Snapshot | None = None

    def paths(self) -> Sequence[str]:
        """Sorted paths, removed ones left out."""
        below = set(self.base.paths()) if self.base else set()
        return sorted(
            (below | set(self.files)) - {p for p, raw in self.files.items() if raw is None}
        )

    def bad(self) -> Sequence[BadFile]:
        """What the snapshot below cannot read."""
        return self.base.bad() if self.base else ()

    def read(self, path: str) -> bytes:
        """The bytes of a path; KeyError for one that is not there."""
        raw = self.files.get(path)
        if raw is not None:
            return raw
        if self.base is None:
            raise KeyError(path)
        return self.base.read(path)


class Book(Struct, frozen=True):
    """A workspace as values. ``items`` is filled only where whole items are asked for.

    ``settings`` is None if ``qingdan.yaml`` is missing or not valid. ``documents`` holds what is valid
    and no list, by path. ``list_files`` names every list file with its list, unit and number of items;
    ``unread`` names the lists of which a file could not be read, and the registers (``units``) that could not:
    what they hold is not known. ``found`` are the findings of the tree itself, not yet cited and located;
    ``excepted`` those that approved exceptions hide, ``yielded`` those where another law says otherwise.
    """

    settings: Settings | None
    units: Mapping[str, Unit]
    entries: Entries
    documents: Mapping[str, Doc]
    rules: tuple[Rule, ...]
    list_files: tuple[tuple[str, str, str, int], ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    files: int = 0
    unread: frozenset[str] = frozenset()
    found: tuple[Finding, ...] = ()
    excepted: tuple[Finding, ...] = ()
    yielded: tuple[Yielded, ...] = ()
