"""The commands that tell: ``report``, ``deadline``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import (
    DocumentDay,
    DocumentFolder,
    DocumentNumber,
    Today,
    app,
    day,
    leave,
    opened,
    opened_if_any,
    start,
)
from qingdan.cli.values import one_of, parse_day, parse_limit
from qingdan.model.errors import UsageError


@app.command("deadline", cls=chinese.Command, help="推算期限的最后一天，列出逐日依据。")
def deadline_command(
    day: Annotated[str, typer.Argument(help="起算日（当日不计入）。", metavar="YYYY-MM-DD")],
    within: Annotated[
        str, typer.Option("--within", help="期限：3个工作日 或 7日。", metavar="期限")
    ],
    form: Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")] = "text",
) -> None:
    from qingdan.commands import deadline

    form = one_of(form, ("text", "json"))
    leave(deadline.run(opened_if_any(), parse_day(day, "起算日"), parse_limit(within), form))


@app.command("report", cls=chinese.Command, help="生成通报。")
def report_command(
    period: Annotated[
        str, typer.Argument(help="期间，例如 2026Q3；不写为最近一个已结束的。", metavar="期间")
    ] = "",
    quarter: Annotated[bool, typer.Option("--quarter", help="季通报。")] = False,
    out: DocumentFolder = None,
    form: Annotated[
        Optional[list[str]],
        typer.Option(
            "--format",
            help="docx（Word）、html（网页）、md、xlsx（表格）；可重复，缺省为四种。",
            metavar="格式",
        ),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            "--audience", help="公开、系统内或内部版；不写为内部版，全部登载。", metavar="范围"
        ),
    ] = "",
    verify: Annotated[
        Optional[Path],
        typer.Option("--verify", help="核对通报文件：按历史重新生成，逐字节比较。", metavar="文件"),
    ] = None,
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    context: Annotated[
        bool, typer.Option("--context", help="只输出通报所用的数据（JSON）。")
    ] = False,
    today: Today = None,
) -> None:
    from qingdan.commands import report

    if not quarter and not verify:
        raise UsageError("请写明哪种通报：--quarter（季通报）。")
    wanted = report.Wanted(
        period,
        start() / out if out else None,
        tuple(form or ()),
        number,
        str(parse_day(dated, "--dated")) if dated else "",
        context,
        audience,
    )
    if verify:
        leave(report.verify(opened(), start() / verify, wanted))
    leave(report.run(opened(), wanted, day(today)))
