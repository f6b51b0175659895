"""Which unit of the register a table means: by code, name, short name, credit code; with or without the district's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.core.wording import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qingdan.model.values import Doc

_OWN = ("code", "uscc", "name", "short")
_SHORTEST = 3
_LETTERS = r"\u4e00-\u9fff"
_ABOUT = (
    r"\d年度?|[年版]度?|(?:行政)?(?:权力|权责|职权|责任|审批|许可|收费|基金|负面|事项|项目|公共服务|政务服务)"
    r"|清单|目录|汇总|[表册和与及的]|附件"
)
"""What titles say around a unit's name."""
_NEAR = 60


class UnitNames(Struct, frozen=True):
    """Normalised ways to name a unit, to its code; ``names`` are the register's own. A name of two units is none.

    ``shared`` are those names.
    """

    codes: Mapping[str, str]
    names: Mapping[str, str]
    shared: frozenset[str] = frozenset()

    def find(self, text: str) -> str:
        """The code of the unit that a text names; empty for none."""
        return self.codes.get(normal(text), "")

    def inside(self, text: str) -> str:
        """The unit whose name, the longest, stands by itself in a title, a sheet's or a file's name.

        Empty for none or several. 区人民政府 does not stand in 某某区人民政府办公室.
        """
        plain = normal(text)
        found = [alias for alias in self.codes if len(alias) >= _SHORTEST and _stands(alias, plain)]
        longest = [
            alias
            for alias in found
            if not any(alias != other and alias in other for other in found)
        ]
        units = {self.codes[alias] for alias in longest}
        return units.pop() if len(units) == 1 else ""

    def near(self, text: str) -> str:
        """The name of the unit that a text most resembles; empty for none."""
        from rapidfuzz import fuzz, process

        found = process.extractOne(
            normal(text), list(self.codes), scorer=fuzz.ratio, score_cutoff=_NEAR
        )
        return self.names.get(self.codes[found[0]], "") if found else ""


def unit_names(entries: Sequence[Doc], district: Sequence[str]) -> UnitNames:
    """The names of the register's units. ``district``: the jurisdiction's own names, which people add or leave out."""
    own = _named(entries, lambda entry: (str(entry.get(key, "")) for key in _OWN))
    derived = _named(entries, lambda entry: _derived(entry, district))
    names = {str(entry["code"]): str(entry["name"]) for entry in entries}
    every = {**derived, **own}
    agreed = {alias: min(codes) for alias, codes in every.items() if len(codes) == 1}
    return UnitNames(agreed, names, frozenset(every.keys() - agreed.keys()))


def _named(entries: Sequence[Doc], aliases: Callable[[Doc], Iterable[str]]) -> dict[str, set[str]]:
    """Alias, normalised, to the codes of all units that it names."""
    codes: dict[str, set[str]] = {}
    for entry in entries:
        for alias in aliases(entry):
            if alias:
                codes.setdefault(normal(alias), set()).add(str(entry["code"]))
    return codes


def _derived(entry: Doc, district: Sequence[str]) -> Iterator[str]:
    """A unit's names with the district's name left out, or put in another way."""
    for name in (str(entry["name"]), str(entry.get("short", ""))):
        for place in district:
            bare = name.removeprefix(place)
            if bare != name and bare:
                yield from (bare, f"{place[-1]}{bare}", *(f"{other}{bare}" for other in district))


def _stands(alias: str, text: str) -> bool:
    """Whether an alias stands in a text; a code only as a word of its own."""
    if alias.isascii():
        return bool(re.search(rf"(?<![0-9a-z]){re.escape(alias)}(?![0-9a-z])", text))
    edge = rf"[^{_LETTERS}]|{_ABOUT}"
    return bool(re.search(rf"(?:^|{edge}){re.escape(alias)}(?:$|{edge})", text))
