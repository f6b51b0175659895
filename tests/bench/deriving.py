"""What the peers check by, derived from the JSON Schema that qingdan itself checks by, so that all ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingdan.core.schema import Schema

Node = Mapping[str, Any]
_LIMITS = {
    "minLength": "min", "maxLength": "max", "minItems": "min", "maxItems": "max", "minimum": "min", "maximum": "max",
}  # fmt: skip
_SCALARS = {"string": "str", "integer": "int", "number": "num", "boolean": "bool", "array": "list"}


def ruleset(schema: Schema) -> dict[str, Any]:
    """A ruleset of spectral whose one rule applies the whole JSON Schema."""
    then = {"function": "schema", "functionOptions": {"schema": schema.document}}
    return {"rules": {"schema": {"given": "$", "severity": "error", "then": then}}}


def yamale(schema: Schema) -> str:
    """The schema as yamale writes it: types, required, enums, patterns, lengths; it has no conditions (``if``)."""
    included: dict[str, str] = {}
    top = _fields(schema, schema.document, included, "top")
    parts = [f"{name}:\n{fields}" for name, fields in included.items()]
    return top + "---\n" + "".join(parts)


def _fields(schema: Schema, node: Node, included: dict[str, str], name: str) -> str:
    """A line for each property of an object; what stands below it goes to ``included``."""
    required = node.get("required", ())
    indent = "" if name == "top" else "  "
    lines = [
        f"{indent}{key}: {_validator(schema, child, included, f'{name}_{key}', required=key in required)}\n"
        for key, child in node["properties"].items()
    ]
    return "".join(lines)


def _validator(
    schema: Schema, node: Node, included: dict[str, str], name: str, *, required: bool = True
) -> str:
    """The validator of a value, such as ``str(min=1, max=200, required=False)``."""
    node = schema.resolve(dict(node))
    optional = [] if required else ["required=False"]
    if "const" in node or "enum" in node:
        allowed = [node["const"]] if "const" in node else node["enum"]
        return _call("enum", [*map(repr, allowed), *optional])
    if "pattern" in node:
        return _call("regex", [repr(node["pattern"]), *optional])
    if "properties" in node:
        included[name] = ""
        included[name] = _fields(schema, node, included, name)
        return _call("include", [repr(name), *optional])
    kind = _SCALARS.get(str(node.get("type", "")), "any")
    inner = [_validator(schema, node["items"], included, name)] if "items" in node else []
    bounds = [f"{ours}={node[theirs]}" for theirs, ours in _LIMITS.items() if theirs in node]
    return _call(kind, [*inner, *bounds, *optional])


def _call(name: str, words: list[str]) -> str:
    return f"{name}({', '.join(words)})"
