"""Options of built-in checks: they narrow which of a check's findings a rule asks about.

``{check: systems-agree, options: {systems: [portal]}}`` asks about the portal only. Which check takes which
option stands here; a rule with another one, or with a value that means nothing, is a finding (QD709).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.checks.registry import (
    BOOK_CHECKS,
    ENTRY_CHECKS,
    FINDINGS_OF,
    ITEM_CHECKS,
    LINK_CHECKS,
    SCHEMA_CHECKS,
    WORLD_CHECKS,
)
from qingdan.core.checks.results import UNLISTED
from qingdan.core.places import SETTINGS_PATH, stem
from qingdan.core.publications import required_channels
from qingdan.model.items import LISTS
from qingdan.model.settings import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry
    from qingdan.model.rules import Rule
    from qingdan.model.workspace import Book


class Option(Struct, frozen=True):
    """``choices``: the values it can have in a workspace, for a check; ``of``: what a finding is in its terms."""

    choices: Callable[[str, Book, Schemas], Collection[str]]
    of: Callable[[Finding, Entry | None, Book], Collection[str]]


def _types(_finding: Finding, entry: Entry | None, _book: Book) -> Collection[str]:
    return (entry.type,) if entry else ()


def lists_of(finding: Finding, entry: Entry | None, book: Book) -> Collection[str]:
    """The lists that a finding names, in whatever way; empty where it names none."""
    if entry:
        return (entry.list,)
    if finding.path.startswith("lists/"):
        return (finding.path.split("/")[1],)
    if finding.path == SETTINGS_PATH and finding.at[:1] == ("lists",):
        return (str(finding.at[1]),)
    document = book.documents.get(finding.path, {})
    lists = document.get("lists") if finding.path.startswith("ledger/publications/") else ()
    return cast("list[str]", lists or ())


def _systems(finding: Finding, _entry: Entry | None, _book: Book) -> Collection[str]:
    if finding.path == SETTINGS_PATH and finding.at[:1] == ("systems",):
        return (str(finding.at[1]),)
    return (stem(finding.path),) if finding.path.startswith("systems/") else ()


def _periods(finding: Finding, _entry: Entry | None, book: Book) -> Collection[str]:
    """Which duty was not held; none where it is owed by the office's own decision, though the duty has an article."""
    if not (finding.path == SETTINGS_PATH and finding.at[:1] == ("periods",) and book.settings):
        return ()
    period = book.settings.periods[int(finding.at[1])]
    own = any(source.startswith(OWN) for source in finding.sources)
    return () if own and not period.source.startswith(OWN) else (period.name,)


def _about(finding: Finding, _entry: Entry | None, _book: Book) -> Collection[str]:
    return finding.about


def _channels(_check: str, book: Book, _schemas: Schemas) -> Collection[str]:
    return required_channels(book.settings, LISTS) if book.settings else ()


def _parts(_check: str, _book: Book, schemas: Schemas) -> Collection[str]:
    return list(schemas["units"].node(("units", 0, "complaint"))["properties"])


def _fields(_check: str, _book: Book, schemas: Schemas) -> Collection[str]:
    items = (schemas[name].node(("items", 0))["properties"] for name in LISTS)
    return list(dict.fromkeys(key for properties in items for key in (*properties, "unit")))


def _states(_check: str, _book: Book, schemas: Schemas) -> Collection[str]:
    return [*schemas["powers"].node(("items", 0, "state"))["enum"], UNLISTED]


OPTIONS: Mapping[str, Option] = {
    "types": Option(lambda *_: _all_types(_[2]), _types),
    "lists": Option(lambda *_: LISTS, lists_of),
    "systems": Option(lambda _, book, __: book.settings.systems if book.settings else (), _systems),
    "periods": Option(
        lambda _, book, __: [p.name for p in book.settings.periods] if book.settings else (),
        _periods,
    ),
    "channels": Option(_channels, _about),
    "parts": Option(_parts, _about),
    "fields": Option(_fields, _about),
    "states": Option(_states, _about),
    "codes": Option(lambda check, *_: FINDINGS_OF[check], lambda finding, *_: (finding.code,)),
}
"""The options there are."""


def _all_types(schemas: Schemas) -> list[str]:
    return list(schemas["powers"].node(("items", 0, "type"))["enum"])


_OF_ITEMS = (
    *ITEM_CHECKS,
    *SCHEMA_CHECKS,
    *(name for name in ENTRY_CHECKS if name not in {"subjects-confirmed", "delegations-recorded"}),
    *(name for name in LINK_CHECKS if name != "codes-unique"),
    *(name for name in BOOK_CHECKS if name != "records-filed"),
    *(name for name in WORLD_CHECKS if name.startswith("bases-")),
)
_TAKEN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_ITEMS, ("types", "lists")),
    "subjects-confirmed": ("types",),
    "channels-complete": ("lists", "channels"),
    "complaints-open": ("parts",),
    "adjusted-by-procedure": ("fields",),
    "applied-in-time": ("fields",),
    "lists-confirmed": ("lists",),
    "systems-agree": ("systems", "types"),
    "systems-within-lists": ("systems",),
    "systems-stopped": ("systems", "types"),
    "systems-nothing-added": ("systems", "types"),
    "systems-taken": ("systems",),
    "results-published": ("types",),
    "results-credited": ("types",),
    "results-known": ("states",),
    "periods-held": ("periods",),
}


def taken(check: str) -> tuple[str, ...]:
    """The options that a check takes; every check that makes more than one kind of finding takes ``codes``."""
    several = len(FINDINGS_OF.get(check, ())) > 1
    return (*_TAKEN.get(check, ()), *(("codes",) if several else ()))


def asks(rule: Rule, finding: Finding, entry: Entry | None, book: Book) -> bool:
    """Whether a rule's options leave it asking about a finding; options that are not sound narrow nothing."""
    for name, values in rule.options.items():
        if name in taken(rule.check) and isinstance(values, list):
            given = OPTIONS[name].of(finding, entry, book)
            if not set(given) & set(map(str, values)):
                return False
    return True
