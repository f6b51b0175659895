"""A name for each finding that stays the same when its line moves, for those who remember findings between runs."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qingdan.model.findings import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """A SHA-256 for each finding in order; of findings alike, the second and further ones are numbered."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        again = seen[finding.identity]
        seen[finding.identity] += 1
        words = "\0".join((*finding.identity, *([str(again)] if again else [])))
        yield hashlib.sha256(words.encode(errors="backslashreplace")).hexdigest()
