"""``check``: judge the world: what is public against the systems, and how it was published."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingdan.desk import output
from qingdan.desk.findings import record_run
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.scope import refuse_unknown
from qingdan.desk.world import observe
from qingdan.model.errors import UsageError
from qingdan.model.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from qingdan.desk.findings import Recorded
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding, Severity
    from qingdan.model.workspace import Book


@dataclass(frozen=True, slots=True)
class Recording:
    """That what is found goes into the ledger, down to ``severity``; ``pinned``: the day was given."""

    severity: Severity = "warning"
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said; ``unit`` and ``list`` narrow what is shown."""

    today: date
    unit: str = ""
    list: str = ""
    formats: Sequence[str] = ("text",)
    fail_on: Severity = "error"
    recording: Recording | None = None


def run(opened: Opened, options: Options) -> int:
    """Compare and show; 0 without findings at or above ``fail_on``, else 1."""
    if options.recording:
        if options.unit or options.list:
            raise UsageError("--record 登记机器发现的全部问题，不能与 --unit、--list 同用。")
        _tell(
            record_run(
                opened, options.today, options.recording.severity, pinned=options.recording.pinned
            )
        )
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


def _tell(made: Recorded) -> None:
    """What the run did to the ledger, and which findings may be closed."""
    done = f"已提交 {made.commit[:10]}，" if made.commit else "没有改动，"
    counts = f"新登记{len(made.new)}个，复发{len(made.again)}个，已在台账{made.known}个"
    void = f"，已认定不成立{made.void}个" if made.void else ""
    print(f"台账：{done}{counts}{void}。", file=sys.stderr)
    if made.gone:
        print(f"可以销号（本次没有再发现）{len(made.gone)}个：", file=sys.stderr)
        for record in made.gone:
            print(f"  {record['id']}  {record['fact']}", file=sys.stderr)
        print("销号：qingdan ledger close 编号 --evidence 证据", file=sys.stderr)


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
