"""A quarter beside those before it: the same figures at the end of each, as far as history reaches."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from qingdan.core.checks.registry import SYSTEM_CODES
from qingdan.core.places import ADJUSTMENTS, system_path
from qingdan.core.reports.ends import Past
from qingdan.core.reports.timing import is_late
from qingdan.core.reports.words import percent
from qingdan.model.bulletins import Agreement, Compared, Point

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from qingdan.core.reports.ends import End
    from qingdan.model.findings import Finding
    from qingdan.model.settings import SystemSettings

_SYSTEMS = "systems/"
_NOTHING = "—"
_PENDING = "info"


def points(ends: Iterable[End], past: Past) -> tuple[Point, ...]:
    """The figures of each quarter, ``past`` ones first."""
    return reduce(after, ends, past).points


def after(past: Past, end: End) -> Past:
    """What is told of the past when a quarter more belongs to it."""
    paths = frozenset(path for path in end.book.documents if path.startswith(ADJUSTMENTS))
    point = _point(end, paths - past.paths)
    commits = {**past.commits, end.quarter.name: end.commit}
    return Past((*past.points, point), commits, past.paths | paths)


def _point(end: End, fresh: Collection[str]) -> Point:
    records = [end.book.documents[path] for path in fresh]
    clocked = sum(record["deadline"] != "none" for record in records)
    late = sum(map(is_late, records))
    errors = sum(finding.severity == "error" for finding in end.findings)
    warnings = sum(finding.severity == "warning" for finding in end.findings)
    return Point(
        end.quarter.title,
        sum(entry.state == "在用" for entry in end.book.entries),
        len(records),
        clocked,
        late,
        percent(clocked - late, clocked) if clocked else "",
        errors,
        warnings,
        sum(each.differing for each in agreements(end)),
    )


def agreements(end: End) -> tuple[Agreement, ...]:
    """Each configured system against what was public at the end of a quarter."""
    settings = end.book.settings
    return (
        tuple(_agreement(end, system) for system in settings.systems.values()) if settings else ()
    )


def _agreement(end: End, system: SystemSettings) -> Agreement:
    found = [each.severity == _PENDING for each in end.findings if _concerns(each, system)]
    document = end.book.documents.get(system_path(system.id), {})
    taken = str(document.get("taken", ""))
    pending = sum(found)
    return Agreement(system.title, end.quarter.title, taken, len(found) - pending, pending)


def _concerns(finding: Finding, system: SystemSettings) -> bool:
    """Whether a finding is about an item in this system: it stands in its snapshot, or names it where nothing stands."""
    if finding.code not in SYSTEM_CODES or not finding.item:
        return False
    if finding.path.startswith(_SYSTEMS):
        return finding.path == system_path(system.id)
    return system.title in finding.message


def compared(now: Point, before: Point | None, year_ago: Point | None) -> tuple[Compared, ...]:
    """Line by line; nothing where there is nothing to compare with."""
    return tuple(_lines(now, before, year_ago)) if before or year_ago else ()


def _lines(now: Point, before: Point | None, year_ago: Point | None) -> Iterator[Compared]:
    for title, key in (
        ("季末在用事项（项）", "used"),
        ("办理调整（件）", "adjusted"),
        ("逾期申请（件）", "late"),
        ("季末检查问题：错误（个）", "errors"),
        ("季末检查问题：警告（个）", "warnings"),
        ("与信息系统不一致（处）", "differing"),
    ):
        own, last, other = int(getattr(now, key)), _figure(before, key), _figure(year_ago, key)
        if own or last or other:
            yield Compared(
                title, str(own), _told(last), _change(own, last), _told(other), _change(own, other)
            )
    rates = [each.rate if each else "" for each in (now, before, year_ago)]
    if any(rates):
        own_rate, last_rate, other_rate = (rate or _NOTHING for rate in rates)
        yield Compared("按时申请率", own_rate, last_rate, "", other_rate, "")


def _figure(point: Point | None, key: str) -> int | None:
    return int(getattr(point, key)) if point else None


def _told(number: int | None) -> str:
    return _NOTHING if number is None else str(number)


def _change(now: int, then: int | None) -> str:
    """＋3, －2 or 持平."""
    if then is None:
        return ""
    return "持平" if now == then else f"{'＋' if now > then else '－'}{abs(now - then)}"
