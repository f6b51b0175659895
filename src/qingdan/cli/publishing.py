"""The command about what is public: ``publish``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli.app import DryRun, Today, day, done_on, leave, opened
from qingdan.cli.front import command
from qingdan.cli.values import parse_day
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.values import Doc


@command("publish")
def publish_command(
    out: Annotated[
        Optional[Path],
        typer.Argument(help="生成公开网站的文件夹（现在还没有这项功能）。", metavar="文件夹"),
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="登记公布记录。")] = False,
    commit: Annotated[
        str, typer.Option("--commit", help="公布的版本，缺省为主分支的最新版本。", metavar="版本")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="上次公布的版本，后来又在别的渠道公布了：补登渠道。")
    ] = False,
    on: Annotated[
        str, typer.Option("--day", help="公布日期，缺省为今天。", metavar="YYYY-MM-DD")
    ] = "",
    channel: Annotated[
        Optional[list[str]],
        typer.Option(
            "--channel",
            help="在哪个渠道公布，可重复；可写成 渠道=网址或地点。缺省为规定的全部渠道。",
            metavar="公布渠道",
        ),
    ] = None,
    list_: Annotated[
        Optional[list[str]],
        typer.Option("--list", help="公布哪类清单，可重复；缺省为全部。", metavar="清单"),
    ] = None,
    confirmed: Annotated[
        str, typer.Option("--confirmed", help="审定日期。", metavar="YYYY-MM-DD")
    ] = "",
    confirmed_document: Annotated[
        str, typer.Option("--confirmed-document", help="审定的文件。", metavar="文字")
    ] = "",
    filed: Annotated[str, typer.Option("--filed", help="备案日期。", metavar="YYYY-MM-DD")] = "",
    filed_document: Annotated[
        str, typer.Option("--filed-document", help="备案的文件。", metavar="文字")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="备注。", metavar="文字")] = "",
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接提交。")] = False,
    today: Today = None,
) -> None:
    from qingdan.cli.asking import confirmation
    from qingdan.commands import publish
    from qingdan.core.publishing import Asked

    if out is not None or not record:
        raise UsageError(
            "publish 现在只能登记公布（qingdan publish --record），还不能生成公开网站。"
        )
    now = day(today)
    approved = _approved("confirmed", confirmed, confirmed_document)
    approved |= _approved("filed", filed, filed_document)
    asked = Asked(
        day=done_on(on, today),
        today=now,
        commit=commit,
        again=again,
        lists=tuple(list_ or ()),
        channels=_channels(channel or ()),
        approved=approved,
        note=" ".join(note.split()),
    )
    ask = confirmation(asked=not (yes or dry_run))
    pinned = today is not None
    leave(publish.run_record(opened(), asked, ask, dry_run=dry_run, pinned=pinned))


def _channels(given: Sequence[str]) -> dict[str, str]:
    """Name to place of the channels given; UsageError for one without a name, or named twice."""
    found: dict[str, str] = {}
    for text in given:
        name, _, place = (part.strip() for part in text.partition("="))
        if not name or name in found:
            raise UsageError(f"--channel “{text}”没有写渠道名称，或者写了两次。")
        found[name] = place
    return found


def _approved(key: str, on: str, document: str) -> Doc:
    """The day and the document of 审定 or 备案, where there are any."""
    if document.strip() and not on:
        raise UsageError(f"写了文件（--{key}-document），没有写日期（--{key}）。")
    if not on:
        return {}
    row: Doc = {"date": str(parse_day(on, f"--{key}"))}
    row |= {"document": " ".join(document.split())} if document.strip() else {}
    return {key: row}
