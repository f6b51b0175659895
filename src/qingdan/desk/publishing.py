"""Putting on record what went public: the commit, the day, the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.places import publication_path
from qingdan.core.text.canonical import emit
from qingdan.desk.filing import file_change, locked, now_in, refuse_newly_broken
from qingdan.model.history import Change, FileEdit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Doc, Value


def record_publication(
    opened: Opened, day: date, lists: Sequence[str], channels: Sequence[Doc], approved: Doc
) -> str:
    """Record that the current commit's lists went public on ``day``; the id of the commit that records it.

    ``approved`` holds ``confirmed`` and ``filed`` (审定, 备案: ``date`` and ``document``), where there are any.
    """
    with locked(opened) as journal:
        head = opened.repository.resolve("HEAD")
        doc: Doc = {"id": f"{day}-{head[:8]}", "commit": head, "published": str(day)}
        doc |= approved
        doc |= {
            "lists": cast("list[Value]", list(lists)),
            "channels": cast("list[Value]", list(channels)),
        }
        path = publication_path(str(doc["id"]))
        text = emit(doc, opened.schemas["publication"].layout).encode()
        refuse_newly_broken(opened, opened.snapshot(), {path: text})
        edit = FileEdit(path, now_in(opened, [path])[path], text)
        names = "、".join(opened.schemas[name].title for name in lists)
        return file_change(opened, journal, Change((edit,), f"公布 {names}（{day}）\n"), None)
