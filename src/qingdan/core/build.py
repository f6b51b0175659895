"""From the files of a snapshot to a :class:`Book` and the findings of ``validate``.

Two stages. *Per file*: text to values and findings; pure, so files can be read in several processes and a
result can be kept by the file's object id. *Across files*: values to findings. Positions are worked out at
the very end and only for files that have findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, cast

from qingdan.core import settings as settings_of
from qingdan.core.checks import (
    owners_file,
    personal_data,
    placeholders,
    sound_settings,
    unique_entries,
)
from qingdan.core.checks.registry import (
    BOOK_CHECKS,
    BOOK_CODES,
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
from qingdan.core.text import reading
from qingdan.core.text.strict import place_of
from qingdan.model.errors import YamlRefusedError
from qingdan.model.workspace import LISTS, OWNERS_PATHS, Book, Entry, Exemption, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.core.schema import Schema, Schemas
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Doc, Rule, Settings, Snapshot, Unit, Value

Mapper = Callable[[Callable[[str], "FileResult"], Sequence[str]], Iterable["FileResult"]]
"""How the per-file stage is run over paths: in this process, or spread over several."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file gave: a document, or of a list (``unit`` is set) entries and, if asked for, whole items."""

    path: str
    findings: tuple[Finding, ...] = ()
    document: Doc | None = None
    entries: tuple[Entry, ...] = ()
    unit: str = ""
    items: tuple[Item, ...] = ()


def in_this_process(
    work: Callable[[str], FileResult], paths: Sequence[str]
) -> Iterable[FileResult]:
    """The plain mapper."""
    return map(work, paths)


def build(
    snapshot: Snapshot,
    schemas: Schemas,
    *,
    keep_items: bool = False,
    mapper: Mapper = in_this_process,
) -> tuple[Book, tuple[Finding, ...]]:
    """Read everything and judge it; findings carry pointers, not yet lines (see :func:`locate`).

    The book's ``found`` are the same findings; what approved exceptions hide is in its ``excepted``, that of
    which another law says otherwise in ``yielded``.
    """
    paths = snapshot.paths()
    head = examine(SETTINGS_PATH, snapshot, schemas, None, keep=True)
    known = settings_of.settings(head.document, schemas) if head.document else None
    work = partial(_worker, snapshot, schemas, known, keep_items)
    results = [head, *mapper(work, [path for path in paths if path != SETTINGS_PATH])]
    book = _book(results, known)
    findings = [finding for result in results for finding in result.findings]
    findings += [
        found("QD108", bad.why, bad.path, fix="请换成普通文件。") for bad in snapshot.bad()
    ]
    for check in BOOK_CHECKS.values():
        findings += check(book)
    findings += (f for look in REGISTER_CHECKS.values() for f in look(book, schemas))
    findings += sound_settings.check(book, schemas)
    findings += unique_entries.check(book)
    findings += owners_file.check(book, _owners_files(snapshot))
    findings += sound.check(book, schemas)
    standing, yielded = yielding(findings, book)
    sifted = sift(standing, book, BOOK_CODES)
    book = replace(book, found=sifted.shown, excepted=sifted.hidden, yielded=yielded)
    return book, sifted.shown


def _owners_files(snapshot: Snapshot) -> dict[str, str]:
    raws = ((path, _bytes(snapshot, path)) for path in OWNERS_PATHS.values())
    return {path: raw.decode("utf-8", "replace") for path, raw in raws if raw}


def _worker(
    snapshot: Snapshot,
    schemas: Schemas,
    settings: Settings | None,
    keep: bool,
    path: str,
) -> FileResult:
    return examine(path, snapshot, schemas, settings, keep=keep)


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
    schema = schemas[where.schema]
    if where.schema not in LISTS:
        return _document(path, raw, schema, where.canonical)
    read = _read(path, raw, schema, where.canonical)
    document, findings, broken = read.document, read.findings, read.broken
    if document is None or broken is None:
        return FileResult(path, tuple(findings))
    findings += _misplaced(path, document)
    findings += personal_data.in_file(path, raw, document, schema)
    items = [item for item in items_of(path, document) if item.index not in broken]
    if settings:
        checks = ITEM_CHECKS.values()
        findings += (f for check in checks for item in items for f in check(item, settings))
    by_schema = _by_schema(placeholders.may_find(read.texts, schema))
    findings += (f for check in by_schema for item in items for f in check(item, schema))
    entries = (*map(_entry, items), *_known_at_least(path, document, broken))
    return FileResult(
        path, tuple(findings), None, entries, str(document["unit"]), tuple(items) if keep else ()
    )


