"""Commits, their trailers and the files they touch, as git tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time, without summer time since 1991."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed against its first parent; an empty id means that it is not there.

    ``others`` are the ids in the other parents of a merge, where they were asked for.
    """

    path: str
    before: str
    after: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. ``trailers`` are those of git's own reading, in order; ``body`` is the whole message.

    ``author`` and ``email`` are the author's.
    """

    id: str
    parents: tuple[str, ...]
    authored: datetime
    committed: datetime
    author: str
    subject: str
    trailers: tuple[tuple[str, str], ...]
    body: str
    changes: tuple[FileChange, ...] = ()
    email: str = ""
    _named: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the trailers out by name: a commit is asked for some fifty of them when it is judged."""
        for name, value in self.trailers:
            key = name.lower()
            self._named[key] = (*self._named.get(key, ()), value)

    @property
    def applied(self) -> date:
        """The author's day in Asia/Shanghai: the day of the application."""
        return self.authored.astimezone(SHANGHAI).date()

    @property
    def day(self) -> date:
        """The committer's day in Asia/Shanghai: the day on which it came to this history."""
        return self.committed.astimezone(SHANGHAI).date()

    def values(self, key: str) -> tuple[str, ...]:
        """The values of a trailer, in order; as for git, case does not matter in its name."""
        return self._named.get(key.lower(), ())

    def value(self, key: str) -> str:
        """The last value of a trailer, or an empty text."""
        return (self.values(key) or ("",))[-1]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file to write. ``before`` is what must stand there now (None: nothing), ``after`` what shall."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """A commit to be made: the files and the message, trailers included.

    ``takes_edits`` says that edits already made in the work tree belong to it.
    """

    edits: tuple[FileEdit, ...]
    message: str
    takes_edits: bool = False
