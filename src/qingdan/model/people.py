"""The people who work on the lists, and what their signatures say."""

from __future__ import annotations

from msgspec import Struct

_GPG_BLOCK = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


class Person(Struct, frozen=True):
    """An entry of the register of staff; ``unit`` is a code, ``key`` a public key of ssh or gpg, or empty."""

    name: str
    unit: str
    email: str
    roles: tuple[str, ...] = ()
    key: str = ""

    @property
    def signs_by_gpg(self) -> bool:
        """Whether the key is one of gpg's."""
        return self.key.startswith(_GPG_BLOCK)

    @property
    def signs_by_ssh(self) -> bool:
        """Whether the key is one of ssh's."""
        return bool(self.key) and not self.signs_by_gpg


class Signature(Struct, frozen=True):
    """A commit's signature: git's letter for it, the fingerprint of the key, whose key that is by the register.

    ``signer`` is an e-mail; empty for a key that is not registered.
    """

    letter: str
    key: str
    signer: str
