"""Where sheets stand: what a run found in each file, kept for what else it asks, and for the next run.

A shelf is filled while a workspace is read. In memory it holds packed sheets alone; what the run before left is in
the ``drawer`` and is fetched when it is needed. One table tells for every file by which content it was judged, and
carries a mark of every blob that belongs to it: a blob of another moment, or a damaged one, is never taken for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Struct, field

from qingdan.core.stock import told
from qingdan.core.stock.names import PARTS, Names
from qingdan.core.stock.sheets import unpacked
from qingdan.model.blobs import DamagedError, mark, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from qingdan.core.stock.sheets import Sheet
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.values import Doc

TABLE = "table"
_UNPACKED = 128
"""So many files are kept unpacked: who looks at one looks at it again."""


IN_MEMORY = 1 << 23
"""So many bytes of new blobs stay in memory; more are spilt where there is something to spill to."""


class Spilling(Protocol):
    """Where a command puts what it has found before it is kept."""

    def put(self, raw: bytes, /) -> tuple[int, int] | None:
        """Where it is now; None where it cannot be taken."""

    def get(self, spot: tuple[int, int], /) -> bytes:
        """What was put there."""


class Drawer(Protocol):
    """Where blobs lie from one run to the next."""

    def get(self, name: str) -> bytes | None:
        """The blob of a name; None where there is none."""


Known = tuple[tuple["Finding", ...], "Doc | None"]
"""What was found in a file that is no list, and its document if that is valid."""


class Line(Struct):
    """What the table says of a list file: by which content (``id``), the marks of its blobs, and as in its sheet."""

    id: str
    entries: int
    findings: int
    list: str
    unit: str
    count: int
    used: bool
    exempted: bool
    linked: bool


class Found(Struct):
    """The findings of a list file: by itself, against the registers, and against the entries of others."""

    own: tuple[Finding, ...] = ()
    judged: tuple[Finding, ...] = ()
    linked: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.own or self.judged or self.linked)

    @property
    def all(self) -> tuple[Finding, ...]:
        """All of them."""
        return (*self.own, *self.judged, *self.linked)


class Shelf(Struct, eq=False, dict=True):
    """The list files of a workspace.

    ``ids``: path to the content that it has now, as far as that is known; what was kept of others is not used.
    ``is_kept``: whether it may serve the next run. ``settings``, ``ground`` and ``unread`` are what its sheets were
    judged by, as texts. The entries of ``unpacked`` files are held as values: of all (None) by who holds whole items.
    ``unfolded`` are documents that were unpacked before, with the content that they are of: shelves of one command share them.
    """

    drawer: Drawer | None = None
    ids: dict[str, str] = field(default_factory=dict)
    is_kept: bool = False
    lines: dict[str, Line] = field(default_factory=dict)
    documents: dict[str, tuple[str, int]] = field(default_factory=dict)
    settings: str = ""
    ground: str = ""
    unread: tuple[str, ...] = ()
    again: Callable[[str], Sheet] | None = None
    spill: Spilling | None = None
    unpacked: int | None = _UNPACKED
    unfolded: dict[str, tuple[str, Known]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing has been fetched yet."""
        self._marks: list[int] = []
        self._blobs: dict[str, bytes | tuple[int, int]] = {}
        self._held = 0
        self._found: dict[str, Found] = {}
        self._gone: set[str] = set()
        self.names = self._no_names()
        self._entries = lru_cache(self.unpacked)(self._unpacked)

    @classmethod
    def kept(
        cls, drawer: Drawer, ids: dict[str, str], unfolded: dict[str, tuple[str, Known]]
    ) -> Shelf:
        """As the run before left it; empty if it left nothing, or that is damaged."""
        try:
            table = unpack(TABLE, drawer.get(TABLE))
            lines = {path: Line(*row) for path, row in table["lists"].items()}
            documents = {
                path: (str(row[0]), int(row[1])) for path, row in table["documents"].items()
            }
            judged = (table["settings"], table["ground"], tuple(table["unread"]))
            shelf = cls(drawer, ids, True, lines, documents, *judged, unfolded=unfolded)
            shelf._marks = list(map(int, table["names"]))
        except (DamagedError, TypeError, ValueError, KeyError, AttributeError, IndexError):
            return cls(drawer, ids, is_kept=True, unfolded=unfolded)
        shelf.names = Names(shelf._part)
        return shelf

    def _no_names(self) -> Names:
        return Names() if self.is_kept else Names(parts=1)

    @property
    def is_new(self) -> bool:
        """Whether nothing was kept."""
        return not self._marks

    def holds(self, path: str) -> bool:
        """Whether the sheet of a list file is of the content that the file has."""
        line = self.lines.get(path)
        return line is not None and bool(line.id) and line.id == self.ids.get(path)

    def put(self, sheet: Sheet) -> tuple[set[str], set[str]]:
        """A sheet in the place of the one that the file had; the codes of that one, and those it pointed at."""
        before = self.remove(sheet.path)
        path = sheet.path
        self._hold(_entries_of(path), sheet.packed)
        self.lines[path] = Line(
            sheet.id, mark(sheet.packed), 0, sheet.list, sheet.unit, sheet.count,
            sheet.used, sheet.exempted, sheet.linked,
        )  # fmt: skip
        self._found[path] = Found(sheet.found, sheet.judged)
        self.names.add(path, sheet.codes, sheet.named)
        return before

    def remove(self, path: str) -> tuple[set[str], set[str]]:
        """Take a file's sheet away; the codes it had, and those it pointed at."""
        if path not in self.lines:
            return set(), set()
        codes, named = self.codes(path)
        self.names.remove(path, codes, named)
        del self.lines[path]
        self._blobs.pop(_entries_of(path), None)
        self._found.pop(path, None)
        self._gone.add(path)
        self._entries.cache_clear()
        return codes, named

    def clear_lists(self) -> None:
        """Take the sheets of all files away."""
        self._gone |= self.lines.keys()
        self.lines, self._found, self._marks = {}, {}, []
        self.names = self._no_names()
        self._entries.cache_clear()

    def codes(self, path: str) -> tuple[set[str], set[str]]:
        """The codes that a file has, and those that it points at."""
        entries = self.entries(path)
        return {e.code for e in entries if e.code}, {code for e in entries for _, code in e.refs}

    def count_names(self) -> None:
        """Find the codes of all files anew."""
        self.names.clear()
        for path in self.lines:
            self.names.add(path, *self.codes(path))

    def entries(self, path: str) -> tuple[Entry, ...]:
        """The entries of a list file."""
        return self._entries(path)

    def _unpacked(self, path: str) -> tuple[Entry, ...]:
        name = _entries_of(path)
        blob = self._blob(name)
        try:
            if blob is None:
                blob = self._fetched(name, self.lines[path].entries)
            return tuple(unpacked(path, blob))
        except DamagedError:
            if self.again is None:
                raise
            return tuple(self.again(path).entries())

    def found(self, path: str) -> Found:
        """The findings of a list file."""
        known = self._found.get(path)
        if known is None:
            name, line = _findings_of(path), self.lines[path]
            rows = (
                unpack(name, self._fetched(name, line.findings)) if line.findings else ((), (), ())
            )
            if len(rows) != len(Found.__struct_fields__):
                raise DamagedError
            known = self._found[path] = Found(*(tuple(told.findings(part)) for part in rows))
        return known

    def findings(self) -> Iterator[Finding]:
        """Those of all list files, in the order of these."""
        for path in sorted(self.lines):
            if path in self._found or self.lines[path].findings:
                yield from self.found(path).all

    def document(self, path: str) -> Known | None:
        """What was found in a file that is no list, and its document; None if that is not of the content that it has."""
        id_, expected = self.documents.get(path, ("", 0))
        if not id_ or id_ != self.ids.get(path):
            return None
        before = self.unfolded.get(path)
        if before and before[0] == id_:
            return before[1]
        name = _document_of(path)
        found = _known(name, self._fetched(name, expected))[1]
        self.unfolded[path] = id_, found
        return found

    def put_document(
        self, path: str, id_: str, findings: Iterable[Finding], document: Doc | None
    ) -> None:
        """What was found in a file of this content that is no list."""
        name, rows = _document_of(path), tuple(findings)
        blob = pack(name, [id_, told.of_findings(rows), document])
        self._hold(name, blob)
        self.documents[path] = (id_, mark(blob))
        self.unfolded[path] = id_, (rows, document)
        self.ids[path] = id_

    def only(self, paths: Iterable[str], documents: Iterable[str]) -> tuple[set[str], set[str]]:
        """Forget every other file; the codes that lists had which are there no more, and those that they pointed at."""
        codes: set[str] = set()
        named: set[str] = set()
        for path in self.lines.keys() - set(paths):
            mine, theirs = self.remove(path)
            codes |= mine
            named |= theirs
        for path in self.documents.keys() - set(documents):
            del self.documents[path]
            self._gone.add(path)
        return codes, named

    def to_keep(self) -> Iterator[tuple[str, bytes | None]]:
        """What the drawer has to take in for the next run, or (None) to throw away; the table comes last."""
        for path in self._gone:
            yield from ((of(path), None) for of in (_entries_of, _findings_of, _document_of))
        for path, found in self._found.items():
            parts = (found.own, found.judged, found.linked)
            blob = pack(_findings_of(path), list(map(told.of_findings, parts))) if found else None
            line = self.lines[path]
            now = mark(blob) if blob else 0
            if now != line.findings:
                line.findings = now
                yield _findings_of(path), blob
        for name in self._blobs:
            yield name, self._blob(name)
        changed = range(PARTS) if self.is_new else sorted(self.names.changed)
        self._marks = self._marks or [0] * PARTS
        for number in changed:
            blob = pack(_part(number), self.names.part(number))
            self._marks[number] = mark(blob)
            yield _part(number), blob
        yield TABLE, pack(TABLE, self._table())

    def _table(self) -> dict[str, Any]:
        lines = {
            path: [getattr(line, key) for key in Line.__struct_fields__]
            for path, line in self.lines.items()
        }
        return {
            "settings": self.settings,
            "ground": self.ground,
            "unread": self.unread,
            "names": self._marks,
            "documents": self.documents,
            "lists": lines,
        }

    def _hold(self, name: str, blob: bytes) -> None:
        self._held += len(blob)
        spot = self.spill.put(blob) if self.spill and self._held > IN_MEMORY else None
        self._blobs[name] = spot or blob

    def _blob(self, name: str) -> bytes | None:
        blob = self._blobs.get(name)
        return (
            self.spill.get(blob) if self.spill and isinstance(blob, tuple) else cast("bytes", blob)
        )

    def _part(self, number: int) -> Any:
        return unpack(_part(number), self._fetched(_part(number), self._marks[number]))

    def _fetched(self, name: str, expected: int) -> bytes:
        blob = self.drawer.get(name) if self.drawer else None
        if blob is None or mark(blob) != expected:
            raise DamagedError
        return blob


