"""Whether a commit keeps the discipline of adjustments: trailers, record and changed items agree.

A commit is judged by the settings and the calendar of its first parent: nobody loosens a rule and uses it
at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments import claims as claims_of
from qingdan.core.adjustments.differences import controlled_fields, recorded
from qingdan.core.adjustments.words import WITHOUT_CLOCK
from qingdan.core.checks.report import found
from qingdan.core.places import adjustment_path
from qingdan.model.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.adjustments.claims import Claim
    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.calendar import Calendar
    from qingdan.model.findings import Finding
    from qingdan.model.history import Commit
    from qingdan.model.workspace import Doc, Settings


@dataclass(frozen=True, slots=True)
class CommitView:
    """A commit with all it takes to judge it.

    ``items`` are the items it changed (of a merge: those that differ from every parent), ``records`` the
    record files it touched as (path, before, after), ``settings_paths`` the settings, registers and rules
    it touched, ``unreadable`` the lists and records that are not valid after it. ``settings`` and
    ``calendar`` are those of the first parent.
    """

    commit: Commit
    settings: Settings
    calendar: Calendar
    items: tuple[ItemChange, ...]
    records: tuple[tuple[str, Doc | None, Doc | None], ...]
    settings_paths: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


def judge(view: CommitView) -> Iterator[Finding]:
    """Every breach in one commit."""
    for path in view.unreadable:
        yield _on(
            view,
            "QD516",
            f"{path}不能读取或内容不合要求，无法核对其中的改动。",
            fix="请先改正该文件再提交。",
        )
    yield from _records_kept(view)
    yield from _settings_reasoned(view)
    yield from _nothing_vanished(view)
    claims: list[Claim] = []
    broken = False
    if claims_of.claims_adjustment(view.commit):
        claim, flaws = claims_of.from_trailers(view.commit, view.settings.triggers)
        broken = claim is None
        claims += [claim] if claim else []
        for flaw in flaws:
            yield _on(
                view, flaw.code, flaw.message, fix="请用 qingdan adjust 办理，由程序生成提交说明。"
            )
    yield from _from_records(view, claims, broken=broken)
    for claim in claims:
        yield from _claim(view, claim)
    if not broken:
        yield from _coverage(view, claims)


def _on(view: CommitView, code: str, message: str, *, item: str = "", fix: str = "") -> Finding:
    where = f"提交{view.commit.id[:10]}（{view.commit.subject}）："
    return found(code, where + message, "", item=item, fix=fix)


def _records_kept(view: CommitView) -> Iterator[Finding]:
    for path, before, after in view.records:
        if before is not None and not _only_appended(before, after):
            yield _on(
                view,
                "QD511",
                f"调整记录{path}被改写或删除；记录只能在 steps 末尾追加环节。",
                fix="请恢复原记录，另行追加。",
            )


def _only_appended(before: Doc, after: Doc | None) -> bool:
    if after is None:
        return False
    old, new = cast("list[Doc]", before["steps"]), cast("list[Doc]", after["steps"])
    rest = {key: value for key, value in before.items() if key != "steps"}
    return (
        rest == {key: value for key, value in after.items() if key != "steps"}
        and new[: len(old)] == old
    )


def _settings_reasoned(view: CommitView) -> Iterator[Finding]:
    if view.settings_paths and not view.commit.value("Reason"):
        yield _on(
            view,
            "QD509",
            f"改动了{'、'.join(view.settings_paths)}，没有写明 Reason。",
            fix="请在提交说明末段加一行“Reason: 修改理由”。",
        )


def _nothing_vanished(view: CommitView) -> Iterator[Finding]:
    for change in view.items:
        if change.after is None:
            message = f"事项“{change.item.name}”被直接从清单中删除。"
            yield _on(
                view,
                "QD512",
                message,
                item=change.code,
                fix="取消的事项应留在清单中，状态改为“取消”：请用 qingdan adjust remove。",
            )


def _from_records(view: CommitView, claims: list[Claim], *, broken: bool) -> Iterator[Finding]:
    """Records brought without trailers of their own prove the adjustment, with a warning."""
    named = {claim.record for claim in claims}
    for path, before, after in view.records:
        if before is None and after is not None and after["id"] not in named and not broken:
            claims.append(claims_of.from_record(after))
            yield _on(
                view,
                "QD514",
                f"有调整记录{path}，提交说明却没有相应尾行（多半是压缩合并所致）；以记录为准。",
                fix="合并时请选择保留原提交，或把尾行放在说明的最后一段。",
            )


def _claim(view: CommitView, claim: Claim) -> Iterator[Finding]:
    yield from _record_agrees(view, claim)
    yield from _dates(view, claim)
    for change in view.items:
        if _covers(claim, change) and not fits(claim.kind, change):
            yield _on(
                view,
                "QD510",
                f"调整类型“{claim.kind}”与事项“{change.item.name}”的实际改动不符。",
                item=change.code,
                fix="请按实际改动选择类型：add 新增、remove 取消、change 变更……",
            )


def _record_agrees(view: CommitView, claim: Claim) -> Iterator[Finding]:
    path = adjustment_path(claim.record)
    added = (after for place, before, after in view.records if place == path and before is None)
    record = next(added, None)
    if record is None:
        message = f"没有一并提交调整记录{path}。"
        yield _on(view, "QD506", message, fix="请用 qingdan adjust 办理，记录由程序生成。")
        return
    wrong = [
        *(label for label, one, other in _told_twice(view, claim, record) if one != other),
        *_misreported(view, claim, record),
    ]
    for label in wrong:
        message = f"调整记录{claim.record}的“{label}”与提交不一致。"
        yield _on(view, "QD506", message, fix="请重新办理，使记录与提交说明一致。")


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


def _misreported(view: CommitView, claim: Claim, record: Doc) -> Iterator[str]:
    """Labels of what the record alone says and the commit contradicts."""
    rows = cast("list[Doc]", record.get("changes") or ())
    told = {
        (str(row["item"]), str(row["field"]), str(row.get("before")), str(row.get("after")))
        for row in rows
    }
    done = {
        (change.code, *row)
        for change in view.items
        if _covers(claim, change)
        for row in recorded(change)
    }
    if told - done:
        yield "变更内容"


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
            yield _on(view, "QD507", "建库和勘误不起算期限，Deadline 应为 none。")
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
        yield _on(view, "QD507", message, fix=f"请改为 {right}。")
    if applied > right and not claim.late_reason:
        message = f"申请日期{applied}已过期限{right}，没有写明逾期理由（Late-Reason）。"
        yield _on(view, "QD508", message, fix="请补写 Late-Reason。")


def _covers(claim: Claim, change: ItemChange) -> bool:
    return change.code in claim.items or change.item.list in claim.lists


def fits(kind: str, change: ItemChange) -> bool:
    """Whether a kind of adjustment is one that can do this to an item."""
    before = change.before.state if change.before else ""
    after = change.after.state if change.after else ""
    match kind:
        case "add" | "register" | "receive":
            return change.before is None
        case "remove" | "devolve":
            return before not in {"", "取消"} and after == "取消"
        case "suspend":
            return (before, after) == ("在用", "暂停")
        case "resume":
            return (before, after) == ("暂停", "在用")
        case "change" | "correct":
            return bool(before) and before == after
        case _:
            return True


def _coverage(view: CommitView, claims: list[Claim]) -> Iterator[Finding]:
    controlled = view.settings.controlled
    for change in view.items:
        fields = controlled_fields(change, controlled) if change.after else frozenset()
        if not fields or any(_covers(claim, change) for claim in claims):
            continue
        what = "新增" if change.before is None else f"改动了受控要素（{'、'.join(sorted(fields))}）"
        code = "QD504" if claims else "QD501"
        said = "提交说明没有写明该事项" if claims else "没有调整手续"
        yield _on(
            view,
            code,
            f"事项“{change.item.name}”{what}，{said}。",
            item=change.code,
            fix="请用 qingdan adjust 办理调整。",
        )
    touched = {change.code for change in view.items}
    for claim in claims:
        for code in claim.items:
            if code not in touched:
                yield _on(
                    view,
                    "QD505",
                    f"写明调整事项“{code}”，但该事项没有任何改动。",
                    item=code,
                    fix="请删去这一行，或核对编号。",
                )
