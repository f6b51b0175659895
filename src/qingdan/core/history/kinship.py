"""From whom an item comes and who follows it, as far as the lists tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qingdan.model.lives import Kin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.model.items import Item


def kin(code: str, items: Mapping[str, Item]) -> tuple[Kin, ...]:
    """The item with its predecessors and successors, the oldest generation first; empty for one without any.

    Either end may name the other; a circle ends where it closes.
    """
    after = _followers(items.values())
    before: dict[str, list[str]] = {}
    for one, others in after.items():
        for other in others:
            before.setdefault(other, []).append(one)
    found = {code: 0, **_walk(code, before, -1)}
    found |= {other: far for other, far in _walk(code, after, 1).items() if other not in found}
    if len(found) == 1:
        return ()
    ordered = sorted(found.items(), key=lambda row: (row[1], row[0]))
    return tuple(_kin(items, other, far) for other, far in ordered)


def _followers(items: Iterable[Item]) -> dict[str, list[str]]:
    """Code to the codes that follow it."""
    after: dict[str, list[str]] = {}
    for one, other in _links(items):
        if other not in after.setdefault(one, []):
            after[one].append(other)
    return after


def _links(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    for item in items:
        for other in cast("list[str]", item.data.get("successors") or []):
            yield item.code, other
        for other in cast("list[str]", item.data.get("predecessors") or []):
            yield other, item.code


def _walk(code: str, links: Mapping[str, list[str]], step: int) -> dict[str, int]:
    """Code to generation of all that is reached, itself left out."""
    found: dict[str, int] = {}
    edge, far = [code], 0
    while edge:
        far += step
        edge = [other for one in edge for other in links.get(one, ()) if other != code]
        edge = [other for other in dict.fromkeys(edge) if other not in found]
        found |= dict.fromkeys(edge, far)
    return found


def _kin(items: Mapping[str, Item], code: str, generation: int) -> Kin:
    item = items.get(code)
    return Kin(generation, code, item.name if item else "", item.state if item else "")
