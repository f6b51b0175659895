"""Findings as plain lists, which JSON can hold, and back."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from qingdan.model.blobs import DamagedError
from qingdan.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLANK = Finding("", "error", "")
_FINDING = attrgetter(*Finding.__struct_fields__)
_TUPLES = tuple(
    place
    for place, name in enumerate(Finding.__struct_fields__)
    if isinstance(getattr(_BLANK, name), tuple)
)


def of_findings(findings: Iterable[Finding]) -> list[Any]:
    """Findings as lists."""
    return [_FINDING(finding) for finding in findings]


def findings(rows: Any) -> Iterator[Finding]:
    """The findings again; DamagedError for what are none."""
    try:
        for row in rows:
            for place in _TUPLES:
                row[place] = tuple(row[place])
            yield Finding(*row)
    except (TypeError, IndexError, KeyError):
        raise DamagedError from None
