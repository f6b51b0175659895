"""Every running clock of a workspace, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.world import World
from qingdan.core.clocks import approvals, endings, laws, rectifying
from qingdan.core.clocks.ground import Ground
from qingdan.core.people import known_by, staff
from qingdan.core.places import STAFF_PATH, stem
from qingdan.core.publications import publications
from qingdan.core.units import acting
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.clocks import Clock
    from qingdan.model.people import Person
    from qingdan.model.workspace import Book, Doc

_RECORDS = "ledger/adjustments"


def running(opened: Opened, book: Book, today: date) -> list[Clock]:
    """The clocks of a workspace on a day: overdue ones first, those without a last day last."""
    world = World(today, opened.calendar())
    ground = Ground(book, require_settings(book), world, _public(opened, book))
    sources = (laws, approvals, rectifying, endings)
    found = [clock for source in sources for clock in source.clocks(ground)]
    return sorted(found, key=lambda clock: clock.order)


def _public(opened: Opened, book: Book) -> frozenset[str]:
    """The records each of whose lists was published with them."""
    lists = {entry.code: entry.list for entry in book.entries}
    wanted = {
        str(doc["id"]): _lists(doc, lists)
        for path, doc in book.documents.items()
        if path.startswith(_RECORDS)
    }
    held: dict[str, set[str]] = {}
    for publication in publications(book):
        names = cast("list[str]", publication["lists"])
        for _, _, path in opened.repository.entries(str(publication["commit"]), _RECORDS):
            held.setdefault(stem(path), set()).update(names)
    return frozenset(
        record for record, names in wanted.items() if names and names <= held.get(record, set())
    )


def _lists(record: Doc, lists: dict[str, str]) -> set[str]:
    items = cast("list[str]", record.get("items") or ())
    whole = cast("list[str]", record.get("lists") or ())
    return {lists[code] for code in items if code in lists} | set(whole)


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


def is_of(clock: Clock, person: Person) -> bool:
    """Whether a person has to see to it: by a role, or as one of the unit that owes it."""
    return person.unit in clock.units or bool(set(person.roles) & set(clock.roles))


def concerns(clock: Clock, unit: str, book: Book) -> bool:
    """Whether a unit or one of its sections owes it, or it is about their items."""
    every = (*clock.units, *clock.concerned)
    return any(unit in acting(code, book.units) for code in every)
