"""Reading a file of the workspace: the fast lane for what is in canonical form, the strict reader for the rest.

A fast parser is believed only where writing its result out again gives the same bytes: then the text is
canonical, and on canonical text all readers agree (the differential tests hold them to it). Everything
else (hand-written files, files with mistakes, hostile ones) goes to :mod:`qingdan.core.text.strict`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml_rs

from qingdan.core.text import lines, strict
from qingdan.core.text.canonical import FREE, emit
from qingdan.model.errors import YamlRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.core.text.canonical import Layout
    from qingdan.core.text.strict import Places
    from qingdan.model.findings import Pointer
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


def _fast(raw: bytes, layout: Layout) -> dict[str, Value] | None:
    """The value of canonical text; None for any other."""
    if len(raw) > strict.MAX_BYTES or any(mark in raw for mark in _SUSPICIOUS):
        return None
    if b"&" in raw and b"*" in raw:  # an anchor told over and over would eat all memory
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


def places(raw: bytes, wanted: Iterable[Pointer] | None = None) -> Places:
    """Where the wanted values of a file stand (None: all), and what they stand in; empty if it cannot be read."""
    try:
        text = strict.decode(raw)
        found = None if wanted is None else lines.places(text, wanted)
        return strict.read(text)[1] if found is None else found
    except YamlRefusedError:
        return {}
