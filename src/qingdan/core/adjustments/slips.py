"""What a 勘误 may touch: the wording of a text, by little, and nothing that carries meaning.

By the contract a correction is "an obvious slip; may not change meaning", and it starts no clock. So it is held
to what can be seen to be a slip; everything else is a change (变更), with its trigger and its deadline.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingdan.core.adjustments.differences import leaves
from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Any

    from qingdan.core.adjustments.differences import ItemChange
    from qingdan.core.schema import Schema
    from qingdan.model.findings import Pointer
    from qingdan.model.values import Value

SUBSTANCE = frozenset({"standard", "quota", "validity", "punishment", "fund_management"})
"""Fields in words of which every word counts: 收费标准、数量限制、有效期限、处罚幅度、资金管理方式."""

_FIXED = ("enum", "const", "pattern", "format")
"""What a schema says of limits, states, types, codes and dates: they are no wording."""
_NUMBERS = re.compile(r"[0-9０-９]+|[〇零一二三四五六七八九十百千万亿两]+")
_NOT = re.compile(r"[不未无非免禁勿除]|应当|可以|必须")
_SHARE, _CITED_SHARE = 0.15, 0.4
"""How much of a text may differ, and of the citation of a law, where a paragraph left out is a slip."""
_MOST = 12
"""More characters than this are no slip in however long a text."""


def altered(change: ItemChange, controlled: Collection[str], schema: Schema) -> Iterator[str]:
    """Why a correction is none, a clause for each place in the controlled fields; nothing for a slip."""
    if change.before is None or change.after is None:
        return
    for at, old, new in leaves(change.before.data, change.after.data):
        if at[0] not in controlled or at[-1] == "check":
            continue
        why = _why(at, old, new, schema.node(("items", 0, *at)))
        if why:
            yield f"“{schema.path_label(('items', 0, *at))}”{why}"


def _why(at: Pointer, old: Value, new: Value, node: Mapping[str, Any]) -> str:
    if not (isinstance(old, str) and isinstance(new, str)):
        return "有增有减"
    if any(word in node for word in _FIXED) or not SUBSTANCE.isdisjoint(map(str, at)):
        return "不是文字表述"
    cited = "basis" in at
    one, other = normal(old), normal(new)
    if not cited and _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return "的数字变了"
    if sorted(_NOT.findall(one)) != sorted(_NOT.findall(other)):
        return "的肯定、否定变了"
    return "" if _is_near(one, other, _CITED_SHARE if cited else _SHARE) else "改动较多"


def _is_near(one: str, other: str, share: float) -> bool:
    from rapidfuzz.distance import Levenshtein

    allowed = min(_MOST, max(1, round(share * max(len(one), len(other)))))
    return Levenshtein.distance(one, other) <= allowed
