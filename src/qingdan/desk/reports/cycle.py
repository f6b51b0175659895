"""The report of a week, a month or a year at the desk: what it is made from, its files, as it was closed or as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct, field

from qingdan.core import periods
from qingdan.core.ledger import closing
from qingdan.core.ledger.held import (
    SAID,
    Ledger,
    Scope,
    duty_of,
    editions,
    first_entered,
    reference,
    supervisor,
)
from qingdan.core.reports import cycle, quarterly, scoring, yearly
from qingdan.core.reports.audience import edition as edition_for
from qingdan.core.reports.audience import masked, names
from qingdan.core.reports.cycle_audience import FACTS, for_audience
from qingdan.core.reports.matter import Matter, Scored
from qingdan.core.units import unit_called
from qingdan.desk import documents
from qingdan.desk.clocks import concerns, running
from qingdan.desk.opening import require_settings
from qingdan.desk.reports import closing as closed
from qingdan.desk.reports.closing import Part
from qingdan.desk.reports.periods import ends, ground_of
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.papers import Letterhead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qingdan.core.reports.ends import Ground
    from qingdan.desk.opening import Opened
    from qingdan.model.clocks import Clock
    from qingdan.model.periods import Span
    from qingdan.model.settings import Period, Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

PERIOD, PERFORMANCE = "period.md", "performance-ledger.md"


class Wish(Struct, frozen=True):
    """What is asked of a report: what people say by key, how the office heads it, what a new edition corrects, for whom."""

    said: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    dated: str = ""
    corrects: str = ""
    audience: str = ""


class Made(Struct, frozen=True):
    """A report: its data by template, and everything that its edition proves; ``old`` is the edition it repeats."""

    matter: Matter
    papers: Mapping[str, tuple[str, Mapping[str, Any]]]
    head: Letterhead
    takes: tuple[str, ...]
    old: Doc | None = None
    audience: str = ""


def make(opened: Opened, part: Part, wish: Wish) -> Made:
    """The report of a part of a duty: as it was closed, or, where it was not or is to be corrected, as it is now."""
    now = opened.book()
    record = closed.record_of(part, now)
    old = editions(record)[-1] if record else None
    if wish.corrects and old is None:
        raise RefusedError("还没有办结，不必更正；请用 --record 办结。")
    repeated = None if wish.corrects else old
    said = _said(old, wish)
    if repeated:
        _refuse_other_words(repeated, said, wish)
    ground = ground_of(opened, part.span)
    taken = _taken(repeated, ground)
    ledger = Ledger(ground.closing, now, taken)
    matter = Matter(
        ground,
        part.duty,
        part.scope,
        ledger,
        said,
        _clocks(opened, part, ground),
        _earlier(opened, part, ground),
        _quarters(opened, part, ledger, now),
        str(repeated.get("corrects", "")) if repeated else wish.corrects,
        _number(old, again=repeated is not None),
    )
    head = _head(part, ground, repeated, wish)
    takes = tuple(_takes(matter)) if taken is None else tuple(sorted(taken))
    return Made(matter, _papers(matter, part, head, wish), head, takes, repeated, wish.audience)


def _number(old: Doc | None, *, again: bool) -> int:
    """Which edition it is: the same one again, or the next."""
    last = int(str(old["number"])) if old else 0
    return last if again else last + 1


def _taken(repeated: Doc | None, ground: Ground) -> frozenset[str] | None:
    """The records that a closed report rests on; RefusedError where the state that it was made from is no more."""
    if repeated is None:
        return None
    if repeated["commit"] != ground.end.commit:
        raise RefusedError(
            f"办结时期末的版本是{str(repeated['commit'])[:12]}，现在是{ground.end.commit[:12]}：历史已被改写，不能重新生成。"
        )
    return frozenset(cast("list[str]", repeated.get("takes") or ()))


def _head(part: Part, ground: Ground, repeated: Doc | None, wish: Wish) -> Letterhead:
    """Who reports, and under which number and day."""
    if repeated is None:
        return Letterhead(_issuer(part, ground), wish.number, wish.dated)
    number, dated = (str(repeated.get(key, "")) for key in ("reference", "dated"))
    return Letterhead(_issuer(part, ground), number, dated)


def files(opened: Opened, made: Made, formats: tuple[str, ...]) -> dict[str, bytes]:
    """Every file of a report by name; RefusedError where a closed one would come out otherwise."""
    ground = made.matter.ground
    place = documents.office(opened.schemas, opened.snapshot(ground.end.commit), ground.closing)
    found: dict[str, bytes] = {}
    for stem, (template, data) in made.papers.items():
        done = documents.made(place, template, data)
        for ending, raw in documents.written(place, done, formats).items():
            found[f"{stem}.{ending}"] = raw
    if made.old and not made.audience:
        closing.refuse_other_bytes(made.old, found)
    return found


def edition(made: Made, contents: Mapping[str, bytes]) -> closing.Edition:
    """What the ledger keeps of a report."""
    return closing.Edition(
        made.matter.ground.end.commit,
        contents,
        {key: text for key, text in made.matter.said.items() if text},
        made.takes,
        reference=made.head.number,
        dated=made.head.dated,
        corrects=made.matter.corrects,
    )


def _papers(
    matter: Matter, part: Part, head: Letterhead, wish: Wish
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The data of each paper with its template, by what its files are called."""
    ground, is_year = matter.ground, part.span.kind == "year"
    chosen = edition_for(ground.settings, wish.audience)
    whole = cycle.report(matter, head)
    report = for_audience(whole, chosen, ground.closing, name=matter.duty.name, facts_apart=is_year)
    suffix = f"-{wish.audience}" if wish.audience else ""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {
        f"{part.stem}{suffix}": (PERIOD, documents.plain(report))
    }
    if is_year and FACTS not in chosen.withhold:
        table = masked(yearly.performance(matter, head), names(chosen, ground.closing))
        found[f"{part.stem}-performance{suffix}"] = (PERFORMANCE, documents.plain(table))
    return found


