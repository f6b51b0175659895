"""The command that shows the clocks: ``due``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli.app import Today, day, leave, opened, placed, severity, told_in
from qingdan.cli.front import command
from qingdan.cli.values import one_of
from qingdan.model.clocks import KINDS, NEAR


@command("due")
def due_command(
    kinds: Annotated[
        Optional[list[str]],
        typer.Option(
            "--kind",
            help="只看这一类，可重复：law 依据变动、adjust 退回重报、review 审核、publish 公布、complaint 投诉举报、"
            "rectify 整改、expiry 到期、inspect 监督检查、report 周清月结等周期报告。",
            metavar="类别",
        ),
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="只看由我办理的（按 git 邮箱在工作人员名册中查找）。")
    ] = False,
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位办理的、涉及其事项的。", metavar="单位")
    ] = "",
    chain: Annotated[bool, typer.Option("--chain", help="列出逐日依据。")] = False,
    formats: Annotated[
        Optional[list[str]],
        typer.Option(
            "--format",
            help="text、json 列出全部；concise、github、gitlab、sarif、junit、markdown 只写将要到期和逾期的；"
            "可重复，写成 gitlab=文件 则存入文件。",
            metavar="格式",
        ),
    ] = None,
    near: Annotated[
        int,
        typer.Option("--near", min=0, help="剩下几个工作日算将要到期（缺省2）。", metavar="天数"),
    ] = NEAR,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            help="error：有逾期的退出码为1；warning：将要到期的也为1；不写总是0。",
            metavar="程度",
        ),
    ] = "",
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
    file = placed(ics)
    said = tuple(told_in(formats))
    bound = severity(fail_on) if fail_on else None
    chosen = (tuple(kinds or ()), unit, mine, said, chain, file, near, bound)
    leave(due.run(opened(), due.Options(day(today), *chosen)))
