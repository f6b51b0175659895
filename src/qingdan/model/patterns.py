"""Regular expressions that cost nothing until they are used: a command asks few of those that its modules have."""

from __future__ import annotations

import re
from typing import Any, cast

UNSEEN = r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
"""What stands in a text and is not seen, but turns the order of what is shown or makes two equal words differ."""


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression, compiled when it is first asked something."""
    return cast("re.Pattern[str]", _Pattern(text, flags))


class _Pattern:
    """Stands for a compiled pattern, and hands on its methods."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """A method of the compiled pattern; from then on it is this object's own."""
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found
