"""JSON Schema fragments of rules: written by anybody, so bounded, self-contained, and never obeyed half.

A fragment that could not mean what its author meant is a fault: an unknown keyword, a field its subjects do not
have, a value they cannot take, a condition that leads nowhere. Patterns run in linear time; nothing is fetched,
for nothing can be referred to.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs
from msgspec import Struct

from qingdan.model.likeness import likest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema.exceptions import ValidationError

    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Doc, Value

MAX_NODES = 500
MAX_DEPTH = 16
MAX_PATTERN = 300
_PATTERN_BYTES = 1 << 20
_SHOWN = 40

_ONE = ("items", "contains", "not", "if", "then", "else", "additionalProperties")
_MANY = ("allOf", "anyOf", "oneOf")
_ASSERTS = (
    "type", "enum", "const", "required", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    "contains",
)  # fmt: skip
_SAYS = ("title", "description", "x-pattern")
_REFERRING = ("$ref", "$id", "$schema", "definitions")
KEYWORDS = ("properties", *_ONE, *_MANY, *_ASSERTS, *_SAYS)
"""The part of draft-07 that a rule may use."""

Described = tuple[tuple["Schema", "Pointer"], ...]
"""Where the schemas of the subjects describe what a part of a fragment is about."""


class Fault(Struct, frozen=True):
    """Why a fragment cannot be used; ``at`` is the place within it."""

    at: Pointer
    message: str
    fix: str


class Fragment:
    """A fragment without faults."""

    def __init__(self, document: Doc) -> None:
        """``document``: one for which :func:`faults` has nothing to say."""
        self.document = document

    @cached_property
    def _quick(self) -> jsonschema_rs.Draft7Validator:
        return _compiled(self.document)

    def accepts(self, value: Doc) -> bool:
        """Whether a subject satisfies it."""
        return bool(self._quick.is_valid(value))

    def errors(self, value: Doc) -> Iterator[ValidationError]:
        """What is wrong with a subject, in order of place."""
        checker = _slow().FORMAT_CHECKER
        errors = _slow()(cast("Any", self.document), format_checker=checker).iter_errors(value)
        yield from sorted(errors, key=lambda error: error.json_path)


def faults(document: Doc, described: Described) -> Iterator[Fault]:
    """Why a fragment cannot be used for the subjects that ``described`` describes; nothing if it can."""
    if _size(document, 0) > MAX_NODES:
        yield Fault(
            (), f"结构太大或嵌套太深（最多{MAX_NODES}处、{MAX_DEPTH}层）", "请拆成几条规则。"
        )
        return
    found = list(_faults(document, (), described))
    yield from found
    if not found:
        yield from _uncompilable(document)


def asserts(document: Value) -> bool:
    """Whether a fragment demands anything at all."""
    if not isinstance(document, dict):
        return False
    if (
        any(keyword in document for keyword in _ASSERTS)
        or document.get("additionalProperties") is False
    ):
        return True
    return any(asserts(child) for _, child in _children(document))


def _short(value: Value) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _size(value: Value, depth: int) -> int:
    """The number of nodes; more than is allowed where it is nested too deep."""
    if depth > 2 * MAX_DEPTH:
        return MAX_NODES + 1
    below: Sequence[Value] = ()
    if isinstance(value, dict):
        below = tuple(value.values())
    elif isinstance(value, list):
        below = value
    return 1 + sum(_size(child, depth + 1) for child in below)


def _children(node: Doc) -> Iterator[tuple[Pointer, Value]]:
    """The schemas right below a schema."""
    properties = node.get("properties")
    if isinstance(properties, dict):
        yield from ((("properties", key), child) for key, child in properties.items())
    yield from (((keyword,), node[keyword]) for keyword in _ONE if keyword in node)
    for keyword in _MANY:
        branches = node.get(keyword)
        if isinstance(branches, list):
            yield from (((keyword, place), child) for place, child in enumerate(branches))


def _faults(node: Value, at: Pointer, described: Described) -> Iterator[Fault]:
    if isinstance(node, bool) and at[-1:] == ("additionalProperties",):
        return
    if not isinstance(node, dict):
        fix = "请对照写法说明改正；不应当有的要素，写 not: {required: [要素]}。"
        yield Fault(at, "这里应当是一组“关键词: 值”", fix)
        return
    yield from _unknown_keywords(node, at)
    yield from _leading_nowhere(node, at)
    yield from _unknown_fields(node, at, described)
    yield from _impossible_values(node, at, described)
    for step, child in _children(node):
        yield from _faults(child, (*at, *step), _below(step, described))


def _below(step: Pointer, described: Described) -> Described:
    """What a schema below is about: a field, an element, or the same thing."""
    if step[0] == "properties":
        return tuple((s, (*at, step[1])) for s, at in described if s.node((*at, step[1])))
    if step[0] in {"items", "contains"}:
        return tuple((schema, (*at, 0)) for schema, at in described)
    return () if step[0] == "additionalProperties" else described


def _unknown_keywords(node: Doc, at: Pointer) -> Iterator[Fault]:
    for keyword in node:
        if keyword in _REFERRING:
            yield Fault(
                (*at, keyword), f"不能用“{keyword}”引用别处的内容", "请把要求直接写在这里。"
            )
        elif keyword not in KEYWORDS:
            near = likest(keyword, KEYWORDS, 1)
            fix = f"是不是“{near[0]}”？" if near else f"可用的有：{'、'.join(KEYWORDS)}。"
            yield Fault((*at, keyword), f"没有“{_short(keyword)}”这个关键词", fix)


def _leading_nowhere(node: Doc, at: Pointer) -> Iterator[Fault]:
    if "if" in node and not {"then", "else"} & node.keys():
        yield Fault((*at, "if"), "有“if”而没有“then”或“else”，等于没有要求", "请补写 then。")
    if "if" not in node and {"then", "else"} & node.keys():
        yield Fault(at, "有“then”或“else”而没有“if”，等于没有要求", "请补写 if。")
    patterns = [node["pattern"]] if isinstance(node.get("pattern"), str) else []
    if any(len(str(pattern)) > MAX_PATTERN for pattern in patterns):
        yield Fault((*at, "pattern"), f"式样超过{MAX_PATTERN}字", "请改用短一些的写法。")
    if node.get("format", "date") != "date":
        yield Fault((*at, "format"), f"没有“{_short(node['format'])}”这种格式", "可用的有：date。")


def _unknown_fields(node: Doc, at: Pointer, described: Described) -> Iterator[Fault]:
    """Fields that no subject can have: whatever is said about them would never be looked at."""
    named = node.get("properties")
    required = node.get("required")
    spots = (
        [((*at, "properties", key), key) for key in named or ()] if isinstance(named, dict) else []
    )
    if isinstance(required, list):
        spots += [((*at, "required", place), str(key)) for place, key in enumerate(required)]
    for spot, key in spots:
        if described and not any(_may_have(schema, where, key) for schema, where in described):
            schema, where = described[0]
            known = list(
                dict.fromkeys(k for s, w in described for k in s.node(w).get("properties", {}))
            )
            fix = schema.guess(key, known, where) if known else "请核对层次是否写对。"
            yield Fault(spot, f"检查对象没有“{_short(key)}”这个要素", fix)


def _may_have(schema: Schema, at: Pointer, key: str) -> bool:
    node = schema.node(at)
    if key in node.get("properties", {}):
        return True
    return node.get("type") == "object" and node.get("additionalProperties", True) is not False


def _impossible_values(node: Doc, at: Pointer, described: Described) -> Iterator[Fault]:
    """Values that a field with a fixed choice never takes."""
    wanted = [node["const"]] if "const" in node else node.get("enum")
    choices = [schema.node(where).get("enum") for schema, where in described]
    if not isinstance(wanted, list) or not choices or not all(choices):
        return
    known = [str(choice) for some in choices for choice in some or ()]
    for value in wanted:
        if isinstance(value, str) and value not in known:
            near = likest(value, known, 1, 0.5)
            guess = f"是不是“{near[0]}”？" if near else ""
            fix = f"{guess}可选：{'、'.join(dict.fromkeys(known))}。"
            yield Fault(at, f"这个要素不会是“{_short(value)}”", fix)


def _uncompilable(document: Doc) -> Iterator[Fault]:
    for at, pattern in _patterns(document, ()):
        try:
            _matcher(pattern)
        except (ValueError, jsonschema_rs.ValidationError):
            yield Fault(
                at,
                f"式样“{_short(pattern)}”写得不对，或者太复杂",
                "请改正；不能用前后查看（?=、?!）和反向引用（\\1）。",
            )
            return
    try:
        _compiled(document)
    except (ValueError, OverflowError, TypeError, jsonschema_rs.ValidationError) as error:
        where = tuple(getattr(error, "instance_path", ()) or ())
        yield Fault(where, "不是正确的 JSON Schema（draft-07）", "请对照写法说明改正。")


def _patterns(node: Value, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield (*at, "pattern"), str(node["pattern"])
        for step, child in _children(node):
            yield from _patterns(child, (*at, *step))


def _compiled(document: Doc) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        cast("Any", document), validate_formats=True, pattern_options=_linear(), offline=True
    )


def _linear() -> jsonschema_rs.RegexOptions:
    return jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES, dfa_size_limit=_PATTERN_BYTES)


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator({"pattern": pattern}, pattern_options=_linear())


@lru_cache(maxsize=1)
def _slow() -> Any:
    """The validator that says what is wrong; its patterns, too, run in linear time."""
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def pattern(
        _: Any, wanted: str, instance: Any, __: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not _matcher(wanted).is_valid(instance):
            yield ValidationError(wanted)

    return extend(Draft7Validator, {"pattern": pattern})  # type: ignore[no-untyped-call] # the stub leaves it open
