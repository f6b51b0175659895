"""What went public: the records of publication, the last version of each list, and where it must be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.text.canonical import emit
from qingdan.model.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from qingdan.core.schema import Schemas
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Book


def publications(book: Book) -> list[Doc]:
    """The publications on record, the earliest first."""
    found = [doc for path, doc in book.documents.items() if path.startswith("ledger/publications/")]
    return sorted(found, key=lambda doc: (str(doc["published"]), str(doc["id"])))


def last_of_lists(book: Book) -> dict[str, Doc]:
    """List to its last publication; a list that never went public is not there.

    What later records say of the same version (a channel that came two days after) is part of it.
    """
    last: dict[str, Doc] = {}
    for document in publications(book):
        for name in cast("list[str]", document["lists"]):
            before = last.get(name)
            same = before is not None and before["commit"] == document["commit"]
            last[name] = _with_more(before, document) if before and same else document
    return last


def _with_more(first: Doc, later: Doc) -> Doc:
    """The first record of a version, with what a later one adds."""
    known = channels_of(first)
    rows = cast("list[Doc]", later["channels"])
    more = [channel for channel in rows if channel["channel"] not in known]
    return {**later, **first, "channels": [*cast("list[Value]", first["channels"]), *more]}


def channels_of(document: Doc) -> tuple[str, ...]:
    """The names of the channels of a publication."""
    return tuple(str(row["channel"]) for row in cast("list[Doc]", document["channels"]))


def required_channels(settings: Settings, lists: Collection[str]) -> tuple[str, ...]:
    """Where these lists must be published: the channels of the workspace, then those of the stage that publishes."""
    general = [row.name for row in settings.channels if any(map(row.serves, lists))]
    staged = [name for stage in settings.stages if stage.publishes for name in stage.channels]
    return tuple(dict.fromkeys((*general, *staged)))


def lists_of(record: Doc, lists: Mapping[str, str]) -> frozenset[str]:
    """The lists that an adjustment touches; ``lists`` maps an item to its own."""
    items = cast("list[str]", record.get("items") or ())
    whole = cast("list[str]", record.get("lists") or ())
    return frozenset({lists[code] for code in items if code in lists} | set(whole))


def with_id(document: Doc, count: int, schemas: Schemas) -> Doc:
    """A publication under its id: day, how many commits the version holds, four characters of what is said.

    So the later of two versions of a day stands behind the earlier one, and two clerks who record different
    channels on the same day do not meet in one file.
    """
    said = {key: value for key, value in document.items() if key != "commit"}
    digest = sha256_of(emit(said, schemas["publication"].layout).encode())[:4]
    return {"id": f"{document['published']}-{count:05d}-{digest}", **document}
