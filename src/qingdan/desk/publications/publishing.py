"""Putting on record what went public: the commit, the day, the channels; and what is public by these records."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments.words import list_titles
from qingdan.core.places import publication_path
from qingdan.core.text.canonical import emit
from qingdan.desk.filing import file_change, locked, now_in, refuse_newly_broken
from qingdan.desk.publications.announcing import Announcement, numbered
from qingdan.model.errors import RefusedError
from qingdan.model.history import Change, FileEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from qingdan.core.publishing import Asked
    from qingdan.desk.opening import Opened
    from qingdan.model.publishing import Publishing
    from qingdan.model.values import Doc
    from qingdan.repo.journal import Journal


class Recorded(Struct, frozen=True):
    """A publication on record; ``commit`` is empty after a dry run."""

    publishing: Publishing
    message: str
    commit: str = ""


def publish(
    opened: Opened,
    asked: Asked,
    words: Callable[[Publishing], str],
    confirm: Callable[[Publishing], bool] | None = None,
    *,
    dry_run: bool,
    pinned: bool,
) -> Recorded:
    """Record a publication in one commit; RefusedError for what may not be public, and when ``confirm`` says no.

    ``words`` gives the commit's message. Nobody is kept waiting while a clerk reads; see ``file_series()``.
    """
    first = Announcement(opened, asked).publishing() if confirm or dry_run else None
    if first and dry_run:
        return Recorded(first, words(first))
    if first and confirm and not confirm(first):
        raise RefusedError("已放弃，没有登记，文件没有改动。")
    with locked(opened) as journal:
        ready = Announcement(opened, asked).publishing()
        if first and ready != first:
            raise RefusedError("确认期间主分支有了别的改动，没有登记；请重新运行本命令。")
        day = asked.today if pinned else None
        commit = _file(opened, journal, ready.document, words(ready), day)
    return Recorded(ready, words(ready), commit)


def record_publication(
    opened: Opened, day: date, lists: Sequence[str], channels: Sequence[Doc], approved: Doc
) -> str:
    """Record that the current commit's lists went public on ``day``, asking nothing; the id of the commit."""
    with locked(opened) as journal:
        rows = {"lists": list(lists), "channels": list(channels)}
        doc = {"commit": opened.repository.resolve("HEAD"), "published": str(day)} | approved
        document = numbered(opened, doc | cast("Doc", rows))
        titles = list_titles(opened.schemas)
        names = "、".join(titles[name] for name in lists)
        return _file(opened, journal, document, f"公布 {names}（{day}）\n", None)


def _file(opened: Opened, journal: Journal, document: Doc, message: str, day: date | None) -> str:
    path = publication_path(str(document["id"]))
    text = emit(document, opened.schemas["publication"].layout).encode()
    before = now_in(opened, [path])[path]
    if before is not None:
        raise RefusedError(f"同样的公布已经登记过：{path}。")
    refuse_newly_broken(opened, opened.snapshot(), {path: text})
    return file_change(opened, journal, Change((FileEdit(path, before, text),), message), day)
