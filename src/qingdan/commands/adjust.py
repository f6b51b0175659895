"""``adjust``: one verb a kind; shows what was done, or what would be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qingdan.desk.adjustments import adjusting, reverting
from qingdan.desk.tables import workbooks
from qingdan.model.errors import RefusedError
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.tables.reading import Tables
    from qingdan.desk.adjustments.adjusting import Filed, Manner, Order
    from qingdan.desk.opening import Opened
    from qingdan.desk.tables.workbooks import Common, Looked
    from qingdan.model.values import Doc

_BREAK = "\n\n"
_FREE = "改动的都不是受控要素，今后可以直接修改、直接提交，不必办理调整。"


def run_set(
    opened: Opened, code: str, assignments: list[str], order: Order, delegations: Path | None
) -> int:
    """Change fields of one item, and register the delegations of a file."""
    entries = read_delegations(opened, delegations, order.today)
    return _show(adjusting.set_fields(opened, code, assignments, order, entries))


def run_remove(opened: Opened, code: str, successors: Sequence[str], order: Order) -> int:
    """Cancel one item."""
    return _show(adjusting.remove(opened, code, successors, order))


def run_transfer(opened: Opened, code: str, unit: str, assignments: list[str], order: Order) -> int:
    """Move one item to another unit."""
    return _show(adjusting.transfer(opened, code, unit, assignments, order))


def run_add(
    opened: Opened, file: Path, name: str, unit: str, order: Order, delegations: Path | None
) -> int:
    """Enter the items of a YAML file: a list document, or items with a list and a unit beside.

    The delegations of another file are registered with them.
    """
    items = adjusting.items_in(file, name, unit, opened.schemas)
    entries = read_delegations(opened, delegations, order.today)
    return _show(adjusting.add(opened, items, order, entries))


def read_delegations(opened: Opened, file: Path | None, today: date) -> tuple[Doc, ...]:
    """The delegations of a file, with what is to be known of them told on stderr; none without a file."""
    if file is None:
        return ()
    from qingdan.desk.tables import delegating  # reads tables, which most adjustments do not bring

    given = delegating.read(opened, file, today)
    for note in given.notes:
        print(f"注意：{note.strip()}", file=sys.stderr)
    return given.entries


def run_commit(opened: Opened, order: Order) -> int:
    """File the edits already made in the work tree."""
    return _show(adjusting.commit_edits(opened, order))


def run_revert(opened: Opened, what: str, order: Order) -> int:
    """Undo an adjustment."""
    return _show(reverting.revert(opened, what, order))


def run_rebase(opened: Opened, base: str, *, dry_run: bool) -> int:
    """Make the adjustments of the branch anew on top of another one."""
    from qingdan.desk.adjustments import rebasing  # reads histories, which the other verbs do not

    made = rebasing.rebase(opened, base, dry_run=dry_run)
    for note in made.notes:
        print(f"注意：{note}", file=sys.stderr)
    where = f"{made.base}（{made.onto[:10]}）"
    if not made.subjects and not made.moved:
        sys.stdout.write(f"分支“{made.branch}”已经在{where}之上，不必办理。\n")
        return 0
    lines = "".join(f"  {subject}\n" for subject in made.subjects)
    sys.stdout.write(f"分支“{made.branch}”的{len(made.subjects)}次提交接到{where}之上：\n{lines}")
    if dry_run:
        sys.stdout.write("试运行，没有提交，文件没有改动。\n")
        return 0
    sys.stdout.write(
        f"\n原来的版本是 {made.old[:10]}。推送过的分支，请用 git push --force-with-lease 重新推送。\n"
    )
    return 0


def read_workbook(file: Path) -> Tables:
    """The sheets of a workbook; UsageError for what cannot be read."""
    from qingdan.core.tables.reading import read

    return read(files.read(file), file.name)


def look(opened: Opened, tables: Tables, common: Common) -> Looked:
    """What the rows of a workbook want, with all that is to be known of it told on stderr."""
    looked = workbooks.look(opened, tables, common)
    done = looked.rows.done
    for note in looked.rows.notes:
        print(f"注意：{note}", file=sys.stderr)
    if done:
        more = f"等{len(done)}行" if len(done) > 1 else ""
        print(f"注意：{done[0]}{more}的改动此前已经办理，不再办理。", file=sys.stderr)
    return looked


def run_import(  # noqa: PLR0913 the workbook, what is said of it, and the delegations
    opened: Opened,
    tables: Tables,
    common: Common,
    manner: Manner,
    looked: Looked,
    delegations: Path | None,
    *,
    batch: bool,
) -> int:
    """File the edits of a workbook; ``looked`` is what was seen of it before any question."""
    if not looked.rows.edits:
        sys.stdout.write("工作簿里没有需要办理的改动，没有提交。\n")
        if delegations:
            print(
                "注意：委托也没有登记；只登记委托的，用 qingdan import 加 --register delegations。",
                file=sys.stderr,
            )
        return 0
    entries = read_delegations(opened, delegations, manner.today)
    made = workbooks.take_back(opened, tables, common, manner, entries, batch=batch)
    if not made.plans:
        raise RefusedError("工作簿里没有需要办理的改动，没有提交；清单可能刚刚被别人改过。")
    if not made.commits:
        sys.stdout.write(made.preview + "试运行，没有提交，文件没有改动。\n")
        return 0
    for ready, commit in zip(made.plans, made.commits, strict=True):
        sys.stdout.write(f"已提交 {commit[:10]}  {ready.message.partition(_BREAK)[0]}\n")
    total = sum(len(ready.changes) for ready in made.plans)
    sys.stdout.write(
        f"\n共办理{total}项、{len(made.commits)}次提交。下一步：推送分支、提请审核。\n"
    )
    if any(made.free):
        print(f"提示：其中{sum(made.free)}次提交{_FREE}", file=sys.stderr)
    return 0


def _show(filed: Filed) -> int:
    if not filed.commit:
        sys.stdout.write(filed.preview + "试运行，没有提交，文件没有改动。\n")
        return 0
    subject, _, rest = filed.plan.message.partition("\n\n")
    trailers = rest.rstrip("\n").rpartition("\n\n")[2]
    short = filed.commit[:10]
    sys.stdout.write(
        f"已提交 {short}  {subject}\n\n{trailers}\n\n下一步：推送分支、提请审核；用 git show {short} 可看到改动。\n"
    )
    if filed.free:
        print(f"提示：{_FREE}", file=sys.stderr)
    return 0
