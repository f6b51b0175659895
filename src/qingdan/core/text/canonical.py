"""The canonical form: the one way in which qingdan writes a document.

Block style, two spaces, sequences under their key without indentation, strings plain where every
YAML reader (1.1 and 1.2) takes them for text and single-quoted elsewhere, keys in the order of the
schema, list items sorted by code. A string with a line break is double-quoted, so that one field is one
line and a change of one field a one-line diff.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from qingdan.model.patterns import UNSEEN, pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qingdan.model.values import Doc, Value

_RESERVED = frozenset(
    "y n yes no on off true false null nan inf".split()  # noqa: SIM905 one line reads best
)
_WORD = pattern(r"[A-Za-z][A-Za-z0-9_./@+-]*")
_SAFE = (
    r"\u2014-\u2026\u2460-\u2473\u3001-\u30ff\u3400-\u9fff\uff01-\uff5eA-Za-z0-9_./@+()%,;<>=~^ -"
)
_LINE = rf"(?=[^\x00-\x7f]|[A-Za-z0-9])(?:[{_SAFE}]++|:(?=[^ \n]))++(?<! )"
_WIDE = pattern(_LINE)
"""What every YAML reader takes as itself in a plain scalar, if it is not ASCII alone."""
_ALL_WIDE = pattern(rf"(?:(?:{_LINE}|[ -~]++)(?:\n|\Z))++")
_CONTROL = pattern(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff{UNSEEN}]")


class Layout(Struct, frozen=True, eq=False):
    """The order a schema gives to a document: keys of a mapping, layout of children and of list elements.

    ``sort_by`` names the key by which the elements of a list of mappings are sorted.
    """

    keys: tuple[str, ...] = ()
    children: Mapping[str, Layout] = field(default_factory=dict)
    items: Layout | None = None
    sort_by: str = ""
    _orders: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def order(self, present: tuple[str, ...]) -> tuple[str, ...]:
        """The keys of ``present`` in the layout's order; unknown keys last, as they came."""
        known = self._orders.get(present)
        if known is None:
            rank = {key: place for place, key in enumerate(self.keys)}
            known = tuple(sorted(present, key=lambda key: rank.get(key, len(rank))))
            if len(self._orders) < 4096:
                self._orders[present] = known
        return known


FREE = Layout()


def emit(doc: Doc, layout: Layout = FREE) -> str:
    """The canonical text of a document; ``parse(emit(doc)) == doc`` up to the order of keys and items.

    Raises RecursionError for a document nested deeper than Python's stack.
    """
    lines: list[str] = []
    _mapping(doc, layout, "", "", lines)
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _mapping(doc: Doc, layout: Layout, lead: str, indent: str, lines: list[str]) -> None:
    """Append the lines of a mapping; the first starts with ``lead``, the others with ``indent``."""
    for key in layout.order(tuple(doc)):
        value = doc[key]
        if isinstance(value, str):
            lines.append(f"{lead}{scalar(key)}: {scalar(value)}")
        elif isinstance(value, dict) and value:
            lines.append(f"{lead}{scalar(key)}:")
            deeper = indent + "  "
            _mapping(value, layout.children.get(key, FREE), deeper, deeper, lines)
        elif isinstance(value, list) and value:
            lines.append(f"{lead}{scalar(key)}:")
            _sequence(value, layout.children.get(key, FREE), indent, lines)
        else:
            lines.append(f"{lead}{scalar(key)}: {other(value)}")
        lead = indent


def _sequence(values: list[Value], layout: Layout, indent: str, lines: list[str]) -> None:
    """Append the lines of a sequence, its dashes at ``indent``."""
    inner = layout.items or FREE
    lead, deeper = indent + "- ", indent + "  "
    for value in _sorted(values, layout.sort_by):
        if isinstance(value, str):
            lines.append(lead + scalar(value))
        elif isinstance(value, dict) and value:
            _mapping(value, inner, lead, deeper, lines)
        elif isinstance(value, list) and value:
            lines.append(indent + "-")
            _sequence(value, inner, deeper, lines)
        else:
            lines.append(lead + other(value))


def _sorted(values: list[Value], key: str) -> list[Value]:
    if not key:
        return values
    return sorted(
        values, key=lambda value: str(value.get(key, "")) if isinstance(value, dict) else ""
    )


def other(value: Value) -> str:
    """A number, a boolean, null, or an empty collection."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, int):
        return _whole(value)
    return "{}" if isinstance(value, dict) else "[]"


def _decimal(value: float) -> str:
    from decimal import Decimal

    if not math.isfinite(value):
        raise ValueError(value)
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else text + ".0"


def _whole(value: int) -> str:
    if abs(value) >= 10**18:
        raise ValueError(value)
    return str(value)


@lru_cache(maxsize=1 << 12)  # sixteen times as many save no time and take 40 MB
def scalar(text: str) -> str:
    """A string as a YAML scalar: plain where safe, else quoted."""
    if text.isascii():
        if _WORD.fullmatch(text) and text.lower() not in _RESERVED:
            return text
    elif _WIDE.fullmatch(text):
        return text
    if _CONTROL.search(text):
        quoted = json.dumps(text, ensure_ascii=False)
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
    return "'" + text.replace("'", "''") + "'"


def all_plain(lines: str, count: int) -> bool:
    """Whether :func:`scalar` leaves all of so many texts as they are that are not ASCII alone; each is a line here."""
    return lines.count("\n") < count and _ALL_WIDE.fullmatch(lines) is not None
