"""A deadline and its chain of days in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qingdan.model.limits import Day, Deadline


def chain(deadline: Deadline) -> str:
    """A line a day: the first is day 0, the last the deadline."""
    lines = [f"{deadline.start}  当日不计入"]
    lines += [_line(day, last=day is deadline.chain[-1]) for day in deadline.chain]
    return "\n".join(lines) + "\n"


def _line(day: Day, *, last: bool) -> str:
    number = f"第{day.number}日" if day.counts else "不计"
    end = "，截止日" if last else ""
    return f"{day.day}  {number}  {day.why}{end}"


def as_dict(deadline: Deadline) -> dict[str, object]:
    """The same for programs."""
    return {
        "start": str(deadline.start),
        "within": str(deadline.limit),
        "last": str(deadline.last),
        "chain": [
            {"day": str(d.day), "counts": d.counts, "number": d.number, "why": d.why}
            for d in deadline.chain
        ],
    }
