"""``ledger``: complaints, results and findings that are entered outside inspections, and the ledger shown."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, cast

from qingdan.core.ledger import carding
from qingdan.core.ledger import complaints as complaints_kept
from qingdan.core.ledger import findings as findings_kept
from qingdan.core.ledger.findings import state_of
from qingdan.core.units import called
from qingdan.desk.ledger import complaints, findings
from qingdan.desk.ledger.listing import GROUPS, grouped, listed
from qingdan.desk.ledger.records import record_called
from qingdan.desk.ledger.results import take_results
from qingdan.desk.output import screen
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.findings import SEVERITY_WORDS
from qingdan.render import cards
from qingdan.render import ledger as render
from qingdan.render.formats.json import dumped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from qingdan.core.intake.columns import Table
    from qingdan.core.ledger.complaints import Answer, Complaint
    from qingdan.core.ledger.findings import Discovery
    from qingdan.desk.ledger.complaints import Source
    from qingdan.desk.ledger.findings import Fact, Step
    from qingdan.desk.ledger.listing import Asked
    from qingdan.desk.ledger.results import Taking
    from qingdan.desk.opening import Opened
    from qingdan.model.findings import Severity
    from qingdan.model.values import Doc
    from qingdan.model.workspace import Book

_SHOWN = 20
"""So many rows that were not taken are told one by one."""


def run_complaint(opened: Opened, complaint: Complaint, today: date, *, pinned: bool) -> int:
    """Register one complaint."""
    made = complaints.register(opened, complaint, today, pinned=pinned)
    if not made.commit:
        sys.stdout.write("同样的内容已经登记过，没有改动。\n")
        return 0
    record = made.records[0]
    _committed(made.commit, f"登记投诉举报 {record['id']}")
    within = record.get("within")
    limit = f"答复时限{within}，" if within else "没有规定答复时限，"
    said = "" if record.get("confidential") == "是" else " --verified 属实 --result …"
    sys.stdout.write(f"{limit}答复后：qingdan ledger answer {record['id']}{said}\n")
    return 0


def run_complaints(
    opened: Opened, source: Source, today: date, *, pinned: bool, dry_run: bool
) -> int:
    """Register the complaints of a hotline's table."""
    made, table = complaints.register_table(opened, source, today, pinned=pinned, dry_run=dry_run)
    _tell_columns(source.name, table)
    _tell_rows(made.refused, "未取")
    _tell_rows(made.left, "已取，部分内容没有取")
    counted = f"新登记{len(made.records)}件，已有{made.same}件，未取{len(made.refused)}件"
    return _ended(counted, made.commit, dry_run=dry_run)


def run_answer(
    opened: Opened, name: str, answer: Answer, day: date | None, *, rule: str, fact: str
) -> int:
    """Enter the answer to a complaint."""
    made = complaints.answer(opened, name, answer, day, rule=rule, fact=fact)
    _committed(made.commit, f"答复投诉举报 {made.record['id']}")
    if made.finding:
        sys.stdout.write(f"据此登记的问题：{made.finding['id']}\n")
    return 0


def run_results(opened: Opened, what: Taking) -> int:
    """Take decisions in; tells every column and row that was not taken."""
    taken = take_results(opened, what)
    outcomes = [outcome for _, _, outcome in taken.files]
    for name, table, outcome in taken.files:
        _tell_columns(name, table)
        _tell_rows(outcome.refused, f"{name}：未取" if len(taken.files) > 1 else "未取")
    added, completed, same, refused = (
        sum(numbers)
        for numbers in zip(
            *((o.added, o.completed, o.same, len(o.refused)) for o in outcomes), strict=True
        )
    )
    counted = f"新增{added}件，补充{completed}件，与台账相同{same}件，未取{refused}件"
    if not added + completed + same:
        raise RefusedError(f"没有一件可以取入（{counted}），请核对单位、列名和日期。")
    return _ended(counted, taken.commit, dry_run=what.dry_run)


def _ended(counted: str, commit: str, *, dry_run: bool) -> int:
    if dry_run:
        sys.stdout.write(f"试运行：{counted}；没有写入。\n")
    elif commit:
        _committed(commit, counted)
        sys.stdout.write("下一步：qingdan check\n")
    else:
        sys.stdout.write(f"没有新的内容，没有改动（{counted}）。\n")
    return 0


def _committed(commit: str, what: str) -> None:
    sys.stdout.write(f"已提交 {commit[:10]}  {what}\n")


