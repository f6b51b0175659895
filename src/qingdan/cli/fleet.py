"""The commands about many repositories at once: ``fleet validate``, ``fleet check``, ``fleet report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from qingdan.cli import chinese
from qingdan.cli.app import FailOn, Today, day, leave, severity, start, told_in
from qingdan.cli.front import group
from qingdan.model.errors import UsageError
from qingdan.model.fleet import Bounds
from qingdan.model.patterns import pattern
from qingdan.model.periods import Kind

if TYPE_CHECKING:
    from qingdan.commands.fleet import Options

fleet_app = group("fleet")
_LIKE_PERIOD = pattern("[0-9]{4}(?:年.*|[-/ ]?[QqWw季第].*|[-/][0-9]{1,2})?")
"""What nobody calls a repository."""

Given = Annotated[
    Optional[list[str]],
    typer.Argument(
        help="名单文件（.yaml），或者各仓库的路径、网址；不写为当前文件夹的 fleet.yaml。",
        metavar="名单或仓库",
    ),
]
Workers = Annotated[
    Optional[int],
    typer.Option(
        "--workers",
        min=0,
        max=1024,
        help="同时用几个进程，缺省为处理器的核数；0 为逐个检查，不用分布式引擎。",
        metavar="个数",
    ),
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        help="交给这个集群的调度器，例如 tcp://10.0.0.5:8786；缺省只用本机。",
        metavar="地址",
    ),
]
Cache = Annotated[
    Optional[Path],
    typer.Option(
        "--cache", help="各仓库的副本存放在哪里，缺省为 ~/.cache/qingdan/fleet。", metavar="文件夹"
    ),
]
Timeout = Annotated[
    int, typer.Option("--timeout", min=1, help="一个仓库最多用多少秒。", metavar="秒")
]
Memory = Annotated[
    int,
    typer.Option(
        "--memory", min=64, help="一个仓库最多占用多少内存（MiB），程序本身不计。", metavar="MiB"
    ),
]
Size = Annotated[
    int,
    typer.Option("--size", min=1, help="取来的一个文件（打包的历史）最大多少 MiB。", metavar="MiB"),
]
Formats = Annotated[
    Optional[list[str]],
    typer.Option(
        "--format",
        help="text、json、markdown、html、xlsx；可重复，写成 xlsx=文件 则存入文件。",
        metavar="格式",
    ),
]
_BOUNDS = Bounds()


@fleet_app.command(
    "validate",
    cls=chinese.Command,
    help="核对每个仓库的清单、名册和台账，汇总并排名：不看时钟，明天也是同样的结果。",
)
def validate_command(
    given: Given = None,
    workers: Workers = None,
    scheduler: Scheduler = "",
    cache: Cache = None,
    timeout: Timeout = _BOUNDS.seconds,
    memory: Memory = _BOUNDS.memory,
    size: Size = _BOUNDS.size,
    formats: Formats = None,
    fail_on: FailOn = "error",
) -> None:
    from qingdan.commands import fleet

    bounds = Bounds(timeout, memory, size)
    leave(fleet.validate(_options(given, (workers, scheduler, cache, bounds), formats, fail_on)))


@fleet_app.command(
    "check",
    cls=chinese.Command,
    help="核对并按规则检查每个仓库在一天的情况，汇总并排名。",
)
def check_command(
    given: Given = None,
    workers: Workers = None,
    scheduler: Scheduler = "",
    cache: Cache = None,
    timeout: Timeout = _BOUNDS.seconds,
    memory: Memory = _BOUNDS.memory,
    size: Size = _BOUNDS.size,
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import fleet

    bounds = Bounds(timeout, memory, size)
    options = _options(given, (workers, scheduler, cache, bounds), formats, fail_on)
    leave(fleet.check(options, day(today)))


@fleet_app.command(
    "report",
    cls=chinese.Command,
    help="汇总每个仓库一个季度或一年的变动、时效和问题，并排名。",
)
def report_command(
    given: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="名单文件（.yaml），或者各仓库的路径、网址，还可写期间（2026Q3、2026）；"
            "不写名单为当前文件夹的 fleet.yaml，不写期间为最近一个已结束的。",
            metavar="名单或仓库 期间",
        ),
    ] = None,
    quarter: Annotated[bool, typer.Option("--quarter", help="一个季度。")] = False,
    year: Annotated[bool, typer.Option("--year", help="一年。")] = False,
    workers: Workers = None,
    scheduler: Scheduler = "",
    cache: Cache = None,
    timeout: Timeout = _BOUNDS.seconds,
    memory: Memory = _BOUNDS.memory,
    size: Size = _BOUNDS.size,
    formats: Formats = None,
    fail_on: FailOn = "error",
    today: Today = None,
) -> None:
    from qingdan.commands import fleet

    if quarter == year:
        raise UsageError("请写明一种：--quarter（季度）、--year（年度）。")
    kind: Kind = "quarter" if quarter else "year"
    places, period = _parted(given or [], kind)
    bounds = Bounds(timeout, memory, size)
    options = _options(places, (workers, scheduler, cache, bounds), formats, fail_on)
    leave(fleet.report(options, kind, period, day(today)))


def _parted(given: list[str], kind: Kind) -> tuple[list[str], str]:
    """What was given without the period that stands in it; empty where none does."""
    found = [each for each in given if _is_period(kind, each)]
    if len(found) > 1:
        raise UsageError(f"只能写一个期间，写了{'、'.join(found)}。")
    return [each for each in given if each not in found], "".join(found)


def _is_period(kind: Kind, text: str) -> bool:
    """Whether a period was given, and no repository; UsageError for what was meant as one and is none."""
    from qingdan.core import periods

    try:
        periods.read(kind, text)
    except UsageError:
        if _LIKE_PERIOD.fullmatch(text) and not (start() / text).exists():
            raise
        return False
    return True


def _options(
    given: list[str] | None,
    how: tuple[int | None, str, Path | None, Bounds],
    formats: list[str] | None,
    fail_on: str,
) -> Options:
    from qingdan.commands.fleet import Options
    from qingdan.desk.fleet.overview import Manner

    workers, scheduler, cache, bounds = how
    if workers is not None and scheduler:
        raise UsageError("--workers 用本机的进程，--scheduler 用集群的，只能写一个。")
    folder = str(start() / cache) if cache else ""
    manner = Manner(workers, scheduler, folder, bounds)
    return Options(given or (), start(), manner, told_in(formats), severity(fail_on))
