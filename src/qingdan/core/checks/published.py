"""Lists are public, through every channel, and were confirmed before.

A list in use has a record of publication (QD309). The last one names every channel that ``qingdan.yaml`` requires,
in ``channels`` and of the stage that publishes (QD308, S0 第八条、S4 第二十六条), and, where a list needs it, who
confirmed it and with whom it was filed (QD313, S1 第六条、S2 第六条第（一）项、S3c 第六条、S4 第一条: 审定、备案、公布).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import SETTINGS_PATH, publication_path
from qingdan.core.publications import channels_of, last_of_lists, required_channels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.checks.world import World
    from qingdan.model.findings import Finding
    from qingdan.model.settings import KeptList
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


def channels(book: Book, _world: World) -> Iterator[Finding]:
    """Lists in use that were never published, and last publications that lack a channel."""
    if book.settings is None:
        return
    last = last_of_lists(book)
    used = {name for _, name, _, count in book.list_files if count}
    for name, kept in book.settings.lists.items():
        if name in used and name not in last:
            message = f"{kept.title}没有公布记录，比对时以现行清单为准。"
            at = ("lists", name)
            fix = "公布后请用 qingdan publish --record 登记。"
            about = required_channels(book.settings, [name])
            owner = kept.supervisor
            yield found("QD309", message, SETTINGS_PATH, at, owner=owner, fix=fix, about=about)
    missing: dict[str, dict[str, None]] = {}
    for name, document in last.items():
        lacking = [
            c for c in required_channels(book.settings, [name]) if c not in channels_of(document)
        ]
        missing.setdefault(str(document["id"]), {}).update(dict.fromkeys(lacking))
    for record, names in missing.items():
        if names:
            message = f"这次公布缺少渠道：{'、'.join(names)}。"
            fix = "请在这些渠道公布，再用 qingdan publish --record --again 补登。"
            path = publication_path(record)
            yield found("QD308", message, path, ("channels",), fix=fix, about=tuple(names))


def confirmed(book: Book, _world: World) -> Iterator[Finding]:
    """Lists whose last publication does not say that they were confirmed, filed, and in that order."""
    if book.settings is None:
        return
    for name, document in last_of_lists(book).items():
        kept = book.settings.lists.get(name)
        if kept is None:
            continue
        for why in _unconfirmed(kept, document):
            fix = "请补办手续；已经办理的，公布时在公布记录中写明日期和文件。"
            path = publication_path(str(document["id"]))
            yield found("QD313", f"{kept.title}{why}。", path, owner=kept.supervisor, fix=fix)


def _unconfirmed(kept: KeptList, document: Doc) -> Iterator[str]:
    days = []
    confirmers = "、".join(
        role if title == kept.title else f"{role}（{title}）" for title, role in kept.confirmers
    )
    for key, role, verb in (("confirmed", confirmers, "审定"), ("filed", kept.filed_with, "备案")):
        step = cast("Doc", document.get(key) or {})
        if step:
            days.append((str(step["date"]), verb))
        elif role:
            yield f"应经{role}{verb}后公布，公布记录没有写明{verb}日期"
    days.append((str(document["published"]), "公布"))
    for (day, verb), (later, after) in pairwise(days):
        if day > later:
            yield f"的{verb}日期{day}晚于{after}日期{later}"
