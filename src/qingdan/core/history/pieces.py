"""Versions of list files in pieces, an item each: what many versions have alike is read once.

A file in canonical form is its head and the texts of its items, one after the other; it is valid if each of them is
valid alone below that head. So of a file in which one item changed, one item is read. What is not plainly of this form
is not cut, and has to be read as a whole.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

from msgspec import Struct

from qingdan.core.text import reading, strict
from qingdan.model.errors import YamlRefusedError
from qingdan.model.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc

_ITEMS = b"\nitems:\n- "
_NEXT = b"\n- "
_CODE = b"code: "
_HELD = 4096


class Piece(NamedTuple):
    """An item as its text; ``line`` is its first one, with the code, ``digest`` tells it and its file's head from others."""

    digest: bytes
    line: bytes
    text: bytes

    @property
    def code(self) -> str:
        """The item's code; no valid one has anything in it that would have to be escaped."""
        return self.line.removeprefix(_CODE).decode().strip("'")


class Version(Struct, frozen=True):
    """A valid list file in pieces; ``lead`` is all that stands before the first."""

    lead: bytes
    schema: Schema
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> bytes:
        """The file."""
        return self.lead + _NEXT.join(piece.text for piece in self.pieces) + b"\n"

    def alone(self, piece: Piece) -> bytes:
        """The file with this one item."""
        return self.lead + piece.text + b"\n"


class Cutter:
    """Cuts versions. Of the pieces that were found valid it keeps a digest, of the latest the values, too."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._valid: set[bytes] = set()
        self._held: dict[bytes, Doc] = {}

    def cut(self, raw: bytes, name: str, schema: Schema) -> Version | None:
        """A file of the list ``name`` in pieces; None where it has to be read as a whole."""
        head, mark, body = raw.partition(_ITEMS)
        # a file with fewer bytes than a file may have events is within every limit
        if not mark or not raw.endswith(b"\n") or len(raw) >= strict.MAX_EVENTS:
            return None
        lead = head + mark
        seal = sha256(name.encode() + b"\0" + lead)
        pieces = []
        for text in body[:-1].split(_NEXT):
            digest = seal.copy()
            digest.update(text)
            pieces.append(Piece(digest.digest(), text.partition(b"\n")[0], text))
        version = Version(lead, schema, tuple(pieces))
        fine = all(p.digest in self._valid or self._is_valid(version, p) for p in pieces)
        return version if fine else None

    def items(self, version: Version, path: str, lines: frozenset[bytes]) -> Iterator[Item]:
        """The items of a version whose first lines are among these."""
        for index, piece in enumerate(version.pieces):
            if piece.line in lines:
                if piece.digest not in self._held:
                    self._hold(piece, reading.known(version.alone(piece), version.schema.layout))
                document = self._held[piece.digest]
                (data,) = cast("list[Doc]", document["items"])
                yield Item(str(document["list"]), str(document["unit"]), path, index, data)

    def _is_valid(self, version: Version, piece: Piece) -> bool:
        """Whether head and piece alone are a valid file in canonical form, the item's code first."""
        try:
            read = reading.read(version.alone(piece), version.schema.layout)
        except YamlRefusedError:
            return False
        fine = read.canonical and version.schema.accepts(read.value)
        if not fine or not piece.line.startswith(_CODE):
            return False
        self._valid.add(piece.digest)
        self._hold(piece, cast("Doc", read.value))
        return True

    def _hold(self, piece: Piece, document: Doc) -> None:
        if len(self._held) >= _HELD:
            del self._held[next(iter(self._held))]
        self._held[piece.digest] = document


def differing(before: Iterable[Version], after: Iterable[Version]) -> frozenset[bytes]:
    """The first lines of the items that are not the same on both sides, each of its list and its unit."""
    old, new = _lines(before), _lines(after)
    return frozenset({**old, **new}[digest] for digest in old.keys() ^ new.keys())


def _lines(versions: Iterable[Version]) -> Mapping[bytes, bytes]:
    return {piece.digest: piece.line for version in versions for piece in version.pieces}
