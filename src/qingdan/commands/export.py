"""``export``: lists and registers as a workbook, CSV, JSON or the exchange's table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.desk import exporting
from qingdan.model.errors import RefusedError, UsageError, reason
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qingdan.desk.exporting import Exported, Wanted
    from qingdan.desk.opening import Opened


_ENDINGS = {name: "csv" if name == "national" else name for name in exporting.NAMES}
"""Form to how its files end."""


class Target(Struct, frozen=True):
    """Where files go: ``out`` (a file, or a folder for several), else the screen or the folder ``start``."""

    start: Path
    out: Path | None
    force: bool


def run(opened: Opened, wanted: Wanted, form: str, target: Target) -> int:
    """Give out what is wanted; 1 if something had to be left out."""
    form = _form(form, target.out)
    made = exporting.export(opened, wanted, form)
    if target.out is None and form not in {"xlsx", "docx"}:
        _print(made)
    else:
        _write(_placed(made.files, target), made, target)
    for note in made.notes:
        print(f"注意：{note}", file=sys.stderr)
    return int(made.left_out)


def _form(asked: str, out: Path | None) -> str:
    """The form asked for, else the one that the file's ending says; UsageError where the two are at odds."""
    if asked and asked not in exporting.NAMES:
        raise UsageError(f"没有“{asked}”这种导出格式，可用：{'、'.join(exporting.NAMES)}。")
    ending = "" if out is None or out.is_dir() else out.suffix[1:].lower()
    if not asked and ending and ending not in _ENDINGS.values():
        known = "、".join(exporting.NAMES)
        raise UsageError(f"从“{out}”的扩展名看不出格式，请用 --format 写明：{known}。")
    if asked and ending in {*_ENDINGS.values()} - {_ENDINGS[asked]}:
        raise UsageError(f"“{out}”的扩展名与格式 {asked} 不符，请改其中一个。")
    return asked or ending or "xlsx"


def _print(made: Exported) -> None:
    if len(made.files) > 1:
        names = "、".join(made.files)
        raise UsageError(
            f"共有{len(made.files)}张表（{names}），请用 --out 文件夹 写明放在哪里，或用 --list 选定一个清单。"
        )
    sys.stdout.buffer.write(next(iter(made.files.values())))
    sys.stdout.buffer.flush()


def _placed(made: Mapping[str, bytes], target: Target) -> dict[Path, bytes]:
    """Every file in its place; UsageError where several files meet one name."""
    out = target.out
    if out is None:
        return {target.start / name: raw for name, raw in made.items()}
    if out.is_dir() or (not out.suffix and len(made) > 1):
        return {out / name: raw for name, raw in made.items()}
    if len(made) > 1:
        raise UsageError(f"共有{len(made)}张表，{out}应当是文件夹。")
    return {out: next(iter(made.values()))}


def _write(placed: Mapping[Path, bytes], made: Exported, target: Target) -> None:
    there = [path for path in placed if path.exists() or path.is_symlink()]
    if there and not target.force:
        names = "、".join(str(path) for path in there)
        raise RefusedError(f"{names}已经存在，没有覆盖；确认要覆盖的，加 --force。")
    for path, raw in placed.items():
        try:
            files.replace(path, raw)
        except OSError as error:
            raise RefusedError(f"不能写入{path}：{reason(error)}。") from None
        print(f"已导出：{path.resolve()}", file=sys.stderr)
    if made.items:
        print(f"共{made.items}个事项。", file=sys.stderr)
