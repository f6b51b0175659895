"""A value as the text of one cell, and back: a list one element a line, the parts of an object joined by “｜”."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, cast

from qingdan.core import wording
from qingdan.core.tables.cellwise import MOST_LETTERS, tidy
from qingdan.model.errors import UsageError
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qingdan.core.schema import Schema
    from qingdan.model.values import Value

    Node = Mapping[str, Any]

BAR = "｜"
CUT = "……（内容过长，没有全部显示，请不要在这里修改）"
_BREAKS = re.compile(r"[\r\n]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_BETWEEN = re.compile(r"[\n、，,；;｜|]+")
"""What separates words of a closed choice, and codes: none of these can be part of one."""


class CellError(UsageError):
    """A cell's text is no such value; ``why`` is a Chinese sentence without the cell's address."""

    def __init__(self, why: str) -> None:
        """``why``: such as ``应当是整数，现为“三”。``."""
        super().__init__(why)
        self.why = why


def shown(value: Value, node: Node, schema: Schema) -> str:
    """A value as the text of one cell; empty for None. ``node`` is the value's place in the schema.

    A list is one element a line; an object its properties in schema order, joined by “｜”, trailing
    empties cut. What would be taken for a separator is written half-width or as a space.
    """
    if isinstance(value, list):
        element = _element(node, schema)
        return "\n".join(_line(shown(part, element, schema)) for part in value)
    if isinstance(value, dict):
        parts = [
            _line(shown(value.get(key), child, schema)).replace(BAR, "|")
            for key, child in _properties(node, schema).items()
        ]
        return BAR.join(parts).rstrip(BAR)
    return "" if value is None else str(value)


def fitted(text: str) -> str:
    """A text that a cell of a spreadsheet can hold: the end of a very long one is left out, and said so."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= MOST_LETTERS:
        return text
    return text[: (MOST_LETTERS - len(CUT)) // 2] + CUT


def same(text: str, value: Value, node: Node, schema: Schema) -> bool:
    """Whether a cell still says what it was written with, whatever its editor did to blanks and line ends."""
    if value is None:
        return not text.strip()
    written = fitted(shown(value, node, schema))
    return text == written or _lines(text) == _lines(written)


def parsed(text: str, node: Node, schema: Schema) -> Value:
    """The value of a cell's text; None for an empty one. CellError for what is no such value."""
    text = tidy(text)
    if not text:
        return None
    match node.get("type"):
        case "array":
            return _list(text, _element(node, schema), schema)
        case "object":
            return _object(text, node, schema)
        case _:
            return _scalar(text, node)


def edited(text: str, before: Value, node: Node, schema: Schema) -> Value:
    """The value of a cell that somebody edited: what is still as it was written stays as it is, element by element.

    CellError for what cannot be read or is not valid.
    """
    if same(text, before, node, schema):
        return before
    if text.rstrip().endswith(CUT):
        raise CellError(
            "内容过长，没有全部导出，不能在表格里修改；请用 qingdan adjust commit 办理。"
        )
    value = parsed(text, node, schema)
    if isinstance(value, list) and isinstance(before, list):
        value = _kept(value, before, node, schema)
    why = wrong(value, node, schema)
    if why:
        raise CellError(why)
    return value


def wrong(value: Value, node: Node, schema: Schema) -> str:
    """What the schema has against a value, as a sentence; empty if nothing. None (no value) is never wrong."""
    if value is None:
        return ""
    from qingdan.core.schema import Schema

    alone = Schema({**node, "definitions": schema.document.get("definitions", {})})
    found = next(alone.findings(value, ""), None)
    return f"{found.message}{found.fix}" if found else ""


def day(text: str) -> str:
    """A day as people write it (2026/1/5, 2026年1月5日) as ``2026-01-05``; any other text as it is."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    return f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def parts(node: Node, schema: Schema) -> tuple[str, ...]:
    """The labels of what “｜” separates in a line; none where a line is one text."""
    element = _element(node, schema) if node.get("type") == "array" else node
    return tuple(
        str(child.get("title", key)) for key, child in _properties(element, schema).items()
    )


def _element(node: Node, schema: Schema) -> Node:
    return schema.resolve(cast("dict[str, Any]", node.get("items", {})))


def _properties(node: Node, schema: Schema) -> dict[str, Node]:
    return {key: schema.resolve(child) for key, child in node.get("properties", {}).items()}


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in tidy(text).split("\n") if line.strip()]


def _list(text: str, element: Node, schema: Schema) -> list[Value]:
    if element.get("type") != "object" and _closed(element):
        words = [word.strip() for word in _BETWEEN.split(text)]
        return [_scalar(word, element) for word in words if word]
    found: list[Value] = []
    for number, line in enumerate(_lines(text), 1):
        try:
            found.append(parsed(line, element, schema))
        except CellError as error:
            raise CellError(f"第{number}行：{error.why}") from None
    return found


def _closed(node: Node) -> bool:
    return "enum" in node or "pattern" in node


def _object(text: str, node: Node, schema: Schema) -> Value:
    properties = _properties(node, schema)
    texts = [part.strip() for part in _line(text).split(BAR)]
    if len(texts) > len(properties):
        raise CellError(f"有{len(texts)}段，最多{len(properties)}段，{_order(properties)}。")
    found: dict[str, Value] = {}
    for (key, child), part in zip(properties.items(), texts, strict=False):
        value = parsed(part, child, schema)
        if value is not None:
            found[key] = value
    missing = [_title(key, properties[key]) for key in node.get("required", ()) if key not in found]
    if missing:
        raise CellError(f"缺少{'、'.join(missing)}，{_order(properties)}。")
    return found


def _order(properties: Mapping[str, Node]) -> str:
    names = BAR.join(_title(key, child) for key, child in properties.items())
    return f"每行依次为：{names}"


def _title(key: str, node: Node) -> str:
    return str(node.get("title", key))


def _scalar(text: str, node: Node) -> Value:
    if "enum" in node:
        return _word(text, node)
    if node.get("type") in {"integer", "number"}:
        return _number(text, str(node["type"]))
    pattern = str(node.get("pattern", ""))
    if node.get("format") == "date":
        return day(text)
    if "工作日" in pattern:
        return wording.limit(text)
    return unicodedata.normalize("NFKC", text) if pattern else text


def _word(text: str, node: Node) -> str:
    """A word of a closed choice, also where it is written otherwise."""
    plain = wording.normal(text)
    others: Mapping[str, Sequence[str]] = node.get("x-synonyms", {})
    for word in node["enum"]:
        if plain in {wording.normal(form) for form in (str(word), *others.get(str(word), ()))}:
            return str(word)
    choices = [str(word) for word in node["enum"]]
    near = likest(text, choices, 1, 0.5)
    guess = f"是不是“{near[0]}”？" if near else ""
    raise CellError(f"“{text}”不在可选范围内。{guess}可选：{'、'.join(choices)}。")


def _number(text: str, kind: str) -> Value:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    found = _NUMBER.fullmatch(plain)
    if found and not (found[1] or "").strip(".0"):
        return int(plain.partition(".")[0])
    if kind == "integer" or not found:
        raise CellError(f"应当是{'整数' if kind == 'integer' else '数字'}，现为“{text}”。")
    return float(plain)


def _kept(value: list[Value], before: list[Value], node: Node, schema: Schema) -> list[Value]:
    """The elements, those whose line nobody touched as they were: a line cannot show everything."""
    element = _element(node, schema)
    known: dict[str, list[Value]] = {}
    for part in before:
        known.setdefault(_shown_line(part, element, schema), []).append(part)
    return [
        known[line].pop(0) if known.get(line := _shown_line(part, element, schema)) else part
        for part in value
    ]


def _shown_line(part: Value, element: Node, schema: Schema) -> str:
    return "\n".join(_lines(_line(shown(part, element, schema))))
