"""The commands of inspections: ``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import (
    Day,
    DocumentDay,
    DocumentFolder,
    DocumentFormats,
    DocumentNumber,
    DocumentSigner,
    TextOrJson,
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
from qingdan.cli.values import day_if_given, one_of, parse_day
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from qingdan.desk.inspections.inspecting import Manner
    from qingdan.desk.inspections.papers import Request

inspect_app = group("inspect")

Inspection = Annotated[
    str, typer.Argument(help="监督检查的名称、编号，或编号的开头。", metavar="检查编号")
]
Many = Optional[list[str]]
Out = Annotated[
    Optional[Path],
    typer.Option(
        "--out", help="存入哪个文件夹，缺省为 reports/inspections/编号。", metavar="文件夹"
    ),
]
Document = Annotated[str, typer.Option("--document", help="文号或文件名称。", metavar="文字")]


def _manner(on: str, today: str | None) -> Manner:
    """The day of a step: not in the future."""
    from qingdan.desk.inspections.inspecting import Manner

    now = day(today)
    chosen = done_on(on, today)
    if chosen > now:
        raise UsageError(f"办理日期{chosen}还没有到，今天是{now}。")
    return Manner(chosen, pinned=bool(on or today))


@inspect_app.command("plan", cls=chinese.Command, help="拟定一次监督检查。")
def plan_command(
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="种类：联合督查 joint、专项检查 special、随机抽查 random、季度考评 quarter、自查 self、普查 census、"
            "卷宗评查 files、社会评议 public、年度考核 annual、督查 supervision、日常检查 daily、日常抽查 spot。",
            metavar="种类",
        ),
    ],
    units: Annotated[
        Many,
        typer.Option(
            "--unit", help="检查哪个单位，可重复；有事项的单位都检查的写 all。", metavar="单位"
        ),
    ] = None,
    packs: Annotated[
        Many,
        typer.Option("--pack", help="按哪个规则包检查，可重复；缺省为全部。", metavar="规则包"),
    ] = None,
    lists: Annotated[
        Many, typer.Option("--list", help="只查这类清单，可重复。", metavar="清单")
    ] = None,
    period: Annotated[
        str, typer.Option("--period", help="属于哪个季度，例如 2026Q3。", metavar="季度")
    ] = "",
    organiser: Annotated[
        str,
        typer.Option("--organiser", help="组织检查的角色，缺省见 qingdan.yaml。", metavar="角色"),
    ] = "",
    members: Annotated[
        Many,
        typer.Option(
            "--member",
            help="检查组成员（角色或单位），可重复；缺省见 qingdan.yaml。",
            metavar="角色",
        ),
    ] = None,
    focus: Annotated[
        Many,
        typer.Option(
            "--focus",
            help="重点：投诉热点、上级关注、媒体曝光、节假日前后，可重复。",
            metavar="重点",
        ),
    ] = None,
    methods: Annotated[
        Many,
        typer.Option(
            "--method", help="方式，例如 听取汇报、现场检查、查阅案卷，可重复。", metavar="方式"
        ),
    ] = None,
    training: Annotated[
        str,
        typer.Option("--training", help="业务培训：日期和内容，以空格隔开。", metavar="日期 内容"),
    ] = "",
    first: Annotated[
        str, typer.Option("--from", help="开始日期，缺省为今天。", metavar="YYYY-MM-DD")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", help="结束日期，缺省与开始日期相同。", metavar="YYYY-MM-DD")
    ] = "",
    title: Annotated[str, typer.Option("--title", help="名称。", metavar="文字")] = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect
    from qingdan.core.inspections.planning import Wanted

    manner = _manner("", today)
    begin = day_if_given(first, "--from") or manner.day
    wanted = Wanted(
        kind,
        tuple(units or ()),
        begin,
        day_if_given(last, "--to") or begin,
        title.strip(),
        period,
        organiser,
        tuple(members or ()),
        tuple(packs or ()),
        tuple(lists or ()),
        tuple(focus or ()),
        tuple(methods or ()),
        _training(training),
    )
    leave(inspect.run_plan(opened(), wanted, manner))


def _training(text: str) -> tuple[str, str] | None:
    on, _, what = text.strip().partition(" ")
    if not on:
        return None
    if not what.strip():
        raise UsageError(
            "业务培训请写日期和内容，以空格隔开，例如 --training '2026-10-12 检查办法'。"
        )
    return str(parse_day(on, "--training")), what.strip()


@inspect_app.command(
    "draw",
    cls=chinese.Command,
    help="随机抽取单位、事项或案卷；种子公开在先，任何人都可以重复验证。",
)
def draw_command(
    name: Inspection,
    of: Annotated[
        str,
        typer.Option("--of", help="抽什么：units 单位、items 事项、cases 案卷。", metavar="对象"),
    ] = "",
    count: Annotated[
        int, typer.Option("--count", help="抽几个。", show_default=False, metavar="个数")
    ] = 0,
    by: Annotated[
        str, typer.Option("--by", help="分层：type 类别、unit 单位、list 清单。", metavar="分层")
    ] = "",
    table: Annotated[
        Optional[Path], typer.Option("--from", help="案卷名单（Excel 或 CSV）。", metavar="文件")
    ] = None,
    seed: Annotated[
        str,
        typer.Option(
            "--seed",
            help="种子：早于拟定检查的提交；缺省为当时最近一次公布的版本。",
            metavar="提交",
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="再次抽取、自己指定种子的理由。", metavar="文字")
    ] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="重新计算已有的抽取，核对结果。")
    ] = False,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect
    from qingdan.desk.inspections.drawing import Drawing

    file = placed(table)
    if verify:
        leave(inspect.run_verify(opened(), name, file))
    if not of or count < 1:
        raise UsageError("请用 --of 写明抽什么（units、items、cases），用 --count 写明抽几个。")
    wanted = Drawing(of, count, by, seed, reason.strip(), inspect.table_of(file))
    leave(inspect.run_draw(opened(), name, wanted, _manner(on, today)))


@inspect_app.command(
    "notify",
    cls=chinese.Command,
    help="监督检查的通知：生成文书，并登记通知日期。",
)
def notify_command(
    name: Inspection,
    document: Document = "",
    form: Annotated[
        Many,
        typer.Option(
            "--format",
            help="docx（Word）、html（网页）、md，可重复，缺省为三种；json 只显示数据。",
            metavar="格式",
        ),
    ] = None,
    out: Out = None,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect

    wanted, manner = _request("", out, form), _manner(on, today)
    leave(inspect.run_notify(opened(), name, wanted, document.strip(), manner))


def _request(unit: str, out: Path | None, form: list[str] | None) -> Request:
    """Where papers go, and in which formats."""
    from qingdan.desk.inspections.papers import Request

    return Request((), unit, placed(out), tuple(form or ()))


@inspect_app.command(
    "sheet", cls=chinese.Command, help="每个单位一张检查表：机器的回答已填好，其余由人填写。"
)
def sheet_command(
    name: Inspection,
    unit: Annotated[str, typer.Option("--unit", help="只要这个单位的。", metavar="单位")] = "",
    out: Out = None,
    today: Today = None,
) -> None:
    from qingdan.commands import inspect

    folder = placed(out)
    leave(inspect.run_sheet(opened(), name, unit, folder, day(today)))


@inspect_app.command(
    "record", cls=chinese.Command, help="录入填好的检查表（Excel 或 YAML），可一次录入几个人填的。"
)
def record_command(
    name: Inspection,
    files: Annotated[list[Path], typer.Argument(help="填好的检查表。", metavar="文件")],
    choices: Annotated[
        Many,
        typer.Option(
            "--choose",
            help="几个人回答不一致的，写明以哪个为准：规则=回答，可重复。",
            metavar="规则=回答",
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="更正已经录入的回答的理由。", metavar="文字")
    ] = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect
    from qingdan.core.inspections.recording import Said

    manner = _manner(on, today)
    said = Said(str(manner.day), reason.strip(), dict(_choice(text) for text in choices or ()))
    leave(inspect.run_record(opened(), name, [start() / file for file in files], said, manner))


def _choice(text: str) -> tuple[str, str]:
    key, mark, answer = text.rpartition("=")
    if not mark or not key or not answer:
        raise UsageError(f"“{text}”应写成 规则=回答，例如 jinshui-powers/14-4=否。")
    return key.strip(), answer.strip()


@inspect_app.command(
    "feedback", cls=chinese.Command, help="登记向被检查单位的口头反馈和初步意见，生成情况反馈。"
)
def feedback_command(
    name: Inspection,
    unit: Annotated[str, typer.Option("--unit", help="反馈给哪个单位。", metavar="单位")],
    opinion: Annotated[str, typer.Option("--opinion", help="问题和初步意见。", metavar="文字")],
    form: DocumentFormats = None,
    out: Out = None,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect

    wanted, manner = _request(unit, out, form), _manner(on, today)
    leave(inspect.run_feedback(opened(), name, opinion, wanted, manner))


@inspect_app.command(
    "close",
    cls=chinese.Command,
    help="评定：按评分办法计分排名，问题登记入台账，生成评分表和检查情况报告。",
)
def close_command(
    name: Inspection,
    without: Annotated[
        Many, typer.Option("--without", help="没有填报、不再检查的单位，可重复。", metavar="单位")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="不再检查的理由。", metavar="文字")] = "",
    form: DocumentFormats = None,
    out: Out = None,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect

    wanted, manner = _request("", out, form), _manner(on, today)
    leave(inspect.run_close(opened(), name, (without or (), reason), wanted, manner))


@inspect_app.command(
    "follow",
    cls=chinese.Command,
    help="检查之后的环节：报告、会议、排名、公布等，见 qingdan.yaml。",
)
def follow_command(
    name: Inspection,
    stage: Annotated[str, typer.Argument(help="环节名称。", metavar="环节")],
    document: Document = "",
    audience: Annotated[
        str, typer.Option("--audience", help="公布范围：公开、系统内、内部。", metavar="范围")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="说明。", metavar="文字")] = "",
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import inspect
    from qingdan.core.inspections.following import Done

    manner = _manner(on, today)
    done = Done(manner.day, document.strip(), audience, note.strip())
    leave(inspect.run_follow(opened(), name, stage, done, manner))


@inspect_app.command(
    "confer",
    cls=chinese.Command,
    help="一个季度的研判会商：会前生成材料，会后登记会议和议定事项，议定事项办结后销去；只写季度的，显示办理情况。",
)
def confer_command(
    period: Annotated[
        str, typer.Option("--period", help="哪个季度，例如 2026Q3。", metavar="季度")
    ],
    prepare: Annotated[
        bool, typer.Option("--prepare", help="会前：按季末的清单和台账生成会议议程和材料。")
    ] = False,
    document: Annotated[
        str,
        typer.Option(
            "--document", help="会后：登记会议，写明会议纪要的文号或名称。", metavar="文字"
        ),
    ] = "",
    decisions: Annotated[
        Many,
        typer.Option(
            "--decision",
            help="议定事项，可重复；不写 --document 的，补登到这个季度最后一次会议。",
            metavar="内容|责任单位|期限",
        ),
    ] = None,
    proposals: Annotated[
        Many,
        typer.Option("--proposal", help="提请政府研究处理的建议，可重复。", metavar="文字"),
    ] = None,
    attended: Annotated[
        Many,
        typer.Option(
            "--attend", help="参加会议的单位，可重复；缺省见 qingdan.yaml。", metavar="单位"
        ),
    ] = None,
    done: Annotated[
        int, typer.Option("--done", help="第几项议定事项已经办结。", metavar="序号", min=0)
    ] = 0,
    extend: Annotated[
        int,
        typer.Option(
            "--extend", help="第几项议定事项延期，理由写在 --note。", metavar="序号", min=0
        ),
    ] = 0,
    until: Annotated[
        str, typer.Option("--until", help="延期的，延至哪天。", metavar="YYYY-MM-DD")
    ] = "",
    note: Annotated[
        str,
        typer.Option("--note", help="说明；办结的写办理情况，延期的写理由。", metavar="文字"),
    ] = "",
    evidence: Annotated[
        Many,
        typer.Option(
            "--evidence", help="办结的证据：文件、网址或文件名称，可重复。", metavar="文件"
        ),
    ] = None,
    papers: Annotated[
        Many,
        typer.Option(
            "--paper",
            help="生成会议纪要或请示，可重复；一个季度开了几次会的，用 --day 写明哪一次。",
            metavar="文书",
        ),
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", help="请示向谁提出，缺省见 qingdan.yaml。", metavar="角色或机关"),
    ] = "",
    signer: Annotated[str, typer.Option("--signer", help="请示的签发人。", metavar="姓名")] = "",
    contact: Annotated[
        str, typer.Option("--contact", help="请示附注的联系人和电话。", metavar="文字")
    ] = "",
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    form: Annotated[
        Many,
        typer.Option(
            "--format",
            help="显示用 text 或 json；文书用 docx、html、md，可重复，缺省为三种。",
            metavar="格式",
        ),
    ] = None,
    out: DocumentFolder = None,
    on: Day = "",
    today: Today = None,
) -> None:
    from qingdan.commands import confer
    from qingdan.core.documents.conferring import Given
    from qingdan.desk.reports.conferring import Meeting, Target

    manner = _manner(on, today)
    said = Meeting(
        period,
        document.strip(),
        note.strip(),
        tuple(decisions or ()),
        tuple(proposals or ()),
        tuple(attended or ()),
    )
    records = bool(said.document or said.decisions or said.proposals)
    _refuse_together(prepare, bool(done), bool(extend), records or bool(papers))
    if not records and (attended or (note and not done and not extend)):
        raise UsageError("请用 --document 写明会议纪要的文号或名称。")
    if evidence and not done:
        raise UsageError("--evidence 是议定事项办结的证据，要和 --done 一起用。")
    given = Given(number, dated_on(dated), signer, to, contact)
    office = confer.Office(given, tuple(papers or ()), Target(placed(out), tuple(form or ())))
    if prepare:
        leave(confer.run_prepare(opened(), period, office, day(today)))
    if done:
        proofs = (said.note, tuple(evidence or ()), start())
        leave(confer.run_done(opened(), period, done, proofs, manner))
    if extend or until:
        later = (said.note, _later(extend, until))
        leave(confer.run_extend(opened(), period, extend, later, manner))
    if records:
        leave(confer.run_record(opened(), said, office, manner))
    if papers:
        held = manner.day if on else None
        leave(confer.run_papers(opened(), period, held, office, day(today)))
    chosen = one_of((form or ["text"])[-1], ("text", "json"))
    leave(confer.run_show(opened(), period, chosen, day(today)))


def _later(extend: int, until: str) -> date:
    if not (extend and until):
        raise UsageError("延期请用 --extend 写明第几项，用 --until 写明延至哪天。")
    return parse_day(until, "--until")


def _refuse_together(*steps: bool) -> None:
    if sum(steps) > 1:
        raise UsageError(
            "--prepare（会前）、--document、--decision、--proposal、--paper（会后）、--done（办结）和 --extend（延期）请分开办理。"
        )


@inspect_app.command(
    "show", cls=chinese.Command, help="一次监督检查的全部情况，和下一步；或者再生成它的文书。"
)
def show_command(
    name: Inspection,
    document: Annotated[
        str,
        typer.Option(
            "--document",
            help="不显示，而是生成文书：检查方案、通知、评分表、情况反馈、检查情况报告 或 自查报告。",
            metavar="文书",
        ),
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", help="只要这个单位的文书，缺省为各单位。", metavar="单位")
    ] = "",
    form: Annotated[
        Many,
        typer.Option(
            "--format",
            help="显示用 text 或 json；文书用 docx、html、md，可重复，缺省为三种。",
            metavar="格式",
        ),
    ] = None,
    out: Out = None,
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    signer: DocumentSigner = "",
    today: Today = None,
) -> None:
    from msgspec.structs import replace

    from qingdan.commands import inspect
    from qingdan.model.papers import Given

    if document:
        given = Given(number, dated_on(dated), signer)
        wanted = replace(_request(unit, out, form), papers=(document,), given=given)
        leave(inspect.run_papers(opened(), name, wanted))
    if unit or out or number or dated or signer:
        raise UsageError("--unit、--out、--number、--dated、--signer 要和 --document 一起用。")
    chosen = one_of((form or ["text"])[-1], ("text", "json"))
    leave(inspect.run_show(opened(), name, chosen, day(today)))


@inspect_app.command("list", cls=chinese.Command, help="全部监督检查，和各自的下一步。")
def list_command(form: TextOrJson = "text", today: Today = None) -> None:
    from qingdan.commands import inspect

    leave(inspect.run_list(opened(), one_of(form, ("text", "json")), day(today)))
