"""``registers/staff.yaml`` as values: who commits under which e-mail, in which unit, with which roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.model.values import Doc


def staff(document: Doc | None) -> tuple[Person, ...]:
    """The people of a valid register, in its order; none where none is kept."""
    entries = cast("list[Doc]", (document or {}).get("staff") or [])
    return tuple(
        Person(
            str(entry["name"]),
            str(entry["unit"]),
            str(entry["email"]),
            tuple(cast("list[str]", entry.get("roles") or ())),
            str(entry.get("key", "")),
        )
        for entry in entries
    )


def known_by(email: str, people: Iterable[Person]) -> Person | None:
    """The person with this e-mail, whatever its case; None for nobody."""
    wanted = email.casefold()
    return next((person for person in people if person.email.casefold() == wanted), None)
