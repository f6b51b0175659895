"""``check``: judge the world: what is public against the systems, and how it was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.desk import output
from qingdan.desk.comparing import compare_systems, publication_findings
from qingdan.desk.opening import finish, judge, require_settings
from qingdan.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity


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
    findings = finish(
        [*compare_systems(opened, book, snapshot), *publication_findings(book)], book, snapshot
    )
    if options.unit:
        findings = tuple(finding for finding in findings if finding.unit == options.unit)
    if options.list:
        codes = {entry.code for entry in book.entries if entry.list == options.list}
        findings = tuple(finding for finding in findings if finding.item in codes)
    compared = "、".join(system.title for system in settings.systems.values())
    hints = (
        (f"已与{compared}的快照比对。",)
        if compared
        else ("qingdan.yaml 没有配置信息系统，未作比对。",)
    )
    verdict = Verdict(findings, hints, book.files, len(book.entries))
    output.show(verdict, options.formats)
    return int(verdict.fails(options.fail_on))
