"""The commands of those who review: ``review``."""

from __future__ import annotations

from typing import Annotated

import typer

from qingdan.cli import chinese
from qingdan.cli.app import (
    Day,
    DocumentDay,
    DocumentFolder,
    DocumentFormats,
    DocumentNumber,
    Today,
    dated_on,
    day,
    done_on,
    leave,
    opened,
    placed,
)
from qingdan.cli.front import group

review_app = group("review")

Record = Annotated[str, typer.Argument(help="调整编号。", metavar="调整编号")]
LateReason = Annotated[
    str, typer.Option("--late-reason", help="逾期理由（已过期限时必填）。", metavar="文字")
]
Role = Annotated[
    str, typer.Option("--as", help="以哪个角色办理（几个角色分别办理时）。", metavar="角色")
]


@review_app.command(
    "show",
    cls=chinese.Command,
    help="一次调整的全部情况：改动、调整前后、增减的问题、依据、已办和待办的环节。",
)
def show_command(
    record: Record,
    document: Annotated[
        str,
        typer.Option(
            "--document", help="不显示，而是生成文书：调整申请 或 退回说明。", metavar="文书"
        ),
    ] = "",
    form: DocumentFormats = None,
    out: DocumentFolder = None,
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    today: Today = None,
) -> None:
    from qingdan.commands import review
    from qingdan.model.errors import UsageError

    if not document:
        if form or out or number or dated:
            raise UsageError("--format、--out、--number、--dated 要和 --document 一起用。")
        leave(review.run_show(opened(), record, day(today)))
    folder = placed(out)
    given = dated_on(dated)
    wanted = review.Paper(document, folder, tuple(form or ()), number, given)
    leave(review.run_document(opened(), record, wanted))


@review_app.command("pass", cls=chinese.Command, help="通过正在等待的环节。")
def pass_command(
    record: Record,
    reason: Annotated[str, typer.Option("--reason", help="说明。", metavar="文字")] = "",
    late_reason: LateReason = "",
    on: Day = "",
    role: Role = "",
    today: Today = None,
) -> None:
    _step("pass", record, reason, late_reason, (on, role, today))


@review_app.command("return", cls=chinese.Command, help="退回申请，写明理由。")
def return_command(
    record: Record,
    reason: Annotated[str, typer.Option("--reason", help="退回的理由。", metavar="文字")],
    late_reason: LateReason = "",
    on: Day = "",
    role: Role = "",
    today: Today = None,
) -> None:
    _step("return", record, reason, late_reason, (on, role, today))


def _step(
    verb: str, record: str, reason: str, late_reason: str, rest: tuple[str, str, str | None]
) -> None:
    from qingdan.commands import review
    from qingdan.core.approval.stepping import Ruling
    from qingdan.model.errors import UsageError

    on, role, today = rest
    if verb == "return" and not reason.strip():
        raise UsageError("请写明退回的理由（--reason）。")
    now = day(today)
    ruling = Ruling(verb, done_on(on, today), reason, late_reason)
    leave(review.run_step(opened(), record, ruling, now, role, pinned=bool(on or today)))
