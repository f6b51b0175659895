"""What the program itself laid out and can bring up to date: the forges' owners files, the schemas for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core import owners
from qingdan.core.build import build
from qingdan.core.people import staff
from qingdan.core.places import STAFF_PATH
from qingdan.desk.filing import file_change, locked, now_in
from qingdan.desk.laying import FORGES, schema_files
from qingdan.desk.opening import require_settings
from qingdan.model.errors import CannotAnswerError, RefusedError
from qingdan.model.folders import OWNERS_PATHS
from qingdan.model.history import Change, FileEdit
from qingdan.model.workspace import Texts
from qingdan.repo.files import is_through_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened

_MESSAGE = "更新程序生成的文件\n\n{}\n\nReason: 与 qingdan.yaml、registers/staff.yaml 和程序一致\n"


def owners_files(opened: Opened, new: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The owners files as they should be, by path: of the forges whose checks or whose owners file are there.

    One that people wrote alone, without any mark, is theirs; beneath the top of its repository no forge reads any.
    ``new`` are texts about to be laid over the workspace. CannotAnswerError where settings or staff cannot be read.
    """
    if opened.repository.prefix:
        return {}
    book = build(Texts(new or {}, opened.snapshot()), opened.schemas)[0]
    settings = require_settings(book)
    if "staff" in book.unread:
        raise CannotAnswerError(
            f"{STAFF_PATH}的内容不合要求，请先运行 qingdan validate 查看并改正。"
        )
    people = staff(book.documents.get(STAFF_PATH))
    texts = now_in(opened, OWNERS_PATHS.values())
    return {
        path: _raw(owners.renewed(_text(texts[path]), owners.block(forge, settings, people)))
        for forge, path in OWNERS_PATHS.items()
        if _is_ours(texts[path], opened.root / FORGES[forge])
    }


def _is_ours(raw: bytes | None, checks: Path) -> bool:
    return checks.is_file() if raw is None else owners.has_block(_text(raw))


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "surrogateescape")


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def stale(opened: Opened, wanted: Mapping[str, bytes]) -> list[str]:
    """Those of the files that are not there, or not as they should be."""
    now = now_in(opened, wanted)
    return [path for path, raw in wanted.items() if now[path] != raw]


def mend(opened: Opened, day: date | None) -> list[str]:
    """Bring up to date what is behind, as one commit; the paths. ``day``: the author's day where one was pinned."""
    with locked(opened) as journal:
        wanted = schema_files() | owners_files(opened)
        behind = stale(opened, wanted)
        if not behind:
            return []
        _refuse_links(opened, behind)
        _refuse_dirty(opened, behind)
        now = now_in(opened, behind)
        edits = tuple(FileEdit(path, now[path], wanted[path]) for path in behind)
        file_change(opened, journal, Change(edits, _MESSAGE.format("\n".join(behind))), day)
    return behind


def following(opened: Opened, new: Mapping[str, bytes]) -> list[FileEdit]:
    """What has to become of the owners files with new texts; one that somebody is editing waits for ``mend``."""
    wanted = owners_files(opened, new)
    behind = stale(opened, wanted)
    dirty = opened.repository.status(behind) if behind else {}
    now = now_in(opened, behind)
    ready = (p for p in behind if p not in dirty and not is_through_link(opened.root, p))
    return [FileEdit(path, now[path], wanted[path]) for path in ready]


def _refuse_links(opened: Opened, paths: list[str]) -> None:
    """RefusedError where writing would follow a link: nobody knows whose file that is."""
    links = [path for path in paths if is_through_link(opened.root, path)]
    if links:
        raise RefusedError(
            f"{'、'.join(links)}是链接，或在链接的文件夹里，没有更新；请换成普通文件。"
        )


def _refuse_dirty(opened: Opened, paths: list[str]) -> None:
    dirty = sorted(opened.repository.status(paths))
    if dirty:
        raise RefusedError(f"{'、'.join(dirty)}有尚未提交的改动，没有更新；请先提交，或恢复原样。")