class Stock:
    """The entries of a shelf, as a book has them."""

    def __init__(self, shelf: Shelf) -> None:
        """``shelf``: filled."""
        self._shelf = shelf

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""
        for path in self._paths:
            yield from self._shelf.entries(path)

    def __len__(self) -> int:
        """How many there are."""
        return sum(line.count for line in self._shelf.lines.values())

    @property
    def _paths(self) -> list[str]:
        return sorted(self._shelf.lines)

    def has(self, code: str) -> bool:
        """Whether an entry has this code."""
        return bool(self.having(code))

    def of(self, code: str) -> Entry | None:
        """The entry with this code, the last of doubles; None where there is none."""
        paths = self.having(code)
        entries = self._shelf.entries(max(paths)) if paths else ()
        return next((entry for entry in reversed(entries) if entry.code == code), None)

    def list_of(self, code: str) -> str:
        """The list in which the entry with this code stands; empty where there is none."""
        paths = self.having(code)
        return self._shelf.lines[max(paths)].list if paths else ""

    def having(self, code: str) -> list[str]:
        """The files with an entry of this code."""
        return self._files(self._shelf.names.having, code)

    def pointing(self, code: str) -> Iterator[Entry]:
        """The entries that point at this code."""
        for path in sorted(self._files(self._shelf.names.naming, code)):
            for entry in self._shelf.entries(path):
                if any(code == target for _, target in entry.refs):
                    yield entry

    def _files(self, ask: Callable[[str], list[str]], code: str) -> list[str]:
        try:
            return ask(code)
        except DamagedError:  # the cache is another one since: all is here but the names
            self._shelf.count_names()
            return ask(code)

    def exercising(self) -> Iterator[str]:
        """The units that have entries in use, in the order of their files."""
        lines = self._shelf.lines
        yield from dict.fromkeys(lines[path].unit for path in self._paths if lines[path].used)

    def exempted(self) -> Iterator[Entry]:
        """The entries with exceptions."""
        for path in self._paths:
            if self._shelf.lines[path].exempted:
                yield from (entry for entry in self._shelf.entries(path) if entry.exemptions)


def document_in(drawer: Drawer, path: str, id_: str) -> Doc | None:
    """What the run before found a file of this content to hold that is no list; None where it is not known, or not valid."""
    name = _document_of(path)
    try:
        of, (_, document) = _known(name, drawer.get(name))
    except DamagedError:
        return None
    return document if of == id_ else None


def _known(name: str, blob: bytes | None) -> tuple[str, Known]:
    """The content that a document is of, and what was found in it; DamagedError for a blob that is none."""
    try:
        id_, findings, document = unpack(name, blob)
    except (TypeError, ValueError):
        raise DamagedError from None
    return str(id_), (tuple(told.findings(findings)), cast("Doc | None", document))


def _entries_of(path: str) -> str:
    return f"entries {path}"


def _findings_of(path: str) -> str:
    return f"findings {path}"


def _document_of(path: str) -> str:
    return f"document {path}"


def _part(number: int) -> str:
    return f"names {number}"
