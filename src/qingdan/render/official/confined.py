"""Filling a workspace's own template in a process of its own: ``python -m qingdan.render.official.confined``.

A template may come with anybody's pull request. Here it can neither run long nor take much memory, and what it gives is
data for the process that asked.
"""

from __future__ import annotations

import json
import sys

from msgspec.structs import asdict

from qingdan.model.errors import UsageError
from qingdan.render.official.filling import Filled, fill

SECONDS = 10
_MEMORY = 768 * 1024 * 1024
_DEEP = 400


def asked(name: str, data: object, texts: object) -> bytes:
    """What the process is to be told."""
    return json.dumps({"name": name, "data": data, "texts": texts}).encode()


def answered(raw: bytes) -> Filled:
    """What the process told; UsageError if it refused the template."""
    answer = json.loads(raw)
    if "error" in answer:
        raise UsageError(answer["error"])
    return Filled(answer["name"], answer["text"], tuple(answer["data"]))


def _limit() -> None:
    """Give up memory and time that no document needs; where the system has no such limits, the caller's clock remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(raw: bytes) -> dict[str, object]:
    wanted = json.loads(raw)
    sys.setrecursionlimit(_DEEP)
    try:
        return asdict(fill(wanted["name"], wanted["data"], wanted["texts"]))
    except UsageError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"templates/{wanted['name']}：模板占用的内存过多。"}


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))
