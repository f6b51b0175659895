"""The end of a quarter, or of another period: the lists as they stood on the main branch, and what was wrong with them then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qingdan.model.findings import Finding
    from qingdan.model.periods import Span
    from qingdan.model.workspace import Book


@dataclass(frozen=True, slots=True)
class End:
    """A quarter's end. ``commit`` is the one that stood then; ``findings`` are those of its last day."""

    quarter: Span
    commit: str
    book: Book
    findings: Sequence[Finding]
