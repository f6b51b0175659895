"""``make bench``: everything that should be fast, beside its floor or its peers, in one run; ``make bench-page``: the page.

``BENCH=quick`` measures the size of a district alone, ``BENCH=full`` that of a province besides; ``ONLY=past`` one subject.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import page
from machine import described
from rows import Ground, Outcome, Scale, cold, memory, past, starting, warm, world

SCALES = (
    Scale("quick", "3到5", rounds=3, city=0, commits=1_000),
    Scale("default", "10到15"),
    Scale("full", "40到60", province=640_000, patient=True),
)
SUBJECTS = {
    "start": starting, "cold": cold, "warm": warm, "world": world, "past": past, "memory": memory,
}  # fmt: skip
ROOT = Path(__file__).parents[2]


def main(folder: Path, scale: Scale, only: str) -> int:
    """Measure, show the table, keep it (that of one subject apart); 1 where a command that is there did not succeed."""
    wanted = [SUBJECTS[only]] if only else list(SUBJECTS.values())
    print(f"按 {scale.name} 的规模测量，约{scale.minutes}分钟。", file=sys.stderr)
    ground = Ground(folder, scale)
    outcomes: list[Outcome] = []
    for subject in wanted:
        outcomes += subject.outcomes(ground)
    day = datetime.now(UTC).astimezone().date()  # noqa: TID251 a measurement tells when it was made
    result = page.Result(described(ground.peers.versions()), scale.name, f"{day}", outcomes)
    page.keep(result, folder / only)
    page.show(result)
    return int(any(one.failed for one in outcomes))


def asked(environment: str, only: str) -> tuple[Scale, str]:
    """The scale and the subject that were asked for; SystemExit for one that is not there."""
    scale = next((scale for scale in SCALES if scale.name == (environment or "default")), None)
    if scale is None or only not in {"", *SUBJECTS}:
        names = "、".join(scale.name for scale in SCALES)
        raise SystemExit(f"BENCH 可以是{names}，ONLY 可以是{'、'.join(SUBJECTS)}。")
    return scale, only


if __name__ == "__main__":
    if sys.argv[2:] == ["page"]:
        page.update(Path(sys.argv[1]), ROOT)
    else:
        words = asked(os.environ.get("BENCH", ""), os.environ.get("ONLY", ""))
        sys.exit(main(Path(sys.argv[1]).resolve(), *words))
