"""Values from the command line's words; the only clock of days."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.model.limits import Limit

_WRITTEN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def parse_day(text: str, what: str) -> date:
    """A day written ``2026-11-18``; UsageError, naming ``what``, for anything else."""
    from qingdan.model.patterns import pattern
    from qingdan.model.periods import YEARS

    if not pattern(_WRITTEN).fullmatch(text):
        raise UsageError(f"{what}的日期“{text}”写法不对，应为 2026-11-18 的写法。")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{what}的日期“{text}”不是真实存在的日期，请核对。") from None
    if day.year not in YEARS:
        raise UsageError(f"{what}的日期“{text}”的年份应在{YEARS[0]}至{YEARS[-1]}之间，请核对。")
    return day


def day_if_given(text: str, what: str) -> date | None:
    """A day as ``parse_day`` reads it; None where nothing was written."""
    return parse_day(text, what) if text else None


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
