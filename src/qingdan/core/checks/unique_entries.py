"""Entries of a register, and rules of a pack, are there once (QD405, QD702); rules name what exists (QD701, QD703)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import DELEGATIONS_PATH, LAWS_PATH, OFFICERS_PATH, STAFF_PATH, UNITS_PATH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Doc

_REGISTERS = (
    (UNITS_PATH, "units", "code"),
    (LAWS_PATH, "laws", "title"),
    (OFFICERS_PATH, "officers", "certificate"),
    (DELEGATIONS_PATH, "delegations", "id"),
    (STAFF_PATH, "staff", "email"),
)


def check(book: Book, checks: Collection[str]) -> Iterator[Finding]:
    """Doubles in registers and packs; ``checks`` are the names of the built-in checks."""
    for path, key, name in _REGISTERS:
        entries = cast("list[Doc]", book.documents.get(path, {}).get(key) or [])
        for place, value in _doubles(entries, name):
            yield found(
                "QD405", f"“{value}”登记了两次。", path, (key, place, name), fix="请合并为一条。"
            )
    for path, document in book.documents.items():
        if path.startswith("rules/"):
            yield from _rules(book, path, document, checks)


def _rules(book: Book, path: str, document: Doc, checks: Collection[str]) -> Iterator[Finding]:
    rules = cast("list[Doc]", document["rules"])
    for place, value in _doubles(rules, "id"):
        yield found(
            "QD702",
            f"规则编号“{value}”重复。",
            path,
            ("rules", place, "id"),
            fix="请另编条、项号。",
        )
    regulation = str(cast("Doc", document["regulation"])["id"])
    if book.settings and regulation not in book.settings.regulations:
        yield found(
            "QD703",
            f"规章“{regulation}”没有列入 qingdan.yaml 的 regulations。",
            path,
            ("regulation", "id"),
            fix="请列入该规章，或移走这个规则文件。",
        )
    for place, rule in enumerate(rules):
        answer = rule["answer"]
        name = str(answer.get("check", "")) if isinstance(answer, dict) else ""
        if name and name not in checks:
            at = ("rules", place, "answer", "check")
            yield found(
                "QD701",
                f"没有名为“{name}”的内置检查。",
                path,
                at,
                fix=f"可用的有：{'、'.join(sorted(checks))}；由人回答的写 manual。",
            )


def _doubles(entries: list[Doc], key: str) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        value = str(entry[key])
        if value in seen:
            yield place, value
        seen.add(value)
