"""Running clocks as text, for programs, and as events of a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from qingdan.model.digests import sha256_of
from qingdan.render import days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from icalendar import Event

    from qingdan.model.clocks import Clock

LABELS = {
    "law": "依据变动",
    "adjust": "退回重报",
    "review": "审核",
    "publish": "公布",
    "complaint": "投诉举报",
    "rectify": "整改",
    "expiry": "到期",
    "inspect": "监督检查",
    "report": "周期报告",
}
"""What each kind of clock is called."""
_GROUPS = (
    ("逾期", ("overdue",)),
    ("在期限内", ("today", "running")),
    ("截止日期待定", ("pending",)),
    ("未设时限", ("open",)),
)


def text(clocks: Sequence[Clock], cited: Mapping[str, str], *, chain: bool) -> str:
    """What is owed, overdue first; ``cited`` are the articles in words, ``chain`` adds the days counted."""
    if not clocks:
        return "没有需要办理的事项。\n"
    late = sum(clock.count.state == "overdue" for clock in clocks)
    lines = [f"共{len(clocks)}件需要办理" + (f"，其中逾期{late}件。" if late else "，没有逾期。")]
    for title, states in _GROUPS:
        found = [clock for clock in clocks if clock.count.state in states]
        lines += [f"\n{title}（{len(found)}件）"] if found else []
        lines += [line for clock in found for line in _lines(clock, cited, chain=chain)]
    return "\n".join(lines) + "\n"


def _lines(clock: Clock, cited: Mapping[str, str], *, chain: bool) -> Iterator[str]:
    count = clock.count
    yield "  " + "  ".join(
        filter(None, (str(count.last or ""), count.words, clock.duty, clock.owner))
    )
    yield f"      {clock.about}"
    if clock.source:
        yield f"      {cited[clock.source]}{_since(clock)}"
    if chain and count.deadline:
        yield from (f"      {line}" for line in days.chain(count.deadline).splitlines())


def _since(clock: Clock) -> str:
    deadline = clock.count.deadline
    return f"，自{deadline.start}起{deadline.limit}" if deadline else ""


def as_dict(clock: Clock, cited: Mapping[str, str]) -> dict[str, object]:
    """The same for programs."""
    count = clock.count
    return {
        "kind": clock.kind,
        "duty": clock.duty,
        "about": clock.about,
        "owner": clock.owner,
        "units": list(clock.units),
        "items": list(clock.items),
        "record": clock.record,
        "source": cited.get(clock.source, ""),
        "state": count.state,
        "words": count.words,
        "last": str(count.last) if count.last else None,
        "deadline": days.as_dict(count.deadline) if count.deadline else None,
    }


def calendar(clocks: Iterable[Clock], cited: Mapping[str, str], today: date) -> bytes:
    """An iCalendar with an all-day event on the last day of each clock that has one.

    The same duty keeps its UID from day to day, so importing again replaces, and never doubles. How many days are
    left is not said: tomorrow it would be wrong.
    """
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//qingdan//due//ZH")
    found.add("version", "2.0")
    found.add("x-wr-calname", "清单待办")
    for clock in clocks:
        if clock.count.last:
            found.add_component(_event(clock, cited, clock.count.last, today))
    return bytes(found.to_ical())


def _event(clock: Clock, cited: Mapping[str, str], last: date, today: date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{sha256_of(clock.key.encode())[:32]}@qingdan")
    event.add("dtstamp", datetime(today.year, today.month, today.day, tzinfo=UTC))
    event.add("dtstart", last)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", f"{clock.duty}（{clock.owner}）：{clock.about}")
    event.add("categories", [LABELS[clock.kind]])
    event.add("transp", "TRANSPARENT")
    told = [cited[clock.source] + _since(clock)] if clock.source else []
    told += [days.chain(clock.count.deadline)] if clock.count.deadline else []
    if told:
        event.add("description", "\n".join(told))
    return event
