"""Findings in the ledger: who they are over the runs, how they stand, which way they may go.

A finding is the same one as long as its kind, its subject and the fields it is about are the same, whatever
its words and its line; running a check again changes nothing. Its state is what its last step says.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.places import stem
from qingdan.core.privacy import personal
from qingdan.core.wording import normal
from qingdan.model.codes import CODES
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book

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
RULE_BROKEN = "QD707"
"""The code that the schemas of all rules share: such a finding goes by its rule."""
MACHINE = "机器检查"
"""The source of what a machine found."""
_LONGEST_KEY, _LONGEST_FACT = 800, 2000
MANUAL = "人工"
"""Stands in a key for the code of a finding that no machine made."""


class Discovery(Struct, frozen=True):
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
    never by their number, and by how many of the same name stand before. Two findings of a run may still share
    a key (see :func:`keys`).
    """
    by_rule = finding.code in {"", RULE_BROKEN} and finding.rules
    first = finding.rules[0] if by_rule else finding.code
    subject = finding.item or finding.unit
    return key(first or MANUAL, subject, _where(finding, book), _place(finding, book))


def keys(findings: Iterable[Finding], book: Book) -> list[str]:
    """The keys of all findings of a run, in their order: where several share one, the second is ``…#2``."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    for finding in findings:
        name = key_of(finding, book)
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name}#{counts[name]}")
    return found


def manual_key(rule: str, unit: str, item: str, fact: str = "") -> str:
    """The key of what a person found by a rule at a unit, or at one of its items.

    ``fact`` tells it from others of the same rule there, where a rule can be broken in more than one way.
    """
    return key(rule, item or unit, "", sha256_of(normal(fact).encode())[:8] if fact else "")


def key(first: str, subject: str, where: str = "", place: str = "") -> str:
    """A key of its parts: kind or rule, item or unit, file, place in it by name.

    A place too long, or that tells who somebody is, goes by a digest.
    """
    whole = f"{first}|{subject}|{where}|{place}"
    if len(whole) <= _LONGEST_KEY and not personal(place):
        return whole
    return f"{first}|{subject}|{where}|{sha256_of(place.encode())}"


def _where(finding: Finding, book: Book) -> str:
    """The file, where it is not that of the item itself; records of the ledger go by their id."""
    if finding.path.startswith("lists/") and finding.item:
        return ""
    if finding.path.startswith("lists/"):
        return finding.path.removeprefix("lists/").removesuffix(".yaml")
    record = book.documents.get(finding.path, {}) if finding.path.startswith("ledger/") else {}
    return str(record.get("id", stem(finding.path)))


def _place(finding: Finding, book: Book) -> str:
    value: Value | None = _document(finding, book)
    at = finding.at
    if finding.path.startswith("lists/") and finding.item:
        at = at[2:]
    words: list[str] = []
    for step in at:
        inside, value = value, _child(value, step)
        words.append(step if isinstance(step, str) else _element(inside, step))
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


def _element(values: Value | None, place: int) -> str:
    """What an element of a list goes by: its name, and which one of those of this name it is; else its number."""
    if not isinstance(values, list) or place >= len(values):
        return str(place)
    name = _name(values[place])
    before = sum(_name(value) == name for value in values[:place])
    return (f"{name}#{before + 1}" if before else name) or str(place)


def _name(value: Value) -> str:
    """What names an element: itself, or its first text; empty where it has none."""
    if isinstance(value, dict):
        value = next((child for child in value.values() if isinstance(child, str)), None)
    return value if isinstance(value, str) else ""


def identify(year: int, unit: str, name: str) -> str:
    """The id of a finding: year of discovery, unit, ten hex digits of its key."""
    digest = sha256_of(name.encode())[:10]
    return f"{year}-{unit}-{digest}" if unit else f"{year}-{digest}"


def entered(finding: Finding, book: Book, how: Discovery, name: str = "") -> Doc:
    """The ledger's document of a finding; ``name`` is its key, where that is not :func:`key_of`."""
    fact = fact_of(finding, name or key_of(finding, book), book)
    unit = (
        finding.unit if finding.unit in book.units else _holder(str(fact["owner"]), how.day, book)
    )
    return registered(fact, unit, how)


def fact_of(finding: Finding, name: str, book: Book) -> Doc:
    """What was found, as documents of the ledger hold it; ``name`` is its key."""
    known = book.entries.has(finding.item)
    return {
        "key": name,
        "code": finding.code,
        "rules": list(finding.rules),
        "item": finding.item if known else "",
        "fact": words_of(finding),
        "severity": finding.severity,
        "sources": list(finding.sources),
        "owner": finding.owner or _lead(book),
    }


def words_of(finding: Finding) -> str:
    """What was found in words, without what tells who somebody is."""
    kind = personal(finding.message)
    if kind:
        return f"{CODES[finding.code].title}（原文中有像是{kind}的内容，没有录入）。"
    return finding.message[:_LONGEST_FACT]


def _lead(book: Book) -> str:
    """Who leads the first of the lists that are kept: what concerns no list is his."""
    kept_lists = book.settings.lists.values() if book.settings else ()
    return next((one.supervisor for one in kept_lists), "")


def _holder(role: str, day: date, book: Book) -> str:
    """The unit of a role; of one that nobody holds, the unit of who leads."""
    if book.settings is None:
        return ""
    return book.settings.holder(role, day) or book.settings.holder(_lead(book), day)


def registered(fact: Doc, unit: str, how: Discovery) -> Doc:
    """The ledger's document of a fact at a unit, by whomever it was found; ``fact`` has at least key and words."""
    doc: Doc = {"id": identify(how.day.year, unit, str(fact["key"])), "source": how.source}
    doc |= fact
    doc |= {"unit": unit, "found": str(how.day)}
    doc |= {"gravity": how.gravity, "inspection": how.inspection, "complaint": how.complaint}
    doc |= {"evidence": list(how.evidence)}
    doc = {key: value for key, value in doc.items() if value not in ("", [])}
    step: Doc = {"move": "登记", "by": how.by, "done": str(how.day)}
    return doc | {"steps": [step]}


def state_of(record: Doc) -> str:
    """How a finding stands: by its last step."""
    return STATES[str(last_step(record)["move"])]


def last_step(record: Doc) -> Doc:
    """What was done last."""
    return cast("list[Doc]", record["steps"])[-1]


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


def settled(book: Book) -> dict[str, str]:
    """Key to the day on which its finding was last closed, for those that ever were."""
    days: dict[str, str] = {}
    for record in kept(book):
        for step in cast("list[Doc]", record["steps"]):
            if step["move"] == "销号":
                name = str(record["key"])
                days[name] = max(days.get(name, ""), str(step["done"]))
    return days


def of_a_run(record: Doc) -> bool:
    """Whether a run made it, by itself or for an inspection; what a person says breaks a code has a key of his words."""
    said = (str(record.get(name, "")) for name in ("code", "unit", "item", "fact"))
    return "code" in record and record["key"] != manual_key(*said)


def by_machine(record: Doc) -> bool:
    """Whether a machine can tell whether it is gone: commits of the past (5xx) stay what they are."""
    code = str(record.get("code", ""))
    return not code.startswith("QD5") if code else record["source"] == MACHINE


def by_key(book: Book) -> dict[str, Doc]:
    """Key to the finding of the ledger that carries it; the latest where there are several."""
    return {str(record["key"]): record for record in kept(book)}
