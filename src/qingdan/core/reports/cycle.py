"""The report of a week, a month or a year: the parts that ``qingdan.yaml`` says it must hold, in that order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.ledger.held import PARTS, SAID, duty_of, source_of
from qingdan.core.reports import monthly, weekly, yearly
from qingdan.core.settings import cite
from qingdan.core.units import called
from qingdan.core.wording import chinese_day
from qingdan.model.errors import UsageError
from qingdan.model.papers import PeriodReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qingdan.core.reports.matter import Matter
    from qingdan.model.papers import Letterhead, Section
    from qingdan.model.periods import Kind
    from qingdan.model.settings import Period

_MAKERS: Mapping[Kind, Mapping[str, Callable[[Matter], Section]]] = {
    "week": weekly.PARTS,
    "month": monthly.PARTS,
    "year": yearly.PARTS,
}
_NUMBER = re.compile(r"[＋－+-]?[0-9]+([.][0-9]+)?%?|—|持平")
_HEADS = {"": "{}", "duties": "责任", "portal": "入网的{}"}
"""How the heading names what is reported on, before the template's 清单运行."""
_OPTIONS = {"done": "--done", "plan": "--plan", "judgement": "--judgement"}


def report(matter: Matter, head: Letterhead) -> PeriodReport:
    """The report with all its parts."""
    duty, ground = matter.duty, matter.ground
    unit, settings = matter.scope.unit, ground.settings
    units = ground.closing.units
    makers = _MAKERS[duty.period]
    title = matter.scope.about(settings)
    edition = f"（第{matter.edition}版）" if matter.edition > 1 else ""
    return PeriodReport(
        head,
        units[unit].name if unit in units else settings.name,
        f"{duty.name}{edition}",
        ground.quarter.title + _HEADS[matter.scope.part].format(_list_title(matter)),
        _to(matter),
        _opening(matter, called(unit, units) if unit else title or settings.name),
        tuple(_aligned(makers[part](matter)) for part in parts(duty)),
        f"本{duty.name}依据{chinese_day(ground.quarter.last)}的清单版本 {ground.end.commit[:12]} 编制。",
    )


def _list_title(matter: Matter) -> str:
    """What the list is called without the word 清单, empty where none is meant."""
    return replace(matter.scope, part="").about(matter.ground.settings).removesuffix("清单")


def _aligned(made: Section) -> Section:
    """The same part with its columns of numbers told from the others."""
    columns = list(zip(*made.rows, strict=True))
    return replace(made, numbers=tuple(all(map(_NUMBER.fullmatch, column)) for column in columns))


def parts(duty: Period) -> tuple[str, ...]:
    """What a duty's report holds: what the settings say, else everything that there is."""
    return duty.holds or PARTS[duty.period]


def require_said(matter: Matter) -> None:
    """UsageError where a report is to be closed and people have not said what it must hold."""
    missing = [
        f"{part}（{_OPTIONS[SAID[part]]}）"
        for part in parts(matter.duty)
        if part in SAID and not matter.said.get(SAID[part], "").strip()
    ]
    if missing:
        raise UsageError(f"办结{matter.duty.name}须写明{'、'.join(missing)}。")


def _to(matter: Matter) -> str:
    """Who compiles what units and owners report: the owner of the bulletin; nobody where he reports himself."""
    settings = matter.ground.settings
    duty = duty_of(settings, "quarter")
    if duty is None or duty.owner == matter.role:
        return ""
    day = matter.ground.quarter.last
    unit, own = settings.holder(duty.owner, day), settings.holder(matter.role, day)
    units = matter.ground.closing.units
    return units[unit].name if unit in units and unit != (matter.scope.unit or own) else ""


def _opening(matter: Matter, who: str) -> str:
    ground, duty = matter.ground, matter.duty
    article = cite(source_of(duty, matter.scope, ground.settings), ground.settings.regulations)
    ground_words = f"根据{article}的规定，" if article.startswith("《") else ""
    said = "报告" if _to(matter) else "通报"
    words = f"{ground_words}现将{who}{ground.quarter.title}"
    words += f"（{chinese_day(ground.quarter.first)}至{chinese_day(ground.quarter.last)}）的情况{said}如下："
    if matter.corrects:
        return f"本版更正第{matter.edition - 1}版：{matter.corrects.rstrip('。')}。{words}"
    return words
