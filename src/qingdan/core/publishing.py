"""What a clerk says of a publication, held against the settings and what is on record."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from qingdan.core.publications import channels_of, required_channels
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.publishing import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from qingdan.model.settings import KeptList, Settings
    from qingdan.model.values import Doc


class Asked(Struct, frozen=True):
    """What a clerk says.

    ``commit``: which version, empty for the main branch; ``again``: the one that is public already. ``channels``
    map a name to where it is (may be empty); none: all that are required. ``approved`` holds ``confirmed`` and
    ``filed`` (审定, 备案: ``date`` and ``document``), where there are any.
    """

    day: date
    today: date
    commit: str = ""
    again: bool = False
    lists: tuple[str, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    approved: Doc = field(default_factory=dict)
    note: str = ""


class Ground(Struct, frozen=True):
    """What decides: the settings, the lists that are meant, and the last publication of each that has one."""

    settings: Settings
    lists: tuple[str, ...]
    last: Mapping[str, Doc]

    @property
    def kept(self) -> tuple[KeptList, ...]:
        """The lists that are meant."""
        return tuple(self.settings.lists[name] for name in self.lists)

    @property
    def shown(self) -> frozenset[str]:
        """The channels in which every one of the lists is public already."""
        sets = [frozenset(channels_of(self.last[n]) if n in self.last else ()) for n in self.lists]
        return frozenset.intersection(*sets)


def chosen_lists(names: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The lists named, in their order; all that are kept where none is. UsageError for one that is not kept."""
    unknown = [name for name in names if name not in settings.lists]
    if unknown:
        known = "、".join(f"{key}（{row.title}）" for key, row in settings.lists.items())
        raise UsageError(f"本单位没有“{unknown[0]}”这类清单（--list），可用：{known}。")
    return tuple(name for name in settings.lists if not names or name in names)


def refuse_bad_days(asked: Asked, ground: Ground, committed: str) -> None:
    """UsageError for days that cannot be, or stand in the wrong order; ``committed``: the version's own."""
    day = str(asked.day)
    if asked.day > asked.today:
        raise UsageError(f"公布日期{day}晚于今天{asked.today}；公布以后再登记。")
    if day < committed:
        raise UsageError(f"公布日期{day}早于这个版本提交的{committed}，请核对。")
    for kept in ground.kept:
        before = str(ground.last[kept.id]["published"]) if kept.id in ground.last else ""
        if day < before:
            raise UsageError(
                f"{kept.title}最近一次公布登记在{before}，公布日期{day}不能早于那一天。"
            )
    days = [(str(row["date"]), verb) for row, verb in _approved(asked) if row] + [(day, "公布")]
    for (one, verb), (other, after) in pairwise(days):
        if one > other:
            raise UsageError(f"{verb}日期{one}晚于{after}日期{other}；应当先审定、备案，后公布。")


def _approved(asked: Asked) -> list[tuple[Doc | None, str]]:
    return [(cast("Doc | None", asked.approved.get(key)), verb) for key, verb in STEPS]


def channel_rows(asked: Asked, ground: Ground, places: Mapping[str, str]) -> list[Doc]:
    """The channels with their places: as said, else as known. UsageError, RefusedError for one that cannot be."""
    said = asked.channels or dict.fromkeys(_lacking(asked, ground), "")
    known = required_channels(ground.settings, tuple(ground.settings.lists))
    for name in said:
        if known and name not in known:
            raise UsageError(
                f"没有“{name}”这个渠道，可用：{'、'.join(known)}；"
                "渠道写在 qingdan.yaml 的 channels 和公布环节中。"
            )
    if not said:
        raise UsageError("qingdan.yaml 没有规定公布渠道，请用 --channel 渠道 写明。")
    told = [name for name in said if asked.again and name in ground.shown]
    if told:
        raise RefusedError(f"{'、'.join(told)}已经登记过，没有要补登的。")
    rows = [(name, place or places.get(name, "")) for name, place in said.items()]
    return [_row(name, place) for name, place in rows]


def _row(name: str, place: str) -> Doc:
    row: Doc = {"channel": name}
    return row | {"place": place} if place else row


def _lacking(asked: Asked, ground: Ground) -> tuple[str, ...]:
    """The channels that are required; of a version that is public already those still missing."""
    required = required_channels(ground.settings, ground.lists)
    if not asked.again:
        return required
    lacking = tuple(name for name in required if name not in ground.shown)
    if not lacking:
        raise RefusedError("上次公布的版本，规定的渠道都已登记，没有要补登的。")
    return lacking


def notes(asked: Asked, ground: Ground) -> Iterator[str]:
    """What is still missing of a new publication: who has to approve it first, and channels."""
    for key, verb in STEPS:
        roles = [
            pair
            for row in ground.kept
            for pair in (row.confirmers if key == "confirmed" else ((row.title, row.filed_with),))
        ]
        for role in dict.fromkeys(role for _, role in roles if role and key not in asked.approved):
            titles = "、".join(title for title, by in roles if by == role)
            yield f"{titles}应经{role}{verb}后公布；已经{verb}的，请用 --{key} 写明日期。"
    required = required_channels(ground.settings, ground.lists)
    left = [name for name in required if asked.channels and name not in asked.channels]
    if left:
        yield f"还有{'、'.join(left)}没有公布；公布后用 --again --channel 渠道 补登。"
