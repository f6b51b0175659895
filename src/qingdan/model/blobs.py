"""Values as bytes that can be kept, and are believed again only if nothing happened to them.

A blob says what it is of, and compression brings a checksum. Nothing in it is ever run: it holds JSON alone. What
ends with the command that made it is not compressed: only what lies on a disk could be damaged there, or grow.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec

_LEVEL = 1
_PLAIN = b"["
"""How a blob begins that is not compressed: nothing compressed does."""
_LARGEST = 1 << 28
"""No blob of a cache is unpacked beyond this."""


class DamagedError(Exception):
    """What was kept is not there, or not what it was."""


def pack(name: str, value: Any, *, kept: bool = True) -> bytes:
    """A value of lists, mappings and scalars as the blob of that name; ``kept``: to lie on a disk."""
    try:
        text = msgspec.json.encode([name, value])
    except UnicodeEncodeError:  # a path of bytes that are no text: the escapes of JSON hold those
        text = json.dumps([name, value]).encode()
    return zlib.compress(text, _LEVEL) if kept else text


def unpack(name: str, blob: bytes | None) -> Any:
    """The value of the blob of that name; DamagedError if it is none."""
    of, value = opened(blob)
    if of != name:
        raise DamagedError
    return value


def opened(blob: bytes | None) -> tuple[Any, Any]:
    """What a blob says that it is of, and its value; DamagedError if it is none."""
    if blob is None:
        raise DamagedError
    try:
        of, value = _decoded(blob if blob.startswith(_PLAIN) else _inflated(blob))
    except (zlib.error, ValueError, TypeError, RecursionError):
        raise DamagedError from None
    return of, value


def _inflated(blob: bytes) -> bytes:
    """What was compressed; zlib.error where it is cut off, or is too much."""
    opener = zlib.decompressobj()
    text = opener.decompress(blob, _LARGEST)
    if not opener.eof:
        raise zlib.error
    return text


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(text)  # it knows the escapes of bytes that are no text


def mark(blob: bytes) -> int:
    """By which another blob tells that this one is the one it means."""
    return zlib.crc32(blob)
