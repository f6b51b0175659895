"""From the files of a snapshot to a :class:`Book` and the findings of ``validate``.

Two stages. *Per file*: text to values and findings; pure, so files can be read in several processes and a
result can be kept by the file's object id. *Across files*: values to findings. Positions are worked out only for
files that have findings.
"""

from __future__ import annotations

from functools import cache, lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from qingdan.core import settings as settings_of
from qingdan.core.checks import (
    owners_file,
    personal_data,
    placeholders,
    sound_settings,
    unique_entries,
)
from qingdan.core.checks.ground import Ground
from qingdan.core.checks.registry import (
    BOOK_CHECKS,
    BOOK_CODES,
    ENTRY_CHECKS,
    GROUND,
    ITEM_CHECKS,
    REGISTER_CHECKS,
    SCHEMA_CHECKS,
)
from qingdan.core.checks.report import found
from qingdan.core.exceptions import sift
from qingdan.core.places import IGNORED_NAMES, SETTINGS_PATH, UNITS_PATH, place, stem
from qingdan.core.rules import sound
from qingdan.core.rules.overriding import yielding
from qingdan.core.rules.packs import pack
from qingdan.core.stock.items import AskedItems
from qingdan.core.stock.links import judge_links, touched
from qingdan.core.stock.sheets import Sheet, packed
from qingdan.core.stock.shelf import Shelf, Stock
from qingdan.core.text import reading
from qingdan.model.digests import git_id
from qingdan.model.errors import YamlRefusedError
from qingdan.model.findings import place_of
from qingdan.model.folders import OWNERS_PATHS
from qingdan.model.items import LISTS, Entry, Exemption, Item, Listed
from qingdan.model.workspace import Book, Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding, Places
    from qingdan.model.rules import Rule
    from qingdan.model.settings import Settings
    from qingdan.model.values import Doc, Value
    from qingdan.model.workspace import Snapshot

_Out = TypeVar("_Out")


class Mapper(Protocol):
    """How the per-file stage is run over paths: in this process, or spread over several."""

    def __call__(self, work: Callable[[str], _Out], paths: Sequence[str], /) -> Iterable[_Out]:
        """The results in the order of the paths."""


class FileResult(Struct, frozen=True):
    """What one file gave: a document, or of a list (``unit`` is set) entries and, if asked for, whole items."""

    path: str
    findings: tuple[Finding, ...] = ()
    document: Doc | None = None
    entries: tuple[Entry, ...] = ()
    unit: str = ""
    items: tuple[Item, ...] = ()


def in_this_process(work: Callable[[str], _Out], paths: Sequence[str], /) -> Iterable[_Out]:
    """The plain mapper."""
    return map(work, paths)


def build(
    snapshot: Snapshot,
    schemas: Schemas,
    *,
    keep_items: bool = False,
    ask_items: bool = False,
    mapper: Mapper = in_this_process,
    shelf: Shelf | None = None,
) -> tuple[Book, tuple[Finding, ...]]:
    """Read everything and judge it; findings of what is no list carry pointers, not yet lines (see :func:`locate`).

    ``keep_items``: with all items; ``ask_items``: with those that are asked for, each read then. What ``shelf`` holds
    of the files as they are is not read again. The book's ``found`` are the same findings;
    what approved exceptions hide is in its ``excepted``, that of which another law says otherwise in ``yielded``.
    """
    kept = Shelf() if shelf is None else shelf
    paths = snapshot.paths()
    lists = [path for path in paths if _is_list(path)]
    first = [SETTINGS_PATH, *sorted({*GROUND[1:]} & {*paths})]
    other = partial(_other, snapshot, schemas, kept.is_kept)
    founding, others = (
        _Others(each, kept, mapper, other) for each in (first, sorted({*paths} - {*lists, *first}))
    )
    ground = Ground(_without_lists(founding.read(), schemas), schemas)
    work = partial(_worker, snapshot, ground, keep_items, kept.is_kept)
    kept.again = work
    items = _shelve(kept, lists, others, work, keep=keep_items)
    results = [*founding.results, *others.results]
    documents = _documents(results)
    stock = Stock(kept)
    book = replace(
        ground.book,
        documents=documents,
        rules=tuple(rules_of(documents)),
        entries=stock,
        list_files=tuple(
            (path, path.split("/")[1], line.unit, line.count)
            for path, line in sorted(kept.lines.items())
            if line.unit
        ),
        items=AskedItems(stock, partial(_items, snapshot, ground)) if ask_items else items,
        files=len(paths) if SETTINGS_PATH in paths else len(paths) + 1,
        unread=frozenset(kept.unread),
    )
    findings = [finding for result in results for finding in result.findings]
    findings += kept.findings()
    findings += _across(book, snapshot, schemas)
    standing, yielded = yielding(findings, book)
    sifted = sift(standing, book, BOOK_CODES)
    book = replace(book, found=sifted.shown, excepted=sifted.hidden, yielded=yielded)
    return book, sifted.shown


