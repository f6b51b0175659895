"""What a run leaves for the next one under the git directory: a file of blobs that may be lost at any time.

It is a matter of speed alone. Whatever is wrong with it (damaged, of another program, another folder or another
user, locked, on a disk that takes nothing), it is thrown away or left alone, and nobody is told.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote
from zlib import crc32

from msgspec import Struct, structs

from qingdan.model.blobs import DamagedError, mark, opened, pack, unpack
from qingdan.model.patterns import pattern
from qingdan.repo.programs import program
from qingdan.repo.whereabouts import OWN, git_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

OFF = "QINGDAN_NO_CACHE"
"""The environment variable that turns it off."""
_HEAD = "head"
_FORMAT = 1
_VERSION = pattern(r"[0-9][0-9A-Za-z.+-]{0,40}")
_WAIT = 0.2
"""So many seconds another process is waited for; what cannot be kept then is not kept."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS blobs (name BLOB PRIMARY KEY, blob BLOB NOT NULL) WITHOUT ROWID"
)
_PUT = "INSERT OR REPLACE INTO blobs VALUES (?, ?)"


State = Literal["none", "usable", "another", "elsewhere", "foreign", "damaged", "busy"]


class Condition(Struct, frozen=True):
    """How a cache is, its bytes, and whose.

    It is left by ``another`` program of this ``version``, brought from ``elsewhere``, or ``foreign``: no file, or another
    user's. ``others`` counts what other workspaces and users keep beside it.
    """

    state: State
    size: int = 0
    version: str = ""
    others: int = 0


