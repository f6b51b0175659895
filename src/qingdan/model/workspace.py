"""What a workspace is made of: its files at one moment, its units, and all of it as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.folders import BadFile
    from qingdan.model.items import Entries, Item
    from qingdan.model.rules import Rule, Yielded
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc


class Unit(Struct, frozen=True):
    """A unit of the register, at ``place`` in it. ``short`` is its abbreviation, or its name.

    ``confirmed`` and ``published`` are the days on which it was confirmed and made public as 执法主体, as
    written (empty if it was not); ``complaint`` and ``responsible`` name the parts of these blocks that it gives,
    ``answers`` is the published time in which it answers complaints, as written.
    """

    code: str
    name: str
    short: str
    kind: str
    parent: str = ""
    place: int = 0
    confirmed: str = ""
    published: str = ""
    complaint: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    answers: str = ""


class Snapshot(Protocol):
    """The files of a workspace at one moment, in the work tree or in a revision."""

    def paths(self) -> Sequence[str]:
        """Every path below the folders of a workspace, and ``qingdan.yaml``, sorted."""

    def bad(self) -> Sequence[BadFile]:
        """Paths that cannot be read as files: links, folders with a file's name, unreadable ones."""

    def read(self, path: str) -> bytes:
        """The bytes of one of :meth:`paths`, or of the owners files; KeyError for one that is not there."""


class Texts(Struct, frozen=True):
    """A snapshot held in memory, or a change laid over another snapshot (``None`` removes a file)."""

    files: Mapping[str, bytes | None]
    base: Snapshot | None = None

    def paths(self) -> Sequence[str]:
        """Sorted paths, removed ones left out."""
        below = set(self.base.paths()) if self.base else set()
        return sorted(
            (below | set(self.files)) - {p for p, raw in self.files.items() if raw is None}
        )

    def bad(self) -> Sequence[BadFile]:
        """What the snapshot below cannot read."""
        return self.base.bad() if self.base else ()

    def read(self, path: str) -> bytes:
        """The bytes of a path; KeyError for one that is not there."""
        raw = self.files.get(path)
        if raw is not None:
            return raw
        if self.base is None:
            raise KeyError(path)
        return self.base.read(path)


class Book(Struct, frozen=True):
    """A workspace as values. ``items`` is filled only where whole items are asked for.

    ``settings`` is None if ``qingdan.yaml`` is missing or not valid. ``documents`` holds what is valid
    and no list, by path. ``list_files`` names every list file with its list, unit and number of items;
    ``unread`` names the lists of which a file could not be read, and the registers (``units``) that could not:
    what they hold is not known. ``found`` are the findings of the tree itself, not yet cited and located;
    ``excepted`` those that approved exceptions hide, ``yielded`` those where another law says otherwise.
    """

    settings: Settings | None
    units: Mapping[str, Unit]
    entries: Entries
    documents: Mapping[str, Doc]
    rules: tuple[Rule, ...]
    list_files: tuple[tuple[str, str, str, int], ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    files: int = 0
    unread: frozenset[str] = frozenset()
    found: tuple[Finding, ...] = ()
    excepted: tuple[Finding, ...] = ()
    yielded: tuple[Yielded, ...] = ()
