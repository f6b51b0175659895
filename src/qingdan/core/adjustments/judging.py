"""Whether a commit keeps the discipline of adjustments: trailers, record and changed items agree.

A commit is judged by the settings and the calendar of its first parent: nobody loosens a rule and uses it
at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from qingdan.core.adjustments import burden
from qingdan.core.adjustments import claims as claims_of
from qingdan.core.adjustments.differences import controlled_fields, recorded
from qingdan.core.adjustments.fitting import Deed, fits, misfits
from qingdan.core.adjustments.telling import amiss, told
from qingdan.core.adjustments.unread import unread
from qingdan.core.adjustments.words import REQUIRED, WITHOUT_CLOCK, trailer_names
from qingdan.core.checks.report import found
from qingdan.core.ledger.appending import rewritten
from qingdan.core.places import ADJUSTMENTS, adjustment_path, place
from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from qingdan.core.adjustments.claims import Claim, Flaw
    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.adjustments.telling import Row
    from qingdan.core.adjustments.unread import Unread
    from qingdan.core.calendar import Calendar
    from qingdan.core.places import Place
    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc


class CommitView(Struct, frozen=True):
    """A commit with all it takes to judge it.

    ``items`` are the items it changed (of a merge: those that differ from every parent), ``records`` the
    record files it touched as (path, before, after), ``settings_paths`` the settings, registers and rules
    it touched, ``unreadable`` the lists and records that are not valid after it, ``ledger`` all files of
    the ledger like ``records``, ``elsewhere`` the publications that name a version which is not behind it.
    ``joined`` is the ledger of a merge as another parent has it: (path, there, after). ``settings`` and
    ``calendar`` are those of the first parent.
    """

    commit: Commit
    settings: Settings
    calendar: Calendar
    items: tuple[ItemChange, ...]
    records: tuple[tuple[str, Doc | None, Doc | None], ...]
    settings_paths: tuple[str, ...]
    schemas: Schemas
    unreadable: tuple[str, ...] = ()
    ledger: tuple[tuple[str, Doc | None, Doc | None], ...] = ()
    elsewhere: tuple[str, ...] = ()
    joined: tuple[tuple[str, Doc, Doc | None], ...] = ()


def judge(view: CommitView) -> Iterator[Finding]:
    """Every breach in one commit."""
    for path in view.unreadable:
        yield _on(
            view,
            "QD516",
            f"{path}不能读取或内容不合要求，无法核对其中的改动。",
            fix="请先改正该文件再提交。",
        )
    yield from _ledger_kept(view)
    yield from _nothing_vanished(view)
    missed = unread(view.commit, trailer_names(view.schemas))
    lost = _claim_lost(view, missed)
    yield from _unread(view, missed, lost=lost)
    yield from _settings_reasoned(view, missed)
    yield from _publications_there(view)
    claims: list[Claim] = []
    broken = False
    if claims_of.claims_adjustment(view.commit):
        claim, flaws = claims_of.from_trailers(view.commit, view.settings.triggers)
        broken = claim is None
        claims += [claim] if claim else []
        for flaw in flaws:
            if not (lost and _same_trouble(flaw, missed)):
                fix = "请用 qingdan adjust 办理，由程序生成提交说明。"
                yield _on(view, flaw.code, flaw.message, fix=fix)
    if not broken:
        yield from _from_records(view, claims, missed, explained=lost)
    for claim in claims:
        yield from _claim(view, claim, claims)
    yield from _contents(view, claims)
    if not broken and (claims or not lost):
        yield from _coverage(view, claims)
        yield from _burden(view, claims)


def _on(
    view: CommitView,
    code: str,
    message: str,
    *,
    item: str = "",
    fix: str = "",
    changes: Iterable[ItemChange] = (),
) -> Finding:
    """A finding about the commit; about the controlled fields of ``changes``."""
    where = f"提交{view.commit.id[:10]}（{view.commit.subject}）："
    controlled = view.settings.controlled
    fields = {field for change in changes for field in controlled_fields(change, controlled)}
    return found(code, where + message, "", item=item, fix=fix, about=tuple(sorted(fields)))


def _claim_lost(view: CommitView, missed: Unread) -> bool:
    """Whether the message claims an adjustment in lines that git does not read, and nothing else says so.

    A squash that took the lines over is told of with the record that proves it (QD514). A message that
    quotes trailers is no claim where nothing was changed.
    """
    meant = missed.keys & set(REQUIRED)
    at_stake = bool(view.items or view.records)
    if claims_of.claims_adjustment(view.commit):
        return bool(meant) and (at_stake or not missed.quoted)
    if "Adjustment" not in meant and len(meant) < 2:
        return False
    if missed.quoted:
        return bool(view.items) and not _brings_record(view)
    return at_stake or len(view.commit.parents) < 2


def _same_trouble(flaw: Flaw, missed: Unread) -> bool:
    """Whether a flaw comes of a line that git does not read: the trailer is missing, or folded into another."""
    return flaw.key in missed.keys or any(f"{key}:" in flaw.value for key in missed.keys)


def _brings_record(view: CommitView) -> bool:
    return any(before is None and after is not None for _, before, after in view.records)


def _unread(view: CommitView, missed: Unread, *, lost: bool) -> Iterator[Finding]:
    """One finding for a claim, or a reason for new settings, that git does not read."""
    if lost or (view.settings_paths and "Reason" in missed.keys):
        message = f"提交说明中有尾行没有被 git 认出：{missed.why}。"
        yield _on(view, "QD518", message, fix=f"请改正提交说明：{missed.cure}。")


def _ledger_kept(view: CommitView) -> Iterator[Finding]:
    """The ledger is only appended to; a merge of two sides puts what one appended after what the other did."""
    labels: dict[str, tuple[str, ...]] = {}
    for path, before, after in view.ledger:
        if before is not None:
            labels[path] = rewritten(before, after, _schema(view, path))
    for path, there, after in view.joined:
        labels[path] = labels.get(path) or rewritten(there, after, _schema(view, path), merged=True)
    for path, changed in labels.items():
        if changed and path.startswith(ADJUSTMENTS):
            message = f"调整记录{path}被改写或删除；记录只能在 steps 末尾追加环节。"
            yield _on(view, "QD511", message, fix="请恢复原记录，另行追加。")
        elif changed:
            message = f"{path}的“{'”“'.join(changed)}”被改写或删除；台账只能追加。"
            fix = "请恢复原来的内容；有误的，追加一步说明。"
            yield _on(view, "QD530", message, fix=fix)


def _schema(view: CommitView, path: str) -> Schema:
    return view.schemas[cast("Place", place(path)).schema]


def _settings_reasoned(view: CommitView, missed: Unread) -> Iterator[Finding]:
    if view.settings_paths and not view.commit.value("Reason") and "Reason" not in missed.keys:
        yield _on(
            view,
            "QD509",
            f"改动了{'、'.join(view.settings_paths)}，没有写明 Reason。",
            fix="请在提交说明末段加一行“Reason: 修改理由”。",
        )


def _publications_there(view: CommitView) -> Iterator[Finding]:
    """What is recorded as public is a version that was there to be shown."""
    for path in view.elsewhere:
        message = f"公布记录{path}所写的版本不在这次提交之前的历史中。"
        fix = "请用 qingdan publish --record 登记主分支上的版本。"
        yield _on(view, "QD315", message, fix=fix)


def _nothing_vanished(view: CommitView) -> Iterator[Finding]:
    for change in view.items:
        if change.after is None:
            message = f"事项“{change.item.name}”被直接从清单中删除。"
            yield _on(
                view,
                "QD512",
                message,
                item=change.code,
                changes=[change],
                fix="取消的事项应留在清单中，状态改为“取消”：请用 qingdan adjust remove。",
            )


def _from_records(
    view: CommitView, claims: list[Claim], missed: Unread, *, explained: bool
) -> Iterator[Finding]:
    """Records brought without trailers of their own prove the adjustment, with a warning.

    ``explained``: what became of the trailers has been said.
    """
    named = {claim.record for claim in claims}
    for path, before, after in view.records:
        if before is None and after is not None and after["id"] not in named:
            claims.append(claims_of.from_record(after))
            if not explained:
                why = missed.why or "多半是压缩合并所致"
                message = f"有调整记录{path}，提交说明却没有相应尾行（{why}）；以记录为准。"
                fix = "合并时请选择保留原提交，或把尾行放在说明的最后一段。"
                yield _on(view, "QD514", message, fix=fix)


def _claim(view: CommitView, claim: Claim, claims: Sequence[Claim]) -> Iterator[Finding]:
    yield from _record_agrees(view, claim)
    yield from _dates(view, claim)
    others = [other for other in claims if other is not claim]
    covered = _covered(view, claim)
    joined = frozenset(
        change.code
        for change in covered
        if any(_covers(other, change) and fits(other.kind, change) for other in others)
    )
    controlled = view.settings.controlled
    deed = Deed(claim.kind, covered, claim.reason, controlled, view.schemas, joined=joined)
    for change, why in misfits(deed):
        yield _on(
            view,
            "QD510",
            f"调整类型“{claim.kind}”与事项“{change.item.name}”的实际改动不符：{why}。",
            item=change.code,
            changes=[change],
            fix="请按实际改动选择类型：add 新增、remove 取消、change 变更……",
        )


def _record(view: CommitView, claim: Claim) -> Doc | None:
    """The record that the commit brings for a claim."""
    path = adjustment_path(claim.record)
    added = (after for place, before, after in view.records if place == path and before is None)
    return next(added, None)


def _record_agrees(view: CommitView, claim: Claim) -> Iterator[Finding]:
    record = _record(view, claim)
    if record is None:
        message = f"没有一并提交调整记录{adjustment_path(claim.record)}。"
        fix = "请用 qingdan adjust 办理，记录由程序生成。"
        yield _on(view, "QD506", message, fix=fix, changes=_covered(view, claim))
        return
    wrong = (label for label, one, other in _told_twice(view, claim, record) if one != other)
    for label in wrong:
        message = f"调整记录{claim.record}的“{label}”与提交不一致。"
        fix = "请重新办理，使记录与提交说明一致。"
        yield _on(view, "QD506", message, fix=fix, changes=_covered(view, claim))


def _told_twice(
    view: CommitView, claim: Claim, record: Doc
) -> Iterator[tuple[str, object, object]]:
    """What trailers and record both say: label, by the trailers, by the record."""
    said = claims_of.from_record(record)
    yield "调整类型", claim.kind, said.kind
    yield "事项", sorted(claim.items), sorted(said.items)
    yield "清单", sorted(claim.lists), sorted(said.lists)
    yield "调整情形", claim.trigger, said.trigger
    yield "情形发生日期", claim.occurred, said.occurred
    yield "申请期限", claim.deadline, said.deadline
    yield "调整理由", claim.reason, said.reason
    yield "申请日期", claim.applied or view.commit.applied, said.applied
    yield "收文登记", claim.evidence, said.evidence
    yield "逾期理由", claim.late_reason, said.late_reason
    yield "生效日期", claim.effective, said.effective


def _contents(view: CommitView, claims: Sequence[Claim]) -> Iterator[Finding]:
    """What records say was changed, item by item, against what the commit changed."""
    changes = {change.code: change for change in view.items}
    for code, tales in _tales(view, claims).items():
        change = changes.get(code)
        if len(tales) > 1 and change and change.before is None:
            continue  # entered and changed in one: nothing shows what it was in between
        fields = amiss(
            recorded(change) if change else frozenset(),
            [row for rows in tales.values() for row in rows],
            controlled_fields(change, view.settings.controlled) if change else frozenset(),
            several=len(tales) > 1,
        )
        wrong = "、".join(fields)
        if wrong:
            message = f"调整记录{'、'.join(tales)}的“变更内容”与提交不一致：{wrong}。"
            fix = "请重新办理，使记录写全、写对改动的每一处。"
            yield _on(view, "QD506", message, item=code, fix=fix, changes=filter(None, [change]))


def _tales(view: CommitView, claims: Sequence[Claim]) -> dict[str, dict[str, list[Row]]]:
    """Item to what each record that the commit brings tells of it."""
    found: dict[str, dict[str, list[Row]]] = {}
    for claim in claims:
        record = _record(view, claim)
        rows = told(record) if record else {}
        listed = (change.code for change in view.items if change.item.list in claim.lists)
        for code in (*claim.items, *listed) if record else ():
            found.setdefault(code, {})[claim.record] = rows.get(code, [])
    return found


def _dates(view: CommitView, claim: Claim) -> Iterator[Finding]:
    applied = claim.applied or view.commit.applied
    if claim.applied and not claim.evidence and not claim.by_record:
        yield _on(view, "QD502", "写了申请日期（Applied），没有写收文登记（Evidence）。")
    if applied > view.commit.applied:
        yield _on(view, "QD513", f"申请日期{applied}晚于提交的日期{view.commit.applied}。")
    if claim.occurred > applied:
        yield _on(view, "QD513", f"情形发生日期{claim.occurred}晚于申请日期{applied}。")
    if claim.kind in WITHOUT_CLOCK:
        if claim.deadline is not None:
            message = "建库和勘误不起算期限，Deadline 应为 none。"
            yield _on(view, "QD507", message, changes=_covered(view, claim))
    else:
        yield from _clock(view, claim, applied)


def _clock(view: CommitView, claim: Claim, applied: date) -> Iterator[Finding]:
    within = view.settings.apply_within
    try:
        right = view.calendar.deadline(claim.occurred, within).last
    except CalendarError as error:
        yield _on(view, "QD515", f"申请期限无法核对：{error}")
        return
    if claim.deadline != right:
        said = claim.deadline or "none"
        message = f"申请期限写的是{said}，按{within}计算应为{right}。"
        fix = f"请改为 {right}。"
        yield _on(view, "QD507", message, fix=fix, changes=_covered(view, claim))
    if applied > right and not claim.late_reason:
        message = f"申请日期{applied}已过期限{right}，没有写明逾期理由（Late-Reason）。"
        fix = "请补写 Late-Reason。"
        yield _on(view, "QD508", message, fix=fix, changes=_covered(view, claim))


def _covers(claim: Claim, change: ItemChange) -> bool:
    return change.code in claim.items or change.item.list in claim.lists


def _called(view: CommitView, change: ItemChange, fields: Iterable[str]) -> str:
    """What people call fields of an item."""
    schema = view.schemas[change.item.list]
    return "、".join(schema.label(("items", 0, field)) for field in sorted(fields))


def _covered(view: CommitView, claim: Claim) -> list[ItemChange]:
    return [change for change in view.items if _covers(claim, change)]


def _coverage(view: CommitView, claims: list[Claim]) -> Iterator[Finding]:
    controlled = view.settings.controlled
    for change in view.items:
        fields = controlled_fields(change, controlled) if change.after else frozenset()
        if not fields or any(_covers(claim, change) for claim in claims):
            continue
        what = (
            "新增"
            if change.before is None
            else f"改动了受控要素（{_called(view, change, fields)}）"
        )
        code = "QD504" if claims else "QD501"
        said = "提交说明没有写明该事项" if claims else "没有调整手续"
        yield _on(
            view,
            code,
            f"事项“{change.item.name}”{what}，{said}。",
            item=change.code,
            changes=[change],
            fix="请用 qingdan adjust 办理调整。",
        )
    touched = {change.code for change in view.items}
    tales = _tales(view, claims)
    for claim in claims:
        for code in dict.fromkeys(claim.items):
            undone = len(tales.get(code, ())) > 1 and any(tales[code].values())
            if code not in touched and not undone:
                yield _on(
                    view,
                    "QD505",
                    f"写明调整事项“{code}”，但该事项没有任何改动。",
                    item=code,
                    fix="请删去这一行，或核对编号。",
                )


def _burden(view: CommitView, claims: list[Claim]) -> Iterator[Finding]:
    """Steps and materials added without a basis; what a merge brings together was judged where it was made."""
    if len(view.commit.parents) > 1:
        return
    for change in view.items:
        records = [_record(view, claim) for claim in claims if _covers(claim, change)]
        added = list(burden.unfounded(change))
        if added and not any(record and "basis" in record for record in records):
            message = f"事项“{change.item.name}”增加了{'、'.join(added)}，没有写明依据。"
            fix = "办理时请用 --basis 写明增加的依据，材料也可以逐件写明；没有依据的，不得增设。"
            yield _on(view, "QD517", message, item=change.code, fix=fix)
