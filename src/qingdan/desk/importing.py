"""Taking departments' tables in: into a list as one 建库 commit, or into a register; all that is fit, or nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core.adjustments.request import Request
from qingdan.core.importing import items, registers, tables
from qingdan.core.importing.completing import grid
from qingdan.core.importing.numbering import numbered
from qingdan.core.importing.unit_names import unit_names
from qingdan.core.importing.values import Words
from qingdan.core.places import LAWS_PATH, STAFF_PATH, UNITS_PATH, list_path
from qingdan.core.tables import reading
from qingdan.core.tables.fields import fields
from qingdan.core.text.canonical import emit
from qingdan.desk import adjusting
from qingdan.desk.filing import (
    file_change,
    locked,
    newly_broken,
    now_in,
    refuse_newly_broken,
)
from qingdan.desk.mending import following
from qingdan.desk.opening import require_settings
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.history import Change, FileEdit
from qingdan.model.workspace import Item
from qingdan.render.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from qingdan.core.importing.items import Candidate, Ground
    from qingdan.core.importing.registers import Register
    from qingdan.core.importing.tables import Imported
    from qingdan.core.tables.reading import Tables
    from qingdan.desk.opening import Opened
    from qingdan.model.workspace import Book, Doc, Settings, Value

_TRIGGER = "streamlined"
"""What first entry of lists is made on, where the workspace has it: 梳理建库 is part of 简政放权."""

ADJUST = (
    "已经建库的清单按调整办理：用 qingdan export 导出、在表里改好，再用 qingdan adjust import 交回；"
    "新增个别事项也可用 qingdan adjust add"
)


class Task(Struct, frozen=True):
    """What is to be imported, and how. ``names`` are lists, or one register; ``files`` are (name, bytes).

    ``expect``: so many entries must be read; ``number``: give codes; ``partial``: take what is fit;
    ``delegations``: what is registered with the lists, in the same commit.
    """

    files: tuple[tuple[str, bytes], ...]
    names: tuple[str, ...]
    is_register: bool
    today: date
    unit: str = ""
    sheet: str = ""
    expect: int | None = None
    number: bool = False
    partial: bool = False
    reason: str = ""
    trigger: str = ""
    occurred: date | None = None
    pinned: bool = False
    delegations: tuple[Doc, ...] = ()


class Prepared(Struct, frozen=True):
    """What the tables hold, judged. ``refusal`` says why nothing may be filed; empty where it may.

    ``grounds`` are what each list was judged against; ``unit_names`` are for showing.
    """

    task: Task
    imported: Imported
    grounds: Mapping[str, Ground]
    refusal: str
    unit_names: Mapping[str, str]
    register: Register | None = None

    @property
    def new(self) -> list[Candidate]:
        """What would be entered."""
        return [one for one in self.imported.candidates if one.status == "new"]

    @property
    def changed(self) -> list[Candidate]:
        """What is there and would be changed."""
        return [one for one in self.imported.candidates if one.status == "changed"]

    @property
    def unfit(self) -> list[Candidate]:
        """What cannot be taken."""
        return [one for one in self.imported.candidates if one.status == "unfit"]

    def rest(self) -> bytes:
        """The unfit entries as a workbook in the layout of ``export``, their gaps marked."""
        grids = []
        for name, ground in self.grounds.items():
            own = [one for one in self.unfit if one.list == name]
            if own:
                grids.append(grid(own, ground, self.unit_names))
        return workbook(grids)

    @property
    def title(self) -> str:
        """The lists, or the register, by title."""
        return "、".join(ground.schema.title for ground in self.grounds.values())


def prepare(
    opened: Opened, task: Task, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> Prepared:
    """Read and judge the tables; nothing is written. UsageError for what is no such table.

    ``tell`` hears how many files are read, of how many.
    """
    book = opened.book(keep_items=True)
    settings = require_settings(book)
    grounds = {name: _ground(opened, task, name, book, settings) for name in task.names}
    _refuse_unkept(task, settings, opened)
    task = replace(task, unit=_unit(task.unit, next(iter(grounds.values())), book))
    files: list[tuple[str, Tables]] = []
    for name, raw in task.files:
        tell(len(files), len(task.files))
        files.append((name, reading.read(raw, name)))
    tell(len(files), len(files))
    if task.is_register:
        register = _register(task.names[0], book)
        judge = partial(registers.candidate, register=register)
        imported = tables.read(files, _asked(opened, task, settings), grounds[task.names[0]], judge)
        return _judged(Prepared(task, imported, grounds, "", _names_of(grounds), register), book)
    imported = _read_lists(opened, task, files, grounds, settings)
    if task.number:
        imported = _numbered(imported, grounds, book)
    imported = _proved(opened, imported, grounds, book, task.delegations)
    return _judged(Prepared(task, imported, grounds, "", _names_of(grounds)), book)


def _judged(made: Prepared, book: Book) -> Prepared:
    return replace(made, refusal=_refusal(made, book))


def _names_of(grounds: Mapping[str, Ground]) -> Mapping[str, str]:
    return next(iter(grounds.values())).units.names


def _asked(opened: Opened, task: Task, settings: Settings) -> tables.Asked:
    register = task.names[0] if task.is_register else ""
    return tables.Asked(
        register or "items",
        task.sheet,
        task.unit,
        settings.headings,
        tables.labels(opened.schemas["adjustment"]),
        registers.KEYS.get(register, ""),
    )


def _read_lists(
    opened: Opened,
    task: Task,
    files: Sequence[tuple[str, Tables]],
    grounds: Mapping[str, Ground],
    settings: Settings,
) -> Imported:
    """The candidates of every list asked for; of several, each sheet belongs to one."""
    asked = _asked(opened, task, settings)
    if len(grounds) == 1:
        return tables.read(files, asked, grounds[task.names[0]], items.candidate)
    schemas = {name: ground.schema for name, ground in grounds.items()}
    shares = tables.shared_out(files, schemas, settings.headings)
    found = [
        tables.read(files, replace(asked, only=shares[name]), ground, items.candidate)
        for name, ground in grounds.items()
    ]
    left = tables.left_out(files, shares)
    return tables.Imported(
        tuple(one for each in found for one in each.candidates),
        tuple(one for each in found for one in each.repeated),
        (*left, *(one for each in found for one in each.notes)),
        tuple(one for each in found for one in each.sheets),
    )


def _numbered(imported: Imported, grounds: Mapping[str, Ground], book: Book) -> Imported:
    given = [str(one.data["code"]) for one in imported.candidates if "code" in one.data]
    taken = [*(entry.code for entry in book.entries), *given]
    found: list[Candidate] = []
    for name, ground in grounds.items():
        own = [one for one in imported.candidates if one.list == name]
        found += numbered(own, ground.schema, name, taken)
    return replace(imported, candidates=tuple(found))


def _proved(
    opened: Opened,
    imported: Imported,
    grounds: Mapping[str, Ground],
    book: Book,
    delegations: Sequence[Doc],
) -> Imported:
    """The candidates, those unfit that would newly break the workspace: subjects, references, articles of laws."""
    new = [one for one in imported.candidates if one.status == "new"]
    if not new:
        return imported
    lists = {str(one.data["code"]): one.list for one in new}
    broken: dict[str, list[tuple[str, str]]] = {}
    beside = adjusting.delegated(opened, book, opened.snapshot(), delegations)
    texts = {**_texts(new, grounds, book), **beside.texts}
    for finding in newly_broken(opened, opened.snapshot(), texts):
        if finding.item in lists:
            fault = items.fault(finding, grounds[lists[finding.item]].fields)
            broken.setdefault(finding.item, []).append(fault)
    found = (
        replace(one, wrong=tuple(broken.get(str(one.data.get("code")), ())))
        if one.status == "new"
        else one
        for one in imported.candidates
    )
    return replace(imported, candidates=tuple(found))


def _texts(new: Sequence[Candidate], grounds: Mapping[str, Ground], book: Book) -> dict[str, bytes]:
    """The list files with what is new."""
    documents: dict[tuple[str, str], list[Value]] = {}
    for one in new:
        documents.setdefault((one.list, one.unit), []).append(one.data)
    for item in book.items.values():
        if (item.list, item.unit) in documents:
            documents[item.list, item.unit].append(item.data)
    return {
        list_path(name, unit): emit(
            {"list": name, "unit": unit, "items": entries}, grounds[name].schema.layout
        ).encode()
        for (name, unit), entries in documents.items()
    }


def _refuse_unkept(task: Task, settings: Settings, opened: Opened) -> None:
    unkept = [name for name in task.names if name not in settings.lists]
    if not task.is_register and unkept:
        kept = "、".join(f"{name}（{opened.schemas[name].title}）" for name in settings.lists)
        raise UsageError(f"本工作区没有保管“{unkept[0]}”清单；保管的有：{kept}。")


def _unit(text: str, ground: Ground, book: Book) -> str:
    """The code of the unit that is named by code, name or short name; UsageError with a guess for a stranger."""
    code = text if text in book.units else ground.units.find(text)
    if code or not text:
        return code
    near = ground.units.near(text)
    guess = f"是不是“{ground.units.find(near)}”（{near}）？" if near else ""
    raise UsageError(
        f"单位“{text}”不在 registers/units.yaml 中。{guess}没有登记的，请先用 qingdan import --register units 登记。"
    )


def _ground(opened: Opened, task: Task, name: str, book: Book, settings: Settings) -> items.Ground:
    schema = opened.schemas[name]
    words = schema.document["definitions"]["table"]["x-words"]
    laws = cast("list[Doc]", book.documents.get(LAWS_PATH, {}).get("laws") or [])
    titles = {str(law["number"]): str(law["title"]) for law in laws if "number" in law}
    return items.Ground(
        name,
        schema,
        fields(schema, name if task.is_register else "items"),
        Words(frozenset(words["empty"]), frozenset(words["none"]), titles),
        unit_names(_entries(book, UNITS_PATH, "units"), [settings.name, settings.short]),
        settings,
        items.existing(book.items, name),
        task.number,
    )


def _entries(book: Book, path: str, key: str) -> list[Doc]:
    return cast("list[Doc]", book.documents.get(path, {}).get(key) or [])


def _register(name: str, book: Book) -> Register:
    key = registers.KEYS[name]
    entries = _entries(book, _path(name), name)
    return registers.Register(name, {str(entry[key]): entry for entry in entries})


def _path(register: str) -> str:
    return f"registers/{register}.yaml"


def _refusal(made: Prepared, book: Book) -> str:
    """Why nothing may be filed; empty where it may."""
    task, found = made.task, made.imported
    count = len(found.candidates)
    if task.expect is not None and count != task.expect:
        return f"读出{count}项，与 --expect {task.expect} 不符，没有写入。"
    if made.unfit and not task.partial:
        return (
            f"{len(made.unfit)}项不能列入（见上），没有写入。补正原表后重新导入；"
            "或用 --partial 先列入合格的，用 --rest 文件.xlsx 取得待补正的表。"
        )
    if made.register:
        return ""
    if made.changed:
        return f"{len(made.changed)}项已在清单中而内容不同（见上），没有写入。{ADJUST}。"
    return _refuse_published(made, book)


def _refuse_published(made: Prepared, book: Book) -> str:
    """A list that has been published is no longer being entered: what is new there is an adjustment."""
    public = {
        name
        for path, record in book.documents.items()
        if path.startswith("ledger/publications/")
        for name in cast("list[str]", record["lists"])
    }
    there = {(entry.list, entry.unit) for entry in book.entries if entry.list in public}
    units = sorted({one.unit for one in made.new if (one.list, one.unit) in there})
    if not units:
        return ""
    names = "、".join(made.unit_names.get(unit, unit) for unit in units)
    return f"{names}的清单已经建库并公布，表中有新的事项，没有写入。{ADJUST}。"


def file_items(
    opened: Opened, made: Prepared, *, dry_run: bool, confirm: Callable[[str], bool] | None
) -> adjusting.Filed:
    """Enter what is new as one 建库 commit; RefusedError for what it would newly break."""
    task = made.task
    settings = require_settings(opened.book())
    request = Request(
        "register",
        task.trigger or _first_trigger(settings),
        task.occurred or task.today,
        task.reason or f"清单建库：导入 {_names(task)}",
        task.today,
        lists=tuple(name for name in task.names if any(one.list == name for one in made.new)),
    )
    found = [
        Item(one.list, one.unit, list_path(one.list, one.unit), place, one.data)
        for place, one in enumerate(made.new)
    ]
    order = adjusting.Order(request, task.today, dry_run, task.pinned, confirm)
    return adjusting.add(opened, found, order, task.delegations)


def _first_trigger(settings: Settings) -> str:
    return _TRIGGER if _TRIGGER in settings.triggers else next(iter(settings.triggers))


def _names(task: Task) -> str:
    names = [" ".join(name.split()) for name, _ in task.files]
    return names[0] if len(names) == 1 else f"{names[0]}等{len(names)}个文件"


def file_entries(opened: Opened, made: Prepared, *, dry_run: bool) -> str:
    """Bring a register up to date; the commit's id, empty after a dry run. RefusedError for what it would newly break."""
    register = cast("Register", made.register)
    path = _path(register.name)
    with locked(opened) as journal:
        before = now_in(opened, [path])
        after = _with_entries(made, register, before[path], opened)
        refuse_newly_broken(opened, opened.snapshot(), {path: after})
        if dry_run:
            return ""
        day = made.task.today if made.task.pinned else None
        more = following(opened, {path: after}) if path == STAFF_PATH else []
        change = Change((FileEdit(path, before[path], after), *more), message(made, opened))
        return file_change(opened, journal, change, day)


