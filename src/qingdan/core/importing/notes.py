"""What an import has to say about cells, rows, columns and sheets."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["left", "doubt"]


class Note(Struct, frozen=True):
    """``left``: not taken; ``doubt``: taken, but a person should look.

    ``at`` is an address (C7), a row (第7行), a column (C列), or empty for a whole sheet; ``text`` is what stands
    there, ``why`` half a sentence that says why.
    """

    kind: Kind
    file: str
    sheet: str
    at: str
    text: str
    why: str
