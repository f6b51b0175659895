"""The commands about the workspace and its lists as files: ``init``, ``fmt``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli.app import Today, day, leave, opened, relative, start
from qingdan.cli.front import command
from qingdan.model.errors import UsageError


@command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(help="新文件夹。", metavar="文件夹")] = Path(),
    profile: Annotated[
        str,
        typer.Option(
            "--profile", help="模板：district（区）、town（镇）、bureau（局）。", metavar="模板"
        ),
    ] = "",
    sample: Annotated[bool, typer.Option("--sample", help="带上样例清单和办理历史。")] = False,
    name: Annotated[str, typer.Option("--name", help="辖区名称，例如 郑州市中原区。")] = "",
    short: Annotated[str, typer.Option("--short", help="辖区简称，例如 中原区。")] = "",
    division: Annotated[str, typer.Option("--division", help="12位区划代码。")] = "",
    forge: Annotated[
        str,
        typer.Option(
            "--forge",
            help="只写这个代码托管平台的自动核对文件：github、gitlab、gitea；都不要写 none；缺省三种都写。",
            metavar="平台",
        ),
    ] = "",
    today: Today = None,
) -> None:
    from qingdan.commands import init

    if not profile:
        raise UsageError("请用 --profile 选一个模板：district（区）、town（镇）、bureau（局）。")
    options_ = init.Options(
        profile, sample, day(today), name, short, division, pinned=today is not None, forge=forge
    )
    leave(init.run(start() / folder, options_))


@command("fmt")
def fmt_command(
    paths: Annotated[
        Optional[list[str]], typer.Argument(help="只整理这些文件或文件夹。", metavar="路径")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只指出需要整理的文件，不改动。")] = False,
) -> None:
    from qingdan.commands import fmt

    workspace = opened()
    leave(fmt.run(workspace, relative(paths or [], workspace.root), check=check))
