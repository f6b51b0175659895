"""Git's name for some bytes, without asking git."""

from __future__ import annotations

from hashlib import sha1


def blob_id(raw: bytes) -> str:
    """The id of a file's bytes in a repository of SHA-1, which nearly every one is."""
    return sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()