def _is_list(path: str) -> bool:
    where = place(path)
    return where is not None and where.schema in LISTS


_Other = tuple[FileResult, str]
"""What a file gave that is no list, and the id of its content if that is to be kept."""


class _Others:
    """Files that are no lists: what the shelf holds of them, and those that it is lacking, which are read once."""

    def __init__(
        self, paths: Sequence[str], shelf: Shelf, mapper: Mapper, work: Callable[[str], _Other]
    ) -> None:
        self._paths = paths
        self._shelf = shelf
        self._mapper = mapper
        self._work = work
        known = ((path, shelf.document(path)) for path in paths)
        self._results = {path: FileResult(path, *kept) for path, kept in known if kept}

    @property
    def _lacking(self) -> list[str]:
        return [path for path in self._paths if path not in self._results]

    @property
    def results(self) -> list[FileResult]:
        """What they gave, once they were read."""
        return [self._results[path] for path in self._paths]

    def read(self) -> list[FileResult]:
        """What they gave."""
        for each in self._mapper(self._work, self._lacking):
            self._take(*each)
        return self.results

    def read_with(self, lists: list[str], work: Callable[[str], Sheet]) -> Iterator[Sheet]:
        """The sheets of list files; these files are read among them, after the first, which makes ready for many."""
        paths = [*lists[:1], *self._lacking, *lists[1:]]
        for each in self._mapper(partial(_either, work, self._work), paths):
            if isinstance(each, Sheet):
                yield each
            else:
                self._take(*each)

    def _take(self, result: FileResult, id_: str) -> None:
        if id_:
            self._shelf.put_document(result.path, id_, result.findings, result.document)
        self._results[result.path] = result


def _either(
    sheet: Callable[[str], Sheet], other: Callable[[str], _Other], path: str
) -> Sheet | _Other:
    """The per-file stage for any path."""
    return sheet(path) if _is_list(path) else other(path)


def _other(snapshot: Snapshot, schemas: Schemas, kept: bool, path: str) -> _Other:
    source, id_ = _read_once(snapshot, path, kept=kept and place(path) is not None)
    return examine(path, source, schemas, None, keep=True), id_


def _read_once(snapshot: Snapshot, path: str, *, kept: bool) -> tuple[Snapshot, str]:
    """A file in memory, and the id of its content if that is to be kept; as it is where it cannot be read."""
    try:
        raw = snapshot.read(path)
    except (KeyError, YamlRefusedError):
        return snapshot, ""
    return Texts({path: raw}), git_id(raw) if kept else ""


def _shelve(
    shelf: Shelf,
    lists: Sequence[str],
    others: _Others,
    work: partial[Sheet],
    *,
    keep: bool,
) -> dict[str, Item]:
    """Bring the sheets up to date: of files that have changed, or all of them; the items of those that were read."""
    snapshot, ground, *_ = work.args
    settings, registers = shelf.ids.get(SETTINGS_PATH, ""), _judged_by(shelf)
    if keep or settings != shelf.settings:
        shelf.clear_lists()
    fresh = [path for path in lists if not shelf.holds(path)]
    codes, named = shelf.only(lists, {*snapshot.paths(), SETTINGS_PATH})
    if registers != shelf.ground:
        for path in shelf.lines.keys() - set(fresh):
            found_ = _against_registers(shelf.entries(path), ground)
            shelf.found(path).judged = _located(path, found_, snapshot)
    items: dict[str, Item] = {}
    for sheet_ in others.read_with(fresh, work):
        mine, theirs = shelf.put(sheet_)
        if not shelf.is_new:  # else all are judged, and so many codes are not for memory
            codes |= {*mine, *sheet_.codes}
            named |= {*theirs, *sheet_.named}
        items.update((item.code, item) for item in sheet_.items)
    unread = tuple(sorted({*ground.book.unread, *_unread(others.results), *_unread_lists(shelf)}))
    everywhere = shelf.is_new or (registers, unread) != (shelf.ground, shelf.unread)
    around = set(lists) if everywhere else {*fresh, *touched(shelf, codes, named)}
    shelf.settings, shelf.ground, shelf.unread = settings, registers, unread
    book = replace(ground.book, unread=frozenset(unread))
    judge_links(shelf, around, book, partial(_located, snapshot=snapshot))
    return items


