"""The commands that tell: ``report``, ``deadline``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional, cast

import typer

from qingdan.cli.app import (
    DocumentDay,
    DocumentFolder,
    DocumentNumber,
    TextOrJson,
    Today,
    dated_on,
    day,
    leave,
    opened,
    opened_if_any,
    placed,
    start,
)
from qingdan.cli.front import command
from qingdan.cli.values import one_of, parse_day, parse_limit
from qingdan.model.errors import UsageError
from qingdan.model.periods import Kind

if TYPE_CHECKING:
    from qingdan.desk.reports.closing import Manner


@command("deadline")
def deadline_command(
    day: Annotated[str, typer.Argument(help="起算日（当日不计入）。", metavar="YYYY-MM-DD")],
    within: Annotated[
        str, typer.Option("--within", help="期限：3个工作日 或 7日。", metavar="期限")
    ],
    form: TextOrJson = "text",
) -> None:
    from qingdan.commands import deadline

    form = one_of(form, ("text", "json"))
    leave(deadline.run(opened_if_any(), parse_day(day, "起算日"), parse_limit(within), form))


@command("report")
def report_command(
    period: Annotated[
        str,
        typer.Argument(
            help="期间：2026W47、2026-10、2026Q3、2026；不写为最近一个已结束的。", metavar="期间"
        ),
    ] = "",
    week: Annotated[bool, typer.Option("--week", help="周清。")] = False,
    month: Annotated[bool, typer.Option("--month", help="月结。")] = False,
    quarter: Annotated[bool, typer.Option("--quarter", help="季通报。")] = False,
    year: Annotated[bool, typer.Option("--year", help="年考核。")] = False,
    unit: Annotated[
        str, typer.Option("--unit", help="哪个单位的；不写则列出谁已办结。", metavar="单位")
    ] = "",
    list_: Annotated[str, typer.Option("--list", help="哪类清单的。", metavar="清单")] = "",
    done: Annotated[str, typer.Option("--done", help="完成情况。", metavar="文字")] = "",
    plan: Annotated[str, typer.Option("--plan", help="下步安排。", metavar="文字")] = "",
    judgement: Annotated[
        str, typer.Option("--judgement", help="研判意见、总体评价。", metavar="文字")
    ] = "",
    record: Annotated[bool, typer.Option("--record", help="办结：登记入台账并提交。")] = False,
    correct: Annotated[
        str, typer.Option("--correct", help="已办结的另出一版，写明更正了什么。", metavar="文字")
    ] = "",
    objection: Annotated[
        str, typer.Option("--object", help="登记 --unit 的申诉和理由。", metavar="文字")
    ] = "",
    uphold: Annotated[
        str, typer.Option("--uphold", help="对申诉的决定：维持，写明理由。", metavar="文字")
    ] = "",
    concede: Annotated[
        str, typer.Option("--concede", help="对申诉的决定：更正，写明理由。", metavar="文字")
    ] = "",
    match: Annotated[
        Optional[list[str]],
        typer.Option(
            "--match", help="更正后不再计入的问题，可重复：late、QD304 等。", metavar="问题"
        ),
    ] = None,
    out: DocumentFolder = None,
    form: Annotated[
        Optional[list[str]],
        typer.Option(
            "--format",
            help="docx（Word）、html（网页）、md；季通报还有 xlsx（表格）；可重复，缺省为全部。",
            metavar="格式",
        ),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            "--audience",
            help="公开、系统内或内部版；不写为内部版，全部登载。",
            metavar="范围",
        ),
    ] = "",
    verify: Annotated[
        Optional[Path],
        typer.Option(
            "--verify", help="核对报告的文件：按历史重新生成，逐字节比较。", metavar="文件"
        ),
    ] = None,
    number: DocumentNumber = "",
    dated: DocumentDay = "",
    context: Annotated[
        bool, typer.Option("--context", help="只输出报告所用的数据（JSON）。")
    ] = False,
    today: Today = None,
) -> None:
    from qingdan.commands import cycle, report
    from qingdan.desk.reports.closing import Manner
    from qingdan.desk.reports.cycle import Wish

    shown = dated_on(dated)
    if verify:
        claimed = report.Wanted(period, number=number, dated=shown, audience=audience)
        leave(report.verify(opened(), start() / verify, claimed))
    flags = {"week": week, "month": month, "quarter": quarter, "year": year}
    kind = _kind(flags)
    manner = Manner(day(today), today is not None)
    if objection or uphold or concede:
        leave(_appealed(kind, period, unit, (objection, uphold, concede), match or [], manner))
    if audience and (record or correct):
        raise UsageError("办结的是全部登载的一版，不必写 --audience；其他版可以另外生成。")
    folder = placed(out)
    forms = tuple(form or ())
    if kind == "quarter":
        whole = report.Wanted(
            period, folder, forms, number, shown, context, audience, record, correct
        )
        leave(report.run(opened(), whole, manner))
    said = {"done": done, "plan": plan, "judgement": judgement}
    wish = Wish({key: text for key, text in said.items() if text}, number, shown, correct, audience)
    wanted = cycle.Wanted(kind, period, unit, list_, folder, forms, context, record)
    leave(cycle.run(opened(), wanted, wish, manner))


def _kind(flags: Mapping[str, bool]) -> Kind:
    chosen = [kind for kind, given in flags.items() if given]
    if len(chosen) != 1:
        raise UsageError(
            "请写明一种：--week（周清）、--month（月结）、--quarter（季通报）、--year（年考核）。"
        )
    return cast("Kind", chosen[0])


def _appealed(
    kind: Kind,
    period: str,
    unit: str,
    words: tuple[str, str, str],
    match: list[str],
    manner: Manner,
) -> int:
    from qingdan.commands import cycle

    objection, uphold, concede = words
    if sum(map(bool, words)) != 1:
        raise UsageError("--object、--uphold、--concede 一次只办理一种。")
    if not unit:
        raise UsageError("请用 --unit 写明是哪个单位的申诉。")
    against = cycle.Against(kind, period, unit)
    if objection:
        return cycle.object_to(opened(), against, objection, manner)
    ruling = ("维持", uphold) if uphold else ("更正", concede)
    return cycle.decide_on(opened(), against, ruling, match, manner)
