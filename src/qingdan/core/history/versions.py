"""One item out of the text of a list file, without reading the rest of it where the file is canonical."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.text import reading
from qingdan.core.text.canonical import scalar
from qingdan.model.errors import YamlRefusedError
from qingdan.model.items import Item

if TYPE_CHECKING:
    from qingdan.core.text.canonical import Layout
    from qingdan.model.values import Doc

_ENTRY = b"\n- code: "
_ITEMS = b"\nitems:\n"


def excerpt(raw: bytes, code: str) -> bytes:
    """The file with this one item left in it; the whole file where that cannot be seen, nothing if it has it not.

    Two versions with the same excerpt have the same item.
    """
    if code.encode() not in raw:
        return b""
    head, items, body = raw.partition(_ITEMS)
    start = (b"\n" + body).find(_ENTRY + scalar(code).encode() + b"\n")
    if not items or start < 0:
        return raw
    end = body.find(_ENTRY, start + 1)
    return head + items + (body[start:] if end < 0 else body[start : end + 1])


def item_in(raw: bytes, code: str, path: str, layout: Layout) -> Item | None:
    """The item as a version of a file, or an excerpt of it, has it; None where it is not, or nothing can be read.

    Old versions need not fit the schema of today.
    """
    try:
        value = reading.read(raw, layout).value if raw else None
    except YamlRefusedError:
        return None
    entries = value.get("items") if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("code") == code:
            doc = cast("Doc", value)
            return Item(str(doc.get("list", "")), str(doc.get("unit", "")), path, 0, entry)
    return None
