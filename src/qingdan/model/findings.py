"""Findings (问题): what is wrong, where, by which article, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
SEVERITY_WORDS: dict[Severity, str] = {"error": "错误", "warning": "警告", "info": "提示"}
"""What people read for a severity."""

Pointer = tuple[str | int, ...]
"""A place inside a document: keys and indexes from the top, such as ``("items", 3, "promised_limit")``."""

Places = dict[Pointer, tuple[int, int]]
"""Pointer to (line, column), both from 1: of the key for members of a mapping, of the value elsewhere."""


class Code(Struct, frozen=True):
    """A kind of finding. ``id`` is stable (``QD`` and three digits), ``name`` kebab-case, ``title`` Chinese."""

    id: str
    name: str
    severity: Severity
    title: str


class Finding(Struct, frozen=True):
    """One fact found, citing every article it touches.

    ``line`` and ``column`` count from 1; 0 means that ``at`` has not been looked up in the text yet.
    ``owner`` is the role or unit that must act, ``sources`` are articles in words, ``rules`` are rule ids
    such as ``jinshui-powers/14-8``; ``accountability`` are the articles that it may touch (可能涉及), ``deadline`` the
    last day to put it right (待定 beyond the published calendar; empty where nobody asked on which day). ``about``
    tells what of its subject it is about (fields changed, channels or parts that lack), for rules that ask of some only.
    """

    code: str
    severity: Severity
    message: str
    path: str = ""
    at: Pointer = ()
    line: int = 0
    column: int = 0
    item: str = ""
    unit: str = ""
    owner: str = ""
    sources: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    fix: str = ""
    accountability: tuple[str, ...] = ()
    deadline: str = ""
    about: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two findings of different revisions the same one: not where the line has moved to."""
        return (self.code, self.item or self.path, self.message)

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """Sort key: by place, then by code."""
        return (self.path, self.line, self.column, self.code, self.item, self.message)


class Verdict(Struct, frozen=True):
    """What a run found. ``hints`` are sentences for people about the run itself, no findings."""

    findings: tuple[Finding, ...]
    hints: tuple[str, ...] = field(default=())
    files: int = 0
    items: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def fails(self, fail_on: Severity) -> bool:
        """Whether any finding is at or above ``fail_on``."""
        rank = SEVERITIES.index(fail_on)
        return any(SEVERITIES.index(finding.severity) <= rank for finding in self.findings)


def place_of(places: Mapping[Pointer, tuple[int, int]], at: Pointer) -> tuple[int, int]:
    """The place of ``at`` or of the nearest enclosing value that has one."""
    while at and at not in places:
        at = at[:-1]
    return places.get(at, (1, 1))
