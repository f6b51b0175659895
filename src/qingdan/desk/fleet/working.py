"""What a worker does with one repository of a fleet: have it looked at in a process apart, and tell how that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan import __version__
from qingdan.core.fleet import plain
from qingdan.model.fleet import Outcome
from qingdan.repo import apart

if TYPE_CHECKING:
    from qingdan.model.fleet import Task

_MODULE = "qingdan.desk.fleet.judging"


def attempt(task: Task) -> Outcome:
    """The outcome of a task. It changes nothing but the machine's copy of the repository, so it may be done again."""
    name = task.repository.name
    if task.version != __version__:
        why = f"工作节点上的 qingdan 是 {__version__}，这里是 {task.version}，请装同一个版本。"
        return Outcome(name, why)
    ended = apart.run(_MODULE, plain.told(task), task.bounds.seconds)
    if ended.status is None:
        return Outcome(name, f"超过{task.bounds.seconds}秒（--timeout）没有完成，已经停止。")
    if ended.status:
        return Outcome(name, f"读取它的进程被系统中止（{_status(ended.status)}）。")
    return plain.outcome(ended.said)


def _status(status: int) -> str:
    return f"信号{-status}" if status < 0 else f"退出码{status}"
