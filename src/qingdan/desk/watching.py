"""What ``check`` needs of list items, taken while their files are read: whole items are not kept.

64,000 items as values take half a gigabyte, and nearly as long to hand over from the process that read them as to read
them. Of each only what systems are compared by comes back, and how it breaks the rules.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core import settings as settings_of
from qingdan.core.build import examine, in_this_process, rules_of
from qingdan.core.places import SETTINGS_PATH
from qingdan.core.rules.judging import Jury
from qingdan.core.stock.sheets import Sheet
from qingdan.core.systems.extracting import compared_fields, extract
from qingdan.model.digests import git_id
from qingdan.model.workspace import Texts
from qingdan.repo import pool
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qingdan.core.build import Mapper
    from qingdan.core.rules.judging import Answers
    from qingdan.core.schema import Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.items import Item
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book, Snapshot


_Out = TypeVar("_Out")


class _Seen(Struct, frozen=True):
    """How the items of a list file break the rules, and the id that git gives its bytes."""

    answers: Answers
    blob: str


class Watch:
    """A snapshot that is read with an eye to systems and rules; it knows something once a book was built by it."""

    def __init__(self, snapshot: Snapshot, schemas: Schemas, *, rules: bool = True) -> None:
        """``rules``: whether items are put to the rules that fragments answer."""
        self._snapshot = snapshot
        self._schemas = schemas
        settings = self._settings()
        self._fields = compared_fields(settings.systems.values() if settings else ())
        self._jury = Jury(rules_of(self._packs()) if rules else (), schemas)
        self._answers: dict[tuple[str, str, int], tuple[Finding, ...]] = {}
        self._items: dict[tuple[str, str], tuple[Item, ...]] = {}
        self._hashed = any(path.startswith("ledger/publications/") for path in snapshot.paths())

    def _settings(self) -> Settings | None:
        head = examine(SETTINGS_PATH, self._snapshot, self._schemas, None, keep=True)
        return settings_of.settings(head.document, self._schemas) if head.document else None

    def _packs(self) -> dict[str, Doc]:
        """The rule packs, read before all else; what is no list is read once in a process."""
        paths = [path for path in self._snapshot.paths() if path.startswith("rules/")]
        read = (examine(path, self._snapshot, self._schemas, None, keep=True) for path in paths)
        return {each.path: each.document for each in read if each.document is not None}

    def mapper(self, work: Callable[[str], _Out], paths: Sequence[str], /) -> Iterator[_Out]:
        """How :func:`qingdan.core.build.build` examines the files of the snapshot, its items kept."""
        inner: Mapper = in_this_process if isinstance(self._snapshot, Revision) else pool.spread
        for result, seen in inner(partial(self._watched, work), paths):
            if seen and isinstance(result, Sheet):
                self._answers.update(seen.answers)
                self._items[result.path, seen.blob] = result.items
            yield result

    def _watched(self, work: Callable[[str], _Out], path: str) -> tuple[_Out, _Seen | None]:
        result = work(path)
        if isinstance(result, Sheet) and result.items:
            seen = _Seen(
                self._jury.of_items(result.items), self._blob(path) if self._hashed else ""
            )
            items = tuple(extract(item, self._fields) for item in result.items)
            return cast("_Out", replace(result, items=items)), seen
        return result, None

    def _blob(self, path: str) -> str:
        if isinstance(self._snapshot, Revision):
            return self._snapshot.blob(path)
        return git_id(self._snapshot.read(path))

    def judged(self, book: Book) -> Iterator[Finding]:
        """What breaks the rules in the book that was built."""
        return self._jury.judge(book, self._answers)

    def items_of(self, revision: Revision) -> dict[str, Item]:
        """The items of a revision by code; only files that the snapshot does not hold as they are there are read."""
        there = {
            path: revision.blob(path) for path in revision.paths() if path.startswith("lists/")
        }
        lacking = [place for place in there.items() if place not in self._items]
        raws = dict(revision.repository.blobs(dict.fromkeys(blob for _, blob in lacking)))
        texts = Texts({path: raws[blob] for path, blob in lacking})
        for path, blob in lacking:
            items = examine(path, texts, self._schemas, None, keep=True).items
            self._items[path, blob] = tuple(extract(item, self._fields) for item in items)
        return {item.code: item for place in there.items() for item in self._items[place]}
