"""Values from the command line's words; the only clock of days."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.limits import Limit


def parse_day(text: str, what: str) -> date:
    """A day written ``2026-11-18``; UsageError, naming ``what``, for anything else."""
    from qingdan.model.periods import YEARS

    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() == text and day.year in YEARS:
        return day
    raise UsageError(
        f"{what}的日期“{text}”不是真实存在的日期，应为 2026-11-18 的写法，"
        f"年份在{YEARS[0]}至{YEARS[-1]}之间。"
    )


def today() -> date:
    """The day in Beijing."""
    from qingdan.model.history import SHANGHAI

    return datetime.now(SHANGHAI).date()


def parse_limit(text: str) -> Limit:
    """A limit written ``3个工作日`` or ``7日``; UsageError for anything else."""
    from qingdan.model.limits import Limit

    try:
        return Limit.parse(text)
    except ValueError:
        raise UsageError(f"期限“{text}”写法不对，应为“3个工作日”或“7日”的形式。") from None


def one_of(text: str, choices: tuple[str, ...]) -> str:
    """``text`` if it is one of the choices, else UsageError."""
    if text not in choices:
        raise UsageError(f"“{text}”不在可选范围内：{'、'.join(choices)}。")
    return text
