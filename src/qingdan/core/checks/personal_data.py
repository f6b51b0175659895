"""Nothing in the ledger tells who a person is (QD609): numbers nowhere, names and the like not in what people write.

Adjustments and publications are about items and go their own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.ledger.quarters import FOLDER as RESULTS
from qingdan.core.privacy import personal, personal_number, strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.workspace import Book, Doc

_OTHERS = ("ledger/adjustments/", "ledger/publications/")


def check(book: Book) -> Iterator[Finding]:
    """Texts of the ledger that look like personal data; what they say is not repeated."""
    for path, document in book.documents.items():
        if not path.startswith("ledger/") or path.startswith(_OTHERS):
            continue
        spots = _in_results(document) if path.startswith(RESULTS) else _in(document)
        for at, kind in spots:
            message = f"有像是{kind}的内容；台账不得录入个人信息。"
            fix = "请删去；已经提交的，同时清理历史，并查明是谁录入的。"
            unit = str(document.get("unit", ""))
            yield found("QD609", message, path, at, unit=unit, fix=fix)


def _in(document: Doc) -> Iterator[tuple[Pointer, str]]:
    for at, text in strings(document):
        kind = personal(text)
        if kind:
            yield at, kind


def _in_results(document: Doc) -> Iterator[tuple[Pointer, str]]:
    """The same for a hundred thousand decisions: all numbers are looked at together first."""
    rows = cast("list[Doc]", document["rows"])
    if personal_number("\n".join(f"{row['number']}\n{row['item']}" for row in rows)):
        for place, row in enumerate(rows):
            for key in ("number", "item"):
                kind = personal_number(str(row[key]))
                if kind:
                    yield ("rows", place, key), kind