class Cache:
    """The blobs of one workspace."""

    def __init__(self, workspace: Path, folder: Path) -> None:
        """``folder``: the git directory."""
        self._root = str(workspace)
        name = f"cache-{_user()}-{crc32(self._root.encode('utf-8', 'surrogateescape')):08x}.db"
        self.path = folder / OWN / name
        self._program = program()
        self._open = self._connected("ro")
        if self._open and not self._is_ours():
            self.close()

    @classmethod
    def of(cls, workspace: Path) -> Cache | None:
        """The cache of a workspace; None where it is turned off or there is no git directory."""
        folder = None if os.environ.get(OFF) else git_folder(workspace)
        return cls(workspace, folder) if folder else None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """What is read here is of one moment, however many processes write; they are kept waiting for it."""
        self._do("BEGIN")
        try:
            yield
        finally:
            self._do("COMMIT")

    def _do(self, sql: str) -> None:
        if self._open and self._open.in_transaction is (sql == "COMMIT"):
            with contextlib.suppress(sqlite3.Error):
                self._open.execute(sql)

    def get(self, name: str) -> bytes | None:
        """The blob of a name; None where there is none that can be read."""
        try:
            return self._blob(self._open, name) if self._open else None
        except sqlite3.Error:
            self.close()
            return None

    @staticmethod
    def _blob(connection: sqlite3.Connection, name: str) -> bytes | None:
        row = connection.execute("SELECT blob FROM blobs WHERE name = ?", (_key(name),)).fetchone()
        return row[0] if row and isinstance(row[0], bytes) else None

    def keep(self, blobs: Iterable[tuple[str, bytes | None]], seen: Mapping[str, int]) -> None:
        """Take blobs in (None: throw one away), all of them or none.

        None if another process has been quicker: ``seen`` are the marks (0: it was not there) of what they rest on.
        """
        fresh = self._open is None
        self.close()
        with contextlib.suppress(sqlite3.Error, OSError):
            if fresh:
                self._throw_away()
            self._write(blobs, {} if fresh else seen)
        self._open = self._connected("ro")

    def _write(self, blobs: Iterable[tuple[str, bytes | None]], seen: Mapping[str, int]) -> None:
        self.path.parent.mkdir(exist_ok=True)
        connection = self._connected("rwc")
        if connection is None:
            return
        with contextlib.closing(connection):
            connection.execute("PRAGMA synchronous = OFF")  # marks tell what was half written
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_TABLE)
            if any(self._mark(connection, name) != known for name, known in seen.items()):
                return
            self._put(connection, _HEAD, pack(_HEAD, self._facts()))
            for name, blob in blobs:
                self._put(connection, name, blob)
            connection.execute("COMMIT")

    @staticmethod
    def _put(connection: sqlite3.Connection, name: str, blob: bytes | None) -> None:
        if blob is None:
            connection.execute("DELETE FROM blobs WHERE name = ?", (_key(name),))
        else:
            connection.execute(_PUT, (_key(name), blob))

    @classmethod
    def _mark(cls, connection: sqlite3.Connection, name: str) -> int:
        return mark(cls._blob(connection, name) or b"")

    def _connected(self, mode: str) -> sqlite3.Connection | None:
        status = self._status()
        if status and not _is_own(status):
            return None
        if not status and mode == "ro":
            return None
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?mode={mode}",
                timeout=_WAIT,
                isolation_level=None,
                uri=True,
            )
            connection.execute("PRAGMA trusted_schema = OFF")
        except sqlite3.Error:
            return None
        return connection

    def _is_ours(self) -> bool:
        """Whether it is of this program, this folder and this file: not one that was brought from elsewhere."""
        try:
            return bool(unpack(_HEAD, self.get(_HEAD)) == self._facts())
        except DamagedError:
            return False

    def _facts(self) -> list[object]:
        status = self._status()
        spot = [status.st_dev, status.st_ino] if status else []
        return [_FORMAT, self._program, self._root, *spot]

    def _status(self) -> os.stat_result | None:
        try:
            return self.path.lstat()
        except OSError:
            return None

    def condition(self) -> Condition:
        """How the file is, every blob looked at; nothing is changed."""
        status = self._status()
        others = sum(path != self.path for path in self.path.parent.glob("cache-*.db"))
        if status is None:
            return Condition("none", others=others)
        if not _is_own(status):
            return Condition("foreign", status.st_size, others=others)
        return structs.replace(self._looked_through(), size=status.st_size, others=others)

    def _looked_through(self) -> Condition:
        connection = self._connected("ro")
        if connection is None:
            return Condition("damaged")
        with contextlib.closing(connection):
            try:
                facts = unpack(_HEAD, self._blob(connection, _HEAD))
                if facts == self._facts():
                    _prove(connection)
            except sqlite3.Error as error:
                return Condition("busy" if _is_busy(error) else "damaged")
            except (DamagedError, ValueError, TypeError, AttributeError):
                return Condition("damaged")
        return self._told(facts)

    def _told(self, facts: object) -> Condition:
        """Whose a cache is by what its head says."""
        match facts:
            case [int(), str(by), str(), int(), int()] if version := _VERSION.match(by):
                own = self._facts()
                state: State = "elsewhere" if facts[:2] == own[:2] else "another"
                return Condition("usable" if facts == own else state, version=version[0])
            case _:
                return Condition("damaged")

    def _throw_away(self) -> None:
        status = self._status()
        if status and _is_own(status):
            for end in ("", "-journal", "-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        """Done with it."""
        if self._open:
            with contextlib.suppress(sqlite3.Error):
                self._open.close()
        self._open = None


def _key(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _prove(connection: sqlite3.Connection) -> None:
    """DamagedError unless the file is sound and every blob is what was put there."""
    if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
        raise DamagedError
    for key, blob in connection.execute("SELECT name, blob FROM blobs"):
        name = key.decode("utf-8", "surrogatepass")
        if opened(blob)[0] not in {name, name.partition(" ")[2]}:  # sheets know their path alone
            raise DamagedError


def _is_busy(error: sqlite3.Error) -> bool:
    """Whether another process writes just now."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY


def _is_own(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_uid == _user()


def _user() -> int:
    return os.getuid()
