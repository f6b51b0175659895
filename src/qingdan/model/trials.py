"""A rule put to its examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from qingdan.model.findings import Finding

Outcome = Literal["通过", "未通过", "内置检查", "由人回答"]


class Trial(Struct, frozen=True):
    """How one rule did: ``examples`` were put to it, ``findings`` say which of them are not as they should be.

    ``checked_by`` are the codes whose own examples, in the manual, test the built-in check that answers it.
    """

    key: str
    outcome: Outcome
    examples: int = 0
    findings: tuple[Finding, ...] = ()
    checked_by: tuple[str, ...] = ()
