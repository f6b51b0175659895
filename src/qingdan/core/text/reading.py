"""Reading a file of the workspace: the fast lane for what is in canonical form, the strict reader for the rest.

A fast parser is believed only where writing its result out again gives the same bytes: then the text is
canonical, and on canonical text all readers agree (the differential tests hold them to it). Everything
else (hand-written files, files with mistakes, hostile ones) goes to :mod:`qingdan.core.text.strict`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import yaml_rs

from qingdan.core.text import strict
from qingdan.core.text.canonical import FREE, emit
from qingdan.model.errors import YamlRefusedError

if TYPE_CHECKING:
    from qingdan.core.text.canonical import Layout
    from qingdan.core.text.strict import Places
    from qingdan.model.workspace import Value

_SUSPICIOUS = (
    b"- - ",
    b"- ? ",
    b"? - ",
    b"? ? ",
    b"\t",
    b"\x00",
    b"\n" + b" " * 60,
    *(b"\\" + letter.encode() for letter in "uxUtrbfeav0NLP_"),
)
"""What could exhaust the fast parser's stack, or hide a control character: the strict reader looks closer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. ``places`` is empty for a canonical file: they are worked out when asked for."""

    value: Value
    canonical: bool
    places: Places = field(default_factory=dict)


def read(raw: bytes, layout: Layout = FREE) -> Reading:
    """Read a file's bytes; raise YamlRefusedError where it is not of the accepted subset."""
    quick = _fast(raw, layout)
    if quick is not None:
        return Reading(quick, canonical=True)
    text = strict.decode(raw)
    value, places = strict.read(text)
    canonical = isinstance(value, dict) and emit(value, layout) == text
    return Reading(value, canonical, places)


def known(raw: bytes, layout: Layout = FREE) -> dict[str, Value]:
    """What a text holds that was found to be canonical before: nothing is proven again."""
    if _is_plain(raw):
        return cast("dict[str, Value]", yaml_rs.loads(raw.decode("utf-8"), parse_datetime=False))
    return cast("dict[str, Value]", read(raw, layout).value)


def _is_plain(raw: bytes) -> bool:
    """Whether there is nothing in a text with which the fast parser has to be spared."""
    if len(raw) > strict.MAX_BYTES or any(mark in raw for mark in _SUSPICIOUS):
        return False
    return not (b"&" in raw and b"*" in raw)  # an anchor told over and over would eat all memory


def _fast(raw: bytes, layout: Layout) -> dict[str, Value] | None:
    """The value of canonical text; None for any other."""
    if not _is_plain(raw):
        return None
    try:
        text = raw.decode("utf-8")
        value: object = yaml_rs.loads(text, parse_datetime=False)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    try:
        return value if emit(value, layout) == text else None
    except (ValueError, TypeError, RecursionError, AttributeError):
        return None


def places(raw: bytes) -> Places:
    """Where every value of a file stands; empty if the file cannot be read."""
    try:
        return strict.read(strict.decode(raw))[1]
    except YamlRefusedError:
        return {}
