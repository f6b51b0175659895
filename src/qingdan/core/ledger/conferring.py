"""研判会商: what a meeting decided, who carries it out until when, and what has been carried out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.ledger.held import CONFER, FOLDER
from qingdan.core.units import called
from qingdan.model.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.settings import Period, Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book, Unit

DONE, EXTENDED = "办结", "延期"


class Decision(Struct, frozen=True):
    """What a meeting decided, at ``place`` in the record at ``path``; numbers run through a period.

    ``role`` or ``unit`` carries it out until ``due``, as it was extended last; ``done`` is the step that says that it
    was; None while it was not.
    """

    period: str
    number: int
    text: str
    role: str
    unit: str
    day: date
    due: date
    path: str
    place: int
    done: Doc | None = None

    def owner(self, units: Mapping[str, Unit]) -> str:
        """Who carries it out, as people read it."""
        return self.role or called(self.unit, units)


def duty_of(settings: Settings) -> Period:
    """The duty to confer; UsageError where the settings know none."""
    found = next((each for each in settings.periods if each.held_by == CONFER), None)
    if found is None:
        raise UsageError(f"qingdan.yaml 的 periods 中没有一项写明 held_by: {CONFER}，不必登记。")
    return found


def meetings(book: Book, period: str = "") -> Iterator[tuple[str, Doc]]:
    """The records of meetings by path, those of a period if one is named: first to last."""
    names = (
        {each.name for each in book.settings.periods if each.held_by == CONFER}
        if book.settings
        else set()
    )
    found = [
        (path, document)
        for path, document in book.documents.items()
        if path.startswith(f"{FOLDER}{period}/" if period else FOLDER)
        and (document["name"] in names or "decisions" in document)
    ]
    yield from sorted(
        found, key=lambda pair: (str(pair[1]["period"]), str(pair[1]["day"]), pair[0])
    )


def decisions(book: Book, period: str = "") -> Iterator[Decision]:
    """What was decided, in the order of the meetings."""
    for path, record in meetings(book, period):
        steps = rows(record, "steps")
        done = {step["decision"]: step for step in steps if step["move"] == DONE}
        until = {step["decision"]: str(step["until"]) for step in steps if "until" in step}
        for place, row in enumerate(rows(record, "decisions")):
            yield Decision(
                str(record["period"]),
                int(str(row["number"])),
                str(row["text"]),
                str(row.get("role", "")),
                str(row.get("unit", "")),
                date.fromisoformat(str(row["day"])),
                date.fromisoformat(until.get(row["number"], str(row["due"]))),
                path,
                place,
                done.get(row["number"]),
            )


def open_decisions(book: Book, before: date | None = None) -> tuple[Decision, ...]:
    """Those that nobody has carried out; of ``before`` a day, those that had been taken by then and stood open on it."""
    if before is None:
        return tuple(each for each in decisions(book) if each.done is None)
    return tuple(
        each
        for each in decisions(book)
        if each.day < before and (each.done is None or str(each.done["done"]) > str(before))
    )


def rows(record: Doc, key: str) -> list[Doc]:
    """The rows of a growing part of a record."""
    return cast("list[Doc]", record.get(key) or [])


def following(book: Book, period: str) -> int:
    """The number of the next decision of a period."""
    return max((each.number for each in decisions(book, period)), default=0) + 1


def carried_out(record: Doc, decision: Decision, step: Mapping[str, Value]) -> Doc:
    """The record with a decision closed; RefusedError where it is already, or on too early a day."""
    _refuse_over(decision)
    if str(step["done"]) < str(decision.day):
        raise RefusedError(f"办结日期{step['done']}早于提出日期{decision.day}，请核对。")
    return _stepped(record, decision, DONE, step)


def extended(record: Doc, decision: Decision, until: date, step: Mapping[str, Value]) -> Doc:
    """The record with a later last day for a decision; the one that the meeting set stays where it stands.

    RefusedError where it was carried out already, or where its last day is over; UsageError for a day that is no later.
    """
    _refuse_over(decision)
    if str(step["done"]) > str(decision.due):
        raise RefusedError(
            f"第{decision.number}项议定事项的完成期限{decision.due}已过，{step['done']}不能再延期；"
            "期限内已经同意的，请用 --day 写明同意的日期。"
        )
    if until <= decision.due:
        raise UsageError(f"延至的日期{until}应当晚于现在的完成期限{decision.due}。")
    return _stepped(record, decision, EXTENDED, {**step, "until": str(until)})


def _refuse_over(decision: Decision) -> None:
    if decision.done is not None:
        raise RefusedError(
            f"第{decision.number}项议定事项已于{decision.done['done']}办结，台账只能追加，不能改写。"
        )


def _stepped(record: Doc, decision: Decision, move: str, step: Mapping[str, Value]) -> Doc:
    row: Doc = {"decision": decision.number, "move": move, **step}
    row = {key: value for key, value in row.items() if value not in ("", [])}
    return record | {"steps": cast("Value", [*rows(record, "steps"), row])}


def doubled(book: Book) -> dict[str, frozenset[int]]:
    """Path to the numbers of its decisions that stand more than once in their period."""
    counts = Counter((each.period, each.number) for each in decisions(book))
    found: dict[str, set[int]] = {}
    for each in decisions(book):
        if counts[each.period, each.number] > 1:
            found.setdefault(each.path, set()).add(each.number)
    return {path: frozenset(numbers) for path, numbers in found.items()}
