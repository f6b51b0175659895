"""年考核: the year added up from its quarters, months, weeks and inspections, by the weights of ``qingdan.yaml`` (本单位自定).

A part that a unit has nothing of (it was never inspected) counts for nothing: its weight falls to the other parts.
A report that was not closed counts once: where 周清月结 is a part, the quarters are added up without what it cost there.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.ledger.held import duty_of, supervisor
from qingdan.core.ledger.inspections import CLOSED, SELF, cases
from qingdan.core.reports import scoring
from qingdan.core.reports.matter import declared
from qingdan.core.units import called
from qingdan.model.errors import RefusedError
from qingdan.model.papers import PerformanceLedger, PerformanceLine, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qingdan.core.reports.matter import Matter, Scored
    from qingdan.model.papers import Letterhead
    from qingdan.model.settings import Scoring, Weight

_CENT = Decimal("0.01")


class Assessed(Struct, frozen=True):
    """A unit's year: its part scores by name (None: nothing to go by), the whole, its group and place."""

    unit: str
    parts: Mapping[str, Decimal | None]
    total: Decimal
    arithmetic: str
    group: str
    rank: int


def assessed(matter: Matter) -> tuple[Assessed, ...]:
    """Every unit's year, group by group, best first; RefusedError where the parts do not reconcile."""
    terms = scoring.terms(matter.ground.opening, matter.ground.closing)
    groups = scoring.grouped(matter.ground.closing, terms)
    _reconcile(matter, groups)
    parts = {unit: _parts(matter, unit, terms) for unit in groups}
    sums = {unit: _total(found, terms) for unit, found in parts.items()}
    scores = {unit: total for unit, (total, _) in sums.items()}
    return tuple(
        Assessed(unit, parts[unit], *sums[unit], groups[unit], place)
        for unit, place in scoring.in_order(scores, groups, terms)
    )


def weights(terms: Scoring) -> tuple[Weight, ...]:
    """The weights of the parts; RefusedError where the settings have none."""
    if not terms.weights:
        raise RefusedError(
            "qingdan.yaml 的 scoring 没有写明年考核的权重（weights），无从综合；权重由本单位自定，须在年初以前写明。"
        )
    return terms.weights


def _reconcile(matter: Matter, groups: Mapping[str, str]) -> None:
    """RefusedError where a quarter scored more or less than its full mark allows, or nobody of a closed one is known."""
    units = matter.ground.closing.units
    for quarter in matter.quarters:
        for unit, score in quarter.scores.items():
            if not 0 <= Decimal(score) <= quarter.full:
                raise RefusedError(
                    f"{quarter.span.title}{called(unit, units)}的得分{score}超出满分{quarter.full}，年考核不能汇总。"
                )
            if unit not in groups and unit not in units:
                raise RefusedError(
                    f"{quarter.span.title}的排名中有名册里没有的单位“{unit}”，年考核不能汇总；请先补登单位名册。"
                )


def _parts(matter: Matter, unit: str, terms: Scoring) -> dict[str, Decimal | None]:
    makers: Mapping[str, Callable[[], Decimal | None]] = {
        "季度得分": partial(_of_quarters, matter, unit, terms),
        "周清月结": partial(_of_reports, matter, unit, terms),
        "监督检查": partial(_of_inspections, matter, unit, terms),
    }
    return {weight.part: makers[weight.part]() for weight in weights(terms)}


def _of_quarters(matter: Matter, unit: str, terms: Scoring) -> Decimal | None:
    found = [
        Decimal(_counted(quarter, unit, terms)) * terms.full / quarter.full
        for quarter in matter.quarters
        if unit in quarter.scores
    ]
    return _mean(found)


def _counted(quarter: Scored, unit: str, terms: Scoring) -> str:
    """A unit's score of a quarter as the year adds it up."""
    score = quarter.scores[unit]
    return quarter.yearly.get(unit, score) if _reports_apart(terms) else score


def _reports_apart(terms: Scoring) -> bool:
    return any(weight.part == "周清月结" for weight in weights(terms))


def _of_reports(matter: Matter, unit: str, terms: Scoring) -> Decimal | None:
    owed, held = kept_up(matter, unit)
    return _round(Decimal(terms.full * held) / owed) if owed else None


def kept_up(matter: Matter, unit: str) -> tuple[int, int]:
    """How many 周清 and 月结 a unit owed in the year, and how many of them are closed."""
    found = [record for who, record in _reports(matter) if who == unit]
    return len(found), sum(found)


