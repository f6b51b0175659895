"""What decides about clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from qingdan.core.checks.world import World
    from qingdan.model.workspace import Book, Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """The workspace, its settings, the day; ``public`` are the records whose adjustments were made public."""

    book: Book
    settings: Settings
    world: World
    public: Collection[str] = ()