def _unread_lists(shelf: Shelf) -> Iterator[str]:
    """The kinds of list of which a file could not be read."""
    return (line.list for line in shelf.lines.values() if not line.unit)


def _judged_by(shelf: Shelf) -> str:
    return " ".join(shelf.ids.get(path, "") for path in GROUND)


def _across(book: Book, snapshot: Snapshot, schemas: Schemas) -> Iterator[Finding]:
    """What is found in all files together, besides links."""
    for bad in snapshot.bad():
        yield found("QD108", bad.why, bad.path, fix="请换成普通文件。")
    for check in BOOK_CHECKS.values():
        yield from check(book)
    for look in REGISTER_CHECKS.values():
        yield from look(book, schemas)
    yield from sound_settings.check(book, schemas)
    yield from unique_entries.check(book)
    yield from owners_file.check(book, _owners_files(snapshot))
    yield from sound.check(book, schemas)


def _owners_files(snapshot: Snapshot) -> dict[str, str]:
    raws = ((path, _bytes(snapshot, path)) for path in OWNERS_PATHS.values())
    return {path: raw.decode("utf-8", "replace") for path, raw in raws if raw}


def _items(snapshot: Snapshot, ground: Ground, path: str) -> tuple[Item, ...]:
    return examine(path, snapshot, ground.schemas, ground.book.settings, keep=True).items


def _worker(snapshot: Snapshot, ground: Ground, keep: bool, kept: bool, path: str) -> Sheet:
    """The per-file stage for one list file, and the checks of its entries against settings and registers."""
    source, id_ = _read_once(snapshot, path, kept=kept)
    result = examine(path, source, ground.schemas, ground.book.settings, keep=keep)
    entries = result.entries
    return Sheet(
        path,
        path.split("/")[1],
        result.unit,
        len(entries),
        any(entry.state == "在用" for entry in entries),
        any(entry.exemptions for entry in entries),
        any(entry.is_linked for entry in entries),
        tuple(entry.code for entry in entries if entry.code),
        tuple(dict.fromkeys(code for entry in entries for _, code in entry.refs)),
        _located(path, result.findings, source),
        _located(path, _against_registers(entries, ground), source),
        packed(path, result.unit, entries, kept=kept),
        id_,
        result.items,
    )


def _against_registers(entries: Sequence[Entry], ground: Ground) -> list[Finding]:
    return [finding for check in ENTRY_CHECKS.values() for finding in check(entries, ground)]


def _located(path: str, findings: Sequence[Finding], snapshot: Snapshot) -> tuple[Finding, ...]:
    """Findings of a file with their lines, in the order in which they were found."""
    if all(finding.line for finding in findings):
        return tuple(findings)
    wanted = [finding.at for finding in findings if not finding.line]
    places = reading.places(_bytes(snapshot, path), wanted)
    return tuple(finding if finding.line else _at(finding, places) for finding in findings)


def _at(finding: Finding, places: Places) -> Finding:
    line, column = place_of(places, finding.at)
    return replace(finding, line=line, column=column)