def _said(old: Doc | None, wish: Wish) -> dict[str, str]:
    before = {key: str(old.get(key, "")) for key in SAID.values()} if old else {}
    given = {key: text.strip() for key, text in wish.said.items() if text.strip()}
    return {key: text for key, text in (before | given).items() if text}


def _refuse_other_words(repeated: Doc, said: Mapping[str, str], wish: Wish) -> None:
    own = {key: str(repeated[key]) for key in SAID.values() if key in repeated}
    head = {"reference": wish.number, "dated": wish.dated}
    other = any(text and text != str(repeated.get(key, "")) for key, text in head.items())
    if said != own or other:
        raise RefusedError(
            f"已于{repeated['day']}办结，内容不能改动；确有错误的，用 --correct 写明更正了什么，另出一版。"
        )


def _issuer(part: Part, ground: Ground) -> str:
    units, settings = ground.closing.units, ground.settings
    role = closed.role_of(part, settings)
    unit = part.scope.unit or settings.holder(role, part.span.last)
    return units[unit].name if unit in units else role


def _clocks(opened: Opened, part: Part, ground: Ground) -> tuple[Clock, ...]:
    """What ran on the last day and concerns the unit; only a week's report tells of it."""
    if part.span.kind != "week":
        return ()
    every = running(opened, ground.closing, part.span.last, ground.calendar)
    unit = part.scope.unit
    return tuple(each for each in every if not unit or concerns(each, unit, ground.closing))


def _earlier(opened: Opened, part: Part, ground: Ground) -> Ground | None:
    """The month before; None where there was nothing yet."""
    if part.span.kind != "month" or ground.opening is None:
        return None
    return ground_of(opened, periods.before(part.span))


def _quarters(opened: Opened, part: Part, ledger: Ledger, now: Book) -> tuple[Scored, ...]:
    if part.span.kind != "year":
        return ()
    begun = first_entered(now)
    spans = periods.ending_in("quarter", part.span)
    return tuple(_scored(opened, each, ledger) for each in spans if begun and begun <= each.last)


