"""The score of a unit by the arithmetic of ``qingdan.yaml`` (本单位自定); one fact is deducted once, at its highest rate.

A period is judged by the terms that stood when it began. Units of one group are ranked among themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.model.reports import DeductionLine, Ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qingdan.model.periods import Span
    from qingdan.model.settings import Deduction, Scoring
    from qingdan.model.workspace import Book

Fact = frozenset[str]
"""What one fact matches: ``late``; or a finding's code, its severity and the rules it breaks (``jinshui-powers/14-8``)."""
REPORTING = "QD640"
"""What a report that was not closed in time matches; the year counts these in a part of their own."""
REST = "其他单位"
"""The group of units that no group of the settings takes in."""
_CANCELLED = "取消"


def terms(opening: Book | None, closing: Book) -> Scoring:
    """The terms that stood when a period began; those of its end where the workspace is younger."""
    for book in (opening, closing):
        if book and book.settings:
            return book.settings.scoring
    raise ValueError(closing.files)


def spared(
    scoring: Scoring, span: Span, conceded: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """What is not held against a unit in a period: by an exemption, or because its objection was allowed."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset, conceded)
    for waiver in scoring.exemptions:
        if waiver.start <= span.last and waiver.end >= span.first:
            found[waiver.unit] |= set(waiver.match)
    return dict(found)


def grouped(book: Book, scoring: Scoring) -> dict[str, str]:
    """Each unit that has items, with the group it is ranked in; the empty name where there are no groups."""
    units = sorted({entry.unit for entry in book.entries if entry.state != _CANCELLED})
    if not scoring.groups:
        return dict.fromkeys(units, "")
    found = {}
    for unit in units:
        kind = book.units[unit].kind if unit in book.units else ""
        by_name = [group.name for group in scoring.groups if unit in group.units]
        by_kind = [group.name for group in scoring.groups if kind in group.kinds]
        found[unit] = (*by_name, *by_kind, REST)[0]
    return found


def rank(
    facts: Mapping[str, Sequence[Fact]],
    scoring: Scoring,
    spared: Mapping[str, frozenset[str]] | None = None,
    groups: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[Ranked, ...]:
    """Units with their scores, group by group, best first; equal scores share a place and keep their order.

    ``spared``: what is not held against a unit; ``names``: what it is called.
    """
    spared, groups, names = spared or {}, groups or {}, names or {}
    scores: dict[str, Decimal] = {}
    made: dict[str, Ranked] = {}
    for unit, found in facts.items():
        held = [fact for fact in found if not fact & spared.get(unit, frozenset())]
        score, lines = _score(held, scoring)
        words = _arithmetic(scoring, lines, score) + _dropped(len(found) - len(held))
        name, group = names.get(unit, unit), groups.get(unit, "")
        scores[unit] = score
        made[unit] = Ranked(
            0, name, plain(score), lines, words, unit, group, _yearly(held, scoring, score)
        )
    order = in_order(scores, groups, scoring)
    return tuple(replace(made[unit], rank=place) for unit, place in order)


def _yearly(facts: Sequence[Fact], scoring: Scoring, score: Decimal) -> str:
    """The score without what reports cost; empty where that is the same."""
    apart, _ = _score((fact for fact in facts if REPORTING not in fact), scoring)
    return plain(apart) if apart != score else ""


def in_order(
    scores: Mapping[str, Decimal], groups: Mapping[str, str], scoring: Scoring
) -> list[tuple[str, int]]:
    """Each unit with its place within its group: the groups in the order of the settings, the best first."""
    order = [*(group.name for group in scoring.groups), REST, ""]
    found: list[tuple[str, int]] = []
    for name in order:
        own = {unit: score for unit, score in scores.items() if groups.get(unit, "") == name}
        places = {
            unit: 1 + sum(other > score for other in own.values()) for unit, score in own.items()
        }
        found += sorted(places.items(), key=lambda row: row[1])
    return found


def _dropped(count: int) -> str:
    return f"；另有{count}项经批准或者申诉不予扣分" if count else ""


def _score(facts: Iterable[Fact], scoring: Scoring) -> tuple[Decimal, tuple[DeductionLine, ...]]:
    counts: Counter[int] = Counter()
    for fact in facts:
        line = scoring.line(fact)
        if line:
            counts[scoring.deductions.index(line)] += 1
    lines = tuple(_line(scoring.deductions[place], counts[place]) for place in sorted(counts))
    left = Decimal(scoring.full) - sum((Decimal(line.taken) for line in lines), Decimal(0))
    return max(left, Decimal(scoring.lowest)), lines


def _line(deduction: Deduction, count: int) -> DeductionLine:
    points, cap = Decimal(str(deduction.points)), Decimal(str(deduction.cap))
    return DeductionLine(
        deduction.title, count, plain(points), plain(cap), plain(min(points * count, cap))
    )


def _arithmetic(scoring: Scoring, lines: Sequence[DeductionLine], score: Decimal) -> str:
    if not lines:
        return "没有扣分"
    parts = [
        f"－{line.taken}（{line.title}{line.count}项×{line.points}分{_capped(line)}）"
        for line in lines
    ]
    taken = sum((Decimal(line.taken) for line in lines), Decimal(0))
    bound = "，以最低得分为限" if scoring.full - taken < score else ""
    return f"{scoring.full}{''.join(parts)}＝{plain(score)}{bound}"


def _capped(line: DeductionLine) -> str:
    whole = Decimal(line.points) * line.count
    return f"，以{line.cap}分为限" if whole > Decimal(line.cap) else ""


def plain(number: Decimal) -> str:
    """``98`` or ``97.5``, never ``98.0``."""
    text = f"{number.normalize():f}"
    return text if text != "-0" else "0"
