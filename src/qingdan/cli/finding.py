"""The commands that look things up: ``show`` one item, ``find`` many."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from qingdan.cli.app import At, leave, opened
from qingdan.cli.front import command
from qingdan.cli.values import one_of
from qingdan.model.errors import UsageError

Form = Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")]


@command("show")
def show_command(
    code: Annotated[str, typer.Argument(help="职权编号，例如 JS-YJ-XK-001。", metavar="事项编号")],
    form: Form = "text",
    at: At = "",
) -> None:
    from qingdan.commands import show

    if not code.strip():
        raise UsageError("请写明事项编号，例如 qingdan show JS-YJ-XK-001。")
    leave(show.run(opened(), code, at, one_of(form, ("text", "json"))))


@command("find")
def find_command(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(help="要找的词，可以写几个，须都能对上；拼音首字母也可以。", metavar="词"),
    ] = None,
    law: Annotated[
        str,
        typer.Option(
            "--law", help="列出以它为依据的全部事项：名称、几个字或文号。", metavar="依据"
        ),
    ] = "",
    list_: Annotated[str, typer.Option("--list", help="只找这类清单。", metavar="清单")] = "",
    unit: Annotated[
        str,
        typer.Option("--unit", help="只找这个单位（含下属）：编号、名称或简称。", metavar="单位"),
    ] = "",
    type_: Annotated[
        str, typer.Option("--type", help="只找这个权责类别，例如 行政许可。", metavar="类别")
    ] = "",
    state: Annotated[
        str, typer.Option("--state", help="只找这种状态：在用、暂停、取消。", metavar="状态")
    ] = "",
    form: Form = "text",
    at: At = "",
    limit: Annotated[
        str, typer.Option("--limit", help="最多列出几项，缺省全部列出。", metavar="项数")
    ] = "",
) -> None:
    from qingdan.commands import find
    from qingdan.desk.searching import Search

    given = tuple(word for text in words or [] for word in text.split())
    if not (given or law.strip() or list_ or unit or type_ or state):
        raise UsageError(
            "请写明要找的词，例如 qingdan find 应急预案；或用 --law、--unit 等指定范围。"
        )
    asked = Search(given, law.strip(), list_, unit.strip(), type_.strip(), state.strip(), at)
    leave(find.run(opened(), asked, one_of(form, ("text", "json")), _count(limit)))


def _count(text: str) -> int:
    """What ``--limit`` says; 0 for all."""
    if text and not (text.isascii() and text.isdecimal()):
        raise UsageError(f"--limit 的“{text}”不是项数，应为整数，例如 20。")
    return int(text or 0)
