"""What could not be taken, as a sheet that can be completed and imported again: the layout of ``export``, gaps marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.tables import cells, headings
from qingdan.model.tables import Column, Grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.importing.items import Candidate, Ground
    from qingdan.core.tables.fields import Field

_WIDE, _NARROW = 40, 16
_MOST = 1000
"""So many letters of the reasons stand in their column."""


def grid(unfit: Sequence[Candidate], ground: Ground, unit_names: Mapping[str, str]) -> Grid:
    """The unfit candidates: why, their unit, and every field; what is missing or wrong is marked."""
    words = ground.schema.document["definitions"]["table"]["x-words"]
    columns = [Column("problem", words["problem"][0], _WIDE)]
    if ground.schema.node(("unit",)):
        label = ground.schema.label(("unit",))
        codes = tuple(sorted(unit_names))
        columns += [
            Column("unit", f"{label}编号", _NARROW, codes),
            Column("unit_name", label, _NARROW),
        ]
    lead = len(columns)
    columns += [_column(each) for each in ground.fields]
    rows = tuple((*_lead(one, unit_names)[:lead], *_row(one, ground)) for one in unfit)
    marks = {
        (row, lead + place)
        for row, one in enumerate(unfit)
        for place, each in enumerate(ground.fields)
        if any(key in {each.key, each.at[0]} for key, _ in one.wrong)
    }
    marks |= {
        (row, 1)
        for row, one in enumerate(unfit)
        if any(key == headings.UNIT for key, _ in one.wrong)
    }
    return Grid(ground.schema.title, tuple(columns), rows, frozenset(marks))


def _column(each: Field) -> Column:
    choices = tuple(str(word) for word in each.node.get("enum", ()))
    return Column(
        each.key, each.title, _WIDE if each.node.get("type") == "array" else _NARROW, choices
    )


def _lead(one: Candidate, unit_names: Mapping[str, str]) -> tuple[str, str, str]:
    told = one.texts.get(headings.UNIT)
    name = unit_names.get(one.unit) or (told.text if told else "")
    why = "；".join(why for _, why in one.wrong)
    return why[:_MOST], one.unit, name


def _row(one: Candidate, ground: Ground) -> list[str]:
    """A candidate's cells: what was understood as ``export`` writes it, what was not as it stood in the table."""
    wrong = {key for key, _ in one.wrong}
    found = []
    for each in ground.fields:
        value, told = each.value(one.data), one.texts.get(each.key)
        unread = told is not None and (value is None or each.key in wrong)
        text = told.text if told and unread else cells.shown(value, each.node, ground.schema)
        found.append(cells.fitted(text))
    return found
