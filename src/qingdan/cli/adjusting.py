"""The commands that adjust, one verb a kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import adjust_app, day, leave, opened, start
from qingdan.cli.requests import Said, takes_request
from qingdan.cli.values import parse_day

if TYPE_CHECKING:
    from qingdan.cli.asking import Asking
    from qingdan.desk.adjusting import Order
    from qingdan.desk.workbooks import Common


Code = Annotated[str, typer.Argument(help="职权编号；不写则按名称查找。", metavar="编号")]


@adjust_app.command(
    "set", cls=chinese.Command, help="变更一个事项的要素：qingdan adjust set 编号 要素=新值 …"
)
@takes_request
def set_command(
    said: Said,
    code: Code = "",
    assignments: Annotated[
        Optional[list[str]],
        typer.Argument(help="要素=新值，例如 promised_limit=5个工作日。", metavar="要素=新值"),
    ] = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "set")
    given = ask.assignments(code, assignments or [])
    leave(adjust.run_set(ask.opened, code, given, _order(ask, "change")))


@adjust_app.command(
    "remove", cls=chinese.Command, help="取消一个事项：留在清单中，状态改为“取消”。"
)
@takes_request
def remove_command(
    said: Said,
    code: Code = "",
    successor: Annotated[
        Optional[list[str]],
        typer.Option("--successor", help="承继事项的编号，可重复。", metavar="编号"),
    ] = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "remove")
    leave(adjust.run_remove(ask.opened, code, successor or [], _order(ask, "remove")))


@adjust_app.command("add", cls=chinese.Command, help="列入新事项：内容写在 YAML 文件里。")
@takes_request
def add_command(
    said: Said,
    file: Annotated[Path, typer.Option("--from", help="写有事项的 YAML 文件。", metavar="文件")],
    list_: Annotated[
        str, typer.Option("--list", help="列入哪类清单（文件里没写时）。", metavar="清单")
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", help="实施主体的单位编号（文件里没写时）。", metavar="单位编号")
    ] = "",
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    leave(adjust.run_add(ask.opened, start() / file, list_, unit, _order(ask, "add")))


@adjust_app.command(
    "commit", cls=chinese.Command, help="把已经在文件里改好的清单作为一次调整提交。"
)
@takes_request
def commit_command(said: Said) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    ask.require_edits()
    leave(adjust.run_commit(ask.opened, _order(ask, "change")))


@adjust_app.command(
    "import",
    cls=chinese.Command,
    help="办理改好的工作簿（qingdan export 导出的）：逐项列出改动，确认后一项一次提交，全有或全无。",
)
@takes_request
def import_command(
    said: Said,
    workbook: Annotated[Path, typer.Argument(help="改好的工作簿（.xlsx）。", metavar="工作簿")],
    batch: Annotated[
        bool, typer.Option("--batch", help="各行合并为一次提交（各行的调整信息须相同）。")
    ] = False,
) -> None:
    from qingdan.commands import adjust
    from qingdan.desk.adjusting import Manner

    ask = _asking(said)
    tables = adjust.read_workbook(start() / workbook)
    common = _common(ask)
    looked = adjust.look(ask.opened, tables, common)
    common = replace(common, **ask.lacking(looked.lacking))
    manner = Manner(ask.today, said.dry_run, bool(said.today), ask.confirm())
    leave(adjust.run_import(ask.opened, tables, common, manner, looked, batch=batch))


def _common(ask: Asking) -> Common:
    """What was said for all rows."""
    from qingdan.desk.workbooks import Common

    said = ask.said
    days = {
        key: parse_day(text, option) if text else None
        for key, text, option in (
            ("occurred", said.occurred, "--occurred"),
            ("effective", said.effective, "--effective"),
            ("applied", said.applied, "--applied"),
        )
    }
    return Common(
        applied=days["applied"] or ask.today,
        kind=said.kind,
        trigger=said.trigger,
        occurred=days["occurred"],
        reason=said.reason,
        basis=said.basis,
        effective=days["effective"],
        late_reason=said.late_reason,
        evidence=said.evidence,
    )


def _asking(said: Said) -> Asking:
    from qingdan.cli.asking import Asking

    return Asking(opened(), day(said.today or None), said)


def _order(ask: Asking, kind: str) -> Order:
    from qingdan.desk.adjusting import Order

    said = ask.said
    return Order(ask.request(kind), ask.today, said.dry_run, bool(said.today), ask.confirm())
