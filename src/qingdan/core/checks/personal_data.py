"""Nothing tells who a person is: in the ledger neither numbers nor names and the like (QD609).

Adjustments, publications, lists and registers name people by their posts and have telephones, so they are asked for
numbers alone: those of identity and cards are errors (QD637), a mobile number where no telephone is asked for a warning
(QD638).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.ledger.quarters import FOLDER as RESULTS
from qingdan.core.places import ADJUSTMENTS
from qingdan.core.privacy import (
    belongs,
    numbers,
    personal,
    personal_number,
    strings,
    suspicious,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Finding, Pointer
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_OTHERS = (ADJUSTMENTS, "ledger/publications/")


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


def in_file(
    path: str, raw: bytes, document: Doc, schema: Schema, lines: str | None = None
) -> Iterator[Finding]:
    """Numbers of persons in a file outside the ledger proper, whose lines are looked at before its texts are.

    ``lines`` are all its texts, each once and a line, where they are known.
    """
    if path.startswith("ledger/") and not path.startswith(_OTHERS):
        return
    if not any(any(numbers(line)) for line in suspicious(raw if lines is None else lines.encode())):
        return
    for at, text in strings(document):
        label = schema.path_label(at)
        for one in numbers(text):
            where = f"“{label}”中有疑似{one.title}（{one.masked}）"
            if one.kind != "mobile":
                fix = "请删去；已经提交的，同时清理历史。"
                yield found("QD637", f"{where}。", path, at, fix=fix)
            elif not belongs(text, one, label):
                fix = "请核对；是个人手机的，请删去，办公电话写在电话要素中。"
                yield found("QD638", f"{where}，这里不是填写电话的要素。", path, at, fix=fix)


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
