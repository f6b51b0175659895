"""The life of an item out of git and the ledger: one log, and the versions of the files that it stood in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.differences import ItemChange
from qingdan.core.history import lives
from qingdan.core.history.kinship import kin
from qingdan.core.history.lives import Ground, Moment
from qingdan.core.history.versions import excerpt, item_in
from qingdan.core.places import (
    ADJUSTMENTS,
    HOLIDAYS_PATH,
    SETTINGS_PATH,
    UNITS_PATH,
    adjustment_path,
)
from qingdan.core.publications import publications
from qingdan.core.searching import item_named, near_codes
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, UsageError
from qingdan.model.workspace import Texts
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.core.calendar import Calendar
    from qingdan.desk.opening import Opened
    from qingdan.model.history import Commit, FileChange
    from qingdan.model.lives import Life
    from qingdan.model.workspace import Book, Doc, Item

_MANY = ("lists/", ADJUSTMENTS)
_ABOUT = (*_MANY, "ledger/publications/", SETTINGS_PATH, HOLIDAYS_PATH, UNITS_PATH)
_ALWAYS = (b"successors", b"predecessors", b"lists:")
"""Of the many, what tells of kin, and the records of whole lists, are looked at whomever they name."""


def life_of(opened: Opened, code: str) -> Life:
    """The life of an item as committed; UsageError with a guess for a code that is not there.

    CannotAnswerError where the history was cut off.
    """
    repository = opened.repository
    head = repository.resolve("HEAD")
    repository.require_whole_history()
    book, calendar = _about(opened, head, code)
    if code not in book.items:
        book = opened.book(head, keep_items=True)
    settings = require_settings(book)
    item = item_named(book.items, code) or _unknown(book, code)
    records = [
        path
        for path, record in book.documents.items()
        if _concerns(path, record, item, entered=True)
    ]
    trail = Trail(opened, head, item, records)
    moments = list(_moments(book, item, trail.commits, trail.changes))
    known = {str(record["id"]) for moment in moments for record in moment.records}
    loose = [record for record in _naming(book, item) if str(record["id"]) not in known]
    public = _public(opened, book, item, [*known, *(str(record["id"]) for record in loose)])
    ground = Ground(book, settings, calendar, opened.schemas, public)
    return lives.life(item, moments, loose, ground)


def _about(opened: Opened, head: str, code: str) -> tuple[Book, Calendar]:
    """What a commit holds about an item and its kin, and its calendar; what names none of them is read and left alone."""
    tree = Revision(opened.repository, head)
    files = {path: tree.blob(path) for path in tree.paths() if path.startswith(_ABOUT)}

    def naming(*codes: str) -> dict[str, bytes | None]:
        # an escape may hide a code from a search for it
        marks = (b"\\", *_ALWAYS, *(each.encode("utf-8", "replace") for each in codes))
        raws = zip(files, opened.repository.blobs(files.values()), strict=True)
        return {
            path: raw
            for path, (_, raw) in raws
            if not path.startswith(_MANY) or any(mark in raw for mark in marks)
        }

    texts = Texts(naming(code))
    book = opened.built(texts, keep_items=True)[0]
    lacking = [other.code for other in kin(code, book.items) if other.code not in book.items]
    if lacking:
        texts = Texts(naming(code, *lacking))
        book = opened.built(texts, keep_items=True)[0]
    return book, opened.calendar_of(texts)


def _unknown(book: Book, code: str) -> Item:
    if not code.strip():
        raise UsageError("请写明事项编号，例如 qingdan log JS-YJ-XK-001。")
    if any(entry.code == code for entry in book.entries):
        raise CannotAnswerError(
            f"事项“{code}”在最新的提交中内容不合要求，请先运行 qingdan validate 查看并改正。"
        )
    near = [f"{known}（{book.items[known].name}）" for known in near_codes(book.items, code)]
    guess = f"编号相近的有：{'、'.join(near)}。" if near else ""
    raise UsageError(
        f"最新的提交中没有编号为“{code}”的事项。{guess}按名称查找请用 qingdan find {code}。"
    )


class Trail:
    """The versions of one item, followed backwards from where it stands now, also into other files."""

    def __init__(self, opened: Opened, head: str, item: Item, records: Sequence[str]) -> None:
        """``item`` as ``head`` has it; ``records`` are the paths of what may concern it.

        ``commits`` are those that touched a file in which the item stood, or brought one of these, the oldest first;
        ``changes`` what they did to the item, by their ids.
        """
        self.repository = opened.repository
        self.layout = opened.schemas[item.list].layout
        self.code = item.code
        self.excerpts: dict[str, bytes] = {"": b""}
        self.paths, known = {item.path}, set[str]()
        while not self.paths <= known:  # it came out of another file: that one has a history, too
            known |= self.paths
            self.commits, self.paths = self._touching(head, sorted(known), records), set()
            self._follow(item.path)
            self.changes = dict(self._changes())

    def _touching(self, head: str, paths: Iterable[str], records: Iterable[str]) -> list[Commit]:
        """The commits that touched files, and those that brought records.

        Most records come with what they record. Only where one did not, git is asked for theirs, too: it would read
        the folder of all records at every commit.
        """
        commits = self.repository.touching(head, *paths, whole=True)
        brought = {c.path for commit in commits for c in commit.changes if not c.before}
        if brought.issuperset(records):
            return commits
        return self.repository.touching(head, *paths, *records, whole=True)

    def _changes(self) -> Iterator[tuple[str, ItemChange]]:
        """Commit id and what it did to the item, the latest first; a merge only with what no parent has."""
        for commit in reversed(self.commits):
            touched = [change for change in commit.changes if change.path in self.paths]
            before = self._among((change.path, change.before) for change in touched)
            after = self._among((change.path, change.after) for change in touched)
            if after and not before:
                before = self._came_from(commit)
            change = ItemChange(self.code, before, after)
            if (before or after) and change.fields() and not self._merged(touched, change):
                yield commit.id, change

    def _follow(self, path: str) -> None:
        """Read every version of a file, in one process of git."""
        self.paths.add(path)
        self._read(change for c in self.commits for change in c.changes if change.path == path)

    def _read(self, changes: Iterable[FileChange]) -> None:
        wanted = dict.fromkeys(
            blob for c in changes for blob in (c.before, *c.others, c.after) if blob
        )
        blobs = [blob for blob in wanted if blob not in self.excerpts]
        for blob, raw in self.repository.blobs(blobs):
            self.excerpts[blob] = excerpt(raw, self.code)

    def _among(self, versions: Iterable[tuple[str, str]]) -> Item | None:
        """The item in the first of these files that has it; the same text is the same item."""
        for path, blob in versions:
            found = item_in(self.excerpts[blob], self.code, path, self.layout)
            if found:
                return found
        return None

    def _came_from(self, commit: Commit) -> Item | None:
        """The item before the commit that moved it here; its file is followed from then on."""
        others = [c for c in commit.changes if c.path.startswith("lists/") and c.before]
        self._read(others)
        for change in others:
            found = self._among([(change.path, change.before)])
            if found:
                self._follow(change.path)
                return found
        return None

    def _merged(self, touched: Sequence[FileChange], change: ItemChange) -> bool:
        """Whether a merge only brings together what its parents have."""
        sides = max((len(c.others) for c in touched), default=0)
        if not sides or change.after is None:
            return False
        parents = [change.before, *(self._side(touched, side) for side in range(sides))]
        data, theirs = change.after.data, [parent.data if parent else {} for parent in parents]
        keys = data.keys() | {key for other in theirs for key in other}
        return all(any(data.get(key) == other.get(key) for other in theirs) for key in keys)

    def _side(self, touched: Sequence[FileChange], side: int) -> Item | None:
        return self._among((c.path, c.others[side]) for c in touched if side < len(c.others))


def _moments(
    book: Book, item: Item, commits: Sequence[Commit], changes: dict[str, ItemChange]
) -> Iterator[Moment]:
    """The commits that concern the item, the earliest first, each with the records that it brought."""
    seen: set[str] = set()
    for commit in commits:
        change = changes.get(commit.id)
        paths = [c.path for c in commit.changes if not c.before and c.path in book.documents]
        records = tuple(
            book.documents[path]
            for path in paths
            if path not in seen
            and _concerns(
                path, book.documents[path], item, entered=bool(change and not change.before)
            )
        )
        seen.update(paths)
        if change or records:
            yield Moment(commit, change, records)


def _concerns(path: str, record: Doc, item: Item, *, entered: bool) -> bool:
    """Whether a file is a record that names the item, or the list with which the item was ``entered``."""
    if not path.startswith(ADJUSTMENTS):
        return False
    return item.code in cast("list[str]", record.get("items") or []) or (
        entered and item.list in cast("list[str]", record.get("lists") or [])
    )


def _naming(book: Book, item: Item) -> list[Doc]:
    """The records that name the item, by day."""
    found = [
        doc for path, doc in book.documents.items() if _concerns(path, doc, item, entered=False)
    ]
    return sorted(found, key=lambda doc: (str(doc["applied"]), str(doc["id"])))


def _public(
    opened: Opened, book: Book, item: Item, records: Sequence[str]
) -> dict[str, tuple[Doc, ...]]:
    """Record id to the publications of the first version of the item's list that holds the record."""
    held = [doc for doc in publications(book) if item.list in cast("list[str]", doc["lists"])]
    pairs = [(doc, record) for doc in held for record in records]
    ids = opened.repository.ids((str(doc["commit"]), adjustment_path(r)) for doc, r in pairs)
    public: dict[str, tuple[Doc, ...]] = {}
    for (doc, record), blob in zip(pairs, ids, strict=True):
        before = public.get(record, ())
        if blob and (not before or before[0]["commit"] == doc["commit"]):
            public[record] = (*before, doc)
    return public
