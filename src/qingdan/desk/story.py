"""The sample's history: adjustments, publications, snapshots, complaints, results, replayed with the engine that clerks use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from qingdan.core.adjustments.request import Request
from qingdan.core.text import strict
from qingdan.desk import adjusting, inspecting_story, ledger_story, publishing, taking
from qingdan.desk.adjusting import Order
from qingdan.desk.opening import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CLERK = {
    "GIT_AUTHOR_NAME": "样例经办人",
    "GIT_AUTHOR_EMAIL": "clerk@qingdan.example",
    "GIT_COMMITTER_NAME": "样例经办人",
    "GIT_COMMITTER_EMAIL": "clerk@qingdan.example",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
"""Nobody's own name and settings get into the sample, and its commits are the same on every machine."""


def clerk(day: str) -> dict[str, str]:
    """The sample's clerk on a day, at nine in the morning."""
    moment = f"{day}T09:00:00+08:00"
    return CLERK | {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}


def read(folder: Path) -> Mapping[str, Any]:
    """The story of a sample: ``register`` (how the lists were first entered) and ``steps``."""
    value, _ = strict.read((folder / "story.yaml").read_text("utf-8"))
    return cast("Mapping[str, Any]", value)


def replay(root: Path, folder: Path, tell: Callable[[int, int], None]) -> int:
    """Replay the steps into the workspace at ``root``; how many there were. ``tell`` hears of the progress."""
    steps = cast("list[Mapping[str, Any]]", read(folder).get("steps", []))
    for place, step in enumerate(steps):
        _STEPS[step["do"]](Opened(root, clerk(step["day"])), step, folder)
        tell(place + 1, len(steps))
    return len(steps)


def _order(step: Mapping[str, Any]) -> Order:
    day = date.fromisoformat(step["day"])
    request = Request(
        kind=step.get("kind", {"add": "add", "remove": "remove"}.get(step["do"], "change")),
        trigger=step["trigger"],
        occurred=date.fromisoformat(step["occurred"]),
        reason=step["reason"],
        applied=day,
        basis=step.get("basis", ""),
        effective=date.fromisoformat(step["effective"]) if "effective" in step else None,
        late_reason=step.get("late_reason", ""),
    )
    return Order(request, day)


def _set(opened: Opened, step: Mapping[str, Any], _folder: Path) -> None:
    assignments = [f"{field}={value}" for field, value in step["fields"].items()]
    adjusting.set_fields(opened, step["code"], assignments, _order(step))


def _remove(opened: Opened, step: Mapping[str, Any], _folder: Path) -> None:
    adjusting.remove(opened, step["code"], step.get("successors", ()), _order(step))


def _add(opened: Opened, step: Mapping[str, Any], folder: Path) -> None:
    items = adjusting.items_in(folder / step["file"], "", "", opened.schemas)
    adjusting.add(opened, items, _order(step))


def _publish(opened: Opened, step: Mapping[str, Any], _folder: Path) -> None:
    publishing.record_publication(
        opened,
        date.fromisoformat(step["day"]),
        step["lists"],
        step["channels"],
        {key: step[key] for key in ("confirmed", "filed") if key in step},
    )


def _take(opened: Opened, step: Mapping[str, Any], folder: Path) -> None:
    file = folder / step["file"]
    day = date.fromisoformat(step["day"])
    read_ = taking.read_table(opened, step["system"], file.read_bytes(), file.name, day)
    taking.file_table(opened, read_, day, pinned=False)


_STEPS = {
    "set": _set,
    "remove": _remove,
    "add": _add,
    "publish": _publish,
    "take": _take,
    **inspecting_story.STEPS,
    **ledger_story.STEPS,
}
