"""``log``: the life of one item, as a person reads it: from the beginning on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.desk.history.lives import life_of
from qingdan.render import lives

if TYPE_CHECKING:
    from qingdan.desk.opening import Opened


def run(
    opened: Opened, code: str, form: str, *, number: int = 0, newest_first: bool = False
) -> int:
    """Tell the life of an item; ``number`` keeps its latest events alone (0: all)."""
    life = life_of(opened, code)
    kept = life.events[-number:] if number else life.events
    told = tuple(reversed(kept)) if newest_first else kept
    life = replace(life, events=told, left_out=len(life.events) - len(kept))
    sys.stdout.write(lives.as_json(life) if form == "json" else lives.as_text(life))
    return 0
