"""Entries as plain lists, which JSON can hold, and back."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from qingdan.model.blobs import DamagedError
from qingdan.model.items import Entry, Exemption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENTRY = attrgetter(
    "index", "code", "name", "type", "state", "refs", "laws", "limits", "charged", "discretion",
    "articles", "power_source", "ended",
)  # fmt: skip


def of_entries(entries: Iterable[Entry]) -> list[Any]:
    """The entries of a file as lists: what all of them share is not repeated."""
    return [
        [
            *_ENTRY(entry),
            [(each.finding, each.approver, each.until) for each in entry.exemptions],
        ]
        for entry in entries
    ]


def entries(name: str, unit: str, path: str, rows: Any) -> Iterator[Entry]:
    """The entries of the file of a list and unit again; DamagedError for what are none."""
    try:
        for index, code, title, kind, state, refs, laws, limits, charged, discretion, *rest in rows:
            articles, power_source, ended, exemptions = rest
            mine, promised = limits
            yield Entry(
                name,
                unit,
                path,
                index,
                code,
                title,
                kind,
                state,
                tuple((field, target) for field, target in refs),
                tuple(laws),
                (mine, promised),
                charged,
                discretion,
                tuple(Exemption(*each) for each in exemptions),
                tuple(articles),
                power_source,
                ended,
            )
    except (TypeError, ValueError):
        raise DamagedError from None
