"""Entries of a register, and rules of a pack, are there once (QD405, QD702)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import DELEGATIONS_PATH, LAWS_PATH, OFFICERS_PATH, STAFF_PATH, UNITS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_REGISTERS = (
    (UNITS_PATH, "units", "code"),
    (LAWS_PATH, "laws", "title"),
    (OFFICERS_PATH, "officers", "certificate"),
    (DELEGATIONS_PATH, "delegations", "id"),
    (STAFF_PATH, "staff", "email"),
)


def check(book: Book) -> Iterator[Finding]:
    """Doubles in registers and packs."""
    for path, key, name in _REGISTERS:
        entries = cast("list[Doc]", book.documents.get(path, {}).get(key) or [])
        for place, value in _doubles(entries, name):
            yield found(
                "QD405", f"“{value}”登记了两次。", path, (key, place, name), fix="请合并为一条。"
            )
    for path, document in book.documents.items():
        if path.startswith("rules/"):
            yield from _rules(path, cast("list[Doc]", document["rules"]))


def _rules(path: str, rules: list[Doc]) -> Iterator[Finding]:
    for place, value in _doubles(rules, "id"):
        yield found(
            "QD702",
            f"规则编号“{value}”重复。",
            path,
            ("rules", place, "id"),
            fix="请另编条、项号。",
        )


def _doubles(entries: list[Doc], key: str) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        value = str(entry[key])
        if value in seen:
            yield place, value
        seen.add(value)
