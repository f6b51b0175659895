"""Running clocks: what is owed by whom until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date

    from qingdan.model.findings import Pointer
    from qingdan.model.limits import Deadline

State = Literal["overdue", "today", "running", "pending", "open"]
NEAR = 2
"""So many working days before its last day a clock is a warning, unless something else is asked for."""
KINDS = (
    "law",
    "adjust",
    "review",
    "publish",
    "complaint",
    "rectify",
    "expiry",
    "inspect",
    "report",
)


class Count(Struct, frozen=True):
    """How a clock stands on a day: ``words`` say it in Chinese.

    ``last`` is None for ``pending`` (the last day cannot be told yet) and ``open`` (no limit is set).
    """

    state: State
    words: str
    last: date | None = None
    deadline: Deadline | None = None


class Clock(Struct, frozen=True):
    """One thing that is owed.

    ``key`` is the same for the same duty on every day; ``duty`` says what is to be done (审核), ``about``
    what it is about. ``units`` (codes) must do it, those of their people who have one of ``roles`` where any is
    asked for; ``owner`` names them; ``concerned`` are the units whose items it is about. ``source`` is a
    regulation's id and an article. ``path`` and ``at`` are where it stands: in the record, the item or the register.
    """

    kind: str
    key: str
    duty: str
    about: str
    owner: str
    count: Count
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    record: str = ""
    source: str = ""
    path: str = ""
    at: Pointer = ()

    @property
    def order(self) -> tuple[bool, str, str]:
        """Sort key: by last day, overdue ones first, those without one last."""
        last = self.count.last
        overdue_unknown = self.count.state == "overdue" and last is None
        return (last is None and not overdue_unknown, str(last or ""), self.key)
