"""List items: whole, and what the checks across files need of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.values import Doc

LISTS = ("powers", "approvals", "fees", "funds", "negative")


class Item(Struct, frozen=True):
    """One entry of a list. ``data`` is the item as it stands in the file; it is never changed in place."""

    list: str
    unit: str
    path: str
    index: int
    data: Doc

    @property
    def code(self) -> str:
        """职权编号, the item's key."""
        return str(self.data.get("code", ""))

    @property
    def name(self) -> str:
        """事项名称."""
        return str(self.data.get("name", ""))

    @property
    def type(self) -> str:
        """权责类别; empty for lists that have none."""
        return str(self.data.get("type", ""))

    @property
    def state(self) -> str:
        """在用, 暂停 or 取消."""
        return str(self.data.get("state", ""))


class Exemption(Struct, frozen=True):
    """An approved exception of a list item: findings of this kind are known there, and accepted until a day.

    ``approver`` is a role, ``until`` the last day as written (``2027-06-30``).
    """

    finding: str
    approver: str
    until: str


class Entry(Struct, frozen=True):
    """What the checks across files need of one list item.

    ``refs`` are (field, code) pairs that point at other items, ``laws`` the titles of its bases,
    ``limits`` the statutory and the promised limit as written (empty if there is none), ``charged`` is 是, 否
    or empty; ``discretion`` is the day its discretion standard was issued (empty if it does not say, None
    if it has no standard). ``articles`` are the articles cited of each of ``laws``, as written; ``power_source``
    is 权力来源 or empty; ``ended`` the day from which it is out of use, as written, or empty.
    """

    list: str
    unit: str
    path: str
    index: int
    code: str
    name: str
    type: str
    state: str
    refs: tuple[tuple[str, str], ...] = ()
    laws: tuple[str, ...] = ()
    limits: tuple[str, str] = ("", "")
    charged: str = ""
    discretion: str | None = None
    exemptions: tuple[Exemption, ...] = ()
    articles: tuple[str, ...] = ()
    power_source: str = ""
    ended: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the item is: of one that is not, no more than its code is certain, and no bases are here."""
        return bool(self.laws)

    @property
    def is_linked(self) -> bool:
        """Whether it has to do with others by what it says.

        Of an entry that has not, checks of links find nothing, unless another has its code.
        """
        return bool(self.refs) or self.charged == "是"


class Entries(Protocol):
    """The entries of a book in the order of its files.

    There may be more than memory holds: each is made when it is asked for.
    """

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""

    def __len__(self) -> int:
        """How many there are."""

    def has(self, code: str) -> bool:
        """Whether an entry has this code."""

    def of(self, code: str) -> Entry | None:
        """The entry with this code, the last of doubles; None where there is none."""

    def list_of(self, code: str) -> str:
        """The list in which the entry with this code stands; empty where there is none."""

    def pointing(self, code: str) -> Iterable[Entry]:
        """The entries that point at this code."""

    def exercising(self) -> Iterable[str]:
        """The units that have entries in use, in the order of their files."""

    def exempted(self) -> Iterable[Entry]:
        """The entries with exceptions."""


class Listed(tuple[Entry, ...]):
    """A few entries in memory."""

    __slots__ = ()

    def has(self, code: str) -> bool:
        """Whether an entry has this code."""
        return any(entry.code == code for entry in self)

    def of(self, code: str) -> Entry | None:
        """The entry with this code, the last of doubles; None where there is none."""
        return next((entry for entry in reversed(self) if entry.code == code), None)

    def list_of(self, code: str) -> str:
        """The list in which the entry with this code stands; empty where there is none."""
        entry = self.of(code)
        return entry.list if entry else ""

    def pointing(self, code: str) -> Iterable[Entry]:
        """The entries that point at this code."""
        return [entry for entry in self if any(code == target for _, target in entry.refs)]

    def exercising(self) -> Iterable[str]:
        """The units that have entries in use."""
        return dict.fromkeys(entry.unit for entry in self if entry.state == "在用")

    def exempted(self) -> Iterable[Entry]:
        """The entries with exceptions."""
        return [entry for entry in self if entry.exemptions]
