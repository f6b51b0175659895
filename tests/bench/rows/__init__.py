"""What a run of the bench gives: rows that compare qingdan with a floor or a peer, measured side by side."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from corpora import Corpora
from peering import MissingError, Peers
from timing import Command, FailedError, in_turn

Round = Mapping[str, float]
"""Seconds of each command in one round."""
Share = Callable[[Round], float]
TODAY = "2026-11-20"
FAILED = "命令没有成功"


@dataclass(frozen=True, slots=True)
class Limit:
    """What the project set itself: ``most``: at most so many times the floor; ``least``: the peer takes at least so many times."""

    sense: Literal["most", "least"]
    value: float

    def met(self, figure: float) -> bool:
        """Whether a figure keeps the limit."""
        return figure <= self.value if self.sense == "most" else figure >= self.value


@dataclass(frozen=True, slots=True)
class Span:
    """The smallest and the middle of what was measured."""

    least: float
    median: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table; ``note`` says why it was not measured. ``unit`` is 倍 for ratios, 秒 or MB for what stands alone."""

    subject: str
    size: str
    what: str
    against: str = ""
    own: Span | None = None
    floor: Span | None = None
    figure: float | None = None
    unit: str = "倍"
    faster: bool = False
    limit: Limit | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none, or nothing was measured."""
        return None if self.limit is None or self.figure is None else self.limit.met(self.figure)

    @property
    def failed(self) -> bool:
        """Whether a command that is there did not succeed."""
        return self.note == FAILED


@dataclass(frozen=True, slots=True)
class Row:
    """What of a round is qingdan's share, and what it is compared with.

    ``faster``: the figure is how many times as long the other one takes, not how many times as long qingdan takes.
    Without ``floor`` the figure is the seconds themselves.
    """

    what: str
    own: Share
    against: str = ""
    floor: Share | None = None
    faster: bool = False
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that are timed in turn, and the rows that follow from their times."""

    subject: str
    size: str
    commands: Mapping[str, Command]
    rows: Sequence[Row]
    rounds: int

    def outcomes(self) -> Iterator[Outcome]:
        """Time the commands; where one of them fails, each row says so."""
        print(
            f"{self.subject}{self.size and '，'}{self.size}：{'、'.join(self.commands)} …",
            file=sys.stderr,
        )
        try:
            rounds = list(in_turn(self.commands, self.rounds))
        except FailedError as error:
            print(error, file=sys.stderr)
            yield from unmeasured(self.subject, self.size, self.rows, FAILED)
            return
        for row in self.rows:
            yield self.outcome(row, rounds)

    def outcome(self, row: Row, rounds: Sequence[Round]) -> Outcome:
        """What follows for a row: the median of the ratios taken round by round, not the ratio of the medians."""
        own = [row.own(each) for each in rounds]
        known = Outcome(
            self.subject,
            self.size,
            row.what,
            row.against,
            _span(own),
            faster=row.faster,
            limit=row.limit,
        )
        if row.floor is None:
            return replace(known, figure=statistics.median(own), unit="秒")
        others = [row.floor(each) for each in rounds]
        pairs = zip(own, others, strict=True)
        ratios = [b / a if row.faster else a / b for a, b in pairs]
        return replace(known, floor=_span(others), figure=statistics.median(ratios))


def unmeasured(subject: str, size: str, rows: Sequence[Row], why: str) -> Iterator[Outcome]:
    """The rows as they stand where nothing could be measured."""
    for row in rows:
        yield Outcome(
            subject, size, row.what, row.against, faster=row.faster, limit=row.limit, note=why
        )


def _span(seconds: Sequence[float]) -> Span:
    return Span(min(seconds), statistics.median(seconds))


def of(name: str) -> Share:
    """The time of one command."""
    return lambda each: each[name]


def beyond(name: str, start: str) -> Share:
    """The time of one command beyond that of another, which is its start."""
    return lambda each: each[name] - each[start]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured. Sizes in items; 0 leaves them out. ``patient``: slow peers also at the larger size."""

    name: str
    minutes: str
    rounds: int = 5
    district: int = 4_000
    city: int = 64_000
    province: int = 0
    commits: int = 10_000
    patient: bool = False

    @property
    def few(self) -> int:
        """Rounds of what takes long."""
        return min(self.rounds, 3)

    @property
    def largest(self) -> int:
        """The size at which what must not grow is measured."""
        return self.city or self.district

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes at which everything is measured."""
        return tuple(size for size in (self.district, self.city) if size)


@dataclass(eq=False)
class Ground:
    """What the rows are measured on: the scale, the corpora, the peers, the program."""

    folder: Path
    scale: Scale
    qingdan: str = field(default_factory=lambda: str(Path(sys.executable).parent / "qingdan"))

    @cached_property
    def corpora(self) -> Corpora:
        """The generated workspaces."""
        return Corpora(self.folder / "corpora")

    @cached_property
    def peers(self) -> Peers:
        """The peers."""
        return Peers(self.folder / "peers")

    @cached_property
    def start(self) -> Command:
        """The program's start and nothing else."""
        return Command([self.qingdan, "--version"])

    def on(self, work: Path, *words: str, codes: Sequence[int] = (0,)) -> Command:
        """A command of qingdan in a workspace."""
        return Command([self.qingdan, "-C", str(work), *words], codes=frozenset(codes))

    def cold(self, work: Path, *words: str, codes: Sequence[int] = (0,)) -> Command:
        """The same without what earlier runs have left."""
        return replace(self.on(work, *words, codes=codes), env={"QINGDAN_NO_CACHE": "1"})

    def peer(self, name: str, lists: Path) -> Command | str:
        """How a peer checks these files, or why it cannot be measured."""
        try:
            return self.peers.command(name, lists)
        except MissingError as error:
            return str(error)


def first_code(path: Path) -> str:
    """The code of the first item of a list file."""
    text = path.read_text("utf-8")
    return text.partition("\n- code: ")[2].partition("\n")[0]


def items(count: int) -> str:
    """A size as the table tells it."""
    return f"{count:,}项"


def limit(size: int, limits: Mapping[int, float], sense: Literal["most", "least"]) -> Limit | None:
    """The limit that is set for a size; none for a size for which nothing was set."""
    return Limit(sense, limits[size]) if size in limits else None
