"""What is told of one repository: its findings by kind, and what a period brought."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qingdan.core.ledger.held import Ledger, Scope, duty_of, editions
from qingdan.core.reports import moving, quarterly
from qingdan.core.reports.ends import entries
from qingdan.model.findings import SEVERITIES
from qingdan.model.fleet import Counted, Moved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.core.reports.ends import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def counted(findings: Iterable[Finding]) -> tuple[Counted, ...]:
    """Findings by kind, the worst first."""
    kinds = Counter((each.code, each.severity, each.rules) for each in findings)
    order = sorted(kinds, key=lambda kind: (SEVERITIES.index(kind[1]), kind[0], kind[2]))
    return tuple(Counted(*kind, kinds[kind]) for kind in order)


def moved(ground: Ground, now: Book) -> Moved:
    """What a period brought; ``now`` holds the records of what was closed since. RefusedError as for a report."""
    stocks = quarterly.reconciled(ground)
    known = entries(ground.closing)
    adjustments = [quarterly.adjusted(ground, known, r) for r in quarterly.new_records(ground)]
    ends = [moving.judged(end.book, end.findings) for end in ground.ends]
    flows = moving.by_severity(ends[-2] if len(ends) > 1 else None, ends[-1])
    return Moved(
        entered=sum(stock.entered for stock in stocks),
        cancelled=sum(stock.cancelled for stock in stocks),
        adjusted=len(adjustments),
        late=sum(each.on_time is False for each in adjustments),
        new=sum(flow.entered for flow in flows),
        gone=sum(flow.left for flow in flows),
        closed=_closed(ground, now),
    )


def _closed(ground: Ground, now: Book) -> str:
    """The day on which the period's report was closed first; empty where it was not."""
    duty = duty_of(ground.settings, ground.quarter.kind)
    record = Ledger(now).report(duty, ground.quarter, Scope()) if duty else None
    return str(editions(record)[0]["day"]) if record else ""