def _tell_columns(name: str, table: Table) -> None:
    """Which columns were left; those of persons are never taken."""
    others = [text for text in table.left if text not in table.persons]
    if table.persons:
        print(
            f"{name}：{'、'.join(table.persons)}属于个人或者相对人信息，从不取入。", file=sys.stderr
        )
    if others:
        print(
            f"{name}：未取的列：{'、'.join(others)}。要取的，用 --columns 列名=内容 写明。",
            file=sys.stderr,
        )


def _tell_rows(rows: Iterable[tuple[int, str]], what: str) -> None:
    """The first rows that were not taken; of many, how many for which reason."""
    every = list(rows)
    for line, why in every[:_SHOWN]:
        print(f"第{line}行{what}：{why}{'' if why.endswith('？') else '。'}", file=sys.stderr)
    rest = Counter(why.partition("：")[0] for _, why in every[_SHOWN:])
    if rest:
        counted = "，".join(f"{why}{number}行" for why, number in rest.most_common(10))
        print(f"另有{sum(rest.values())}行{what}：{counted}。", file=sys.stderr)


def run_finding(opened: Opened, fact: Fact, how: Discovery, day: date | None) -> int:
    """Register what somebody else found."""
    commit, record = findings.register(opened, fact, how, day)
    _committed(commit, f"登记问题 {record['id']}")
    return 0


def run_close(opened: Opened, name: str, step: Step, *, pinned: bool) -> int:
    """Close a finding."""
    commit, record = findings.close(opened, name, step, pinned=pinned)
    again = "，已重新检查" if findings_kept.last_step(record).get("commit") else ""
    _committed(commit, f"销号 {record['id']}{again}")
    return 0


def run_void(opened: Opened, name: str, step: Step, *, pinned: bool) -> int:
    """Record that a finding was none."""
    commit, record = findings.annul(opened, name, step, pinned=pinned)
    _committed(commit, f"不成立 {record['id']}")
    return 0


def run_list(opened: Opened, asked: Asked, group: str, form: str) -> int:
    """Show the findings that were asked for; 0, also where there are none."""
    book = opened.book()
    records = listed(book, asked)
    if form == "json":
        rows = [{**record, "state": state_of(record)} for record in records]
        sys.stdout.write(dumped({"findings": rows, "total": len(rows)}))
    elif form == "csv":
        label = opened.schemas["finding"].label
        labels = {key: label((key,)) for key in render.COLUMNS} | {"state": "状态"}
        sys.stdout.write(
            render.as_csv(records, state_of, labels, lambda unit: called(unit, book.units))
        )
    else:
        sys.stdout.write(_text(records, group, book))
    return 0


def _text(records: list[Doc], group: str, book: Book) -> str:
    if not records:
        return "台账中没有这样的问题。\n"

    def name(unit: str) -> str:
        return called(unit, book.units)

    states = Counter(map(state_of, records))
    lines = [f"共{len(records)}个问题：" + "，".join(f"{s}{n}个" for s, n in states.items()) + "。"]
    if not group:
        return "\n".join([*lines, *render.lines(records, state_of, name)]) + "\n"
    for key, members in grouped(records, group).items():
        title = _title(group, key, book)
        lines += ["", f"{title}（{len(members)}个）", *render.lines(members, state_of, name)]
    return "\n".join(lines) + "\n"


def _title(group: str, key: str, book: Book) -> str:
    if group == "severity" and key:
        return SEVERITY_WORDS[cast("Severity", key)]
    return called(key, book.units) if group == "unit" else key or f"没有写明{GROUPS[group]}"


def run_show(opened: Opened, name: str, form: str) -> int:
    """Show one finding or complaint with all that was done about it."""
    book = opened.book()
    record, kind = _either(name, book)
    if form == "json":
        stands: Doc = {"state": state_of(record)} if kind == "finding" else {}
        sys.stdout.write(dumped(record | stands))
        return 0
    names = {code: unit.short for code, unit in book.units.items()}
    names |= {entry.code: entry.name for entry in book.entries}
    state = f"（{state_of(record)}）" if kind == "finding" else ""
    shown = carding.card(record, f"{record['id']}{state}", opened.schemas[kind], names)
    width, colours = screen()
    sys.stdout.write(cards.card(shown, width, colours=colours))
    return 0


def _either(name: str, book: Book) -> tuple[Doc, str]:
    """A finding, or else a complaint, of this name."""
    try:
        return record_called(name, findings_kept.FOLDER, "问题", book), "finding"
    except UsageError as error:
        try:
            return record_called(name, complaints_kept.FOLDER, "投诉举报", book), "complaint"
        except UsageError:
            raise error from None
