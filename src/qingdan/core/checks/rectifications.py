"""Rectifications are served, numbered and followed up as the regulations have it.

On a day: an overdue one must go up (QD631, S0 第二十二条: 抄报), an inadequate one must be answered or go up
(QD632), a notice has its number (QD634). Without a clock: notices and findings agree (QD633), no number is
taken twice or left out (QD635), steps follow one another lawfully (QD636).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core import numbering
from qingdan.core.checks.report import found
from qingdan.core.ledger import findings as kept
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.rectification import states
from qingdan.core.units import called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.settings import Series
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def in_time(book: Book, world: World) -> Iterator[Finding]:
    """Rectifications that are overdue or not enough, and that nobody has sent up yet; a draft is never overdue."""
    for path, record in states.records(book):
        now = states.standing(record)
        draft = book.settings is not None and states.unsent(record, book.settings)
        if now.state not in states.MAY_ESCALATE:
            continue
        name = f"{called(str(record['unit']), book.units)}的整改（{record['id']}）"
        if now.overdue(world.today) and not draft:
            days = (world.today - now.due).days
            message = f"{name}限{now.due}前整改到位，已经逾期{days}日。"
            yield _of(
                "QD631",
                message,
                path,
                record,
                fix=f"已经整改的请登记回复并核查；没有整改的，请办理抄报：qingdan rectify escalate {record['id']}。",
            )
        elif now.state == states.INADEQUATE:
            message = f"{name}{now.since}核查认定整改不到位，还没有重新回复，也没有抄报。"
            fix = f"请督促重新整改、回复；或者办理抄报：qingdan rectify escalate {record['id']}。"
            yield _of("QD632", message, path, record, fix=fix)


def numbered(book: Book, _world: World) -> Iterator[Finding]:
    """Notices without a number, where the settings have a series for them."""
    if _series(book) is None:
        return
    for path, record in states.records(book):
        if "number" not in record and states.standing(record).state != states.VOID:
            message = f"整改通知书“{record['id']}”还没有编号。"
            fix = f"请取号：qingdan rectify send {record['id']}。"
            yield _of("QD634", message, path, record, fix=fix)


def sound(book: Book) -> Iterator[Finding]:
    """What contradicts itself in the records, between them and the findings, and in their numbers."""
    known = {str(record["id"]): record for record in kept.kept(book)}
    for path, record in states.records(book):
        yield from _disagreeing(path, record, known)
        place = states.unlawful(record)
        if place is not None:
            move = states.steps_of(record)[place]["move"]
            before = states.steps_of(record)[place - 1]["move"] if place else "开头"
            message = f"第{place + 1}步“{move}”不能接在“{before}”之后。"
            fix = "请恢复原来的记录；办理请用 qingdan rectify 的各个命令。"
            yield _of("QD636", message, path, record, ("steps", place, "move"), fix=fix)
    yield from _numbers(book)


def _disagreeing(path: str, record: Doc, known: dict[str, Doc]) -> Iterator[Finding]:
    """Findings that are not there, of whom the ledger does not know, or that stand otherwise than the notice."""
    closed = states.standing(record).state == states.CLOSED
    for place, name in enumerate(cast("list[str]", record["findings"])):
        at = ("findings", place)
        if name not in known:
            fix = "请核对编号；问题登记在 ledger/findings 中，不得删除。"
            yield _of("QD633", f"问题“{name}”不在台账中。", path, record, at, fix=fix)
            continue
        steps = cast("list[Doc]", known[name]["steps"])
        if not any(step.get("notice") == record["id"] for step in steps):
            message = f"问题“{name}”的办理经过没有写明这次整改。"
            fix = "请恢复原来的记录；下发请用 qingdan rectify issue。"
            yield _of("QD633", message, path, record, at, fix=fix)
        elif closed and _still_served(steps, str(record["id"])):
            message = f"整改已经销号，问题“{name}”却还是“{kept.SERVED}”。"
            fix = "请恢复原来的记录；核查请用 qingdan rectify verify。"
            yield _of("QD633", message, path, record, at, fix=fix)


def _still_served(steps: list[Doc], notice: str) -> bool:
    last = steps[-1]
    return kept.STATES[str(last["move"])] == kept.SERVED and last.get("notice") == notice


def _numbers(book: Book) -> Iterator[Finding]:
    """Numbers that two documents have, and numbers that none has."""
    for key, title in (("number", "内部编号"), ("official", "发文字号")):
        first: dict[str, str] = {}
        for path, record in states.records(book):
            number = str(record.get(key, ""))
            if number and number in first:
                message = f"{title}“{number}”与整改“{first[number]}”的相同。"
                fix = "请核对是哪一份用了这个编号；编号一经取用不得改动，请另行说明。"
                yield _of("QD635", message, path, record, (key,), fix=fix)
            first.setdefault(number, str(record["id"]))
    series = _series(book)
    if series:
        taken = [str(record.get("number", "")) for _, record in states.records(book)]
        for number in numbering.left_out(series, taken):
            fix = "请找回用这个编号的整改记录；作废的编号也应当留有记录。"
            yield found("QD635", f"编号“{number}”没有任何记录。", SETTINGS_PATH, _AT, fix=fix)


_AT: Pointer = ("numbering", "series", states.SERIES)


def _series(book: Book) -> Series | None:
    return book.settings.numbering.get(states.SERIES) if book.settings else None


def _of(code: str, message: str, path: str, record: Doc, at: Pointer = (), *, fix: str) -> Finding:
    return found(
        code,
        message,
        path,
        at,
        unit=str(record["unit"]),
        owner=str(record["issuer"]),
        fix=fix,
    )
