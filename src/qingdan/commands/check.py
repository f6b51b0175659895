"""``check``: judge the world: what is public against the systems, and how it was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.desk import output
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.scope import refuse_unknown
from qingdan.desk.world import observe
from qingdan.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding, Severity
    from qingdan.model.workspace import Book


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said; ``unit`` and ``list`` narrow what is shown."""

    today: date
    unit: str = ""
    list: str = ""
    formats: Sequence[str] = ("text",)
    fail_on: Severity = "error"


def run(opened: Opened, options: Options) -> int:
    """Compare and show; 0 without findings at or above ``fail_on``, else 1."""
    snapshot = opened.snapshot()
    book, _ = judge(opened, snapshot, keep_items=True)
    settings = require_settings(book)
    refuse_unknown(options.unit, options.list, book)
    sifted = observe(opened, book, snapshot, options.today)
    findings, hidden = (_wanted(some, options, book) for some in (sifted.shown, sifted.hidden))
    compared = "、".join(system.title for system in settings.systems.values())
    hints = (
        (f"已与{compared}的快照比对。",)
        if compared
        else ("qingdan.yaml 没有配置信息系统，未作比对。",)
    )
    verdict = Verdict(findings, hints, book.files, len(book.entries))
    output.show(verdict, options.formats)
    output.tell_excepted(hidden)
    return int(verdict.fails(options.fail_on))


def _wanted(findings: Iterable[Finding], options: Options, book: Book) -> tuple[Finding, ...]:
    """The findings of the unit and the list that were named."""
    units = {entry.code: entry.unit for entry in book.entries}
    lists = {entry.code: entry.list for entry in book.entries}
    return tuple(
        finding
        for finding in findings
        if options.unit in {"", finding.unit or units.get(finding.item, "")}
        and options.list in {"", lists.get(finding.item, "")}
    )
