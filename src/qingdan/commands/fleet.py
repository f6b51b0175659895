"""``fleet``: many repositories looked at together, with one summary and one ranking."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.fleet.telling import page
from qingdan.desk import output
from qingdan.desk.fleet import overview
from qingdan.desk.reports.periods import wanted
from qingdan.model.fleet import Asked
from qingdan.render import fleet as render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.desk.fleet.overview import Manner
    from qingdan.model.findings import Severity
    from qingdan.model.periods import Kind

UNREAD = 3


class Options(Struct, frozen=True):
    """What the command line said: a list file, or paths and URLs, and from which folder; how it is done and shown."""

    given: Sequence[str]
    start: Path
    manner: Manner
    formats: Sequence[str] = ("text",)
    fail_on: Severity = "error"


def validate(options: Options) -> int:
    """Judge the files of every repository's head, without a clock."""
    return _run(options, Asked("validate"))


def check(options: Options, today: date) -> int:
    """All that ``validate`` and ``check`` find in every repository on a day."""
    return _run(options, Asked("check", str(today)))


def report(options: Options, kind: Kind, period: str, today: date) -> int:
    """What a period brought in every repository, and what was wrong at its end."""
    span = wanted(kind, period, today)
    return _run(options, Asked("report", str(today), kind, span.name))


def _run(options: Options, asked: Asked) -> int:
    """Look, and show; 3 where one could not be read, 1 where one has findings at or above ``fail_on``, else 0.

    What could not be read may hold anything, so it comes before what was found elsewhere.
    """
    listed, folder = overview.listed(options.given, options.start)
    made = overview.summary(listed, folder, asked, options.manner, options.fail_on)
    told = page(made)
    width, colours = output.screen()
    forms: dict[str, Callable[[], str | bytes]] = {
        "text": partial(render.text, told, width, colours=colours),
        "json": partial(render.json, made),
        "markdown": partial(render.markdown, told),
        "html": partial(render.html, told),
        "xlsx": partial(render.xlsx, told),
    }
    output.write(forms, options.formats)
    return UNREAD if made.states("unread") else int(bool(made.states("faulty")))
