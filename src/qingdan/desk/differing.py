"""Two versions read and put side by side: revisions, days, or what lies in the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.history.differing import Ends, Scope, difference
from qingdan.core.units import lineage
from qingdan.core.wording import normal
from qingdan.desk.scope import list_called
from qingdan.model.differing import Side
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.desk.opening import Opened
    from qingdan.model.differing import Difference
    from qingdan.model.workspace import Book, Unit

_WORK_TREE = "当前文件"


class Asked(Struct, frozen=True):
    """What the command line asks: ``A..B``, ``A...B`` (from where B branched off) or ``A`` (to the work tree)."""

    revs: str = "HEAD"
    list: str = ""
    unit: str = ""


def compare(opened: Opened, asked: Asked) -> Difference:
    """What differs; UsageError for a version, a list or a unit that is not there."""
    list_ = list_called(asked.list, opened.schemas)
    before, after = _sides(opened, asked.revs)
    old, new = (opened.book(each.commit, keep_items=True) for each in (before, after))
    units = _units(asked.unit, {**old.units, **new.units}) if asked.unit else frozenset()
    return between(opened, (before, after), (old, new), Scope(list_, units))


def between(
    opened: Opened, sides: tuple[Side, Side], books: tuple[Book, Book], scope: Scope
) -> Difference:
    """What differs between two versions that have been read."""
    old, new = books
    settings = old.settings or new.settings
    if settings is None:
        raise CannotAnswerError("两个版本的 qingdan.yaml 都缺失或有误，无从比较。")
    ends = Ends(old, new, opened.schemas, settings.controlled, _said(opened, *sides))
    return difference(ends, sides, scope)


def revision(opened: Opened, text: str) -> str:
    """The commit of a revision, or of the end of a day (YYYY-MM-DD, Beijing time); UsageError for none.

    CannotAnswerError where there are no commits, or they were cut off.
    """
    try:
        return opened.revision(text)
    except CannotAnswerError as error:
        if opened.repository.is_shallow or not opened.repository.has_commits:
            raise
        raise UsageError(f"{error}也可以写日期，例如 2026-03-31。") from None


def _sides(opened: Opened, revs: str) -> tuple[Side, Side]:
    start, dots, end = revs.partition("..")
    since_branching, end = end.startswith("."), end.removeprefix(".")
    one = revision(opened, start or "HEAD")
    if not dots:
        return side(opened, start or "HEAD", one), Side(_WORK_TREE)
    other = revision(opened, end or "HEAD")
    if since_branching:
        one = opened.repository.merge_base(one, other)
    return side(opened, start or "HEAD", one), side(opened, end or "HEAD", other)


def side(opened: Opened, name: str, commit: str) -> Side:
    """A commit under a name, with its day."""
    return Side(name, commit, str(opened.repository.log(commit, only=True)[0].day))


def _units(wanted: str, units: Mapping[str, Unit]) -> frozenset[str]:
    """The unit of a code, name or short name, and those below it."""
    plain = normal(wanted)
    named = {u.code for u in units.values() if plain in map(normal, (u.code, u.name, u.short))}
    if not named:
        names = [name for unit in units.values() for name in (unit.short, unit.name)]
        near = likest(wanted, names, 1, 0.5)
        guess = f"是不是“{near[0]}”？" if near else ""
        raise UsageError(f"单位名册中没有“{wanted}”。{guess}请写编号、名称或简称。")
    return frozenset(code for code in units if named & set(lineage(code, units)))


def _said(opened: Opened, before: Side, after: Side) -> dict[str, list[str]]:
    """Code to the kinds of adjustment that the trailers in between give it."""
    said: dict[str, list[str]] = {}
    for commit in opened.repository.log(f"{before.commit}..{after.commit or 'HEAD'}"):
        for code in commit.values("Item"):
            said.setdefault(code, []).append(commit.value("Adjustment"))
    return said
