"""A summary of a fleet: as text, Markdown, a page, a workbook, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan import __version__
from qingdan.model.findings import SEVERITIES
from qingdan.model.fleet import STATE_WORDS
from qingdan.model.tables import Column, Grid
from qingdan.render import cards
from qingdan.render.formats.json import dumped
from qingdan.render.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.model.cards import Table
    from qingdan.model.fleet import Outcome, Page, Summary
    from qingdan.model.reports import Ranked

_WIDTHS: Mapping[str, int] = {"名称": 24, "地址": 48, "原因": 60, "问题": 48, "算式": 80}
_WIDTH = 12


def text(page: Page, width: int | None = None, *, colours: bool = False) -> str:
    """Sentences and tables for a terminal ``width`` cells wide, or a file."""
    parts = [f"{visible(page.title)}\n", *(f"{visible(each)}\n" for each in page.told)]
    for name, table in page.tables:
        parts += [f"\n{name}\n", cards.table(table, width, colours=colours)]
    return "".join(parts)


def markdown(page: Page) -> str:
    """Sentences and tables in which no text becomes markup."""
    from qingdan.render.documents import literal

    blocks = [f"# {literal(visible(page.title))}", *(literal(visible(each)) for each in page.told)]
    for name, table in page.tables:
        lines = [_row(table.heads), _row(["---"] * len(table.heads))]
        lines += [_row(literal(visible(cell)) for cell in row) for row in table.rows]
        blocks += [f"## {name}", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def html(page: Page) -> str:
    """A self-contained page."""
    from qingdan.render.documents import wrapped

    return wrapped("fleet.html", page.title, {"page": page})


def xlsx(page: Page) -> bytes:
    """A workbook with a sheet a table; what is told stands above the first."""
    from qingdan.render.workbooks import workbook

    above = (page.title, *page.told)
    return workbook(
        [
            _grid(name, table, () if place else above)
            for place, (name, table) in enumerate(page.tables)
        ]
    )


def _grid(name: str, table: Table, above: tuple[str, ...]) -> Grid:
    columns = tuple(
        Column("name" if head == "名称" else head, head, _WIDTHS.get(head, _WIDTH))
        for head in table.heads
    )
    return Grid(name, columns, table.rows, above=above)


def json(made: Summary) -> str:
    """``{"tool", "title", "action", "repositories", "ranking", "summary"}``; the same bytes for the same commits."""
    document = {
        "tool": {"name": "qingdan", "version": __version__},
        "title": made.fleet.title,
        "action": made.asked.action,
        "today": made.asked.today or None,
        "period": made.asked.period or None,
        "repositories": [_repository(made, outcome) for outcome in made.outcomes],
        "ranking": [_place(row) for row in made.ranking],
        "summary": {"repositories": len(made.outcomes)}
        | {state: made.states(state) for state in STATE_WORDS}
        | {each: sum(o.count(each) for o in made.outcomes) for each in SEVERITIES},
    }
    return dumped(document)


def _repository(made: Summary, outcome: Outcome) -> dict[str, object]:
    listed = next(each for each in made.fleet.repositories if each.name == outcome.name)
    return {
        "name": outcome.name,
        "group": listed.group or None,
        "at": listed.at,
        "state": outcome.state(made.fail_on),
        "why": outcome.why or None,
        "commit": outcome.commit or None,
        "day": outcome.day or None,
        "files": outcome.files,
        "items": outcome.items,
        "summary": {severity: outcome.count(severity) for severity in SEVERITIES},
        "findings": [
            {
                "code": each.code,
                "severity": each.severity,
                "rules": list(each.rules),
                "count": each.count,
            }
            for each in outcome.found
        ],
        "period": _moved(outcome),
    }


def _moved(outcome: Outcome) -> dict[str, object] | None:
    moved = outcome.moved
    if moved is None:
        return None
    return {
        "entered": moved.entered,
        "cancelled": moved.cancelled,
        "adjusted": moved.adjusted,
        "late": moved.late,
        "new": moved.new,
        "gone": moved.gone,
        "closed": moved.closed or None,
    }


def _place(row: Ranked) -> dict[str, object]:
    return {
        "group": row.group or None,
        "rank": row.rank,
        "name": row.unit,
        "score": row.score,
        "arithmetic": row.arithmetic,
    }
