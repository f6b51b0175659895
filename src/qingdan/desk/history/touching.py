"""Who changed which items on the other side, and when: what a clerk is told who comes second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.adjustments.differences import field_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.schema import Schemas
    from qingdan.desk.history.commits import History
    from qingdan.model.history import Commit

_MANY = 3


def touches(
    history: History, since: str, until: str, codes: Collection[str]
) -> Mapping[str, list[tuple[Commit, ItemChange]]]:
    """Item to the commits from ``since`` (left out) to ``until`` that changed it, oldest first."""
    found: dict[str, list[tuple[Commit, ItemChange]]] = {}
    for commit in history.opened.repository.log(f"{since}..{until}"):
        if any(change.path.startswith("lists/") for change in commit.changes):
            for change in history.view(commit).items:
                if change.code in codes:
                    found.setdefault(change.code, []).append((commit, change))
    return found


def told(touched: Collection[tuple[Commit, ItemChange]], schemas: Schemas) -> str:
    """Who changed an item, on which day, and what, in words; one line each."""
    return "".join(
        f"\n  {commit.author}于{commit.applied}（{commit.id[:10]}）{_what(change, schemas)}"
        for commit, change in touched
    )


def _what(change: ItemChange, schemas: Schemas) -> str:
    if change.before is None:
        return "列入该事项"
    if change.after is None:
        return "删除该事项"
    rows = field_changes(change, schemas)
    more = f"等{len(rows)}处" if len(rows) > _MANY else ""
    return "；".join(f"{row.label}：{row.before} → {row.after}" for row in rows[:_MANY]) + more