@lru_cache(maxsize=512)
def _document(path: str, raw: bytes, schema: Schema, canonical: bool) -> FileResult:
    """The stage for what is no list: a matter of its bytes alone, and a command reads most files more than once."""
    read = _read(path, raw, schema, canonical)
    findings = read.findings
    if read.document is not None:
        findings += personal_data.in_file(path, raw, read.document, schema)
    valid = read.broken is not None and not read.broken
    return FileResult(path, tuple(findings), read.document if valid else None)


@cache
def _by_schema(silent: bool) -> tuple[Callable[[Item, Schema], Iterator[Finding]], ...]:
    """The checks of one item that need its schema; without that of silent texts where a file holds none."""
    return tuple(
        check for check in SCHEMA_CHECKS.values() if silent or check is not placeholders.check
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A file's document, what is wrong with it, the places of what is not valid in it (None: all of it), its texts if known."""

    document: Doc | None
    findings: list[Finding]
    broken: frozenset[int] | None
    texts: frozenset[str] | None = None


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
    return _Read(cast("Doc", read.value), findings, _broken(findings), read.texts)


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
    data = item.data
    basis = cast("list[Doc]", data["basis"])
    refs = [
        (field, code)
        for field in _POINTING
        if (value := data.get(field))
        for code in ([value] if isinstance(value, str) else cast("list[str]", value))
    ]
    return Entry(
        item.list,
        item.unit,
        item.path,
        item.index,
        item.code,
        item.name,
        item.type,
        item.state,
        tuple(refs),
        tuple([str(one["law"]) for one in basis]),
        (str(data.get("statutory_limit", "")), str(data.get("promised_limit", ""))),
        charged=str(data.get("charged", "")),
        discretion=_issued(data),
        exemptions=_exemptions(data),
        articles=tuple([str(one.get("article", "")) for one in basis]),
        power_source=str(data.get("power_source", "")),
        ended=str(data.get("ended", "")),
    )


def _issued(data: Doc) -> str | None:
    standard = cast("Doc | None", data.get("discretion"))
    return None if standard is None else str(standard.get("issued", ""))


def _exemptions(data: Doc) -> tuple[Exemption, ...]:
    rows = cast("list[Doc]", data.get("exceptions") or ())
    return tuple(
        [Exemption(str(row["finding"]), str(row["approver"]), str(row["until"])) for row in rows]
    )


def _book(results: Sequence[FileResult], settings: Settings | None) -> Book:
    documents = {result.path: result.document for result in results if result.document is not None}
    units: dict[str, Unit] = (
        settings_of.units(documents[UNITS_PATH]) if UNITS_PATH in documents else {}
    )
    return Book(
        settings,
        units,
        tuple(entry for result in results for entry in result.entries),
        documents,
        tuple(rules_of(documents)),
        tuple((r.path, r.path.split("/")[1], r.unit, len(r.entries)) for r in results if r.unit),
        {item.code: item for result in results for item in result.items},
        len(results),
        frozenset(_unread(results)),
    )


def _unread(results: Iterable[FileResult]) -> Iterator[str]:
    for result in results:
        if place(result.path) is None:  # such as .gitkeep: nothing of the workspace stands in it
            continue
        if result.path.startswith("lists/") and not result.unit:
            yield result.path.split("/")[1]
        elif result.document is None and result.path.startswith("registers/"):
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
        places = reading.places(_bytes(snapshot, path), [finding.at for finding in group])
        for finding in group:
            line, column = place_of(places, finding.at)
            done.append(replace(finding, line=line, column=column))
    return tuple(sorted(done, key=lambda finding: finding.order))


def _bytes(snapshot: Snapshot, path: str) -> bytes:
    try:
        return snapshot.read(path)
    except (KeyError, YamlRefusedError):
        return b""
