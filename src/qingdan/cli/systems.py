"""The commands about information systems: ``systems take``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingdan.cli import chinese
from qingdan.cli.app import DryRun, Today, day, leave, opened, start, systems_app


@systems_app.command(
    "take", cls=chinese.Command, help="取入一个系统导出的事项表（CSV），作为该系统的快照。"
)
def take_command(
    name: Annotated[
        str, typer.Argument(help="系统名，见 qingdan.yaml 的 systems。", metavar="系统")
    ],
    file: Annotated[Path, typer.Argument(help="系统导出的 CSV 文件。", metavar="文件")],
    dry_run: DryRun = False,
    today: Today = None,
) -> None:
    from qingdan.commands import systems

    leave(
        systems.run_take(
            opened(), name, start() / file, day(today), dry_run=dry_run, pinned=today is not None
        )
    )
