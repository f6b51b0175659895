"""Editions of a report: what an audience does not get to read, and the trace that something was left out.

Of a bulletin, parts are emptied and names put out before any text, chart, table or file is made, so nothing of them is
left in any; of another report, before any file is made of its sections.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import asdict, replace

from qingdan.core.reports.charting import HEAT
from qingdan.core.settings import cite
from qingdan.model.errors import RefusedError, UsageError
from qingdan.model.settings import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.model.reports import Bulletin
    from qingdan.model.settings import Secret, Settings
    from qingdan.model.workspace import Book

_Made = TypeVar("_Made")
INNER = "内部"
"""The edition in which everything stands; the only one where the settings name none."""
UNTOLD = "依法不列内容。"
_NAMELESS, _UNCODED = "某事项（依法不列名称）", "（编号不列）"


def edition(settings: Settings, audience: str) -> Edition:
    """The edition for an audience; UsageError where the settings have none."""
    known = settings.audiences.editions
    if audience in known:
        return known[audience]
    if audience in {"", INNER}:
        return Edition(INNER, frozenset(), "本单位自定", "各单位")
    there = f"，现有：{'、'.join(known)}" if known else ""
    raise UsageError(
        f"qingdan.yaml 的 audiences 里没有“{audience}”版{there}；请先写明这一版不登载哪些内容。"
    )


def for_audience(made: Bulletin, chosen: Edition, book: Book) -> Bulletin:
    """The bulletin as an audience gets it; RefusedError where the settings hide an item that is not there."""
    settings = book.settings
    if settings is None:
        return made
    hidden = hidden_from(chosen, book)
    told = [*made.withheld, *traces("通报", chosen, PARTS, settings), *grounds(hidden)]
    left = replace(_without(made, chosen.withhold), withheld=())
    left = _silenced(left, frozenset(secret.item for secret in hidden))
    return replace(
        masked(left, names(chosen, book)),
        audience=chosen.audience,
        to=chosen.to,
        withheld=tuple(told),
    )


def hidden_from(chosen: Edition, book: Book) -> tuple[Secret, ...]:
    """The items that the audience of an edition may not know by name."""
    secrets = book.settings.audiences.secrets if book.settings else ()
    return tuple(secret for secret in secrets if chosen.audience not in secret.known_to)


def traces(name: str, chosen: Edition, parts: Iterable[str], settings: Settings) -> Iterator[str]:
    """What an edition of the report ``name`` leaves out of ``parts``, in a sentence; none if it leaves out nothing."""
    left_out = "、".join(part for part in parts if part in chosen.withhold)
    if left_out:
        source = cite(chosen.source, settings.regulations)
        yield f"本{name}为{chosen.audience}版，不登载{left_out}（{source}）。"


def grounds(hidden: Iterable[Secret]) -> Iterator[str]:
    """How many items are not named, and on which ground."""
    for ground, count in Counter(secret.ground for secret in hidden).items():
        yield f"{count}项事项因{ground}不列名称和编号。"


def names(chosen: Edition, book: Book) -> dict[str, str]:
    """What stands in place of names and codes that an edition hides, the longest first; RefusedError for items not there."""
    hidden = hidden_from(chosen, book)
    entries = {entry.code: entry for entry in book.entries}
    lost = [secret.item for secret in hidden if secret.item not in entries]
    if lost:
        raise RefusedError(
            f"qingdan.yaml 的 audiences 里不列名称的事项{'、'.join(lost)}不在清单中，"
            "不能确定应当隐去什么，报告没有生成；请核对编号。"
        )
    words: dict[str, str] = {}
    for secret in hidden:
        name = entries[secret.item].name
        words |= {f"{name}（{secret.item}）": _NAMELESS, name: _NAMELESS, secret.item: _UNCODED}
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def _silenced(made: Bulletin, codes: frozenset[str]) -> Bulletin:
    """Without what is said of these items: in free words they may go by other names than their own."""

    def about(*texts: str) -> bool:
        return any(code in text for code in codes for text in texts)

    return replace(
        made,
        problems=tuple(
            replace(row, message=UNTOLD) if about(row.item, row.message) else row
            for row in made.problems
        ),
        charged=tuple(
            replace(row, fact=UNTOLD) if about(row.reference, row.fact) else row
            for row in made.charged
        ),
        adjustments=tuple(
            replace(row, reason=UNTOLD, late_reason=UNTOLD if row.late_reason else "")
            if about(row.record, *row.items)
            else row
            for row in made.adjustments
        ),
    )


def masked(value: _Made, words: Mapping[str, str]) -> _Made:
    """The same value with every text in it put through ``words``."""
    return cast("_Made", _masked(value, words)) if words else value


def _masked(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for word, other in words.items():
            value = value.replace(word, other)
        return value
    if isinstance(value, tuple):
        return tuple(_masked(each, words) for each in value)
    if isinstance(value, dict):
        return {key: _masked(each, words) for key, each in value.items()}
    if isinstance(value, Struct):
        parts = {name: _masked(part, words) for name, part in asdict(value).items()}
        return replace(value, **parts)
    return value


def _without(made: Bulletin, parts: frozenset[str]) -> Bulletin:
    for part, empty in PARTS.items():
        if part in parts:
            made = empty(made)
    return made


def _no_reasons(made: Bulletin) -> Bulletin:
    return replace(
        made, adjustments=tuple(replace(row, late_reason="") for row in made.adjustments)
    )


def _no_problems(made: Bulletin) -> Bulletin:
    return replace(made, problems=())


def _no_spread(made: Bulletin) -> Bulletin:
    charts = {name: drawn for name, drawn in made.charts.items() if name != HEAT}
    return replace(made, charts=charts, unit_flows=(), rule_flows=())


def _no_arithmetic(made: Bulletin) -> Bulletin:
    return replace(
        made, ranking=tuple(replace(row, lines=(), arithmetic="") for row in made.ranking)
    )


def _no_charges(made: Bulletin) -> Bulletin:
    return replace(made, charged=())


def _no_inspections(made: Bulletin) -> Bulletin:
    return _silent(replace(made, inspections=(), practices=()), "inspections")


def _no_accountability(made: Bulletin) -> Bulletin:
    return _silent(replace(made, sanctions=()), "accountability")


def _no_complaints(made: Bulletin) -> Bulletin:
    return _silent(replace(made, answered=None), "complaints")


def _silent(made: Bulletin, section: str) -> Bulletin:
    return replace(made, sentences=made.sentences | {section: ""})


PARTS: Mapping[str, Any] = {
    "逾期理由": _no_reasons,
    "问题明细": _no_problems,
    "问题分布": _no_spread,
    "计算过程": _no_arithmetic,
    "扣分事实": _no_charges,
    "检查情况": _no_inspections,
    "责任追究": _no_accountability,
    "投诉举报": _no_complaints,
}
"""What an edition may leave out, as ``workspace.schema.json`` names it, and how a bulletin goes without it."""
