"""The commands that judge: ``validate``, ``check``, and ``explain`` what they found."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from qingdan.cli.app import (
    FailOn,
    Formats,
    Today,
    day,
    leave,
    opened,
    relative,
    root,
    severity,
    told_in,
)
from qingdan.cli.front import command


@command("validate")
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
    known: Annotated[
        Optional[str],
        typer.Option(
            "--known",
            help="这次提交是已知的，现在的历史里必须还有它；没有，就是历史被改写过。",
            metavar="版本",
        ),
    ] = None,
    systems: Annotated[bool, typer.Option("--systems", help="同时与各信息系统比对。")] = False,
    rules: Annotated[
        bool, typer.Option("--rules", help="同时按规则文件中的结构规则（schema）检查。")
    ] = False,
    formats: Formats = None,
    fail_on: FailOn = "error",
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="每个文件都重新检查，不用也不留上次检查的结果。"),
    ] = False,
    today: Today = None,
) -> None:
    from qingdan.commands import validate

    workspace = root()
    chosen = validate.Options(
        day(today),
        relative(paths or [], workspace),
        since,
        at,
        commits,
        systems,
        rules,
        told_in(formats),
        severity(fail_on),
        known,
    )
    leave(validate.answer(workspace, chosen, caching=not no_cache))


@command("check")
def check_command(
    packs: Annotated[
        Optional[list[str]],
        typer.Option("--pack", help="只看这个规则包能回答的，可以重复。", metavar="规则包"),
    ] = None,
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位和它的下属。", metavar="单位")
    ] = "",
    list_: Annotated[str, typer.Option("--list", help="只看这类清单。", metavar="清单")] = "",
    at: Annotated[
        Optional[str],
        typer.Option("--at", help="检查这个版本，而不是当前文件。", metavar="版本"),
    ] = None,
    commits: Annotated[
        Optional[str],
        typer.Option("--commits", help="同时逐次核对这一段提交的调整手续。", metavar="A..B"),
    ] = None,
    stats: Annotated[
        bool, typer.Option("--stats", help="只列数目：按规章、规则、单位和程度。")
    ] = False,
    test: Annotated[
        bool, typer.Option("--test", help="不查工作区，只用规则自带的正反例子检验规则。")
    ] = False,
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

    options = check.Options(
        day(today),
        tuple(packs or ()),
        unit,
        list_,
        at,
        commits,
        stats,
        told_in(formats),
        severity(fail_on),
        check.Recording(severity(least), today is not None) if record else None,
    )
    leave(check.test(opened(), options) if test else check.run(opened(), options))


@command("explain")
def explain_command(
    code: Annotated[
        str, typer.Argument(help="问题编码，例如 QD207；不写则列出全部。", metavar="编码")
    ] = "",
) -> None:
    from qingdan.commands import explain

    leave(explain.run(code))
