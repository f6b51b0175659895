"""The matrix for programs: the same bytes for the same input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan import __version__
from qingdan.render.formats.json import as_dict, dumped

if TYPE_CHECKING:
    from qingdan.model.matrices import Cell, Held, Line, Matrix, Stray


def render(matrix: Matrix) -> str:
    """``{"tool", "today", "agrees", "systems", "items", "extra"}``; an item's ``systems`` are by id."""
    document = {
        "tool": {"name": "qingdan", "version": __version__},
        "jurisdiction": matrix.jurisdiction,
        "today": str(matrix.day),
        "agrees": matrix.agrees,
        "systems": [_system(matrix, place, held) for place, held in enumerate(matrix.systems)],
        "items": [_item(matrix, line) for line in matrix.lines],
        "extra": [_stray(stray) for stray in matrix.strays],
    }
    return dumped(document)


def _system(matrix: Matrix, place: int, held: Held) -> dict[str, object]:
    return {
        "id": held.id,
        "title": held.title,
        "taken": held.taken or None,
        "rows": held.rows,
        "counts": dict(matrix.counts(place)) | {"extra": matrix.beyond(place)},
        "findings": [as_dict(finding) for finding in held.findings],
    }


def _item(matrix: Matrix, line: Line) -> dict[str, object]:
    ids = [held.id for held in matrix.systems]
    return {
        "code": line.code,
        "name": line.name,
        "unit": line.unit,
        "list": line.list,
        "state": line.state,
        "agrees": line.agrees,
        "systems": {id_: _cell(cell) for id_, cell in zip(ids, line.cells, strict=True)},
    }


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "standing": cell.standing,
        "text": cell.text,
        "findings": [as_dict(finding) for finding in cell.findings],
    }


def _stray(stray: Stray) -> dict[str, object]:
    return {
        "system": stray.system,
        "row": stray.row or None,
        "code": stray.code,
        "name": stray.name,
        "unit": stray.unit,
        "findings": [as_dict(finding) for finding in stray.findings],
    }