def _scored(opened: Opened, span: Span, ledger: Ledger) -> Scored:
    """A quarter as its bulletin closed it, else by the arithmetic."""
    settings = ledger.book.settings
    duty = duty_of(settings, "quarter") if settings else None
    record = ledger.report(duty, span, Scope()) if duty else None
    last = editions(record)[-1] if record else None
    if last and "scores" in last:
        if last["commit"] != ends(opened, span)[1]:
            raise RefusedError(
                f"{span.title}季末的版本与办结时登记的不同：历史已被改写，年考核不能汇总。"
            )
        rows = cast("list[Doc]", last["scores"])
        return Scored(
            span,
            int(str(last["full"])),
            {str(row["unit"]): str(row["score"]) for row in rows},
            {str(row["unit"]): str(row["arithmetic"]) for row in rows},
            closed=True,
            yearly={str(row["unit"]): str(row["yearly"]) for row in rows if "yearly" in row},
        )
    ground = ground_of(opened, span)
    ranking = quarterly.ranked(ground)
    return Scored(
        span,
        scoring.terms(ground.opening, ground.closing).full,
        {row.code: row.score for row in ranking},
        {row.code: row.arithmetic for row in ranking},
        closed=False,
        yearly={row.code: row.yearly for row in ranking if row.yearly},
    )


def _takes(matter: Matter) -> Iterator[str]:
    """The closed reports that a month or a year rests on."""
    settings, span, ledger = matter.ground.settings, matter.ground.quarter, matter.ledger
    kinds = {"month": ("week",), "year": ("quarter", "month", "week")}
    for kind in kinds.get(span.kind, ()):
        duty = duty_of(settings, kind)
        if duty:
            for _, _, record in ledger.due(duty, span, settings):
                if record:
                    yield reference(record, editions(record)[-1])


class Cycle(Struct, frozen=True):
    """A duty of a period: by the settings of the period's end, or those of now where it is younger; and who owes it."""

    duty: Period
    span: Span
    settings: Settings
    ledger: Ledger

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The parts of the duty."""
        return self.ledger.scopes(self.duty, self.span, self.settings)

    def part(self, unit: str, name: str) -> Part:
        """The part that is meant; UsageError where it must be said whose."""
        code = unit_called(unit, self.ledger.book.units) if unit else ""
        meant = [each for each in self.scopes if self._is_meant(each, code, name)]
        exact = [each for each in meant if each.key in {code, name}]
        found = exact if len(exact) == 1 else meant
        if len(found) != 1:
            raise UsageError(self._whose(code, found))
        return Part(self.duty, self.span, found[0])

    def _is_meant(self, scope: Scope, unit: str, name: str) -> bool:
        """Whether a part may be what a unit and the name of a list, or of a part of it, stand for."""
        if not scope.list:
            return scope.unit == unit and not name
        if name not in {"", scope.list, scope.key} or not (unit or name):
            return False
        role = supervisor(self.duty, scope, self.settings)
        return not unit or self.settings.holder(role, self.span.last) == unit

    def _whose(self, unit: str, meant: Sequence[Scope]) -> str:
        name, first = self.duty.name, self.scopes[0] if self.scopes else Scope()
        if unit and not meant and first.key:
            return f"{unit}在{self.span.title}没有应当办理的{name}。"
        if first.unit:
            return f"{name}由各单位分别办理，请用 --unit 写明单位。"
        if first.list:
            known = "、".join(each.key for each in meant or self.scopes)
            return f"{name}按清单分别办理，请用 --list 写明清单：{known}。"
        return f"{name}不分单位和清单，不必写 --unit、--list。"


def cycle_of(opened: Opened, span: Span) -> Cycle:
    """The duty of a period; CannotAnswerError where the settings know none."""
    now = opened.book()
    current = require_settings(now)
    state = opened.book(ends(opened, span)[1])
    settings = state.settings if state.settings and duty_of(state.settings, span.kind) else current
    return Cycle(closed.duty(settings, span.kind), span, settings, Ledger(state, now))
