"""``adjust``: one verb a kind; shows what was done, or what would be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.desk import adjusting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qingdan.desk.adjusting import Filed, Order
    from qingdan.desk.opening import Opened


def run_set(opened: Opened, code: str, assignments: list[str], order: Order) -> int:
    """Change fields of one item."""
    return _show(adjusting.set_fields(opened, code, assignments, order))


def run_remove(opened: Opened, code: str, successors: Sequence[str], order: Order) -> int:
    """Cancel one item."""
    return _show(adjusting.remove(opened, code, successors, order))


def run_add(opened: Opened, file: Path, name: str, unit: str, order: Order) -> int:
    """Enter the items of a YAML file: a list document, or items with a list and a unit beside."""
    return _show(adjusting.add(opened, adjusting.items_in(file, name, unit), order))


def run_commit(opened: Opened, order: Order) -> int:
    """File the edits already made in the work tree."""
    return _show(adjusting.commit_edits(opened, order))


def _show(filed: Filed) -> int:
    if not filed.commit:
        sys.stdout.write(filed.preview + "试运行，没有提交，文件没有改动。\n")
        return 0
    subject, _, rest = filed.plan.message.partition("\n\n")
    trailers = rest.rstrip("\n").rpartition("\n\n")[2]
    short = filed.commit[:10]
    sys.stdout.write(
        f"已提交 {short}  {subject}\n\n{trailers}\n\n下一步：推送分支、提请审核；用 git show {short} 可看到改动。\n"
    )
    if filed.free:
        print(
            "提示：改动的都不是受控要素，今后可以直接修改、直接提交，不必办理调整。",
            file=sys.stderr,
        )
    return 0
