"""The commands of rectification: ``rectify``."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import (
    Day,
    DocumentDay,
    DocumentFolder,
    DocumentNumber,
    DocumentSigner,
    Today,
    dated_on,
    day,
    done_on,
    leave,
    opened,
    placed,
    start,
)
from qingdan.cli.front import group
from qingdan.cli.values import day_if_given, one_of, parse_day, parse_limit
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from qingdan.core.rectification.stepping import Case
    from qingdan.desk.opening import Opened
    from qingdan.desk.rectification.attaching import Given
    from qingdan.desk.rectification.rectifying import Days
    from qingdan.model.limits import Limit
    from qingdan.model.values import Doc

rectify_app = group("rectify")

Record = Annotated[
    str, typer.Argument(help="整改编号，也可以写通知书的编号或发文字号。", metavar="整改编号")
]
Reason = Annotated[str, typer.Option("--reason", help="理由。", metavar="文字")]
Within = Annotated[
    str, typer.Option("--within", help="期限，如 10个工作日；缺省按设置。", metavar="期限")
]
Deadline = Annotated[
    str, typer.Option("--deadline", help="直接写明截止日期。", metavar="YYYY-MM-DD")
]
Evidence = Annotated[
    Optional[list[Path]],
    typer.Option("--evidence", help="证据文件，可重复；台账记下路径和摘要。", metavar="文件"),
]
Attach = Annotated[
    bool,
    typer.Option("--attach", help="把证据复制到 attachments 文件夹（不进版本库）。"),
]
Keep = Annotated[
    bool, typer.Option("--keep", help="把证据连同记录一起放进版本库（evidence 文件夹）。")
]
Forms = Annotated[
    Optional[list[str]],
    typer.Option(
        "--format",
        help="显示用 text 或 json；文书用 docx（Word）、html（网页）、md，可重复，缺省为三种，json 只输出数据。",
        metavar="格式",
    ),
]
FORMS = ("text", "json")
ALIASES = {
    "notice": "整改通知书",
    "escalation": "抄报",
    "letter": "告知函",
    "assessment": "目标绩效考核台账",
    "joint": "联合督查工作台账",
}
"""Names of documents for those who have no Chinese keyboard at hand."""


@rectify_app.command(
    "issue", cls=chinese.Command, help="下发整改通知书：由发现问题的监督部门发给一个单位。"
)
def issue_command(
    unit: Annotated[
        str,
        typer.Option(
            "--unit", help="被整改单位；不写问题的，取它待处理的全部问题。", metavar="单位"
        ),
    ] = "",
    findings: Annotated[
        Optional[list[str]],
        typer.Option("--finding", help="问题编号，可重复。", metavar="问题编号"),
    ] = None,
    inspection: Annotated[
        str,
        typer.Option("--inspection", help="只取这次监督检查发现的问题。", metavar="检查编号"),
    ] = "",
    requirements: Annotated[
        Optional[list[str]],
        typer.Option("--requirement", help="整改要求，可重复。", metavar="文字"),
    ] = None,
    within: Within = "",
    deadline: Deadline = "",
    cc: Annotated[
        Optional[list[str]],
        typer.Option("--cc", help="抄送的角色或单位编号，可重复。", metavar="角色"),
    ] = None,
    role: Annotated[
        str, typer.Option("--as", help="以哪个角色下发（问题由几个部门发现时）。", metavar="角色")
    ] = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify
    from qingdan.core.rectification.issuing import Wish

    days = _days(on, today)
    wish = Wish(
        unit,
        days.day,
        tuple(findings or ()),
        inspection,
        tuple(requirements or ()),
        *_limits(within, deadline),
        tuple(cc or ()),
        role,
    )
    leave(rectify.run_issue(opened(), wish, days))


@rectify_app.command("reply", cls=chinese.Command, help="登记被整改单位的回复：做了什么，附证据。")
def reply_command(
    record: Record,
    done: Annotated[str, typer.Option("--done", help="整改情况。", metavar="文字")],
    evidence: Evidence = None,
    attach: Attach = False,
    keep: Keep = False,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify
    from qingdan.desk.rectification import rectifying

    desk, days, given = opened(), _days(on, today), _given(evidence, attach, keep)
    leave(rectify.run_step(desk, lambda: rectifying.reply(desk, record, done, given, days), days))


@rectify_app.command(
    "verify",
    cls=chinese.Command,
    help="核查：重新检查；--pass 销号，--inadequate 退回，都不写的只看结果。",
)
def verify_command(
    record: Record,
    passes: Annotated[bool, typer.Option("--pass", help="整改到位，销号。")] = False,
    inadequate: Annotated[
        bool, typer.Option("--inadequate", help="整改不到位，退回重新整改。")
    ] = False,
    reason: Reason = "",
    within: Within = "",
    deadline: Deadline = "",
    evidence: Evidence = None,
    attach: Attach = False,
    keep: Keep = False,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify
    from qingdan.desk.rectification import rectifying

    desk, days, given = opened(), _days(on, today), _given(evidence, attach, keep)
    if passes and inadequate:
        raise UsageError("--pass 和 --inadequate 只能写一个。")
    if not (passes or inadequate):
        leave(rectify.run_look(desk, record, days))
    take = partial(rectifying.verify, desk, record, given, reason, days)
    if inadequate:
        limits = _limits(within, deadline)
        take = partial(rectifying.return_back, desk, record, reason, limits, days)
    leave(rectify.run_step(desk, take, days))


@rectify_app.command("extend", cls=chinese.Command, help="延期：保留原来的期限，写明理由和批准人。")
def extend_command(
    record: Record,
    until: Annotated[str, typer.Option("--until", help="延至哪天。", metavar="YYYY-MM-DD")],
    reason: Reason = "",
    approver: Annotated[
        str, typer.Option("--approver", help="批准延期的角色。", metavar="角色")
    ] = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.core.rectification import stepping

    last = parse_day(until, "--until")
    _step(record, on, today, lambda case: stepping.extended(case, last, reason, approver))


@rectify_app.command(
    "escalate",
    cls=chinese.Command,
    help="抄报：逾期未整改或者整改不到位的，报有关机关，记入考核台账，告知有关部门。",
)
def escalate_command(
    record: Record,
    inform: Annotated[
        Optional[list[str]],
        typer.Option("--inform", help="另外告知的角色或单位编号，可重复。", metavar="角色"),
    ] = None,
    reason: Reason = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.core.rectification import stepping

    _step(record, on, today, lambda case: stepping.escalated(case, inform or (), reason))


@rectify_app.command(
    "hand-over", cls=chinese.Command, help="移送问责机关，或者别的有权查处的机关，如审计部门。"
)
def hand_over_command(
    record: Record,
    to: Annotated[
        str,
        typer.Option("--to", help="移送给哪个角色，如 审计部门；缺省为问责机关。", metavar="角色"),
    ] = "",
    reason: Reason = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.core.rectification import stepping

    _step(record, on, today, lambda case: stepping.handed_over(case, to, reason))


@rectify_app.command(
    "sanction", cls=chinese.Command, help="登记处理决定：只写方式和对象，不写姓名。"
)
def sanction_command(
    record: Record,
    sanction: Annotated[
        str, typer.Option("--sanction", help="处理方式，如 书面检查、通报批评。", metavar="方式")
    ],
    against: Annotated[
        str,
        typer.Option(
            "--against",
            help="处理对象：单位、单位负责人、责任人、直接责任人、单位和责任人、单位负责人和责任人。",
            metavar="对象",
        ),
    ] = "单位",
    role: Annotated[
        str, typer.Option("--as", help="作出决定的角色，缺省为问责机关。", metavar="角色")
    ] = "",
    reason: Reason = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.core.rectification import stepping

    desk = opened()
    one_of(against, tuple(desk.schemas["rectification"].node(("steps", 0, "against"))["enum"]))
    _step(
        record,
        on,
        today,
        lambda case: stepping.sanctioned(case, sanction, against, role, reason),
        desk,
    )


@rectify_app.command("void", cls=chinese.Command, help="作废：编号保留，问题退回待处理。")
def void_command(record: Record, reason: Reason = "", on: Day = "", today: Today = None) -> None:
    from qingdan.core.rectification import stepping

    _step(record, on, today, lambda case: stepping.cancelled(case, reason))


@rectify_app.command("send", cls=chinese.Command, help="取号并推送到主分支：编号连续，不重不漏。")
def send_command(
    records: Annotated[
        list[str], typer.Argument(help="整改编号，可以写几个。", metavar="整改编号")
    ],
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify

    leave(rectify.run_send(opened(), records, _days(on, today)))


@rectify_app.command("number", cls=chinese.Command, help="登记发文登记簿给的发文字号。")
def number_command(
    record: Record,
    official: Annotated[
        str, typer.Option("--official", help="发文字号，如 金整改〔2026〕12号。", metavar="字号")
    ],
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify

    leave(rectify.run_number(opened(), record, official, _days(on, today)))


@rectify_app.command("show", cls=chinese.Command, help="一次整改的全部情况；或者生成一份文书。")
def show_command(
    record: Record,
    document: Annotated[
        str,
        typer.Option(
            "--document", help="不显示，而是生成文书：整改通知书、抄报、告知函。", metavar="文书"
        ),
    ] = "",
    chain: Annotated[bool, typer.Option("--chain", help="列出截止日期的逐日依据。")] = False,
    forms: Forms = None,
    out: DocumentFolder = None,
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    signer: DocumentSigner = "",
    today: Today = None,
) -> None:
    from qingdan.commands import rectify
    from qingdan.core.rectification.contexts import OF_ONE
    from qingdan.model.papers import Given

    days = _days("", today)
    if not document:
        if out or number or dated or signer:
            raise UsageError("--out、--number、--dated、--signer 要和 --document 一起用。")
        leave(rectify.run_show(opened(), record, _form(forms), days, chained=chain))
    given = Given(number, dated_on(dated), signer)
    name = one_of(ALIASES.get(document, document), tuple(OF_ONE))
    paper = rectify.Paper(name, tuple(forms or ()), placed(out), given)
    leave(rectify.run_document(opened(), record, paper, days))


@rectify_app.command("list", cls=chinese.Command, help="全部整改，逾期的在前；或者一年的台账。")
def list_command(
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位（含下属）的。", metavar="单位")
    ] = "",
    state: Annotated[
        str, typer.Option("--state", help="只看这种状态的，如 整改中、待核查。", metavar="状态")
    ] = "",
    ledger: Annotated[
        str,
        typer.Option(
            "--ledger",
            help="不显示，而是生成一年的台账：目标绩效考核台账、联合督查工作台账。",
            metavar="台账",
        ),
    ] = "",
    year: Annotated[
        str, typer.Option("--year", help="台账的年份，缺省为今年。", metavar="年")
    ] = "",
    forms: Forms = None,
    out: DocumentFolder = None,
    today: Today = None,
) -> None:
    from qingdan.commands import rectify
    from qingdan.core.rectification.contexts import OF_A_YEAR
    from qingdan.core.rectification.states import MOVES

    days = _days("", today)
    if year and not re.fullmatch("[0-9]{4}", year):
        raise UsageError(f"年份“{year}”写法不对，应为 2026 的写法。")
    if ledger:
        name = one_of(ALIASES.get(ledger, ledger), tuple(OF_A_YEAR))
        paper = rectify.Paper(name, tuple(forms or ()), placed(out))
        leave(rectify.run_ledger(opened(), int(year or 0), paper, days))
    if state:
        one_of(state, tuple(MOVES))
    leave(rectify.run_list(opened(), rectify.Wanted(unit, state, _form(forms)), days))


def _form(forms: list[str] | None) -> str:
    """The one format in which something is shown."""
    if len(forms or ()) > 1:
        raise UsageError("显示只能用一种格式：text 或 json。")
    return one_of((forms or ["text"])[0], FORMS)


def _step(
    record: str,
    on: str,
    today: str | None,
    make: Callable[[Case], Doc],
    desk: Opened | None = None,
) -> None:
    """Take a step that needs no evidence."""
    from qingdan.commands import rectify
    from qingdan.desk.rectification import rectifying

    desk, days = desk or opened(), _days(on, today)
    take = partial(rectifying.step, desk, record, days, lambda case, _: make(case))
    leave(rectify.run_step(desk, take, days))


def _days(on: str, today: str | None) -> Days:
    from qingdan.desk.rectification.rectifying import Days

    now = day(today)
    return Days(done_on(on, today), now, bool(on or today))


def _limits(within: str, deadline: str) -> tuple[Limit | None, date | None]:
    if within and deadline:
        raise UsageError("--within 和 --deadline 只能写一个。")
    return (
        parse_limit(within) if within else None,
        day_if_given(deadline, "--deadline"),
    )


def _given(evidence: list[Path] | None, attach: bool, keep: bool) -> Given:
    from qingdan.desk.rectification.attaching import Given

    return Given(tuple(start() / file for file in evidence or ()), attach, keep)
