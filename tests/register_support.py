"""The manual's small workspace in memory, with changes laid over it, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from qingdan.core.build import build
from qingdan.core.calendar import Calendar, from_register
from qingdan.core.checks.registry import WORLD_CHECKS
from qingdan.core.checks.world import World
from qingdan.core.citing import cite
from qingdan.core.schema import Schemas
from qingdan.model.findings import Finding
from qingdan.model.workspace import Texts
from qingdan.repo import resources

UNITS = "registers/units.yaml"
LAWS = "registers/laws.yaml"
OFFICERS = "registers/officers.yaml"
DELEGATIONS = "registers/delegations.yaml"
POWERS = "lists/powers/JS-YJ.yaml"
INSPECTION = "JS-YJ-JC-001"
LAW = "安全生产检查办法（样例）"

PUBLISHED = ("channels-complete", "lists-confirmed")
"""Checks of the world that ask no register; the workspace of these tests was never published."""


@cache
def schemas() -> Schemas:
    return Schemas(resources.schema_texts())


def base() -> dict[str, str]:
    """Path to text; the publication is left out, for its commit is nowhere."""
    return dict(_base())


@cache
def _base() -> Mapping[str, str]:
    root = resources.manual() / "base"
    files = [path for path in root.rglob("*.yaml") if "publications" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in files}


def edited(
    path: str, *pairs: tuple[str, str], files: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The workspace with texts of a file replaced, each of which stands there exactly once."""
    texts = dict(files or base())
    for old, new in pairs:
        assert texts[path].count(old) == 1, (
            f"{old!r} stands {texts[path].count(old)} times in {path}"
        )
        texts[path] = texts[path].replace(old, new)
    return texts


def item_with(*pairs: tuple[str, str], files: Mapping[str, str] | None = None) -> dict[str, str]:
    """The workspace with its inspection changed."""
    texts = dict(files or base())
    head, _, rest = texts[POWERS].partition(f"- code: {INSPECTION}\n")
    item, mark, tail = rest.partition("- code: ")
    for old, new in pairs:
        assert item.count(old) == 1, f"{old!r} stands {item.count(old)} times in the item"
        item = item.replace(old, new)
    return texts | {POWERS: f"{head}- code: {INSPECTION}\n{item}{mark}{tail}"}


def judged(files: Mapping[str, str], *codes: str) -> list[Finding]:
    """What ``validate`` finds of these kinds, with its articles."""
    book, findings = build(Texts({path: text.encode() for path, text in files.items()}), schemas())
    return [finding for finding in cite(findings, book) if finding.code in codes]


def observed(
    files: Mapping[str, str], today: str, *codes: str, holidays: object = None
) -> list[Finding]:
    """What the checks of the day find of these kinds (all, if none are named), with its articles."""
    book, _ = build(Texts({path: text.encode() for path, text in files.items()}), schemas())
    calendar = from_register(holidays) if isinstance(holidays, dict) else Calendar()
    world = World(date.fromisoformat(today), calendar)
    looks = [look for name, look in WORLD_CHECKS.items() if name not in PUBLISHED]
    findings = [finding for look in looks for finding in look(book, world)]
    return [finding for finding in cite(findings, book) if not codes or finding.code in codes]


def record(
    kind: str, applied: str, *, items: tuple[str, ...] = (), lists: tuple[str, ...] = ()
) -> dict[str, str]:
    """A record of the ledger."""
    name = f"{applied}-{kind}"
    named = "".join(f"- {code}\n" for code in items or lists)
    text = (
        f"id: {name}\nkind: {kind}\n{'items' if items else 'lists'}:\n{named}trigger: internal\n"
        f"occurred: '{applied}'\ndeadline: none\napplied: '{applied}'\nreason: 试验\n"
        f"steps:\n- stage: 申请\n  by: JS-YJ\n  started: '{applied}'\n"
    )
    return {f"ledger/adjustments/{applied[:4]}/{name}.yaml": text}


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]
