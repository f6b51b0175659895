"""What it takes to judge the steps of approval that commits append: staff, applicants, signatures, lists of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.approval.judging import StepsView
from qingdan.core.approval.states import Ground
from qingdan.core.people import staff
from qingdan.core.places import ADJUSTMENTS, CODE, STAFF_PATH, list_path
from qingdan.desk.history.blobs import schema_at
from qingdan.model.items import LISTS
from qingdan.repo.signatures import signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.core.adjustments.judging import CommitView
    from qingdan.desk.history.blobs import Blobs
    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit
    from qingdan.model.people import Person, Signature
    from qingdan.model.values import Doc
    from qingdan.repo.git import Repository

_Row = tuple[str, "Doc | None", "Doc | None"]
"""Path of a record, the record before and after."""
_FEW = 4
"""For more applicants than these, one log of all records is cheaper than a log each."""


class Steps:
    """The steps of approval in the history of one workspace."""

    def __init__(self, opened: Opened, blobs: Blobs, staff_of: Callable[[Commit], str]) -> None:
        """``staff_of`` tells the blob of the staff by which a commit is judged."""
        self.opened = opened
        self._blobs, self._staff_of = blobs, staff_of
        self._people: dict[str, tuple[Person, ...]] = {}
        self._brought: dict[str, set[str]] | None = None

    def views(
        self, views: Sequence[CommitView], signatures: Mapping[str, Signature], end: str
    ) -> Iterator[StepsView]:
        """Commits with what it takes to judge their steps, given what they changed; ``end`` goes on from all of them."""
        stepped = {view.commit.id: tuple(_stepped(view)) for view in views}
        lists = self._lists(stepped)
        lacking = [
            (view.commit.id, path)
            for view in views
            if view.settings.required.second_person
            for path, before, _ in stepped[view.commit.id]
            if before
        ]
        applicants = self.applicants(lacking, end)
        for view in views:
            rev = view.commit.id
            rows, signature = stepped[rev], signatures.get(rev)
            yield StepsView(
                view.commit,
                Ground(view.settings, view.calendar, lists.get(rev, {})),
                rows,
                self.people(view.commit) if rows or signature else (),
                {path: applicants[rev, path] for path, _, _ in rows if (rev, path) in applicants},
                signature,
                {path: cast("list[Doc]", there["steps"]) for path, there, _ in view.joined},
            )

    def applicants(self, wanted: Sequence[tuple[str, str]], end: str) -> dict[tuple[str, str], str]:
        """(Commit, path of a record) to who brought the record."""
        repository = self.opened.repository
        if len(wanted) > _FEW and self._brought is None:
            self._brought = {}
            for commit in repository.touching(end, ADJUSTMENTS.rstrip("/")):
                for change in commit.changes:
                    if not change.before:
                        self._brought.setdefault(change.path, set()).add(commit.email)
        found: dict[tuple[str, str], str] = {}
        for rev, path in wanted:
            known = (self._brought or {}).get(path, ())
            # brought on two sides, or again after it was removed: then it depends on the commit
            found[rev, path] = (
                next(iter(known)) if len(known) == 1 else applicant(repository, rev, path)
            )
        return found

    def people(self, commit: Commit) -> tuple[Person, ...]:
        """The staff by which a commit is judged."""
        blob = self._staff_of(commit)
        if blob not in self._people:
            self._people[blob] = staff(self._blobs.document(STAFF_PATH, blob))
        return self._people[blob]

    def signatures(self, commits: Iterable[Commit]) -> Mapping[str, Signature]:
        """Commit to its signature, by the keys of the staff by which it is judged."""
        alike: dict[str, list[Commit]] = {}
        for commit in commits:
            alike.setdefault(self._staff_of(commit), []).append(commit)
        found: dict[str, Signature] = {}
        for group in alike.values():
            ids = [commit.id for commit in group]
            found |= signatures(self.opened.repository, ids, self.people(group[0]))
        return found

    def _lists(self, stepped: Mapping[str, Sequence[_Row]]) -> dict[str, dict[str, str]]:
        """Commit to the lists of the items of its records: first looked for with the unit that applied."""
        wanted = {rev: codes for rev, rows in stepped.items() if (codes := _items(rows))}
        spots = [
            (rev, list_path(name, unit))
            for rev, codes in wanted.items()
            for unit in dict.fromkeys(codes.values())
            if CODE.fullmatch(unit)
            for name in LISTS
        ]
        near: dict[str, list[tuple[str, str]]] = {}
        for (rev, path), blob in zip(spots, self.opened.repository.ids(spots), strict=True):
            if blob:
                near.setdefault(rev, []).append((path, blob))
        self._blobs.load(spot for group in near.values() for spot in group)
        return {rev: self._found(rev, codes, near.get(rev, [])) for rev, codes in wanted.items()}

    def _found(
        self, rev: str, codes: Mapping[str, str], near: Sequence[tuple[str, str]]
    ) -> dict[str, str]:
        """The lists of items, by the files near by; by all of a commit if these have not got all of them."""
        found = self._listed(near)
        if not found.keys() >= codes.keys():
            entries = self.opened.repository.entries(rev, "lists")
            spots = [(path, blob) for _, blob, path in entries if schema_at(path) in LISTS]
            self._blobs.load(spots)
            found = self._listed(spots)
        return {code: found[code] for code in codes if code in found}

    def _listed(self, spots: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Code to list of everything in these files."""
        return {
            code: schema_at(path) for path, blob in spots for code in self._blobs.codes(path, blob)
        }


def applicant(repository: Repository, rev: str, path: str) -> str:
    """The e-mail of who brought a record; empty where the history does not show it."""
    commits = repository.touching(rev, path)
    brought = (c for c in commits for f in c.changes if f.path == path and not f.before)
    return next((commit.email for commit in brought), "")


def _stepped(view: CommitView) -> Iterator[_Row]:
    """The records in which a commit took steps of approval."""
    for row in view.records:
        if _steps(row[2]) > (_steps(row[1]) if row[1] else 1):
            yield row


def _items(rows: Iterable[_Row]) -> dict[str, str]:
    """The items of records, each with the unit that applied."""
    wanted: dict[str, str] = {}
    for _, _, record in rows:
        for code in cast("list[str]", (record or {}).get("items") or ()):
            wanted[code] = str(cast("list[Doc]", cast("Doc", record)["steps"])[0]["by"])
    return wanted


def _steps(record: Doc | None) -> int:
    return len(cast("list[Doc]", record["steps"])) if record else 0
