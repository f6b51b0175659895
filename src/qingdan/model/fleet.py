"""A fleet: many repositories that are looked at together, as a city's districts or a province's cities are.

What goes to another process or machine and comes back (:class:`Task`, :class:`Outcome`) holds plain values alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from qingdan.model.findings import SEVERITIES

if TYPE_CHECKING:
    from qingdan.model.cards import Table
    from qingdan.model.findings import Severity
    from qingdan.model.reports import Ranked
    from qingdan.model.settings import Scoring

Action = Literal["validate", "check", "report"]
State = Literal["fine", "faulty", "unread"]
STATE_WORDS: dict[State, str] = {"fine": "正常", "faulty": "有问题", "unread": "不能读取"}
"""What people read for a state."""


class Listed(Struct, frozen=True):
    """A repository of the list: ``at`` is a path or a URL, ``folder`` where its workspace stands in it.

    An empty ``branch`` is what the repository itself takes for its own.
    """

    name: str
    at: str
    branch: str = ""
    group: str = ""
    folder: str = ""


class Terms(Struct, frozen=True):
    """By what repositories are ranked. With ``per``, points are for so many items: the larger place pays no more."""

    scoring: Scoring
    per: int = 0


class Fleet(Struct, frozen=True):
    """The list of repositories; ``terms`` is None where it does not say how they are to be ranked."""

    title: str
    repositories: tuple[Listed, ...]
    terms: Terms | None = None


class Bounds(Struct, frozen=True):
    """What one repository may take: seconds, memory beyond the program's own and the largest file fetched (both in MiB)."""

    seconds: int = 600
    memory: int = 4096
    size: int = 2048


class Asked(Struct, frozen=True):
    """What is asked of every repository; ``today`` and ``period`` are as they are written, empty where not needed."""

    action: Action
    today: str = ""
    kind: str = ""
    period: str = ""


class Task(Struct, frozen=True):
    """What a worker is given: done twice, it is the same as done once.

    ``cache`` is where repositories are kept; empty for the machine's own place. ``version`` is the program's.
    """

    repository: Listed
    asked: Asked
    version: str
    cache: str = ""
    bounds: Bounds = field(default_factory=Bounds)


class Counted(Struct, frozen=True):
    """Findings of one kind that break the same rules, and how many of them there are."""

    code: str
    severity: Severity
    rules: tuple[str, ...]
    count: int


class Moved(Struct, frozen=True):
    """What a period brought: items, adjustments, findings that came and went; the day its report was closed."""

    entered: int
    cancelled: int
    adjusted: int
    late: int
    new: int
    gone: int
    closed: str = ""


class Outcome(Struct, frozen=True):
    """What was found in a repository at a commit; ``why`` says why it could not be read.

    ``day`` is that of the newest commit.
    """

    name: str
    why: str = ""
    commit: str = ""
    day: str = ""
    files: int = 0
    items: int = 0
    found: tuple[Counted, ...] = ()
    moved: Moved | None = None

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(each.count for each in self.found if each.severity == severity)

    def state(self, fail_on: Severity) -> State:
        """How it stands, where findings from ``fail_on`` on make it faulty."""
        if self.why:
            return "unread"
        counting = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        return "faulty" if any(map(self.count, counting)) else "fine"


class Summary(Struct, frozen=True):
    """The whole: every repository of the list in its order, and their ranking; addresses are as they may be shown.

    ``period`` is the period's title, empty where none was asked about.
    """

    fleet: Fleet
    asked: Asked
    outcomes: tuple[Outcome, ...]
    ranking: tuple[Ranked, ...]
    fail_on: Severity
    period: str = ""

    def states(self, state: State) -> int:
        """How many repositories stand so."""
        return sum(outcome.state(self.fail_on) == state for outcome in self.outcomes)


class Page(Struct, frozen=True):
    """What people read of a summary: sentences, and named tables."""

    title: str
    told: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...]
