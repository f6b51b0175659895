"""Repositories that a fleet may meet, servers that answer late or never, and work that ends its worker."""

from __future__ import annotations

import functools
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import git


def bare(workspace: Path, folder: Path) -> str:
    """A bare repository of a workspace, as a server has it; its URL."""
    git(workspace, "clone", "-q", "--bare", str(workspace), str(folder))
    return f"file://{folder}"


@contextmanager
def silent_server() -> Iterator[tuple[int, threading.Event]]:
    """A port that takes connections and never answers; the event is set when somebody has come."""
    came = threading.Event()
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                came.set()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1], came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for each in held:
                each.close()


@contextmanager
def web_server(folder: Path) -> Iterator[tuple[int, threading.Event, threading.Event]]:
    """A plain web server of a folder. It says that somebody came, and answers when it may."""
    came, may = threading.Event(), threading.Event()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            came.set()
            may.wait(60)
            super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    made = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1], came, may
        finally:
            may.set()
            server.shutdown()


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A cluster that somebody else runs: its address, and the process of its scheduler."""
    command = [sys.executable, __file__, str(workers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().decode().strip(), process
        finally:
            process.kill()


def serve(workers: int) -> None:
    """Run a cluster until the process is ended."""
    from distributed import LocalCluster

    made = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        memory_limit=0,
    )
    print(made.scheduler_address, flush=True)
    sys.stdin.read()


def below(pid: int) -> dict[int, str]:
    """Every process that a process has started, and those of these, by their command lines."""
    parents: dict[int, int] = {}
    words: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text("utf-8", "replace")
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if state != "Z":
            parents[int(folder.name)] = int(parent)
            words[int(folder.name)] = line.decode("utf-8", "replace")
    found: dict[int, str] = {}
    wave = {pid}
    while wave:
        wave = {child for child, parent in parents.items() if parent in wave}
        found |= {child: words[child] for child in wave}
    return found


def fatal(piece: str) -> str:
    """Work that ends its worker, but for one piece."""
    if piece == "fatal":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{piece}!"


def failing(piece: str) -> str:
    """Work that a worker cannot do."""
    raise ValueError(piece)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
