"""The options that every kind of adjustment shares, written once and added to each command's signature."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Annotated, Any, Optional, get_type_hints

import typer
from msgspec import Struct

from qingdan.cli.app import DryRun, Today, Yes

if TYPE_CHECKING:
    from collections.abc import Callable


class Said(Struct, frozen=True):
    """What was said on the command line, as text; empty, or None, where nothing was said."""

    kind: str
    trigger: str
    occurred: str
    reason: str
    basis: str
    effective: str
    late_reason: str
    applied: str
    evidence: str
    today: str | None
    dry_run: bool
    yes: bool
    branch: str | None
    yes_remove: int | None


def _common(
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="调整类型：change 变更、correct 勘误、suspend 暂停、resume 恢复、devolve 下放、transfer 划转等；缺省按命令而定。",
            metavar="类型",
        ),
    ] = "",
    trigger: Annotated[
        str,
        typer.Option(
            "--trigger",
            help="调整情形，例如 basis-changed（依据修改、废止或解释）。",
            metavar="情形",
        ),
    ] = "",
    occurred: Annotated[
        str,
        typer.Option(
            "--occurred", help="情形发生日期；依据变动的，为公布之日。", metavar="YYYY-MM-DD"
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="调整理由。", metavar="文字")] = "",
    basis: Annotated[str, typer.Option("--basis", help="调整依据的文件。", metavar="文字")] = "",
    effective: Annotated[
        str, typer.Option("--effective", help="生效日期。", metavar="YYYY-MM-DD")
    ] = "",
    late_reason: Annotated[
        str, typer.Option("--late-reason", help="逾期理由（已过申请期限时必填）。", metavar="文字")
    ] = "",
    applied: Annotated[
        str,
        typer.Option(
            "--applied",
            help="实际申请日期（代科室补录纸质申请时用，须同时写 --evidence）。",
            metavar="YYYY-MM-DD",
        ),
    ] = "",
    evidence: Annotated[str, typer.Option("--evidence", help="收文登记。", metavar="文字")] = "",
    today: Today = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    branch: Annotated[
        Optional[str],
        typer.Option(
            "--branch",
            help="先开一个分支再办理；不写分支名的，以“adjust/调整编号”为名（放在命令最后）。",
            metavar="[分支名]",
        ),
    ] = None,
    yes_remove: Annotated[
        Optional[int],
        typer.Option(
            "--yes-remove", help="一次取消较多事项时，写明确要取消的项数。", metavar="项数"
        ),
    ] = None,
) -> None:
    """Carry the options' signature."""


def takes_request(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, whose last parameter is ``said``, all shared options."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "said"]
    hints = get_type_hints(command, include_extras=True) | get_type_hints(
        _common, include_extras=True
    )
    shared = list(inspect.signature(_common).parameters.values())

    @functools.wraps(command)
    def with_options(**values: Any) -> None:
        said = Said(**{p.name: values.pop(p.name) for p in shared})
        command(**values, said=said)

    parameters = [
        p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for p in (*own, *shared)
    ]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    del with_options.__wrapped__  # or the plain signature would be read
    return with_options
