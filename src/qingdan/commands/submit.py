"""``adjust submit``: put the adjustments of a branch up for review."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from qingdan.core.adjustments.words import kinds, triggers
from qingdan.core.approval.states import FROM_CAUSE
from qingdan.desk.approval import submitting
from qingdan.desk.approval.dossier import dossier
from qingdan.desk.opening import require_settings
from qingdan.render.formats import concise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qingdan.core.approval.stepping import Ruling
    from qingdan.desk.approval.reviewing import Case
    from qingdan.desk.approval.submitting import Branch
    from qingdan.desk.opening import Opened
    from qingdan.model.values import Doc


def run(
    opened: Opened, record_id: str, cause_found: date | None, ruling: Ruling, *, pinned: bool
) -> int:
    """Append the resubmission where one is due, push, and open or print the request for review."""
    branch = submitting.branch_of(opened, record_id)
    for taken in submitting.resubmit(opened, branch, cause_found, ruling, pinned=pinned):
        sys.stdout.write(f"已提交 {taken.commit[:10]}  {taken.message.partition(chr(10))[0]}\n")
    branch = submitting.branch_of(opened, record_id)
    title, body = _title(branch), "\n".join(_body(opened, branch))
    if not branch.remote:
        sys.stdout.write("这个工作区没有远程仓库，没有推送。请把以下标题和说明交给审核人：\n\n")
        return _printed(title, body)
    pushed = submitting.push(opened, branch, title, body)
    sys.stdout.write(f"已推送分支“{branch.name}”到{branch.remote}。\n")
    if pushed.made:
        remote = [line for line in pushed.said.splitlines() if line.startswith("remote:")]
        sys.stdout.write("远程已建立合并请求：\n" + "".join(f"{line}\n" for line in remote))
        return 0
    sys.stdout.write(
        f"请建立合并到“{branch.target}”的合并请求（已经建立的，更新说明），标题和说明如下：\n\n"
    )
    return _printed(title, body)


def _printed(title: str, body: str) -> int:
    sys.stdout.write(f"{title}\n\n{body}\n")
    return 0


def _title(branch: Branch) -> str:
    first = branch.cases[0]
    more = f"等{len(branch.cases)}件" if len(branch.cases) > 1 else ""
    return f"调整申请：{first.what}（{first.record['id']}）{more}"


def _body(opened: Opened, branch: Branch) -> Iterator[str]:
    for case in branch.cases:
        yield from _of(opened, case)


def _of(opened: Opened, case: Case) -> Iterator[str]:
    """One adjustment: the papers, what changes, the stages to tick off, what it would break."""
    record, schemas = case.record, opened.schemas
    label = schemas["adjustment"].label
    kind, trigger = kinds(schemas)[str(record["kind"])], triggers(schemas)[str(record["trigger"])]
    yield f"## {case.what}（{record['id']}）"
    yield ""
    yield f"- {kind}，{trigger}"
    for key in ("occurred", "applied", "deadline", "reason", "late_reason", "basis", "effective"):
        if key in record and record[key] != "none":
            yield f"- {label((key,))}：{record[key]}"
    rows = cast("list[Doc]", record.get("changes") or ())
    yield from (f"- {_row(row, opened, case)}" for row in rows)
    yield ""
    yield f"### {label(('steps',))}"
    yield ""
    yield from _stages(case)
    found = dossier(opened, str(record["id"]))
    yield ""
    yield "### 新增的问题"
    yield ""
    yield from (f"- {concise.line(finding)}" for finding in found.added)
    yield from () if found.added else ("没有。",)
    yield ""
    yield f"查看：`qingdan review show {record['id']}`"
    yield ""


def _row(row: Doc, opened: Opened, case: Case) -> str:
    entry = case.book.entries.of(str(row["item"]))
    steps = str(row["field"]).split(".")
    at = tuple(int(step) - 1 if step.isdigit() else step for step in steps)
    name = opened.schemas[entry.list].path_label(("items", 0, *at)) if entry else row["field"]
    return f"{row['item']} {name}：{row.get('before', '（无）')} → {row.get('after', '（无）')}"


def _stages(case: Case) -> Iterator[str]:
    steps = cast("list[Doc]", case.record["steps"])
    for step in steps:
        yield f"- [x] {step['stage']}：{step['by']} {step.get('done', '')} {step.get('result', '')}"
    turn = case.way.turn
    stages = [s for s in require_settings(case.book).stages if s.start != FROM_CAUSE]
    names = [stage.name for stage in stages]
    at = (turn.back or turn.stage).name if turn else ""
    for stage in stages[names.index(at) :] if at in names else ():
        limit = f"，{stage.within}" if stage.within else ""
        due = f"，{turn.due.last}截止" if turn and turn.due and turn.stage is stage else ""
        yield f"- [ ] {stage.name}：{stage.by}{limit}{due}"
