"""Commits, their trailers and the files they touch, as git tells them."""

from __future__ import annotations

from datetime import timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import date, datetime

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time, without summer time since 1991."""


class FileChange(Struct, frozen=True):
    """A file that a commit changed against its first parent; an empty id means that it is not there.

    ``others`` are the ids in the other parents of a merge, where they were asked for.
    """

    path: str
    before: str
    after: str
    others: tuple[str, ...] = ()


class Commit(Struct, frozen=True, dict=True):
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

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        """The trailers by name: a commit is asked for some fifty of them when it is judged."""
        named: dict[str, tuple[str, ...]] = {}
        for name, value in self.trailers:
            key = name.lower()
            named[key] = (*named.get(key, ()), value)
        return named

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


class FileEdit(Struct, frozen=True):
    """A file to write. ``before`` is what must stand there now (None: nothing), ``after`` what shall."""

    path: str
    before: bytes | None
    after: bytes | None


class Change(Struct, frozen=True):
    """A commit to be made: the files and the message, trailers included.

    ``takes_edits`` says that edits already made in the work tree belong to it.
    """

    edits: tuple[FileEdit, ...]
    message: str
    takes_edits: bool = False
