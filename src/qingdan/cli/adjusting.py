"""The commands that adjust, one verb a kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer
from msgspec.structs import replace

from qingdan.cli import chinese
from qingdan.cli.app import DryRun, Today, day, leave, opened, placed, start
from qingdan.cli.front import group
from qingdan.cli.requests import Said, takes_request
from qingdan.cli.values import day_if_given

if TYPE_CHECKING:
    from qingdan.cli.asking import Asking
    from qingdan.desk.adjustments.adjusting import Order
    from qingdan.desk.tables.workbooks import Common

adjust_app = group("adjust")


Delegations = Annotated[
    Optional[Path],
    typer.Option(
        "--delegations",
        help="事项是受委托行使的，把这个文件（YAML 或表格）里的委托一并登记，合为一次提交。",
        metavar="文件",
    ),
]
Assignments = Annotated[
    Optional[list[str]],
    typer.Argument(help="要素=新值，例如 promised_limit=5个工作日。", metavar="要素=新值"),
]
Successor = Annotated[
    Optional[list[str]],
    typer.Option("--successor", help="承继事项的编号，可重复。", metavar="事项编号"),
]
ItemsFile = Annotated[Path, typer.Option("--from", help="写有事项的 YAML 文件。", metavar="文件")]
InList = Annotated[
    str, typer.Option("--list", help="列入哪类清单（文件里没写时）。", metavar="清单")
]
OfUnit = Annotated[
    str, typer.Option("--unit", help="实施主体的单位编号（文件里没写时）。", metavar="单位编号")
]
Code = Annotated[str, typer.Argument(help="职权编号；不写则按名称查找。", metavar="事项编号")]


@adjust_app.command(
    "set", cls=chinese.Command, help="变更一个事项的要素：qingdan adjust set 编号 要素=新值 …"
)
@takes_request
def set_command(
    said: Said,
    code: Code = "",
    assignments: Assignments = None,
    delegations: Delegations = None,
) -> None:
    _set(said, "change", code, assignments, delegations)


@adjust_app.command(
    "correct",
    cls=chinese.Command,
    help="勘误：改明显的笔误，不改变内容；qingdan adjust correct 编号 要素=新值 …",
)
@takes_request
def correct_command(said: Said, code: Code = "", assignments: Assignments = None) -> None:
    _set(said, "correct", code, assignments)


@adjust_app.command("suspend", cls=chinese.Command, help="暂停一个事项。")
@takes_request
def suspend_command(said: Said, code: Code = "") -> None:
    ended = day_if_given(said.effective, "--effective") or day(said.today)
    _set(said, "suspend", code, ["state=暂停", f"ended={ended}"])


@adjust_app.command("resume", cls=chinese.Command, help="恢复一个暂停了的事项。")
@takes_request
def resume_command(said: Said, code: Code = "") -> None:
    _set(said, "resume", code, ["state=在用", "ended="])


def _set(
    said: Said,
    kind: str,
    code: str,
    assignments: list[str] | None,
    delegations: Path | None = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "set")
    given = ask.assignments(code, assignments or [])
    order = _order(ask, kind)
    leave(adjust.run_set(ask.opened, code, given, order, placed(delegations)))


@adjust_app.command(
    "transfer", cls=chinese.Command, help="划转：事项连同编号移到另一个单位的清单。"
)
@takes_request
def transfer_command(
    said: Said,
    code: Annotated[str, typer.Argument(help="职权编号。", metavar="事项编号")],
    unit: Annotated[str, typer.Argument(help="划转给哪个单位。", metavar="单位")],
    assignments: Assignments = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "set")
    leave(adjust.run_transfer(ask.opened, code, unit, assignments or [], _order(ask, "transfer")))


@adjust_app.command(
    "remove", cls=chinese.Command, help="取消一个事项：留在清单中，状态改为“取消”。"
)
@takes_request
def remove_command(
    said: Said,
    code: Code = "",
    successor: Successor = None,
) -> None:
    _remove(said, "remove", code, successor)


@adjust_app.command(
    "devolve", cls=chinese.Command, help="下放：取消一个事项，由下级承接；写明承接的事项或者单位。"
)
@takes_request
def devolve_command(said: Said, code: Code = "", successor: Successor = None) -> None:
    _remove(said, "devolve", code, successor)


def _remove(said: Said, kind: str, code: str, successor: list[str] | None) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "remove")
    leave(adjust.run_remove(ask.opened, code, successor or [], _order(ask, kind)))


@adjust_app.command("add", cls=chinese.Command, help="列入新事项：内容写在 YAML 文件里。")
@takes_request
def add_command(
    said: Said,
    file: ItemsFile,
    list_: InList = "",
    unit: OfUnit = "",
    delegations: Delegations = None,
) -> None:
    _add(said, "add", (file, list_, unit), delegations)


@adjust_app.command(
    "receive", cls=chinese.Command, help="承接上级下放的事项：内容写在 YAML 文件里。"
)
@takes_request
def receive_command(
    said: Said,
    file: ItemsFile,
    list_: InList = "",
    unit: OfUnit = "",
    delegations: Delegations = None,
) -> None:
    _add(said, "receive", (file, list_, unit), delegations)


def _add(said: Said, kind: str, items: tuple[Path, str, str], delegations: Path | None) -> None:
    from qingdan.commands import adjust

    ask, (file, list_, unit) = _asking(said), items
    order, beside = _order(ask, kind), placed(delegations)
    leave(adjust.run_add(ask.opened, start() / file, list_, unit, order, beside))


@adjust_app.command(
    "commit",
    cls=chinese.Command,
    help="把已经在文件里改好的清单（连同为其登记的委托）作为一次调整提交。",
)
@takes_request
def commit_command(said: Said) -> None:
    _commit(said, "change")


@adjust_app.command(
    "split",
    cls=chinese.Command,
    help="拆分：在文件里改好，原事项和各承继事项互相注明，作为一次调整提交。",
)
@takes_request
def split_command(said: Said) -> None:
    _commit(said, "split")


@adjust_app.command(
    "merge",
    cls=chinese.Command,
    help="合并：在文件里改好，各原事项和承继事项互相注明，作为一次调整提交。",
)
@takes_request
def merge_command(said: Said) -> None:
    _commit(said, "merge")


def _commit(said: Said, kind: str) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    ask.require_edits()
    leave(adjust.run_commit(ask.opened, _order(ask, kind)))


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
    delegations: Delegations = None,
) -> None:
    from qingdan.commands import adjust
    from qingdan.desk.adjustments.adjusting import Manner

    ask = _asking(said)
    tables = adjust.read_workbook(start() / workbook)
    common = _common(ask)
    looked = adjust.look(ask.opened, tables, common)
    common = replace(common, **ask.lacking(looked.lacking))
    manner = Manner(
        ask.today, said.dry_run, bool(said.today), ask.confirm(), said.branch, said.yes_remove
    )
    beside = placed(delegations)
    leave(adjust.run_import(ask.opened, tables, common, manner, looked, beside, batch=batch))


@adjust_app.command(
    "revert",
    cls=chinese.Command,
    help="撤销一次调整：作为一次新的调整办理，写明情形和理由。",
)
@takes_request
def revert_command(
    said: Said,
    what: Annotated[str, typer.Argument(help="调整编号，或提交。", metavar="调整编号")],
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    leave(adjust.run_revert(ask.opened, what, _order(ask, "")))


@adjust_app.command(
    "rebase",
    cls=chinese.Command,
    help="别人的调整先合并了：把本分支的各次调整按职权编号重新接到最新的版本之上。",
)
def rebase_command(
    base: Annotated[
        str,
        typer.Argument(
            help="接到哪个版本之上；不写为主分支（有远程的为远程的主分支）。", metavar="版本"
        ),
    ] = "",
    dry_run: DryRun = False,
) -> None:
    from qingdan.commands import adjust

    leave(adjust.run_rebase(opened(), base, dry_run=dry_run))


@adjust_app.command(
    "submit",
    cls=chinese.Command,
    help="提请审核：推送本分支，建立合并请求或给出标题和说明；被退回的，重新上报。",
)
def submit_command(
    record: Annotated[
        str, typer.Argument(help="调整编号；不写为本分支上的各件。", metavar="调整编号")
    ] = "",
    cause_found: Annotated[
        str,
        typer.Option("--cause-found", help="被退回的，查明原因的日期。", metavar="YYYY-MM-DD"),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="被退回的，改正情况的说明。", metavar="文字")
    ] = "",
    late_reason: Annotated[
        str, typer.Option("--late-reason", help="重新上报逾期的，写明理由。", metavar="文字")
    ] = "",
    today: Today = None,
) -> None:
    from qingdan.commands import submit
    from qingdan.core.approval.stepping import Ruling

    ruling = Ruling("submit", day(today), reason, late_reason)
    cause = day_if_given(cause_found, "--cause-found")
    leave(submit.run(opened(), record, cause, ruling, pinned=bool(today)))


def _common(ask: Asking) -> Common:
    """What was said for all rows."""
    from qingdan.core.adjustments.words import kinds, meant, triggers
    from qingdan.desk.tables.workbooks import Common

    said, schemas = ask.said, ask.opened.schemas
    days = {
        key: day_if_given(text, option)
        for key, text, option in (
            ("occurred", said.occurred, "--occurred"),
            ("effective", said.effective, "--effective"),
            ("applied", said.applied, "--applied"),
        )
    }
    return Common(
        applied=days["applied"] or ask.today,
        kind=meant(said.kind, kinds(schemas)),
        trigger=meant(said.trigger, triggers(schemas)),
        occurred=days["occurred"],
        reason=said.reason,
        basis=said.basis,
        effective=days["effective"],
        late_reason=said.late_reason,
        evidence=said.evidence,
    )


def _asking(said: Said) -> Asking:
    from qingdan.cli.asking import Asking

    return Asking(opened(), day(said.today), said)


def _order(ask: Asking, kind: str) -> Order:
    from qingdan.desk.adjustments.adjusting import Order

    said = ask.said
    request, pinned = ask.request(kind), bool(said.today)
    told = (said.branch, said.yes_remove)
    return Order(request, ask.today, said.dry_run, pinned, ask.confirm(), *told)
