"""Time limits as the regulations write them: 3个工作日, 7日, 3个月, 24小时, 即时办结."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from qingdan.model.patterns import pattern

if TYPE_CHECKING:
    from datetime import date

Measure = Literal["工作日", "日", "个月", "小时", "即时"]

_TEXT = pattern(r"([1-9][0-9]{0,3})(个工作日|日|个月|小时)")

_DAYS: dict[str, tuple[int, int]] = {"日": (1, 1), "个月": (28, 31)}
_UNFORESEEN = 20 * 24
"""Hours that no calendar adds to a limit's longest span."""


class Limit(Struct, frozen=True):
    """An amount and its unit; ``即时办结`` is 0 即时."""

    amount: int
    measure: Measure

    @classmethod
    @cache
    def parse(cls, text: str) -> Limit:
        """Read ``20个工作日`` or ``7日``; raise ValueError for anything else."""
        if text == "即时办结":
            return cls(0, "即时")
        found = _TEXT.fullmatch(text)
        if not found:
            raise ValueError(text)
        measure: Measure = {"个工作日": "工作日", "日": "日", "个月": "个月", "小时": "小时"}[
            found[2]
        ]  # type: ignore[assignment]
        return cls(int(found[1]), measure)

    def __str__(self) -> str:
        """As the lists write it."""
        if self.measure == "即时":
            return "即时办结"
        return f"{self.amount}{'个工作日' if self.measure == '工作日' else self.measure}"

    @property
    def span(self) -> tuple[int, int]:
        """The fewest and the most hours of calendar time it can last, whatever holidays fall into it.

        A working day counts at least one day; n of them at most n, the weekends between and two long
        holidays.
        """
        if self.measure == "即时":
            return (0, 0)
        if self.measure == "小时":
            return (self.amount, self.amount)
        if self.measure == "工作日":
            return (
                self.amount * 24,
                (self.amount + 2 * (self.amount // 5 + 1) + 20 + self.amount // 12) * 24,
            )
        low, high = _DAYS[self.measure]
        return (self.amount * low * 24, self.amount * high * 24)

    def surely_over(self, start: date, today: date) -> bool:
        """Whether it is over, counted from ``start``, whatever holidays nobody has entered yet."""
        return (today - start).days * 24 > self.span[1] + _UNFORESEEN


def exceeds(one: Limit, other: Limit) -> bool:
    """Whether ``one`` is certainly longer than ``other``.

    Limits of different units are judged only where no calendar could reverse it.
    """
    if one.measure == other.measure:
        return one.amount > other.amount
    rolled = 11 * 24 if one.measure == "小时" and other.measure == "日" else 0
    return one.span[0] > other.span[1] + rolled or (
        one.measure == "工作日" and other.measure == "日" and one.amount > other.amount
    )


def total(limits: tuple[Limit, ...]) -> Limit | None:
    """The sum of limits of one unit (即时 counts nothing); None if the units differ or there is none."""
    counted = [limit for limit in limits if limit.measure != "即时"]
    if not counted or len({limit.measure for limit in counted}) != 1:
        return None
    return Limit(sum(limit.amount for limit in counted), counted[0].measure)


class Day(Struct, frozen=True):
    """One day of a chain: whether it counts, which number it is, and why in a few words."""

    day: date
    counts: bool
    number: int
    why: str


class Deadline(Struct, frozen=True):
    """The last day of a limit and the chain of days that proves it."""

    start: date
    limit: Limit
    last: date
    chain: tuple[Day, ...]
