"""One item with all that is known about it: what it refers to, what is public of it, its adjustments, its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments.differences import ItemChange
from qingdan.core.build import items_of
from qingdan.core.places import ADJUSTMENTS
from qingdan.core.publications import last_of_lists
from qingdan.core.searching import item_named, near_codes
from qingdan.core.text import reading
from qingdan.desk.opening import judge, require_settings
from qingdan.model.errors import CannotAnswerError, UsageError, YamlRefusedError

if TYPE_CHECKING:
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry, Item
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


_NAME = 20
"""Characters of a name in a guess."""


class Published(Struct, frozen=True):
    """An item as it was last published. ``record`` is None where its list never was; ``item`` where it was not in it.

    ``unknown`` says that the published revision is not in the local history.
    """

    record: Doc | None = None
    item: Item | None = None
    unknown: bool = False

    def change(self, now: Item) -> ItemChange | None:
        """What has changed since; None if nothing has, or if it is not known."""
        change = ItemChange(now.code, self.item, now)
        return change if self.item and change.fields() else None


class Shown(Struct, frozen=True):
    """An item and what belongs to it; ``adjustments`` are its records, the latest first."""

    item: Item
    book: Book
    published: Published
    adjustments: tuple[Doc, ...]
    findings: tuple[Finding, ...]
    used_by: tuple[Entry, ...]


def look_up(opened: Opened, code: str, rev: str = "") -> Shown:
    """An item of the work tree or of a revision; UsageError with guesses for a code that is not there."""
    book, findings = judge(opened, opened.snapshot(rev), ask_items=True)
    require_settings(book)
    item = item_named(book.items, code)
    if item is None:
        raise _unknown(book, code)
    return Shown(
        item,
        book,
        _published(opened, book, item),
        _adjustments(book, item),
        tuple(finding for finding in findings if _about(finding, item)),
        tuple(book.entries.pointing(item.code)),
    )


def _unknown(book: Book, code: str) -> UsageError | CannotAnswerError:
    broken = book.entries.of(code)
    if broken:
        return CannotAnswerError(
            f"事项“{code}”在{broken.path}中的内容不合要求，无法显示；请先运行 qingdan validate 查看并改正。"
        )
    near = [
        f"{known}（{_brief(book.items[known].name)}）" for known in near_codes(book.items, code)
    ]
    guess = f"编号相近的有：{'、'.join(near)}。" if near else ""
    unread = "有清单文件不能读取，请运行 qingdan validate 查看。" if book.unread else ""
    return UsageError(
        f"没有编号为“{code}”的事项。{guess}{unread}按名称查找请用 qingdan find {code}。"
    )


def _brief(name: str) -> str:
    return name if len(name) <= _NAME else name[:_NAME] + "…"


def _about(finding: Finding, item: Item) -> bool:
    """Whether a finding is about the item as it stands in its list."""
    return finding.item == item.code or (
        finding.path == item.path and finding.at[:2] == ("items", item.index)
    )


def _adjustments(book: Book, item: Item) -> tuple[Doc, ...]:
    records = [
        doc
        for path, doc in book.documents.items()
        if path.startswith(ADJUSTMENTS) and item.code in cast("list[str]", doc.get("items", []))
    ]
    records.sort(key=lambda doc: (str(doc["applied"]), str(doc["id"])), reverse=True)
    return tuple(records)


def _published(opened: Opened, book: Book, item: Item) -> Published:
    record = last_of_lists(book).get(item.list)
    if record is None:
        return Published()
    try:
        return Published(record, _item_at(opened, str(record["commit"]), item))
    except CannotAnswerError:
        return Published(record, unknown=True)


def _item_at(opened: Opened, commit: str, item: Item) -> Item | None:
    """The item as a revision has it: in the same file, else wherever it stood."""
    schema = opened.schemas[item.list]
    try:
        value = reading.read(opened.snapshot(commit).read(item.path), schema.layout).value
    except (KeyError, YamlRefusedError):
        value = None
    if schema.accepts(value):
        for found in items_of(item.path, cast("Doc", value)):
            if found.code == item.code:
                return found
    return opened.book_to_ask(opened.snapshot(commit)).items.get(item.code)
