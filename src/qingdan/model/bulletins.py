"""What a bulletin tells besides lists and adjustments: stocks that reconcile over a quarter, counts, comparisons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """Findings of the machine over the quarter: ``opening + entered - left == closing``."""

    name: str
    opening: int
    entered: int
    left: int
    closing: int


@dataclass(frozen=True, slots=True)
class RuleFlow:
    """The same of one rule, with its article and its question; a finding that breaks several counts in each."""

    number: int
    rule: str
    article: str
    question: str
    flow: Flow


@dataclass(frozen=True, slots=True)
class LedgerFlow:
    """Findings or notices of the ledger: ``opening + entered + returned - closed - void == closing``.

    ``entered`` are 登记 or 下发, ``returned`` 复发; ``overdue`` are those of ``closing`` whose last day is over.
    """

    name: str
    opening: int
    entered: int
    returned: int
    closed: int
    void: int
    closing: int
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Rectified:
    """Notices that were closed in the quarter: how many in time, and the days that they took on average, in words."""

    closed: int
    on_time: int
    rate: str
    days: str


@dataclass(frozen=True, slots=True)
class ResultsOf:
    """Decisions of a unit that were entered in the quarter, by how they stand at its end; the rest adds up to ``entered``.

    ``untold``: whether the time is over nobody can say yet, because the calendar is not published as far as that.
    """

    unit: str
    entered: int
    on_time: int
    late: int
    overdue: int
    waiting: int
    exempt: int
    untold: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Complaints and suggestions: ``opening + received - answered == closing``; no word about what was said by whom."""

    opening: int
    received: int
    answered: int
    on_time: int
    late: int
    closing: int
    overdue: int
    confidential: int


@dataclass(frozen=True, slots=True)
class Held:
    """An inspection of the quarter: closed, or under way."""

    title: str
    kind: str
    units: int
    drawn: str
    problems: int
    closed: str
    best: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """Good practice that an inspection wrote down (经验做法)."""

    unit: str
    what: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A system against what is public at the end of a quarter; ``taken`` is the day of its snapshot, empty if there is none."""

    system: str
    period: str
    taken: str
    differing: int
    pending: int


@dataclass(frozen=True, slots=True)
class Point:
    """A quarter in the comparison, by numbers; ``rate`` is per cent in words, empty where no clock ran."""

    period: str
    used: int
    adjusted: int
    clocked: int
    late: int
    rate: str
    errors: int
    warnings: int
    differing: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of the comparison; what history does not reach is empty."""

    title: str
    now: str
    before: str
    change: str
    year_ago: str
    year_change: str


@dataclass(frozen=True, slots=True)
class Charged:
    """A fact that cost a unit points: by which line, what it is, where it can be looked up."""

    unit: str
    line: str
    fact: str
    reference: str
