"""What records of the ledger point at exists (QD610): units, items, rules, complaints and inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.ledger import complaints, findings
from qingdan.core.ledger.quarters import FOLDER as RESULTS
from qingdan.core.places import complaint_path, finding_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_UNITS = ("unit", "handler")


def check(book: Book) -> Iterator[Finding]:
    """Units that the register does not know, items that no list has, records that are not there."""
    for path, document in book.documents.items():
        if path.startswith((complaints.FOLDER, findings.FOLDER, RESULTS)):
            for at, why in _dangling(document, book):
                unit = str(document["unit"])
                fix = "请恢复原来的内容；写错的，另行登记并说明。"
                yield found("QD610", f"{why}。", path, at, unit=unit, fix=fix)


def _dangling(document: Doc, book: Book) -> Iterator[tuple[Pointer, str]]:
    if "units" not in book.unread:
        for key in _UNITS:
            if key in document and document[key] not in book.units:
                yield (key,), f"单位“{document[key]}”不在单位名册中"
    lists = book.unread - {"units", "laws", "officers", "delegations", "holidays", "staff"}
    if "item" in document and not lists and not book.entries.has(str(document["item"])):
        yield ("item",), f"事项“{document['item']}”不在任何清单中"
    answer = cast("Doc", document.get("answer") or {})
    for at, record, path in (
        (("complaint",), str(document.get("complaint", "")), complaint_path),
        (("answer", "finding"), str(answer.get("finding", "")), finding_path),
    ):
        if record and path(record) not in book.documents:
            yield at, f"台账中没有“{record}”"
