"""``due``: every running clock, overdue ones first."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.checks.world import World
from qingdan.core.clocks import nearing
from qingdan.core.settings import cite
from qingdan.desk import output
from qingdan.desk.clocks import concerns, is_of, myself, running
from qingdan.desk.opening import finish, require_settings
from qingdan.desk.scope import unit_asked
from qingdan.model.clocks import NEAR
from qingdan.model.findings import Verdict
from qingdan.render import clocks as render
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened
    from qingdan.model.clocks import Clock
    from qingdan.model.findings import Severity
    from qingdan.model.workspace import Book


class Options(Struct, frozen=True):
    """What the command line said; ``kinds``, ``unit`` and ``mine`` narrow what is shown.

    ``near``: with so many working days left a clock is a warning; ``fail_on``: at what that is an exit code of 1.
    """

    today: date
    kinds: Sequence[str] = ()
    unit: str = ""
    mine: bool = False
    formats: Sequence[str] = ("text",)
    chain: bool = False
    ics: Path | None = None
    near: int = NEAR
    fail_on: Severity | None = None


def run(opened: Opened, options: Options) -> int:
    """Show the clocks, and write those that have a last day to a calendar.

    As ``text`` and ``json`` all of them, in the formats of findings those that end soon or have ended. 0, unless
    ``fail_on`` asks for more.
    """
    book = opened.book()
    settings = require_settings(book)
    options = replace(options, unit=unit_asked(options.unit, book))
    found = _wanted(opened, book, options)
    cited = {clock.source: cite(clock.source, settings.regulations) for clock in found}
    if options.ics:
        files.write(options.ics, render.calendar(found, cited, options.today))
        _tell(found, options.ics)
    near = _nearing(opened, book, found, cited, options)
    output.write(
        output.in_formats(near)
        | {
            "text": partial(render.text, found, cited, chain=options.chain),
            "json": partial(_json, found, cited, options.today),
        },
        options.formats,
    )
    return int(options.fail_on is not None and near.fails(options.fail_on))


def _nearing(
    opened: Opened, book: Book, found: Sequence[Clock], cited: Mapping[str, str], options: Options
) -> Verdict:
    world = World(options.today, opened.calendar())
    near = nearing.findings(found, cited, world, options.near)
    return Verdict(finish(near, book, opened.snapshot()), (), book.files, len(book.entries))


def _json(found: Sequence[Clock], cited: Mapping[str, str], today: date) -> str:
    rows = [render.as_dict(clock, cited) for clock in found]
    told = {"today": str(today), "clocks": rows}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _wanted(opened: Opened, book: Book, options: Options) -> list[Clock]:
    person = myself(opened, book) if options.mine else None
    return [
        clock
        for clock in running(opened, book, options.today)
        if (not options.kinds or clock.kind in options.kinds)
        and (not options.unit or concerns(clock, options.unit, book))
        and (person is None or is_of(clock, person, book))
    ]


def _tell(clocks: Sequence[Clock], file: Path) -> None:
    dated = sum(clock.count.last is not None for clock in clocks)
    rest = len(clocks) - dated
    more = f"；另有{rest}件没有截止日期，不在其中" if rest else ""
    print(f"已将{dated}件写入日历{file}{more}。", file=sys.stderr)
