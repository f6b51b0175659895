"""The command that gives lists and registers out: ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli.app import At, leave, opened, placed, start
from qingdan.cli.front import command


@command("export")
def export_command(
    list_: Annotated[
        Optional[list[str]],
        typer.Option(
            "--list", help="只导出这类清单，可重复；缺省为所有有事项的清单。", metavar="清单"
        ),
    ] = None,
    unit: Annotated[
        Optional[list[str]],
        typer.Option("--unit", help="只导出这个单位的，可重复；编号、名称或简称。", metavar="单位"),
    ] = None,
    register: Annotated[
        Optional[list[str]],
        typer.Option(
            "--register",
            help="导出名册：units、laws、officers、delegations、holidays、staff，可重复。",
            metavar="名册",
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="格式：xlsx（工作簿）、csv、json、national（国家交换格式）；docx、html、md（清单公示）。"
            "缺省按 --out 的扩展名，没有的为 xlsx。",
            metavar="格式",
        ),
    ] = "",
    out: Annotated[
        Optional[Path],
        typer.Option("--out", "-o", help="存为这个文件，或存入这个文件夹。", metavar="文件"),
    ] = None,
    at: At = "",
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件。")] = False,
) -> None:
    from qingdan.commands import export
    from qingdan.desk.exporting import Wanted

    wanted = Wanted(tuple(list_ or ()), tuple(unit or ()), tuple(register or ()), at)
    target = export.Target(start(), placed(out), force)
    leave(export.run(opened(), wanted, form, target))
