"""``systems take``: the table a system gave out becomes its snapshot, in one commit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.desk import taking
from qingdan.model.errors import UsageError, reason

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from qingdan.desk.opening import Opened


def run_take(
    opened: Opened, name: str, file: Path, day: date, *, dry_run: bool, pinned: bool
) -> int:
    """Take ``file`` as what the system ``name`` held on ``day``; tells every row and column not taken."""
    read = taking.read_table(opened, name, _read(file), file.name, day)
    taken = read.taken
    if taken.unmapped:
        print(
            f"未取的列（qingdan.yaml 中 {name} 的 columns 没有对应）：{'、'.join(taken.unmapped)}。",
            file=sys.stderr,
        )
    for number, why in taken.refused:
        print(f"第{number}行未取：{why}。", file=sys.stderr)
    if dry_run:
        sys.stdout.write(f"试运行：可取{len(taken.rows)}条，没有写入。\n")
        return 0
    commit = taking.file_table(opened, read, day, pinned=pinned)
    if not commit:
        sys.stdout.write(f"与现有快照相同，无需更新：{read.path}\n")
        return 0
    sys.stdout.write(
        f"已取入{len(taken.rows)}条，写入{read.path}，提交{commit[:10]}。\n下一步：qingdan check\n"
    )
    return 0


def _read(file: Path) -> bytes:
    if file.suffix.lower() in {".xlsx", ".xls"}:
        raise UsageError(f"{file.name}是 Excel 工作簿，请在 Excel 中“另存为 CSV（UTF-8）”后再取。")
    try:
        return file.read_bytes()
    except IsADirectoryError:
        raise UsageError(f"{file}是文件夹，不是表格文件。") from None
    except OSError as error:
        raise UsageError(f"不能读取{file}：{reason(error)}。") from None
