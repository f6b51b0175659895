"""The sentences of a bulletin, which vary with the facts: nothing wrong, one unit, all units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qingdan.core.ledger.held import duty_of
from qingdan.core.reports.words import listed, percent, tallies
from qingdan.core.settings import cite
from qingdan.core.wording import chinese_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.periods import Span
    from qingdan.model.reports import Adjusted, Ranked, Stock, Tally
    from qingdan.model.settings import Scoring, Settings


BULLETIN = "季通报"
"""What the report of a quarter is called."""


def opening(settings: Settings, quarter: Span) -> str:
    """The first sentence: on what ground, about which period."""
    duty = duty_of(settings, "quarter")
    asked = duty.source if duty else ""
    if asked.partition(" ")[0] in settings.regulations:
        ground = cite(asked, settings.regulations)
    else:
        titles = dict.fromkeys(f"《{title}》" for title in settings.regulations.values())
        ground = "".join(titles)
    return f"根据{ground}的规定，现将{quarter.title}清单运行情况通报如下："


def sentences(
    settings: Settings,
    quarter: Span,
    stocks: Sequence[Stock],
    adjusted: Sequence[Adjusted],
    ranking: Sequence[Ranked],
) -> dict[str, str]:
    """A paragraph for each section, by the name that the template uses."""
    return {
        "stock": _on_stock(settings, quarter, stocks),
        "adjustments": _on_adjustments(adjusted),
        "timeliness": on_timeliness(adjusted),
        "ranking": _on_ranking(ranking, settings.scoring.full),
    }


def _on_stock(settings: Settings, quarter: Span, stocks: Sequence[Stock]) -> str:
    whole = sum(stock.closing for stock in stocks)
    parts = "、".join(f"{stock.title}{stock.closing}项" for stock in stocks if stock.closing)
    said = f"截至{chinese_day(quarter.last)}，{settings.name}在用事项共{whole}项"
    said += f"，其中{parts}。" if parts else "。"
    moves = [
        (word, count)
        for word, count in (
            ("列入", sum(s.entered for s in stocks)),
            ("恢复", sum(s.resumed for s in stocks)),
            ("取消", sum(s.cancelled for s in stocks)),
            ("暂停", sum(s.suspended for s in stocks)),
        )
        if count
    ]
    if not moves:
        return said + "本季度各清单在用事项数没有增减。"
    return said + "本季度" + "、".join(f"{word}{count}项" for word, count in moves) + "。"


def _on_adjustments(adjusted: Sequence[Adjusted]) -> str:
    if not adjusted:
        return "本季度没有办理清单调整。"
    kinds = "、".join(
        f"{tally.name}{tally.count}件" for tally in tallies(row.kind for row in adjusted)
    )
    triggers = tallies(row.trigger for row in adjusted)
    units = len({row.unit for row in adjusted})
    return f"本季度{units}个单位办理清单调整{len(adjusted)}件：{kinds}；{_most(triggers)}"


def _most(triggers: Sequence[Tally]) -> str:
    """Which trigger led, or all of them where none did."""
    if len(triggers) == 1:
        return f"情形均为“{triggers[0].name}”。"
    if triggers[0].count > triggers[1].count:
        return f"情形以“{triggers[0].name}”最多（{triggers[0].count}件）。"
    return "情形有" + "、".join(f"“{tally.name}”{tally.count}件" for tally in triggers) + "。"


def on_timeliness(adjusted: Sequence[Adjusted]) -> str:
    """How many of those that a limit runs for were in time; empty where it runs for none."""
    clocked = [row for row in adjusted if row.on_time is not None]
    late = [row for row in clocked if not row.on_time]
    if not clocked:
        return ""
    if not late:
        return f"计算申请期限的{len(clocked)}件全部按时提出申请。"
    rate = percent(len(clocked) - len(late), len(clocked))
    units = "、".join(dict.fromkeys(row.unit for row in late))
    if len(late) == len(clocked):
        return f"计算申请期限的{len(clocked)}件全部逾期，涉及{units}。"
    return (
        f"计算申请期限的{len(clocked)}件中，按时{len(clocked) - len(late)}件，逾期{len(late)}件，"
        f"按时率{rate}；逾期的单位：{units}。"
    )


_NAMED = 12
"""How many units a sentence names; of more it says how many they are."""


def _on_ranking(ranking: Sequence[Ranked], full: int) -> str:
    if not ranking:
        return "没有可以排名的单位。"
    best = [row.unit for row in ranking if row.rank == 1]
    whole = [row for row in ranking if row.score == str(full)]
    if len(whole) == len(ranking):
        return f"{len(ranking)}个单位均为满分。"
    lowest = min(Decimal(row.score) for row in ranking)
    last = [row for row in ranking if Decimal(row.score) == lowest]
    if len(last) == len(ranking) > 1:
        return f"{len(ranking)}个单位得分相同，均为{last[0].score}分。"
    said = (
        f"参加排名的{len(ranking)}个单位中，满分{len(whole)}个。"
        if whole
        else f"排名第一的是{listed(best, _NAMED)}。"
    )
    return said + f"得分较低的是{listed([row.unit for row in last], _NAMED)}（{last[0].score}分）。"


def on_terms(settings: Settings, terms: Scoring) -> str:
    """That the terms were changed while the period ran; empty where they were not."""
    if settings.scoring == terms:
        return ""
    return "本期内评分办法有改动，本期仍按期初的办法评分，改动自下一期起适用。"
