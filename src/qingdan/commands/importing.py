"""``import``: what tables hold is told, then entered; all of it, or (``--partial``) what is fit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from qingdan.desk.tables import delegating, importing
from qingdan.model.errors import CannotAnswerError, RefusedError, UsageError
from qingdan.render import imported as shown
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from qingdan.core.importing.items import Candidate
    from qingdan.desk.opening import Opened
    from qingdan.desk.tables.importing import Prepared, Task


class Options(Struct, frozen=True):
    """How the clerk wants it. ``ask`` puts a question at a terminal; None where nobody can be asked.

    ``delegations`` is the file of those that are registered with the lists.
    """

    dry_run: bool = False
    yes: bool = False
    rest: Path | None = None
    ask: Callable[[str], bool] | None = None
    delegations: Path | None = None


def read_files(given: Iterable[Path]) -> tuple[tuple[str, bytes], ...]:
    """Names and bytes of the files; UsageError for one that cannot be read."""
    return tuple((each.name, files.read(each)) for each in given)


def run(opened: Opened, task: Task, options: Options) -> int:
    """Import files into a list or a register; RefusedError after the report where it may not be."""
    if options.rest and options.rest.exists():
        raise UsageError(f"{options.rest}已经存在，请换一个文件名，或先删去。")
    if task.is_register:
        importing.refuse_broken_register(opened, task.names[0])
    if options.delegations:
        task = _with_delegations(opened, task, options.delegations)
    made = importing.prepare(opened, task, _progress)
    for line in report(made):
        print(line, file=sys.stderr)
    if not made.imported.candidates and made.task.expect is None:
        raise CannotAnswerError(
            f"表格只有表头，没有可取的{'事项' if not made.register else '记录'}。"
        )
    _write_rest(made, options)
    if made.refusal:
        raise RefusedError(made.refusal)
    if not made.new and not (made.register and made.changed):
        return _unchanged(made)
    return (
        _file_register(opened, made, options)
        if made.register
        else _file_list(opened, made, options)
    )


def _with_delegations(opened: Opened, task: Task, file: Path) -> Task:
    """The task with the delegations of a file, what is to be known of them told."""
    given = delegating.read(opened, file, task.today)
    for line in _section("委托表，请核对：", given.notes):
        print(line, file=sys.stderr)
    return replace(task, delegations=given.entries)


def _progress(done: int, of: int) -> None:
    """At a terminal, how far the reading of many files is; the judging of them follows."""
    if of > 1 and sys.stderr.isatty():
        what = "\r已读取全部文件，正在核对……\n" if done == of else f"\r正在读取 {done + 1}/{of}"
        print(what, end="", file=sys.stderr, flush=True)


def _unchanged(made: Prepared) -> int:
    """Say that there is nothing to enter."""
    same = made.imported.count("same")
    unfit = f"，{len(made.unfit)}项待补正" if made.unfit else ""
    sys.stdout.write(f"没有变化：读出的{same}项都已在{made.title}中，内容相同{unfit}。\n")
    if made.task.delegations:
        print(
            "注意：没有可列入的事项，委托也没有登记；只登记委托的，用 --register delegations。",
            file=sys.stderr,
        )
    return 0


def report(made: Prepared) -> Iterable[str]:
    """Everything that the clerk must know before it is entered."""
    found = made.imported
    for one in found.sheets:
        yield shown.sheet(one.file, one.sheet, (one.first, one.last), one.columns, one.records)
        if one.skipped:
            yield (
                "  略过："
                + "、".join(f"{what}{count}行" for what, count in one.skipped.items())
                + "。"
            )
    yield from _section("没有取用的内容：", _notes(made, "left"))
    repeated = [
        (one.file, one.sheet, f"第{one.row}行", one.name, "与别的行完全相同，只取一次")
        for one in found.repeated
    ]
    yield from _section("重复的行：", shown.notes(repeated))
    yield from _section("已取用、请核对：", _notes(made, "doubt"))
    yield from _section("已在清单中而内容不同：", shown.gaps(map(_difference, made.changed)))
    yield from _section("不能列入：", shown.gaps(map(_gap, made.unfit)))
    yield _sum(made)


def _section(title: str, lines: Iterable[str]) -> Iterable[str]:
    told = list(lines)
    return [title, *told] if told else []


def _notes(made: Prepared, kind: str) -> Iterable[str]:
    return shown.notes(
        (one.file, one.sheet, one.at, one.text, one.why)
        for one in made.imported.notes
        if one.kind == kind
    )


def _difference(one: Candidate) -> tuple[str, str, int, str, list[str]]:
    return (
        one.file,
        one.sheet,
        one.row,
        f"{one.name}（{one.existing}）",
        ["、".join(one.changed) + "不同"],
    )


def _gap(one: Candidate) -> tuple[str, str, int, str, list[str]]:
    return one.file, one.sheet, one.row, one.name, [why for _, why in one.wrong]


def _sum(made: Prepared) -> str:
    found = made.imported
    words = (("new", "可列入"), ("same", "无变化"), ("changed", "有变化"), ("unfit", "不能列入"))
    parts = "、".join(
        f"{word}{found.count(status)}项" for status, word in words if found.count(status)
    )
    units = (
        f"可列入的：{shown.counts(importing.units_in(made, made.new))}。"
        if made.new and not made.register
        else ""
    )
    return f"共读出{len(found.candidates)}项：{parts or '没有事项'}。{units}"


def _write_rest(made: Prepared, options: Options) -> None:
    """The workbook of what is unfit, where one is wanted; an existing file is not overwritten."""
    if options.rest is None:
        return
    if not made.unfit:
        print("没有待补正的事项，未生成补正表。", file=sys.stderr)
        return
    files.write(options.rest, made.rest())
    print(
        f"待补正的{len(made.unfit)}项已写入{options.rest}，补齐标黄的格后重新导入。",
        file=sys.stderr,
    )


def _file_list(opened: Opened, made: Prepared, options: Options) -> int:
    ask = options.ask

    def confirm(_preview: str) -> bool:
        return ask is None or ask(f"列入{len(made.new)}项并提交？（y 提交，n 放弃）")

    filed = importing.file_items(
        opened, made, dry_run=options.dry_run, confirm=confirm if ask and not options.yes else None
    )
    if not filed.commit:
        sys.stdout.write(f"{filed.plan.message}\n试运行，没有提交，文件没有改动。\n")
        return 0
    subject = filed.plan.message.partition("\n")[0]
    sys.stdout.write(f"已提交 {filed.commit[:10]}  {subject}\n下一步：qingdan validate\n")
    return 0


def _file_register(opened: Opened, made: Prepared, options: Options) -> int:
    for one in made.changed:
        print(f"  {one.existing}　{one.name}：{'、'.join(one.changed)}将更新。", file=sys.stderr)
    if not options.dry_run and not options.yes:
        _consent(made, options)
    commit = importing.file_entries(opened, made, dry_run=options.dry_run)
    told = importing.message(made, opened)
    if not commit:
        sys.stdout.write(f"{told}\n试运行，没有提交，文件没有改动。\n")
        return 0
    subject = told.partition("\n")[0]
    sys.stdout.write(f"已提交 {commit[:10]}  {subject}\n")
    return 0


def _consent(made: Prepared, options: Options) -> None:
    """Entries that are there are changed only when somebody says so."""
    if options.ask:
        if not options.ask(
            f"新增{len(made.new)}条、更新{len(made.changed)}条并提交？（y 提交，n 放弃）"
        ):
            raise RefusedError("已放弃，没有提交，文件没有改动。")
    elif made.changed:
        raise RefusedError(
            f"有{len(made.changed)}条已登记的内容将被更新，核对后加 --yes 再运行；没有写入。"
        )