def examine(
    path: str, snapshot: Snapshot, schemas: Schemas, settings: Settings | None, *, keep: bool
) -> FileResult:
    """The per-file stage for one path."""
    where = place(path)
    if where is None:
        return FileResult(path, tuple(_stray(path)))
    try:
        raw = snapshot.read(path)
    except KeyError:
        message = "缺少这个文件。"
        fix = "请恢复该文件；新的工作区用 qingdan init 建立。"
        return FileResult(path, (found("QD108", message, path, fix=fix),))
    except YamlRefusedError as error:
        return FileResult(path, (found(error.code, error.message, path),))
    schema = schemas[where.schema]
    if where.schema not in LISTS:
        return _document(path, raw, schema, where.canonical)
    read = _read(path, raw, schema, where.canonical)
    document, findings, broken = read.document, read.findings, read.broken
    if document is None or broken is None:
        return FileResult(path, tuple(findings))
    findings += _misplaced(path, document)
    findings += personal_data.in_file(path, raw, document, schema, read.lines)
    items = [item for item in items_of(path, document) if item.index not in broken]
    if settings:
        findings += chain.from_iterable(check(items, settings) for check in ITEM_CHECKS.values())
    by_schema = _by_schema(placeholders.may_find(read.lines, schema))
    findings += chain.from_iterable(check(items, schema) for check in by_schema)
    entries = (*map(_entry, items), *_known_at_least(path, document, broken))
    return FileResult(
        path, tuple(findings), None, entries, str(document["unit"]), tuple(items) if keep else ()
    )


_LARGE = 1 << 20
"""Larger files are not kept to be known again: a register of so many bytes is a province's."""


def _document(path: str, raw: bytes, schema: Schema, canonical: bool) -> FileResult:
    """The stage for what is no list: a matter of its bytes alone, and a command reads most files more than once."""
    examine_it = _examined if len(raw) <= _LARGE else _examined.__wrapped__
    return examine_it(path, raw, schema, canonical)


@lru_cache(maxsize=512)
def _examined(path: str, raw: bytes, schema: Schema, canonical: bool) -> FileResult:
    read = _read(path, raw, schema, canonical)
    findings = read.findings
    if read.document is not None:
        findings += personal_data.in_file(path, raw, read.document, schema, read.lines)
    valid = read.broken is not None and not read.broken
    document = cast("Doc", _shared(read.document, {})) if valid else None
    return FileResult(path, tuple(findings), document)


