"""Rule packs: the file of a regulation as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.rules import Override, Rule

OWN = "（本单位自定）"
"""Stands in place of an article in what a unit decided for itself."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingdan.model.values import Doc


def pack(path: str, document: Doc) -> Iterator[Rule]:
    """The rules of a valid pack, in its order; what a unit decided for itself has no article (本单位自定)."""
    regulation = cast("Doc", document["regulation"])
    for index, rule in enumerate(cast("list[Doc]", document["rules"])):
        answer = rule["answer"] if isinstance(rule["answer"], dict) else {}
        yield Rule(
            str(regulation["id"]),
            str(rule["id"]),
            str(rule.get("article", OWN)),
            str(rule["question"]),
            str(rule["owner"]),
            str(rule["for"]),
            str(answer.get("check", "")),
            str(rule["severity"]),
            _texts(rule, "accountability"),
            path,
            index,
            cast("Doc", answer.get("options") or {}),
            cast("Doc | None", answer.get("schema")),
            cast("Doc | None", answer.get("when")),
            rule.get("ask") == "是",
            str(rule.get("expected", "是")),
            str(rule.get("remedy", "")),
            _texts(rule, "materials"),
            tuple(map(_override, cast("list[Doc]", rule.get("overridden") or ()))),
            _examples(rule, "good"),
            _examples(rule, "bad"),
            _texts(rule, "of"),
        )


def _examples(rule: Doc, side: str) -> tuple[Doc, ...]:
    examples = cast("Doc", rule.get("examples") or {})
    return tuple(cast("list[Doc]", examples.get(side) or ()))


def _override(entry: Doc) -> Override:
    return Override(
        str(entry["law"]),
        str(entry["article"]),
        _texts(entry, "types"),
        _texts(entry, "items"),
        str(entry.get("note", "")),
    )


def _texts(entry: Doc, key: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", entry.get(key) or ()))
