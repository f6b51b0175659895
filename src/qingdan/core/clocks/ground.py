"""What decides about clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection

    from qingdan.core.checks.world import World
    from qingdan.model.settings import Settings
    from qingdan.model.workspace import Book


class Ground(Struct, frozen=True):
    """The workspace, its settings, the day; ``public`` are the records whose adjustments were made public."""

    book: Book
    settings: Settings
    world: World
    public: Collection[str] = ()
