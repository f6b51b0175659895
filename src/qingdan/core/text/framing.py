"""The canonical text of a document, in less than half the time that :func:`qingdan.core.text.canonical.emit` takes.

Reading every list depends on it, since a quick parser is believed only where its result is written as it stood. Nearly
every list is made of mappings whose keys are in order, in a shape seen before: then the text between the scalars is
known, one formatting fills in all scalars of a file, and whether these may stand plain is asked of all of them together.
What is made of anything else is left to the plain way, which says what is canonical; the tests hold this one to it.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from qingdan.core.text.canonical import FREE, all_plain, other, scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from qingdan.core.text.canonical import Layout
    from qingdan.model.values import Doc, Value

_SHAPES = 4096
"""So many shapes of a mapping are kept at most: a hostile file has as many as it likes."""


class _UnlikeError(Exception):
    """A document is not made of what can be framed."""


class _Mapping:
    """The mappings at one place of a layout, ``indent`` before each line but the first, which has ``lead``."""

    __slots__ = ("_below", "_flat", "_indent", "_layout", "_lead", "_shapes")

    def __init__(self, layout: Layout, indent: str, lead: str) -> None:
        self._layout = layout
        self._indent = indent
        self._lead = lead
        self._below = {key: _below(child, indent) for key, child in layout.children.items()}
        self._shapes: dict[tuple[str, ...], tuple[_Step, ...]] = {}
        self._flat: dict[tuple[str, ...], str] = {}
        """The frames of those shapes that hold scalars alone."""

    def walk(self, doc: Any, frames: list[str], scalars: list[Value]) -> None:
        """Append the text around the scalars of a mapping, and the scalars."""
        if doc.__class__ is not dict:
            raise _UnlikeError
        keys = tuple(doc)
        for frame, take, key, below in self._shapes.get(keys) or self._shape(keys):
            frames.append(frame)
            if take is not None:
                scalars += take(doc)
            if below is not None:
                below(doc[key], frames, scalars)

    def walk_each(self, docs: list[Any], frames: list[str], scalars: list[Value]) -> None:
        """The same for mappings that follow one another; TypeError for what are none."""
        flat = [*map(self._flat.get, map(tuple, docs))]
        if None in flat:
            for doc in docs:
                self.walk(doc, frames, scalars)
        else:
            frames += cast("list[str]", flat)
            for values in map(dict.values, docs):
                scalars += values

    def _shape(self, keys: tuple[str, ...]) -> tuple[_Step, ...]:
        if not keys or self._layout.order(keys) != keys:
            raise _UnlikeError
        steps: list[_Step] = []
        lead, frame, run = self._lead, "", list[str]()
        for key in keys:
            frame += f"{lead}{scalar(key).replace('%', '%%')}:"
            lead = self._indent
            below = self._below.get(key)
            if below is not None:
                steps.append((frame, _taking(run), key, below.walk))
                frame, run = "", list[str]()
            else:
                frame += " %s"
                run.append(key)
        if run:
            steps.append((frame, _taking(run) if steps else dict.values, "", None))
        if len(self._shapes) < _SHAPES:
            self._shapes[keys] = tuple(steps)
            if len(run) == len(keys):
                self._flat[keys] = frame
        return tuple(steps)


class _Sequence:
    """The sequences at one place of a layout, their dashes after ``indent``."""

    __slots__ = ("_below", "_frame", "_sort_by")

    def __init__(self, layout: Layout, indent: str) -> None:
        self._frame = f"{indent}- %s"
        self._sort_by = layout.sort_by
        items = layout.items or FREE
        self._below = _Mapping(items, indent + "  ", indent + "- ") if items.keys else None

    def walk(self, values: Any, frames: list[str], scalars: list[Value]) -> None:
        """Append the text around the scalars of a sequence, and the scalars."""
        if values.__class__ is not list:
            raise _UnlikeError
        if not values:
            frames.append(" []")
        elif self._below is not None:
            if self._sort_by:
                self._require_order(values)
            self._below.walk_each(values, frames, scalars)
        else:
            frames.append(self._frame * len(values))
            scalars += values

    def _require_order(self, values: list[Any]) -> None:
        codes: list[Any] = [
            value.get(self._sort_by) if isinstance(value, dict) else None for value in values
        ]
        if set(map(type, codes)) != {str} or codes != sorted(codes):
            raise _UnlikeError


_Step = tuple[
    str,
    "Callable[[Doc], Iterable[Value]] | None",
    str,
    "Callable[[Any, list[str], list[Value]], None] | None",
]
"""A frame with a gap for each scalar, how to take these, and how to walk what comes below a key after them."""


def _below(layout: Layout, indent: str) -> _Mapping | _Sequence | None:
    if layout.items is not None:
        return _Sequence(layout, indent)
    return _Mapping(layout, indent + "  ", indent + "  ") if layout.keys else None


def _taking(keys: Sequence[str]) -> Callable[[Doc], Iterable[Value]] | None:
    """How to take the values of some keys out of a mapping; None where there are none."""
    if len(keys) > 1:
        return itemgetter(*keys)
    if not keys:
        return None
    key = keys[0]
    return lambda doc: (doc[key],)


@lru_cache(maxsize=64)
def _root(layout: Layout) -> _Mapping:
    return _Mapping(layout, "\n", "\n")


class Framed(NamedTuple):
    """The canonical text of a document, and every text that stands in it, once; see :class:`Reading`."""

    text: str
    lines: str | None


def framed(doc: Doc, layout: Layout) -> Framed | None:
    """The canonical text of a document that can be framed; None for others. ValueError for a number that cannot be written."""
    frames: list[str] = []
    scalars: list[Value] = []
    try:
        _root(layout).walk(doc, frames, scalars)
        written, lines = _written(scalars)
    except (_UnlikeError, TypeError):
        return None
    return Framed(("".join(frames) % written).removeprefix("\n") + "\n", lines)


def _written(scalars: list[Value]) -> tuple[tuple[str, ...], str | None]:
    """Scalars as they are written, and the texts among them, each once; TypeError if a collection is among them."""
    every = cast("frozenset[str]", frozenset(scalars))
    try:
        lines = "\n".join(every)
    except TypeError:  # there are numbers, too
        texts = frozenset(one for one in scalars if isinstance(one, str))
        lines = "\n".join(texts)
        quoted = _quoted(texts, lines)
        written = tuple(
            quoted.get(one, one) if isinstance(one, str) else other(one) for one in scalars
        )
    else:
        texts = every
        quoted = _quoted(texts, lines)
        written = tuple(map(quoted.get, cast("list[str]", scalars), cast("list[str]", scalars)))
    return written, lines if lines.count("\n") < len(texts) else None


def _quoted(texts: frozenset[str], lines: str) -> dict[str, str]:
    """Those of some texts that are not written as they are, and how they are; ``lines`` are the same texts, joined."""
    doubtful = filter(str.isascii, texts) if all_plain(lines, len(texts)) else texts
    return {text: written for text in doubtful if (written := scalar(text)) != text}
