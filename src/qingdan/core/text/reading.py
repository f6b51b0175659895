"""Reading a file of the workspace: the fast lane for what is in canonical form, the strict reader for the rest.

A fast parser is believed only where writing its result out again gives the same bytes: then the text is
canonical, and on canonical text all readers agree (the differential tests hold them to it). Everything
else (hand-written files, files with mistakes, hostile ones) goes to :mod:`qingdan.core.text.strict`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import yaml_rs
from msgspec import Struct

from qingdan.core.text import lines
from qingdan.core.text.canonical import FREE, emit
from qingdan.core.text.decoding import MAX_BYTES, decode
from qingdan.core.text.framing import framed
from qingdan.model.errors import YamlRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qingdan.core.text.canonical import Layout
    from qingdan.model.findings import Places, Pointer
    from qingdan.model.values import Value

_DEEP = b"\n" + b" " * 60
_INDICATORS, _ROW = b"-?: ", 512
"""In a row of twice so many bytes, indicators open half as many levels: no stack is too small for that."""
_ESCAPE = re.compile(rb"\\[uxUtrbfeav0NLP_]")


class Reading(Struct, frozen=True):
    """What a file holds; where things stand in it is worked out when it is asked for (:func:`places`).

    ``lines`` are all texts of a file, each once and a line, where they were come by and none has a line break.
    """

    value: Value
    canonical: bool
    lines: str | None = None


def read(raw: bytes, layout: Layout = FREE) -> Reading:
    """Read a file's bytes; raise YamlRefusedError where it is not of the accepted subset."""
    commented = raw.startswith(b"#") or b"\n#" in raw  # no canonical text holds either
    quick = None if commented else _fast(raw, layout)
    if quick is not None:
        return quick
    text = decode(raw)
    value, _ = _strictly(text)
    canonical = not commented and isinstance(value, dict) and emit(value, layout) == text
    return Reading(value, canonical)


def _strictly(text: str) -> tuple[Value, Places]:
    from qingdan.core.text import strict  # libyaml takes long to load

    return strict.read(text)


def known(raw: bytes, layout: Layout = FREE) -> dict[str, Value]:
    """What a text holds that was found to be canonical before: nothing is proven again."""
    value = read(raw, layout).value if _suspicious(raw) else _parsed(raw)
    return cast("dict[str, Value]", value)


def _suspicious(raw: bytes) -> bool:
    """What could exhaust the fast parser's stack or memory, or hide a control character: the strict reader looks closer."""
    return (
        len(raw) > MAX_BYTES
        or b"\t" in raw
        or b"\x00" in raw
        or (b"&" in raw and b"*" in raw)  # an anchor told over and over would eat all memory
        or (b"\\" in raw and _ESCAPE.search(raw) is not None)
        or _DEEP in raw
        or not all(
            raw[place : place + _ROW].strip(_INDICATORS) for place in range(0, len(raw), _ROW)
        )
    )


def _fast(raw: bytes, layout: Layout) -> Reading | None:
    """What canonical text holds; None for any other."""
    if _suspicious(raw):
        return None
    try:
        value = _parsed(raw)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    try:
        found = framed(value, layout)
        text, lines = (emit(value, layout), None) if found is None else found
        same = text.encode() == raw
    except (ValueError, TypeError, RecursionError, AttributeError):
        return None
    return Reading(value, canonical=True, lines=lines) if same else None


def _parsed(raw: bytes) -> object:
    return yaml_rs.load(raw, parse_datetime=False, encoding="utf-8", encoder_errors="strict")


def places(raw: bytes, wanted: Iterable[Pointer] | None = None) -> Places:
    """Where the wanted values of a file stand (None: all), and what they stand in; empty if it cannot be read."""
    try:
        text = decode(raw)
        found = None if wanted is None else lines.places(text, wanted)
        return _strictly(text)[1] if found is None else found
    except YamlRefusedError:
        return {}
