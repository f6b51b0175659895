"""Applications owed because a basis changed or was repealed: one clock for a law, a day and those who must apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks import bases_current
from qingdan.core.clocks.counting import by_limit
from qingdan.core.exceptions import sift_on
from qingdan.core.units import called
from qingdan.model.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from qingdan.core.checks.bases_current import Case
    from qingdan.core.clocks.ground import Ground

_CODES = ("QD417", "QD418", "QD419")


def clocks(ground: Ground) -> Iterator[Clock]:
    """What ``check`` finds as QD417, QD418 and QD419, as far as no approved exception hides it."""
    book, world = ground.book, ground.world
    hidden = sift_on(bases_current.check(book, world), book, _CODES, world.today).hidden
    excepted = {(finding.path, finding.at) for finding in hidden}
    found: dict[tuple[str, date, str], list[Case]] = {}
    for case in bases_current.cases(book, lambda law: law.has_moved(world.today)):
        start = bases_current.owed_since(case, world.today)
        at = ("items", case.entry.index, "basis", case.place, "law")
        if start and (case.entry.path, at) not in excepted:
            found.setdefault((case.law.title, start, case.entry.unit), []).append(case)
    for (_, start, unit), cases in found.items():
        yield _clock(start, unit, cases, ground)


def _clock(start: date, unit: str, cases: Sequence[Case], ground: Ground) -> Clock:
    first, settings, world = cases[0], ground.settings, ground.world
    title = first.law.title
    own = first.applicant == called(unit, ground.book.units)
    holder = settings.holder(first.applicant, world.today)
    items = tuple(case.entry.code for case in cases)
    return Clock(
        "law",
        f"law {title} {start} {unit}",
        "申请调整",
        f"依据《{title}》{_happened(first, start)}，涉及{_named(cases)}",
        first.applicant,
        by_limit(start, settings.apply_within, world),
        () if own else (first.applicant,),
        (unit,) if own else (holder,) if holder else (),
        (unit,),
        items,
        source=settings.apply_source,
        path=first.entry.path,
        at=("items", first.entry.index, "basis", first.place, "law"),
    )


def _happened(case: Case, start: date) -> str:
    law = case.law
    if start in law.amended:
        return f"{start}修改"
    if start in law.interpreted:
        return f"{start}解释"
    return f"{start}公布废止" if start == law.repeal_published else f"{law.repealed}废止"


def _named(cases: Sequence[Case]) -> str:
    first = cases[0].entry
    more = f"等{len(cases)}项" if len(cases) > 1 else ""
    return f"“{first.name}”（{first.code}）{more}"
