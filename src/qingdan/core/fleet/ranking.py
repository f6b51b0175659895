"""The ranking of a fleet by the terms of its list, with the arithmetic that units are ranked by, too.

What could not be read is not ranked, nor what has no items where points are for a number of items.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.reports import scoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qingdan.core.reports.scoring import Fact
    from qingdan.model.fleet import Fleet, Outcome, Terms
    from qingdan.model.reports import Ranked
    from qingdan.model.settings import Deduction, Scoring

_FINEST = Decimal("0.0001")


def ranking(fleet: Fleet, outcomes: Sequence[Outcome]) -> tuple[Ranked, ...]:
    """The repositories group by group, best first; none where the list does not say how they are ranked."""
    if fleet.terms is None:
        return ()
    terms = fleet.terms
    rows = {each.name: _scored(each, terms) for each in outcomes if _counts(each, terms)}
    groups = {each.name: each.group for each in fleet.repositories}
    scores = {name: Decimal(row.score) for name, row in rows.items()}
    places = dict(scoring.in_order(scores, groups, terms.scoring))
    return tuple(
        replace(rows[name], rank=place, group=groups[name]) for name, place in places.items()
    )


def _counts(outcome: Outcome, terms: Terms) -> bool:
    return not outcome.why and (not terms.per or outcome.items > 0)


def _scored(outcome: Outcome, terms: Terms) -> Ranked:
    (row,) = scoring.rank({outcome.name: [*_facts(outcome)]}, _scaled(terms, outcome.items))
    return row


def _facts(outcome: Outcome) -> Iterator[Fact]:
    for each in outcome.found:
        yield from [frozenset({each.code, each.severity, *each.rules})] * each.count
    yield from [frozenset({"late"})] * (outcome.moved.late if outcome.moved else 0)


def _scaled(terms: Terms, items: int) -> Scoring:
    """The terms for a place with so many items."""
    if not terms.per:
        return terms.scoring
    share = Decimal(terms.per) / items
    lines = tuple(_shared(line, share) for line in terms.scoring.deductions)
    return replace(terms.scoring, deductions=lines)


def _shared(line: Deduction, share: Decimal) -> Deduction:
    points = (Decimal(str(line.points)) * share).quantize(_FINEST, ROUND_HALF_UP)
    return replace(line, points=float(points))
