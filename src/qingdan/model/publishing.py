"""What becomes public with a version: list by list, adjustment by adjustment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from qingdan.model.differing import Difference, Side
    from qingdan.model.values import Doc


STEPS = (("confirmed", "审定"), ("filed", "备案"))
"""What comes before a publication: the key of its record, and the word for it."""


class ListNews(Struct, frozen=True):
    """What is new of a list since its last publication; ``since`` is None where it was never public."""

    title: str
    items: int
    used: int
    since: Side | None = None
    difference: Difference | None = None


class Adjusted(Struct, frozen=True):
    """An adjustment that becomes public: its record, its kind in words, what it is about."""

    record: str
    kind: str
    about: str


class Publishing(Struct, frozen=True):
    """A publication as it would be recorded, and what it brings; ``notes`` are sentences to mind.

    ``again``: the version is public already, this adds to its record.
    """

    document: Doc
    version: Side
    titles: tuple[str, ...]
    news: tuple[ListNews, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    notes: tuple[str, ...] = ()
    again: bool = False
