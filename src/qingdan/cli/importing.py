"""The command that takes departments' tables in: ``import``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli.app import DryRun, Today, Yes, day, leave, opened, placed, start
from qingdan.cli.front import command
from qingdan.cli.values import one_of, parse_day
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qingdan.core.schema import Schemas

_REGISTERS = ("units", "officers", "delegations", "laws", "staff")


@command("import")
def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="一个或多个表格：.xlsx、.xls、CSV、JSON；一并导入、一次提交。", metavar="文件"
        ),
    ],
    lists: Annotated[
        Optional[list[str]],
        typer.Option(
            "--list",
            help="导入哪类清单：powers、approvals、fees、funds、negative；互相引用的几类可重复写，一并导入。",
            metavar="清单",
        ),
    ] = None,
    register: Annotated[
        str,
        typer.Option(
            "--register",
            help="导入哪个名册：units、officers、delegations、laws、staff。",
            metavar="名册",
        ),
    ] = "",
    delegations: Annotated[
        Optional[Path],
        typer.Option(
            "--delegations",
            help="清单里有受委托行使的，把这个文件（表格或 YAML）里的委托一并登记，合为一次提交。",
            metavar="文件",
        ),
    ] = None,
    unit: Annotated[
        str,
        typer.Option("--unit", help="实施主体：编号、名称或简称；不写则从表中认。", metavar="单位"),
    ] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="只取这个工作表。", metavar="名称")] = "",
    expect: Annotated[
        Optional[int],
        typer.Option("--expect", help="应当读出多少项；不符则不写入。", metavar="项数"),
    ] = None,
    number: Annotated[bool, typer.Option("--number", help="没有编号的事项由程序编号。")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="先列入合格的，其余留待补正。")
    ] = False,
    rest: Annotated[
        Optional[Path],
        typer.Option(
            "--rest", help="把待补正的事项写成工作簿，补齐后再导入。", metavar="文件.xlsx"
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="理由；缺省为“清单建库：导入 文件名”。", metavar="文字")
    ] = "",
    trigger: Annotated[
        str, typer.Option("--trigger", help="调整情形；缺省为 streamlined。", metavar="情形")
    ] = "",
    occurred: Annotated[
        str, typer.Option("--occurred", help="情形发生日期；缺省为今天。", metavar="YYYY-MM-DD")
    ] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    today: Today = None,
) -> None:
    from qingdan.commands import importing
    from qingdan.core.adjustments.words import meant, triggers
    from qingdan.desk.importing import Task

    workspace = opened()
    names = _target(lists or [], register, workspace.schemas)
    task = Task(
        importing.read_files(start() / file for file in files),
        names,
        bool(register),
        day(today),
        unit,
        sheet,
        expect,
        number,
        partial,
        reason,
        meant(trigger, triggers(workspace.schemas)),
        parse_day(occurred, "--occurred") if occurred else None,
        pinned=today is not None,
    )
    beside = placed(delegations)
    if beside and register:
        raise UsageError(
            "--delegations 与 --list 一起用；只登记委托的，写 --register delegations。"
        )
    ask = None if yes or dry_run else _ask()
    options = importing.Options(dry_run, yes, _rest(rest), ask, beside)
    leave(importing.run(workspace, task, options))


def _target(lists: list[str], register: str, schemas: Schemas) -> tuple[str, ...]:
    if bool(lists) == bool(register):
        raise UsageError("请写明导入哪类清单（--list）或哪个名册（--register），二者写一种。")
    from qingdan.desk.scope import list_called

    if register:
        return (one_of(register, _REGISTERS),)
    return tuple(dict.fromkeys(list_called(name, schemas) for name in lists))


def _rest(rest: Path | None) -> Path | None:
    if rest is not None and rest.suffix.lower() != ".xlsx":
        raise UsageError("--rest 应写 .xlsx 文件名。")
    return Path(os.path.normpath(start() / rest)) if rest else None


def _ask() -> Callable[[str], bool] | None:
    """A yes-or-no question at a terminal; None where nobody sits there."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(question: str) -> bool:
        while True:
            answer = (
                str(typer.prompt(question, default="", show_default=False, err=True))
                .strip()
                .lower()
            )
            if answer in {"y", "yes", "是", "n", "no", "否"}:
                return answer in {"y", "yes", "是"}
            print("请回答 y 或 n。", file=sys.stderr)

    return ask
