"""``doctor``: looks at machine, repository and workspace, and says what to do; renews what the program made, when asked."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

from qingdan.desk.doctoring import points
from qingdan.desk.mending import mend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.desk.doctoring import Machine, Point, State
    from qingdan.desk.opening import Opened

_NAMES: Mapping[State, str] = {"正常": "ok", "注意": "attention", "有问题": "problem"}
"""What a program reads for a state."""


def run_fix(opened: Opened, day: date | None) -> int:
    """Bring up to date what the program laid out, as one commit; ``day`` is the author's where one was pinned."""
    renewed = mend(opened, day)
    told = (
        f"已更新并提交：{'、'.join(renewed)}。"
        if renewed
        else "程序生成的文件都是最新的，没有改动。"
    )
    sys.stdout.write(f"{told}\n")
    return 0


def run(start: Path, machine: Machine, form: str) -> int:
    """Show every point as ``text`` or ``json``; 1 if there is a problem."""
    found = tuple(points(start, machine))
    sys.stdout.write(_json(found) if form == "json" else "\n".join(_text(found)) + "\n")
    return int(any(point.state == "有问题" for point in found))


def _text(found: Sequence[Point]) -> Iterator[str]:
    for point in found:
        yield f"{point.state:\u3000<3} {point.name}：{point.said}"
        if point.cure:
            yield f"       办法：{point.cure}"
    counts = Counter(point.state for point in found)
    said = "、".join(f"{state}{counts[state]}项" for state in _NAMES if counts[state])
    yield f"共检查{len(found)}项：{said}。"


def _json(found: Sequence[Point]) -> str:
    counts = Counter(point.state for point in found)
    document = {
        "points": [
            {
                "name": point.name,
                "state": _NAMES[point.state],
                "said": point.said,
                "do": point.cure,
            }
            for point in found
        ],
        "summary": {name: counts[state] for state, name in _NAMES.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
