"""The commands that judge: ``validate``, ``check``, and ``explain`` what they found."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import FailOn, Formats, Today, app, day, leave, opened, relative, severity


@app.command(
    "validate",
    cls=chinese.Command,
    help="检查清单、名册、台账和提交：不看时钟，明天也是同样的结果。",
)
def validate_command(
    paths: Annotated[
        Optional[list[str]], typer.Argument(help="只看这些文件或文件夹。", metavar="路径")
    ] = None,
    since: Annotated[
        Optional[str], typer.Option("--since", help="只报这个版本之后新增的问题。", metavar="版本")
    ] = None,
    at: Annotated[
        Optional[str],
        typer.Option("--at", help="检查这个版本，而不是当前文件。", metavar="版本"),
    ] = None,
    commits: Annotated[
        Optional[str],
        typer.Option("--commits", help="逐次核对这一段提交的调整手续。", metavar="A..B"),
    ] = None,
    systems: Annotated[bool, typer.Option("--systems", help="同时与各信息系统比对。")] = False,
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import validate

    workspace = opened()
    chosen = validate.Options(
        day(today),
        relative(paths or [], workspace.root),
        since,
        at,
        commits,
        systems,
        formats or ["text"],
        severity(fail_on),
    )
    leave(validate.run(workspace, chosen))


@app.command(
    "check",
    cls=chinese.Command,
    help="检查现实：与政务服务网等系统是否一致，公布渠道是否齐全，依据、委托、证件是否有效。",
)
def check_command(
    unit: Annotated[str, typer.Option("--unit", help="只看这个单位。", metavar="单位编号")] = "",
    list_: Annotated[str, typer.Option("--list", help="只看这类清单。", metavar="清单")] = "",
    record: Annotated[
        bool,
        typer.Option("--record", help="把机器发现的问题登记进台账（一次提交；再运行不重复）。"),
    ] = False,
    least: Annotated[
        str,
        typer.Option("--severity", help="登记到什么程度：error、warning、info。", metavar="程度"),
    ] = "warning",
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import check

    recording = check.Recording(severity(least), today is not None) if record else None
    shown = (formats or ["text"], severity(fail_on), recording)
    leave(check.run(opened(), check.Options(day(today), unit, list_, *shown)))


@app.command(
    "explain", cls=chinese.Command, help="说明一个问题编码：含义、依据、怎么改、正反例子。"
)
def explain_command(
    code: Annotated[
        str, typer.Argument(help="问题编码，例如 QD207；不写则列出全部。", metavar="编码")
    ] = "",
) -> None:
    from qingdan.commands import explain

    leave(explain.run(code))
