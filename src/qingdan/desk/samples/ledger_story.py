"""The steps of a sample's story that enter complaints and results."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from qingdan.core.ledger.complaints import Answer, Complaint
from qingdan.desk.ledger import complaints
from qingdan.desk.ledger.results import Taking, take_results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from qingdan.desk.opening import Opened


def _complaint(opened: Opened, step: Mapping[str, Any], _folder: Path) -> None:
    day = date.fromisoformat(step["day"])
    said = Complaint(
        step["reference"],
        step["channel"],
        date.fromisoformat(step.get("received", step["day"])),
        step["kind"],
        step["unit"],
        step.get("item", ""),
        about=step.get("about", ""),
        confidential=step.get("confidential") == "是",
    )
    complaints.register(opened, said, day, pinned=False)


def _answer(opened: Opened, step: Mapping[str, Any], _folder: Path) -> None:
    said = Answer(
        date.fromisoformat(step["day"]),
        step["by"],
        step.get("result", ""),
        step.get("verified", ""),
        step.get("thanks") == "是",
    )
    complaints.answer(opened, step["reference"], said, None)


def _results(opened: Opened, step: Mapping[str, Any], folder: Path) -> None:
    file = folder / step["file"]
    files = ((file.name, file.read_bytes()),)
    take_results(opened, Taking(files, date.fromisoformat(step["day"])))


STEPS: Mapping[str, Callable[[Opened, Mapping[str, Any], Path], None]] = {
    "complaint": _complaint,
    "answer": _answer,
    "results": _results,
}
