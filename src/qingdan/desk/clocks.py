"""Every running clock of a workspace, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.world import World
from qingdan.core.clocks import (
    approvals,
    complaints,
    cycle,
    endings,
    inspections,
    laws,
    rectifying,
)
from qingdan.core.clocks.ground import Ground
from qingdan.core.people import known_by, staff
from qingdan.core.places import STAFF_PATH
from qingdan.core.units import acting
from qingdan.desk.opening import require_settings
from qingdan.desk.publications.public import published_records
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.calendar import Calendar
    from qingdan.desk.opening import Opened
    from qingdan.model.clocks import Clock
    from qingdan.model.people import Person
    from qingdan.model.workspace import Book


def running(
    opened: Opened, book: Book, today: date, calendar: Calendar | None = None
) -> list[Clock]:
    """The clocks of a workspace on a day: overdue ones first, those without a last day last.

    ``calendar`` is that of the work tree, unless another state is looked at.
    """
    world = World(today, calendar or opened.calendar())
    ground = Ground(book, require_settings(book), world, published_records(opened, book))
    sources = (laws, approvals, complaints, rectifying, endings, inspections, cycle)
    found = [clock for source in sources for clock in source.clocks(ground)]
    return sorted(found, key=lambda clock: clock.order)


def myself(opened: Opened, book: Book) -> Person:
    """The person who runs the command, by the e-mail that git knows; CannotAnswerError for a stranger."""
    people = staff(book.documents.get(STAFF_PATH))
    if not people:
        raise CannotAnswerError(
            f"没有登记工作人员（{STAFF_PATH}），不知道哪些由您办理；请改用 --unit 单位编号。"
        )
    _, email = opened.repository.identity(opened.identity)
    person = known_by(email, people)
    if person is None:
        raise CannotAnswerError(
            f"{STAFF_PATH}中没有邮箱为 {email} 的人员（git config user.email），不知道哪些由您办理。"
        )
    return person


def is_of(clock: Clock, person: Person, book: Book) -> bool:
    """Whether a person has to see to it: by a role where one is asked for, else as one of the unit that owes it.

    Who works in the unit but has not the role may not take the step, so it is not his.
    """
    if clock.roles:
        return bool(set(person.roles) & set(clock.roles))
    return any(person.unit in acting(code, book.units) for code in clock.units)


def concerns(clock: Clock, unit: str, book: Book) -> bool:
    """Whether a unit or one of its sections owes it, or it is about their items."""
    every = (*clock.units, *clock.concerned)
    return any(unit in acting(code, book.units) for code in every)
