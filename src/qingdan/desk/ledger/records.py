"""A record of the ledger by its id, or by what people remember of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.places import stem
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def record_called(name: str, folder: str, what: str, book: Book) -> Doc:
    """The one record below ``folder`` with this id, this ending of an id or this reference; UsageError for none."""
    records = {stem(path): doc for path, doc in book.documents.items() if path.startswith(folder)}
    if name in records:
        return records[name]
    fitting = [
        key
        for key, doc in records.items()
        if key.endswith(f"-{name}") or doc.get("reference") == name
    ]
    if len(fitting) == 1:
        return records[fitting[0]]
    near = fitting or likest(name, records, 3, 0.7)
    guess = f"是不是{'、'.join(f'“{key}”' for key in near)}？" if near else ""
    raise UsageError(f"台账中没有编号为“{name}”的{what}。{guess}")
