"""``check``: judge the world: what is public against the systems, and how it was published."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.desk import output
from qingdan.desk.comparing import compare_systems, publication_findings
from qingdan.desk.opening import finish, judge, require_settings
from qingdan.model.errors import UsageError
from qingdan.model.findings import Verdict
from qingdan.model.workspace import LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity
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
    _refuse_unknown(options, book)
    findings = finish([*compare_systems(opened, book), *publication_findings(book)], book, snapshot)
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


def _refuse_unknown(options: Options, book: Book) -> None:
    """UsageError for a unit or a list that is not there: silence would look like success."""
    if options.unit and options.unit not in book.units:
        near = difflib.get_close_matches(options.unit, book.units, 1)
        raise UsageError(
            f"没有编号为“{options.unit}”的单位。" + (f"是不是“{near[0]}”？" if near else "")
        )
    if options.list and options.list not in LISTS:
        raise UsageError(f"没有“{options.list}”这类清单，可选：{'、'.join(LISTS)}。")
