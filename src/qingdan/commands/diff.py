"""``diff``: what changed between two versions, in words and counts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.desk.history.differing import compare
from qingdan.model.errors import UsageError
from qingdan.repo import files

if TYPE_CHECKING:
    from pathlib import Path

    from qingdan.desk.history.differing import Asked
    from qingdan.desk.opening import Opened


def run(opened: Opened, asked: Asked, form: str, out: Path | None) -> int:
    """Tell the difference on the screen or in a file."""
    from qingdan.render.differing import FORMATS, NOTHING, summary

    if form not in FORMATS:
        raise UsageError(f"没有“{form}”这种输出格式，可用：{'、'.join(FORMATS)}。")
    found = compare(opened, asked)
    text = FORMATS[form](found)
    if out is None:
        sys.stdout.write(text)
        return 0
    files.write(out, text.encode())
    sys.stdout.write(f"{NOTHING if found.is_empty else summary(found)}\n已写入{out}。\n")
    return 0
