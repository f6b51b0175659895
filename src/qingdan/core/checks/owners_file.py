"""The forge's owners file, where there is one that the program made, is what settings and staff say (QD424)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core import owners
from qingdan.core.checks.report import found
from qingdan.core.people import staff
from qingdan.core.places import STAFF_PATH
from qingdan.model.folders import OWNERS_PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book


def check(book: Book, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Each file that has fallen behind; ``texts`` are the owners files that are there, by path."""
    if book.settings is None or "staff" in book.unread:
        return
    people = staff(book.documents.get(STAFF_PATH))
    for forge, path in OWNERS_PATHS.items():
        text = texts.get(path, "")
        line = owners.has_block(text) and owners.first_difference(
            text, owners.block(forge, book.settings, people)
        )
        if line:
            message = f"平台归属文件从第{line}行起与 qingdan.yaml、registers/staff.yaml 不一致，平台会提示错误的审核人。"
            finding = found("QD424", message, path, fix="请运行 qingdan doctor --fix 更新。")
            yield replace(finding, line=line, column=1)
