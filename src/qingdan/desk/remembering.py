"""Examining a file once, however many revisions of a command hold the same bytes under the same settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from qingdan.core.checks.registry import GROUND
from qingdan.repo import pool
from qingdan.repo.sources import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from qingdan.core.build import Mapper
    from qingdan.model.workspace import Snapshot

_Key = tuple[str, str, tuple[str, ...], bool]
_Out = TypeVar("_Out")


class Memory:
    """What files of revisions were found to hold, by path, content, and the settings and registers they were judged by."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[_Key, Any] = {}
        self.texts: dict[str, bytes] = {}
        """Object id to content, as revisions have read it."""

    def mapper(self, snapshot: Snapshot, *, keep_items: bool) -> Mapper:
        """How :func:`qingdan.core.build.build` examines the files of a snapshot."""
        if not isinstance(snapshot, Revision):
            return pool.spread
        ground = tuple(map(snapshot.blob, GROUND))

        def examined(work: Callable[[str], _Out], paths: Sequence[str], /) -> Iterable[_Out]:
            keys = {path: (path, snapshot.blob(path), ground, keep_items) for path in paths}
            for path in paths:
                if (
                    keys[path] not in self._known
                ):  # what is new is little: sending it to and fro costs more
                    self._known[keys[path]] = work(path)
            return [self._known[keys[path]] for path in paths]

        return examined
