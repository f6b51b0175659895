"""The quarterly bulletin as values: every fact, and every sentence that varies with the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from qingdan.model.bulletins import (
        Agreement,
        Answered,
        Charged,
        Compared,
        Flow,
        Held,
        LedgerFlow,
        Point,
        Practice,
        ResultsOf,
        RuleFlow,
    )
    from qingdan.model.charts import Drawn


class Stock(Struct, frozen=True):
    """One list over the quarter; ``opening`` and ``closing`` count items in use.

    ``opening + entered + resumed - cancelled - suspended == closing``.
    """

    title: str
    opening: int
    entered: int
    resumed: int
    cancelled: int
    suspended: int
    closing: int


class UnitStock(Struct, frozen=True):
    """Items in use of one unit, by list in the order of :attr:`Bulletin.stocks`, and in all."""

    unit: str
    counts: tuple[int, ...]
    total: int


class Adjusted(Struct, frozen=True):
    """One adjustment of the quarter. ``on_time`` is None where no clock runs; ``used`` is in words, or empty."""

    record: str
    applied: str
    unit: str
    kind: str
    items: tuple[str, ...]
    trigger: str
    reason: str
    deadline: str
    used: str
    on_time: bool | None
    late_reason: str


class Tally(Struct, frozen=True):
    """A thing and how often."""

    name: str
    count: int


class Problem(Struct, frozen=True):
    """A finding at the quarter's end as the bulletin lists it."""

    unit: str
    code: str
    item: str
    message: str
    severity: str


class DeductionLine(Struct, frozen=True):
    """A line of a score: ``count`` facts at ``points`` each, ``taken`` after the cap."""

    title: str
    count: int
    points: str
    cap: str
    taken: str


class Ranked(Struct, frozen=True):
    """A unit's place within its group. ``arithmetic`` is the whole sum in words, ``code`` the unit's own.

    ``yearly`` is the score that the year adds up, where it is another one: what reports cost is counted there apart.
    """

    rank: int
    unit: str
    score: str
    lines: tuple[DeductionLine, ...]
    arithmetic: str
    code: str = ""
    group: str = ""
    yearly: str = ""


class Published(Struct, frozen=True):
    """A publication of the quarter."""

    day: str
    lists: tuple[str, ...]
    channels: tuple[str, ...]


class Bulletin(Struct, frozen=True):
    """The 季通报 for an audience. ``opening``, ``sentences`` and ``withheld`` are ready to be read; the template only lays out.

    ``charts`` are placed by their names; ``answered`` is None where an edition leaves complaints out.
    """

    jurisdiction: str
    issuer: str
    period: str
    first: str
    last: str
    commit: str
    opening: str
    sentences: dict[str, str]
    stocks: tuple[Stock, ...]
    types: tuple[Tally, ...]
    units: tuple[UnitStock, ...]
    adjustments: tuple[Adjusted, ...]
    kinds: tuple[Tally, ...]
    triggers: tuple[Tally, ...]
    problems: tuple[Problem, ...]
    ranking: tuple[Ranked, ...]
    deductions: tuple[str, ...]
    full: int
    publications: tuple[Published, ...]
    severities: tuple[Flow, ...] = ()
    unit_flows: tuple[Flow, ...] = ()
    rule_flows: tuple[RuleFlow, ...] = ()
    kept: tuple[LedgerFlow, ...] = ()
    notices: tuple[LedgerFlow, ...] = ()
    sanctions: tuple[Tally, ...] = ()
    results: tuple[ResultsOf, ...] = ()
    answered: Answered | None = None
    inspections: tuple[Held, ...] = ()
    practices: tuple[Practice, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    points: tuple[Point, ...] = ()
    compared: tuple[Compared, ...] = ()
    charged: tuple[Charged, ...] = ()
    charts: dict[str, Drawn] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    audience: str = ""
    to: str = ""
