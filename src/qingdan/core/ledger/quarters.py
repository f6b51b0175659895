"""The quarter in which a decision was served: by it results are kept."""

from __future__ import annotations

FOLDER = "ledger/results/"
_WORDS = "一二三四"


def quarter_of(day: str) -> str:
    """``2026-07-15`` as ``2026Q3``."""
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def quarter_words(quarter: str) -> str:
    """``2026Q3`` in words."""
    return f"{quarter[:4]}年第{_WORDS[int(quarter[-1]) - 1]}季度"
