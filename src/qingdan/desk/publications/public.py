"""What is public, by the records of publication and the versions they name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from qingdan.core.places import stem
from qingdan.core.publications import lists_of, publications
from qingdan.model.errors import CannotAnswerError
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.desk.opening import Opened
    from qingdan.desk.watching import Watch
    from qingdan.model.items import Item
    from qingdan.model.workspace import Book

_RECORDS = "ledger/adjustments"


def published_records(opened: Opened, book: Book) -> frozenset[str]:
    """The records each of whose lists was published with them: read from trees, so it holds after a squash, too."""
    lists = {entry.code: entry.list for entry in book.entries}
    held: dict[str, set[str]] = {}
    for publication in publications(book):
        names = cast("list[str]", publication["lists"])
        for record in records_in(opened, str(publication["commit"])):
            held.setdefault(record, set()).update(names)
    wanted = {
        str(doc["id"]): lists_of(doc, lists)
        for path, doc in book.documents.items()
        if path.startswith(f"{_RECORDS}/")
    }
    return frozenset(
        record for record, names in wanted.items() if names and names <= held.get(record, set())
    )


def records_in(opened: Opened, commit: str) -> frozenset[str]:
    """The ids of the adjustments that a version holds."""
    return frozenset(stem(path) for _, _, path in opened.repository.entries(commit, _RECORDS))


def published_book(opened: Opened, commit: str) -> Book:
    """The version that a record of publication names; CannotAnswerError where it is not in the local history."""
    with _in_the_history(commit):
        return opened.book(commit, keep_items=True)


def published_items(opened: Opened, commit: str, watch: Watch) -> dict[str, Item]:
    """The items of such a version, as far as systems are compared by them; the same error."""
    with _in_the_history(commit):
        repository = opened.repository
        return watch.items_of(Revision(repository, repository.resolve(commit)))


@contextmanager
def _in_the_history(commit: str) -> Iterator[None]:
    try:
        yield
    except CannotAnswerError:
        raise CannotAnswerError(
            f"公布记录所指的版本{commit[:10]}不在本地的历史中，无从比对；"
            "浅克隆请先运行 git fetch --unshallow，其余情况请核对 ledger/publications 中的 commit。"
        ) from None
