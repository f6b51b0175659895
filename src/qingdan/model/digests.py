"""Digests of what was said or filed, by which it is known again."""

from __future__ import annotations


def sha256_of(raw: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    from hashlib import sha256  # it loads a library of the system that most commands do without

    return sha256(raw).hexdigest()


def git_id(raw: bytes) -> str:
    """The object id that git gives to these bytes."""
    from hashlib import sha1

    return sha1(b"blob %d\0%b" % (len(raw), raw), usedforsecurity=False).hexdigest()
