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
    from collections.abc import Iterator

    from qingdan.core.checks.ground import Ground
    from qingdan.model.findings import Finding
    from qingdan.model.workspace import Entry

_GRANTED = frozenset({"上级授权", "同级授权"})
_NO_POWER = frozenset({"基本公共服务"})


def check(entry: Entry, ground: Ground) -> Iterator[Finding]:
    """A power in use all of whose bases are registered, and none above a 规范性文件."""
    if entry.list != "powers" or entry.state != "在用" or not entry.laws:
        return
    if entry.power_source in _GRANTED or entry.type in _NO_POWER:
        return
    if all(law in ground.laws and ground.laws[law].level == LOW for law in entry.laws):
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


def check_articles(entry: Entry, ground: Ground) -> Iterator[Finding]:
    """Articles that an item not cancelled cites of laws that have fewer."""
    if entry.state == "取消":
        return
    for place, (title, cited) in enumerate(zip(entry.laws, entry.articles, strict=False)):
        law = ground.laws.get(title)
        if law and law.articles and max(articles(cited), default=0) > law.articles:
            yield on_item(
                "QD414",
                entry,
                f"所引的“{cited}”不存在：《{title}》共{law.articles}条。",
                "basis",
                place,
                "article",
                fix="请对照现行文本核对条号；依据修改后条号变动的，按程序调整设定依据。",
            )
