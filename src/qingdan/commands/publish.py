"""``publish``: what went public is put on record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.desk.publications import publishing
from qingdan.render.publishing import message, preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from qingdan.core.publishing import Asked
    from qingdan.desk.opening import Opened


def run_record(
    opened: Opened,
    asked: Asked,
    confirm: Callable[[str], bool] | None,
    *,
    dry_run: bool,
    pinned: bool,
) -> int:
    """Record a publication; shows what becomes public before it is confirmed."""
    ask = (lambda ready: confirm(preview(ready))) if confirm else None
    made = publishing.publish(opened, asked, message, ask, dry_run=dry_run, pinned=pinned)
    shown = preview(made.publishing)
    if dry_run:
        sys.stdout.write(f"{shown}试运行，没有登记，文件没有改动。\n")
        return 0
    subject = made.message.partition("\n")[0]
    told = "" if confirm else f"{shown}\n"
    sys.stdout.write(
        f"{told}已登记 {made.commit[:10]}  {subject}\n下一步：推送（git push），使其他人以这次公布的版本比对。\n"
    )
    return 0
