"""``inspect``: an inspection from plan to score, each step a commit that another person can go on from."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from qingdan.core.inspections.overview import card, row
from qingdan.core.ledger.inspections import SELF, cases
from qingdan.desk import documents
from qingdan.desk.inspections import drawing, inspecting, papers, sheets
from qingdan.desk.opening import require_settings
from qingdan.desk.output import screen
from qingdan.model.cards import Table
from qingdan.model.errors import CannotAnswerError
from qingdan.render import cards
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from qingdan.core.inspections.following import Done
    from qingdan.core.inspections.planning import Wanted
    from qingdan.core.inspections.recording import Said
    from qingdan.desk.inspections.inspecting import Entered, Manner
    from qingdan.desk.inspections.papers import Request
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book

JSON = "json"
"""The format of programs, beside those of documents."""


def run_plan(opened: Opened, wanted: Wanted, manner: Manner) -> int:
    """Plan an inspection."""
    _tell(opened, inspecting.plan_inspection(opened, wanted, manner), manner.day)
    return 0


def run_draw(opened: Opened, name: str, wanted: drawing.Drawing, manner: Manner) -> int:
    """Draw, and show what was drawn."""
    entered = drawing.draw_for(opened, name, wanted, manner)
    _tell(opened, entered, manner.day)
    sys.stdout.write(f"任何人都可以验证：qingdan inspect draw {entered.id} --verify\n")
    return 0


def run_verify(opened: Opened, name: str, table: Path | None) -> int:
    """Repeat every draw on record; 1 where one gives something else, CannotAnswerError where one cannot be repeated."""
    found = drawing.verify(opened, name, table_of(table))
    for each in found:
        if each.why != drawing.NO_TABLE:
            told = each.why or f"重新抽取的结果相同：{each.result}"
            sys.stdout.write(f"{each.what}：{told}\n")
    unable = [each for each in found if each.why == drawing.NO_TABLE]
    for each in unable:
        print(f"{each.what}：{each.why}", file=sys.stderr)
    if any(each.why and each not in unable for each in found):
        return 1
    return CannotAnswerError.exit_code if unable else 0


def table_of(path: Path | None) -> tuple[str, bytes] | None:
    """The name and the content of the file of case numbers; UsageError where it cannot be read."""
    return (path.name, files.read(path)) if path else None


def run_notify(opened: Opened, name: str, wanted: Request, document: str, manner: Manner) -> int:
    """Write the notice, or print what it is filled with (``json``); and put its day on record."""
    given, notice = papers.noticed(opened, name, document, manner.day)
    as_data = JSON in wanted.formats
    order = replace(wanted, papers=(papers.NOTICE,), given=given)
    contents = {} if as_data else papers.made(opened, name, order)
    entered = inspecting.notify(opened, name, document, manner)
    if entered.commit:
        print(f"已提交 {entered.commit[:10]}  {entered.subject}", file=sys.stderr)
    else:
        print("通知日期先前已经登记。", file=sys.stderr)
    if as_data:
        data = documents.plain(notice)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(f"通知已生成：\n{papers.put(opened, name, contents, order)}")
    return 0


def run_sheet(opened: Opened, name: str, unit: str, folder: Path | None, today: date) -> int:
    """Write the sheets to be filled in."""
    files = sheets.write_sheets(opened, name, unit, folder, today)
    sys.stdout.write("检查表已生成（Excel 和 YAML 任选一种填写）：\n")
    sys.stdout.write("".join(f"  {path}\n" for path in files))
    return 0


def run_record(opened: Opened, name: str, files: Sequence[Path], said: Said, manner: Manner) -> int:
    """Take filled sheets back."""
    filled = sheets.read_files(opened, files)
    recording = sheets.record_forms(opened, name, filled, said, manner)
    for file in recording.skipped:
        print(f"提示：{file}先前已经录入，没有重复录入。", file=sys.stderr)
    _tell(opened, recording.entered, manner.day)
    return 0


def run_feedback(opened: Opened, name: str, opinion: str, wanted: Request, manner: Manner) -> int:
    """Put feedback to a unit on record, and write it."""
    documents.formats(wanted.formats)
    entered = inspecting.feed_back(opened, name, wanted.unit, opinion, manner)
    _tell(opened, entered, manner.day)
    return run_papers(opened, entered.id, replace(wanted, papers=(papers.FEEDBACK,)))


def run_close(
    opened: Opened, name: str, left: tuple[Sequence[str], str], wanted: Request, manner: Manner
) -> int:
    """Score, enter what was found, and write the papers; ``left`` are the units left out, and why."""
    documents.formats(wanted.formats)
    closing = sheets.close(opened, name, *left, manner)
    _tell(opened, closing.entered, manner.day)
    parts = [f"登记{closing.fresh}个问题入台账"]
    parts += [f"{closing.again}个已销号的问题复发"] if closing.again else []
    parts += [f"{closing.known}个先前已经登记"] if closing.known else []
    sys.stdout.write("，".join(parts) + "。\n")
    case = inspecting.case_of(opened.book(), closing.entered.id)
    of_units = papers.SELF_CHECK if case.kind == SELF else papers.SCORES
    table = sheets.score_table(opened, case.id, wanted.folder)
    sys.stdout.write(f"得分和问题汇总已生成：\n  {table}\n")
    return run_papers(opened, case.id, replace(wanted, papers=(of_units, papers.REPORT)))


def run_papers(opened: Opened, name: str, wanted: Request) -> int:
    """Write papers of an inspection, from its record."""
    contents = papers.made(opened, name, wanted)
    told = papers.put(opened, name, contents, wanted)
    sys.stdout.write(f"{'、'.join(wanted.papers)}已生成：\n{told}")
    return 0


def run_follow(opened: Opened, name: str, stage: str, done: Done, manner: Manner) -> int:
    """Take a step that comes after an inspection."""
    _tell(opened, inspecting.follow(opened, name, stage, done, manner), manner.day)
    return 0


def run_show(opened: Opened, name: str, form: str, today: date) -> int:
    """Show an inspection, and what comes next."""
    book = opened.book()
    case = inspecting.case_of(book, name)
    settings, made = require_settings(book), sheets.forms_recorded(case, book)
    if form == JSON:
        whole = {
            "inspection": case.record,
            "sheets": dict(case.sheets),
            **row(case, made, settings, today),
        }
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
        return 0
    width, colours = screen()
    shown = card(case, made, book, (opened.schemas["inspection"], today))
    sys.stdout.write(cards.card(shown, width, colours=colours))
    return 0


def run_list(opened: Opened, form: str, today: date) -> int:
    """List every inspection, and what it waits for."""
    book = opened.book()
    lines = _rows(book, today)
    if form == JSON:
        sys.stdout.write(json.dumps({"inspections": lines}, ensure_ascii=False, indent=2) + "\n")
        return 0
    if not lines:
        sys.stdout.write("还没有监督检查；用 qingdan inspect plan 拟定。\n")
        return 0
    table = Table(
        ("编号", "种类", "名称", "现在", "期限", "下一步"),
        tuple(
            tuple(str(line[key]) for key in ("id", "kind", "title", "stage", "left", "next"))
            for line in lines
        ),
    )
    width, colours = screen()
    sys.stdout.write(cards.table(table, width, colours=colours))
    return 0


def _rows(book: Book, today: date) -> list[dict[str, object]]:
    settings = require_settings(book)
    return [row(case, sheets.forms_recorded(case, book), settings, today) for case in cases(book)]


def _tell(opened: Opened, entered: Entered, today: date) -> None:
    """The commit, the id, and what comes next."""
    if entered.commit:
        sys.stdout.write(f"已提交 {entered.commit[:10]}  {entered.subject}\n")
    else:
        sys.stdout.write("没有新的内容，没有提交。\n")
    book = opened.book()
    case = inspecting.case_of(book, entered.id)
    told = row(case, sheets.forms_recorded(case, book), require_settings(book), today)
    sys.stdout.write(f"监督检查编号：{case.id}\n下一步：{told['next']}\n")
