"""从其规定: where another law says otherwise, a rule gives way, for everything or for some types or items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.rules.asking import Questions
from qingdan.model.rules import Yielded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def yielding(findings: Iterable[Finding], book: Book) -> tuple[list[Finding], tuple[Yielded, ...]]:
    """The findings that stand, and those of which every rule that asks about them has given way."""
    every = list(findings)
    if not any(rule.overridden for rule in book.rules):
        return every, ()
    questions = Questions(book)
    standing: list[Finding] = []
    yielded: list[Yielded] = []
    for finding in every:
        asking = questions.asking(finding)
        laws = [law for rule in asking if (law := questions.prevailing(rule, finding))]
        if laws and len(laws) == len(asking):
            yielded.append(Yielded(finding, asking[0].key, laws[0]))
        else:
            standing.append(finding)
    return standing, tuple(yielded)
