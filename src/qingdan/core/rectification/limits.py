"""By which day a finding must be put right: ``rectification`` of ``qingdan.yaml``, counted by the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.model.errors import CalendarError
from qingdan.model.settings import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from qingdan.core.calendar import Calendar
    from qingdan.model.findings import Finding
    from qingdan.model.limits import Limit
    from qingdan.model.settings import Rectification

PENDING = "待定"
"""Stands for a day beyond the published calendar: it is never guessed."""


def with_deadlines(
    findings: Iterable[Finding], terms: Rectification | None, today: date, calendar: Calendar
) -> Iterator[Finding]:
    """The findings, errors and warnings with the last day to put them right if that were demanded ``today``."""
    days: dict[Limit, str] = {}
    for finding in findings:
        if terms is None or finding.severity == "info":
            yield finding
            continue
        limit = limit_of((finding.code, finding.severity, *finding.rules), terms).within
        if limit not in days:
            days[limit] = _last_day(today, limit, calendar)
        yield replace(finding, deadline=days[limit])


def limit_of(words: Iterable[str], terms: Rectification) -> TimeLimit:
    """How long there is: by the first line that names a rule, the code, the severity or the gravity; else as usual."""
    known = set(words)
    named = (
        TimeLimit(line.within, line.source) for line in terms.limits if known & set(line.match)
    )
    return next(named, TimeLimit(terms.within, terms.within_source))


def _last_day(today: date, limit: Limit, calendar: Calendar) -> str:
    try:
        return str(calendar.deadline(today, limit).last)
    except CalendarError:
        return PENDING
