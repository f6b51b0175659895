"""Closing the report of a period with a commit; objections against it, and what is decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.ledger import closing
from qingdan.core.ledger.held import Ledger, duty_of, editions, record_id, supervisor
from qingdan.core.ledger.messages import message
from qingdan.core.places import held_path
from qingdan.core.units import called
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CalendarError, CannotAnswerError, RefusedError, UsageError
from qingdan.model.periods import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qingdan.core.ledger.closing import Edition
    from qingdan.core.ledger.held import Scope
    from qingdan.desk.opening import Opened
    from qingdan.model.periods import Kind, Span
    from qingdan.model.settings import Period, Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Manner(Struct, frozen=True):
    """The day of a step; ``pinned`` says that it was given, and becomes the commit's."""

    day: date
    pinned: bool = False


class Part(Struct, frozen=True):
    """A part of a period's duty: whose report of which period."""

    duty: Period
    span: Span
    scope: Scope

    @property
    def path(self) -> str:
        """Where its record stands."""
        return held_path(self.span.name, record_id(self.duty, self.scope))

    @property
    def title(self) -> str:
        """Such as 2026年第47周周清, 2026年考核."""
        span = self.span.title
        return span + self.duty.name.removeprefix(span[-1] if self.span.kind == "year" else "")

    @property
    def stem(self) -> str:
        """What its files are called: ``2026W47-JS-YJ``, ``2026-10-powers``, ``2026Q3``."""
        return "-".join(filter(None, (self.span.name, self.scope.key)))


def duty(settings: Settings, kind: Kind) -> Period:
    """The duty of a kind of period; CannotAnswerError where the settings know none."""
    found = duty_of(settings, kind)
    if found is None:
        raise CannotAnswerError(
            f"qingdan.yaml 的 periods 中没有每{KIND_WORDS[kind]}办结的报告；规章没有规定的，可以由本单位自定后写入。"
        )
    return found


def role_of(part: Part, settings: Settings) -> str:
    """The role that owes it."""
    return supervisor(part.duty, part.scope, settings)


def record_of(part: Part, book: Book) -> Doc | None:
    """The record of a closed report; None if it is not closed."""
    return Ledger(book).report(part.duty, part.span, part.scope)


def close(opened: Opened, part: Part, edition: Edition, manner: Manner) -> str:
    """Enter an edition of a report; the record's name. RefusedError where it is closed already, or ends too late."""
    if manner.day <= part.span.last:
        raise RefusedError(f"{part.span.title}到{part.span.last}才结束，不能在{manner.day}办结。")

    def decide(book: Book) -> Entering:
        settings = require_settings(book)
        old = record_of(part, book)
        doc = closing.closed(old, part.duty, part.span, part.scope, settings)
        grown = closing.with_edition(doc, edition, manner.day)
        word = "correct" if edition.corrects else "close"
        said = f"第{len(editions(grown))}版更正：{edition.corrects}" if edition.corrects else ""
        return _entering(part, grown, word, _subject(part, book, word), said)

    enter(opened, decide, manner.day if manner.pinned else None)
    return f"{part.span.name}/{record_id(part.duty, part.scope)}"


def _subject(part: Part, book: Book, word: str) -> str:
    about = called(part.scope.unit, book.units) if part.scope.unit else ""
    about = about or part.scope.about(require_settings(book))
    what = part.title + (f"（{about}）" if about else "")
    return f"{'更正' if word == 'correct' else '办结'}{what}"


def _entering(part: Part, doc: Doc, word: str, subject: str, said: str) -> Entering:
    name = f"{part.span.name}/{record_id(part.duty, part.scope)}"
    return Entering({part.path: doc}, message(subject, said, (("Period", word), ("Record", name))))


def object_to(opened: Opened, part: Part, unit: str, text: str, manner: Manner) -> None:
    """Enter a unit's objection against a closed report, within the time that ``scoring.appeal`` sets."""

    def grown(record: Doc, settings: Settings) -> Doc:
        _refuse_late(opened, record, settings, manner.day)
        return closing.objected(record, unit, text, manner.day)

    _step(opened, part, grown, ("object", f"{unit}申诉", text), manner)


def decide_on(
    opened: Opened,
    part: Part,
    unit: str,
    ruling: tuple[str, str],
    facts: Sequence[str],
    manner: Manner,
) -> None:
    """Enter what was decided on a unit's objection: 维持 or 更正, why, and which facts count no more."""
    if ruling[0] == closing.CONCEDED and not facts:
        raise UsageError("更正须用 --match 写明哪些问题不再计入（例如 QD304 或 late）。")

    def grown(record: Doc, settings: Settings) -> Doc:
        appeal = settings.scoring.appeal
        by = appeal.decided_by if appeal else part.duty.owner
        return closing.decided(record, unit, by, ruling, facts, manner.day)

    _step(opened, part, grown, ("decide", f"{unit}的申诉{ruling[0]}", ruling[1]), manner)


def _step(
    opened: Opened,
    part: Part,
    grown: Callable[[Doc, Settings], Doc],
    words: tuple[str, str, str],
    manner: Manner,
) -> None:
    word, subject, said = words

    def decide(book: Book) -> Entering:
        record = record_of(part, book)
        if record is None:
            raise RefusedError(f"{part.title}还没有办结，没有可以申诉的。")
        doc = grown(record, require_settings(book))
        return _entering(part, doc, word, f"{part.title}：{subject}", said)

    enter(opened, decide, manner.day if manner.pinned else None)


def _refuse_late(opened: Opened, record: Doc, settings: Settings, day: date) -> None:
    appeal = settings.scoring.appeal
    if appeal is None:
        raise RefusedError(
            "qingdan.yaml 的 scoring 没有写明申诉（appeal）的时限和受理角色，不能登记申诉。"
        )
    start = date.fromisoformat(str(editions(record)[-1]["day"]))
    try:
        last = opened.calendar().deadline(start, appeal.within).last
    except CalendarError:
        return
    if day > last:
        raise RefusedError(f"申诉应当自{start}起{appeal.within}内提出，到{last}为止，今天是{day}。")
