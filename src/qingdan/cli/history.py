"""The commands that read it back: ``log`` of an item, ``diff`` of two versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli.app import TextOrJson, leave, opened, placed
from qingdan.cli.front import command
from qingdan.cli.values import one_of


@command("log")
def log_command(
    code: Annotated[str, typer.Argument(help="职权编号，例如 JS-YJ-QT-001。", metavar="事项编号")],
    form: TextOrJson = "text",
    number: Annotated[
        int, typer.Option("-n", "--number", help="只列最近几次。", metavar="次数", min=0)
    ] = 0,
    newest_first: Annotated[
        bool, typer.Option("--reverse", help="从最近一次列起；缺省从最早一次列起。")
    ] = False,
) -> None:
    from qingdan.commands import log

    chosen = one_of(form, ("text", "json"))
    leave(log.run(opened(), code, chosen, number=number, newest_first=newest_first))


@command("diff")
def diff_command(
    revs: Annotated[
        str,
        typer.Argument(
            help="A..B；只写 A 则与当前文件比较，不写则看尚未提交的改动。版本也可以写日期，例如 2026-03-31..2026-06-30。",
            metavar="A..B",
        ),
    ] = "HEAD",
    list_: Annotated[
        str, typer.Option("--list", help="只看这类清单，例如 powers。", metavar="清单")
    ] = "",
    unit: Annotated[
        str,
        typer.Option("--unit", help="只看这个单位（含下属）：编号、名称或简称。", metavar="单位"),
    ] = "",
    form: Annotated[
        str, typer.Option("--format", help="text、markdown、json 或 html。", metavar="格式")
    ] = "text",
    out: Annotated[
        Optional[Path], typer.Option("--out", help="存入文件，不显示在屏幕上。", metavar="文件")
    ] = None,
) -> None:
    from qingdan.commands import diff
    from qingdan.desk.history.differing import Asked

    target = placed(out)
    leave(diff.run(opened(), Asked(revs, list_, unit), form, target))
