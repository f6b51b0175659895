"""The head of a filled template: strict YAML, judged by its schema, to values."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.core.text import strict
from qingdan.model.documents import Head, Publication
from qingdan.model.errors import UsageError, YamlRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qingdan.core.schema import Schema
    from qingdan.model.values import Doc, Value

FENCE = "---"


def split(text: str, name: str) -> tuple[str, str]:
    """A filled template as head and body; UsageError where there is no head between two lines of ``---``."""
    lines = text.lstrip("\n").split("\n")
    fences = [place for place, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise UsageError(
            f"{name}：开头没有公文要素。请在开头用两行“{FENCE}”把标题（title）等要素括起来。"
        )
    return "\n".join(lines[1 : fences[1]]), "\n".join(lines[fences[1] + 1 :])


def head(text: str, name: str, schema: Schema, restore: Callable[[str], str]) -> Head:
    """The head of a template; ``restore`` puts the data back where the text only marks its place."""
    try:
        read = strict.read(text)[0]
    except YamlRefusedError as error:
        raise UsageError(f"{name}的公文要素第{error.line}行：{error.message}") from None
    value = _filled(read, restore)
    findings = list(schema.findings(value, name))
    if findings:
        raise UsageError(f"{name}的公文要素：{findings[0].message}")
    return _head(cast("Doc", value))


def _filled(value: Value, restore: Callable[[str], str]) -> Value:
    """The value with the data in it, and without what is left empty."""
    if isinstance(value, str):
        return restore(value).strip()
    if isinstance(value, list):
        return [part for each in value if (part := _filled(each, restore)) not in _EMPTY]
    if isinstance(value, dict):
        parts = {key: _filled(each, restore) for key, each in value.items()}
        return {key: part for key, part in parts.items() if part not in _EMPTY}
    return value


_EMPTY: tuple[Value, ...] = (None, "", [], {})


def _head(document: Doc) -> Head:
    known = set(Head.__struct_fields__)
    values = {key: _tuple(value) for key, value in document.items() if key in known}
    publication = cast("dict[str, str]", document.get("publication") or {})
    return Head(**values | {"publication": Publication(**publication)})  # type: ignore[arg-type] # the schema judged them


def _tuple(value: Value) -> object:
    return tuple(value) if isinstance(value, list) else value