def _reports(matter: Matter) -> Iterator[tuple[str, bool]]:
    """Who owed a report of a week or a month, and whether it is closed."""
    settings, year = matter.ground.settings, matter.ground.quarter
    for kind in ("week", "month"):
        duty = duty_of(settings, kind)
        if duty:
            for span, scope, record in matter.ledger.due(duty, year, settings):
                role = supervisor(duty, scope, settings)
                yield scope.unit or settings.holder(role, span.last), record is not None


def _of_inspections(matter: Matter, unit: str, terms: Scoring) -> Decimal | None:
    weight = next(w for w in weights(terms) if w.part == "监督检查")
    return _mean([score for _, score in inspected(matter, unit, terms, weight)])


def inspected(
    matter: Matter, unit: str, terms: Scoring, weight: Weight
) -> Iterator[tuple[str, Decimal]]:
    """The inspections closed in the year that scored a unit; what it found about itself is no score."""
    for case in cases(matter.ground.closing):
        step, sheet = case.step(CLOSED), case.sheets.get(unit)
        if step is None or sheet is None or "score" not in sheet or case.kind == SELF:
            continue
        if weight.kinds and case.kind not in weight.kinds:
            continue
        if matter.ground.quarter.holds(date.fromisoformat(str(step["done"]))):
            score = cast("Mapping[str, str | int]", sheet["score"])
            scaled = Decimal(str(score["score"])) * terms.full / Decimal(str(score["full"]))
            yield str(case.record["title"]), _round(scaled)


def _mean(scores: list[Decimal]) -> Decimal | None:
    return _round(sum(scores, Decimal(0)) / len(scores)) if scores else None


def _round(score: Decimal) -> Decimal:
    return score.quantize(_CENT, ROUND_HALF_UP)


def _total(parts: Mapping[str, Decimal | None], terms: Scoring) -> tuple[Decimal, str]:
    counted = [(w, parts[w.part]) for w in weights(terms) if parts[w.part] is not None]
    if not counted:
        return Decimal(0), "没有可以计算的部分"
    whole = sum(weight.percent for weight, _ in counted)
    exact = sum((cast("Decimal", score) * w.percent for w, score in counted), Decimal(0)) / whole
    total = _round(exact)
    words = "＋".join(
        f"{scoring.plain(cast('Decimal', score))}（{w.part}）×{w.percent}%" for w, score in counted
    )
    missing = "、".join(w.part for w in weights(terms) if parts[w.part] is None)
    if missing:
        words = f"（{words}）÷{whole}%"
        return total, f"{words}＝{scoring.plain(total)}（没有{missing}，按其余部分折算）"
    return total, f"{words}＝{scoring.plain(total)}"


def _quarters(matter: Matter) -> Section:
    units = matter.ground.closing.units
    said = []
    open_ = [quarter for quarter in matter.quarters if not quarter.closed]
    if not matter.quarters:
        return Section("季度得分", ("本年没有可以汇总的季度。",))
    if open_:
        names = "、".join(map(_short, open_))
        said.append(f"{names}没有办结季通报，得分按季末的清单重新计算。")
    short = [_short(quarter) for quarter in matter.quarters]
    who = sorted({unit for quarter in matter.quarters for unit in quarter.scores})
    rows = tuple(
        (called(unit, units), *(quarter.scores.get(unit, "—") for quarter in matter.quarters))
        for unit in who
    )
    said.append(f"本年汇总{len(matter.quarters)}个季度的排名，涉及{len(who)}个单位。")
    said += _counted_otherwise(matter)
    return Section("季度得分", tuple(said), ("单位", *short), rows, "分")


def _counted_otherwise(matter: Matter) -> Iterator[str]:
    terms = scoring.terms(matter.ground.opening, matter.ground.closing)
    units = matter.ground.closing.units
    found = [
        f"{called(unit, units)}{_short(quarter)}按{score}分"
        for quarter in matter.quarters
        for unit, score in quarter.yearly.items()
    ]
    if found and _reports_apart(terms):
        yield f"周清、月结没有按期办结的，在“周清月结”中计算，季度得分不重复扣分：{'、'.join(found)}汇总。"


def _short(quarter: Scored) -> str:
    """第三季度."""
    return quarter.span.title.partition("年")[2]


