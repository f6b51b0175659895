"""The one door to the engine that spreads work over processes and machines (Dask distributed, an optional extra)."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import tempfile
from concurrent.futures import CancelledError
from importlib.util import find_spec
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from qingdan.model.errors import CannotAnswerError, UsageError, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_In = TypeVar("_In")
_Out = TypeVar("_Out")

LACKING = "没有安装分布式引擎，请先运行：pip install 'qingdan[fleet]'"
ATTEMPTS = 3
"""So many workers may be lost over a piece of work before it is given up."""
PATIENCE = 30
"""Seconds to wait for a scheduler, for a cluster's first worker, and for its next one after the last is gone."""
_SETTINGS: Mapping[str, Any] = {
    "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.comm.timeouts.connect": "5s",
}
"""A dead worker is asked for what it had done until the time to connect is over; then that is done again."""


class Lost(Struct, Generic[_In], frozen=True):
    """A piece of work that was given up: its workers died over it, or one cannot do it for the reason ``why``."""

    what: _In
    why: str


def installed() -> bool:
    """Whether the engine is there."""
    return find_spec("distributed") is not None


def spread(
    work: Callable[[_In], _Out], pieces: Sequence[_In], *, workers: int = 0, scheduler: str = ""
) -> Iterator[_Out | Lost[_In]]:
    """What ``work`` makes of each piece, as it is done, in processes of this machine or at a cluster's address.

    ``work`` must be at the top of a module and give the same when it is done again. Everything is closed at the end,
    also where the caller stops before.
    """
    if not installed():
        raise UsageError(f"{LACKING}。")
    with _client(workers, scheduler) as client:
        futures = {client.submit(work, each, pure=False): each for each in pieces}
        try:
            for future in _done(client, futures, scheduler):
                yield _result(future, futures[future])
        finally:
            client.cancel(list(futures), force=True)


@contextlib.contextmanager
def _client(workers: int, scheduler: str) -> Iterator[Any]:
    import dask
    from distributed import Client

    with contextlib.ExitStack() as stack:
        logging.disable()  # what the engine has to say to us comes as exceptions
        stack.callback(logging.disable, logging.NOTSET)
        stack.enter_context(dask.config.set(_SETTINGS))
        address, security = (scheduler, None) if scheduler else _local(stack, workers)
        client, why = None, ""
        try:
            client = Client(address, security=security, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            why = _told(error)
        if client is None:
            gc.collect()  # found later, what is left of it locks the engine out that is just being started
            raise CannotAnswerError(f"连不上调度器 {scheduler}：{why}。")
        stack.callback(client.close)
        _require_workers(client, scheduler)
        yield client


def _local(stack: contextlib.ExitStack, workers: int) -> tuple[Any, Any]:
    """A cluster of this machine alone: its ports are on 127.0.0.1, and refuse who has not the key made for this run.

    Whoever may give work to a worker can do whatever we can, and other people may have accounts here.
    """
    from distributed import LocalCluster, Security

    security = Security.temporary()
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="qingdan-"))
    with _uninterrupted():
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        )
        stack.callback(_end, cluster)
    return cluster, security


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Threads and processes begun here never hear of Ctrl-C, which is ours alone to answer; it waits until they stand."""
    resource_tracker.ensure_running()  # it would let Ctrl-C through to the worker that it is begun with
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(cluster: Any) -> None:
    """End the workers at once, whatever they are at: nobody waits for it any more."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)
    cluster.close()


def _require_workers(client: Any, scheduler: str) -> None:
    from distributed import TimeoutError as LateError

    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except LateError:
        where = f"调度器 {scheduler} 上" if scheduler else "本机"
        raise CannotAnswerError(f"{where}没有工作进程，等了{PATIENCE}秒。") from None
    except OSError:
        raise _gone(scheduler) from None


def _done(client: Any, futures: dict[Any, Any], scheduler: str) -> Iterator[Any]:
    """The pieces as they are done; CannotAnswerError where nobody is left to do the others."""
    from distributed import TimeoutError as LateError
    from distributed import wait

    waiting = set(futures)
    while waiting:
        try:
            done = wait(waiting, timeout=PATIENCE, return_when="FIRST_COMPLETED").done
        except LateError:
            _require_workers(client, scheduler)
            continue
        except CancelledError:
            raise _gone(scheduler) from None
        yield from done
        waiting -= done


def _gone(scheduler: str) -> CannotAnswerError:
    return CannotAnswerError(f"与调度器 {scheduler} 的连接断了，没有查完。")


def _result(future: Any, piece: Any) -> Any:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return Lost(piece, "办理它的进程几次都中途终止，不再重试")
    except (ImportError, AttributeError):
        return Lost(piece, "工作节点上没有安装 qingdan，或者版本不同")
    except Exception as error:  # noqa: BLE001 what another machine raises is told, and stops nobody else
        return Lost(piece, f"工作节点出错：{type(error).__name__}：{error}")


def _told(error: Exception) -> str:
    return reason(error) if isinstance(error, OSError) and error.errno else f"{error}"
