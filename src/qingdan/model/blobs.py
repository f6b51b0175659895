"""Values as bytes that can be kept, and are believed again only if nothing happened to them.

A blob says what it is of, and compression brings a checksum. Nothing in it is ever run: it holds JSON alone.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec

_LEVEL = 1
_LARGEST = 1 << 28
"""No blob of a cache is unpacked beyond this."""


class DamagedError(Exception):
    """What was kept is not there, or not what it was."""


def pack(name: str, value: Any) -> bytes:
    """A value of lists, mappings and scalars as the blob of that name."""
    try:
        text = msgspec.json.encode([name, value])
    except UnicodeEncodeError:  # a path of bytes that are no text: the escapes of JSON hold those
        text = json.dumps([name, value]).encode()
    return zlib.compress(text, _LEVEL)


def unpack(name: str, blob: bytes | None) -> Any:
    """The value of the blob of that name; DamagedError if it is none."""
    kept, value = opened(blob)
    if kept != name:
        raise DamagedError
    return value


def opened(blob: bytes | None) -> tuple[Any, Any]:
    """What a blob says that it is of, and its value; DamagedError if it is none."""
    if blob is None:
        raise DamagedError
    try:
        opener = zlib.decompressobj()
        kept, value = json.loads(opener.decompress(blob, _LARGEST))
    except (zlib.error, ValueError, TypeError, RecursionError):
        raise DamagedError from None
    if not opener.eof:
        raise DamagedError
    return kept, value


def mark(blob: bytes) -> int:
    """By which another blob tells that this one is the one it means."""
    return zlib.crc32(blob)


def content_id(raw: bytes) -> str:
    """The object id that git gives to these bytes."""
    from hashlib import sha1

    return sha1(b"blob %d\0%b" % (len(raw), raw), usedforsecurity=False).hexdigest()
