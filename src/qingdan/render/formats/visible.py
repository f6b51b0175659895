"""Text from files and commits, harmless on a terminal: what would move the cursor or turn the line is shown as a code."""

from __future__ import annotations

import re

from qingdan.model.patterns import UNSEEN

_HIDDEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff{UNSEEN}]")


def visible_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(visible, text.split("\n")))


def visible(text: str) -> str:
    """``text`` on one line, control and direction characters shown by their code."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
