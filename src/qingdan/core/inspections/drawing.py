"""Random draws that anybody can repeat.

Each member of a population is ranked by ``sha256`` of four lines: seed, inspection, what is drawn, member; the lowest
digests are drawn. The seed is a commit that was public before the inspection was planned, so nobody could choose it
for its result. In a stratified draw each stratum gets its share, remainders going to the largest ones.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from qingdan.model.digests import sha256_of
from qingdan.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qingdan.model.values import Doc, Value

ALGORITHM = "sha256-lowest"
WORDS: Mapping[str, str] = {"单位": "units", "事项": "items", "案卷": "cases"}
"""What is drawn, to the word that stands for it in the digest."""


class Member(Struct, frozen=True):
    """One of whom or what may be drawn; ``stratum`` is empty where nothing is stratified."""

    name: str
    unit: str = ""
    stratum: str = ""


class Lot(Struct, frozen=True):
    """A draw to be made: how many of what, for which inspection, by which seed."""

    inspection: str
    of: str
    count: int
    seed: str
    by: str = ""


def rank(lot: Lot, member: str) -> str:
    """The digest by which a member is ranked."""
    lines = (lot.seed, lot.inspection, WORDS[lot.of], member)
    return sha256_of("\n".join(lines).encode())


def digest(population: Sequence[Member]) -> str:
    """The digest of a population: its members sorted, a line each."""
    return sha256_of("".join(f"{name}\n" for name in sorted(m.name for m in population)).encode())


def shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """How many each stratum gets: its share rounded down, what is left to the largest remainders.

    Equal remainders are served in the order of the strata's names.
    """
    whole = sum(sizes.values())
    exact = {name: Fraction(count * size, whole) for name, size in sizes.items()}
    found = {name: int(share) for name, share in exact.items()}
    order = sorted(sizes, key=lambda name: (found[name] - exact[name], name))
    for name in order[: count - sum(found.values())]:
        found[name] += 1
    return found


def draw(lot: Lot, population: Sequence[Member], day: date, reason: str = "") -> Doc:
    """The record of a draw; UsageError where there are not that many."""
    _refuse_bad(lot, population)
    sizes = dict(sorted(Counter(member.stratum for member in population).items()))
    wanted = shares(sizes, lot.count)
    result = [
        member
        for stratum in sizes
        for member in _lowest(lot, [m for m in population if m.stratum == stratum], wanted[stratum])
    ]
    strata: list[Value] = [
        {"name": name, "population": size, "count": wanted[name]} for name, size in sizes.items()
    ]
    found: Doc = {
        "of": lot.of,
        "day": str(day),
        "count": lot.count,
        "by": lot.by,
        "algorithm": ALGORITHM,
        "seed": lot.seed,
        "population": {"count": len(population), "digest": digest(population)},
        "strata": strata if lot.by else "",
        "result": [_row(member, lot.of) for member in result],
        "reason": reason,
    }
    return {key: value for key, value in found.items() if value != ""}


def _refuse_bad(lot: Lot, population: Sequence[Member]) -> None:
    if not population:
        raise UsageError(f"没有可以抽取的{lot.of}：检查范围内在种子所指的版本中一个也没有。")
    if not 1 <= lot.count <= len(population):
        raise UsageError(
            f"要抽取{lot.count}个{lot.of}，而可以抽取的共{len(population)}个，请写1到{len(population)}。"
        )
    twice = next((n for n, times in Counter(m.name for m in population).items() if times > 1), "")
    if twice:
        raise UsageError(f"名单中“{twice}”出现了不止一次，请删去重复的再抽取。")


def _lowest(lot: Lot, members: Sequence[Member], count: int) -> list[Member]:
    return sorted(members, key=lambda member: rank(lot, member.name))[:count]


def _row(member: Member, of: str) -> Doc:
    """A member as the record names it; of units the member is the unit itself."""
    unit: Doc = {"unit": member.unit} if member.unit and of != "单位" else {}
    return {"member": member.name, **unit}
