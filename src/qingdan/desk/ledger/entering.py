"""Entering in the ledger: decide on what stands there, prove it, commit it; all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.core.people import known_by, staff
from qingdan.core.places import SETTINGS_PATH, STAFF_PATH, place
from qingdan.core.text.canonical import emit
from qingdan.desk.filing import file_change, locked, now_in, refuse_newly_broken
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.folders import FOLDERS
from qingdan.model.history import Change, FileEdit
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Entering(Struct, frozen=True):
    """What becomes one commit of the ledger: documents by path, and the message with its trailers.

    ``files`` are kept beside them as they are: evidence.
    """

    documents: Mapping[str, Doc]
    message: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def enter(
    opened: Opened,
    decide: Callable[[Book], Entering],
    day: date | None,
    *,
    keep_items: bool = False,
) -> str:
    """Commit what ``decide`` makes of the workspace as it stands; the commit's id, empty if there is nothing to enter.

    It is read and decided while the repository is held, so two people at once cannot enter the same thing
    twice. ``day`` becomes the author's day where one was pinned. RefusedError for what would newly break the
    workspace.
    """
    with locked(opened) as journal:
        change = prepare(opened, decide, keep_items=keep_items)
        return file_change(opened, journal, change, day) if change else ""


def prepare(
    opened: Opened, decide: Callable[[Book], Entering], *, keep_items: bool = False
) -> Change | None:
    """What ``decide`` makes of the workspace as it stands, proved and ready to be filed; None if it is nothing."""
    entering = decide(opened.book(keep_items=keep_items))
    texts = {path: text_of(opened, path, doc) for path, doc in entering.documents.items()}
    texts |= entering.files
    before = now_in(opened, texts)
    new = {path: text for path, text in texts.items() if before[path] != text}
    if not new:
        return None
    refuse_newly_broken(opened, opened.snapshot(), new)
    edits = tuple(FileEdit(path, before[path], text) for path, text in new.items())
    return Change(edits, entering.message)


def by_whom(opened: Opened, book: Book, given: str) -> str:
    """Who takes a step: the unit or role given, else the unit of whoever runs the command, as the staff are registered.

    UsageError for one that is neither, or where it cannot be told.
    """
    roles = book.settings.roles if book.settings else {}
    if given:
        if given in book.units or given in roles:
            return given
        near = likest(given, [*book.units, *roles], 1)
        guess = f"是不是“{near[0]}”？" if near else ""
        raise UsageError(f"“{given}”既不是单位编号，也不是 qingdan.yaml 中的角色。{guess}")
    _, email = opened.repository.identity(opened.identity)
    person = known_by(email, staff(book.documents.get(STAFF_PATH)))
    if person is None:
        raise UsageError(
            "请用 --by 写明由哪个单位或角色办理（单位编号，或 qingdan.yaml 中的角色）。"
        )
    return person.unit


def require_clean(opened: Opened) -> str:
    """The commit at which the workspace stands; RefusedError where files of it are not as committed."""
    dirty = opened.repository.status([*FOLDERS, SETTINGS_PATH])
    if dirty:
        shown = "、".join(sorted(dirty)[:3]) + ("等" if len(dirty) > 3 else "")
        raise RefusedError(f"{shown}有尚未提交的改动；要按已经提交的内容重新检查，请先提交或恢复。")
    return opened.repository.resolve("HEAD")


def text_of(opened: Opened, path: str, doc: Doc) -> bytes:
    """The canonical text of a document at its path."""
    where = place(path)
    if where is None:
        raise KeyError(path)
    return emit(doc, opened.schemas[where.schema].layout).encode()
