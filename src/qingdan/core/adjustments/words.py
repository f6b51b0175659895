"""The vocabulary of adjustments; its Chinese labels come from the schema of the record."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qingdan.core.schema import Schemas

REQUIRED = ("Adjustment", "Trigger", "Occurred", "Deadline", "Reason", "Record")
"""Trailers that every adjustment carries, besides ``Item`` or ``List``."""

SINGLE = (*REQUIRED, "Applied", "Evidence", "Late-Reason", "Effective")
"""Trailers that may stand only once."""

TRAILERS: Mapping[str, str] = {
    "Adjustment": "kind",
    "Item": "items",
    "List": "lists",
    "Trigger": "trigger",
    "Occurred": "occurred",
    "Deadline": "deadline",
    "Reason": "reason",
    "Late-Reason": "late_reason",
    "Applied": "applied",
    "Evidence": "evidence",
    "Effective": "effective",
    "Record": "id",
}
"""Every trailer of an adjustment, and the key under which its record says the same."""

WITHOUT_CLOCK = frozenset({"register", "correct"})
"""Kinds that start no clock: ``Deadline: none``."""

KINDS = (
    "add", "remove", "devolve", "receive", "transfer", "change", "split", "merge", "suspend", "resume", "correct", "register",
)  # fmt: skip


def kinds(schemas: Schemas) -> Mapping[str, str]:
    """Kind of adjustment to its label, such as ``change`` to 变更."""
    return _labels(schemas, "kind")


def triggers(schemas: Schemas) -> Mapping[str, str]:
    """Trigger to its label, such as ``law-enacted`` to 新法颁布."""
    return _labels(schemas, "trigger")


@cache
def trailer_names(schemas: Schemas) -> Mapping[str, str]:
    """How people write a trailer's name, in lower case, to its real name: ``申请期限`` and ``期限`` to ``Deadline``."""
    names = {key.lower(): key for key in TRAILERS}
    for key, place in TRAILERS.items():
        label = schemas["adjustment"].label((place,))
        names |= {label: key, f"{key} {label}".lower(): key}
        if key in REQUIRED and key != "Record":
            names |= {label.removeprefix("调整").removeprefix("申请"): key}
    return names


def meant(text: str, labels: Mapping[str, str]) -> str:
    """The word of a vocabulary that is meant: by itself or by its label; the text as it is for a stranger."""
    return next((word for word, label in labels.items() if label == text.strip()), text)


def offered(words: Iterable[str], labels: Mapping[str, str]) -> str:
    """Words of a vocabulary as they are offered, each with its label."""
    return "、".join(f"{word}（{labels[word]}）" for word in words)


def _labels(schemas: Schemas, key: str) -> Mapping[str, str]:
    labels: Mapping[str, str] = schemas["adjustment"].node((key,))["x-labels"]
    return labels


def list_titles(schemas: Schemas) -> Mapping[str, str]:
    """List id to its title, such as ``powers`` to 行政权责清单."""
    labels: Mapping[str, str] = schemas["powers"].document["definitions"]["list"]["x-labels"]
    return labels
