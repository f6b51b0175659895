"""The checks that depend on the day: laws in force, delegations, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.registry import WORLD_CHECKS
from qingdan.core.checks.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def world_findings(opened: Opened, book: Book, today: date) -> Iterator[Finding]:
    """What has become wrong by ``today`` without anybody's changing a file."""
    world = World(today, opened.calendar())
    for look in WORLD_CHECKS.values():
        yield from look(book, world)
