"""What a 研判会商 decided is carried out in time (QD643), and its record holds (QD642).

S0 第十七条, S3a 第十六条: the problems of a quarter are studied and ways of solving them proposed. Due is the day that the
meeting set; what is carried out later, and recorded, is no finding any more.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core import periods
from qingdan.core.checks.report import found
from qingdan.core.ledger.conferring import (
    DONE,
    EXTENDED,
    decisions,
    doubled,
    meetings,
    open_decisions,
    rows,
)
from qingdan.core.ledger.held import CONFER
from qingdan.core.settings import cite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def overdue(book: Book, world: World) -> Iterator[Finding]:
    """Every decision whose last day is over and that nobody has carried out."""
    settings = book.settings
    if settings is None:
        return
    duty = next((each for each in settings.periods if each.held_by == CONFER), None)
    for each in open_decisions(book):
        if each.due < world.today:
            span = periods.named(each.period)
            title = span.title if span else each.period
            made = found(
                "QD643",
                f"{title}会商第{each.number}项议定事项“{each.text}”应不晚于{each.due}办结，没有办结的记录。",
                each.path,
                ("decisions", each.place, "due"),
                unit=each.unit,
                owner=each.owner(book.units),
                fix=f"办结后请用 qingdan inspect confer --period {each.period} --done {each.number} --note 办理情况 登记。",
            )
            cited = (cite(duty.source, settings.regulations),) if duty else ()
            yield replace(made, sources=cited)


def sound(book: Book) -> Iterator[Finding]:
    """Decisions that cannot be told apart, are nobody's, or were closed without having been taken."""
    twice = doubled(book)
    for each in decisions(book):
        at = ("decisions", each.place)
        if each.number in twice.get(each.path, ()):
            yield _bad(each.path, f"本季度有两项议定事项都是第{each.number}项。", *at, "number")
        if each.due < each.day:
            yield _bad(each.path, f"完成期限{each.due}早于提出日期{each.day}。", *at, "due")
        if each.unit and "units" not in book.unread and each.unit not in book.units:
            yield _bad(each.path, f"责任单位“{each.unit}”不在单位名册中。", *at, "unit")
        if book.settings and each.role and each.role not in book.settings.roles:
            yield _bad(each.path, f"没有“{each.role}”这个角色。", *at, "role")
    for path, record in meetings(book):
        yield from _steps(path, record)


def _steps(path: str, record: Doc) -> Iterator[Finding]:
    days = {row["number"]: str(row["day"]) for row in rows(record, "decisions")}
    counts = Counter(step["decision"] for step in rows(record, "steps") if step["move"] == DONE)
    for place, step in enumerate(rows(record, "steps")):
        at = ("steps", place)
        number = step["decision"]
        if number not in days:
            yield _bad(path, f"办理经过所指的第{number}项议定事项不在这份记录中。", *at, "decision")
        elif str(step["done"]) < days[number]:
            yield _bad(path, f"第{number}项议定事项的{step['move']}日期早于提出日期。", *at, "done")
        if ("until" in step) != (step["move"] == EXTENDED):
            yield _bad(path, f"第{number}项议定事项延期的才写、也必须写延至哪天。", *at, "move")
        if counts[number] > 1:
            yield _bad(path, f"第{number}项议定事项办结了{counts[number]}次。", *at, "decision")


def _bad(path: str, message: str, *at: str | int) -> Finding:
    fix = "记录由 qingdan inspect confer 写入，不要手改；手改了的，请用 git 恢复。"
    return found("QD642", message, path, at, fix=fix)
