"""What it takes to judge the steps of approval that commits append: staff, applicants, signatures, lists of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.approval.judging import StepsView
from qingdan.core.approval.states import Ground
from qingdan.core.build import items_of
from qingdan.core.people import staff
from qingdan.core.places import STAFF_PATH, place
from qingdan.model.workspace import LISTS
from qingdan.repo.signatures import signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from qingdan.core.adjustments.judging import CommitView
    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit
    from qingdan.model.people import Person, Signature
    from qingdan.model.workspace import Doc, Item


class Steps:
    """The steps of approval in the history of one workspace."""

    def __init__(self, opened: Opened, doc: Callable[[str, str], Doc | None]) -> None:
        """``doc`` reads a valid document by its blob and its path; None for one that is not."""
        self.opened = opened
        self._doc = doc
        self._staff: dict[str, str] = {}

    def view(self, view: CommitView, signature: Signature | None = None) -> StepsView:
        """A commit with what it takes to judge its steps, given what it changed."""
        records = tuple(row for row in view.records if row[2] and _steps(row[2]) > _steps(row[1]))
        stepped = [row for row in records if row[1] or _steps(row[2]) > 1]
        second = view.settings.required.second_person
        appended = [path for path, before, _ in stepped if before and second]
        return StepsView(
            view.commit,
            Ground(view.settings, view.calendar, self._lists(view.commit, stepped)),
            tuple(stepped),
            self.people(view.commit) if stepped or signature else (),
            {path: self.applicant(view.commit.id, path) for path in appended},
            signature,
            {path: cast("list[Doc]", there["steps"]) for path, there, _ in view.joined},
        )

    def applicant(self, rev: str, path: str) -> str:
        """The e-mail of who brought a record; empty where the history does not show it."""
        commits = self.opened.repository.touching(rev, path)
        brought = (c for c in commits for f in c.changes if f.path == path and not f.before)
        return next((commit.email for commit in brought), "")

    def people(self, commit: Commit) -> tuple[Person, ...]:
        """The staff by which a commit is judged: its first parent's, or its own if that has none."""
        blob = self._staff_of([commit])[commit.id]
        return staff(self._doc(blob, STAFF_PATH))

    def signatures(self, commits: Sequence[Commit]) -> Mapping[str, Signature]:
        """Commit to its signature, by the keys of the staff of its first parent."""
        blobs = self._staff_of(commits)
        found: dict[str, Signature] = {}
        for blob in dict.fromkeys(blobs.values()):
            alike = [commit for commit, known in blobs.items() if known == blob]
            found |= signatures(self.opened.repository, alike, staff(self._doc(blob, STAFF_PATH)))
        return found

    def _staff_of(self, commits: Sequence[Commit]) -> dict[str, str]:
        """Commit to the blob of its register of staff."""
        new = [commit for commit in commits if commit.id not in self._staff]
        spots = [((*commit.parents, commit.id)[0], STAFF_PATH) for commit in new]
        blobs = self.opened.repository.ids(spots)
        self._staff |= {commit.id: blob for commit, blob in zip(new, blobs, strict=True)}
        return {commit.id: self._staff[commit.id] for commit in commits}

    def _lists(
        self, commit: Commit, records: Iterable[tuple[str, Doc | None, Doc | None]]
    ) -> dict[str, str]:
        """Item to its list, for the items of records: first looked for with the unit that applied."""
        wanted: dict[str, str] = {}
        for _, _, record in records:
            for code in cast("list[str]", (record or {}).get("items") or ()):
                wanted[code] = str(cast("list[Doc]", cast("Doc", record)["steps"])[0]["by"])
        if not wanted:
            return {}
        spots = [
            (path, blob)
            for _, blob, path in self.opened.repository.entries(commit.id, "lists")
            if (where := place(path)) and where.schema in LISTS
        ]
        near = [
            spot for spot in spots if any(spot[0].endswith(f"/{u}.yaml") for u in wanted.values())
        ]
        found = self._codes(near)
        if not found.keys() >= wanted.keys():
            found = self._codes(spots)
        return {code: found[code] for code in wanted if code in found}

    def _codes(self, spots: Iterable[tuple[str, str]]) -> dict[str, str]:
        items: list[Item] = []
        for path, blob in spots:
            document = self._doc(blob, path)
            items += items_of(path, document) if document else []
        return {item.code: item.list for item in items}


def _steps(record: Doc | None) -> int:
    return len(cast("list[Doc]", record["steps"])) if record else 0
