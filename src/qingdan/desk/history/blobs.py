"""Files of the history by their blobs: each is read once, lists by item, and of all that was read the latest is held."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from qingdan.core.build import items_of
from qingdan.core.history.pieces import Cutter, Version, differing
from qingdan.core.places import place
from qingdan.core.text import reading
from qingdan.model.errors import YamlRefusedError
from qingdan.model.items import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qingdan.desk.opening import Opened
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

_Key = tuple[str, str]
"""A blob, and the schema of the path at which it stands."""


class Blobs:
    """What the files of commits hold."""

    def __init__(self, opened: Opened, bound: int = 32 << 20) -> None:
        """``bound``: so many bytes are held besides those of the files that were asked for last."""
        self.opened, self._bound = opened, bound
        self._cutter = Cutter()
        self._held: dict[_Key, tuple[int, Version | Doc | None]] = {}
        self._bytes = 0

    def load(self, files: Iterable[tuple[str, str]]) -> None:
        """Read files (path and blob) in one process of git; what was read longest ago goes, but none of these."""
        keys = dict.fromkeys(
            (blob, schema) for path, blob in files if blob and (schema := schema_at(path))
        )
        for key in keys.keys() & self._held.keys():
            self._held[key] = self._held.pop(key)
        self._fetch([key for key in keys if key not in self._held])
        while self._bytes > self._bound and (oldest := next(iter(self._held))) not in keys:
            self._bytes -= self._held.pop(oldest)[0]

    def _fetch(self, keys: Sequence[_Key]) -> None:
        raws = self.opened.repository.blobs(blob for blob, _ in keys)
        for key, (_, raw) in zip(keys, raws, strict=True):
            self._held[key] = len(raw), self._read(raw, key[1])
            self._bytes += len(raw)

    def __len__(self) -> int:
        """How many files are held."""
        return len(self._held)

    def is_valid(self, path: str, blob: str) -> bool:
        """Whether a file can be read and is valid."""
        return self._content(path, blob) is not None

    def document(self, path: str, blob: str) -> Doc | None:
        """A valid document; None for a file that is not there or not valid."""
        content = self._content(path, blob)
        if isinstance(content, Version):
            return cast("Doc", reading.read(content.text, content.schema.layout).value)
        return content

    def items(self, path: str, blob: str) -> list[Item]:
        """The items of a list; none of one that is not there or not valid."""
        document = self.document(path, blob)
        return items_of(path, document) if document else []

    def codes(self, path: str, blob: str) -> Iterator[str]:
        """The codes of a list's items; none of one that is not there or not valid."""
        content = self._content(path, blob)
        if isinstance(content, Version):
            yield from (piece.code for piece in content.pieces)
        else:
            yield from (item.code for item in self.items(path, blob))

    def sides(
        self, before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]
    ) -> tuple[list[Item], list[Item]]:
        """The items of lists (path and blob) before and after; what is the same on both sides may be left out."""
        sides = [[(path, blob) for path, blob in side if blob] for side in (before, after)]
        cut = [
            {path: found for path, blob in side if (found := self._version(path, blob))}
            for side in sides
        ]
        if any(len(versions) < len(side) for versions, side in zip(cut, sides, strict=True)):
            old, new = ([i for path, b in side for i in self.items(path, b)] for side in sides)
            return old, new
        lines = differing(*(versions.values() for versions in cut))
        old, new = (
            [
                item
                for path, version in versions.items()
                for item in self._cutter.items(version, path, lines)
            ]
            for versions in cut
        )
        return old, new

    def _version(self, path: str, blob: str) -> Version | None:
        content = self._content(path, blob)
        return content if isinstance(content, Version) else None

    def _content(self, path: str, blob: str) -> Version | Doc | None:
        key = (blob, schema_at(path))
        if not all(key):
            return None
        if key not in self._held:
            self._fetch([key])
        return self._held[key][1]

    def _read(self, raw: bytes, name: str) -> Version | Doc | None:
        schema = self.opened.schemas[name]
        version = self._cutter.cut(raw, name, schema) if name in LISTS else None
        if version:
            return version
        try:
            value = reading.read(raw, schema.layout).value
        except YamlRefusedError:
            return None
        return cast("Doc", value) if schema.accepts(value) else None


@lru_cache(maxsize=1 << 14)
def schema_at(path: str) -> str:
    """The schema by which a path is judged; empty for a file that nothing reads."""
    where = place(path)
    return where.schema if where else ""
