"""The command that shows the clocks: ``due``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import Today, app, day, leave, opened, start
from qingdan.cli.values import one_of
from qingdan.model.clocks import KINDS


@app.command(
    "due",
    cls=chinese.Command,
    help="待办和期限：依据变动应申请的调整，等待审核、公布的调整，整改，将要到期的委托和证件。",
)
def due_command(
    kinds: Annotated[
        Optional[list[str]],
        typer.Option(
            "--kind",
            help="只看这一类，可重复：law 依据变动、adjust 退回重报、review 审核、publish 公布、rectify 整改、expiry 到期。",
            metavar="类别",
        ),
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="只看由我办理的（按 git 邮箱在工作人员名册中查找）。")
    ] = False,
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位办理的、涉及其事项的。", metavar="单位编号")
    ] = "",
    chain: Annotated[bool, typer.Option("--chain", help="列出逐日依据。")] = False,
    form: Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")] = "text",
    ics: Annotated[
        Optional[Path],
        typer.Option(
            "--ics", help="把截止日期写入日历文件，可导入手机、办公软件。", metavar="文件"
        ),
    ] = None,
    today: Today = None,
) -> None:
    from qingdan.commands import due

    for kind in kinds or []:
        one_of(kind, KINDS)
    file = start() / ics if ics else None
    chosen = (tuple(kinds or ()), unit, mine, one_of(form, ("text", "json")), chain, file)
    leave(due.run(opened(), due.Options(day(today), *chosen)))
