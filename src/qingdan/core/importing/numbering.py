"""Numbers for items that have none: unit, abbreviation of the type or the list, the next free number: JS-YJ-XK-001."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from qingdan.core.importing.items import Candidate
    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc


def numbered(
    found: Iterable[Candidate], schema: Schema, name: str, taken: Collection[str]
) -> list[Candidate]:
    """The candidates, each new and fit one without a code with its number; ``taken`` are the codes there are."""
    last = _last(taken)
    made: list[Candidate] = []
    for one in found:
        if one.status == "new" and one.unnumbered:
            stem = f"{one.unit}-{_abbreviation(one.data, schema, name)}"
            last[stem] = last.get(stem, 0) + 1
            data: Doc = {"code": f"{stem}-{last[stem]:03}", **one.data}
            made.append(replace(one, data=data))
        else:
            made.append(one)
    return made


def _last(taken: Collection[str]) -> dict[str, int]:
    """The highest number of each stem."""
    last: dict[str, int] = {}
    for code in taken:
        stem, _, number = code.rpartition("-")
        if re.fullmatch(r"\d{1,6}", number):
            last[stem] = max(last.get(stem, 0), int(number))
    return last


def _abbreviation(data: Doc, schema: Schema, name: str) -> str:
    definitions = schema.document["definitions"]
    by_type = definitions["type"]["x-abbreviations"]
    by_list = definitions["list"]["x-abbreviations"]
    return str(by_type.get(data.get("type")) or by_list.get(name) or name[:2].upper())
