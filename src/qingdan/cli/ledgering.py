"""The ledger outside inspections: ``ledger complaint|answer|results|finding|close|void|list|show``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import DryRun, Today, day, leave, opened, start
from qingdan.cli.front import group
from qingdan.cli.values import one_of, parse_day
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.desk.findings import Step

ledger_app = group("ledger")

Unit = Annotated[str, typer.Option("--unit", help="哪个单位：编号、名称或简称。", metavar="单位")]
By = Annotated[
    str,
    typer.Option(
        "--by", help="由哪个单位或角色办理；缺省按 git 邮箱在工作人员名册中查找。", metavar="单位"
    ),
]
Record = Annotated[str, typer.Argument(help="编号；可以只写末段。", metavar="编号")]
Evidence = Annotated[
    Optional[list[str]],
    typer.Option(
        "--evidence",
        help="证据：文件的路径（只记路径、摘要和日期），网址或文号；可重复。",
        metavar="文件",
    ),
]
Columns = Annotated[
    Optional[list[str]],
    typer.Option("--columns", help="列名与内容的对应，可重复。", metavar="列名=内容"),
]
Form = Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")]
Day = Annotated[str, typer.Option("--day", help="日期，缺省为今天。", metavar="YYYY-MM-DD")]


@ledger_app.command(
    "complaint",
    cls=chinese.Command,
    help="登记投诉、举报、意见建议、咨询；--from 取入热线系统导出的表格。不录入是谁反映的。",
)
def complaint_command(
    reference: Annotated[
        str, typer.Option("--reference", help="受理编号（工单号）。", metavar="编号")
    ] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="渠道，例如 12345热线、来信。", metavar="渠道")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="投诉、举报、意见建议、咨询。", metavar="类别")
    ] = "",
    unit: Unit = "",
    item: Annotated[str, typer.Option("--item", help="涉及的事项。", metavar="事项编号")] = "",
    handler: Annotated[
        str, typer.Option("--handler", help="由谁答复；缺省为被反映的单位。", metavar="单位")
    ] = "",
    about: Annotated[
        str, typer.Option("--about", help="反映的问题，一句话，不写人。", metavar="文字")
    ] = "",
    confidential: Annotated[
        bool, typer.Option("--confidential", help="要求保密：不录入案情和事项。")
    ] = False,
    within: Annotated[
        str,
        typer.Option(
            "--within", help="答复时限；缺省按 qingdan.yaml 的 complaints.within。", metavar="时限"
        ),
    ] = "",
    on: Annotated[
        str, typer.Option("--day", help="收到日期，缺省为今天。", metavar="YYYY-MM-DD")
    ] = "",
    table: Annotated[
        Optional[Path],
        typer.Option("--from", help="热线系统导出的 CSV、.xlsx。", metavar="文件"),
    ] = None,
    with_about: Annotated[
        bool,
        typer.Option("--with-about", help="也取表中反映的问题一列（确认其中没有写人时才用）。"),
    ] = False,
    columns: Columns = None,
    dry_run: DryRun = False,
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger
    from qingdan.core.intake.complaints import Common
    from qingdan.core.ledger.complaints import Complaint
    from qingdan.desk.complaints import Source
    from qingdan.repo.files import read

    now = day(today)
    pinned = today is not None
    if table:
        common = Common(channel, kind, unit, confidential, with_about)
        source = Source(read(start() / table), table.name, _own(columns), common)
        leave(ledger.run_complaints(opened(), source, now, pinned=pinned, dry_run=dry_run))
    missing = [
        name
        for name, text in (
            ("--reference", reference),
            ("--channel", channel),
            ("--kind", kind),
            ("--unit", unit),
        )
        if not text.strip()
    ]
    if missing:
        raise UsageError(f"请写明{'、'.join(missing)}；整批登记用 --from 文件。")
    one_of(kind, ("投诉", "举报", "意见建议", "咨询"))
    received = parse_day(on, "--day") if on else now
    said = Complaint(
        reference.strip(),
        channel.strip(),
        received,
        kind,
        unit,
        item,
        handler,
        about,
        confidential,
        _within(within),
    )
    leave(ledger.run_complaint(opened(), said, now, pinned=pinned))


@ledger_app.command("answer", cls=chinese.Command, help="登记投诉举报的办结和答复。")
def answer_command(
    record: Record,
    result: Annotated[
        str, typer.Option("--result", help="办理结果，一句话，不写人。", metavar="文字")
    ] = "",
    verified: Annotated[
        str, typer.Option("--verified", help="核查结论：属实、部分属实、不属实。", metavar="结论")
    ] = "",
    thanks: Annotated[
        bool, typer.Option("--thanks", help="已向提供线索者致谢或奖励（不写是谁）。")
    ] = False,
    rule: Annotated[
        str,
        typer.Option("--finding", help="据此登记问题：规则或问题编码。", metavar="规则"),
    ] = "",
    fact: Annotated[
        str, typer.Option("--fact", help="查明的事实；缺省为办理结果。", metavar="文字")
    ] = "",
    by: By = "",
    on: Day = "",
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger
    from qingdan.core.ledger.complaints import Answer

    if verified:
        one_of(verified, ("属实", "部分属实", "不属实"))
    done = _day(on, today)
    said = Answer(done, by, result, verified, thanks)
    pinned = done if on or today else None
    leave(ledger.run_answer(opened(), record, said, pinned, rule=rule, fact=fact))


@ledger_app.command(
    "results",
    cls=chinese.Command,
    help="取入政务服务网导出的行政决定：送达、公开、信用信息导入的日期。不取相对人信息。",
)
def results_command(
    files: Annotated[
        list[Path], typer.Argument(help="CSV（UTF-8、GB18030）或 .xlsx，可以几个。", metavar="文件")
    ],
    unit: Annotated[
        str,
        typer.Option(
            "--unit", help="只取这个单位（含科室）的；表中没有单位一列时须写。", metavar="单位"
        ),
    ] = "",
    columns: Columns = None,
    dry_run: DryRun = False,
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger
    from qingdan.desk.results import Taking
    from qingdan.repo.files import read

    tables = [(file.name, read(start() / file)) for file in files]
    what = Taking(tables, day(today), unit, _own(columns), dry_run, today is not None)
    leave(ledger.run_results(opened(), what))


@ledger_app.command(
    "finding",
    cls=chinese.Command,
    help="登记其他来源的问题：人大代表、新闻媒体、审计、监察、上级机关、投诉举报等。",
)
def finding_command(
    source: Annotated[
        str, typer.Option("--source", help="来源，例如 新闻媒体、审计。", metavar="来源")
    ],
    rule: Annotated[
        str,
        typer.Option(
            "--rule", help="规则（jinshui-powers/14-8）或问题编码（QD304）。", metavar="规则"
        ),
    ],
    fact: Annotated[str, typer.Option("--fact", help="查明的事实，不写人。", metavar="文字")],
    unit: Unit = "",
    item: Annotated[str, typer.Option("--item", help="涉及的事项。", metavar="事项编号")] = "",
    gravity: Annotated[
        str, typer.Option("--gravity", help="情节：轻微、一般、严重。", metavar="情节")
    ] = "",
    complaint: Annotated[
        str, typer.Option("--complaint", help="由哪件投诉举报而来。", metavar="编号")
    ] = "",
    proofs: Evidence = None,
    by: By = "",
    on: Day = "",
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger
    from qingdan.core.ledger.findings import Discovery
    from qingdan.desk.evidence import evidence
    from qingdan.desk.findings import Fact

    workspace = opened()
    sources = workspace.schemas["finding"].node(("source",))["enum"]
    one_of(source, tuple(each for each in sources if each != "机器检查"))
    if gravity:
        one_of(gravity, ("轻微", "一般", "严重"))
    found = _day(on, today)
    proved = evidence(workspace, proofs or (), start(), found)
    how = Discovery(source, found, by, complaint=complaint, gravity=gravity, evidence=proved)
    pinned = found if on or today else None
    leave(ledger.run_finding(workspace, Fact(fact, rule, unit, item), how, pinned))


@ledger_app.command(
    "close",
    cls=chinese.Command,
    help="销号：要有证据；机器能判断的，当场重新检查，问题还在的不予销号。",
)
def close_command(
    record: Record,
    proofs: Evidence = None,
    reason_: Annotated[
        str, typer.Option("--reason", help="如何整改、如何核实。", metavar="文字")
    ] = "",
    by: By = "",
    on: Day = "",
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger

    step = _step(by, on, today, reason_, proofs)
    leave(ledger.run_close(opened(), record, step, pinned=bool(on or today)))


@ledger_app.command("void", cls=chinese.Command, help="经核实问题不成立，写明理由。")
def void_command(
    record: Record,
    reason_: Annotated[str, typer.Option("--reason", help="理由。", metavar="文字")],
    proofs: Evidence = None,
    by: By = "",
    on: Day = "",
    today: Today = None,
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger

    if not reason_.strip():
        raise UsageError("请写明问题不成立的理由（--reason）。")
    step = _step(by, on, today, reason_, proofs)
    leave(ledger.run_void(opened(), record, step, pinned=bool(on or today)))


@ledger_app.command("list", cls=chinese.Command, help="台账中的问题，可以按单位、规则、状态看。")
def list_command(
    unit: Annotated[
        str, typer.Option("--unit", help="只看这个单位（含科室）。", metavar="单位")
    ] = "",
    rule: Annotated[
        str, typer.Option("--rule", help="只看这条规则或这个问题编码。", metavar="规则")
    ] = "",
    pack: Annotated[str, typer.Option("--pack", help="只看这个规则包。", metavar="规则包")] = "",
    state: Annotated[
        str, typer.Option("--state", help="待处理、整改中、已销号、不成立。", metavar="状态")
    ] = "",
    group: Annotated[
        str,
        typer.Option(
            "--group",
            help="分组：unit 单位、rule 规则、pack 规则包、severity 程度、gravity 情节、source 来源。",
            metavar="分组",
        ),
    ] = "",
    form: Annotated[
        str, typer.Option("--format", help="text、json、csv。", metavar="格式")
    ] = "text",
) -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger
    from qingdan.desk.ledger_list import GROUPS, Asked

    if group:
        one_of(group, tuple(GROUPS))
    one_of(form, ("text", "json", "csv"))
    leave(ledger.run_list(opened(), Asked(unit, rule, pack, state), group, form))


@ledger_app.command("show", cls=chinese.Command, help="一个问题或者一件投诉举报的全部经过。")
def show_command(record: Record, form: Form = "text") -> None:
    _refuse_personal(locals())
    from qingdan.commands import ledger

    leave(ledger.run_show(opened(), record, one_of(form, ("text", "json"))))


_LABELS = {
    "reference": "受理编号",
    "channel": "渠道",
    "about": "反映的问题",
    "record": "编号",
    "result": "办理结果",
    "fact": "查明的事实",
    "reason_": "说明",
    "proofs": "证据",
    "by": "由谁办理",
    "unit": "单位",
    "item": "事项",
}


def _refuse_personal(said: dict[str, object]) -> None:
    """UsageError where anything typed tells who somebody is, before any sentence could repeat it."""
    from qingdan.core.privacy import refuse_personal

    for name, value in said.items():
        texts = value if isinstance(value, list) else [value]
        for text in texts:
            if isinstance(text, str):
                refuse_personal({_LABELS.get(name, f"--{name.replace('_', '-')}"): text})


def _day(on: str, today: str | None) -> date:
    return parse_day(on, "--day") if on else day(today)


def _step(by: str, on: str, today: str | None, why: str, proofs: list[str] | None) -> Step:
    from qingdan.desk.evidence import evidence
    from qingdan.desk.findings import Step

    done = _day(on, today)
    return Step(by, done, why, evidence(opened(), proofs or (), start(), done))


def _within(text: str) -> str:
    from qingdan.model.limits import Limit

    try:
        if not text or Limit.parse(text).measure in {"工作日", "日"}:
            return text
    except ValueError:
        pass
    raise UsageError(f"答复时限“{text}”写法不对，应为 15个工作日 或 30日。")


def _own(columns: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in columns or ()]
    for name, mark, what in pairs:
        if not (name.strip() and mark and what.strip()):
            raise UsageError(f"--columns 写成“列名=内容”，“{name}{mark}{what}”不是。")
    return {name.strip(): what.strip() for name, _, what in pairs}
