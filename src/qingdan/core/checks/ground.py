"""What one list item is held against besides itself: the settings and the registers, read once for all items."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core import delegations as delegations_of
from qingdan.core import laws as laws_of
from qingdan.core.places import LAWS_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.delegations import Delegation
    from qingdan.core.laws import Law
    from qingdan.core.schema import Schemas
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Ground(Struct, frozen=True, dict=True):
    """``book`` is the workspace without its lists: settings, units, documents, and the registers that are ``unread``."""

    book: Book
    schemas: Schemas

    @cached_property
    def laws(self) -> Mapping[str, Law]:
        """The register of laws by title."""
        return laws_of.laws(self.book)

    @cached_property
    def low(self) -> frozenset[str]:
        """The titles of those that found no power: see :mod:`qingdan.core.checks.bases_lawful`."""
        return frozenset(title for title, law in self.laws.items() if law.level == laws_of.LOW)

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """The number of articles of those of which it is known."""
        return {title: law.articles for title, law in self.laws.items() if law.articles}

    @cached_property
    def registered(self) -> Mapping[str, Doc] | None:
        """The same as it is written, the last of doubles; None where none is kept or it is not valid."""
        register = self.book.documents.get(LAWS_PATH)
        if register is None:
            return None
        return {str(law["title"]): law for law in cast("list[Doc]", register["laws"])}

    @cached_property
    def delegations(self) -> Mapping[str, Sequence[Delegation]]:
        """Item code to the delegations that name it."""
        return delegations_of.by_item(delegations_of.delegations(self.book))
