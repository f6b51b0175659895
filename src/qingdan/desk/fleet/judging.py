"""Looking at one repository of a fleet, in a process apart: ``python -m qingdan.desk.fleet.judging``.

It reads a :class:`Task` and writes an :class:`Outcome`, both as JSON. Whatever the repository is, it can take no more
time, memory and room than it may, and stop nobody else.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from qingdan.core.fleet import addresses, figures, plain
from qingdan.core.places import SETTINGS_PATH
from qingdan.desk.hooks.committing import Placed
from qingdan.desk.opening import judge, require_settings
from qingdan.desk.reports import periods
from qingdan.desk.watching import Watch
from qingdan.desk.world import every_finding
from qingdan.model.errors import CannotAnswerError, QingdanError
from qingdan.model.fleet import Outcome
from qingdan.repo import apart, fetching, pool
from qingdan.repo.git import GitError

if TYPE_CHECKING:
    from qingdan.core.reports.ends import Ground
    from qingdan.model.fleet import Asked, Listed, Task
    from qingdan.model.periods import Kind, Span
    from qingdan.model.workspace import Snapshot


class Brought(Placed, eq=False, dict=True):
    """A repository of a fleet as it was brought here: its branch is its head, and there are no files beside it."""

    def snapshot(self, rev: str = "") -> Snapshot:
        """The files of a revision, of the head where none is named."""
        return super().snapshot(rev or "HEAD")


def outcome(task: Task) -> Outcome:
    """What a repository is found to be, or why it cannot be read."""
    name = task.repository.name
    try:
        return _examined(task)
    except QingdanError as error:
        return Outcome(name, addresses.shown(str(error)))
    except MemoryError:
        return Outcome(name, f"占用的内存超过了{task.bounds.memory}MiB（--memory）。")
    except OSError as error:
        return Outcome(name, f"本机不能读写：{error.strerror}。")
    except Exception as error:  # noqa: BLE001 a bug met in one repository stops no other, and is told
        return Outcome(name, f"程序内部错误，请报给维护人员：{type(error).__name__}：{error}")


def _examined(task: Task) -> Outcome:
    listed, asked = task.repository, task.asked
    address, prefix = _source(listed)
    whole = asked.action != "validate"
    with fetching.held(_cache(task), address, listed.branch, task.bounds.size) as copy:
        copy.bring(whole=whole, schemes=addresses.SCHEMES)
        os.environ["GIT_DIR"] = str(copy.folder)
        try:
            return _looked_at(copy.folder, prefix, task)
        except (GitError, CannotAnswerError):
            if not copy.reused:
                raise
        copy.renew(whole=whole, schemes=addresses.SCHEMES)  # the copy may have been damaged
        return _looked_at(copy.folder, prefix, task)


def _source(listed: Listed) -> tuple[str, str]:
    """What git is to fetch from, and the workspace's folder in it."""
    why = addresses.refused(listed.at)
    if why:
        raise CannotAnswerError(why)
    inner = f"{listed.folder}/" if listed.folder else ""
    if addresses.is_url(listed.at):
        return listed.at, inner
    top, prefix = fetching.place_of(Path(listed.at))
    return str(top), prefix + inner


def _cache(task: Task) -> Path:
    if task.cache:
        return Path(task.cache)
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home.startswith("/") else Path.home() / ".cache") / "qingdan" / "fleet"


def _looked_at(folder: Path, prefix: str, task: Task) -> Outcome:
    opened, asked = Brought(folder, prefix=prefix), task.asked
    commit = opened.repository.resolve("HEAD")
    snapshot = opened.snapshot(commit)
    paths = [*snapshot.paths(), *(bad.path for bad in snapshot.bad())]
    if SETTINGS_PATH not in paths:
        where = f"文件夹 {prefix.rstrip('/')} 中" if prefix else ""
        raise CannotAnswerError(f"{where}没有 {SETTINGS_PATH}，不是工作区。")
    _, day = opened.repository.main_line(commit)[-1]
    head = Outcome(task.repository.name, commit=commit, day=str(day), files=len(paths))
    if asked.action == "report":
        return _of_period(opened, head, asked)
    return _of_head(opened, head, snapshot, asked)


def _of_head(opened: Brought, head: Outcome, snapshot: Snapshot, asked: Asked) -> Outcome:
    """What is wrong with the files of the head, and with the world around them on a day."""
    if asked.action == "validate":
        book, findings = judge(opened, snapshot)
    else:
        watch = Watch(snapshot, opened.schemas)
        book = opened.built(snapshot, watch=watch)[0]
        require_settings(book)
        today = date.fromisoformat(asked.today)
        findings = every_finding(opened, book, snapshot, today, watch, partly=True)
    return replace(head, items=len(book.entries), found=figures.counted(findings))


def _of_period(opened: Brought, head: Outcome, asked: Asked) -> Outcome:
    """What a period brought, and what was wrong at its end."""
    span = periods.wanted(cast("Kind", asked.kind), asked.period, date.fromisoformat(asked.today))
    ground = _ground(opened, span)
    closing = ground.closing
    return replace(
        head,
        commit=ground.end.commit,
        files=closing.files,
        items=len(closing.entries),
        found=figures.counted(ground.findings),
        moved=figures.moved(ground, opened.book()),
    )


def _ground(opened: Brought, span: Span) -> Ground:
    """The ends of a period, each with what was wrong then."""
    ground = periods.ground_of(opened, span)
    if ground.opening is None:
        return ground
    first = ground.ends[0]
    return replace(ground, ends=[periods.end(opened, first.quarter, first.commit), ground.end])


def main() -> None:
    """Take the task from stdin, keep to its bounds, write the outcome."""
    apart.end_with_the_asker()
    task = plain.task(sys.stdin.buffer.read())
    apart.limit(task.bounds.memory, task.bounds.size)
    pool.keep_to(1)
    out = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with os.fdopen(out, "wb") as answer:
        answer.write(plain.told(outcome(task)))


if __name__ == "__main__":
    main()
