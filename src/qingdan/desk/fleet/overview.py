"""A fleet at the desk: its list, every repository looked at by workers or one after the other, the summary."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan import __version__
from qingdan.core import periods
from qingdan.core.fleet import addresses, listing
from qingdan.core.fleet.ranking import ranking
from qingdan.core.schema import Schemas
from qingdan.desk.fleet.working import attempt
from qingdan.model.errors import UsageError, reason
from qingdan.model.fleet import Bounds, Outcome, Summary, Task
from qingdan.render.formats.visible import visible
from qingdan.repo import engine, resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qingdan.model.findings import Severity
    from qingdan.model.fleet import Asked, Fleet, Listed

DEFAULT = "fleet.yaml"


class Manner(Struct, frozen=True):
    """How the work is done. ``workers`` None: as many as there are cores, without the engine one after the other; 0: so.

    ``scheduler`` is a cluster's address, ``cache`` where copies are kept (empty: each machine's own place).
    """

    workers: int | None = None
    scheduler: str = ""
    cache: str = ""
    bounds: Bounds = field(default_factory=Bounds)


def listed(given: Sequence[str], start: Path) -> tuple[Fleet, Path]:
    """The fleet of a list file, or of paths and URLs; and the folder from which its paths go."""
    if not given or _is_list(given, start):
        file = start / (given[0] if given else DEFAULT)
        schema = Schemas(resources.schema_texts())["fleet"]
        return listing.from_file(_read(file), file.name, schema), file.parent
    return listing.from_addresses(given), start


def _is_list(given: Sequence[str], start: Path) -> bool:
    lists = [
        each for each in given if each.endswith((".yaml", ".yml")) and not (start / each).is_dir()
    ]
    if lists and len(given) > 1:
        raise UsageError(f"名单文件（{lists[0]}）要单独写，不能和别的地址并列。")
    return bool(lists)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        hint = "请写明仓库的路径、网址或者名单文件。" if file.name == DEFAULT else ""
        raise UsageError(f"不能读取名单{file}：{reason(error)}。{hint}") from None


def summary(fleet: Fleet, folder: Path, asked: Asked, manner: Manner, fail_on: Severity) -> Summary:
    """Every repository looked at; in the order of the list, whoever was done first. ``folder``: where paths go from."""
    tasks = [
        Task(_placed(each, folder), asked, __version__, manner.cache, manner.bounds)
        for each in fleet.repositories
    ]
    done: dict[str, Outcome] = {}
    _progress(0, len(tasks), "")
    for outcome in _outcomes(tasks, manner):
        done[outcome.name] = outcome
        _progress(len(done), len(tasks), outcome.name)
    outcomes = tuple(done[each.name] for each in fleet.repositories)
    span = periods.named(asked.period)
    period = span.title if span else ""
    return Summary(_shown(fleet), asked, outcomes, ranking(fleet, outcomes), fail_on, period)


def _placed(each: Listed, folder: Path) -> Listed:
    """The same with its path made whole, for a process that stands elsewhere."""
    whole = each.at if addresses.is_url(each.at) else os.path.normpath(folder / each.at)
    return replace(each, at=whole)


def _shown(fleet: Fleet) -> Fleet:
    """The same without anybody's name or password in an address."""
    known = (replace(each, at=addresses.shown(each.at)) for each in fleet.repositories)
    return replace(fleet, repositories=tuple(known))


def _outcomes(tasks: Sequence[Task], manner: Manner) -> Iterator[Outcome]:
    workers = _workers(manner, len(tasks))
    if not workers and not manner.scheduler:
        yield from map(attempt, tasks)
        return
    for each in engine.spread(attempt, tasks, workers=workers, scheduler=manner.scheduler):
        if isinstance(each, engine.Lost):
            yield Outcome(each.what.repository.name, addresses.shown(f"{each.why}。"))
        else:
            yield each


def _workers(manner: Manner, tasks: int) -> int:
    """How many processes; 0 where repositories are looked at one after the other."""
    if manner.workers is not None:
        return min(manner.workers, tasks)
    cores = min(os.cpu_count() or 1, tasks)
    if cores < 2:
        return 0
    if not manner.scheduler and not engine.installed():
        print(f"逐个检查各仓库。{engine.LACKING}，可以同时检查。", file=sys.stderr)
        return 0
    return cores


def _progress(done: int, of: int, name: str) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\r\x1b[K已完成 {done}/{of}　{visible(name)}", end=end, file=sys.stderr, flush=True)
