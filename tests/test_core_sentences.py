"""The bulletin's sentences vary with the facts and never claim a leader where there is none."""

from __future__ import annotations

import pytest

from qingdan.core.reports import sentences
from qingdan.model.reports import Adjusted, Problem, Ranked


def adjusted(unit: str, trigger: str, *, on_time: bool | None = True) -> Adjusted:
    return Adjusted(
        "r",
        "2026-07-01",
        unit,
        "变更",
        ("甲",),
        trigger,
        "理由",
        "2026-07-03",
        "1个工作日",
        on_time,
        "",
    )


def problem(unit: str, severity: str = "error") -> Problem:
    return Problem(unit, "QD304", "A-1", "不一致。", severity)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "本季度没有办理清单调整。"),
        ([adjusted("甲局", "内部")], "本季度1个单位办理清单调整1件：变更1件；情形均为“内部”。"),
        (
            [adjusted("甲局", "内部"), adjusted("乙局", "新法")],
            "本季度2个单位办理清单调整2件：变更2件；情形有“内部”1件、“新法”1件。",
        ),
        (
            [adjusted("甲局", "内部")] * 2 + [adjusted("乙局", "新法")],
            "本季度2个单位办理清单调整3件：变更3件；情形以“内部”最多（2件）。",
        ),
    ],
)
def test_on_adjustments(rows: list[Adjusted], said: str) -> None:
    assert sentences._on_adjustments(rows) == said  # noqa: SLF001 a sentence by itself


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([adjusted("甲局", "内部", on_time=None)], ""),
        ([adjusted("甲局", "内部")], "计算申请期限的1件全部按时提出申请。"),
        ([adjusted("甲局", "内部", on_time=False)], "计算申请期限的1件全部逾期，涉及甲局。"),
        (
            [adjusted("甲局", "内部"), adjusted("乙局", "内部", on_time=False)],
            "计算申请期限的2件中，按时1件，逾期1件，按时率50%；逾期的单位：乙局。",
        ),
    ],
)
def test_on_timeliness(rows: list[Adjusted], said: str) -> None:
    assert sentences.on_timeliness(rows) == said


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([], "没有可以排名的单位。"),
        ([("甲局", 1, "100"), ("乙局", 1, "100")], "2个单位均为满分。"),
        (
            [("甲局", 1, "100"), ("乙局", 2, "98")],
            "参加排名的2个单位中，满分1个。得分较低的是乙局（98分）。",
        ),
        ([("甲局", 1, "98"), ("乙局", 2, "96")], "排名第一的是甲局。得分较低的是乙局（96分）。"),
        ([("甲局", 1, "98"), ("乙局", 1, "98")], "2个单位得分相同，均为98分。"),
        (
            [("甲局", 1, "98"), ("乙局", 2, "80"), ("丙街道", 1, "95"), ("丁街道", 2, "90")],
            "排名第一的是甲局、丙街道。得分较低的是乙局（80分）。",
        ),
        (
            [("甲局", 1, "98"), *((f"{place}局", 2, "54") for place in range(60))],
            f"排名第一的是甲局。得分较低的是{'、'.join(f'{n}局' for n in range(12))}等60个单位（54分）。",
        ),
    ],
)
def test_on_ranking(scores: list[tuple[str, int, str]], said: str) -> None:
    rows = [Ranked(rank, unit, score, (), "") for unit, rank, score in scores]
    assert sentences._on_ranking(rows, 100) == said  # noqa: SLF001
