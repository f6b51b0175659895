"""The application: the groups of commands, the options they share, the workspace they open; the only clock of moments."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional, cast

import typer

from qingdan import __version__
from qingdan.cli.front import app
from qingdan.cli.values import day_if_given, one_of, parse_day, today
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity


_start = Path()

Today = Annotated[
    Optional[str],
    typer.Option("--today", help="以这一天为今天（缺省为北京时间的今天）。", metavar="YYYY-MM-DD"),
]
Formats = Annotated[
    Optional[list[str]],
    typer.Option(
        "--format",
        help="输出格式：text、concise、json、sarif、junit、github、gitlab、markdown；可重复，写成 json=文件 则存入文件。",
        metavar="格式",
    ),
]
FailOn = Annotated[
    str,
    typer.Option("--fail-on", help="到什么程度算不通过：error、warning、info。", metavar="程度"),
]
At = Annotated[
    str,
    typer.Option(
        "--at",
        help="这个版本（提交、标签、分支）或这一天（YYYY-MM-DD）的，而不是当前的。",
        metavar="版本",
    ),
]
Day = Annotated[str, typer.Option("--day", help="办理日期，缺省为今天。", metavar="YYYY-MM-DD")]
TextOrJson = Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")]
DocumentFormats = Annotated[
    Optional[list[str]],
    typer.Option(
        "--format", help="docx（Word）、html（网页）、md；可重复，缺省为三种。", metavar="格式"
    ),
]
DocumentFolder = Annotated[
    Optional[Path],
    typer.Option("--out", help="存放文件夹，缺省为工作区的 reports。", metavar="文件夹"),
]
DocumentNumber = Annotated[
    str, typer.Option("--number", help="发文字号，例如 金政审〔2026〕12号。", metavar="字号")
]
DocumentDay = Annotated[
    str, typer.Option("--dated", help="成文日期，不写则留空。", metavar="YYYY-MM-DD")
]
DocumentSigner = Annotated[
    str, typer.Option("--signer", help="签发人，只用于上行文（报告）。", metavar="姓名")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看结果，不作改动。")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接提交。")]


@app.callback(invoke_without_command=True)
def options(
    directory: Annotated[
        Optional[Path],
        typer.Option("-C", help="工作区文件夹，缺省从当前文件夹向上找。", metavar="文件夹"),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="显示版本号。")] = False,
) -> None:
    """清单：地方政府权责清单的保管、动态调整、监督检查和公布。"""
    global _start  # noqa: PLW0603 set once, before any command
    if version:
        sys.stdout.write(f"qingdan {__version__}\n")
        raise typer.Exit
    _start = (directory or Path()).absolute()
    if directory and not directory.is_dir():
        raise UsageError(f"-C 指定的{directory}不是文件夹。")


def start() -> Path:
    """The folder from which the command was given."""
    return _start


def placed(file: Path | None) -> Path | None:
    """A file or folder that was named, seen from there; None where none was."""
    return _start / file if file else None


def told_in(formats: list[str] | None) -> list[str]:
    """The formats asked for, each file of ``json=FILE`` seen from there; text where none was asked for."""
    split = (each.partition("=") for each in formats or ["text"])
    return [f"{name}={_start / file}" if file else name + mark for name, mark, file in split]


def root() -> Path:
    """The workspace around the folder, found and not yet opened; UsageError where there is none."""
    from qingdan.repo.sources import find_workspace

    return find_workspace(_start)


def opened(*, caching: bool = True) -> Opened:
    """The workspace around the folder; UsageError where there is none."""
    from qingdan.desk.opening import open_workspace

    return open_workspace(_start, caching=caching)


def opened_if_any() -> Opened | None:
    """The workspace around the folder, or None."""
    try:
        return opened()
    except UsageError:
        return None


def day(text: str | None) -> date:
    """The day given with ``--today``, or today in Beijing."""
    return today() if text is None else parse_day(text, "--today")


def done_on(text: str, today: str | None) -> date:
    """The day given with ``--day``, or the day that counts as today."""
    return day_if_given(text, "--day") or day(today)


def dated_on(text: str) -> str:
    """The date of a document, given with ``--dated``; empty where it is left open."""
    return str(day_if_given(text, "--dated") or "")


def now() -> datetime:
    """This moment by the machine's own clock and time zone."""
    return datetime.now().astimezone()


def severity(text: str) -> Severity:
    """What ``--fail-on`` says."""
    from qingdan.model.findings import SEVERITIES

    return cast("Severity", one_of(text, SEVERITIES))


def relative(paths: list[str], root: Path) -> list[str]:
    """Paths as typed from the current folder, relative to the workspace."""
    return [Path(os.path.relpath(_start / path, root)).as_posix() for path in paths]


def leave(code: int) -> NoReturn:
    """End the command with its exit code."""
    raise typer.Exit(code)
