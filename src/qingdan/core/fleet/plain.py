"""Tasks and outcomes as JSON, between a worker and the process that it has do the work."""

from __future__ import annotations

import json
from typing import Any

from msgspec import to_builtins

from qingdan.model.fleet import Asked, Bounds, Counted, Listed, Moved, Outcome, Task


def task(raw: bytes) -> Task:
    """A task as :func:`told` wrote it."""
    row: dict[str, Any] = json.loads(raw)
    inner = {"repository": Listed, "asked": Asked, "bounds": Bounds}
    return Task(**row | {key: make(**row[key]) for key, make in inner.items()})


def told(value: Task | Outcome) -> bytes:
    """A task or an outcome for the other process."""
    return json.dumps(to_builtins(value)).encode()


def outcome(raw: bytes) -> Outcome:
    """An outcome as :func:`told` wrote it."""
    row: dict[str, Any] = json.loads(raw)
    found = tuple(Counted(**each | {"rules": tuple(each["rules"])}) for each in row["found"])
    moved = Moved(**row["moved"]) if row["moved"] else None
    return Outcome(**row | {"found": found, "moved": moved})