def message(made: Prepared, opened: Opened) -> str:
    """The commit's message: how many entries, and why."""
    register = cast("Register", made.register)
    title = opened.schemas[register.name].title
    counts = ((len(made.new), "新增"), (len(made.changed), "更新"))
    told = "、".join(f"{word}{count}条" for count, word in counts if count)
    reason = " ".join(made.task.reason.split()) or f"导入 {_names(made.task)}"
    return f"登记 {title}：{told}\n\nReason: {reason}\n"


def _with_entries(made: Prepared, register: Register, raw: bytes | None, opened: Opened) -> bytes:
    """The register's file with what is new and what differs."""
    ground = made.grounds[register.name]
    entries = {
        key: registers.joined(register.entries.get(key, {}), one.data, ground.fields)
        for one in (*made.new, *made.changed)
        for key in [str(one.data[register.key])]
    }
    return registers.entered(raw, register.name, entries, opened.schemas[register.name])


def refuse_broken_register(opened: Opened, name: str) -> None:
    """RefusedError where the register's file is there and cannot be read: nothing can be merged into it."""
    path = _path(name)
    if (opened.root / path).exists() and path not in opened.book().documents:
        raise RefusedError(f"{path}的内容不合要求，请先运行 qingdan validate 查看并改正。")


def units_in(made: Prepared, found: Sequence[Candidate]) -> dict[str, int]:
    """How many of the candidates each unit has, by the unit's name."""
    counts: dict[str, int] = {}
    for one in found:
        name = made.unit_names.get(one.unit, one.unit) or "实施主体不明"
        counts[name] = counts.get(name, 0) + 1
    return counts
