"""What went public: the records of publication, and the last one of each list."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from qingdan.model.workspace import Book, Doc


def publications(book: Book) -> list[Doc]:
    """The publications on record, the earliest first."""
    found = [doc for path, doc in book.documents.items() if path.startswith("ledger/publications/")]
    return sorted(found, key=lambda doc: (str(doc["published"]), str(doc["id"])))


def last_of_lists(book: Book) -> dict[str, Doc]:
    """List to its last publication; a list that never went public is not there."""
    return {
        name: document
        for document in publications(book)
        for name in cast("list[str]", document["lists"])
    }
