"""A power rests on law (QD413), and the article it cites exists (QD414).

A 规范性文件 founds no power, unless a higher or an equal organ has been empowered by law to grant it. A basis that
the register does not know counts for nothing: it may be a law, and QD401 asks for it. Public services are no powers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qingdan.core.checks.report import on_item
from qingdan.core.laws import LOW
from qingdan.core.numerals import articles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qingdan.core.checks.ground import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.items import Entry

_GRANTED = frozenset({"上级授权", "同级授权"})
_NO_POWER = frozenset({"基本公共服务"})


def check(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """A power in use all of whose bases are registered, and none above a 规范性文件."""
    low = ground.low
    for entry in entries:
        if entry.list == "powers" and entry.state == "在用" and low.issuperset(entry.laws):
            yield from _unfounded(entry, ground)


def _unfounded(entry: Entry, ground: Ground) -> Iterator[Finding]:
    if entry.laws and entry.power_source not in _GRANTED and entry.type not in _NO_POWER:
        titles = "".join(f"《{law}》" for law in dict.fromkeys(entry.laws))
        label = ground.schemas["powers"].label(("items", 0, "power_source"))
        yield on_item(
            "QD413",
            entry,
            f"只有{LOW}{titles}为依据，没有法律、法规、规章依据。",
            "basis",
            fix=f"请补列法律、法规、规章依据；法律明确授权的，在“{label}”中写明授权；"
            "都没有的，停止行使并按程序取消。",
        )


def check_articles(entries: Iterable[Entry], ground: Ground) -> Iterator[Finding]:
    """Articles that an item not cancelled cites of laws that have fewer."""
    counted = ground.counted
    for entry in entries:
        if entry.state != "取消" and not counted.keys().isdisjoint(entry.laws):
            yield from _beyond(entry, counted)


def _beyond(entry: Entry, counted: Mapping[str, int]) -> Iterator[Finding]:
    for place, (title, cited) in enumerate(zip(entry.laws, entry.articles, strict=False)):
        last = counted.get(title)
        if last and max(articles(cited), default=0) > last:
            yield on_item(
                "QD414",
                entry,
                f"所引的“{cited}”不存在：《{title}》共{last}条。",
                "basis",
                place,
                "article",
                fix="请对照现行文本核对条号；依据修改后条号变动的，按程序调整设定依据。",
            )
