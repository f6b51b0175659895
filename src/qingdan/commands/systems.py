"""``systems take`` and ``systems compare``: a table becomes a system's snapshot; lists and systems as a matrix."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.desk import comparing, taking
from qingdan.model.errors import UsageError, reason
from qingdan.render.matrices import data, text
from qingdan.render.matrices.words import conclusion
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.systems.taking import Taken
    from qingdan.desk.opening import Opened
    from qingdan.model.matrices import Matrix


class Taking(Struct, frozen=True):
    """What is to be taken: ``file`` as what the system ``name`` held on ``day``; ``pinned``: the day was given."""

    name: str
    file: Path
    day: date
    sheet: str = ""
    dry_run: bool = False
    pinned: bool = False


class Comparing(Struct, frozen=True):
    """What is to be compared, and how it is shown; ``names`` empty means every system."""

    today: date
    names: Sequence[str] = ()
    unit: str = ""
    list: str = ""
    form: str = "text"
    out: Path | None = None
    everything: bool = False


def run_take(opened: Opened, what: Taking) -> int:
    """Take a table in; tells every row and column not taken."""
    read = taking.read_table(
        opened, what.name, files.read(what.file), what.file.name, what.day, what.sheet
    )
    taken = read.taken
    if taken.unmapped:
        print(_columns_left(what.name, taken), file=sys.stderr)
    for number, why in taken.refused:
        print(f"第{number}行未取：{why}。", file=sys.stderr)
    if what.dry_run:
        sys.stdout.write(f"试运行：可取{len(taken.rows)}条，没有写入。\n")
        return 0
    commit = taking.file_table(opened, read, what.day, pinned=what.pinned)
    if not commit:
        sys.stdout.write(f"与现有快照相同，无需更新：{read.path}\n")
        return 0
    sys.stdout.write(
        f"已取入{len(taken.rows)}条，写入{read.path}，提交 {commit[:10]}。\n下一步：qingdan check\n"
    )
    return 0


def run_compare(opened: Opened, what: Comparing) -> int:
    """Show the matrix; 0 where all agree, else 1; CannotAnswerError where nothing can be compared."""
    if what.form == "xlsx" and what.out is None:
        raise UsageError("Excel 工作簿不能输出到屏幕，请用 --out 写明存入的文件。")
    made = comparing.compare_as_matrix(
        opened, comparing.Scope(tuple(what.names), what.unit, what.list), what.today
    )
    if what.out is None:
        sys.stdout.write(_text(made, what))
    else:
        _write(what.out, _bytes(made, what))
        print(f"{conclusion(made)}已写入{what.out}。", file=sys.stderr)
    if what.form == "text" and not made.agrees:
        print("逐条说明、依据和处理办法：qingdan check", file=sys.stderr)
    return int(not made.agrees)


def _text(made: Matrix, what: Comparing) -> str:
    """The matrix as text; at a terminal with colours."""
    if what.form == "json":
        return data.render(made)
    if what.form == "html":
        from qingdan.render.matrices import page

        return page.render(made)
    if what.out is None and sys.stdout.isatty():
        return text.tables(made, everything=what.everything)
    return text.plain(made, everything=what.everything)


def _bytes(made: Matrix, what: Comparing) -> bytes:
    if what.form == "xlsx":
        from qingdan.render.matrices import workbook

        return workbook.render(made)
    return _text(made, what).encode()


def _write(path: Path, raw: bytes) -> None:
    try:
        files.replace(path, raw)
    except OSError as error:
        raise UsageError(f"不能写入{path}：{reason(error)}。") from None


def _columns_left(name: str, taken: Taken) -> str:
    """The columns not taken, and the lines of ``qingdan.yaml`` that would take those the schemas know."""
    heads = "、".join(f"{head}（{where}）" for where, head, _ in taken.unmapped)
    lines = [f"{head}: {field}" for _, head, field in taken.unmapped if field]
    said = f"未取的列（qingdan.yaml 中 {name} 的 columns 没有对应）：{heads}。"
    return said + (f"\n其中要取的，可在 columns 中加：{'，'.join(lines)}。" if lines else "")
