"""The command line: options to values; heavy imports inside the commands; the only clock."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional, cast

import typer

from qingdan import __version__
from qingdan.cli import chinese
from qingdan.cli.requests import Said, takes_request
from qingdan.cli.values import one_of, parse_day
from qingdan.model.errors import QingdanError, RefusedError, UsageError, reason
from qingdan.model.findings import SEVERITIES
from qingdan.model.history import SHANGHAI

if TYPE_CHECKING:
    from qingdan.cli.asking import Asking
    from qingdan.desk.adjusting import Order
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity

app = typer.Typer(
    name="qingdan",
    cls=chinese.Group,
    help="清单：地方政府权责清单的保管、动态调整、监督检查和公布。",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
adjust_app = typer.Typer(
    cls=chinese.Group,
    help="动态调整：一次调整就是一次提交，连同调整记录。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
systems_app = typer.Typer(
    cls=chinese.Group,
    help="信息系统：取入政务服务网等系统的配置快照。",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(adjust_app, name="adjust")
app.add_typer(systems_app, name="systems")

_start = Path()
BUG = 70

Today = Annotated[
    Optional[str],
    typer.Option("--today", help="以这一天为今天（缺省为北京时间的今天）。", metavar="YYYY-MM-DD"),
]
Formats = Annotated[
    Optional[list[str]],
    typer.Option(
        "--format",
        help="输出格式：text、concise、json、github、sarif；可重复，写成 sarif=文件 则存入文件。",
        metavar="格式",
    ),
]
FailOn = Annotated[
    str,
    typer.Option("--fail-on", help="到什么程度算不通过：error、warning、info。", metavar="程度"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看结果，不作改动。")]


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


@app.command("init", cls=chinese.Command, help="建立新的工作区。")
def init_command(
    folder: Annotated[Path, typer.Argument(help="新文件夹。", metavar="文件夹")] = Path(),
    profile: Annotated[
        str,
        typer.Option(
            "--profile", help="模板：district（区）、town（镇）、bureau（局）。", metavar="模板"
        ),
    ] = "",
    sample: Annotated[bool, typer.Option("--sample", help="带上样例清单和办理历史。")] = False,
    name: Annotated[str, typer.Option("--name", help="辖区名称，例如 郑州市中原区。")] = "",
    short: Annotated[str, typer.Option("--short", help="辖区简称，例如 中原区。")] = "",
    division: Annotated[str, typer.Option("--division", help="12位区划代码。")] = "",
    today: Today = None,
) -> None:
    from qingdan.commands import init

    if not profile:
        raise UsageError("请用 --profile 选一个模板：district（区）、town（镇）、bureau（局）。")
    options_ = init.Options(
        profile, sample, _today(today), name, short, division, pinned=today is not None
    )
    _leave(init.run(_start / folder, options_))


@app.command(
    "validate",
    cls=chinese.Command,
    help="检查清单、名册、台账和提交：不看时钟，明天也是同样的结果。",
)
def validate_command(
    paths: Annotated[
        Optional[list[str]], typer.Argument(help="只看这些文件或文件夹。", metavar="路径")
    ] = None,
    since: Annotated[
        Optional[str], typer.Option("--since", help="只报这个版本之后新增的问题。", metavar="版本")
    ] = None,
    at: Annotated[
        Optional[str],
        typer.Option("--at", help="检查这个版本，而不是当前文件。", metavar="版本"),
    ] = None,
    commits: Annotated[
        Optional[str],
        typer.Option("--commits", help="逐次核对这一段提交的调整手续。", metavar="A..B"),
    ] = None,
    systems: Annotated[bool, typer.Option("--systems", help="同时与各信息系统比对。")] = False,
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import validate

    opened = _open()
    chosen = validate.Options(
        _today(today),
        _relative(paths or [], opened.root),
        since,
        at,
        commits,
        systems,
        formats or ["text"],
        _severity(fail_on),
    )
    _leave(validate.run(opened, chosen))


@app.command(
    "check",
    cls=chinese.Command,
    help="检查现实：公开的清单与政务服务网等系统是否一致，公布渠道是否齐全。",
)
def check_command(
    unit: Annotated[str, typer.Option("--unit", help="只看这个单位。", metavar="单位编号")] = "",
    list_: Annotated[str, typer.Option("--list", help="只看这类清单。", metavar="清单")] = "",
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import check

    _leave(
        check.run(
            _open(),
            check.Options(_today(today), unit, list_, formats or ["text"], _severity(fail_on)),
        )
    )


@app.command("fmt", cls=chinese.Command, help="把清单和台账整理成规范格式。")
def fmt_command(
    paths: Annotated[
        Optional[list[str]], typer.Argument(help="只整理这些文件或文件夹。", metavar="路径")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只指出需要整理的文件，不改动。")] = False,
) -> None:
    from qingdan.commands import fmt

    opened = _open()
    _leave(fmt.run(opened, _relative(paths or [], opened.root), check=check))


@app.command("deadline", cls=chinese.Command, help="推算期限的最后一天，列出逐日依据。")
def deadline_command(
    day: Annotated[str, typer.Argument(help="起算日（当日不计入）。", metavar="YYYY-MM-DD")],
    within: Annotated[
        str, typer.Option("--within", help="期限：3个工作日 或 7日。", metavar="期限")
    ],
    form: Annotated[str, typer.Option("--format", help="text 或 json。", metavar="格式")] = "text",
) -> None:
    from qingdan.commands import deadline

    opened = _open_if_any()
    _leave(deadline.run(opened, parse_day(day, "起算日"), within, one_of(form, ("text", "json"))))


@app.command(
    "explain", cls=chinese.Command, help="说明一个问题编码：含义、依据、怎么改、正反例子。"
)
def explain_command(
    code: Annotated[
        str, typer.Argument(help="问题编码，例如 QD207；不写则列出全部。", metavar="编码")
    ] = "",
) -> None:
    from qingdan.commands import explain

    _leave(explain.run(code))


@app.command("report", cls=chinese.Command, help="生成通报。")
def report_command(
    period: Annotated[
        str, typer.Argument(help="期间，例如 2026Q3；不写为最近一个已结束的。", metavar="期间")
    ] = "",
    quarter: Annotated[bool, typer.Option("--quarter", help="季通报。")] = False,
    out: Annotated[
        Optional[Path],
        typer.Option("--out", help="存放文件夹，缺省为工作区的 reports。", metavar="文件夹"),
    ] = None,
    context: Annotated[
        bool, typer.Option("--context", help="只输出通报所用的数据（JSON）。")
    ] = False,
    today: Today = None,
) -> None:
    from qingdan.commands import report

    if not quarter:
        raise UsageError("请写明哪种通报：--quarter（季通报）。")
    _leave(
        report.run(_open(), period, _today(today), _start / out if out else None, context=context)
    )


@systems_app.command(
    "take", cls=chinese.Command, help="取入一个系统导出的事项表（CSV），作为该系统的快照。"
)
def take_command(
    name: Annotated[
        str, typer.Argument(help="系统名，见 qingdan.yaml 的 systems。", metavar="系统")
    ],
    file: Annotated[Path, typer.Argument(help="系统导出的 CSV 文件。", metavar="文件")],
    dry_run: DryRun = False,
    today: Today = None,
) -> None:
    from qingdan.commands import systems

    _leave(
        systems.run_take(
            _open(), name, _start / file, _today(today), dry_run=dry_run, pinned=today is not None
        )
    )


Code = Annotated[str, typer.Argument(help="职权编号；不写则按名称查找。", metavar="编号")]


@adjust_app.command(
    "set", cls=chinese.Command, help="变更一个事项的要素：qingdan adjust set 编号 要素=新值 …"
)
@takes_request
def set_command(
    said: Said,
    code: Code = "",
    assignments: Annotated[
        Optional[list[str]],
        typer.Argument(help="要素=新值，例如 promised_limit=5个工作日。", metavar="要素=新值"),
    ] = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "set")
    given = ask.assignments(code, assignments or [])
    _leave(adjust.run_set(ask.opened, code, given, _order(ask, "change")))


@adjust_app.command(
    "remove", cls=chinese.Command, help="取消一个事项：留在清单中，状态改为“取消”。"
)
@takes_request
def remove_command(
    said: Said,
    code: Code = "",
    successor: Annotated[
        Optional[list[str]],
        typer.Option("--successor", help="承继事项的编号，可重复。", metavar="编号"),
    ] = None,
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    code = ask.code(code, "remove")
    _leave(adjust.run_remove(ask.opened, code, successor or [], _order(ask, "remove")))


@adjust_app.command("add", cls=chinese.Command, help="列入新事项：内容写在 YAML 文件里。")
@takes_request
def add_command(
    said: Said,
    file: Annotated[Path, typer.Option("--from", help="写有事项的 YAML 文件。", metavar="文件")],
    list_: Annotated[
        str, typer.Option("--list", help="列入哪类清单（文件里没写时）。", metavar="清单")
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", help="实施主体的单位编号（文件里没写时）。", metavar="单位编号")
    ] = "",
) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    _leave(adjust.run_add(ask.opened, _start / file, list_, unit, _order(ask, "add")))


@adjust_app.command(
    "commit", cls=chinese.Command, help="把已经在文件里改好的清单作为一次调整提交。"
)
@takes_request
def commit_command(said: Said) -> None:
    from qingdan.commands import adjust

    ask = _asking(said)
    ask.require_edits()
    _leave(adjust.run_commit(ask.opened, _order(ask, "change")))


def _asking(said: Said) -> Asking:
    from qingdan.cli.asking import Asking

    return Asking(_open(), _today(said.today or None), said)


def _order(ask: Asking, kind: str) -> Order:
    from qingdan.desk.adjusting import Order

    said = ask.said
    return Order(ask.request(kind), ask.today, said.dry_run, bool(said.today), ask.confirm())


def _open() -> Opened:
    from qingdan.desk.opening import open_workspace

    return open_workspace(_start)


def _open_if_any() -> Opened | None:
    try:
        return _open()
    except UsageError:
        return None


def _today(text: str | None) -> date:
    if text is None:
        return datetime.now(SHANGHAI).date()
    return parse_day(text, "--today")


def _severity(text: str) -> Severity:
    return cast("Severity", one_of(text, SEVERITIES))


def _relative(paths: list[str], root: Path) -> list[str]:
    """Paths as typed from the current folder, relative to the workspace."""
    return [Path(os.path.relpath(_start / path, root)).as_posix() for path in paths]


def _leave(code: int) -> None:
    raise typer.Exit(code)


def main() -> None:
    """Run the command line and leave with its exit code; the one place where errors are caught."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command; its exit code. The one place where errors are caught."""
    try:
        code = app(words, prog_name="qingdan", standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:  # noqa: BLE001 what is not expected is a bug, and says so
        return _failed(error)
    except KeyboardInterrupt:
        return _interrupted()
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    """Tell what went wrong in one sentence; the exit code for it."""
    match error:
        case QingdanError():
            print(f"qingdan：{error}", file=sys.stderr)
            return error.exit_code
        case typer.Abort():
            return _interrupted()
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        case OSError():
            return _system(error)
        case chinese.ClickError():
            return _usage(error)
        case _:
            traceback.print_exception(error)
            print("qingdan：程序内部错误，请把以上内容报给维护人员。", file=sys.stderr)
            return BUG


def _interrupted() -> int:
    print("\n已中断，没有留下半途的改动。", file=sys.stderr)
    return 130


def _system(error: OSError) -> int:
    """A file that the system refused: a full disk, a folder without permission."""
    place = f"{error.filename}" if error.filename else "输出"
    print(
        f"qingdan：{place}不能读写：{reason(error)}。已有的提交和文件没有受损，解决后请重新运行。",
        file=sys.stderr,
    )
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return RefusedError.exit_code


def _usage(error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(chinese.help_text(str(error)), file=sys.stderr)
    else:
        print(f"qingdan：{chinese.sentence(error)}用 qingdan --help 查看用法。", file=sys.stderr)
    return 2
