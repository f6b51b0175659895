"""The JSON Schemas: validation with sentences, the order of keys, and the Chinese label of every key.

A Rust validator says which documents are fine; only for the others does ``jsonschema`` say what is wrong.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs

from qingdan.core.text.canonical import FREE, Layout
from qingdan.core.wording import normal
from qingdan.model.codes import CODES
from qingdan.model.findings import Finding
from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from qingdan.model.findings import Pointer
    from qingdan.model.workspace import Value

_COMMON = "common"
_SIGNS = "。.,，;；:：、()（）<>《》【】\"'“”…*?!"


class Schemas:
    """The schemas that ship, by name (``powers``, ``units``, ``adjustment``, ``workspace`` …)."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """``texts``: schema name to JSON text; ``common`` holds the shared definitions."""
        self._texts = texts

    def __contains__(self, name: str) -> bool:
        """Whether there is a schema of this name."""
        return name in self._texts and name != _COMMON

    @cache  # noqa: B019 one object lives as long as the process
    def __getitem__(self, name: str) -> Schema:
        """The schema of this name, with the shared definitions put in."""
        text = self._texts[name].replace(f"{_COMMON}.schema.json#", "#")
        document = json.loads(text)
        common = json.loads(self._texts[_COMMON])
        document["definitions"] = common["definitions"] | document.get("definitions", {})
        return Schema(document)


class Schema:
    """One schema, self-contained."""

    def __init__(self, document: dict[str, Any]) -> None:
        """``document``: a draft-07 schema without references to other files."""
        self.document = document

    @cached_property
    def title(self) -> str:
        """The Chinese name of what the schema describes."""
        return str(self.document["title"])

    @cached_property
    def layout(self) -> Layout:
        """The canonical order of keys; list items are sorted by code."""
        return self._layout(self.document, sort_items="list" in self.document.get("properties", {}))

    def _layout(self, node: dict[str, Any], *, sort_items: bool = False) -> Layout:
        node = self.resolve(node)
        properties = node.get("properties", {})
        if not properties and "items" not in node:
            return FREE
        children = {key: self._layout(child) for key, child in properties.items()}
        if sort_items and "items" in children:
            child = children["items"]
            children["items"] = Layout(child.keys, child.children, child.items, sort_by="code")
        items = self._layout(node["items"]) if isinstance(node.get("items"), dict) else None
        return Layout(tuple(properties), children, items)

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """A schema node with its reference followed; titles beside the reference win."""
        seen = 0
        while seen < 8:
            seen += 1
            if "$ref" in node:
                node = self.document["definitions"][node["$ref"].rsplit("/", 1)[1]]
            elif len(node.get("allOf", ())) == 1 and "$ref" in node["allOf"][0]:
                rest = {key: value for key, value in node.items() if key != "allOf"}
                node = self.resolve(node["allOf"][0]) | rest
            else:
                break
        return node

    def node(self, at: Pointer) -> dict[str, Any]:
        """The schema node of a place in a document; empty where the schema says nothing."""
        node = self.resolve(self.document)
        for step in at:
            if isinstance(step, int):
                child = node.get("items")
            else:
                child = node.get("properties", {}).get(step) or node.get("additionalProperties")
            if not isinstance(child, dict):
                return {}
            node = self.resolve(child)
        return node

    def label(self, at: Pointer) -> str:
        """The Chinese label of a key, such as 承诺办结时限; the key itself where there is none."""
        named = [step for step in at if isinstance(step, str)]
        return str(self.node(at).get("title") or (named[-1] if named else self.title))

    def path_label(self, at: Pointer, *, whole: bool = False) -> str:
        """Labels along a pointer, from the list item or register entry on: ``运行流程第2项办理时限``; or ``whole``."""
        skip = 2 if len(at) > 2 and isinstance(at[1], int) and not whole else 0
        words = [
            f"第{step + 1}项" if isinstance(step, int) else self.label(at[: place + 1])
            for place, step in enumerate(at)
        ]
        return "".join(words[skip:])

    @cached_property
    def _placeholders(self) -> frozenset[str]:
        node = self.document["definitions"]["placeholders"]
        return frozenset(map(_bare, ["", *node["x-placeholders"]]))

    def says_nothing(self, text: str) -> bool:
        """Whether a text only fills its field: 见附件, 待定, XX, / …; the words stand in the shared definitions."""
        return not self._telling.search(text) and _bare(text) in self._placeholders

    def is_any_silent(self, lines: str) -> bool:
        """Whether any of these lines :meth:`says_nothing`; all are looked at together first, for hardly any does."""
        if self._all_telling.fullmatch(lines):
            return False
        return any(map(self.says_nothing, lines.split("\n")))

    @cached_property
    def _telling(self) -> re.Pattern[str]:
        """A character that no spelling changes and that stands in no text that says nothing."""
        return re.compile(f"[{self._tells}]")

    @cached_property
    def _all_telling(self) -> re.Pattern[str]:
        """Lines with such a character each."""
        line = rf"[^{self._tells}\n]*+[{self._tells}][^\n]*+"
        return re.compile(rf"{line}(?:\n{line})*+")

    @cached_property
    def _tells(self) -> str:
        """Those characters as one class: what is left of digits, letters and Chinese, in ranges."""
        silent = "".join(self._placeholders)
        gaps = sorted(set(map(ord, silent + silent.upper())))
        ranges = []
        for first, last in ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0x4E00, 0x9FFF)):
            edges = [first - 1, *(gap for gap in gaps if first <= gap <= last), last + 1]
            ranges += [(low + 1, high - 1) for low, high in pairwise(edges) if high - low > 1]
        return "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)

    @cached_property
    def _quick(self) -> jsonschema_rs.Draft7Validator:
        return jsonschema_rs.Draft7Validator(self.document, validate_formats=True)

    def accepts(self, value: Value) -> bool:
        """Whether a document is valid."""
        return bool(self._quick.is_valid(value))

    def findings(self, value: Value, path: str) -> Iterator[Finding]:
        """What is wrong with a document, a sentence each; nothing if it is valid."""
        if self.accepts(value):
            return
        said: set[Pointer] = set()
        for error in self._slow_errors(value):
            at: Pointer = tuple(error.absolute_path)
            if error.validator == "additionalProperties":
                yield from self._unknown(error, at, value, path)
            elif error.validator == "required":
                yield self._missing(error, at, value, path)
            elif at not in said:  # type and enum, pattern and format: one fact
                said.add(at)
                label = self.path_label(at) or self.title
                yield _of("QD106", _sentence(error, label), path, at, value)
        for quick in self._quick.iter_errors(value):
            at = tuple(quick.instance_path)
            if at not in said and quick.kind.name == "pattern":  # Python's $ overlooks a line break
                said.add(at)
                message = f"“{self.label(at)}”的内容不合要求，请检查有无多余的空格或换行。"
                yield _of("QD106", message, path, at, value)

    def sentences(
        self, errors: Iterable[ValidationError], base: Pointer
    ) -> Iterator[tuple[Pointer, str]]:
        """What the errors of a rule's schema say, in the labels of this one, each with its place.

        ``base`` is where this schema describes what the rule's schema was put to.
        """
        for error in (leaf for whole in errors for leaf in _leaves(whole)):
            at: Pointer = tuple(error.absolute_path)
            if error.validator == "required":
                missing = str(error.message.split("'")[1])
                yield at, f"缺少“{self.label((*base, *at, missing))}”（{missing}）。"
            else:
                yield (
                    at,
                    _sentence(error, self.path_label((*base, *at)) if at else self.label(base)),
                )

    def _slow_errors(self, value: Value) -> Iterator[ValidationError]:
        from jsonschema import Draft7Validator

        checker = Draft7Validator.FORMAT_CHECKER
        validator = Draft7Validator(self.document, format_checker=checker)
        for error in sorted(
            validator.iter_errors(value),
            key=lambda error: (error.json_path, _RANK.get(str(error.validator), 1)),
        ):
            yield from _leaves(error)

    def _missing(self, error: ValidationError, at: Pointer, value: Value, path: str) -> Finding:
        missing = str(error.message.split("'")[1])
        label = self.label((*at, missing))
        spot = (*at, missing)
        return _of(
            "QD109", f"缺少“{label}”（{missing}）。", path, spot, value, f"请补填“{label}”。"
        )

    def _unknown(
        self, error: ValidationError, at: Pointer, value: Value, path: str
    ) -> Iterator[Finding]:
        known = list(self.node(at).get("properties", {}))
        for extra in cast("dict[str, Any]", error.instance):
            if extra not in known:
                fix = self.guess(extra, known, at)
                yield _of("QD107", f"没有“{extra}”这个要素。", path, (*at, extra), value, fix)

    def guess(self, extra: str, known: list[str], at: Pointer) -> str:
        """What somebody may have meant by a key that is not known at this place."""
        near = likest(extra, known, 1, 0.6)
        by_label = [key for key in known if self.label((*at, key)) == extra]
        guess = (by_label or near or [""])[0]
        if guess:
            return f"是不是“{guess}”（{self.label((*at, guess))}）？"
        return f"可用的有：{'、'.join(known)}。"


def _sentence(error: ValidationError, label: str) -> str:
    node = error.schema if isinstance(error.schema, dict) else {}
    say = _SENTENCES.get(str(error.validator), _anything)
    return f"“{label}”{say(error.instance, node)}"


@lru_cache(maxsize=1 << 16)
def _bare(text: str) -> str:
    """A text without signs around it, ``XXX`` as ``x``; empty if it holds neither letter nor digit."""
    bare = normal(text).strip(_SIGNS)
    if not any(letter.isalnum() for letter in bare):
        return ""
    return bare[0] if len(set(bare)) == 1 else bare


def _enum(value: Any, node: dict[str, Any]) -> str:
    choices = [str(choice) for choice in node["enum"]]
    near = likest(str(value), choices, 1, 0.5)
    guess = f"是不是“{near[0]}”？" if near else ""
    return f"的值{_shown(value)}不在可选范围内。{guess}可选：{'、'.join(choices)}。"


_VERBS = ("形如", "是", "由", "写", "以", "如", "符合")
"""How a pattern may be described that has its verb."""


def _pattern(value: Any, node: dict[str, Any]) -> str:
    wanted = node.get("x-pattern", "符合规定的写法")
    verb = "" if wanted.startswith(_VERBS) else "是"
    return f"的值{_shown(value)}写法不对，应当{verb}{wanted}。"


def _anything(value: Any, _node: dict[str, Any]) -> str:
    return f"的内容不合要求：{_shown(value)}。"


def _too_short(value: Any, node: dict[str, Any]) -> str:
    least = max(node.get(key, 0) for key in ("minLength", "minItems", "minProperties"))
    return f"至少要有{least}个字（项），现有{len(value)}个。" if least > 1 else "不能为空。"


def _range(value: Any, _node: dict[str, Any]) -> str:
    return f"的值{_shown(value)}超出允许范围。"


def _not_allowed(value: Any, node: dict[str, Any]) -> str:
    keys = node["not"].get("required")
    if keys:
        return f"不应当{'同时' if len(keys) > 1 else ''}有{'、'.join(map(str, keys))}。"
    return f"属于不允许的情形，现为{_shown(value)}。"


_SENTENCES: Mapping[str, Callable[[Any, dict[str, Any]], str]] = {
    "enum": _enum,
    "const": lambda value, node: f"应当是“{node['const']}”，现为{_shown(value)}。",
    "pattern": _pattern,
    "format": lambda value, _: f"的值{_shown(value)}不是真实存在的日期。",
    "type": lambda value, node: f"应当是{_kind(node['type'])}，现为{_shown(value)}。",
    "minLength": _too_short,
    "minItems": _too_short,
    "minProperties": _too_short,
    "maxLength": lambda value, node: f"超过{node['maxLength']}字，现有{len(value)}字。",
    "maxItems": lambda value, node: f"最多{node['maxItems']}项，现有{len(value)}项。",
    "contains": lambda _value, _node: "中没有符合要求的一项。",
    "not": _not_allowed,
    "anyOf": lambda value, _: f"不符合所列的任何一种情形，现为{_shown(value)}。",
    "oneOf": lambda value, _: f"不是恰好符合所列的一种情形，现为{_shown(value)}。",
    "additionalProperties": lambda _value, _node: "有不应当有的要素。",
    "uniqueItems": lambda _value, _node: "中有重复的内容。",
    "minimum": _range,
    "maximum": _range,
    "exclusiveMinimum": _range,
    "exclusiveMaximum": _range,
}
"""Keyword of draft-07 to what is said after the name of the field."""


_RANK = {"type": 0, "pattern": 1, "format": 2}

_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "array": "列表（每项以“- ”开头）",
    "object": "一组“键: 值”",
    "boolean": "true 或 false",
}


def _kind(name: object) -> str:
    return _KINDS.get(str(name), str(name))


def _shown(value: object) -> str:
    if value is None:
        return "空值"
    if isinstance(value, list):
        return "列表"
    if isinstance(value, dict):
        return "一组“键: 值”"
    text = str(value)
    return f"“{text if len(text) <= 40 else text[:40] + '…'}”"


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The innermost errors: an ``if``/``then`` or ``allOf`` wraps what a person must know."""
    if error.context and error.validator in {"allOf", "if", "then"}:
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _of(code: str, message: str, path: str, at: Pointer, value: Value, fix: str = "") -> Finding:
    return Finding(
        code, CODES[code].severity, message, path, at, item=_item_code(at, value), fix=fix
    )


def _item_code(at: Pointer, value: Value) -> str:
    """The code of the list item or register entry that a pointer leads into."""
    if len(at) < 2 or not isinstance(at[1], int) or not isinstance(value, dict):
        return ""
    entries = value.get(str(at[0]))
    entry = entries[at[1]] if isinstance(entries, list) and at[1] < len(entries) else None
    return str(entry.get("code", "")) if isinstance(entry, dict) else ""
