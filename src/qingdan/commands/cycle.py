"""``report --week``, ``--month``, ``--year``: 周清, 月结, 年考核; closing them, and objections against what was closed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.ledger.closing import CONCEDED
from qingdan.core.ledger.held import editions
from qingdan.core.reports.cycle import require_said
from qingdan.core.units import called, unit_called
from qingdan.desk import documents
from qingdan.desk.reports import closing, cycle
from qingdan.desk.reports.periods import wanted as asked
from qingdan.model.cards import Table
from qingdan.render.cards import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.desk.reports.closing import Manner, Part
    from qingdan.desk.reports.cycle import Cycle, Made, Wish
    from qingdan.model.periods import Kind


class Wanted(Struct, frozen=True):
    """Which report of which period is made, and where; ``record`` closes it, ``context`` prints its data alone."""

    kind: Kind
    period: str
    unit: str = ""
    list: str = ""
    out: Path | None = None
    formats: tuple[str, ...] = ()
    context: bool = False
    record: bool = False


def run(opened: Opened, wanted: Wanted, wish: Wish, manner: Manner) -> int:
    """Make the report of a part of a duty, or show who has closed theirs where it is not said whose."""
    span = asked(wanted.kind, wanted.period, manner.day, wish.dated)
    found = cycle.cycle_of(opened, span)
    whole = not found.scopes or not found.scopes[0].key
    asked_for = wanted.unit or wanted.list or wanted.record or wish.said or wish.audience
    if not whole and not asked_for:
        sys.stdout.write(_overview(found))
        return 0
    part = found.part(wanted.unit, wanted.list)
    closes = wanted.record or bool(wish.corrects)
    formats = documents.formats(() if closes else wanted.formats)
    made = cycle.make(opened, part, wish)
    if wanted.context:
        papers = {stem: data for stem, (_, data) in made.papers.items()}
        sys.stdout.write(json.dumps(papers, ensure_ascii=False, indent=2) + "\n")
        return 0
    if closes:
        require_said(made.matter)
    folder = documents.folder(opened.root, wanted.out)
    contents = cycle.files(opened, made, formats)
    name = closing.close(opened, part, cycle.edition(made, contents), manner) if closes else ""
    paths = documents.put_files(folder, contents)
    sys.stdout.write(_told(part, made, name) + "".join(f"  {path}\n" for path in paths))
    return 0


def _told(part: Part, made: Made, name: str) -> str:
    title = part.title
    if made.audience:
        return f"{title}（{made.audience}版）已生成：\n"
    if name:
        edition = f"第{made.matter.edition}版" if made.matter.edition > 1 else ""
        return f"{title}{edition}已办结（{name}）：\n"
    if made.old:
        return f"{title}已于{made.old['day']}办结，重新生成的与登记的摘要一致：\n"
    return f"{title}（尚未办结）已生成：\n"


def _overview(found: Cycle) -> str:
    """Who has closed the report of a period, and who has not."""
    rows = list(_rows(found))
    missing = sum(row[1] == "未办结" for row in rows)
    head = f"{found.span.title}{found.duty.name}：应办结{len(rows)}份，未办结{missing}份。\n"
    return head + table(Table(("谁", "状态", "办结日期", "版次", "期末后时限"), tuple(rows)))


def _rows(found: Cycle) -> Iterator[tuple[str, ...]]:
    book, settings = found.ledger.book, found.settings
    for scope in found.scopes:
        record = found.ledger.report(found.duty, found.span, scope)
        name = called(scope.unit, book.units) if scope.unit else scope.about(settings)
        last = editions(record)[-1] if record else None
        state = "已办结" if last else "未办结"
        yield (
            f"{name}（{scope.key}）",
            state,
            str(editions(record)[0]["day"]) if record else "",
            str(last["number"]) if last else "",
            str(found.duty.due),
        )


class Against(Struct, frozen=True):
    """A unit's objection: against the closed report of which period."""

    kind: Kind
    period: str
    unit: str


def object_to(opened: Opened, what: Against, text: str, manner: Manner) -> int:
    """Enter a unit's objection against a closed report."""
    part, unit = _whole(opened, what, manner)
    closing.object_to(opened, part, unit, text, manner)
    sys.stdout.write(f"已登记{unit}对{part.title}的申诉。\n")
    return 0


def decide_on(
    opened: Opened, what: Against, ruling: tuple[str, str], facts: Sequence[str], manner: Manner
) -> int:
    """Enter what was decided on an objection, and say what comes next."""
    part, unit = _whole(opened, what, manner)
    closing.decide_on(opened, part, unit, ruling, facts, manner)
    sys.stdout.write(f"已登记对{unit}申诉的决定：{ruling[0]}。\n")
    if ruling[0] == CONCEDED:
        command = f"qingdan report --{what.kind} {part.span.name} --correct 更正的内容"
        sys.stdout.write(f"请用 {command} 另出一版。\n")
    return 0


def _whole(opened: Opened, what: Against, manner: Manner) -> tuple[Part, str]:
    found = cycle.cycle_of(opened, asked(what.kind, what.period, manner.day))
    return found.part("", ""), unit_called(what.unit, opened.book().units)
