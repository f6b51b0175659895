"""Findings in the ledger of a workspace, entered as the commands of inspections will enter them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from conftest import CLERK, TODAY, git
from qingdan.core.ledger import findings as kept
from qingdan.core.places import finding_path
from qingdan.core.rectification import states
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import judge, open_workspace
from qingdan.model.values import Doc
from qingdan.model.workspace import Book

FOUND = date(2026, 9, 17)
PINNED = CLERK | dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{TODAY}T10:00:00+08:00")
"""Git's surroundings for a workspace that several tests copy."""
LEGAL = "区政府法制办"


def manual(unit: str, fact: str, owner: str = LEGAL, rule: str = "jinshui-powers/14-8") -> Doc:
    """What an inspector found."""
    key = kept.manual_key(rule, unit, fact)
    return {
        "id": kept.identify(FOUND.year, unit, key),
        "key": key,
        "source": "联合督查",
        "rules": [rule],
        "unit": unit,
        "fact": fact,
        "found": str(FOUND),
        "severity": "error",
        "owner": owner,
        "steps": [{"move": "登记", "by": "JS-SFJ", "done": str(FOUND)}],
    }


def by_machine(book: Book, folder: Path, code: str, owner: str = LEGAL) -> list[Doc]:
    """What the machine finds of a kind."""
    opened = open_workspace(folder)
    found = judge(opened, opened.snapshot(), keep_items=True)[1]
    how = kept.Discovery("机器检查", FOUND, "JS-SFJ")
    return [
        kept.entered(replace(finding, owner=owner), book, how)
        for finding in found
        if finding.code == code
    ]


def enter_findings(folder: Path, *docs: Doc, code: str = "") -> list[str]:
    """Enter findings, and those of the machine of a kind; their ids."""
    entered: list[str] = []

    def decide(book: Book) -> Entering:
        found = [*docs, *(by_machine(book, folder, code) if code else [])]
        entered.extend(str(doc["id"]) for doc in found)
        return Entering({finding_path(str(doc["id"])): doc for doc in found}, "登记问题\n")

    assert enter(open_workspace(folder), decide, None, keep_items=True)
    return entered


def rectifications(folder: Path) -> dict[str, Any]:
    """Every record of a workspace, by id."""
    book = open_workspace(folder).book()
    return {str(record["id"]): record for _, record in states.records(book)}


def the_only(folder: Path) -> Any:
    """The one record of a workspace."""
    (record,) = rectifications(folder).values()
    return record


def finding(folder: Path, name: str) -> Any:
    """A finding of the ledger."""
    return open_workspace(folder).book().documents[finding_path(name)]


def trailers(folder: Path, rev: str = "HEAD") -> list[str]:
    """The trailers of a commit, as git reads them."""
    return git(folder, "log", "-1", "--format=%(trailers:only,unfold)", rev).splitlines()
