"""The lists that are public, against each configured system."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.checks.report import found
from qingdan.core.places import SETTINGS_PATH, system_path
from qingdan.core.systems.comparing import Comparison, compare, rows_of, unit_names
from qingdan.model.errors import CannotAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Book, Doc, Item, Settings


def publications(book: Book) -> list[Doc]:
    """The publications on record, the earliest first."""
    found_ = [
        doc for path, doc in book.documents.items() if path.startswith("ledger/publications/")
    ]
    return sorted(found_, key=lambda doc: (str(doc["published"]), str(doc["id"])))


def public_items(opened: Opened, book: Book) -> dict[str, Item]:
    """Each list as it was last published; a list never published as it stands in ``book``."""
    last: dict[str, str] = {}
    for document in publications(book):
        for name in cast("list[str]", document["lists"]):
            last[name] = str(document["commit"])
    books = {commit: _published(opened, commit) for commit in set(last.values())}
    items = {code: item for code, item in book.items.items() if item.list not in last}
    for name, commit in last.items():
        items |= {code: item for code, item in books[commit].items.items() if item.list == name}
    return items


def _published(opened: Opened, commit: str) -> Book:
    try:
        return opened.book(commit, keep_items=True)
    except CannotAnswerError:
        raise CannotAnswerError(
            f"公布记录所指的版本{commit[:10]}不在本地的历史中，无从比对；"
            "浅克隆请先运行 git fetch --unshallow，其余情况请核对 ledger/publications 中的 commit。"
        ) from None


def compare_systems(opened: Opened, book: Book) -> tuple[Finding, ...]:
    """Every configured system against what is public; ``book`` holds the items."""
    if book.settings is None:
        return ()
    public = public_items(opened, book)
    return tuple(
        finding
        for name in book.settings.systems
        for finding in _system(opened, book, book.settings, name, public)
    )


def _system(
    opened: Opened, book: Book, settings: Settings, name: str, public: dict[str, Item]
) -> Iterator[Finding]:
    system = settings.systems[name]
    document = book.documents.get(system_path(name))
    if document is None:
        message = f"没有{system.title}的快照（{system_path(name)}），无法比对。"
        fix = f"请从{system.title}导出事项表，用 qingdan systems take {name} 文件.csv 取入。"
        yield found("QD307", message, SETTINGS_PATH, ("systems", name), owner=system.owner, fix=fix)
        return
    comparison = Comparison(
        system,
        rows_of(document),
        public,
        book.items,
        book.units,
        opened.schemas,
        unit_names(book.units),
    )
    yield from compare(comparison)


def publication_findings(book: Book) -> Iterator[Finding]:
    """Lists in use that were never published, and publications that lack a required channel."""
    if book.settings is None:
        return
    last: dict[str, Doc] = {}
    for document in publications(book):
        for name in cast("list[str]", document["lists"]):
            last[name] = document
    used = {entry.list for entry in book.entries}
    for name, kept in book.settings.lists.items():
        if name in used and name not in last:
            yield found(
                "QD309",
                f"{kept.title}没有公布记录，比对时以现行清单为准。",
                SETTINGS_PATH,
                ("lists", name),
                owner=kept.supervisor,
                fix="公布后请登记公布记录。",
            )
    for document in {str(doc["id"]): doc for doc in last.values()}.values():
        has = {str(channel["channel"]) for channel in cast("list[Doc]", document["channels"])}
        missing = [channel for channel in book.settings.channels if channel not in has]
        if missing:
            path = f"ledger/publications/{document['id']}.yaml"
            yield found(
                "QD308",
                f"这次公布缺少渠道：{'、'.join(missing)}。",
                path,
                ("channels",),
                fix="请在这些渠道公布，并另行登记。",
            )
