"""A cell as the value of its field; which kind of value that is, the schema says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from qingdan.core.importing import duties, scalars
from qingdan.core.importing.bases import bases
from qingdan.core.importing.points import numbered, points
from qingdan.core.importing.punctuation import line, name, tight, unified
from qingdan.core.tables import cells
from qingdan.core.tables.cellwise import MOST_LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.importing.rows import Cell
    from qingdan.core.schema import Schema
    from qingdan.core.tables.fields import Field
    from qingdan.model.values import Value

    Node = Mapping[str, Any]

_BETWEEN = re.compile(r"[\n、，,；;^|/\s]+")
_OBJECTS = {"stage": duties.responsibilities, "step": duties.flow, "copies": duties.materials}
"""A property that only one kind of list has, to the reader of the text that departments write."""
UNVERIFIED = "未核对"
_NAMES = frozenset({"name", "title", "short", "standard"})


class Words(Struct, frozen=True):
    """The words that stand for nothing, and the laws' document numbers with their titles."""

    empty: frozenset[str]
    none: frozenset[str]
    titles: Mapping[str, str]


class Read(Struct, frozen=True):
    """A cell's value. ``left`` says why it is not taken, ``doubts`` what a person should look at, ``wrong`` what is unfit.

    ``remark`` are words beside a limit, which belong to the field's note.
    """

    value: Value = None
    left: str = ""
    doubts: tuple[str, ...] = ()
    wrong: str = ""
    remark: str = ""


def read(cell: Cell, field: Field, schema: Schema, words: Words) -> Read:
    """The value of a cell for a field."""
    text = cell.text.strip()
    why = _nothing(text, field.node, words)
    if why:
        return Read(left=why)
    if len(text) > MOST_LETTERS:
        return Read(wrong=f"超过{MOST_LETTERS}字")
    if cell.number and _lost_digits(text):
        return Read(
            wrong=f"“{text}”在表格中存成了数字，{scalars.MOST_DIGITS}位以后已经丢失，请改成文本后重填"
        )
    if field.node.get("type") == "array":
        return _list(text, field, schema, words)
    return _scalar(cell, field)


def _nothing(text: str, node: Node, words: Words) -> str:
    """Why a cell says nothing; empty where it says something."""
    if text in scalars.ERRORS:
        return "是公式的错误值"
    if text.startswith("=") and not text.startswith('="'):
        return "公式没有计算结果，请在 Excel 中打开、保存后再导入"
    if text in words.empty or (text in words.none and not _takes_none(node, text)):
        return "表示没有"
    return ""


def _takes_none(node: Node, text: str) -> bool:
    """Whether a word such as 无 is itself an answer: in a running text, or for 否."""
    if "enum" in node:
        return scalars.word(text, node) in node["enum"]
    return node.get("type") == "string" and "pattern" not in node


def _lost_digits(text: str) -> bool:
    return text.lstrip("-").isdigit() and len(text.lstrip("-")) > scalars.MOST_DIGITS


def _scalar(cell: Cell, field: Field) -> Read:
    node, text = field.node, cell.text
    if "enum" in node:
        return Read(scalars.word(text, node))
    if node.get("type") == "integer":
        return Read(scalars.count(text))
    if node.get("format") == "date":
        return Read(scalars.date(text))
    if "工作日" in str(node.get("pattern", "")):
        value, remark = scalars.limit(text, cell.measure)
        return Read(value, remark=remark)
    if "pattern" in node:
        return _coded(text, node)
    return Read(name(text) if field.key in _NAMES else line(unified(text)))


def _coded(text: str, node: Node) -> Read:
    """A code; of a public key the comment is left out."""
    if "x-public-key" not in node:
        return Read(scalars.code(text))
    key, comment = scalars.public_key(text)
    return Read(key, doubts=("公钥后面的注释没有取用",) if comment else ())


def _list(text: str, field: Field, schema: Schema, words: Words) -> Read:
    element = schema.resolve(cast("dict[str, Any]", field.node.get("items", {})))
    if "properties" in element:
        return _objects(text, field, schema, words)
    parts = [part for part in _BETWEEN.split(text) if part]
    if "x-split" in field.node:
        return Read(_distinct(_names(text, field.node["x-split"])))
    if "enum" in element:
        return Read(_distinct([scalars.word(part, element) for part in parts]))
    if element.get("format") == "date":
        return Read(
            cast(
                "Value",
                [scalars.date(part) for part in re.split(r"[\n、，,；;]+", text) if part.strip()],
            )
        )
    if "pattern" in element:
        return Read(_distinct([scalars.code(part) for part in parts]))
    return _texts(text)


def _names(text: str, signs: str) -> list[str]:
    """Names in one cell, between these signs or line breaks."""
    return [tight(part) for part in re.split(f"[\n,;{signs}]+", text) if part.strip()]


def _distinct(parts: Sequence[str]) -> Value:
    return cast("Value", list(dict.fromkeys(parts)))


def _texts(text: str) -> Read:
    plain = unified(text)
    lead, found = numbered(plain)
    doubts = ("编号之前的导语列为第一条",) if found and line(lead) else ()
    return Read(cast("Value", points(plain)), doubts=doubts)


def _objects(text: str, field: Field, schema: Schema, words: Words) -> Read:
    """A list of objects: our own “｜” form, JSON, or the text that departments write."""
    element = schema.resolve(cast("dict[str, Any]", field.node["items"]))
    properties = element["properties"]
    if text.startswith("["):
        known = _json(text, properties)
        if known is not None:
            return Read(known)
    if cells.BAR in text and "law" in properties:
        text = "\n".join(
            _verified(part, len(properties)) for part in text.split("\n") if part.strip()
        )
    if cells.BAR not in text:
        reader = next((_OBJECTS[key] for key in _OBJECTS if key in properties), None)
        if reader:
            return _told(reader(unified(text)))
        if "law" in properties:
            return _bases(unified(text), words)
        if len(element.get("required", ())) == 1:
            return Read([{element["required"][0]: part} for part in points(unified(text))])
    return _barred(text, field, schema)


def _verified(part: str, width: int) -> str:
    """A basis in the “｜” form that does not say whether somebody has verified it: nobody has."""
    parts = part.split(cells.BAR)
    if len(parts) >= width and parts[width - 1].strip():
        return part
    return cells.BAR.join([*[*parts, *[""] * width][: width - 1], UNVERIFIED])


def _json(text: str, properties: Mapping[str, Node]) -> Value:
    """A list of objects that a system or ``export --format json`` wrote; None for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        return None
    if any(part.keys() - properties.keys() for part in value):
        return None
    return [{key: _counted(one, properties[key]) for key, one in part.items()} for part in value]


def _counted(value: Value, node: Node) -> Value:
    """A number that was kept as it is written."""
    return (
        scalars.count(value) if node.get("type") == "integer" and isinstance(value, str) else value
    )


def _barred(text: str, field: Field, schema: Schema) -> Read:
    try:
        return Read(cells.parsed(text, field.node, schema))
    except cells.CellError as error:
        return Read(wrong=error.why.rstrip("。"))


def _bases(text: str, words: Words) -> Read:
    found = bases(text, words.titles)
    doubts = tuple(doubt for basis in found for doubt in basis.doubts)
    value = [basis.document() for basis in found if basis.law or basis.text]
    return Read(cast("Value", value), doubts=doubts)


def _told(told: duties.Told) -> Read:
    return Read(cast("Value", told.value), doubts=tuple(told.doubts))
