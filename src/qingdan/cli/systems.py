"""The commands about information systems: ``systems take``, ``systems compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import DryRun, Today, day, leave, opened, placed, start
from qingdan.cli.front import group
from qingdan.cli.values import one_of
from qingdan.model.errors import UsageError

systems_app = group("systems")

FORMS = ("text", "json", "html", "xlsx")


@systems_app.command(
    "take",
    cls=chinese.Command,
    help="取入一个系统导出的事项表（Excel、CSV、JSON），作为该系统的快照。",
)
def take_command(
    name: Annotated[
        str, typer.Argument(help="系统名，见 qingdan.yaml 的 systems。", metavar="系统")
    ],
    file: Annotated[
        Path, typer.Argument(help="系统导出的 .xlsx、.xls、CSV 或 JSON 文件。", metavar="文件")
    ],
    sheet: Annotated[
        str, typer.Option("--sheet", help="工作簿中有几个事项表时，取哪一个。", metavar="工作表")
    ] = "",
    dry_run: DryRun = False,
    today: Today = None,
) -> None:
    from qingdan.commands import systems

    what = systems.Taking(name, start() / file, day(today), sheet, dry_run, today is not None)
    leave(systems.run_take(opened(), what))


@systems_app.command(
    "compare",
    cls=chinese.Command,
    help="公开的清单与各系统逐项比对，列成一张表：一行一个事项，一列一个系统。",
)
def compare_command(
    names: Annotated[
        Optional[list[str]], typer.Argument(help="只比对这些系统；不写为全部。", metavar="系统")
    ] = None,
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位（含下属科室）。", metavar="单位")
    ] = "",
    list_: Annotated[str, typer.Option("--list", help="只看这类清单。", metavar="清单")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="一致的事项也列出（html、xlsx、json 总是列出）。")
    ] = False,
    form: Annotated[
        str, typer.Option("--format", help="text、json、html、xlsx。", metavar="格式")
    ] = "",
    out: Annotated[
        Optional[Path],
        typer.Option(
            "--out", help="存入这个文件；不写 --format 时按扩展名定格式。", metavar="文件"
        ),
    ] = None,
    today: Today = None,
) -> None:
    from qingdan.commands import systems

    chosen = one_of(form, FORMS) if form else _form_of(out)
    target = placed(out)
    what = systems.Comparing(
        day(today), tuple(names or ()), unit, list_, chosen, target, everything
    )
    leave(systems.run_compare(opened(), what))


def _form_of(out: Path | None) -> str:
    """The form that a file's ending says; UsageError for another: it may be a file of the workspace."""
    ending = out.suffix[1:].lower().replace("txt", "text") if out else "text"
    if ending not in FORMS:
        raise UsageError(f"从“{out}”的扩展名看不出格式，请用 --format 写明：{'、'.join(FORMS)}。")
    return ending