def _reporting(matter: Matter) -> Section:
    units = matter.ground.closing.units
    found = list(_reports(matter))
    if not found:
        return Section("周清月结", ("本年没有应当办结的周清、月结。",))
    rows = []
    for unit in sorted({who for who, _ in found}):
        owed, held = kept_up(matter, unit)
        name = called(unit, units) if unit else "没有承担单位的"
        rows.append((name, str(owed), str(held), str(owed - held)))
    missing = sum(not held for _, held in found)
    said = f"本年应办结{len(found)}份，已办结{len(found) - missing}份"
    said += f"，缺{missing}份。" if missing else "，没有缺报。"
    return Section("周清月结", (said,), ("单位", "应办结", "已办结", "缺"), tuple(rows), "份")


def _inspections(matter: Matter) -> Section:
    terms = scoring.terms(matter.ground.opening, matter.ground.closing)
    weight = next((w for w in weights(terms) if w.part == "监督检查"), None)
    if weight is None:
        return Section("监督检查", ("监督检查的得分不计入年考核。",))
    units = matter.ground.closing.units
    rows = tuple(
        (called(unit, units), title, scoring.plain(score))
        for unit in scoring.grouped(matter.ground.closing, terms)
        for title, score in inspected(matter, unit, terms, weight)
    )
    if not rows:
        return Section("监督检查", ("本年没有评定得分的监督检查。",))
    who = len({row[0] for row in rows})
    said = f"本年评定得分的监督检查涉及{who}个单位，共{len(rows)}家次。"
    return Section("监督检查", (said,), ("单位", "监督检查", "得分"), rows, "分")


def _result(matter: Matter) -> Section:
    terms = scoring.terms(matter.ground.opening, matter.ground.closing)
    units = matter.ground.closing.units
    found = assessed(matter)
    method = "，".join(f"{weight.part}占{weight.percent}%" for weight in weights(terms))
    said = [f"年考核满分{terms.full}分：{method}（本单位自定）。"]
    said += ["本年内评分办法有改动，年考核仍按年初的办法计算。"] if _changed(matter) else []
    parts = tuple(weight.part for weight in weights(terms))
    head = (*(("组别",) if terms.groups else ()), "名次", "单位", *parts, "总分", "计算过程")
    rows = tuple(
        (
            *((each.group,) if terms.groups else ()),
            str(each.rank),
            called(each.unit, units),
            *(_words(each.parts[part]) for part in parts),
            scoring.plain(each.total),
            each.arithmetic,
        )
        for each in found
    )
    return Section("考核结果", tuple(said), head, rows, "分")


def _words(score: Decimal | None) -> str:
    return "—" if score is None else scoring.plain(score)


def _changed(matter: Matter) -> bool:
    terms = scoring.terms(matter.ground.opening, matter.ground.closing)
    return matter.ground.settings.scoring != terms


def performance(matter: Matter, head: Letterhead) -> PerformanceLedger:
    """The 目标绩效考核台账 of the year: what each quarter took from a unit; RefusedError where it does not add up."""
    units = matter.ground.closing.units
    duty = duty_of(matter.ground.settings, "quarter")
    lines: list[PerformanceLine] = []
    totals: dict[str, Decimal] = {}
    for quarter in matter.quarters:
        for unit, score in quarter.scores.items():
            points = quarter.full - Decimal(score)
            if points:
                totals[unit] = totals.get(unit, Decimal(0)) + points
                lines.append(
                    PerformanceLine(
                        len(lines) + 1,
                        called(unit, units),
                        str(quarter.span.last),
                        quarter.sums.get(unit, ""),
                        f"{quarter.span.title}{duty.name if duty else ''}",
                        scoring.plain(points),
                    )
                )
    if sum(totals.values(), Decimal(0)) != sum(
        (Decimal(line.points) for line in lines), Decimal(0)
    ):
        raise RefusedError("目标绩效考核台账逐件登记的扣分与合计对不上。")
    rows = tuple(
        (called(unit, units), scoring.plain(points))
        for unit, points in sorted(totals.items(), key=lambda row: (-row[1], row[0]))
    )
    return PerformanceLedger(head, matter.ground.quarter.title, tuple(lines), rows)


PARTS: Mapping[str, Callable[[Matter], Section]] = {
    "季度得分": _quarters,
    "周清月结": _reporting,
    "监督检查": _inspections,
    "考核结果": _result,
    "总体评价": partial(declared, part="总体评价"),
}
"""Part of the report to what makes it."""
