"""The findings of a workspace on a day: what stands in its files, and what has become of the world around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.registry import WORLD_CHECKS, WORLD_CODES
from qingdan.core.checks.resting import blind, unknowable
from qingdan.core.checks.world import World
from qingdan.core.rules.judging import judge as judge_rules
from qingdan.desk.opening import finish, in_the_world
from qingdan.desk.systems.comparing import compare_systems
from qingdan.desk.unseen import refuse_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.exceptions import Sifted
    from qingdan.desk.opening import Opened
    from qingdan.desk.watching import Watch
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Snapshot


def every_finding(
    opened: Opened,
    book: Book,
    snapshot: Snapshot,
    today: date,
    watch: Watch | None = None,
    *,
    partly: bool = False,
) -> tuple[Finding, ...]:
    """All that ``validate`` and ``check`` find, with articles, lines and columns, in order of place.

    ``book`` is that of ``snapshot`` with its items kept, or what ``watch`` took of them. CannotAnswerError where files
    cannot be read and not all is found; ``partly``: what is found is wanted even so.
    """
    if not partly:
        refuse_unseen(book, snapshot, packs=True)
    tree = finish(book.found, book, snapshot)
    world = observe(opened, book, snapshot, today, watch).shown
    return tuple(sorted((*tree, *world), key=lambda finding: finding.order))


def observe(
    opened: Opened, book: Book, snapshot: Snapshot, today: date, watch: Watch | None = None
) -> Sifted:
    """The systems against what is public, the checks of the day, and the rules that a schema answers.

    ``book`` holds its items, or what ``watch`` took of them. Findings are finished; those that exceptions hide or
    another law overrides stand apart. What rests on a file that cannot be read is not judged: see :mod:`qingdan.desk.unseen`.
    """
    rules = watch.judged(book) if watch else judge_rules(book, opened.schemas)
    found = [
        *compare_systems(opened, book, watch),
        *_of_the_day(opened, book, snapshot, today),
        *rules,
    ]
    return in_the_world(found, book, snapshot, today, WORLD_CODES - unknowable(book))


def _of_the_day(opened: Opened, book: Book, snapshot: Snapshot, today: date) -> Iterator[Finding]:
    """What has become wrong by ``today`` without anybody's changing a file."""
    world = World(today, opened.calendar_of(snapshot))
    left = blind(book)
    for name, look in WORLD_CHECKS.items():
        if name not in left:
            yield from look(book, world)
