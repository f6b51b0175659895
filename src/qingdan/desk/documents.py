"""Making documents: a template of the workspace or of ours, filled; guarded; in every format that is asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct, to_builtins

from qingdan.core.documents import guarding, heading
from qingdan.desk.templates import texts
from qingdan.model.errors import RefusedError, UsageError
from qingdan.render.official import confined, filling
from qingdan.render.official.html import page
from qingdan.render.official.markdown import markdown
from qingdan.render.official.reading import document
from qingdan.repo import confined as apart
from qingdan.repo import files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from qingdan.core.schema import Schemas
    from qingdan.model.charts import Drawn
    from qingdan.model.documents import Document
    from qingdan.model.workspace import Book, Snapshot

    Labels = Mapping[str, str]


def _docx(made: Document, labels: Labels) -> bytes:
    from qingdan.render.official.docx.writing import docx

    return docx(made, labels)


WRITERS: Mapping[str, Callable[[Document, Labels], bytes]] = {
    "docx": _docx,
    "html": lambda made, labels: page(made, labels).encode(),
    "md": lambda made, labels: markdown(made, labels).encode(),
}
"""Format (and ending) to what writes it."""
REPORTS = "reports"
"""The workspace's folder for what is made of it; git does not keep it."""


class Office(Struct, frozen=True):
    """Where documents are made: the schemas, the workspace's own templates, the codes that are nobody's number."""

    schemas: Schemas
    templates: Mapping[str, str]
    codes: frozenset[str] = frozenset()


def office(schemas: Schemas, snapshot: Snapshot, book: Book) -> Office:
    """The office of a workspace as a snapshot has it; UsageError for a template that is no text."""
    codes = {*book.units, *(entry.code for entry in book.entries)}
    return Office(schemas, texts(snapshot), frozenset(codes))


def made(
    place: Office, name: str, data: Mapping[str, Any], drawn: Mapping[str, Drawn] | None = None
) -> Document:
    """A document from a template and plain data; RefusedError where it would tell a person's numbers.

    ``drawn`` are the charts that the template may place, by name.

    A workspace's own template runs in a process apart, where it can neither run long nor take much.
    """
    schema = place.schemas["document"]
    filled = _filled(place, name, data)
    top, body = heading.split(filled.text, filled.name)
    head = heading.head(top, filled.name, schema, filled.restored)
    done = document(head, body, filled, drawn)
    _guard(done, place)
    return done


def plain(value: object) -> dict[str, Any]:
    """A value of :mod:`qingdan.model.papers` as plain data."""
    if not isinstance(value, Struct):
        raise TypeError(type(value))
    return cast("dict[str, Any]", to_builtins(value))


def written(place: Office, done: Document, formats: Sequence[str]) -> dict[str, bytes]:
    """The document in each format, by ending."""
    own = labels(place.schemas)
    return {form: WRITERS[form](done, own) for form in formats}


class Target(Struct, frozen=True):
    """Where the files of a document go, what they are called, and in which formats."""

    folder: Path
    stem: str
    formats: tuple[str, ...]


def folder(root: Path, wanted: Path | None, *below: str) -> Path:
    """Where reports go: where they are wanted, else below the workspace's own folder for them."""
    return wanted or files.within(root, "/".join((REPORTS, *below)))


def deliver(place: Office, template: str, data: Mapping[str, Any], target: Target) -> str:
    """Make a document and write its files; their paths, a line each."""
    done = made(place, template, data)
    paths = put(target.folder, target.stem, written(place, done, target.formats))
    return "".join(f"  {path}\n" for path in paths)


def put(folder: Path, stem: str, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write the formats of a document side by side; the files."""
    return put_files(folder, {f"{stem}.{ending}": raw for ending, raw in contents.items()})


def put_files(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files by name into a folder; the files."""
    targets = {folder / name: raw for name, raw in contents.items()}
    for path, raw in targets.items():
        files.write(path, raw)
    return tuple(targets)


def formats(wanted: Sequence[str]) -> tuple[str, ...]:
    """The formats asked for, each once, or all of them; UsageError for one that is not there."""
    for name in wanted:
        if name not in WRITERS:
            raise UsageError(f"没有“{name}”这种文书格式，可用：{'、'.join(WRITERS)}。")
    return tuple(dict.fromkeys(wanted)) or tuple(WRITERS)


def _filled(place: Office, name: str, data: Mapping[str, Any]) -> filling.Filled:
    if name not in place.templates:
        return filling.fill(name, data)
    told = confined.asked(name, dict(data), dict(place.templates))
    what = f"{filling.FOLDER}/{name}"
    return confined.answered(apart.run(confined.__name__, told, confined.SECONDS, what))


def _guard(done: Document, place: Office) -> None:
    seen = list(guarding.exposed(done, place.schemas["document"], place.codes))
    bad = [each.sentence for each in seen if each.forbidden]
    if bad:
        raise RefusedError(
            f"《{done.head.title}》没有生成：{'；'.join(bad)}。公文中不得出现个人的证件号码和银行账号，请先从清单或台账中删去。"
        )
    for each in seen:
        print(f"注意：《{done.head.title}》{each.sentence}，请核实是否应当出现。", file=sys.stderr)


def labels(schemas: Schemas) -> Labels:
    """The labels of the head's elements, those of the publication among them."""
    schema = schemas["document"]
    properties = cast("dict[str, Any]", schema.document["properties"])
    own = {key: schema.label((key,)) for key in properties}
    inner = properties["publication"]["properties"]
    return own | {key: schema.label(("publication", key)) for key in inner}
