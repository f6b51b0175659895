"""What a reviewer looks at: the change, the items before and after, what it would break or mend, the laws cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.novelty import newly
from qingdan.desk.approval.reviewing import case_of
from qingdan.desk.branching import main_branch
from qingdan.desk.history.commits import History
from qingdan.desk.opening import judge, require_settings

if TYPE_CHECKING:
    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.desk.approval.reviewing import Case
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit


class Dossier(Struct, frozen=True):
    """A case with all that belongs to it.

    ``changes`` are the items as they were and became with the commit that brought the record (none if the
    history does not show it); ``base`` is what the findings are compared with: a branch, or the commit before.
    """

    case: Case
    changes: tuple[ItemChange, ...]
    commit: Commit | None
    base: str
    added: tuple[Finding, ...]
    removed: tuple[Finding, ...]


def dossier(opened: Opened, record_id: str) -> Dossier:
    """Everything about a record of the work tree."""
    case = case_of(opened, record_id)
    commit, changes = changes_of(opened, case)
    base, rev = _base(opened, case, commit)
    if not rev:
        return Dossier(case, changes, commit, "", (), ())
    then = judge(opened, opened.snapshot(rev))[1]
    now = judge(opened, opened.snapshot())[1]
    moved = opened.repository.renames(rev)
    removed = newly(then, now, {after: before for before, after in moved.items()})
    return Dossier(case, changes, commit, base, newly(now, then, moved), removed)


def changes_of(opened: Opened, case: Case) -> tuple[Commit | None, tuple[ItemChange, ...]]:
    """The commit that brought a record, and the record's items before and after it; none if the history does not show it."""
    commit = _brought(opened, case.path)
    codes = cast("list[str]", case.record.get("items") or ())
    items = History(opened).view(commit).items if commit else ()
    return commit, tuple(change for change in items if change.code in codes)


def _brought(opened: Opened, path: str) -> Commit | None:
    """The commit that brought a file, with all that it changed."""
    commits = opened.repository.touching("HEAD", path)
    found = (c.id for c in commits for f in c.changes if f.path == path and not f.before)
    brought = next(found, "")
    return opened.repository.log(brought, only=True)[0] if brought else None


def _base(opened: Opened, case: Case, commit: Commit | None) -> tuple[str, str]:
    """The main branch where this one left it; on the main branch itself the commit before the adjustment."""
    repository = opened.repository
    found = main_branch(opened, require_settings(case.book).branch)
    if found and repository.branch() != found.removeprefix("origin/"):
        return found, repository.merge_base(found, "HEAD")
    if commit and commit.parents:
        return f"调整前的版本{commit.parents[0][:10]}", commit.parents[0]
    return "", ""
