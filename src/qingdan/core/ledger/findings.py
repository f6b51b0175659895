"""Findings in the ledger: who they are over the runs, how they stand, which way they may go.

A finding is the same one as long as its kind, its subject and the fields it is about are the same, whatever
its words and its line; running a check again changes nothing. Its state is what its last step says.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from qingdan.core.places import stem
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Doc, Value

FOLDER = "ledger/findings/"
OPEN, SERVED, CLOSED, VOID = "待处理", "整改中", "已销号", "不成立"
STATES: Mapping[str, str] = {
    "登记": OPEN,
    "通知整改": SERVED,
    "撤回通知": OPEN,
    "销号": CLOSED,
    "不成立": VOID,
    "复发": OPEN,
}
"""Move to the state in which it leaves a finding."""
MOVES: Mapping[str, tuple[str, ...]] = {
    OPEN: ("通知整改", "销号", "不成立"),
    SERVED: ("销号", "不成立", "撤回通知"),
    CLOSED: ("复发",),
    VOID: (),
}
"""State to the moves that are lawful from it."""
MANUAL = "人工"
"""Stands in a key for the code of a finding that no machine made."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """How a finding came to be known: from where, on which day, entered by whom, under which inspection or complaint."""

    source: str
    day: date
    by: str
    inspection: str = ""
    complaint: str = ""
    gravity: str = ""
    evidence: tuple[Doc, ...] = ()


def key_of(finding: Finding, book: Book) -> str:
    """What makes a finding the same one in every run: kind, subject, place in it by name.

    ``QD304|JS-YJ-XK-001|portal|rows.JS-YJ-XK-001.promised_limit``: rows and elements go by their first text,
    never by their number.
    """
    first = finding.rules[0] if finding.code == "" and finding.rules else finding.code
    subject = finding.item or finding.unit
    return "|".join((first or MANUAL, subject, _where(finding), _place(finding, book)))


def manual_key(rule: str, unit: str, item: str) -> str:
    """The key of what a person found by a rule at a unit, or at one of its items."""
    return "|".join((rule, item or unit, "", ""))


def _where(finding: Finding) -> str:
    """The file, where it is not that of the item itself."""
    return "" if finding.path.startswith("lists/") else stem(finding.path)


def _place(finding: Finding, book: Book) -> str:
    value: Value | None = _document(finding, book)
    at = finding.at
    if finding.path.startswith("lists/"):
        at = at[2:]
    words: list[str] = []
    for step in at:
        value = _child(value, step)
        words.append(step if isinstance(step, str) else _name(value, step))
    return ".".join(words)


def _document(finding: Finding, book: Book) -> Value | None:
    if finding.path.startswith("lists/"):
        item = book.items.get(finding.item)
        return item.data if item else None
    return book.documents.get(finding.path)


def _child(value: Value | None, step: str | int) -> Value | None:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _name(value: Value | None, place: int) -> str:
    """What names an element of a list: itself, or its first text; its number where it has none."""
    if isinstance(value, dict):
        value = next((child for child in value.values() if isinstance(child, str)), None)
    return value if isinstance(value, str) else str(place)


def identify(year: int, unit: str, key: str) -> str:
    """The id of a finding: year of discovery, unit, eight hex digits of its key."""
    digest = sha256(key.encode()).hexdigest()[:8]
    return f"{year}-{unit}-{digest}" if unit else f"{year}-{digest}"


def entered(finding: Finding, book: Book, how: Discovery) -> Doc:
    """The ledger's document of a finding that a machine made."""
    unit = finding.unit or (book.settings.holder(finding.owner, how.day) if book.settings else "")
    key = key_of(finding, book)
    doc: Doc = {
        "id": identify(how.day.year, unit, key),
        "key": key,
        "source": how.source,
        "code": finding.code,
        "rules": list(finding.rules),
        "unit": unit,
        "item": finding.item,
        "fact": finding.message,
        "found": str(how.day),
        "severity": finding.severity,
        "sources": list(finding.sources),
        "owner": finding.owner,
    }
    return _completed(doc, how)


def _completed(doc: Doc, how: Discovery) -> Doc:
    doc |= {"gravity": how.gravity, "inspection": how.inspection, "complaint": how.complaint}
    doc |= {"evidence": list(how.evidence)}
    doc = {key: value for key, value in doc.items() if value not in ("", [])}
    step: Doc = {"move": "登记", "by": how.by, "done": str(how.day)}
    return doc | {"steps": [step]}


def state_of(record: Doc) -> str:
    """How a finding stands: by its last step."""
    steps = cast("list[Doc]", record["steps"])
    return STATES[str(steps[-1]["move"])]


def moved(record: Doc, step: Doc) -> Doc:
    """The record with a step at its end; RefusedError for a move that is not lawful from where it stands."""
    state, move = state_of(record), str(step["move"])
    if move not in MOVES[state]:
        can = "、".join(MOVES[state]) or "没有"
        raise RefusedError(
            f"问题{record['id']}现在是“{state}”，不能办理“{move}”；可以办理的：{can}。"
        )
    steps = cast("list[Value]", record["steps"])
    return record | {"steps": [*steps, step]}


def kept(book: Book) -> Iterator[Doc]:
    """The findings of the ledger, by id."""
    paths = sorted(path for path in book.documents if path.startswith(FOLDER))
    yield from (book.documents[path] for path in paths)


def by_key(book: Book) -> dict[str, Doc]:
    """Key to the finding of the ledger that carries it; the latest where there are several."""
    return {str(record["key"]): record for record in kept(book)}
