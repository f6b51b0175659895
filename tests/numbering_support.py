"""The regulations' own numbering beside the packs: what of it no rule answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from qingdan.core.rules.packs import pack
from qingdan.core.text import strict
from qingdan.model.rules import Rule
from qingdan.repo import resources

REGULATIONS = tuple(sorted(path.stem for path in resources.numbering().glob("*.yaml")))
DIGITS = "〇一二三四五六七八九"
WITHOUT_RULE = (
    "目的依据", "适用范围", "监督对象", "监督内容", "原则", "附则", "检查方式", "检查措施", "公众权利", "分工",
    "原文缺",
)  # fmt: skip
"""Kinds of article that ask nothing of anybody; each is uncovered, with its reason."""


def document(folder: str, name: str) -> Any:
    """A pack that ships (``rules``), or the numbering of a regulation."""
    place = resources.numbering() if folder == "numbering" else resources.folder(folder)
    return strict.read((place / f"{name}.yaml").read_text("utf-8"))[0]


def rules(name: str) -> list[Rule]:
    return list(pack(f"rules/{name}.yaml", document("rules", name)))


def uncovered(name: str) -> dict[str, str]:
    """Article to the reason why no rule is about it."""
    entries = document("rules", name)["regulation"].get("uncovered", [])
    return {entry["article"]: entry["why"] for entry in entries}


def rows(name: str) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", document("numbering", name)["articles"])


def gaps(name: str, given: Sequence[Rule]) -> Iterator[str]:
    """What the rules leave open of a regulation, and what they name that is not in it."""
    reasons = uncovered(name)
    by_id = {rule.id: rule for rule in given}
    liable = {article for rule in given for article in rule.accountability}
    numbered = {row["article"] for row in rows(name)}
    for row in rows(name):
        article, asked = row["article"], row.get("rules", ())
        yield from (f"{article}: no rule {id_}" for id_ in asked if id_ not in by_id)
        if row["kind"] in WITHOUT_RULE:
            if asked or not reasons.get(article):
                yield f"{article}: neither asked nor excused"
        elif article in reasons:
            yield f"{article}: excused, but it asks something"
        elif row["kind"] == "追责情形":
            if article not in liable:
                yield f"{article}: no rule leads to it"
        elif not asked:
            yield f"{article}: nobody asks"
    listed = {(id_, row["article"]) for row in rows(name) for id_ in row.get("rules", ())}
    yield from (f"{r.id}: not in the table" for r in given if (r.id, r.article) not in listed)
    named = {a for rule in given for a in (rule.article, *rule.accountability)} | set(reasons)
    yield from (f"{article}: not in the regulation" for article in named - numbered)


def numbers(name: str) -> list[int]:
    """The numbers of the articles in the table, in its order, each once."""
    found = (re.match(r"第([一二三四五六七八九十]+)条", row["article"]) for row in rows(name))
    return list(dict.fromkeys(_number(match[1]) for match in found if match))


def _number(text: str) -> int:
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    return (DIGITS.find(tens or "一") * 10 if ten else 0) + (DIGITS.find(ones) if ones else 0)
