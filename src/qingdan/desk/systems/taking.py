"""Taking a system's table in as its snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.build import examine
from qingdan.core.places import system_path
from qingdan.core.systems.taking import document, take
from qingdan.core.tables import reading
from qingdan.core.text.canonical import emit
from qingdan.desk.filing import file_change, locked, now_in
from qingdan.model.digests import sha256_of
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit

if TYPE_CHECKING:
    from datetime import date

    from qingdan.core.systems.taking import Taken
    from qingdan.desk.opening import Opened
    from qingdan.model.settings import Settings, SystemSettings


class Snapshotted(Struct, frozen=True):
    """A table read for a system. ``text`` is the snapshot's file at ``path``."""

    system: SystemSettings
    taken: Taken
    path: str
    text: bytes
    file: str


def read_table(
    opened: Opened, name: str, raw: bytes, file: str, day: date, sheet: str = ""
) -> Snapshotted:
    """Read a table as what the system ``name`` held on ``day``; UsageError, RefusedError where it cannot be.

    ``sheet``: which one of a workbook's, where several could be meant.
    """
    system = system_called(opened.settings(), name)
    taken = take(reading.sheets(raw, file), system, opened.schemas, sheet)
    before = examine(system_path(name), opened.snapshot(), opened.schemas, None, keep=True).document
    if not taken.rows and before and before["rows"]:
        raise RefusedError("表格只有表头，没有记录，而现有快照有记录；没有写入，请核实导出的条件。")
    doc = document(system, taken, str(day), file, sha256_of(raw))
    schema = opened.schemas["system"]
    path = system_path(name)
    wrong = next(schema.findings(doc, path), None)
    if wrong:
        raise RefusedError(f"取入的内容不合要求，没有写入：{wrong.message}")
    return Snapshotted(system, taken, path, emit(doc, schema.layout).encode(), file)


def system_called(settings: Settings, name: str) -> SystemSettings:
    """A configured system; UsageError, naming those there are, for another."""
    if name not in settings.systems:
        known = "、".join(f"{key}（{system.title}）" for key, system in settings.systems.items())
        raise UsageError(f"qingdan.yaml 没有配置名为“{name}”的系统。已配置：{known or '无'}。")
    return settings.systems[name]


def file_table(opened: Opened, read: Snapshotted, day: date, *, pinned: bool) -> str:
    """Commit a snapshot; the commit's id, empty if it is the one there is."""
    with locked(opened) as journal:
        before = now_in(opened, [read.path])
        if before[read.path] == read.text:
            return ""
        subject = f"取入 {read.system.title} 快照：{len(read.taken.rows)}条（{day}）"
        edit = FileEdit(read.path, before[read.path], read.text)
        return file_change(
            opened,
            journal,
            Change((edit,), f"{subject}\n\n来源文件：{' '.join(read.file.split())}\n"),
            day if pinned else None,
        )