def _shared(value: Value, known: dict[str, str]) -> Value:
    """The same value with each text in it held once: a register is kept, and most of its texts stand in it many times."""
    if isinstance(value, dict):
        return {known.setdefault(key, key): _shared(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_shared(part, known) for part in value]
    return known.setdefault(value, value) if isinstance(value, str) else value


@cache
def _by_schema(silent: bool) -> tuple[Callable[[Iterable[Item], Schema], Iterator[Finding]], ...]:
    """The checks of items that need its schema; without that of silent texts where a file holds none."""
    return tuple(
        check for check in SCHEMA_CHECKS.values() if silent or check is not placeholders.check
    )


class _Read(Struct, frozen=True):
    """A file's document, what is wrong with it, the places of what is not valid in it (None: all of it), its texts if known."""

    document: Doc | None
    findings: list[Finding]
    broken: frozenset[int] | None
    lines: str | None = None


def _read(path: str, raw: bytes, schema: Schema, canonical: bool) -> _Read:
    """Read a file and put it to its schema."""
    try:
        read = reading.read(raw, schema.layout)
    except YamlRefusedError as error:
        finding = found(error.code, error.message, path)
        return _Read(None, [replace(finding, line=error.line, column=error.column)], None)
    findings = list(schema.findings(read.value, path))
    if canonical and not read.canonical and not findings:
        message = "文件不是规范格式（要素顺序、缩进、引号、注释或事项排序）。"
        findings.append(found("QD105", message, path, fix="请运行 qingdan fmt 整理。"))
        return _Read(cast("Doc", read.value), findings, frozenset())
    return _Read(cast("Doc", read.value), findings, _broken(findings), read.lines)


def _broken(findings: Iterable[Finding]) -> frozenset[int] | None:
    """The places of entries that are not valid; None if the document itself is not."""
    places = [
        finding.at[1] if len(finding.at) > 1 and finding.at[0] == "items" else ""
        for finding in findings
    ]
    if not all(isinstance(place, int) for place in places):
        return None
    return frozenset(cast("list[int]", places))


def _known_at_least(path: str, document: Doc, broken: Iterable[int]) -> Iterator[Entry]:
    """Items that are not valid still exist: others may point at them, and their codes are taken."""
    entries = cast("list[Value]", document["items"])
    for index in broken:
        data = entries[index]
        if isinstance(data, dict) and isinstance(data.get("code"), str):
            code, name, kind, state = (
                value if isinstance(value := data.get(key), str) else ""
                for key in ("code", "name", "type", "state")
            )
            where = (str(document["list"]), str(document["unit"]), path, index)
            yield Entry(*where, code, name, kind, state)


def _stray(path: str) -> Iterator[Finding]:
    name = path.rsplit("/", 1)[-1]
    if name in IGNORED_NAMES or not path.startswith(
        ("lists/", "registers/", "ledger/", "systems/", "rules/")
    ):
        return
    fix = "清单应放在 lists/清单类别/单位编号.yaml，扩展名为 .yaml；不用的文件请移走。"
    yield found("QD111", "这个文件不会被读取：位置或扩展名不对。", path, fix=fix)


def _misplaced(path: str, document: Doc) -> Iterator[Finding]:
    folder = path.split("/")[1]
    if document["list"] != folder:
        message = f"清单类别写的是“{document['list']}”，却放在{folder}目录下。"
        yield found("QD110", message, path, ("list",), fix="请改正 list，或把文件移到对应目录。")
    if document["unit"] != stem(path):
        message = f"单位写的是“{document['unit']}”，文件名却是“{stem(path)}.yaml”。"
        yield found("QD110", message, path, ("unit",), fix="请使文件名与单位编号一致。")


def items_of(path: str, document: Doc) -> list[Item]:
    """The items of a valid list document."""
    name, unit = str(document["list"]), str(document["unit"])
    entries = cast("list[Doc]", document["items"])
    return [Item(name, unit, path, index, data) for index, data in enumerate(entries)]


_POINTING = ("power", "powers", "fees", "successors", "predecessors")
"""Fields that hold codes of other items."""


def _entry(item: Item) -> Entry:
    """The entry of a valid item: what is taken of it here are texts, or there."""
    data: dict[str, Any] = item.data
    get, basis = data.get, data["basis"]
    refs = [
        (field, code)
        for field in _POINTING
        if (value := get(field))
        for code in ([value] if isinstance(value, str) else value)
    ]
    standard = get("discretion")
    return Entry(
        item.list,
        item.unit,
        item.path,
        item.index,
        get("code", ""),
        get("name", ""),
        get("type", ""),
        get("state", ""),
        tuple(refs),
        tuple([one["law"] for one in basis]),
        (get("statutory_limit", ""), get("promised_limit", "")),
        get("charged", ""),
        None if standard is None else standard.get("issued", ""),
        _exemptions(rows) if (rows := get("exceptions")) else (),
        tuple([one.get("article", "") for one in basis]),
        get("power_source", ""),
        get("ended", ""),
    )


def _exemptions(rows: Sequence[Mapping[str, str]]) -> tuple[Exemption, ...]:
    return tuple([Exemption(row["finding"], row["approver"], row["until"]) for row in rows])


def _without_lists(results: Sequence[FileResult], schemas: Schemas) -> Book:
    """The workspace as values, its lists left out, as far as these are held against it."""
    documents = _documents(results)
    head = documents.get(SETTINGS_PATH)
    return Book(
        settings_of.settings(head, schemas) if head else None,
        settings_of.units(documents[UNITS_PATH]) if UNITS_PATH in documents else {},
        Listed(),
        documents,
        (),
        unread=frozenset(_unread(results)),
    )


def _documents(results: Iterable[FileResult]) -> dict[str, Doc]:
    return {result.path: result.document for result in results if result.document is not None}


def _unread(results: Iterable[FileResult]) -> Iterator[str]:
    """The registers that could not be read."""
    for result in results:
        if result.path.startswith("registers/") and result.document is None and place(result.path):
            yield stem(result.path)


def rules_of(documents: dict[str, Doc]) -> Iterator[Rule]:
    """The rules of all packs."""
    for path, document in documents.items():
        if path.startswith("rules/"):
            yield from pack(path, document)


def locate(findings: Iterable[Finding], snapshot: Snapshot) -> tuple[Finding, ...]:
    """The findings with line and column, in order of place."""
    waiting: dict[str, list[Finding]] = {}
    done: list[Finding] = []
    for finding in findings:
        if finding.line or not finding.path:
            done.append(finding)
        else:
            waiting.setdefault(finding.path, []).append(finding)
    for path, group in waiting.items():
        done += _located(path, group, snapshot)
    return tuple(sorted(done, key=lambda finding: finding.order))


def _bytes(snapshot: Snapshot, path: str) -> bytes:
    try:
        return snapshot.read(path)
    except (KeyError, YamlRefusedError):
        return b""
