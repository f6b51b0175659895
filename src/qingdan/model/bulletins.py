"""What a bulletin tells besides lists and adjustments: stocks that reconcile over a quarter, counts, comparisons."""

from __future__ import annotations

from msgspec import Struct


class Flow(Struct, frozen=True):
    """Findings of the machine over the quarter: ``opening + entered - left == closing``."""

    name: str
    opening: int
    entered: int
    left: int
    closing: int


class RuleFlow(Struct, frozen=True):
    """The same of one rule, with its article and its question; a finding that breaks several counts in each."""

    number: int
    rule: str
    article: str
    question: str
    flow: Flow


class LedgerFlow(Struct, frozen=True):
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


class Rectified(Struct, frozen=True):
    """Notices that were closed in the quarter: how many in time, and the days that they took on average, in words."""

    closed: int
    on_time: int
    rate: str
    days: str


class ResultsOf(Struct, frozen=True):
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


class Answered(Struct, frozen=True):
    """Complaints and suggestions: ``opening + received - answered == closing``; no word about what was said by whom."""

    opening: int
    received: int
    answered: int
    on_time: int
    late: int
    closing: int
    overdue: int
    confidential: int


class Held(Struct, frozen=True):
    """An inspection of the quarter: closed, or under way."""

    title: str
    kind: str
    units: int
    drawn: str
    problems: int
    closed: str
    best: str = ""
    full: str = ""


class Practice(Struct, frozen=True):
    """Good practice that an inspection wrote down (经验做法)."""

    unit: str
    what: str


class Agreement(Struct, frozen=True):
    """A system against what is public at the end of a quarter; ``taken`` is the day of its snapshot, empty if there is none."""

    system: str
    period: str
    taken: str
    differing: int
    pending: int


class Point(Struct, frozen=True):
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


class Compared(Struct, frozen=True):
    """A line of the comparison; what history does not reach is empty."""

    title: str
    now: str
    before: str
    change: str
    year_ago: str
    year_change: str


class Charged(Struct, frozen=True):
    """A fact that cost a unit points: by which line, what it is, where it can be looked up."""

    unit: str
    line: str
    fact: str
    reference: str
