"""``fmt``: put lists and ledger into the canonical form."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.core.places import below, place
from qingdan.core.text import reading
from qingdan.core.text.canonical import emit
from qingdan.core.text.handwritten import first_comment
from qingdan.model.errors import CannotAnswerError, YamlRefusedError
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.desk.opening import Opened


def run(opened: Opened, paths: Sequence[str], *, check: bool) -> int:
    """Rewrite what is not canonical, or with ``check`` only name it (then 1 if there is any).

    A file that cannot be read, or holds comments, is left alone and named; comments have no place in a
    list and would be lost (``note`` has).
    """
    snapshot = opened.snapshot()
    chosen = [
        p
        for p in snapshot.paths()
        if _canonical_place(p) and (not paths or any(below(p, wanted) for wanted in paths))
    ]
    if not chosen:
        raise CannotAnswerError("没有对应到任何清单或台账文件。")
    changed, refused = 0, 0
    for path in chosen:
        layout = opened.schemas[_canonical_place(path)].layout
        try:
            raw = snapshot.read(path)
            read = reading.read(raw, layout)
        except YamlRefusedError as error:
            print(
                f"{path}:{error.line}:{error.column}: {error.code} {error.message}", file=sys.stderr
            )
            refused += 1
            continue
        if read.canonical:
            continue
        comment = first_comment(raw.decode("utf-8"))
        if comment or not isinstance(read.value, dict):
            why = (
                f"第{comment}行有注释，整理会丢失；请改写到该事项的“备注”（note）后再整理。"
                if comment
                else "不是清单的格式。"
            )
            print(f"{path}: {why}", file=sys.stderr)
            refused += 1
            continue
        changed += 1
        sys.stdout.write(f"{'需要整理' if check else '已整理'}：{path}\n")
        if not check:
            files.replace(opened.root / path, emit(read.value, layout).encode())
    if not changed and not refused:
        print(f"{len(chosen)}个文件都是规范格式。", file=sys.stderr)
    return int(bool(refused or (check and changed)))


def _canonical_place(path: str) -> str:
    where = place(path)
    return where.schema if where and where.canonical else ""
