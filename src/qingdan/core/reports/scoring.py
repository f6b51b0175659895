"""The score of a unit by the arithmetic of ``qingdan.yaml`` (本单位自定); one fact is deducted once, at its highest rate."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from qingdan.model.reports import DeductionLine, Ranked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.model.workspace import Deduction, Scoring

Fact = frozenset[str]
"""What one fact matches: ``late``; or a finding's code, its severity and the rules it breaks (``jinshui-powers/14-8``)."""


def rank(facts: Mapping[str, Sequence[Fact]], scoring: Scoring) -> tuple[Ranked, ...]:
    """Units with their scores, best first; equal scores share a place and keep their order. ``facts``: unit name to its facts."""
    scored = [(unit, *_score(found, scoring)) for unit, found in facts.items()]
    scored.sort(key=lambda row: -row[1])
    ranked: list[Ranked] = []
    for place, (unit, score, lines) in enumerate(scored):
        same = place > 0 and scored[place - 1][1] == score
        number = ranked[-1].rank if same else place + 1
        ranked.append(
            Ranked(number, unit, plain(score), lines, _arithmetic(scoring.full, lines, score))
        )
    return tuple(ranked)


def _score(facts: Sequence[Fact], scoring: Scoring) -> tuple[Decimal, tuple[DeductionLine, ...]]:
    counts: Counter[int] = Counter()
    for fact in facts:
        line = scoring.line(fact)
        if line:
            counts[scoring.deductions.index(line)] += 1
    lines = tuple(_line(scoring.deductions[place], counts[place]) for place in sorted(counts))
    left = Decimal(scoring.full) - sum((Decimal(line.taken) for line in lines), Decimal(0))
    return max(left, Decimal(0)), lines


def _line(deduction: Deduction, count: int) -> DeductionLine:
    points, cap = Decimal(str(deduction.points)), Decimal(str(deduction.cap))
    return DeductionLine(
        deduction.title, count, plain(points), plain(cap), plain(min(points * count, cap))
    )


def _arithmetic(full: int, lines: Sequence[DeductionLine], score: Decimal) -> str:
    parts = [
        f"－{line.taken}（{line.title}{line.count}项×{line.points}分{_capped(line)}）"
        for line in lines
    ]
    return f"{full}{''.join(parts)}＝{plain(score)}" if parts else "没有扣分"


def _capped(line: DeductionLine) -> str:
    whole = Decimal(line.points) * line.count
    return f"，以{line.cap}分为限" if whole > Decimal(line.cap) else ""


def plain(number: Decimal) -> str:
    """``98`` or ``97.5``, never ``98.0``."""
    text = f"{number.normalize():f}"
    return text if text != "-0" else "0"
