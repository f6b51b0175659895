"""Entries against entries: the checks of links run over a few files at a time with all that these have to do with.

What they find of an entry depends on the entries that have its code, that it points at and that point at it. So a
change in a file is judged anew in that file and in those that have to do with it, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.checks.registry import LINK_CHECKS
from qingdan.model.items import Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from qingdan.core.stock.shelf import Shelf
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book

_AT_ONCE = 64


def touched(shelf: Shelf, codes: Iterable[str], named: Iterable[str]) -> set[str]:
    """The files whose entries have to do with what has, or points at, these codes."""
    names = shelf.names
    paths = {path for code in {*codes, *named} for path in names.having(code)}
    return paths.union(path for code in codes for path in names.naming(code))


def judge_links(
    shelf: Shelf,
    paths: Collection[str],
    book: Book,
    located: Callable[[str, list[Finding]], tuple[Finding, ...]],
) -> None:
    """Judge the entries of these files against all others, and keep what is found with each file.

    ``book`` is the workspace without its entries; ``located`` gives findings of a file their lines.
    """
    chosen = _linked(shelf, paths)
    for start in range(0, len(chosen), _AT_ONCE):
        some = chosen[start : start + _AT_ONCE]
        found: dict[str, list[Finding]] = {}
        around = sorted({*some}.union(*(_around(shelf, path) for path in some)))
        small = replace(book, entries=Listed(e for path in around for e in shelf.entries(path)))
        for check in LINK_CHECKS.values():
            for finding in check(small):
                found.setdefault(finding.path, []).append(finding)
        for path in some:
            shelf.found(path).linked = located(path, found.get(path, []))


def _linked(shelf: Shelf, paths: Collection[str]) -> list[str]:
    """Those of the files in which anything can be found; of the others nothing is."""
    chosen = []
    for path in sorted(paths):
        if shelf.lines[path].linked or _shares(shelf, path):
            chosen.append(path)
        elif shelf.found(path).linked:
            shelf.found(path).linked = ()
    return chosen


def _shares(shelf: Shelf, path: str) -> bool:
    """Whether a code of the file stands elsewhere, or in it twice."""
    if shelf.is_new:
        return path in shelf.names.shared
    codes = shelf.codes(path)[0]
    if len(codes) != shelf.lines[path].count:
        return True
    return any(len(shelf.names.having(code)) > 1 for code in codes)


def _around(shelf: Shelf, path: str) -> set[str]:
    return touched(shelf, *shelf.codes(path))
