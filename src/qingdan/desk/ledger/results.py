"""Taking the decisions that a portal gives out into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from qingdan.core.intake.columns import table
from qingdan.core.intake.results import take, wanted
from qingdan.core.ledger.messages import message
from qingdan.core.tables.reading import plain_sheets
from qingdan.desk.ledger.entering import Entering, enter
from qingdan.desk.opening import require_settings
from qingdan.desk.scope import unit_asked
from qingdan.model.digests import sha256_of
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qingdan.core.intake.columns import Table
    from qingdan.core.intake.results import Outcome
    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book


class Taking(Struct, frozen=True):
    """What is to be taken: files by name and bytes; ``unit``: of one unit only; ``own``: a district's own headings."""

    files: Sequence[tuple[str, bytes]]
    today: date
    unit: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    pinned: bool = False


class Taken(Struct):
    """What came of it: the commit, and of each file its table and outcome."""

    commit: str = ""
    files: list[tuple[str, Table, Outcome]] = field(default_factory=list)


def take_results(opened: Opened, what: Taking) -> Taken:
    """Take the files in as one commit; UsageError where one has no decisions or the settings say nothing of results."""
    tables = [
        (name, table(plain_sheets(raw, name), wanted(what.own), opened.schemas))
        for name, raw in what.files
    ]
    taken = Taken()

    def decide(book: Book) -> Entering:
        if require_settings(book).results is None:
            raise UsageError(
                "qingdan.yaml 没有 results（运行结果公开）一节，不知道公开期限；请先写明。"
            )
        unit = unit_asked(what.unit, book)
        documents: dict[str, Doc] = {}
        for name, read in tables:
            now = replace(book, documents={**book.documents, **documents})
            outcome = take(read, now, unit, what.today.isoformat())
            documents |= outcome.documents
            taken.files.append((name, read, outcome))
        return Entering(documents, _message(taken, documents, what))

    if what.dry_run:
        decide(opened.book(keep_items=True))
    else:
        day = what.today if what.pinned else None
        taken.commit = enter(opened, decide, day, keep_items=True)
    return taken


def _message(taken: Taken, documents: Mapping[str, Doc], what: Taking) -> str:
    added = sum(outcome.added for _, _, outcome in taken.files)
    completed = sum(outcome.completed for _, _, outcome in taken.files)
    digests = (f"来源文件摘要：{sha256_of(raw)}" for _, raw in what.files)
    records = (("Record", str(doc["id"])) for doc in documents.values())
    return message(
        f"登记运行结果 新增{added}件，补充{completed}件",
        "\n".join(digests),
        [("Results", "import"), *records],
    )
