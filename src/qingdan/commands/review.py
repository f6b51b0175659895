"""``review``: what waits for a reviewer, and the step he takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments.differences import field_changes
from qingdan.core.adjustments.words import kinds, list_titles, triggers
from qingdan.core.carding import parts
from qingdan.core.documents import adjusting
from qingdan.core.units import called
from qingdan.desk import documents
from qingdan.desk.approval.dossier import changes_of, dossier
from qingdan.desk.approval.reviewing import case_of, ground_of, take_step
from qingdan.desk.output import screen
from qingdan.model.cards import Card, Part, Table
from qingdan.model.errors import UsageError
from qingdan.model.papers import Letterhead
from qingdan.render import cards
from qingdan.render.formats import concise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.approval.states import Turn
    from qingdan.core.approval.stepping import Ruling
    from qingdan.core.schema import Schemas
    from qingdan.desk.approval.dossier import Dossier
    from qingdan.desk.approval.reviewing import Case, Taken
    from qingdan.desk.opening import Opened
    from qingdan.model.items import Item
    from qingdan.model.values import Doc

    _Fill = Callable[[adjusting.Adjustment, Letterhead], object]


class Paper(Struct, frozen=True):
    """Which paper of an adjustment is wanted, and where; ``number`` and ``dated`` as the office gives them."""

    name: str
    out: Path | None = None
    formats: tuple[str, ...] = ()
    number: str = ""
    dated: str = ""


PAPERS: Mapping[str, tuple[str, _Fill, Callable[[adjusting.Adjustment], str]]] = {
    "调整申请": (
        "adjustment-application.md",
        adjusting.application,
        lambda of: of.applicant,
    ),
    "退回说明": (
        "return-note.md",
        adjusting.returned,
        lambda of: of.unit(str(of.last_return["by"])),
    ),
}
"""Paper to its template, what fills it, and whose it is."""

_CARDS = 3
"""Of so many items whole cards are shown."""


def run_show(opened: Opened, record_id: str, today: date) -> int:
    """Print all that a reviewer needs of an adjustment."""
    found = dossier(opened, record_id)
    width, colours = screen()
    shown = (cards.card(c, width, colours=colours) for c in _cards(found, opened.schemas, today))
    sys.stdout.write("\n".join(shown))
    return 0


def run_document(opened: Opened, record_id: str, wanted: Paper) -> int:
    """Write a paper of an adjustment: 调整申请, or 退回说明."""
    forms = documents.formats(wanted.formats)
    if wanted.name not in PAPERS:
        raise UsageError(f"没有“{wanted.name}”这种文书，可用：{'、'.join(PAPERS)}。")
    case = case_of(opened, record_id)
    _, changes = changes_of(opened, case)
    ground = ground_of(opened, case.book)
    of = adjusting.Adjustment(case.record, changes, case.book, ground, opened.schemas)
    template, fill, issuer = PAPERS[wanted.name]
    letterhead = Letterhead(issuer(of), wanted.number, wanted.dated)
    place = documents.office(opened.schemas, opened.snapshot(), case.book)
    folder = documents.folder(opened.root, wanted.out)
    target = documents.Target(folder, f"{record_id}-{wanted.name}", forms)
    paths = documents.deliver(place, template, documents.plain(fill(of, letterhead)), target)
    sys.stdout.write(f"{wanted.name}已生成：\n{paths}")
    return 0


def run_step(
    opened: Opened, record_id: str, ruling: Ruling, today: date, role: str, *, pinned: bool
) -> int:
    """Pass or return what waits."""
    tell_taken(take_step(opened, record_id, ruling, today, role, pinned=pinned), today)
    return 0


def tell_taken(taken: Taken, today: date) -> None:
    """The commit, and what comes next."""
    subject, _, rest = taken.message.partition("\n\n")
    sys.stdout.write(f"已提交 {taken.commit[:10]}  {subject}\n\n{rest}\n")
    sys.stdout.write(f"下一步：{next_words(taken.case, today)}\n")


def next_words(case: Case, today: date) -> str:
    """What comes next, for whom, until when."""
    turn = case.way.turn
    if turn is None:
        return "各环节已经办完。"
    return f"等待{case.waits_for(turn)}办理“{turn.stage.name}”，{_clock(turn, today)}。"


def _clock(turn: Turn, today: date) -> str:
    if turn.started is None:
        within = f"{turn.stage.within}内" if turn.stage.within else "没有规定期限"
        return f"自查明原因之日起{within}" if turn.stage.within else within
    if turn.pending:
        return f"自{turn.started}起{turn.stage.within}，截止日期待定（放假安排尚未公布）"
    if turn.due is None:
        return f"自{turn.started}起，没有规定期限"
    left = (turn.due.last - today).days
    rest = f"还有{left}天" if left > 0 else "今天截止" if left == 0 else f"已逾期{-left}天"
    return f"自{turn.started}起{turn.due.limit}，{turn.due.last}截止，{rest}"


def _cards(found: Dossier, schemas: Schemas, today: date) -> Iterator[Card]:
    case = found.case
    yield Card(
        f"{case.what}（{case.record['id']}）",
        tuple(_notes(found, schemas)),
        (
            _changes(found, schemas),
            _laws(found, schemas),
            *_judged(found),
            _steps(found, schemas),
            Part("下一步", (next_words(case, today),)),
        ),
    )
    for change in found.changes[:_CARDS]:
        for item, when in ((change.before, "调整前"), (change.after, "调整后")):
            if item:
                yield _item(item, when, found, schemas)


def _notes(found: Dossier, schemas: Schemas) -> Iterator[str]:
    record, label = found.case.record, schemas["adjustment"].label
    yield f"{kinds(schemas)[str(record['kind'])]} · {triggers(schemas)[str(record['trigger'])]}"
    for key in (
        "occurred",
        "applied",
        "deadline",
        "evidence",
        "reason",
        "late_reason",
        "basis",
        "effective",
    ):
        if key in record and record[key] != "none":
            yield f"{label((key,))}：{record[key]}"
    if found.commit:
        yield f"申请人：{found.commit.author}（{found.commit.email}），提交 {found.commit.id[:10]}"


def _changes(found: Dossier, schemas: Schemas) -> Part:
    title = schemas["adjustment"].label(("changes",))
    if not found.changes:
        return Part(title, ("本地的历史中没有这次调整的提交，请看调整记录。",))
    return Part(title, parts=tuple(_change(change, schemas) for change in found.changes))


def _change(change: ItemChange, schemas: Schemas) -> Part:
    name = f"{change.item.name}（{change.code}）"
    if change.before is None:
        return Part(name, ("列入清单",))
    rows = tuple((row.label, row.before, row.after) for row in field_changes(change, schemas))
    label = schemas["adjustment"].label
    heads = tuple(label(("changes", 0, key)) for key in ("field", "before", "after"))
    return Part(name, table=Table(heads, rows))


def _laws(found: Dossier, schemas: Schemas) -> Part:
    """The articles that the items rest on, each once."""
    lines: dict[str, None] = {}
    for change in found.changes:
        for basis in cast("list[Doc]", change.item.data.get("basis") or ()):
            text = f"：{basis['text']}" if "text" in basis else "（没有录入条文内容）"
            lines[f"《{str(basis['law']).strip('《》')}》{basis.get('article', '')}{text}"] = None
    title = schemas["powers"].label(("items", 0, "basis"))
    return Part(title, tuple(lines) or ("（无）",))


def _judged(found: Dossier) -> Iterator[Part]:
    if not found.base:
        return
    against = f"与{found.base}相比"
    none = (f"{against}没有",)
    yield Part("新增的问题", tuple(map(concise.line, found.added)) or none)
    yield Part("消除的问题", tuple(map(concise.line, found.removed)) or none)


def _steps(found: Dossier, schemas: Schemas) -> Part:
    label = schemas["adjustment"].label
    keys = ("stage", "by", "started", "due", "done", "result", "reason", "late_reason")
    steps = cast("list[Doc]", found.case.record["steps"])
    used = [key for key in keys if any(key in step for step in steps)]
    units = found.case.book.units
    rows = tuple(
        tuple(
            called(str(step[key]), units) if key == "by" else str(step.get(key, "")) for key in used
        )
        for step in steps
    )
    return Part(label(("steps",)), table=Table(tuple(label(("steps", 0, k)) for k in used), rows))


def _item(item: Item, when: str, found: Dossier, schemas: Schemas) -> Card:
    names = {entry.code: entry.name for entry in found.case.book.entries}
    fields = parts(item.data, schemas[item.list], ("items", 0), names, ("code", "name"))
    title = list_titles(schemas)[item.list]
    return Card(f"{when}：{item.name}（{item.code}）", (title,), fields)
