"""What the report of a week, a month or a year is made from, and the pieces that more than one of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.approval import states
from qingdan.core.ledger.held import SAID, supervisor
from qingdan.core.places import system_path
from qingdan.core.publications import lists_of
from qingdan.core.reports.ends import entries
from qingdan.core.reports.quarterly import adjusted, new_records, unit_of
from qingdan.core.units import lineage
from qingdan.core.wording import written_day
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.model.papers import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.ledger.held import Ledger, Scope
    from qingdan.core.reports.ends import Ground
    from qingdan.model.clocks import Clock
    from qingdan.model.findings import Finding
    from qingdan.model.periods import Span
    from qingdan.model.reports import Adjusted
    from qingdan.model.settings import Period
    from qingdan.model.values import Doc

IN_TIME = "是否按时"
MOVED_HEAD = ("申请日期", "单位", "类型", "事项", "情形", "申请期限", IN_TIME)


class Scored(Struct, frozen=True):
    """A quarter's ranking: unit to score and to its arithmetic, out of ``full``; ``closed``: a bulletin was closed.

    ``yearly``: unit to the score that the year adds up where it counts reports apart, for those with another one.
    """

    span: Span
    full: int
    scores: Mapping[str, str]
    sums: Mapping[str, str]
    closed: bool
    yearly: Mapping[str, str] = field(default_factory=dict)


class Matter(Struct, frozen=True):
    """What a report is about: a duty of a period and its part; ``said`` is what people say, by key.

    ``ledger`` holds the records of periods as they stood when the report was closed, ``clocks`` what ran on the last
    day, ``earlier`` the period before, ``quarters`` those of the year.
    """

    ground: Ground
    duty: Period
    scope: Scope
    ledger: Ledger
    said: Mapping[str, str] = field(default_factory=dict)
    clocks: tuple[Clock, ...] = ()
    earlier: Ground | None = None
    quarters: tuple[Scored, ...] = ()
    corrects: str = ""
    edition: int = 1

    def concerns(self, unit: str) -> bool:
        """Whether a unit is meant: any, the one asked for, or a section of it."""
        return not self.scope.unit or self.scope.unit in lineage(unit, self.ground.closing.units)

    def of_list(self, names: frozenset[str]) -> bool:
        """Whether one of the lists is meant."""
        return not self.scope.list or self.scope.list in names

    @property
    def role(self) -> str:
        """The role that reports."""
        return supervisor(self.duty, self.scope, self.ground.settings)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that are meant."""
        return (self.scope.list,) if self.scope.list else tuple(self.ground.settings.lists)


def moved(matter: Matter, ground: Ground | None = None) -> tuple[Adjusted, ...]:
    """The adjustments of the period that the report is about."""
    ground = ground or matter.ground
    known = entries(ground.closing)
    lists = {code: entry.list for code, entry in known.items()}
    return tuple(
        adjusted(ground, known, record)
        for record in new_records(ground)
        if matter.concerns(unit_of(known, record))
        and matter.of_list(lists_of(record, lists))
        and (not matter.scope.part or _touches_part(matter, record, lists))
    )


def _touches_part(matter: Matter, record: Doc, lists: Mapping[str, str]) -> bool:
    """Whether an adjustment changed that of the list which is supervised apart: its supervisor must review it."""
    ground = states.Ground(matter.ground.settings, matter.ground.calendar, lists)
    return matter.role in states.leads(record, ground)


def moved_rows(rows: Sequence[Adjusted]) -> tuple[tuple[str, ...], ...]:
    """The same as a table's rows."""
    return tuple(
        (
            written_day(row.applied),
            row.unit,
            row.kind,
            "、".join(row.items),
            row.trigger,
            written_day(row.deadline) or "不计",
            _in_time(row),
        )
        for row in rows
    )


def _in_time(row: Adjusted) -> str:
    if row.on_time is None:
        return "不计"
    if row.on_time:
        return "按时"
    return f"逾期（{row.late_reason}）" if row.late_reason else "逾期"


def in_time_alone(text: str) -> str:
    """The same without why something was late."""
    return text.partition("（")[0]


def found_in(matter: Matter, ground: Ground | None = None) -> tuple[Finding, ...]:
    """The errors and warnings of a period's end that the report is about.

    Of a list, those of its items; of what is supervised apart, those for which the rules name its supervisor.
    """
    ground = ground or matter.ground
    found = found_in_list(matter, ground)
    if not matter.scope.part:
        return found
    owners = {rule.key: rule.owner for rule in ground.closing.rules}
    return tuple(
        finding
        for finding in found
        if matter.role in {finding.owner, *(owners.get(key) for key in finding.rules)}
    )


def found_in_list(matter: Matter, ground: Ground) -> tuple[Finding, ...]:
    """The errors and warnings of a period's end about the unit and the list that are meant, whoever supervises them."""
    lists = {entry.code: entry.list for entry in ground.closing.entries}
    return tuple(
        finding
        for finding in ground.findings
        if finding.severity != "info"
        and (not matter.scope.unit or (finding.unit and matter.concerns(finding.unit)))
        and (not matter.scope.list or _in_list(finding, matter, lists))
    )


def _in_list(finding: Finding, matter: Matter, lists: Mapping[str, str]) -> bool:
    """Whether a finding is about the list that is meant; what no list knows is a matter of its running in a system."""
    name = _list_of(finding, lists)
    if name or not matter.scope.part:
        return name == matter.scope.list
    systems = matter.ground.settings.systems.values()
    return any(
        finding.path == system_path(system.id) and matter.scope.list in system.lists
        for system in systems
    )


def _list_of(finding: Finding, lists: Mapping[str, str]) -> str:
    folder, _, rest = finding.path.partition("/")
    return lists.get(finding.item) or (rest.partition("/")[0] if folder == "lists" else "")


def counted(findings: Sequence[Finding], of: str = "问题") -> str:
    """How many, and of which severity: 问题3个，其中错误1个、警告2个."""
    kinds = [
        (word, sum(finding.severity == key for finding in findings))
        for key, word in SEVERITY_WORDS.items()
    ]
    parts = "、".join(f"{word}{count}个" for word, count in kinds if count)
    several = sum(bool(count) for _, count in kinds) > 1
    return f"{of}{len(findings)}个" + (f"，其中{parts}" if several else f"，均为{parts[:2]}")


def declared(matter: Matter, part: str) -> Section:
    """What people said themselves, a paragraph a line; a draft says that it is still missing."""
    text = matter.said.get(SAID[part], "").strip()
    lines = tuple(filter(None, (line.strip() for line in text.splitlines())))
    return Section(part, lines or ("（尚未填写）",))


def records(matter: Matter, folder: str) -> Iterator[Doc]:
    """The documents of a folder of the ledger, by path."""
    for path in sorted(matter.ground.closing.documents):
        if path.startswith(folder):
            yield matter.ground.closing.documents[path]
