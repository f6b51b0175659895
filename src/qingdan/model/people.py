"""The people who work on the lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the register of staff; ``unit`` is a code, ``key`` an ssh public key or empty."""

    name: str
    unit: str
    email: str
    roles: tuple[str, ...] = ()
    key: str = ""
